"""Exit codes, and how a command ends with a message."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NoReturn, TypeVar

import click

from tui.model.user_error import UserError

T = TypeVar("T")

FAILED = 1
"""Exit code for a server that did not answer well, and for an error in Hookboard itself."""

USAGE = 2
"""Exit code for a wrong call or configuration."""


def fail(words: str) -> NoReturn:
    """Write a message to standard error and exit with :data:`USAGE`."""
    click.echo(f"hookboard: {words}", err=True)
    sys.exit(USAGE)


def or_exit(work: Callable[[], T]) -> T:
    """Return the result of ``work``; on a :class:`UserError` write its problems and exit."""
    try:
        return work()
    except UserError as error:
        for problem in error.problems:
            click.echo(f"hookboard: {problem.message}", err=True)
            if problem.hint:
                click.echo(f"           {problem.hint}", err=True)
        sys.exit(USAGE)
