"""``hookboard list --jsonl``: each row is written as soon as it is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.cli.json_output import JsonLines
from tui.core.command.list_report import list_end, list_head, webhook_json

if TYPE_CHECKING:
    from tui.cli.output import Output
    from tui.core.command.list_reader import ListReader
    from tui.core.selection import Chooses
    from tui.core.session import Session
    from tui.model.instance import Instance


class RowsAsRead:
    """Writes the chosen webhooks of each instance, once, in the order in which they arrive."""

    def __init__(self, output: Output, command: str) -> None:
        self._output = output
        self._command = command
        self._written: set[str] = set()
        self._rows = 0
        self._lines: JsonLines

    def writing(self, session: Session, chooses: Chooses) -> Callable[[Instance], None]:
        """Return what writes the webhooks of an instance of a server that were read."""
        self._lines = JsonLines(self._output, lambda: list_head(session, self._command))

        def write(instance: Instance) -> None:
            if instance.id in self._written or instance.webhooks is None:
                return
            self._written.add(instance.id)
            for webhook in map(session.server.with_known_flags, instance.webhooks):
                if chooses.has(instance, webhook):
                    self._lines.add(webhook_json(instance, webhook))
                    self._rows += 1

        return write

    def end(self, reader: ListReader) -> int:
        """Write the last line; return 0, or the exit code if something could not be written."""
        end = list_end(reader)
        end["totals"]["rows"] = self._rows  # what was read again meanwhile is not written again
        return self._lines.end(end)
