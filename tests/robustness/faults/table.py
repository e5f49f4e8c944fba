"""The table of faults × operations, filled in by the tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

OPERATIONS = ("list", "read", "save", "carried out", "escape")
"""``carried out`` is a save that the server carried out before it failed; ``escape`` is to
stop waiting, in each of the other three."""
_WIDEST = 76


@dataclass
class Row:
    """One fault: by operation, the longest wait of a key in seconds."""

    fault: str
    cells: dict[str, float] = field(default_factory=dict)
    skipped: set[str] = field(default_factory=set)
    """Operations that this fault cannot affect."""
    says: str = ""
    """The message on the dashboard."""

    def cell(self, operation: str) -> str:
        if operation in self.cells:
            return f"{self.cells[operation] * 1000:.0f} ms"
        return "–" if operation in self.skipped else "FAILED"


@dataclass
class Table:
    """All rows of this run."""

    rows: list[Row] = field(default_factory=list)

    def row(self, fault: str) -> Row:
        """Return the row of a fault, a new one if needed; an operation not filled in has failed."""
        row = next((row for row in self.rows if row.fault == fault), None)
        if row is None:
            row = Row(fault)
            self.rows.append(row)
        return row

    def merge(self, other: Table) -> None:
        """Add the rows filled in by the tests of another process."""
        for theirs in other.rows:
            row = self.row(theirs.fault)
            for operation, slowest in theirs.cells.items():
                row.cells[operation] = max(slowest, row.cells.get(operation, 0.0))
            row.skipped |= theirs.skipped
            row.says = row.says or theirs.says

    def lines(self) -> Iterator[str]:
        """Write the Markdown table, unless none of its tests ran."""
        if not self.rows:
            return
        cells: list[tuple[str, ...]] = [("fault", *OPERATIONS, "what is said of it")]
        for row in self.rows:
            said = row.says if len(row.says) <= _WIDEST else row.says[: _WIDEST - 1] + "…"
            cells.append((row.fault, *map(row.cell, OPERATIONS), said))
        widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
        cells.insert(1, tuple("-" * width for width in widths))
        for line in cells:
            padded = (f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True))
            yield f"| {' | '.join(padded)} |"
        count = sum(len(row.cells) for row in self.rows)
        worst = max((time for row in self.rows for time in row.cells.values()), default=0.0)
        yield f"{len(self.rows)} faults, {count} cells; a key waited {worst * 1000:.0f} ms at most."


TABLE = Table()
