"""Writing the data of a command: to standard output or a file.

Everything else goes to standard error. A reader that has read enough, such as ``head``, is no
error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from tui.cli.call import current_call
from tui.cli.exits import USAGE, say, say_user_error
from tui.i18n import _
from tui.model.user_error import UserError, reason

if TYPE_CHECKING:
    from tui.cli.output import Output


def write_lines(output: Output, lines: Iterable[str]) -> int:
    """Write all lines; return 0, or the exit code if they cannot be written."""
    current_call().put_off_signals()
    code = to_standard_output(lines) if output.path is None else _to_file(output.path, lines)
    current_call().has_answered = True
    return code


def to_standard_output(lines: Iterable[str]) -> int:
    """Write lines at once; return 0, or the exit code if they cannot be written.

    Where nobody reads any more, the work under way ends.
    """
    output, writes = sys.stdout, current_call().writes
    try:
        for line in lines:
            data = f"{line}\n".encode(output.encoding, "backslashreplace")
            with writes.to(output):
                output.buffer.write(data)
        with writes.to(output):
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
        with current_call().writes.to(None):
            write_named(Path(path), content)
    except UserError as error:
        say_user_error(error)
        return USAGE
    return 0
