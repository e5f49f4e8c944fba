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
from tui.i18n import _
from tui.model.capabilities import Capabilities
from tui.model.counting import flags_in_short
from tui.model.flag_words import label, option_words, words
from tui.model.sentence import Sentence, Wording
from tui.model.webhook import FlagsTold

_GRID_KEYS = Sentence(
    _(
        "{flag.all} all   {flag.none} none   {flag.invert} invert   {flag.preset} preset   "
        "{flag.undo} undo"
    )
)


class WebhookForm(VerticalScroll, can_focus=False):
    """The form of an edit, with the fields that webhooks have on the server; it scrolls.

    A ``locked`` form can be read and copied from; an attempt to change it sends
    :class:`Locked`.
    """

    def __init__(self, capabilities: Capabilities, *, locked: bool = False) -> None:
        super().__init__(id="form")
        self._locked = locked
        self._capabilities = capabilities
        self.texts = ("name", "url") if capabilities.names else ("url",)
        """The names of the text fields."""
        self._heading = _("Flags")
        """The heading of the grid."""

    def compose(self) -> ComposeResult:
        """Lay out fields and grid."""
        if self._capabilities.names:
            yield Field(_("Name"), id="name", words=True)
        yield Field(_("URL"), id="url", hint="https://…")
        yield Toggle(_("Enabled"), (_("on"), _("off")), id="enabled")
        for option in self._capabilities.options:
            on = _("on: {meaning}").format(meaning=option_words(option))
            yield Toggle(option, (on, _("off")), id=option)
        yield Rule(_("Flags"), id="grid-rule")
        yield FlagGrid()

    def on_mount(self) -> None:
        """Lock the fields if needed, and name the grid's keys only while they work."""
        for part in (*self.query(Entry), *self.query(Toggle), self.grid):
            part.locked = self._locked
        self.watch(self.grid, "has_focus", self._update_heading, init=False)

    @property
    def grid(self) -> FlagGrid:
        """The grid of flags."""
        return self.query_one(FlagGrid)

    @property
    def enabled(self) -> Toggle:
        """The switch of the webhook itself."""
        return self.query_one("#enabled", Toggle)

    def field(self, name: str) -> Field:
        """Return the field for ``name`` or ``url``."""
        return self.query_one(f"#{name}", Field)

    def show(self, edit: Edit) -> None:
        """Show the values of an edit."""
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
        """Mark the fields that differ from the server's webhook, if any, and count the flags."""
        on_server = not edit.base.is_new
        for name in self.texts:
            self.field(name).mark(on_server and edit.changed(name))
        self.enabled.mark(on_server and edit.changed("enabled"))
        for option, toggle in self._options():
            toggle.mark(on_server and edit.changed(option))
        self._heading = _grid_heading(edit)
        self._update_heading()

    def gather(self, edit: Edit) -> None:
        """Put the values of the form into ``edit``, also before their ``Changed`` messages come."""
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
        """Describe the flag under the cursor, else show the note about the webhook.

        The number of lines is always the same, so that nothing moves with the focus.
        """
        parts = wrap(edit.base.note, self.app.size.width - 2, 2) or [""]
        note = [line((f" {part}", "warning")) for part in parts]
        flag = self.grid.flag if self.grid.has_focus else None
        if flag is None:
            return tuple(note)
        was = None if edit.base.is_new else edit.base.flags.get(flag)
        changed = was is not None and was != edit.values.flags.get(flag)
        before = _("was on") if was else _("was off")
        sent: Span = (words(flag, self._capabilities), "muted")
        if flag in edit.base.refused:
            problem = (
                _("the server does not accept it: turn it off to save")
                if edit.values.flags[flag]
                else _("the server does not accept it")
            )
            sent = (f"{REFUSED_MARK} {problem}", "warning")
        about = line(f" {label(flag)}: ", sent, (f"   {before}" if changed else "", "changed"))
        return about, *(line() for _line in note[1:])

    def clear_messages(self) -> None:
        """Remove the messages under the fields."""
        for name in self.texts:
            self.field(name).say()

    def warn(self, warnings: Mapping[str, str]) -> None:
        """Show warnings, each under its field."""
        for name in self.texts:
            if name in warnings:
                self.field(name).say("warning", warnings[name])

    def refuse(self, errors: Mapping[str, Wording]) -> None:
        """Show errors under their fields; the focus goes to the first part with an error."""
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

    def _update_heading(self) -> None:
        """Show the heading of the grid, with its keys while it has the focus."""
        keys = with_keys(_GRID_KEYS, self.grid) if self.grid.has_focus and not self._locked else ""
        self.query_one("#grid-rule", Rule).show(self._heading, keys)

    def _options(self) -> Iterator[tuple[str, Toggle]]:
        for option in self._capabilities.options:
            yield option, self.query_one(f"#{option}", Toggle)


def _grid_heading(edit: Edit) -> str:
    """Return the heading of the grid: how many flags are on, and a hint where more may exist."""
    flags, told = edit.values.flags, edit.flags_told
    short = flags_in_short(edit.values.flags_on, len(flags), told) if flags else "0/0"
    accepted = [on for flag, on in flags.items() if flag not in edit.base.refused]
    if told is FlagsTold.NEVER_CHOSEN:
        text = _("Flags {count} on, never chosen")
    elif accepted and all(accepted) and not edit.capabilities.names_all_flags:
        text = _("Flags {count} on, all that are known")
    else:
        text = _("Flags {count} on")
    return text.format(count=short)
