"""Options that several commands take: adding them, and those of the server to connect to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from tui.cli import completers
from tui.i18n import _
from tui.model.server_kind import APIS

if TYPE_CHECKING:
    from tui.config.overrides import Overrides

Decorator: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Any]]


def adding(*options: Decorator) -> Decorator:
    """Return a decorator that adds options to a command, which its help lists in this order."""

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return add


_SERVER_OPTIONS = (
    click.option(
        "--profile",
        metavar="NAME",
        help=_("The profile to use."),
        shell_complete=completers.profiles,
    ),
    click.option("--url", metavar="URL", help=_("The server's address.")),
    click.option("--business", metavar="ID", help=_("The business whose instances are listed.")),
    click.option("--api", type=click.Choice(APIS), help=_("The kind of server.")),
    click.option(
        "--timeout",
        type=click.IntRange(1, 3600),
        metavar="SECONDS",
        help=_("Give up after so many seconds without a byte; a list after four times that."),
    ),
    click.option(
        "--token-file",
        metavar="FILE",
        help=_("Read the token from FILE; - is standard input."),
        shell_complete=completers.files,
    ),
    click.option("--read-only", is_flag=True, help=_("Send nothing that writes.")),
)


server_options = adding(*_SERVER_OPTIONS)
"""The decorator that adds the options that choose the server."""

server_options_but_url = adding(_SERVER_OPTIONS[0], *_SERVER_OPTIONS[2:])
"""The same for a command whose own ``--url`` is another."""


def with_options(overrides: Overrides, given: dict[str, Any]) -> Overrides:
    """Return the options before a command's name, with those after it on top."""
    return overrides._replace(**{name: value for name, value in given.items() if value})
