"""Fields of a form: a label with its change mark, the input, and a message under it."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input

from tui.app.commands import bindings
from tui.app.key_hints import with_keys
from tui.app.textual_internals import bindings_at
from tui.app.widgets.line_widget import (
    CURSOR_MARK,
    KeyedWidget,
    Line,
    LineWidget,
    Role,
    Span,
    Text,
    line,
    wrap,
)
from tui.app.widgets.lock import Locked
from tui.model.sentence import Wording
from tui.model.text import clean

LABEL_CELLS = 12
"""Cells of a label, before the input."""


def label_spans(text: str, *, has_focus: bool, changed: bool = False) -> tuple[Span, ...]:
    """Draw a field's label, with a mark if it has the focus and a star if it is changed.

    A switch without a label begins further to the left.
    """
    name = f"{text:<{LABEL_CELLS - 4}}" if text else ""
    if has_focus:
        return ((f"{CURSOR_MARK}{'*' if changed else ' '} {name}", "cursor"), (" ", "text"))
    return (" * " if changed else "   ", "changed"), (f"{name} ", "text")


class _Label(LineWidget):
    """The label of a text field; it shows whether the field has the focus."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text
        self._changed = False
        self._in_focus = False

    def mark(self, changed: bool) -> None:
        """Set or remove the star."""
        self._changed = changed
        self.repaint()

    def show_focus(self, in_focus: bool) -> None:
        """Show whether the field has the focus."""
        self._in_focus = in_focus
        self.repaint()

    def line_at(self, y: int) -> Line:
        """Draw the marks and the name."""
        return Line(label_spans(self._text, has_focus=self._in_focus, changed=self._changed))


class Entry(Input):
    """A text input that cleans what is pasted into it and never copies hidden text."""

    locked = False
    """Whether the text is read-only; it can still be copied."""
    joins = True
    """Whether the lines of a paste are joined: the value has no blanks, such as a URL."""

    async def on_key(self, event: events.Key) -> None:
        """Run the binding of a key when it comes, as a ``KeyedWidget`` does.

        Letters are inserted at once. A ``ctrl+u`` that first bubbled up would run after the
        letters typed after it, and delete them too.
        """
        for binding in bindings_at(self, event.key):
            if await self.app.run_action(binding.action, self):
                event.stop()
                event.prevent_default()
                return

    def validate_value(self, value: str) -> str:
        """Keep only text that may be shown."""
        return clean(value)

    def replace(self, text: str, start: int, end: int) -> None:
        """Replace a part of the text, as every edit does, unless it is locked."""
        if self.locked:
            self.post_message(Locked())
        else:
            super().replace(text, start, end)

    def on_paste(self, event: events.Paste) -> None:
        """Insert a paste; Textual itself would insert only its first line."""
        event.stop()
        event.prevent_default()
        self._insert_paste(event.text)

    def action_paste(self) -> None:
        """Insert what was copied here, which may have several lines, such as a request."""
        text = self.app.clipboard
        if len(text.splitlines()) > 1:
            self._insert_paste(text)
        else:
            super().action_paste()

    def _insert_paste(self, raw: str) -> None:
        from tui.model.paste import one_line  # not needed by the first picture

        pasted = one_line(raw, joins=self.joins)
        if pasted.said and not self.locked:
            self.app.notify(pasted.said, markup=False)
        if pasted.text:
            self.replace(pasted.text, *self.selection)

    def action_copy(self) -> None:
        """Copy the selection, unless the text is hidden."""
        if self.password:
            raise SkipAction
        super().action_copy()

    def action_cut(self) -> None:
        """Cut the selection; hidden text is only deleted."""
        if self.password:
            self.delete_selection()
        else:
            super().action_cut()


