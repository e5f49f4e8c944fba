"""Options that select webhooks: ``--where``, ``--not``, ``--all``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from tui.cli import completers
from tui.cli.options import adding
from tui.i18n import _

if TYPE_CHECKING:
    from tui.core.selection import Condition, Selection


def _conditions(
    context: click.Context, option: click.Parameter, given: Sequence[str]
) -> tuple[Condition, ...]:
    """Read conditions; a faulty one is a usage error."""
    if not given or context.resilient_parsing:  # a shell completes another word
        return ()
    from tui.core.selection import Condition, ConditionError
    from tui.messages.selection_words import condition_words

    try:
        return tuple(map(Condition.parse, given))
    except ConditionError as error:
        raise click.BadParameter(condition_words(error), context, option) from None


_OPTIONS = (
    click.option(
        "--where",
        metavar="KEY=GLOB",
        callback=_conditions,
        multiple=True,
        shell_complete=completers.conditions,
        help=_(
            "Only webhooks that meet this condition. KEY is instance, webhook, url, host, enabled, "
            "state or flag:NAME. May be repeated: all must hold."
        ),
    ),
    click.option(
        "--not",
        "but_not",
        metavar="KEY=GLOB",
        callback=_conditions,
        multiple=True,
        shell_complete=completers.conditions,
        help=_("Leave out webhooks that meet this condition. May be repeated."),
    ),
    click.option("--all", "every", is_flag=True, help=_("All webhooks of the server.")),
)


selectors = adding(*_OPTIONS)
"""The decorator that adds the options that select webhooks."""


def selection_from(given: dict[str, Any], *, needed: bool) -> Selection:
    """Take the selection from the given options.

    ``needed``: at least one must be given. Raises a usage error.
    """
    from tui.core.selection import Selection

    where, but_not, every = (given.pop(name) for name in ("where", "but_not", "every"))
    if every and (where or but_not):
        raise click.UsageError(_("Give either --all, or --where and --not."))
    if needed and not (every or where or but_not):
        raise click.UsageError(_("Say which webhooks: --where KEY=GLOB, or --all."))
    return Selection(where, but_not)
