"""The output of a command: its place, and its form (text, tab-separated lines, or JSON)."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto
from typing import NamedTuple

import click

from tui.model.text import clean


class Form(Enum):
    """The form of the data."""

    TEXT = auto()
    PLAIN = auto()
    JSON = auto()
    JSONL = auto()


class Output(NamedTuple):
    """The form and the place of a command's data."""

    form: Form = Form.TEXT
    path: str | None = None
    """The file to write to; ``None`` for standard output."""
    quiet: bool = False

    @property
    def width(self) -> int | None:
        """The width to cut lines to; ``None`` where nobody watches."""
        if self.path is None and sys.stdout.isatty():
            import shutil  # --help does without

            return shutil.get_terminal_size().columns
        return None

    @property
    def has_colours(self) -> bool:
        """Whether colours may be sent."""
        plain = os.environ.get("NO_COLOR") or os.environ.get("TERM", "dumb") == "dumb"
        return self.width is not None and not plain


def plain_line(values: Iterable[str]) -> str:
    """Return values as a tab-separated line: no value can break it."""
    return "\t".join(map(clean, values))


def styled_heading(line: str, output: Output) -> str:
    """Return the heading of a table, in bold if colours may be sent."""
    return click.style(line, bold=True) if output.has_colours else line


def table(heading: Sequence[str], rows: Sequence[Sequence[str]], output: Output) -> Iterator[str]:
    """Yield the lines of a table; none without rows."""
    from tui.cli.table import table_lines

    if rows:
        first, *others = table_lines(heading, rows, output.width)
        yield styled_heading(first, output)
        yield from others
