"""Widgets that draw lines of plain text and send only the cells that differ.

Everything that Hookboard shows, apart from input fields, is drawn here. A line consists of
spans, each a text with a role. Text is never parsed as markup. A repaint sends only cells
that are not on the screen already: over a slow line one packet instead of ten.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, Self, get_args

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events, getters
from textual.color import Color
from textual.content import Content
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from tui.app.bound_keys import command_at
from tui.app.commands import Scope
from tui.app.shell import Shell
from tui.app.textual_internals import repaint_now
from tui.model.text import clean

Role = Literal[
    "text",
    "strong",
    "muted",
    "on",
    "off",
    "success",
    "changed",
    "error",
    "warning",
    "found",
    "title",
    "key",
    "rule",
    "alarm",
    "production",
    "cursor",
    "cursor-blurred",
]
"""The role of a span or a line, from which its style comes."""

ROLE_CLASSES = {f"line--{role}" for role in get_args(Role)}
"""The component classes of the roles. The screen has them for all its widgets: as the widgets'
own they would take two thirds of the time to open a screen."""

Span = tuple[str, Role]
"""A text and its role."""

_WORD = re.compile(r"\S+")
_BREAK_AFTER = (re.compile(r"[/?&]+"), re.compile(r"[-._=,;:]+"))
"""Characters after which a long word is broken, the better ones first."""
_MIN_LAST_PART = 4
"""The fewest characters of a broken word on its last line."""

CURSOR_MARK = "▸"
"""The mark at the cursor, for terminals without colours too."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its spans from the left, and the role of the whole line."""

    spans: tuple[Span, ...] = ()
    role: Role = "text"


def line(*spans: Span | str, role: Role = "text") -> Line:
    """Make a line; a bare string is a span of ordinary text."""
    return Line(tuple((span, "text") if isinstance(span, str) else span for span in spans), role)


def fit(text: str, cells: int) -> str:
    """Return ``text`` in exactly ``cells`` cells: padded, or cut with an ellipsis."""
    if cells <= 0:
        return ""
    # Measure only what could fit: some names have 100,000 characters.
    text = text[: cells + 1] if text.isascii() else text[: 2 * cells + 1]
    if cell_len(text) <= cells:
        return set_cell_size(text, cells)
    return set_cell_size(text, cells - 1) + "…"


def fit_end(text: str, cells: int) -> str:
    """Return ``text`` in exactly ``cells`` cells, cut at its beginning, as addresses are."""
    text = text[-2 * cells :] if len(text) > 2 * cells else text
    if cell_len(text) <= cells:
        return set_cell_size(text, cells)
    while text and cell_len(text) > cells - 1:
        text = text[1:]
    return set_cell_size("…" + text, cells)


def wrap(text: str, cells: int, most: int) -> list[str]:
    """Break ``text`` between words into lines of ``cells`` cells, at most ``most`` of them.

    A word longer than a line, such as an address, is broken between its parts.
    """
    kept = text[: cells * (most + 1)]
    broken = _WORD.sub(lambda word: "\n".join(_break_word(word[0], cells)), kept)
    pieces = Content(broken).wrap(cells)
    lines = [piece.plain.rstrip() for piece in pieces]
    if len(lines) > most or len(text) > len(kept):
        whole = lines[: most - 1]
        rest = kept[_end_of(whole, kept) :].replace("\n", " ").lstrip()
        lines = [*whole, fit(f"{rest} …", cells).rstrip()]
    return lines


def _end_of(lines: Sequence[str], text: str) -> int:
    """Return the index in ``text`` after its first lines."""
    end = 0
    for one in lines:
        end = max(text.find(one, end), end) + len(one)
    return end


