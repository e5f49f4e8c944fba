"""Files that commands read: wanted webhooks, and stored plans; - is standard input."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from tui.cli.exits import fail, or_exit
from tui.i18n import _
from tui.model.text import clean
from tui.model.user_error import reason

if TYPE_CHECKING:
    from tui.cli.plan_work import FindTargets
    from tui.config.overrides import Overrides
    from tui.core.plan.file import StoredPlan
    from tui.core.plan.plan import LeftOut, Target
    from tui.core.session import Session


LIMIT = 256 * 1024 * 1024
"""Bytes of a file, at most: enough for 100,000 webhooks."""


@dataclass(frozen=True, slots=True)
class Input:
    """The content of a file, and its name in messages."""

    name: str
    data: bytes = field(repr=False)


def read_input(path: str, overrides: Overrides) -> Input:
    """Read a file, or standard input for ``-``; exit if that fails."""
    if path == "-":
        if overrides.token_file == "-":
            raise click.UsageError(_("Standard input is the token or the file, not both."))
        return _checked(Input(_("standard input"), sys.stdin.buffer.read(LIMIT + 1)))
    name = clean(path, 200)
    try:
        with open(path, "rb") as file:
            return _checked(Input(name, file.read(LIMIT + 1)))
    except OSError as error:
        fail(_("{file} cannot be read: {reason}").format(file=name, reason=reason(error)))


def _checked(content: Input) -> Input:
    if len(content.data) > LIMIT:
        fail(_("{file} is too large").format(file=content.name))
    return content


def targets_from(
    content: Input, stored: StoredPlan | None = None, *, lasting: bool = False
) -> FindTargets:
    """Return a function that finds the targets of a file or a stored plan; exit if it is faulty.

    ``lasting``: refuse changes that are made once.
    """
    from tui.core.plan.file import stored_targets
    from tui.core.webhook_file.reader import read_file
    from tui.core.webhook_file.targets import targets_of
    from tui.messages.selection_words import condition_words

    if stored is not None:
        plan = stored

        async def merged(session: Session) -> Sequence[Target | LeftOut]:
            return stored_targets(session, plan)

        return merged
    file = or_exit(lambda: read_file(content.data, content.name, condition_words))
    if lasting and file.changes:
        text = _("{file}: {entry} is made once: a comparison takes only what always holds")
        fail(text.format(file=content.name, entry=str(file.changes[0].place)))

    async def targets(session: Session) -> Sequence[Target | LeftOut]:
        return targets_of(session, file)

    return targets
