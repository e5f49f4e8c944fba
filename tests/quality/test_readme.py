"""The README lists every key and option, and shows pictures of the tests."""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path
from urllib.parse import unquote

from click import Context, Group

from tui.app.bound_keys import key_labels
from tui.app.commands import COMMANDS
from tui.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()

PLACES = {
    "dashboard": "Dashboard",
    "rows": "Lists",
    "board": "Board",
    "cells": "Rows of the board",
    "editor": "Editor",
    "grid": "Grid of flags",
    "toggle": "Switches",
    "choice": "Choices",
    "review": "Review",
    "connect": "First start",
    "conflict": "Changed by others",
    "requests": "Requests",
    "exchange": "One request",
    "plan": "Review of many",
    "members": "Review of many",
    "run": "Run",
    "drafts": "Drafts",
    "history": "History",
    "compare": "Comparing",
    "changes": "Changes",
    "past-runs": "Runs",
    "profiles": "Servers",
    "closable": "Review and help",
    "dialog": "Dialogs",
    "focus": "Everywhere",
    "everywhere": "Everywhere",
}


def keys_table() -> str:
    """Return the table of keys for the README."""
    lines = ["| where | keys | what | id |", "| --- | --- | --- | --- |"]
    for scope, commands in groupby(COMMANDS, lambda command: command.scope):
        for command in commands:
            keys = " ".join(f"`{key}`" for key in key_labels(command, {}))
            lines.append(f"| {PLACES[scope]} | {keys} | {command.help} | `{command.id}` |")
    return "\n".join(lines)


def test_the_readme_lists_every_key() -> None:
    listed = re.search(r"<!-- keys -->\n(.*?)\n?<!-- /keys -->", README, re.DOTALL)

    assert listed is not None
    assert listed[1] == keys_table(), f"put this into the README:\n{keys_table()}"


def test_the_readme_shows_two_pictures_of_the_snapshot_tests() -> None:
    pictures = re.findall(r"!\[.*?\]\((.*?)\)", README)

    assert len(pictures) == 2
    assert all((ROOT / unquote(picture)).is_file() for picture in pictures)


def test_the_readme_names_every_option() -> None:
    def options(group: Group) -> set[str]:
        found = {flag for parameter in group.params for flag in parameter.opts}
        context = Context(group)
        commands = (group.get_command(context, name) for name in group.list_commands(context))
        for command in commands:
            assert command is not None
            found |= (
                options(command)
                if isinstance(command, Group)
                else {flag for parameter in command.params for flag in parameter.opts}
            )
        return found

    assert isinstance(main, Group)
    assert Context(main).command is main
    missing = {flag for flag in options(main) if flag not in README}
    assert missing == set()
