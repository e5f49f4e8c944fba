"""The line at the top, the rules between panes, the keys at the bottom, the banner."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual import events
from textual.geometry import Size
from textual.message import Message

from tui.app.commands import Command
from tui.app.key_hints import with_keys
from tui.app.widgets.line_widget import Line, LineWidget, Role, Span, Text, fit, line, wrap
from tui.app.widgets.place import fit_place
from tui.messages.severity import Severity
from tui.model.place import Place
from tui.model.sentence import Wording

MIN_SIZE = Size(60, 18)
"""The smallest terminal one can work in."""

_NAME = " hookboard  "
"""Before the place, where there is room."""


class TopLine(LineWidget):
    """Where one is, on the left; how much there is, on the right; READ ONLY between."""

    def __init__(self) -> None:
        super().__init__()
        self._place = Place("")
        self._marks: tuple[Span, ...] = ()
        self._count = ""
        self._wait = ""

    def show(
        self,
        *,
        place: Place | None = None,
        count: str | None = None,
        wait: str | None = None,
        marks: Sequence[Span] | None = None,
    ) -> None:
        """Change what is said; ``None`` leaves it as it is."""
        self._place = self._place if place is None else place
        self._count = self._count if count is None else count
        self._wait = self._wait if wait is None else wait
        self._marks = self._marks if marks is None else tuple(marks)
        self.repaint()

    def line_at(self, y: int) -> Line:
        """Lay the parts out; the program's name gives way when there is no room."""
        marks = sum(cell_len(text) + 1 for text, _ in self._marks)
        count = self._count_and_wait
        room = self.size.width - marks - cell_len(count) - 2
        # Marks set the place off from the count by themselves.
        for_place = room if self._marks else room - 1
        place = fit_place(self._place, for_place - len(_NAME))
        name = _NAME
        if place != str(self._place):
            name, place = " ", fit_place(self._place, for_place - 1)
        spans: list[Span] = [(name, "title"), (fit(place, room - len(name)), "text")]
        for mark in self._marks:
            spans += [(" ", "text"), mark]
        return Line((*spans, (f" {count} ", "muted")))

    @property
    def _count_and_wait(self) -> str:
        if not self._wait or self._count.endswith("…"):
            return f"{self._count} {self._wait}".strip()
        return f"{self._count}, waiting {self._wait}".lstrip(", ")


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
        """Draw the rule through to the end."""
        width = self.size.width
        if not self._heading:
            return line(("─" * width, "rule"))
        heading = fit(self._heading, min(cell_len(self._heading[:200]), max(width - 6, 1)))
        # The note gives way to the heading.
        room = width - cell_len(heading) - 8
        note = fit(self._note, min(cell_len(self._note[:200]), room)) if room > 0 else ""
        note = f" {note} " if note else ""
        left = width - cell_len(heading) - cell_len(note) - 4
        rule = " " + "─" * max(left, 0)
        return line(("── ", "rule"), (heading, "strong"), (rule + note, "rule"))


class KeyBar(LineWidget):
    """The most used keys of the screen. A click does what the key does."""

    class Pressed(Message):
        """A command was clicked."""

        def __init__(self, command: Command) -> None:
            super().__init__()
            self.command = command

    def __init__(self) -> None:
        super().__init__()
        self._items: tuple[tuple[Command, str], ...] = ()

    def show(self, items: Sequence[tuple[Command, str]]) -> None:
        """Show these commands with their keys."""
        self._items = tuple(items)
        self.repaint()

    @property
    def _shown(self) -> tuple[tuple[Command, str], ...]:
        """The commands that have room, when those that give way do."""
        width = sum(_key_cells(*item) for item in self._items)
        if width <= self.size.width:
            return self._items
        return tuple(item for item in self._items if not item[0].hidden_first)

    def line_at(self, y: int) -> Line:
        """Draw as many as there is room for."""
        spans: list[Span] = []
        room = self.size.width
        for command, key in self._shown:
            room -= _key_cells(command, key)
            if room < 0:
                break
            spans += [(f" {key}", "key"), (f" {command.label} ", "muted")]
        return Line(tuple(spans))

    def on_click(self, event: events.Click) -> None:
        """Find the command under the pointer."""
        x = 0
        for command, key in self._shown:
            x += _key_cells(command, key)
            if event.x < x:
                self.post_message(self.Pressed(command))
                return


def _key_cells(command: Command, key: str) -> int:
    return len(key) + len(command.label) + 3


MARKS: dict[Severity, str] = {"error": "✗", "warning": "!", "success": "✓"}
"""What stands before the first sentence of a banner."""


class Banner(Text):
    """What went wrong or well, what to do, and the server's own words; hidden when empty."""

    DEFAULT_CSS = "Banner { display: none; }"
    MOST = 7
    """Lines; the form below must stay usable at 80×24."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._severity: Severity | None = None
        self._sentences: tuple[Wording, ...] = ()
        self._expires = False

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is said, a sentence each, with the keys as they are bound."""
        return tuple(with_keys(sentence, self) for sentence in self._sentences)

    def says(self, *sentences: Wording) -> bool:
        """Whether this is what is said now."""
        return self._sentences == sentences

    @property
    def severity(self) -> Severity | None:
        """How good or bad it is; ``None`` when hidden."""
        return self._severity

    def say(self, severity: Severity, *sentences: Wording, expires: bool = False) -> None:
        """Say something; the first sentence carries the mark of the severity.

        Good news ``expires``: it is out of date with the next change or command. What went wrong
        stays until something else is said, unless it only answered a command.
        """
        self._severity = severity
        self._expires = expires or severity == "success"
        self._set(tuple(sentence for sentence in sentences if sentence))

    def clear(self) -> None:
        """Say nothing."""
        if self._sentences:
            self._severity, self._expires = None, False
            self._set(())

    def expire(self) -> None:
        """Take away what is out of date once something is changed or another command is run."""
        if self._expires:
            self.clear()

    def on_resize(self) -> None:
        """Break the lines anew."""
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
            mark = MARKS[first] if first else " "
            for part in wrap(sentence, max(width - 4, 10), 3):
                lines.append(line((f" {mark} {part}", role)))
                mark = " "
        self.show(*lines[: self.MOST])


class TooSmall(LineWidget):
    """Covers the screen when the terminal is too small to work in."""

    def line_at(self, y: int) -> Line:
        """Say how large it has to be."""
        if y != self.size.height // 2:
            return Line()
        width, height = self.app.size
        said = f"Hookboard needs {MIN_SIZE.width}×{MIN_SIZE.height}; this is {width}×{height}."
        return line((fit(said, self.size.width), "warning"))
