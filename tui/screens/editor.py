"""The editor: name, URL, enabled and the grid of flags of one webhook."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Input
from textual.worker import Worker

from tui import saving
from tui.api.errors import ApiError
from tui.commands import bindings
from tui.editing import Edit
from tui.model.changes import Merge
from tui.model.events import label, words
from tui.model.instance import Instance
from tui.model.text import clean
from tui.model.webhook import FIELDS, Values, Webhook
from tui.reports import change_words, count, names, report, shown, title
from tui.saving import Outcome, SaveResult
from tui.screens.dialogs import Choice, ChooseScreen
from tui.screens.shell import HookboardScreen
from tui.session import Session
from tui.widgets.chrome import Banner, KeyBar, Rule, TooSmall, TopLine
from tui.widgets.event_grid import EventGrid
from tui.widgets.field import Field, Toggle
from tui.widgets.lines import Text, line

_GRID_KEYS = "a all   n none   i invert   u undo"


class EditorScreen(HookboardScreen[None]):
    """A form for one webhook. No error closes it, and nothing typed is lost by one."""

    BINDINGS = bindings("editor")
    SCOPES = ("editor", "grid")
    TYPING = True
    AUTO_FOCUS = "#name Input"

    def __init__(self, session: Session, instance: Instance, webhook: Webhook) -> None:
        super().__init__()
        self._session = session
        self._instance = instance
        self._edit = Edit.of(webhook)
        self._saving: Worker[None] | None = None
        self._again = False
        """Whether another token means to save again."""
        self._asking = False
        """Whether it is being asked if the changes may be lost."""

    def compose(self) -> ComposeResult:
        """Lay out the form; where the terminal is too low it scrolls."""
        yield TopLine()
        yield Banner()
        with VerticalScroll(id="form", can_focus=False):
            yield Field("Name", id="name")
            yield Field("URL", id="url", hint="https://…")
            yield Toggle("Enabled", ("on", "off"), id="enabled")
            yield Rule("Flags", id="grid-rule")
            yield EventGrid()
        yield Text(line(), id="flag-words")
        yield KeyBar()
        yield TooSmall()

    def on_mount(self) -> None:
        """Fill the form, then see whether the server still has what the list said."""
        self.show_keys()
        self.query_one(TopLine).show(marks=self._session.marks)
        self._fill()
        grid = self.query_one(EventGrid)
        self.watch(grid, "flags", self._switched, init=False)
        self.watch(grid, "flag", self._say_flag, init=False)
        self.watch(grid, "has_focus", self._say_flag, init=False)
        self.call_after_refresh(self._reread_quietly)

    # the form and the edit

    def _fill(self) -> None:
        """Show the edit in the form."""
        values = self._edit.values
        self._field("name").set_value(values.name)
        self._field("url").set_value(values.url)
        self.query_one(Toggle).set_on(values.enabled)
        self.query_one(EventGrid).show_flags(values.flags, self._edit.base.flags)
        self._mark()

    def _mark(self) -> None:
        """Mark what differs, and count it."""
        for name in ("name", "url"):
            self._field(name).mark(self._edit.changed(name))
        self.query_one(Toggle).mark(self._edit.changed("enabled"))
        flags = self._edit.values.flags
        head = f"Flags {self._edit.values.flags_on}/{len(flags)} on"
        self.query_one("#grid-rule", Rule).show(head, _GRID_KEYS)
        self._say_flag()
        self._say_state()

    def _say_state(self) -> None:
        changes = len(self._edit.changes)
        state = f"{count(changes, 'change')}, not saved" if changes else "no changes"
        self.query_one(TopLine).show(place=self._place, count="saving…" if self._saving else state)

    def _gather(self) -> None:
        """Take what stands in the form; the messages that tell of it may be on their way yet."""
        self._edit.set(
            name=self._field("name").value,
            url=self._field("url").value,
            enabled=self.query_one(Toggle).on,
            flags=dict(self.query_one(EventGrid).flags),
        )

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        for name in ("name", "url"):
            field = self._field(name)
            if field.input is event.input and field.value != getattr(self._edit.values, name):
                field.say()
        self._switched()

    @on(Toggle.Changed)
    def _switched(self) -> None:
        self._gather()
        self._mark()

    def _say_flag(self) -> None:
        """Say what the flag in focus sends, and what it was."""
        below, grid = self.query_one("#flag-words", Text), self.query_one(EventGrid)
        flag = grid.flag if grid.has_focus else None
        if flag is None:
            below.show(line())
            return
        was = self._edit.base.flags.get(flag)
        changed = was is not None and was != self._edit.values.flags.get(flag)
        note = f"   was {'on' if was else 'off'}" if changed else ""
        below.show(line(f" {label(flag)}: ", (words(flag), "muted"), (note, "changed")))

    # saving

    def action_save(self) -> None:
        """Save, unless something is in the way that can be said at once."""
        if self._saving:
            self.banner.say("warning", "A save is under way; its answer is waited for.")
            return
        if self._session.server.read_only:
            self.banner.say(
                "warning",
                "READ ONLY: nothing can be saved here.",
                "Start without --read-only, or change the profile.",
            )
            return
        self._gather()
        # The save reads for itself; an older answer must not come after it.
        self.workers.cancel_group(self, "reread")
        self._saving = self.start(self._save, "save")

    async def _save(self) -> None:
        try:
            self._clear_messages()
            checked = self._edit.checked
            for name, warning in checked.warnings.items():
                self._field(name).say("warning", warning)
            if checked.errors:
                self._say_field_errors(dict(checked.errors))
                return
            if self._edit.changes and checked.question and not await self._really(checked.question):
                return
            self._say_state()
            sent = self._edit.values
            result = await saving.save(self._session.server, self._instance, self._edit.base, sent)
            await self._saved(result, sent)
        finally:
            self._saving = None
            if self.is_running:
                self._say_state()

    async def _saved(self, result: SaveResult, sent: Values) -> None:
        changed = len(self._edit.changes)
        if result.outcome is Outcome.CONFLICT:
            await self._conflict(result)
            return
        if result.webhook:
            self._take(result.webhook, since=self._wanted(result, sent))
        self._again = result.outcome is Outcome.UNAUTHORISED
        self._say_field_errors(_field_errors(result))
        if said := report(result, changed):
            self.banner.say(said.kind, *said.sentences)

    def _wanted(self, result: SaveResult, sent: Values) -> Values:
        """Return what counts as untouched: all that was sent, when the server has its say."""
        return sent if not result.missing else self._edit.base.values

    def _take(self, webhook: Webhook, *, since: Values | None = None) -> Merge:
        """Go on from what the server has now, here and in the list."""
        self._gather()
        merging = self._edit.rebase(webhook, since)
        instance = self._session.store.get(self._instance.id) or self._instance
        self._instance = instance.with_webhook(webhook)
        self._session.store.replace(self._instance)
        self._fill()
        return merging

    async def _conflict(self, result: SaveResult) -> None:
        """Others changed what is changed here: nothing was written, and the user chooses."""
        assert result.merge is not None
        assert result.webhook is not None
        details = [
            f"{title(one)}: was {shown(one.base)}, on the server {shown(one.theirs)},"
            f" here {shown(one.mine)}"
            for one in result.merge.conflicts
        ]
        chosen = await self.app.push_screen_wait(
            ChooseScreen(
                f"{names(result.merge.conflicts)} changed on the server since you read it."
                " Nothing was written.",
                (
                    Choice("edit", "e", "go on editing; ^s asks again"),
                    Choice("theirs", "t", "take the server's, keep my other changes"),
                    Choice("mine", "m", "keep mine; ^s then writes over the server's"),
                ),
                *details,
            )
        )
        if chosen in ("theirs", "mine"):
            merging = self._take(result.webhook)
            if chosen == "theirs":
                self._follow(merging, result.webhook)
            self.banner.say("warning", "Look it over, then ^s saves. F3 shows what will be sent.")

    def _follow(self, merging: Merge, webhook: Webhook) -> None:
        """Take the server's side of every conflict."""
        flags = dict(self._edit.values.flags)
        for conflict in merging.conflicts:
            if conflict.is_flag:
                flags[conflict.key] = bool(conflict.theirs)
            else:
                self._edit.set(**{conflict.key: conflict.theirs})
        self._edit.set(flags=flags)
        self._fill()

    def _clear_messages(self) -> None:
        self.banner.clear()
        for name in ("name", "url"):
            self._field(name).say()

    def _say_field_errors(self, errors: dict[str, str]) -> None:
        """Put each message beside its field, and the focus on the first."""
        for name, sentence in errors.items():
            if name == "enabled":
                self.banner.say("error", f"Enabled: {sentence}")
            else:
                self._field(name).say("error", sentence)
        for name in FIELDS:
            if name in errors:
                self._focus_field(name)
                return

    async def _really(self, question: str) -> bool:
        """Ask before something doubtful is sent."""
        answer = await self.app.push_screen_wait(
            ChooseScreen(
                question,
                (Choice("back", "e", "go on editing"), Choice("save", "s", "save it so")),
            )
        )
        return answer == "save"

    # the other commands

    def action_reread(self) -> None:
        """Read the webhook again; what was changed here stays."""
        if self._saving:
            self.banner.say("warning", "A save is under way; its answer is waited for.")
            return
        self.start(lambda: self._reread(quiet=False), "reread", exclusive=True)

    def _reread_quietly(self) -> None:
        self.start(lambda: self._reread(quiet=True), "reread", exclusive=True)

    async def _reread(self, *, quiet: bool) -> None:
        """Read again. Quietly: only what differs is worth a word, errors come with the save."""
        try:
            webhook = await self._session.server.webhook(self._instance, self._edit.base.id)
        except ApiError as error:
            if not quiet:
                self._say_error(error)
            return
        if self._saving or not self.is_attached:
            return  # the save reads for itself
        merging = self._take(webhook)
        told = []
        if merging.from_theirs:
            theirs = ", ".join(change_words(change) for change in merging.from_theirs[:6])
            told.append(f"Changed on the server since it was listed: {theirs}.")
        if merging.conflicts:
            theirs = ", ".join(f"{title(one)} {shown(one.theirs)}" for one in merging.conflicts)
            told.append(f"Changed on the server too; yours stays: {theirs}.")
        if told:
            self.banner.say("warning", *told)
        elif not quiet:
            self.banner.say("on", "Read again: nothing else has changed on the server.")

    def action_review(self) -> None:
        """Show what a save would send."""
        from tui.screens.review import ReviewScreen

        self._gather()
        try:
            preview = self._session.server.preview(
                self._instance, self._edit.base, self._edit.values
            )
        except ApiError as error:
            self._say_error(error)
            return
        screen = ReviewScreen(self._place, self._session.marks, self._edit.changes, preview)
        self.app.push_screen(screen, self._reviewed)

    def _reviewed(self, save: bool | None) -> None:
        if save:
            self.action_save()

    async def action_leave(self) -> None:
        """Leave; ask when that would lose changes. While saving, stop waiting for the answer."""
        if self._saving:
            self._saving.cancel()
            self.banner.say(
                "warning",
                "You stopped waiting: it is not known whether this was saved.",
                "^r reads what the server has now. Your changes are kept.",
            )
            return
        self.start(self._ask_to_leave, "leave", exclusive=True)

    async def _ask_to_leave(self) -> None:
        if await self.may_leave():
            self.dismiss(None)

    async def may_leave(self) -> bool:
        """Ask whether to lose the changes, if there are any. To be called from a worker."""
        self._gather()
        changes = self._edit.changes
        if not changes:
            return True
        if self._asking:
            return False  # the question stands already
        self._asking = True
        kept = count(len(changes), "change")
        answer = await self.app.push_screen_wait(
            ChooseScreen(
                f"{clean(self._edit.base.name, 60)} has {kept} that nobody has saved.",
                (Choice("edit", "e", "keep editing"), Choice("discard", "d", f"discard {kept}")),
                names(changes),
            )
        )
        self._asking = False
        return answer == "discard"

    def action_credentials(self) -> None:
        """Take another token; a save that was refused for the old one goes on."""
        self.start(self._credentials, "credentials", exclusive=True)

    async def _credentials(self) -> None:
        from tui.screens.credentials import ask_for_token

        if await ask_for_token(self.app, self._session, self._instance):
            # Reading shows whether the token is right where no save waits for it.
            (self.action_save if self._again else self.action_reread)()

    # parts

    @property
    def _place(self) -> str:
        """Where one is, for the line at the top: server, instance, webhook."""
        here = f"{self._instance.name} › {self._edit.base.name}"
        return f"{self._session.profile} · {here} · {self._session.server.host}"

    def _say_error(self, error: ApiError) -> None:
        said = (f"The server says: “{words}”" for words in error.said)
        self.banner.say("error", f"{error.what}.", error.to_do, *said)

    def _field(self, name: str) -> Field:
        return self.query_one(f"#{name}", Field)

    def _focus_field(self, name: str) -> None:
        if name == "enabled":
            self.query_one(Toggle).focus()
        else:
            self._field(name).input.focus()


def _field_errors(result: SaveResult) -> dict[str, str]:
    """Return what either side said of the fields of the form."""
    said = getattr(result.error, "fields", {})
    theirs = {name: "; ".join(said[name]) for name in FIELDS if name in said}
    return {**theirs, **dict(result.field_errors)}
