"""The command line: arguments in, exit codes out.

The commands import late the modules that the first picture does not need.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO

import click
from click.core import ParameterSource

from tui import __version__
from tui.cli import completers
from tui.cli.call import current_call
from tui.cli.exits import FAILED, fail
from tui.cli.options import server_options
from tui.cli.program import Program
from tui.i18n import _
from tui.model.server_kind import KINDS, ServerKind

if TYPE_CHECKING:
    from tui.config.overrides import Overrides
    from tui.core.session import Session
    from tui.storage.blocking_calls import Waiting

PORT, COUNT = click.IntRange(0, 65535), click.IntRange(0)

OF_ONE_KIND: dict[str, ServerKind] = {
    "flags": "codechat-v2",
    "page_size": "codechat-v2",
    "release": "evolution-v2",
}
"""The options of the sandbox that only one kind of server takes."""

CONTEXT = {"help_option_names": ["-h", "--help"]}


@click.group(
    cls=Program,
    invoke_without_command=True,
    context_settings=CONTEXT,
    help=_(
        """Hookboard: a switchboard for the webhooks of WhatsApp API servers.

        Without a command it opens the dashboard. Flags beat the environment (HOOKBOARD_URL,
        HOOKBOARD_BUSINESS, HOOKBOARD_TOKEN, HOOKBOARD_API, HOOKBOARD_PROFILE, HOOKBOARD_CONFIG,
        HOOKBOARD_READ_ONLY), which beats the configuration file.

        \b
        Examples:
          hookboard
          hookboard --demo
          hookboard --profile loja list
        """
    ),
)
@click.option("--demo", is_flag=True, help=_("Try it on sample data, without a server."))
@server_options
@click.option("--no-mouse", is_flag=True, help=_("Leave the mouse to the terminal."))
@click.option("--theme", metavar="NAME", help=_("The colours, such as textual-light."))
@click.option(
    "--log-file",
    metavar="FILE",
    help=_("Write a log to FILE (mode 0600), without secrets."),
    shell_complete=completers.files,
)
@click.version_option(__version__, prog_name="hookboard")
@click.pass_context
def main(context: click.Context, /, log_file: str | None, **given: Any) -> None:
    """Keep the options for the command that follows; without one, open the dashboard."""
    from tui.config.overrides import Overrides

    overrides = Overrides(**given)
    context.obj = overrides
    if context.invoked_subcommand not in (None, "sandbox"):  # these have signals of their own
        context.with_resource(current_call().listening())
    if log_file:
        _log_to(log_file)
    if context.invoked_subcommand is None:
        sys.exit(_run(overrides))


@main.command(
    help=_(
        """Run a small server on loopback, until ctrl+c.

        \b
        Examples:
          hookboard sandbox
          hookboard sandbox --api evolution-v2 --port 0 --instances 100
        """
    ),
)
@click.option(
    "--api", type=click.Choice(KINDS), help=_("The kind of server.  [default: codechat-v2]")
)
@click.option("--port", type=PORT, default=8084, show_default=True, help=_("0 takes any free one."))
@click.option(
    "--instances", type=COUNT, default=12, show_default=True, help=_("How many to make up.")
)
@click.option("--latency", type=COUNT, default=0, metavar="MS", help=_("Delay every answer."))
@click.option(
    "--data", metavar="FILE", help=_("Keep the data in FILE."), shell_complete=completers.files
)
@click.option(
    "--flags",
    type=click.Choice(["put", "patch", "reject"]),
    default="put",
    show_default=True,
    help=_("How flags are accepted: in the PUT, only by PATCH, or refused in the PUT."),
)
@click.option(
    "--page-size",
    type=click.IntRange(1),
    default=50,
    show_default=True,
    help=_("Instances on a page."),
)
@click.option(
    "--release",
    type=click.Choice(["2.3.6", "2.4.0"]),
    default="2.3.6",
    show_default=True,
    help=_("Of Evolution v2: 2.4.0 has one more event, and stores one that it no longer accepts."),
)
@click.pass_context
def sandbox(
    context: click.Context,
    /,
    api: ServerKind | None,
    port: int,
    latency: int,
    data: str | None,
    **options: Any,
) -> None:
    """Open a sandbox of a kind and serve it until the process is stopped."""
    kind = api or context.obj.sandbox_kind
    for name, only in OF_ONE_KIND.items():
        given = context.get_parameter_source(name) is not ParameterSource.DEFAULT
        if given and kind != only:
            option = f"--{name.replace('_', '-')}"
            text = _("{option} is for --api {kind} only.")
            raise click.UsageError(text.format(option=option, kind=only))
    from tui.sandbox.kinds import open_kind
    from tui.sandbox.serve import serve

    try:
        gc.enable()  # off since the start
        with open_kind(kind, data=data or ":memory:", latency=latency / 1000, **options) as server:
            serve(server, port=port)
    except OSError as error:
        text = _("the sandbox cannot run on port {port}: {error}")
        fail(text.format(port=port, error=error))


def _run(overrides: Overrides) -> int:
    if not (sys.stdout.isatty() and sys.stderr.isatty()):
        fail(_("this is not a terminal; Hookboard is interactive"))
    stdin = _read_stdin() if overrides.token_file == "-" else None
    if not sys.stdin.isatty():
        fail(_("standard input is not a terminal; --token-file - reads a token from it"))
    from tui.cli.terminal_check import unfit_terminal

    if unfit := unfit_terminal(os.environ, sys.stderr.encoding):
        fail(unfit)

    from tui.app.app import HookboardApp
    from tui.app.watchdog import Watchdog
    from tui.config.startup import StartupSettings, read_startup_settings
    from tui.storage.blocking_calls import Waiting
    from tui.storage.paths import config_file

    settings = StartupSettings() if overrides.demo else read_startup_settings(config_file())
    waiting, watchdog = Waiting(), Watchdog()
    watchdog.start()
    app = HookboardApp(
        _opener(overrides, waiting, stdin),
        theme=overrides.theme or settings.theme,
        keys=settings.keys,
        overrides=overrides,
        demo=overrides.demo,
        watchdog=watchdog,
        waiting=waiting,
    )
    app.run(mouse=settings.mouse and not overrides.no_mouse)
    if app.exit_message:
        click.echo(app.exit_message, err=True)
    # Every planned end sets a return code; none means that something went wrong.
    return FAILED if app.return_code is None else app.return_code


def _opener(
    overrides: Overrides, waiting: Waiting, stdin: BinaryIO | None
) -> Callable[[], Session | None]:
    def open_it() -> Session | None:
        from tui.core.open_session import open_demo, open_session

        if overrides.demo:
            return open_demo(overrides)
        return open_session(overrides, stdin, waiting=waiting)

    return open_it


def _read_stdin() -> BinaryIO:
    """Read the token from standard input, then connect standard input to the terminal."""
    content = sys.stdin.buffer.read()
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError:
        fail(_("there is no terminal to read keys from"))
    os.dup2(terminal, sys.stdin.fileno())
    os.close(terminal)
    return BytesIO(content)


def _log_to(path: str) -> None:
    from tui.cli.log_file import log_to

    try:
        log_to(path)
    except OSError as error:
        text = _("the log {path} cannot be written: {reason}")
        fail(text.format(path=path, reason=error.strerror))
