"""The list of saved drafts: open, look at, copy and discard them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll

from tui.app.commands import bindings
from tui.app.screens.base import HookboardScreen
from tui.app.screens.dialogs import Choice, ChooseScreen
from tui.app.screens.drafts.draft_servers import Names, host_of
from tui.app.screens.drafts.open_draft import discard
from tui.app.screens.review import change_lines
from tui.app.widgets.frame import Rule
from tui.app.widgets.line_widget import Span, Text, fit
from tui.app.widgets.row_list import RowList, empty_message
from tui.core.session import Session
from tui.messages.change_words import title, value_words, visible_value
from tui.model.counting import count
from tui.model.diff import Change
from tui.model.sentence import Sentence
from tui.model.text import clean
from tui.model.time import age
from tui.model.user_error import UserError
from tui.storage.disk import on_disk

if TYPE_CHECKING:
    from tui.storage.drafts import Draft

COPY_OR_DISCARD = Sentence(
    "Below is what it changes; {drafts.copy} copies that, {drafts.discard} discards it."
)
FREE_LATER = Sentence(
    "It is free when that one ends, even after a lost connection. "
    "{drafts.copy} copies what it changes."
)
READ_LIST = Sentence("{close} goes back to the list; {refresh} reads it again.")

GONE = "gone from the server"
ELSEWHERE = "open elsewhere"
NO_PROFILE = "no profile"
_SERVER = 16
"""Cells for the name of a server, at most."""


class _Drafts(RowList):
    """One row a draft: instance, webhook, how many changes, how old, whether it has a place.

    Where there are drafts of other servers each row begins with its server, this one's first.
    """

    def __init__(self, session: Session, names: Names) -> None:
        super().__init__(id="drafts")
        self._session = session
        self._names = names
        self._server_cells = 0
        self._by_key: dict[str, Draft] = {}

    def show_drafts(self, drafts: Sequence[Draft]) -> None:
        """List these drafts; the cursor stays on its own."""
        here = self._session.url
        drafts = sorted(drafts, key=lambda one: (one.server != here, self._server(one)))
        self._by_key = {draft.file: draft for draft in drafts}
        servers = {draft.server: self._server(draft) for draft in drafts}
        longest = max(map(cell_len, servers.values()), default=0)
        self._server_cells = min(longest, _SERVER) if servers.keys() - {here} else 0
        self.styles.height = max(len(drafts), 3)
        nothing = empty_message("No draft.", "Edits that are left without a save are kept here.")
        self.show_rows(list(self._by_key), nothing)

    @property
    def draft(self) -> Draft | None:
        """The one under the cursor."""
        return self._by_key.get(self.key or "")

    def row(self, key: str) -> tuple[Span, ...]:
        """Draw a draft."""
        draft, width = self._by_key[key], self.size.width
        server = fit(self._server(draft), self._server_cells) + " " * bool(self._server_cells)
        roomy = width - cell_len(server) >= 80
        marked = len(GONE if roomy else "elsewhere")
        # The cursor, the number of changes, the age and the mark; half of the rest for each name.
        names = max((width - 3 - 11 - 12 - marked - 4 - cell_len(server)) // 2, 6)
        return (
            (server, "muted" if draft.server == self._session.url else "title"),
            (fit(clean(draft.instance_name, 60), names) + " ", "text"),
            (fit(_webhook(draft), names) + " ", "strong"),
            (f"{count(len(draft.summary), 'change'):<11}", "changed"),
            (f"{age(draft.kept_at, self._session.now()):<12}", "muted"),
            (_mark(self._session, draft, self._names, roomy=roomy), "warning"),
        )

    def _server(self, draft: Draft) -> str:
        return server_name(self._session, draft, self._names)


class DraftsScreen(HookboardScreen["Draft | None"]):
    """Lists the drafts by server, newest first, and what the one at the cursor changes.

    Answers the one to open, or ``None``. One whose webhook or instance the server's list does
    not have any more cannot be opened, but looked at, copied and discarded. ``names`` are those
    of the profiles for each address.
    """

    BINDINGS = bindings("drafts", "closable")
    SCOPES = ("drafts", "closable")

    def __init__(
        self, session: Session, drafts: tuple[Draft, ...], names: Names | None = None
    ) -> None:
        super().__init__()
        self._session = session
        self._drafts = drafts
        self._names = names or {session.url: (session.profile,)}
        self._rows = _Drafts(session, self._names)

    def compose_content(self) -> ComposeResult:
        """Show the list, and below it what the draft under the cursor changes."""
        yield Rule("Saved drafts")
        yield self._rows
        yield Rule(id="draft-rule")
        with VerticalScroll(id="draft"):
            yield Text(id="draft-changes")

    def on_mount(self) -> None:
        """Fill the list."""
        self.top_line.show(place=self._session.place, marks=self._session.marks)
        self.watch(self._rows, "key", self._show_draft, init=False)
        self._show_drafts(self._drafts)
        self._rows.focus()

    def on_resize(self) -> None:
        """Break the values anew."""
        self.call_after_refresh(self._show_draft)

    @on(RowList.Opened)
    def action_open(self) -> None:
        """Answer the draft under the cursor; say why not, where its webhook is not known."""
        if (draft := self._rows.draft) is None:
            return
        if draft.is_elsewhere:
            self._say_elsewhere(draft)
        elif belongs_elsewhere(self._session, draft, self._names):
            self.dismiss(draft)
        elif is_gone(self._session, draft):
            self.banner.say(
                "warning",
                f"{_place(draft)} is {GONE}: there is nothing to open its draft on.",
                COPY_OR_DISCARD,
            )
        elif self._session.store.get(draft.instance_id) is None:
            self.banner.say(
                "warning",
                "The list of instances was not read to its end, and this one has not come yet.",
                READ_LIST,
            )
        else:
            self.dismiss(draft)

    def action_copy(self) -> None:
        """Copy what the draft under the cursor changes, as text."""
        if draft := self._rows.draft:
            self.app.copy(_as_text(draft), "what the draft changes")

    def action_discard(self) -> None:
        """Throw the draft under the cursor away, after asking."""
        draft = self._rows.draft
        if draft and draft.is_elsewhere:
            self._say_elsewhere(draft)
        elif draft:
            self.start(lambda: self._discard(draft), "discard", exclusive=True)

    def action_close(self) -> None:
        """Go back."""
        self.dismiss(None)

    def _say_elsewhere(self, draft: Draft) -> None:
        self.banner.say(
            "warning",
            f"Another Hookboard on this machine has {_place(draft)} open.",
            FREE_LATER,
        )

    async def _discard(self, draft: Draft) -> None:
        edited = _changes(draft)
        choices = (
            Choice("keep", "n", "no, keep it"),
            # Not the key that asked: pressed twice it would discard unread.
            Choice("discard", "x", f"discard {count(len(edited), 'change')}, for good"),
        )
        question = f"Discard the draft of {_place(draft)}?"
        details = [
            f"{title(change)}: {visible_value(change.new, change.key)}" for change in edited[:3]
        ]
        if len(edited) > 3:
            details.append(f"and {len(edited) - 3} more")
        if await self.app.push_screen_wait(ChooseScreen(question, choices, *details)) == "discard":
            self.banner.clear()
            await discard(self.app, self._session, draft)
            await self._read_again()

    async def _read_again(self) -> None:
        """List what there is now: others take drafts and leave them too."""
        if self._session.drafts is None:
            return
        try:
            found = await on_disk(self._session.drafts.free)
        except UserError as error:
            self.banner.say("error", f"The drafts cannot be read: {error.message}.", error.hint)
            return
        self._show_drafts((*found.drafts, *found.elsewhere))

    def _show_drafts(self, drafts: Sequence[Draft]) -> None:
        self._rows.show_drafts(drafts)
        self.top_line.show(count=count(len(drafts), "draft"))
        self._show_draft()

    def _show_draft(self) -> None:
        """Show the whole of the draft under the cursor."""
        text, rule = self.query_one("#draft-changes", Text), self.query_one("#draft-rule", Rule)
        draft = self._rows.draft
        rule.display = draft is not None
        if draft is None:
            text.show()
            return
        kept = age(draft.kept_at, self._session.now()).replace("now", "just now")
        mark = _mark(self._session, draft, self._names, roomy=True)
        other = draft.server != self._session.url
        where = f"{server_name(self._session, draft, self._names)} · " if other else ""
        rule.show(f"{where}{_place(draft)}", f"kept {kept}{mark and f', {mark}'}")
        text.show(*change_lines(_changes(draft), self.size.width))
        self.query_one("#draft").scroll_home(animate=False)


def is_gone(session: Session, draft: Draft) -> bool:
    """Whether the server's list, as far as it was read, has no place for a draft any more."""
    instance = session.store.get(draft.instance_id)
    if instance is None:
        return session.store.loaded
    return instance.webhooks is not None and not session.webhook(instance, draft.webhook_id)


