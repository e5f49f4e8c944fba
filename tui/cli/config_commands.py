"""``hookboard config``: paths, the effective configuration, and a check of the server."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from tui.cli.exits import FAILED, or_exit
from tui.cli.options import server_options, with_options
from tui.i18n import _

if TYPE_CHECKING:
    from tui.config.overrides import Overrides


@click.group(help=_("Look at the configuration."))
def config() -> None:
    """Group the commands about the configuration."""


@config.command(
    "path",
    help=_(
        """Print all paths in use.

        \b
        Examples:
          hookboard config path
        """
    ),
)
def config_path() -> None:
    """Print the paths with what they are for."""
    from tui.cli.table import labelled
    from tui.config.show import paths_report

    for line in labelled(paths_report()):
        click.echo(line)


@config.command(
    "show",
    help=_(
        """Print the effective configuration and the origin of each value, secrets masked.

        \b
        Examples:
          hookboard config show
          hookboard config show --profile loja
        """
    ),
)
@server_options
@click.pass_obj
def config_show(overrides: Overrides, /, **given: Any) -> None:
    """Print the effective configuration as TOML."""
    from tui.config.load import load
    from tui.config.show import show

    overrides = with_options(overrides, given)
    click.echo(or_exit(lambda: show(load(overrides, os.environ))).rstrip())


@config.command(
    "check",
    help=_(
        """Connect to the configured server, and print what answered.

        \b
        Examples:
          hookboard config check
          hookboard config check --profile loja
        """
    ),
)
@server_options
@click.pass_obj
def config_check(overrides: Overrides, /, **given: Any) -> None:
    """Check keys and server; exit with :data:`FAILED` if either has a problem."""
    from tui.app.keymap import read_keymap
    from tui.cli.check import check_server
    from tui.config.startup import read_startup_settings
    from tui.storage.paths import config_file

    problems = read_keymap(read_startup_settings(config_file()).keys).problems
    for problem in problems:
        click.echo(f"hookboard: {problem}", err=True)

    def show_progress(words: str) -> None:
        if sys.stderr.isatty():
            click.echo(words, err=True)

    overrides = with_options(overrides, given)
    answered, words = or_exit(lambda: check_server(overrides, show_progress))
    click.echo(words)
    sys.exit(0 if answered and not problems else FAILED)
