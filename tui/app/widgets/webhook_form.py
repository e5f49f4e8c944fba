"""The form of one webhook: name, URL, enabled, the grid of flags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from tui.app.key_hints import with_keys
from tui.app.widgets.field import Entry, Field, Toggle
from tui.app.widgets.flag_grid import REFUSED_MARK, FlagGrid
from tui.app.widgets.frame import Rule
from tui.app.widgets.line_widget import Line, Span, line, wrap
from tui.core.edit import Edit
from tui.model.capabilities import Capabilities
from tui.model.counting import flags_in_short
from tui.model.flag_words import label, option_words, words
from tui.model.sentence import Sentence, Wording
from tui.model.webhook import FlagsTold

_GRID_KEYS = Sentence("{flag.all} all   {flag.none} none   {flag.invert} invert   {flag.undo} undo")


class WebhookForm(VerticalScroll, can_focus=False):
    """Shows an edit and takes what is typed into it; it scrolls where the terminal is too low.

    It has the fields that webhooks have on the server. ``locked``, it can be walked and copied
    from, and sends :class:`Locked` for whatever would change it.
    """

    def __init__(self, capabilities: Capabilities, *, locked: bool = False) -> None:
        super().__init__(id="form")
        self._locked = locked
        self._capabilities = capabilities
        self.texts = ("name", "url") if capabilities.names else ("url",)
        """The text fields there are."""
        self._counted = "Flags"
        """The heading of the grid."""

    def compose(self) -> ComposeResult:
        """Lay out fields and grid."""
        if self._capabilities.names:
            yield Field("Name", id="name", words=True)
        yield Field("URL", id="url", hint="https://…")
        yield Toggle("Enabled", ("on", "off"), id="enabled")
        for option in self._capabilities.options:
            yield Toggle(option, (f"on: {option_words(option)}", "off"), id=option)
        yield Rule("Flags", id="grid-rule")
        yield FlagGrid()

    def on_mount(self) -> None:
        """Lock what is locked, and name the keys of the grid only while they work."""
        for part in (*self.query(Entry), *self.query(Toggle), self.grid):
            part.locked = self._locked
        self.watch(self.grid, "has_focus", self._head, init=False)

    @property
    def grid(self) -> FlagGrid:
        """The switches."""
        return self.query_one(FlagGrid)

    @property
    def enabled(self) -> Toggle:
        """The switch of the webhook itself."""
        return self.query_one("#enabled", Toggle)

    def field(self, name: str) -> Field:
        """Return the field for ``name`` or ``url``."""
        return self.query_one(f"#{name}", Field)

    def show(self, edit: Edit) -> None:
        """Show an edit."""
        for name in self.texts:
            self.field(name).set_value(str(edit.values.get(name)))
        self.enabled.set_on(edit.values.enabled)
        for option, toggle in self._options():
            toggle.set_on(edit.values.get(option) is True)
        untold = edit.base.unsaid if edit.base.flags_told is FlagsTold.NOTHING else frozenset()
        base = {} if edit.base.is_new else edit.base.flags
        self.grid.show_flags(edit.values.flags, base, edit.base.refused, untold)
        self.mark(edit)

    def mark(self, edit: Edit) -> None:
        """Mark what differs from the server's, and count the flags; nothing of a new one does."""
        there = not edit.base.is_new
        for name in self.texts:
            self.field(name).mark(there and edit.changed(name))
        self.enabled.mark(there and edit.changed("enabled"))
        for option, toggle in self._options():
            toggle.mark(there and edit.changed(option))
        self._counted = _counted(edit)
        self._head()

    def gather(self, edit: Edit) -> None:
        """Put into ``edit`` what stands here; the messages that tell of it may come later."""
        edit.set(
            **{name: self.field(name).value for name in self.texts},
            enabled=self.enabled.on,
            flags=dict(self.grid.flags),
            options={
                option: toggle.on
                for option, toggle in self._options()
                if toggle.on or option in edit.base.options
            },
        )

    def flag_words(self, edit: Edit) -> tuple[Line, ...]:
        """Say what the flag in focus sends, and what it was; else what to know of the webhook.

        Always as many lines, so that nothing moves with the focus.
        """
        parts = wrap(edit.base.note, self.app.size.width - 2, 2) or [""]
        note = [line((f" {part}", "warning")) for part in parts]
        flag = self.grid.flag if self.grid.has_focus else None
        if flag is None:
            return tuple(note)
        was = None if edit.base.is_new else edit.base.flags.get(flag)
        changed = was is not None and was != edit.values.flags.get(flag)
        was_words = f"   was {'on' if was else 'off'}" if changed else ""
        sent: Span = (words(flag, self._capabilities), "muted")
        if flag in edit.base.refused:
            to_do = ": turn it off to save" if edit.values.flags[flag] else ""
            sent = (f"{REFUSED_MARK} the server does not accept it{to_do}", "warning")
        said = line(f" {label(flag)}: ", sent, (was_words, "changed"))
        return said, *(line() for _ in note[1:])

    def clear_messages(self) -> None:
        """Take away what was said beside the fields."""
        for name in self.texts:
            self.field(name).say()

    def warn(self, warnings: Mapping[str, str]) -> None:
        """Say what is doubtful, each beside its field."""
        for name in self.texts:
            if name in warnings:
                self.field(name).say("warning", warnings[name])

    def refuse(self, errors: Mapping[str, Wording]) -> None:
        """Say what is wrong with name and URL beside them; the focus goes to the first field."""
        for name in self.texts:
            if name in errors:
                self.field(name).say("error", errors[name])
        match next((name for name in (*self.texts, "enabled", "flags") if name in errors), None):
            case None:
                pass
            case "enabled":
                self.enabled.focus()
            case "flags":
                self.grid.focus()
            case name:
                self.field(name).input.focus()

    def _head(self) -> None:
        """Write the heading of the grid, with its keys while they go there."""
        keys = with_keys(_GRID_KEYS, self.grid) if self.grid.has_focus and not self._locked else ""
        self.query_one("#grid-rule", Rule).show(self._counted, keys)

    def _options(self) -> Iterator[tuple[str, Toggle]]:
        for option in self._capabilities.options:
            yield option, self.query_one(f"#{option}", Toggle)


def _counted(edit: Edit) -> str:
    """Return the heading of the grid: how many flags are on, and whether those may be all."""
    flags, told = edit.values.flags, edit.flags_told
    short = flags_in_short(edit.values.flags_on, len(flags), told) if flags else "0/0"
    accepted = [on for flag, on in flags.items() if flag not in edit.base.refused]
    more = ""
    if told is FlagsTold.NEVER_CHOSEN:
        more = ", never chosen"
    elif accepted and all(accepted) and not edit.capabilities.names_all_flags:
        more = ", all that are known"
    return f"Flags {short} on{more}"