def belongs_elsewhere(session: Session, draft: Draft, names: Names) -> bool:
    """Whether a draft is to be opened on another server, or with another profile for this one."""
    if draft.server != session.url:
        return True
    return len(names.get(draft.server, ())) > 1 and is_gone(session, draft)


def server_name(session: Session, draft: Draft, names: Names) -> str:
    """Name a draft's server: by the profiles for it, or by its host where there is none."""
    if draft.server == session.url:
        return session.profile
    known = names.get(draft.server)
    return " or ".join(known) if known else host_of(draft.server)


def _mark(session: Session, draft: Draft, names: Names, *, roomy: bool) -> str:
    """Say in a word or two what is in the way of opening a draft; nothing where nothing is."""
    if draft.is_elsewhere:
        return ELSEWHERE if roomy else "elsewhere"
    if belongs_elsewhere(session, draft, names):
        return "" if draft.server in names else NO_PROFILE
    return (GONE if roomy else "gone") if is_gone(session, draft) else ""


def _webhook(draft: Draft) -> str:
    """Name the webhook; one that has no name by its URL."""
    base, edited = draft.base, draft.values
    return clean(base.name or edited.name or base.url or edited.url or "(no name)", 60)


def _place(draft: Draft) -> str:
    return f"{clean(draft.instance_name, 60)} › {_webhook(draft)}"


def _changes(draft: Draft) -> tuple[Change, ...]:
    """List what a draft changes, safe to show: it comes from a file."""
    return tuple(
        replace(change, key=clean(change.key), old=_safe(change.old), new=_safe(change.new))
        for change in draft.summary
    )


def _safe(value: str | bool | None) -> str | bool | None:
    return clean(value) if isinstance(value, str) else value


def _line(change: Change) -> str:
    was = "" if change.old is None and not change.is_flag else f"{value_words(change.old)} → "
    return f"{title(change)}: {was}{value_words(change.new)}"


def _as_text(draft: Draft) -> str:
    words = [_line(change) for change in _changes(draft)]
    where = f"{_place(draft)}, {clean(draft.server)}, kept {draft.kept_at:%Y-%m-%d %H:%M} UTC"
    return "\n".join((where, *words))
