"""The form of one webhook: name, URL, enabled, the grid of flags."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from tui.editing import Edit
from tui.model.events import label, words
from tui.model.webhook import FIELDS
from tui.widgets.chrome import Rule
from tui.widgets.event_grid import EventGrid
from tui.widgets.field import Field, Toggle
from tui.widgets.lines import Line, line

_GRID_KEYS = "a all   n none   i invert   u undo"


class WebhookForm(VerticalScroll, can_focus=False):
    """Shows an edit and takes what is typed into it; it scrolls where the terminal is too low."""

    def compose(self) -> ComposeResult:
        """Lay out fields and grid."""
        yield Field("Name", id="name")
        yield Field("URL", id="url", hint="https://…")
        yield Toggle("Enabled", ("on", "off"), id="enabled")
        yield Rule("Flags", id="grid-rule")
        yield EventGrid()

    @property
    def grid(self) -> EventGrid:
        """The switches."""
        return self.query_one(EventGrid)

    @property
    def enabled(self) -> Toggle:
        """The switch of the webhook itself."""
        return self.query_one("#enabled", Toggle)

    def field(self, name: str) -> Field:
        """Return the field for ``name`` or ``url``."""
        return self.query_one(f"#{name}", Field)

    def show(self, edit: Edit) -> None:
        """Show an edit."""
        self.field("name").set_value(edit.values.name)
        self.field("url").set_value(edit.values.url)
        self.enabled.set_on(edit.values.enabled)
        self.grid.show_flags(edit.values.flags, edit.base.flags)
        self.mark(edit)

    def mark(self, edit: Edit) -> None:
        """Mark what differs from the server's, and count the flags."""
        for name in ("name", "url"):
            self.field(name).mark(edit.changed(name))
        self.enabled.mark(edit.changed("enabled"))
        head = f"Flags {edit.values.flags_on}/{len(edit.values.flags)} on"
        self.query_one("#grid-rule", Rule).show(head, _GRID_KEYS)

    def gather(self, edit: Edit) -> None:
        """Put into ``edit`` what stands here; the messages that tell of it may come later."""
        edit.set(
            name=self.field("name").value,
            url=self.field("url").value,
            enabled=self.enabled.on,
            flags=dict(self.grid.flags),
        )

    def flag_words(self, edit: Edit) -> Line:
        """Say what the flag in focus sends, and what it was."""
        flag = self.grid.flag if self.grid.has_focus else None
        if flag is None:
            return line()
        was = edit.base.flags.get(flag)
        changed = was is not None and was != edit.values.flags.get(flag)
        note = f"   was {'on' if was else 'off'}" if changed else ""
        return line(f" {label(flag)}: ", (words(flag), "muted"), (note, "changed"))

    def clear_messages(self) -> None:
        """Take away what was said beside the fields."""
        for name in ("name", "url"):
            self.field(name).say()

    def warn(self, warnings: Mapping[str, str]) -> None:
        """Say what is doubtful, each beside its field."""
        for name, sentence in warnings.items():
            self.field(name).say("warning", sentence)

    def refuse(self, errors: Mapping[str, str]) -> None:
        """Say what is wrong with name and URL beside them; the focus goes to the first field."""
        for name in ("name", "url"):
            if name in errors:
                self.field(name).say("error", errors[name])
        first = next((name for name in FIELDS if name in errors), None)
        if first == "enabled":
            self.enabled.focus()
        elif first is not None:
            self.field(first).input.focus()
