"""Widgets that draw lines of plain text and send only what differs.

Everything Hookboard shows apart from input fields is drawn here. A line is made of spans of
text and a role; text is never parsed as markup, and a repaint touches only the lines, and
of these only the cells, that are not on the screen already. Over a slow line this is the
difference between one packet and ten.
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

from tui.app.commands import Scope, command_at
from tui.app.shell import Shell
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
"""What a span or a line can be."""

ROLE_CLASSES = {f"line--{role}" for role in get_args(Role)}
"""The component classes of the roles. The screen has them for all its widgets: were they the
widgets' own, two thirds of the time to open a screen would go into styling them."""

Span = tuple[str, Role]
"""Text and its role."""

_WORD = re.compile(r"\S+")
_JOINTS = (re.compile(r"[/?&]+"), re.compile(r"[-._=,;:]+"))
"""Signs behind which a long word is broken, the better ones first."""
_ORPHAN = 4
"""Characters that a broken word has on its last line, at least."""

CURSOR_MARK = "▸"
"""Stands beside what the keys are for, so that it is told without colours too."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its spans from the left, and the role of the line as a whole."""

    spans: tuple[Span, ...] = ()
    role: Role = "text"


def line(*spans: Span | str, role: Role = "text") -> Line:
    """Make a line; a bare string is a span of ordinary text."""
    return Line(tuple((span, "text") if isinstance(span, str) else span for span in spans), role)


def fit(text: str, cells: int) -> str:
    """Return ``text`` in exactly ``cells`` cells: padded, or cut with an ellipsis."""
    if cells <= 0:
        return ""
    # Only as much is measured as could fit: names of 100,000 characters have been seen.
    text = text[: cells + 1] if text.isascii() else text[: 2 * cells + 1]
    if cell_len(text) <= cells:
        return set_cell_size(text, cells)
    return set_cell_size(text, cells - 1) + "…"


def fit_end(text: str, cells: int) -> str:
    """Return ``text`` in exactly ``cells`` cells, cut at its beginning: addresses end telling."""
    text = text[-2 * cells :] if len(text) > 2 * cells else text
    if cell_len(text) <= cells:
        return set_cell_size(text, cells)
    while text and cell_len(text) > cells - 1:
        text = text[1:]
    return set_cell_size("…" + text, cells)


def wrap(text: str, cells: int, most: int) -> list[str]:
    """Break ``text`` between words into lines of ``cells`` cells, at most ``most`` of them.

    A word that is longer than a line, as addresses are, is broken between its parts.
    """
    kept = text[: cells * (most + 1)]
    pieces = Content(_WORD.sub(lambda word: "\n".join(_parts(word[0], cells)), kept)).wrap(cells)
    lines = [piece.plain.rstrip() for piece in pieces]
    if len(lines) > most or len(text) > len(kept):
        whole = lines[: most - 1]
        rest = kept[_behind(whole, kept) :].replace("\n", " ").lstrip()
        lines = [*whole, fit(f"{rest} …", cells).rstrip()]
    return lines


def _behind(lines: Sequence[str], text: str) -> int:
    """Return where in a text the part begins that is not in its first lines."""
    end = 0
    for one in lines:
        end = max(text.find(one, end), end) + len(one)
    return end


