"""The command line: arguments in, exit codes out.

What the first picture does not need is imported by the commands that need it.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn, TypeVar

import click
from click.core import ParameterSource

from tui import __version__
from tui.model.server_kind import APIS, KINDS, ServerKind
from tui.model.text import clean
from tui.model.user_error import UserError

if TYPE_CHECKING:
    from tui.config.overrides import Overrides
    from tui.core.session import Session
    from tui.storage.blocking_calls import Waiting

T = TypeVar("T")

FAILED = 1
"""Exit code for an error of the program's own."""

USAGE = 2
"""Exit code for what has to be called or configured otherwise."""

PORT, COUNT = click.IntRange(0, 65535), click.IntRange(0)

OF_ONE_KIND: dict[str, ServerKind] = {
    "flags": "codechat-v2",
    "page_size": "codechat-v2",
    "release": "evolution-v2",
}
"""The options of the sandbox that mean nothing to the other kinds."""

CONTEXT = {"help_option_names": ["-h", "--help"]}


@click.group(invoke_without_command=True, context_settings=CONTEXT)
@click.option("--demo", is_flag=True, help="Try it on sample data, without a server.")
@click.option("--profile", metavar="NAME", help="The profile to use.")
@click.option("--url", metavar="URL", help="The server's address.")
@click.option("--business", metavar="ID", help="The business whose instances are listed.")
@click.option("--api", type=click.Choice(APIS), help="Which kind of server it is.")
@click.option(
    "--timeout",
    type=click.IntRange(1, 3600),
    metavar="SECONDS",
    help="Give up an answer after so long without a byte; a list after four times that.",
)
@click.option("--token-file", metavar="FILE", help="Read the token from FILE; - is standard input.")
@click.option("--read-only", is_flag=True, help="Send nothing that writes.")
@click.option("--no-mouse", is_flag=True, help="Leave the mouse to the terminal.")
@click.option("--theme", metavar="NAME", help="The colours, such as textual-light.")
@click.option(
    "--log-file", metavar="FILE", help="Write a log to FILE (mode 0600), without secrets."
)
@click.version_option(__version__, prog_name="hookboard")
@click.pass_context
def main(context: click.Context, /, demo: bool, log_file: str | None, **given: Any) -> None:
    """Hookboard: a switchboard for the webhooks of WhatsApp API servers.

    Without a command it opens the dashboard. Flags beat the environment (HOOKBOARD_URL,
    HOOKBOARD_BUSINESS, HOOKBOARD_TOKEN, HOOKBOARD_API, HOOKBOARD_PROFILE, HOOKBOARD_CONFIG,
    HOOKBOARD_READ_ONLY), which beats the configuration file.
    """
    from tui.config.overrides import Overrides

    overrides = Overrides(**given)
    context.obj = overrides
    if context.invoked_subcommand is None:
        sys.exit(_run(overrides, demo=demo, log_file=log_file))


