"""The frame of a screen: top line, rules between panes, banner, key bar, and cover."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from textual import events
from textual.geometry import Size
from textual.message import Message

from tui.app.commands import Command
from tui.app.key_hints import with_keys
from tui.app.widgets.line_widget import Line, LineWidget, Role, Span, Text, fit, line, wrap
from tui.app.widgets.place import fit_place
from tui.i18n import _
from tui.messages.severity import Severity
from tui.model.place import Mark, Place
from tui.model.sentence import Wording

MIN_SIZE = Size(60, 18)
"""The smallest terminal in which Hookboard works."""

_NAME = " hookboard  "
"""The program's name, before the place if there is room."""

_MARKS: dict[Mark, Span] = {
    Mark.PRODUCTION: (_(" PRODUCTION "), "production"),
    Mark.READ_ONLY: (_(" READ ONLY "), "alarm"),
    Mark.NO_HISTORY: (_(" NO HISTORY "), "alarm"),
}


def mark_spans(marks: Iterable[Mark | Span]) -> tuple[Span, ...]:
    """Draw the marks of a server; a mark that a screen draws itself stays as it is."""
    return tuple(_MARKS[mark] if isinstance(mark, Mark) else mark for mark in marks)


class TopLine(LineWidget):
    """The line at the top: the place on the left, the count on the right, READ ONLY between."""

    def __init__(self) -> None:
        super().__init__()
        self._place = Place("")
        self._marks: tuple[Span, ...] = ()
        self._count = ""
        self._wait = ""
        self._run = ""

    def show(
        self,
        *,
        place: Place | None = None,
        count: str | None = None,
        wait: str | None = None,
        marks: Iterable[Mark | Span] | None = None,
        run: str | None = None,
    ) -> None:
        """Change parts of the line; ``None`` leaves a part as it is."""
        self._run = self._run if run is None else run
        self._place = self._place if place is None else place
        self._count = self._count if count is None else count
        self._wait = self._wait if wait is None else wait
        self._marks = self._marks if marks is None else mark_spans(marks)
        self.repaint()

    def line_at(self, y: int) -> Line:
        """Draw the parts; the program's name is left out if there is no room."""
        run: tuple[Span, ...] = ((f"{self._run} ", "changed"),) if self._run else ()
        shown_marks = (*self._marks, *run)
        marks = sum(cell_len(text) + 1 for text, _role in shown_marks)
        count = self._count_and_wait
        room = self.size.width - marks - cell_len(count) - 2
        # Without marks a blank separates the place from the count.
        for_place = room if shown_marks else room - 1
        place = fit_place(self._place, for_place - len(_NAME))
        name = _NAME
        if place != str(self._place):
            name, place = " ", fit_place(self._place, for_place - 1)
        spans: list[Span] = [(name, "title"), (fit(place, room - len(name)), "text")]
        for mark in shown_marks:
            spans += [(" ", "text"), mark]
        return Line((*spans, (f" {count} ", "muted")))

    @property
    def _count_and_wait(self) -> str:
        if not self._wait or self._count.endswith("…"):
            return f"{self._count} {self._wait}".strip()
        if not self._count:
            return _("waiting {wait}").format(wait=self._wait)
        return _("{count}, waiting {wait}").format(count=self._count, wait=self._wait)


