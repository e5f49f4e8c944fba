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
from tui.app.screens.dialogs import Answer, ask
from tui.app.screens.drafts.draft_servers import shown_host
from tui.app.screens.drafts.open_draft import discard
from tui.app.screens.review import change_lines
from tui.app.widgets.frame import Rule
from tui.app.widgets.line_widget import Span, Text, fit
from tui.app.widgets.row_list import RowList, empty_message
from tui.core.draft_place import ProfileNames, is_gone, opens_elsewhere
from tui.core.session import Session
from tui.i18n import _, ngettext, number
from tui.messages.change_words import title, value_words, visible_value
from tui.model.diff import Change
from tui.model.sentence import Sentence
from tui.model.text import clean
from tui.model.time import age
from tui.model.user_error import UserError
from tui.storage.disk import on_disk

if TYPE_CHECKING:
    from tui.storage.drafts import Draft

COPY_OR_DISCARD = Sentence(
    _("Its changes are shown below; {drafts.copy} copies them, {drafts.discard} discards it.")
)
FREE_LATER = Sentence(
    _(
        "It is free when that one ends, even after a lost connection. "
        "{drafts.copy} copies its changes."
    )
)
READ_LIST = Sentence(_("{close} goes back to the list; {refresh} reads it again."))

GONE = _("gone from the server")
ELSEWHERE = _("open elsewhere")
NO_PROFILE = _("no profile")
_SERVER = 16
"""Cells for the name of a server, at most."""
_MOST_CHANGES = 3
"""Changes that are named in the question before a draft is discarded, at most."""


