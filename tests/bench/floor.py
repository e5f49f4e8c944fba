"""The floor: a bare Textual app with a table of 30 rows, run by path as a program."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import DataTable

ROWS = 30


class Floor(App[None]):
    """An app with one table."""

    def compose(self) -> ComposeResult:
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        table.add_columns("Connection", "Name", "Number", "Webhooks")
        for number in range(1, ROWS + 1):
            table.add_row("open", f"row-{number:02}", f"551190000{number:04}", "2 webhooks, 1 on")


if __name__ == "__main__":
    Floor().run()