class Field(Vertical):
    """A one-line text field with its label and messages."""

    DEFAULT_CSS = """
    Field {
        height: auto;
        & > Horizontal { height: 1; }
        & _Label { width: 12; }
        & Input { width: 1fr; margin-right: 2; }
        & .message { height: auto; }
    }
    """

    def __init__(
        self,
        label: str,
        *,
        id: str,
        password: bool = False,
        hint: str = "",
        lines: int = 3,
        words: bool = False,
    ) -> None:
        """``lines``: the most a message may take; ``words``: the value may have blanks."""
        super().__init__(id=id)
        self._lines = lines
        self._label = _Label(label)
        self.input = Entry(compact=True, password=password, placeholder=hint, select_on_focus=False)
        self.input.cursor_blink = False
        self.input.joins = not words
        self._message = Text(classes="message")
        self._sentence: tuple[Role, Wording] = ("text", "")

    def compose(self) -> ComposeResult:
        """Put label and input side by side, and the message under the input."""
        with Horizontal():
            yield self._label
            yield self.input
        yield self._message

    def on_mount(self) -> None:
        """Show on the label whether the input has the focus."""
        self.watch(self.input, "has_focus", self._label.show_focus)

    @property
    def value(self) -> str:
        """The text in the input."""
        return self.input.value

    @property
    def message(self) -> str:
        """The message under the input."""
        return str(self._message).strip()

    def set_value(self, value: str) -> None:
        """Set the value without a ``Changed`` message; the cursor goes to its end."""
        if value != self.input.value:
            with self.input.prevent(Input.Changed):
                self.input.value = value
            self.input.cursor_position = len(value)

    def mark(self, changed: bool) -> None:
        """Show whether the value differs from the server's."""
        self._label.mark(changed)

    def say(self, role: Role = "text", sentence: Wording = "") -> None:
        """Show an ``error`` or a ``warning`` under the input; an empty sentence hides it."""
        self._sentence = (role, sentence)
        self._lay_out()

    def on_resize(self) -> None:
        """Wrap the message to the new width."""
        self._lay_out()

    def _lay_out(self) -> None:
        role, sentence = self._sentence
        if not sentence:
            self._message.show()
            return
        mark = "✗" if role == "error" else "!"
        width = max((self.size.width or self.app.size.width) - LABEL_CELLS - 3, 10)
        parts = wrap(f"{mark} {with_keys(sentence, self)}", width, self._lines)
        self._message.show(*(line(" " * LABEL_CELLS, (part, role)) for part in parts))


class Toggle(KeyedWidget, can_focus=True):
    """A switch with its label: ``[x] on``."""

    BINDINGS = bindings("toggle")
    SCOPE = "toggle"
    locked = False
    """Whether it is read-only."""

    @dataclass
    class Changed(Message):
        """The user switched it."""

        toggle: Toggle

    def __init__(self, label: str, words: tuple[str, str], *, id: str) -> None:
        super().__init__(id=id)
        self._label = label
        self._words = words
        self._on = False
        self._changed = False

    @property
    def on(self) -> bool:
        """Whether it is on."""
        return self._on

    def set_on(self, on: bool) -> None:
        """Switch it without a ``Changed`` message."""
        self._on = on
        self.repaint()

    def mark(self, changed: bool) -> None:
        """Show whether the value differs from the server's."""
        self._changed = changed
        self.repaint()

    def line_at(self, y: int) -> Line:
        """Draw the label and the switch."""
        switch = f"[x] {self._words[0]}" if self._on else f"[ ] {self._words[1]}"
        role: Role = "cursor" if self.has_focus else "on" if self._on else "text"
        label = label_spans(self._label, has_focus=self.has_focus, changed=self._changed)
        return line(*label, (switch, role))

    def action_switch(self) -> None:
        """Switch it, unless it is locked."""
        if self.locked:
            self.post_message(Locked())
            return
        self._on = not self._on
        self.repaint()
        self.post_message(self.Changed(self))

    def on_click(self, event: events.Click) -> None:
        """Switch it."""
        self.action_switch()
