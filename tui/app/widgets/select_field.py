"""A field of a form that shows one of a few options."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from textual import events
from textual.message import Message

from tui.app.commands import bindings
from tui.app.widgets.field import label_spans
from tui.app.widgets.line_widget import KeyedWidget, Line, Role, line

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Option(Generic[Value]):
    """One of the options."""

    value: Value
    label: str
    """The name for people."""
    hint: str = ""
    """The meaning, if the label does not say it."""


class SelectField(KeyedWidget, Generic[Value], can_focus=True):
    """The chosen option with its label: ``‹ CodeChat v1 ›``; after the last comes the first."""

    BINDINGS = bindings("choice")
    SCOPE = "choice"

    @dataclass
    class Changed(Message):
        """The user chose another option."""

        field: SelectField[Any]

    def __init__(self, label: str, options: Sequence[Option[Value]], *, id: str) -> None:
        super().__init__(id=id)
        self._label = label
        self._options = options
        self._chosen = options[0]

    @property
    def value(self) -> Value:
        """The chosen value."""
        return self._chosen.value

    def set_value(self, value: object) -> None:
        """Choose without a ``Changed`` message; a value that is no option changes nothing."""
        self._chosen = next((one for one in self._options if one.value == value), self._chosen)
        self.repaint()

    def line_at(self, y: int) -> Line:
        """Draw label and option; every option takes the same width."""
        width = max(len(one.label) for one in self._options)
        role: Role = "cursor" if self.has_focus else "text"
        chosen = (f"‹ {self._chosen.label:^{width}} ›", role)
        label = label_spans(self._label, has_focus=self.has_focus)
        return line(*label, chosen, (f"  {self._chosen.hint}", "muted"))

    def action_step(self, by: int) -> None:
        """Choose the next option (1) or the previous one (-1)."""
        now = self._options.index(self._chosen)
        self._chosen = self._options[(now + by) % len(self._options)]
        self.repaint()
        self.post_message(self.Changed(self))

    def on_click(self, event: events.Click) -> None:
        """Choose the next option."""
        self.action_step(1)