def _break_word(word: str, cells: int) -> list[str]:
    """Break a word into lines, after a slash or similar if one is in the second half of a line."""
    parts = []
    while cell_len(word) > cells:
        most = len(set_cell_size(word, cells).rstrip()) if not word.isascii() else cells
        ends = (
            [sign.end() for sign in signs.finditer(word, most // 2, most)] for signs in _BREAK_AFTER
        )
        # A break within a part leaves more than a letter or two for the last line.
        hard = max(most - max(_MIN_LAST_PART - (len(word) - most), 0), 1)
        end = next((found[-1] for found in ends if found), hard)
        parts.append(word[:end])
        word = word[end:]
    return [*parts, word]


def pack(words: Sequence[str], cells: int, between: str = " ") -> list[str]:
    """Put words into lines of at most ``cells`` cells, without breaking a word."""
    lines: list[str] = []
    for word in words:
        if lines and cell_len(lines[-1]) + cell_len(between) + cell_len(word) <= cells:
            lines[-1] += between + word
        else:
            lines.append(word)
    return [*(f"{one}{between.rstrip()}" for one in lines[:-1]), *lines[-1:]]


class LineWidget(Widget):
    """Draws the lines that :meth:`line_at` returns, one for each row of its area."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "LineWidget { height: 1; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._on_screen: dict[int, Line] = {}
        self._style_cache: dict[tuple[Role, Style | None], Style] = {}

    @abstractmethod
    def line_at(self, y: int) -> Line:
        """Return the line in row ``y`` of the visible area."""

    def render_line(self, y: int) -> Strip:
        """Draw one row (Textual's line interface)."""
        wanted = self.line_at(y)
        self._on_screen[y] = wanted
        return self._strip(wanted)

    def repaint(self, rows: Iterable[int] | None = None) -> None:
        """Send the cells that differ from the screen, of all rows or only of ``rows``."""
        dirty = [
            region
            for y in (range(self.size.height) if rows is None else rows)
            if (region := self._difference(y, self.line_at(y))) is not None
        ]
        if dirty:
            super().refresh(*dirty)
            repaint_now(self)

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        """Refresh; without arguments only the cells that differ.

        Textual refreshes whole widgets without need, for example when the focus moves.
        """
        if regions or not repaint or layout or recompose or not self._on_screen:
            super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
            if layout:
                repaint_now(self)
        else:
            self.repaint()
        return self

    def notify_style_update(self) -> None:
        """Draw everything again if styles differ; Textual also calls this when none does."""
        super().notify_style_update()
        made = {key: self._make_style(*key) for key in self._style_cache}
        if made != self._style_cache:
            self._on_screen.clear()
            self._style_cache.clear()

    def _difference(self, y: int, wanted: Line) -> Region | None:
        """Return the part of a row to send: Textual sends from the left to the region's end."""
        shown = self._on_screen.get(y)
        if shown == wanted:
            return None
        width = self.size.width
        if shown is None or shown.role != wanted.role:
            return Region(0, y, width, 1)
        return Region(0, y, min(max(differs_until(shown, wanted), 1), width), 1)

    def _strip(self, wanted: Line) -> Strip:
        base = self._style(wanted.role)
        # Under the cursor all spans get one legible colour.
        plain = wanted.role == "cursor"
        # The texts are clean already; this makes sure that no terminal obeys one.
        texts = [clean(text) for text, _ in wanted.spans if text]
        styles = [
            None
            if text.isspace()
            else base
            if plain and role != "found"
            else self._style(role, base)
            for text, role in wanted.spans
            if text
        ]
        # Blanks show no colour; with a neighbour's style they save 40 bytes for a change of style.
        near = next((style for style in styles if style), base)
        segments = []
        for text, style in zip(texts, styles, strict=True):
            near = style or _blank_style(near, base)
            segments.append(Segment(text, near))
        rest = _blank_style(near, base)
        strip, width = Strip(segments), self.size.width
        room = width - self.scrollbar_size_vertical
        if strip.cell_length > room > 0 and not strip.crop(room).text.isspace():
            # An ellipsis shows that the line is cut.
            strip = Strip([*strip.crop(0, room - 1), Segment("…", near)])
        return strip.adjust_cell_length(width, rest).simplify()

    def _style(self, role: Role, base: Style | None = None) -> Style:
        """Return the style of a line, or of a span on a line of style ``base``, colours blended."""
        if (style := self._style_cache.get((role, base))) is None:
            style = self._make_style(role, base)
            self._style_cache[role, base] = style
        return style

    def _make_style(self, role: Role, base: Style | None) -> Style:
        if role == "text":
            return base or self.rich_style
        name, screen = f"line--{role}", self.screen
        if base is None:
            return screen.get_component_rich_style(name)
        own = screen.get_component_rich_style(name, partial=True)
        color = screen.get_component_styles(name).color
        if color.a < 1 and base.bgcolor is not None:
            blended = Color.from_rich_color(base.bgcolor) + color
            own += Style(color=blended.rich_color)
        return base + own


def _blank_style(near: Style, base: Style) -> Style:
    """Return the neighbour's style if blanks look the same in it, else the line's."""
    if near is base or (near.bgcolor == base.bgcolor and not near.underline):
        return near
    return base


def differs_until(old: Line, new: Line) -> int:
    """Return the cell after the last one in which two lines differ."""
    cells = max(_cells(old), _cells(new))
    if _cells(old) != _cells(new):
        return cells
    for before, after in zip(reversed(old.spans), reversed(new.spans), strict=False):
        if before != after:
            break
        cells -= cell_len(after[0])
    return cells


def _cells(wanted: Line) -> int:
    return sum(cell_len(text) for text, _ in wanted.spans)


class Text(LineWidget):
    """A widget that shows given lines and is as high as there are lines."""

    DEFAULT_CSS = "Text { height: auto; }"

    def __init__(self, *lines: Line, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: tuple[Line, ...] = lines

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines shown."""
        return self._lines

    def show(self, *lines: Line) -> None:
        """Show these lines instead; without lines the widget takes no room."""
        grown = len(lines) != len(self._lines)
        self._lines = lines
        if grown:
            self.refresh(layout=True)
        self.repaint()

    def line_at(self, y: int) -> Line:
        """Return a line; below the last one they are empty."""
        return self._lines[y] if y < len(self._lines) else Line()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Be as high as there are lines."""
        return len(self._lines)

    def __str__(self) -> str:
        return "\n".join("".join(text for text, _ in shown.spans) for shown in self._lines)


class KeyedWidget(LineWidget):
    """A line widget that runs the command of a key as soon as the key reaches it.

    Textual looks a binding up after the key has bubbled up, with the focus of that moment. Of
    keys that come faster than they are handled, some would then go to another widget.
    """

    app = getters.app(Shell)
    SCOPE: ClassVar[Scope]
    """The place of its commands in the table."""

    def on_focus(self) -> None:
        """Draw the focus."""
        self.repaint()

    def on_blur(self) -> None:
        """Draw the focus."""
        self.repaint()

    async def on_key(self, event: events.Key) -> None:
        """Run the command of a key, if one has it here."""
        if command := command_at(self.SCOPE, event.key, self.app.keys):
            event.stop()
            event.prevent_default()
            await self.run_action(command.action)


class ScrollingLineWidget(KeyedWidget, ScrollView):
    """A line widget that scrolls; ``line_at`` counts the visible rows."""

    DEFAULT_CSS = """
    ScrollingLineWidget {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
    }
    """