def _parts(word: str, cells: int) -> list[str]:
    """Break a word into lines: behind a slash or the like, where one is near the end of a line."""
    parts = []
    while cell_len(word) > cells:
        most = len(set_cell_size(word, cells).rstrip()) if not word.isascii() else cells
        ends = ([sign.end() for sign in signs.finditer(word, most // 2, most)] for signs in _JOINTS)
        # A hard break leaves more than a letter or two for the line below.
        hard = max(most - max(_ORPHAN - (len(word) - most), 0), 1)
        end = next((found[-1] for found in ends if found), hard)
        parts.append(word[:end])
        word = word[end:]
    return [*parts, word]


def pack(words: Sequence[str], cells: int, between: str = " ") -> list[str]:
    """Put words into lines of at most ``cells`` cells, never breaking one that fits."""
    lines: list[str] = []
    for word in words:
        if lines and cell_len(lines[-1]) + cell_len(between) + cell_len(word) <= cells:
            lines[-1] += between + word
        else:
            lines.append(word)
    return [*(f"{one}{between.rstrip()}" for one in lines[:-1]), *lines[-1:]]


class LineWidget(Widget):
    """Draws the lines that :meth:`line_at` gives, one per row of its area."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "LineWidget { height: 1; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._on_screen: dict[int, Line] = {}
        self._styles_made: dict[tuple[Role, Style | None], Style] = {}

    @abstractmethod
    def line_at(self, y: int) -> Line:
        """Return the line in row ``y`` of the visible area."""

    def render_line(self, y: int) -> Strip:
        """Draw one row (Textual's line interface)."""
        wanted = self.line_at(y)
        self._on_screen[y] = wanted
        return self._strip(wanted)

    def repaint(self, rows: Iterable[int] | None = None) -> None:
        """Send what differs from what is on the screen; look at all rows, or only at some."""
        dirty = [
            region
            for y in (range(self.size.height) if rows is None else rows)
            if (region := self._difference(y, self.line_at(y))) is not None
        ]
        if dirty:
            super().refresh(*dirty)

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        """Refresh; where nobody says what, only what differs.

        Textual asks for all of a widget when the focus comes or goes, for one.
        """
        if regions or not repaint or layout or recompose or not self._on_screen:
            super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        else:
            self.repaint()
        return self

    def notify_style_update(self) -> None:
        """Draw everything anew when styles change; they are also looked at when none does."""
        super().notify_style_update()
        made = {key: self._make_style(*key) for key in self._styles_made}
        if made != self._styles_made:
            self._on_screen.clear()
            self._styles_made.clear()

    def _difference(self, y: int, wanted: Line) -> Region | None:
        """Return what of a row has to be sent: Textual sends from the left to the region's end."""
        shown = self._on_screen.get(y)
        if shown == wanted:
            return None
        width = self.size.width
        if shown is None or shown.role != wanted.role:
            return Region(0, y, width, 1)
        return Region(0, y, min(max(differs_until(shown, wanted), 1), width), 1)

    def _strip(self, wanted: Line) -> Strip:
        base = self._style(wanted.role)
        # Under the cursor one colour has to be legible, not ten.
        plain = wanted.role == "cursor"
        # What comes here is clean; that a terminal never obeys it must not hang on that.
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
        # Blanks show no colour, and naming another one takes 40 bytes: they take a neighbour's.
        near = next((style for style in styles if style), base)
        segments = []
        for text, style in zip(texts, styles, strict=True):
            near = style or _for_blanks(near, base)
            segments.append(Segment(text, near))
        rest = _for_blanks(near, base)
        strip, width = Strip(segments), self.size.width
        if strip.cell_length > width > 0:
            # What is cut shows that it is, whoever made the line.
            strip = Strip([*strip.crop(0, width - 1), Segment("…", near)])
        return strip.adjust_cell_length(width, rest).simplify()

    def _style(self, role: Role, base: Style | None = None) -> Style:
        """Return a line's style, or a span's on a line of style ``base``, colours blended."""
        if (style := self._styles_made.get((role, base))) is None:
            style = self._make_style(role, base)
            self._styles_made[role, base] = style
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


def _for_blanks(near: Style, base: Style) -> Style:
    """Return a neighbour's style where it shows nothing on blanks, else the line's."""
    return near if near.bgcolor == base.bgcolor and not near.underline else base


def differs_until(old: Line, new: Line) -> int:
    """Return the cell behind the last one in which two lines differ."""
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
    """Lines that are set from outside, as high as there are lines."""

    DEFAULT_CSS = "Text { height: auto; }"

    def __init__(self, *lines: Line, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: tuple[Line, ...] = lines

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is shown."""
        return self._lines

    def show(self, *lines: Line) -> None:
        """Show these lines instead; nothing at all hides the widget."""
        grown = len(lines) != len(self._lines)
        self._lines = lines
        if grown:
            self.refresh(layout=True)
        self.repaint()

    def line_at(self, y: int) -> Line:
        """Return a line, empty ones below the last."""
        return self._lines[y] if y < len(self._lines) else Line()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Be as high as there are lines."""
        return len(self._lines)

    def __str__(self) -> str:
        return "\n".join("".join(text for text, _ in shown.spans) for shown in self._lines)


class KeyedWidget(LineWidget):
    """Lines that do what a key of theirs says when it reaches them.

    Textual looks a binding up when the key has gone all the way up, with the focus of that
    moment: of keys that come faster than they are handled, some would go to another widget.
    """

    app = getters.app(Shell)
    SCOPE: ClassVar[Scope]
    """The place in the table of commands that is theirs."""

    def on_focus(self) -> None:
        """Show where the keys go."""
        self.repaint()

    def on_blur(self) -> None:
        """Show where the keys go."""
        self.repaint()

    async def on_key(self, event: events.Key) -> None:
        """Run the command of a key, if it has one here."""
        if command := command_at(self.SCOPE, event.key, self.app.keys):
            event.stop()
            event.prevent_default()
            await self.run_action(command.action)


class ScrollingLineWidget(KeyedWidget, ScrollView):
    """Lines of which the area shows a part; ``line_at`` counts rows of the area."""

    DEFAULT_CSS = """
    ScrollingLineWidget {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
    }
    """
