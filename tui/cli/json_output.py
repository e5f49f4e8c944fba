"""The data of a command as JSON: one document, or a line for each row as soon as it ends.

A call that asks for JSON gets it whatever happens: where a command came to nothing, a document
without rows says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from tui.cli.call import current_call
from tui.cli.output import Form, Output
from tui.cli.write import to_standard_output, write_lines
from tui.model.report_format import FORMAT


def document_lines(
    head: Mapping[str, Any], rows: Iterable[Mapping[str, Any]], end: Mapping[str, Any]
) -> Iterator[str]:
    """Yield one document, with a row on each line."""
    yield f'{as_json(head)[:-1]}, "rows": ['
    held = ""
    for row in rows:
        if held:
            yield f"{held},"
        held = as_json(row)
    if held:
        yield held
    yield f"], {as_json(end)[1:]}"


def write_document(
    output: Output,
    head: Mapping[str, Any],
    rows: Iterable[Mapping[str, Any]],
    end: Mapping[str, Any],
) -> int:
    """Write all rows as one document or as lines; return 0, or the exit code of a failure."""
    if output.form is Form.JSON:
        # A fault in a row must not end a document in the middle.
        return write_lines(output, list(document_lines(head, rows, end)))
    lines = JsonLines(output, lambda: head)
    for row in rows:
        lines.add(row)
    return lines.end(end)


class JsonLines:
    """The lines of ``--jsonl``, each written at once; a file is written at the end, whole."""

    def __init__(self, output: Output, head: Callable[[], Mapping[str, Any]]) -> None:
        """``head`` returns the first line, and is called before the first row."""
        self._output = output
        self._head = head
        self._kept: list[str] = []
        self._code = 0

    def add(self, row: Mapping[str, Any]) -> None:
        """Write a row."""
        self._begin()
        self._write(row)

    def end(self, end: Mapping[str, Any]) -> int:
        """Write the last line; return 0, or the exit code if something could not be written."""
        self._begin()
        self._write(end)
        if self._output.path is not None:
            return write_lines(self._output, self._kept)
        current_call().has_answered = True
        return self._code

    def _begin(self) -> None:
        if not current_call().has_head:
            current_call().has_head = True
            self._write(self._head())

    def _write(self, value: Mapping[str, Any]) -> None:
        line = as_json(value)
        if self._output.path is not None:
            self._kept.append(line)
        else:
            self._code = to_standard_output([line]) or self._code


def write_unanswered(output: Output, command: str) -> None:
    """Write a document without rows: why a command came to nothing."""
    call = current_call()
    head = {
        "hookboard": FORMAT,
        "command": command,
        "run": "",
        "server": {"url": "", "kind": ""},
    }
    end = {"totals": {"rows": 0}, "complete": False, "said": call.said}
    write_document(output, head, (), end)


def asked_output(arguments: Sequence[str]) -> Output | None:
    """Return the output that arguments ask for which could not be read; ``None`` for no JSON."""
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    if "--jsonl" in options:
        return Output(Form.JSONL)
    return Output(Form.JSON) if "--json" in options else None


def as_json(value: object) -> str:
    """Return a value on one line."""
    import json  # --help does without

    # ASCII is right in every locale, and text from outside may be no valid UTF-8.
    return json.dumps(value, ensure_ascii=True)
