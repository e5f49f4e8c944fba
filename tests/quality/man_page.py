"""Writes the man page from the texts of ``--help``.

``python -m tests.quality.man_page`` writes it anew; the wheel installs it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

import click

from tui import __version__
from tui.cli.main import CONTEXT, main

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "tui" / "cli" / "hookboard.1"
_EXIT_CODES = re.compile(r"^\| exit code \|.*\n\| --- \|.*\n((?:\|.*\n)+)", re.MULTILINE)


def man_page() -> str:
    """Return the page as roff."""
    context = click.Context(
        main, info_name="hookboard", help_option_names=CONTEXT["help_option_names"]
    )
    lines = [
        f'.TH HOOKBOARD 1 "" "hookboard {__version__}"',
        ".SH NAME",
        r"hookboard \- a switchboard for the webhooks of WhatsApp API servers",
        ".SH SYNOPSIS",
        ".nf",
        *_synopsis(context),
        ".fi",
        ".SH DESCRIPTION",
        *_text(main),
        ".SH OPTIONS",
        *_options(context),
        ".SH COMMANDS",
    ]
    for command in _commands(context):
        lines += [f".SS {_escaped(_usage(command))}", *_text(command.command), *_options(command)]
    lines += [".SH EXIT STATUS", *_exit_codes()]
    return "\n".join(lines) + "\n"


def _commands(context: click.Context) -> Iterator[click.Context]:
    """Yield a context for each command, those of groups too."""
    group = context.command
    assert isinstance(group, click.Group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found = click.Context(command, info_name=name, parent=context)
        if isinstance(command, click.Group):
            yield from _commands(found)
        else:
            yield found


def _synopsis(context: click.Context) -> Iterator[str]:
    yield _escaped("hookboard [OPTIONS]")
    for command in _commands(context):
        yield _escaped(_usage(command))


def _usage(context: click.Context) -> str:
    pieces = context.command.collect_usage_pieces(context)
    return " ".join((context.command_path, *pieces))


def _text(command: click.Command) -> Iterator[str]:
    for paragraph in cleandoc(command.help or "").split("\n\n"):
        head, *lines = paragraph.split("\n")
        if head != "\b":
            yield from (".PP", _escaped(" ".join(paragraph.split())))
        else:
            yield from (".PP", ".nf", *map(_escaped, lines), ".fi")


def _options(context: click.Context) -> Iterator[str]:
    for option in context.command.get_params(context):
        if record := option.get_help_record(context):
            names, words = record
            yield from (".TP", rf"\fB{_escaped(names)}\fR", _escaped(words))


def _exit_codes() -> Iterator[str]:
    """Yield the exit codes of the README's table."""
    table = _EXIT_CODES.search((ROOT / "README.md").read_text("utf-8"))
    assert table is not None, "the README has a table of exit codes"
    for row in table[1].splitlines():
        code, words = (cell.strip().replace("`", "") for cell in row.strip("|").split("|"))
        yield from (".TP", rf"\fB{_escaped(code)}\fR", _escaped(words))


def _escaped(text: str) -> str:
    """Return text as roff shows it, whatever it begins with."""
    shown = text.replace("\\", r"\e").replace("-", r"\-").replace("'", r"\(aq")
    return rf"\&{shown}" if shown.startswith((".", r"\(aq")) else shown


if __name__ == "__main__":
    PAGE.write_text(man_page(), "utf-8")
