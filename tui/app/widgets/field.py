"""Fields of a form: a label with its change mark, what is entered, and what is wrong with it."""

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
from tui.model.paste import one_line
from tui.model.sentence import Wording
from tui.model.text import clean

LABEL = 12
"""Cells before what is entered."""


def label_spans(text: str, *, has_focus: bool, changed: bool = False) -> tuple[Span, ...]:
    """Draw a field's label: a mark beside the one in focus, a star beside a changed one.

    A switch that says everything itself has no label, and begins further to the left.
    """
    name = f"{text:<{LABEL - 4}}" if text else ""
    if has_focus:
        return ((f"{CURSOR_MARK}{'*' if changed else ' '} {name}", "cursor"), (" ", "text"))
    return (" * " if changed else "   ", "changed"), (f"{name} ", "text")


class _Label(LineWidget):
    """The label of a text field, which knows whether the field has the focus."""

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
    """An input of text that is what it shows, whatever was pasted; hidden text stays hidden."""

    locked = False
    """Whether its text can only be read and copied."""
    joins = True
    """Whether it takes a value without blanks, which may have been broken over lines."""

    async def on_key(self, event: events.Key) -> None:
        """Run the binding of a key when it comes, as a ``KeyedWidget`` does.

        Letters are put in at once; a ``ctrl+u`` that went all the way up would come after
        the letters that were typed after it, and delete them too.
        """
        for binding in bindings_at(self, event.key):
            if await self.app.run_action(binding.action, self):
                event.stop()
                event.prevent_default()
                return

    def validate_value(self, value: str) -> str:
        """Take in only what may be shown."""
        return clean(value)

    def replace(self, text: str, start: int, end: int) -> None:
        """Put a text in the place of another, as every edit does, unless it is locked."""
        if self.locked:
            self.post_message(Locked())
        else:
            super().replace(text, start, end)

    def on_paste(self, event: events.Paste) -> None:
        """Put in what was pasted, in the place of Textual, which takes the first line only."""
        event.stop()
        event.prevent_default()
        self._put_in(event.text)

    def action_paste(self) -> None:
        """Put in what was copied or cut here; that may be of several lines, such as a request."""
        text = self.app.clipboard
        if len(text.splitlines()) > 1:
            self._put_in(text)
        else:
            super().action_paste()

    def _put_in(self, raw: str) -> None:
        pasted = one_line(raw, joins=self.joins)
        if pasted.said and not self.locked:
            self.app.notify(pasted.said, markup=False)
        if pasted.text:
            self.replace(pasted.text, *self.selection)

    def action_copy(self) -> None:
        """Copy what is selected, unless nobody is to see it."""
        if self.password:
            raise SkipAction
        super().action_copy()

    def action_cut(self) -> None:
        """Cut what is selected; what nobody is to see is only deleted."""
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
        """``lines`` are those that a message may take, at most; ``words``: a name, with blanks."""
        super().__init__(id=id)
        self._lines = lines
        self._label = _Label(label)
        self.input = Entry(compact=True, password=password, placeholder=hint, select_on_focus=False)
        self.input.cursor_blink = False
        self.input.joins = not words
        self._message = Text(classes="message")
        self._said: tuple[Role, Wording] = ("text", "")

    def compose(self) -> ComposeResult:
        """Label and input side by side, messages under the input."""
        with Horizontal():
            yield self._label
            yield self.input
        yield self._message

    def on_mount(self) -> None:
        """Follow the focus."""
        self.watch(self.input, "has_focus", self._label.show_focus)

    @property
    def value(self) -> str:
        """What is entered."""
        return self.input.value

    @property
    def message(self) -> str:
        """What is said under the field."""
        return str(self._message).strip()

    def set_value(self, value: str) -> None:
        """Put a value in, without the message of a change; the cursor goes to its end."""
        if value != self.input.value:
            with self.input.prevent(Input.Changed):
                self.input.value = value
            self.input.cursor_position = len(value)

    def mark(self, changed: bool) -> None:
        """Show whether the value differs from the server's."""
        self._label.mark(changed)

    def say(self, role: Role = "text", sentence: Wording = "") -> None:
        """Say what is wrong (``error``) or doubtful (``warning``); nothing hides the line."""
        self._said = (role, sentence)
        self._lay_out()

    def on_resize(self) -> None:
        """Break the lines anew."""
        self._lay_out()

    def _lay_out(self) -> None:
        role, sentence = self._said
        if not sentence:
            self._message.show()
            return
        mark = "✗" if role == "error" else "!"
        width = max((self.size.width or self.app.size.width) - LABEL - 3, 10)
        parts = wrap(f"{mark} {with_keys(sentence, self)}", width, self._lines)
        self._message.show(*(line(" " * LABEL, (part, role)) for part in parts))


class Toggle(KeyedWidget, can_focus=True):
    """A switch with its label: ``[x] on``."""

    BINDINGS = bindings("toggle")
    SCOPE = "toggle"
    locked = False
    """Whether it can only be read."""

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
        """Switch it, without a message."""
        self._on = on
        self.repaint()

    def mark(self, changed: bool) -> None:
        """Show whether the value differs from the server's."""
        self._changed = changed
        self.repaint()

    def line_at(self, y: int) -> Line:
        """Draw the label and the switch."""
        said = f"[x] {self._words[0]}" if self._on else f"[ ] {self._words[1]}"
        role: Role = "cursor" if self.has_focus else "on" if self._on else "text"
        label = label_spans(self._label, has_focus=self.has_focus, changed=self._changed)
        return line(*label, (said, role))

    def action_switch(self) -> None:
        """Switch it over, unless it is locked."""
        if self.locked:
            self.post_message(Locked())
            return
        self._on = not self._on
        self.repaint()
        self.post_message(self.Changed(self))

    def on_click(self, event: events.Click) -> None:
        """Switch it over."""
        self.action_switch()
