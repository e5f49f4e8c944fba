"""The output of a command: its place, and its form (text, tab-separated lines, or JSON).

Data goes to standard output or a file, everything else to standard error. A reader that has
read enough, such as ``head``, is no error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, TypeVar

import click

from tui.cli import completers
from tui.cli.call import current_call
from tui.cli.exits import USAGE, say, say_user_error
from tui.i18n import _
from tui.model.text import clean
from tui.model.user_error import UserError, reason

Function = TypeVar("Function", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--json", "as_json", is_flag=True, help=_("Write one JSON document.")),
    click.option("--jsonl", "as_jsonl", is_flag=True, help=_("Write JSON, one row on each line.")),
    click.option(
        "--plain", "as_plain", is_flag=True, help=_("Write tab-separated lines, no heading.")
    ),
    click.option(
        "-o",
        "--output",
        "path",
        metavar="FILE",
        help=_("Write to FILE (mode 0600), whole or not at all."),
        shell_complete=completers.files,
    ),
    click.option("-q", "--quiet", is_flag=True, help=_("Show no progress and no notes.")),
)


class Form(Enum):
    """The form of the data."""

    TEXT = auto()
    PLAIN = auto()
    JSON = auto()
    JSONL = auto()


@dataclass(frozen=True, slots=True)
class Output:
    """The form and the place of a command's data."""

    form: Form = Form.TEXT
    path: str | None = None
    quiet: bool = False

    @classmethod
    def from_options(cls, given: dict[str, Any]) -> Output:
        """Take the output's options from the given ones. Raises a usage error."""
        forms = {"as_json": Form.JSON, "as_jsonl": Form.JSONL, "as_plain": Form.PLAIN}
        chosen = [form for name, form in forms.items() if given.pop(name)]
        if len(chosen) > 1:
            raise click.UsageError(_("Only one of --json, --jsonl and --plain can be given."))
        form = chosen[0] if chosen else Form.TEXT
        output = cls(form, given.pop("path", None), given.pop("quiet"))
        current_call().output = output
        return output

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

    def write(self, lines: Iterable[str]) -> int:
        """Write all lines; return 0, or the exit code if they cannot be written."""
        current_call().put_off_signals()
        code = to_standard_output(lines) if self.path is None else _to_file(self.path, lines)
        current_call().has_answered = True
        return code


def output_options(command: Function) -> Function:
    """Add the options that choose form and place of the data. A decorator."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def form_options(command: Function) -> Function:
    """Add the options of a command whose ``-o`` has another meaning. A decorator."""
    for option in reversed((*_OPTIONS[:3], _OPTIONS[4])):
        command = option(command)
    return command


def plain_line(values: Iterable[str]) -> str:
    """Return values as a tab-separated line: no value can break it."""
    return "\t".join(map(clean, values))


def to_standard_output(lines: Iterable[str]) -> int:
    """Write lines at once; return 0, or the exit code if they cannot be written.

    Where nobody reads any more, the work under way ends.
    """
    output = sys.stdout
    try:
        for line in lines:
            output.buffer.write(f"{line}\n".encode(output.encoding, "backslashreplace"))
        output.flush()
    except BrokenPipeError:
        close_standard_output()
    except OSError as error:
        close_standard_output()
        text = _("standard output could not be written: {reason}")
        say(text.format(reason=reason(error)))
        return USAGE
    return 0


def close_standard_output() -> None:
    """Send the data that is still to be written nowhere, and end the work under way."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    current_call().lose_reader()


def _to_file(path: str, lines: Iterable[str]) -> int:
    from pathlib import Path

    from tui.storage.private_files import write_named

    content = "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")
    try:
        write_named(Path(path), content)
    except UserError as error:
        say_user_error(error)
        return USAGE
    return 0


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