class Rule(LineWidget):
    """A rule with a heading, and a note at its end."""

    def __init__(self, heading: str = "", *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._heading = heading
        self._note = ""

    def show(self, heading: str, note: str = "") -> None:
        """Change the heading and the note."""
        self._heading, self._note = heading, note
        self.repaint()

    def line_at(self, y: int) -> Line:
        """Draw the rule to the right edge."""
        width = self.size.width
        if not self._heading:
            return line(("─" * width, "rule"))
        heading = fit(self._heading, min(cell_len(self._heading[:200]), max(width - 6, 1)))
        # The heading comes first; the note gets the rest.
        room = width - cell_len(heading) - 8
        note = fit(self._note, min(cell_len(self._note[:200]), room)) if room > 0 else ""
        note = f" {note} " if note else ""
        left = width - cell_len(heading) - cell_len(note) - 4
        rule = " " + "─" * max(left, 0)
        return line(("── ", "rule"), (heading, "strong"), (rule + note, "rule"))


class KeyBar(LineWidget):
    """The line of keys at the bottom. A click does what the key does."""

    class Pressed(Message):
        """A command was clicked."""

        def __init__(self, command: Command) -> None:
            super().__init__()
            self.command = command

    def __init__(self) -> None:
        super().__init__()
        self._items: tuple[tuple[Command, str], ...] = ()

    def show(self, items: Sequence[tuple[Command, str]]) -> None:
        """Show these commands, each with its key."""
        self._items = tuple(items)
        self.repaint()

    @property
    def _shown(self) -> tuple[tuple[Command, str], ...]:
        """The commands to show, without the dispensable ones if there is not room for all."""
        width = sum(_key_cells(*item) for item in self._items)
        if width <= self.size.width:
            return self._items
        return tuple(item for item in self._items if not item[0].hidden_first)

    def line_at(self, y: int) -> Line:
        """Draw as many commands as fit."""
        spans: list[Span] = []
        room = self.size.width
        for command, key in self._shown:
            room -= _key_cells(command, key)
            if room < 0:
                break
            spans += [(f" {key}", "key"), (f" {command.label} ", "muted")]
        return Line(tuple(spans))

    def on_click(self, event: events.Click) -> None:
        """Report the command under the pointer."""
        x = 0
        for command, key in self._shown:
            x += _key_cells(command, key)
            if event.x < x:
                self.post_message(self.Pressed(command))
                return


def _key_cells(command: Command, key: str) -> int:
    return len(key) + len(command.label) + 3


SEVERITY_MARKS: dict[Severity, str] = {"error": "✗", "warning": "!", "success": "✓"}
"""The mark before the first sentence of a banner."""


class Banner(Text):
    """A result or an error, what to do, and the server's own words; hidden when empty."""

    DEFAULT_CSS = "Banner { display: none; }"
    MAX_LINES = 7
    """Lines; the form below must stay usable at 80×24."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._severity: Severity | None = None
        self._sentences: tuple[Wording, ...] = ()
        self._expires = False
        self._beneath: tuple[Severity, tuple[Wording, ...]] | None = None
        """A lasting message that the answer to a command hides until it expires."""

    @property
    def sentences(self) -> tuple[str, ...]:
        """The sentences shown, with the keys as they are bound."""
        return tuple(with_keys(sentence, self) for sentence in self._sentences)

    def says(self, *sentences: Wording) -> bool:
        """Whether exactly these sentences are shown now."""
        return self._sentences == sentences

    @property
    def severity(self) -> Severity | None:
        """The severity of the message; ``None`` when hidden."""
        return self._severity

    def say(self, severity: Severity, *sentences: Wording, expires: bool = False) -> None:
        """Show a message; its first sentence gets the mark of the severity.

        A success always ``expires``: the next change or command removes it. An error or a
        warning stays until another message, unless it only answers a command: then it hides
        what was shown before until the next command.
        """
        if not expires or severity == "success":
            self._beneath = None
        elif self._severity and not self._expires:
            self._beneath = self._severity, self._sentences
        self._severity = severity
        self._expires = expires or severity == "success"
        self._set(tuple(sentence for sentence in sentences if sentence))

    def clear(self) -> None:
        """Hide the banner."""
        self._beneath = None
        if self._sentences:
            self._severity, self._expires = None, False
            self._set(())

    def withdraw(self, *sentences: Wording) -> None:
        """Hide these sentences, also where the answer to a command is shown over them."""
        if self.says(*sentences):
            self.clear()
        elif self._beneath and self._beneath[1] == sentences:
            self._beneath = None

    def expire(self) -> None:
        """Hide a message that expires: something was changed, or another command was run."""
        if not self._expires:
            return
        if self._beneath:
            severity, sentences = self._beneath
            self.say(severity, *sentences)
        else:
            self.clear()

    def on_resize(self) -> None:
        """Wrap the sentences to the new width."""
        self._lay_out()

    def _set(self, sentences: tuple[Wording, ...]) -> None:
        self._sentences = sentences
        self.display = bool(sentences)
        self._lay_out()

    def _lay_out(self) -> None:
        width = self.size.width or self.app.size.width
        lines: list[Line] = []
        for number, sentence in enumerate(self.sentences):
            first = self._severity if number == 0 else None
            role: Role = first or "text"
            mark = SEVERITY_MARKS[first] if first else " "
            for part in wrap(sentence, max(width - 4, 10), 3):
                lines.append(line((f" {mark} {part}", role)))
                mark = " "
        self.show(*lines[: self.MAX_LINES])


class TooSmall(LineWidget):
    """The cover over a screen while the terminal is too small."""

    def line_at(self, y: int) -> Line:
        """Say which size is needed."""
        if y != self.size.height // 2:
            return Line()
        width, height = self.app.size
        sentence = _("Hookboard needs {needed}; this is {actual}.").format(
            needed=f"{MIN_SIZE.width}×{MIN_SIZE.height}", actual=f"{width}×{height}"
        )
        return line((fit(sentence, self.size.width), "warning"))
