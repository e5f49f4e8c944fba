"""Exit codes, and how a command ends with a message."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn, TypeVar

import click

from tui.cli.call import current_call
from tui.i18n import _
from tui.model.user_error import UserError

if TYPE_CHECKING:
    from tui.api.errors import ApiError

T = TypeVar("T")

FAILED = 1
"""Exit code for an error in Hookboard itself; of ``config check``, for a server that did not
answer well."""

USAGE = 2
"""Exit code for a wrong call, configuration or file."""

DIFFERS = 3
"""Exit code of a comparison that found differences."""

NO_ACCESS = 4
"""Exit code where the server refused the token and nothing was written."""

INCOMPLETE = 5
"""Exit code where some rows are not as asked, or could not be read."""

HELD_BACK = 6
"""Exit code where a safety rule held the command back and nothing was written."""

NOT_REACHED = 7
"""Exit code where the server was not reached and nothing was written."""

GIVE_TOKEN = _("Give its token by token_command, HOOKBOARD_TOKEN or --token-file.")
SAYS_WHY = _(
    "Give another token (token_command, HOOKBOARD_TOKEN or --token-file), unless the server's own "
    "words name another reason."
)


def fail(words: str) -> NoReturn:
    """Write a message to standard error and exit with :data:`USAGE`."""
    say(words)
    sys.exit(USAGE)


def say(words: str, *more: str) -> None:
    """Write a message to standard error, with more lines below it."""
    lines = [words, *filter(None, more)]
    current_call().said += lines
    for number, line in enumerate(lines):
        to_standard_error(f"           {line}\n" if number else f"hookboard: {line}\n")


def to_standard_error(text: str) -> None:
    """Write a text to standard error at once; after a signal, without waiting for a reader."""
    with current_call().writes.to(sys.stderr):
        click.echo(text, err=True, nl=False)


def say_user_error(error: UserError) -> None:
    """Write the problems of an error on this machine to standard error."""
    for problem in error.problems:
        say(problem.message, problem.hint)


def say_api_error(error: ApiError) -> None:
    """Write what happened, what to do and the server's words to standard error."""
    say(error.what, advice(error), *error.server_says)


def advice(error: ApiError) -> str:
    """Say what to do about an error; the keys of the dashboard are left out."""
    from tui.api.errors import Unauthorised

    # A hint that only names the key which asks for a token leaves nothing to say here.
    if str(error.to_do) or not isinstance(error, Unauthorised):
        return str(error.to_do)
    may_be_right = error.said and error.sent is not None and error.sent.status == 403
    return SAYS_WHY if may_be_right else GIVE_TOKEN


def code_for(error: ApiError) -> int:
    """Return the exit code for an error before anything was read or written."""
    from tui.api.errors import NoAnswer, Unauthorised, Unreachable

    match error:
        case Unauthorised():
            return NO_ACCESS
        case Unreachable() | NoAnswer():
            return NOT_REACHED
    return INCOMPLETE


def or_exit(work: Callable[[], T]) -> T:
    """Return the result of ``work``; on a :class:`UserError` write its problems and exit."""
    try:
        return work()
    except UserError as error:
        say_user_error(error)
        sys.exit(USAGE)