class _Drafts(RowList):
    """One row a draft: instance, webhook, number of changes, age, and why it cannot be opened.

    If there are drafts of other servers, each row begins with its server, this one's first.
    """

    def __init__(self, session: Session, names: ProfileNames) -> None:
        super().__init__(id="drafts")
        self._session = session
        self._names = names
        self._server_cells = 0
        self._by_key: dict[str, Draft] = {}

    def show_drafts(self, drafts: Sequence[Draft]) -> None:
        """List these drafts; the cursor stays on its draft."""
        here = self._session.url
        drafts = sorted(drafts, key=lambda one: (one.server != here, self._server(one)))
        self._by_key = {draft.file: draft for draft in drafts}
        servers = {draft.server: self._server(draft) for draft in drafts}
        longest = max(map(cell_len, servers.values()), default=0)
        self._server_cells = min(longest, _SERVER) if servers.keys() - {here} else 0
        self.styles.height = max(len(drafts), 3)
        nothing = empty_message(
            _("No draft."), _("Edits that are left without a save are kept here.")
        )
        self.show_rows(list(self._by_key), nothing)

    @property
    def draft(self) -> Draft | None:
        """The draft under the cursor."""
        return self._by_key.get(self.key or "")

    def row(self, key: str) -> tuple[Span, ...]:
        """Draw a draft."""
        draft, width = self._by_key[key], self.size.width
        server = fit(self._server(draft), self._server_cells) + " " * bool(self._server_cells)
        roomy = width - cell_len(server) >= 80
        marked = cell_len(GONE if roomy else _("elsewhere"))
        # The cursor, the number of changes, the age and the mark; half of the rest for each name.
        names = max((width - 3 - 11 - 12 - marked - 4 - cell_len(server)) // 2, 6)
        return (
            (server, "muted" if draft.server == self._session.url else "title"),
            (fit(clean(draft.instance_name, 60), names) + " ", "text"),
            (fit(_webhook(draft), names) + " ", "strong"),
            (f"{_count(len(draft.summary)):<11}", "changed"),
            (f"{age(draft.kept_at, self._session.now()):<12}", "muted"),
            (_mark(self._session, draft, self._names, roomy=roomy), "warning"),
        )

    def _server(self, draft: Draft) -> str:
        return server_name(self._session, draft, self._names)


class DraftsScreen(HookboardScreen["Draft | None"]):
    """Lists the drafts by server, newest first, and the changes of the one under the cursor.

    Answers the draft to open, or ``None``. A draft whose webhook or instance is no longer in the
    server's list cannot be opened; it can be read, copied and discarded.
    """

    BINDINGS = bindings("drafts", "closable")
    SCOPES = ("drafts", "closable")

    def __init__(
        self, session: Session, drafts: tuple[Draft, ...], names: ProfileNames | None = None
    ) -> None:
        super().__init__()
        self._session = session
        self._drafts = drafts
        self._names = names or {session.url: (session.profile,)}
        self._rows = _Drafts(session, self._names)

    def compose_content(self) -> ComposeResult:
        """Show the list, and below it the changes of the draft under the cursor."""
        yield Rule(_("Saved drafts"))
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
        """Wrap the values to the new width."""
        self.call_after_refresh(self._show_draft)

    @on(RowList.Opened)
    def action_open(self) -> None:
        """Answer the draft under the cursor, or say why it cannot be opened."""
        if (draft := self._rows.draft) is None:
            return
        if draft.is_elsewhere:
            self._say_elsewhere(draft)
        elif opens_elsewhere(self._session, draft, self._names):
            self.dismiss(draft)
        elif is_gone(self._session, draft):
            said = _("{webhook} is gone from the server: its draft cannot be opened.")
            self.banner.say("warning", said.format(webhook=_place(draft)), COPY_OR_DISCARD)
        elif self._session.store.get(draft.instance_id) is None:
            self.banner.say(
                "warning",
                _("The instance of this draft is not known yet: the list was not read whole."),
                READ_LIST,
            )
        else:
            self.dismiss(draft)

    def action_copy(self) -> None:
        """Copy the changes of the draft under the cursor, as text."""
        if draft := self._rows.draft:
            self.app.copy(_as_text(draft), _("the changes of the draft"))

    def action_discard(self) -> None:
        """Discard the draft under the cursor, after asking."""
        draft = self._rows.draft
        if draft and draft.is_elsewhere:
            self._say_elsewhere(draft)
        elif draft:
            self.start(lambda: self._discard(draft), "discard", exclusive=True)

    def action_close(self) -> None:
        """Go back."""
        self.dismiss(None)

    def _say_elsewhere(self, draft: Draft) -> None:
        said = _("Another Hookboard on this machine has {webhook} open.")
        self.banner.say("warning", said.format(webhook=_place(draft)), FREE_LATER)

    async def _discard(self, draft: Draft) -> None:
        edited = _changes(draft)
        discard_it = ngettext(
            "discard {count} change, for good", "discard {count} changes, for good", len(edited)
        )
        answers = (
            Answer(False, "n", _("no, keep it")),
            # Not the key that asked: pressed twice it would discard unread.
            Answer(True, "x", discard_it.format(count=number(len(edited)))),
        )
        question = _("Discard the draft of {webhook}?").format(webhook=_place(draft))
        details = [
            f"{title(change)}: {visible_value(change.new, change.key)}"
            for change in edited[:_MOST_CHANGES]
        ]
        if (more := len(edited) - _MOST_CHANGES) > 0:
            details.append(_("and {count} more").format(count=number(more)))
        if await ask(self.app, question, answers, *details):
            self.banner.clear()
            await discard(self.app, self._session, draft)
            await self._read_again()

    async def _read_again(self) -> None:
        """List the drafts again: other programs take drafts and leave them too."""
        if self._session.drafts is None:
            return
        try:
            found = await on_disk(self._session.drafts.free)
        except UserError as error:
            said = _("The drafts cannot be read: {problem}.").format(problem=error.message)
            self.banner.say("error", said, error.hint)
            return
        self._show_drafts((*found.records, *found.elsewhere))

    def _show_drafts(self, drafts: Sequence[Draft]) -> None:
        self._rows.show_drafts(drafts)
        said = ngettext("{count} draft", "{count} drafts", len(drafts))
        self.top_line.show(count=said.format(count=number(len(drafts))))
        self._show_draft()

    def _show_draft(self) -> None:
        """Show the place, the age and the changes of the draft under the cursor."""
        text, rule = self.query_one("#draft-changes", Text), self.query_one("#draft-rule", Rule)
        draft = self._rows.draft
        rule.display = draft is not None
        if draft is None:
            text.show()
            return
        kept = _("kept {age}").format(age=age(draft.kept_at, self._session.now()))
        mark = _mark(self._session, draft, self._names, roomy=True)
        other = draft.server != self._session.url
        where = f"{server_name(self._session, draft, self._names)} · " if other else ""
        rule.show(f"{where}{_place(draft)}", f"{kept}, {mark}" if mark else kept)
        text.show(*change_lines(_changes(draft), self.size.width))
        self.query_one("#draft").scroll_home(animate=False)


def server_name(session: Session, draft: Draft, names: ProfileNames) -> str:
    """Name a draft's server by its profiles, or by its host where it has none."""
    if draft.server == session.url:
        return session.profile
    known = names.get(draft.server)
    return _(" or ").join(known) if known else shown_host(draft.server)


def _mark(session: Session, draft: Draft, names: ProfileNames, *, roomy: bool) -> str:
    """Say in a word or two why a draft cannot be opened here; empty where it can."""
    if draft.is_elsewhere:
        return ELSEWHERE if roomy else _("elsewhere")
    if opens_elsewhere(session, draft, names):
        return "" if draft.server in names else NO_PROFILE
    return (GONE if roomy else _("gone")) if is_gone(session, draft) else ""


def _webhook(draft: Draft) -> str:
    """Name a draft's webhook; by its URL where it has no name."""
    base, edited = draft.base, draft.values
    return clean(base.name or edited.name or base.url or edited.url or _("(no name)"), 60)


def _place(draft: Draft) -> str:
    """Name a draft's instance and webhook."""
    return f"{clean(draft.instance_name, 60)} › {_webhook(draft)}"


def _changes(draft: Draft) -> tuple[Change, ...]:
    """List the changes of a draft, cleaned: they come from a file."""
    return tuple(
        replace(change, key=clean(change.key), old=_safe(change.old), new=_safe(change.new))
        for change in draft.summary
    )


def _count(changes: int) -> str:
    return ngettext("{count} change", "{count} changes", changes).format(count=number(changes))


def _safe(value: str | bool | None) -> str | bool | None:
    return clean(value) if isinstance(value, str) else value


def _line(change: Change) -> str:
    was = "" if change.old is None and not change.is_flag else f"{value_words(change.old)} → "
    return f"{title(change)}: {was}{value_words(change.new)}"


def _as_text(draft: Draft) -> str:
    """Write a draft as text: a heading, then a line for each change."""
    heading = _("{webhook}, {server}, kept {time} UTC").format(
        webhook=_place(draft),
        server=clean(draft.server),
        time=f"{draft.kept_at:%Y-%m-%d %H:%M}",
    )
    return "\n".join((heading, *(_line(change) for change in _changes(draft))))
