"""The measurements and their budgets as a Markdown table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; ``held`` is ``None`` where there is no budget."""

    measure: str
    budget: str
    measured: str
    held: bool | None

    @property
    def verdict(self) -> str:
        """``ok``, ``OVER``, or nothing where there is no budget."""
        return {True: "ok", False: "**OVER**", None: ""}[self.held]


def limited(measure: str, value: float, limit: float, write: Callable[[float], str]) -> Row:
    """Compare a value with its limit."""
    return Row(measure, f"≤ {write(limit)}", write(value), value <= limit)


def ratio(measure: str, limit: float, ours: Sequence[float], floors: Sequence[float]) -> Row:
    """Compare pairs of seconds, each of the same moment, by the median of their ratios."""
    value = median(one / floor for one, floor in zip(ours, floors, strict=True))
    measured = f"{value:.2f} × ({ms(median(ours))} : {ms(median(floors))})"
    return Row(measure, f"≤ {limit} ×", measured, value <= limit)


def beyond(
    measure: str,
    limit: float,
    ours: Sequence[float],
    floors: Sequence[float],
    write: Callable[[float], str],
) -> Row:
    """Compare pairs, each of the same moment, by the median of their differences."""
    value = median(one - floor for one, floor in zip(ours, floors, strict=True))
    return Row(measure, f"≤ floor + {write(limit)}", f"floor + {write(value)}", value <= limit)


def noted(measure: str, value: str) -> Row:
    """Note a value without a budget."""
    return Row(measure, "", value, None)


def ms(seconds: float) -> str:
    """Write seconds as milliseconds."""
    return f"{seconds * 1000:.0f} ms"


def tenths(seconds: float) -> str:
    """Write seconds as milliseconds with tenths."""
    return f"{seconds * 1000:.1f} ms"


def kb(size: float) -> str:
    """Write bytes as kilobytes of 1,000."""
    return f"{size / 1000:.1f} KB"


def mb(size: float) -> str:
    """Write bytes as megabytes of 1,000,000."""
    return f"{size / 1_000_000:.0f} MB"


def plain(number: float) -> str:
    """Write a number of bytes."""
    return f"{number:,.0f} bytes"


def markdown(rows: Iterable[Row]) -> str:
    """Return the table with aligned columns, to be readable as text too."""
    head = ("measure", "budget", "measured", "")
    cells = [head, *((row.measure, row.budget, row.measured, row.verdict) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(head))]
    lines = [_line(line, widths) for line in cells]
    lines.insert(1, "| " + " | ".join("-" * max(width, 3) for width in widths) + " |")
    return "\n".join(lines)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (f"{cell:<{max(width, 3)}}" for cell, width in zip(cells, widths, strict=True))
    return "| " + " | ".join(padded) + " |"