@main.command()
@click.option(
    "--api", type=click.Choice(KINDS), help="Which kind of server.  [default: codechat-v2]"
)
@click.option("--port", type=PORT, default=8084, show_default=True, help="0 takes any free one.")
@click.option("--instances", type=COUNT, default=12, show_default=True, help="How many to make up.")
@click.option("--latency", type=COUNT, default=0, metavar="MS", help="Hold every answer back.")
@click.option("--data", metavar="FILE", help="Keep the data in FILE.")
@click.option(
    "--flags",
    type=click.Choice(["put", "patch", "reject"]),
    default="put",
    show_default=True,
    help="How flags are taken: in the PUT, only by PATCH, or refused in the PUT.",
)
@click.option(
    "--page-size",
    type=click.IntRange(1),
    default=50,
    show_default=True,
    help="Instances on a page.",
)
@click.option(
    "--release",
    type=click.Choice(["2.3.6", "2.4.0"]),
    default="2.3.6",
    show_default=True,
    help="Of Evolution v2: 2.4.0 has one event more, and stores one that it no longer takes.",
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
    """Run a small server on loopback, until ctrl+c."""
    kind = api or context.obj.sandbox_kind
    for name, only in OF_ONE_KIND.items():
        given = context.get_parameter_source(name) is not ParameterSource.DEFAULT
        if given and kind != only:
            raise click.UsageError(f"--{name.replace('_', '-')} is for --api {only} only.")
    from tui.sandbox.kinds import open_kind
    from tui.sandbox.serve import serve

    try:
        with open_kind(kind, data=data or ":memory:", latency=latency / 1000, **options) as server:
            serve(server, port=port)
    except OSError as error:
        _fail(f"the sandbox cannot run on port {port}: {error}")


@main.group()
def config() -> None:
    """Look at the configuration."""


@config.command("path")
def config_path() -> None:
    """Print every path that is used."""
    from tui.config.show import paths_report

    for what, path in paths_report():
        click.echo(f"{what:<15}{path}")


@config.command("show")
@click.pass_obj
def config_show(overrides: Overrides) -> None:
    """Print the effective configuration and where each value came from, secrets masked."""
    from tui.config.load import load
    from tui.config.show import show

    click.echo(_configured(lambda: show(load(overrides, os.environ))).rstrip())


@config.command("check")
@click.pass_obj
def config_check(overrides: Overrides) -> None:
    """Ask the configured server, and say what answered."""
    from tui.app.keymap import read_keymap
    from tui.cli.check import check_server
    from tui.config.startup import read_startup_settings
    from tui.storage.paths import config_file

    problems = read_keymap(read_startup_settings(config_file()).keys).problems
    for problem in problems:
        click.echo(f"hookboard: {problem}", err=True)

    def asking(words: str) -> None:
        if sys.stderr.isatty():
            click.echo(words, err=True)

    good, words = _configured(lambda: check_server(overrides, asking))
    click.echo(words)
    sys.exit(0 if good and not problems else 1)


def unfit_terminal(env: Mapping[str, str], encoding: str) -> str:
    """Return why nothing can be drawn on this terminal, and what to do; empty where it can.

    ``encoding`` is how characters are sent to it.
    """
    term = env.get("TERM", "")
    if term in ("", "dumb"):
        kind = f"TERM is {term}" if term else "TERM is not set"
        return f"{kind}: this terminal moves no cursor. Use another, or set TERM=xterm-256color."
    # Where a locale is not installed Python sets another, and LC_CTYPE to it.
    names = ("LC_ALL", "LANG") if sys.flags.utf8_mode else ("LC_ALL", "LC_CTYPE", "LANG")
    variable = next((one for one in names if env.get(one)), "")
    locale = env.get(variable, "")
    codeset = locale.partition(".")[2].partition("@")[0]
    if codeset and not _is_utf8(codeset):
        said = f"{variable} is {clean(locale, 40)}, which"
    elif not _is_utf8(encoding):
        said = f"the encoding of the terminal, {clean(encoding, 40)},"
    else:
        return ""
    return f"{said} is not UTF-8. Set LC_ALL=C.UTF-8, and the terminal to UTF-8."


def _is_utf8(encoding: str) -> bool:
    return encoding.lower().replace("-", "").replace("_", "") == "utf8"


def _run(overrides: Overrides, *, demo: bool, log_file: str | None) -> int:
    if not (sys.stdout.isatty() and sys.stderr.isatty()):
        _fail("this is not a terminal; Hookboard is interactive")
    stdin = _read_stdin() if overrides.token_file == "-" else None
    if not sys.stdin.isatty():
        _fail("standard input is not a terminal; --token-file - reads a token from it")
    if unfit := unfit_terminal(os.environ, sys.stderr.encoding):
        _fail(unfit)

    # Imports leave next to no garbage, and looking for it takes a tenth of the start. The app
    # turns the collector on again when all that it needs is imported.
    gc.disable()

    from tui.app.app import HookboardApp
    from tui.app.watchdog import Watchdog
    from tui.config.startup import StartupSettings, read_startup_settings
    from tui.storage.blocking_calls import Waiting
    from tui.storage.paths import config_file

    # Without a handler Python would print warnings and errors, with their traces, to the terminal.
    logging.getLogger("hookboard").addHandler(logging.NullHandler())
    if log_file:
        _log_to(log_file)
    seen = StartupSettings() if demo else read_startup_settings(config_file())
    waiting, watchdog = Waiting(), Watchdog()
    watchdog.start()
    app = HookboardApp(
        _opener(overrides, waiting, demo=demo, stdin=stdin),
        theme=overrides.theme or seen.theme,
        keys=seen.keys,
        overrides=overrides,
        demo=demo,
        watchdog=watchdog,
        waiting=waiting,
    )
    app.run(mouse=seen.mouse and not overrides.no_mouse)
    if app.exit_message:
        click.echo(app.exit_message, err=True)
    # Whatever ends it as it should says with what; nothing said is an error.
    return FAILED if app.return_code is None else app.return_code


def _opener(
    overrides: Overrides, waiting: Waiting, *, demo: bool, stdin: BinaryIO | None
) -> Callable[[], Session | None]:
    def open_it() -> Session | None:
        from tui.core.open_session import open_demo, open_session

        if demo:
            return open_demo(overrides)
        return open_session(overrides, stdin, waiting=waiting)

    return open_it


def _read_stdin() -> BinaryIO:
    """Read the token to come, and give standard input back to the terminal."""
    content = sys.stdin.buffer.read()
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError:
        _fail("there is no terminal to read keys from")
    os.dup2(terminal, sys.stdin.fileno())
    os.close(terminal)
    return BytesIO(content)


def _log_to(path: str) -> None:
    from tui.cli.log_file import log_to

    try:
        log_to(path)
    except OSError as error:
        _fail(f"the log {path} cannot be written: {error.strerror}")


def _configured(work: Callable[[], T]) -> T:
    try:
        return work()
    except UserError as error:
        for problem in error.problems:
            click.echo(f"hookboard: {problem.message}", err=True)
            if problem.hint:
                click.echo(f"           {problem.hint}", err=True)
        sys.exit(USAGE)


def _fail(words: str) -> NoReturn:
    click.echo(f"hookboard: {words}", err=True)
    sys.exit(USAGE)
