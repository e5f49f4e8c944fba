"""``hookboard set`` and ``hookboard apply``: changes to webhooks without a terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn

import click

from tui.cli import completers
from tui.cli.change_options import change_options, patch_from, run_options, run_options_from
from tui.cli.exits import fail, or_exit
from tui.cli.input_file import read_input, targets_from
from tui.cli.options import server_options, server_options_but_url, with_options
from tui.cli.output import Output
from tui.cli.output_options import output_from, output_options
from tui.cli.selectors import selection_from, selectors
from tui.i18n import _

if TYPE_CHECKING:
    from tui.config.overrides import Overrides
    from tui.core.plan.plan import LeftOut, Target
    from tui.core.run.run import Run, RunOwner
    from tui.core.session import Session


@click.command(
    "set",
    help=_(
        """Change the selected webhooks. The server's own --url stands before "set".

        \b
        Examples:
          hookboard set --all --move-host old.example=new.example --dry-run
          hookboard set --where 'instance=loja-*' --off presenceUpdate --yes
          hookboard set --where webhook=crm --preset messages --expect 12 --yes
          hookboard set --where instance=loja-sul --enabled off --allow off --yes
        """
    ),
)
@selectors
@change_options
@run_options
@output_options
@server_options_but_url
@click.pass_obj
def set_webhooks(overrides: Overrides, /, **given: Any) -> None:
    """Change the selected webhooks."""
    output = output_from(given)
    selection = selection_from(given, needed=True)
    find_patch = patch_from(given)
    options = run_options_from(given)
    from tui.cli.plan_work import PlanWork
    from tui.core.command.change_source import selected_targets

    async def targets(session: Session) -> Sequence[Target | LeftOut]:
        return selected_targets(session, selection, find_patch(session))

    work = PlanWork(with_options(overrides, given), output, "set")
    sys.exit(work.finish(work.change(targets, options)))


@click.command(
    help=_(
        """Change webhooks to match a file, or apply a stored plan; - is standard input.

        \b
        Examples:
          hookboard apply webhooks.toml --dry-run
          hookboard apply webhooks.toml --yes
          hookboard apply checked.plan --yes
          hookboard apply --resume RUN --yes
          hookboard apply --retry RUN --yes
        """
    ),
)
@click.argument("file", metavar="FILE|PLAN|-", required=False, shell_complete=completers.files)
@click.option(
    "--resume",
    metavar="RUN",
    help=_("Go on with a run that was cut off."),
    shell_complete=completers.runs,
)
@click.option(
    "--retry",
    metavar="RUN",
    help=_("Try the failed rows of a run again."),
    shell_complete=completers.runs,
)
@run_options
@output_options
@server_options
@click.pass_obj
def apply(
    overrides: Overrides, /, file: str | None, resume: str | None, retry: str | None, **given: Any
) -> None:
    """Carry out a file, a stored plan, or an earlier run."""
    if sum(one is not None for one in (file, resume, retry)) != 1:
        raise click.UsageError(_("Give a file, or --resume RUN, or --retry RUN."))
    output = output_from(given)
    if file is None:
        _carry_on(overrides, output, given, resume, retry)
    options = run_options_from(given)
    overrides = with_options(overrides, given)
    content = read_input(file or "-", overrides)
    from tui.cli.plan_work import PlanWork
    from tui.core.plan.file import read_plan

    stored = or_exit(lambda: read_plan(content.data, content.name))
    find_targets = targets_from(content, stored)
    if stored is not None:
        options = replace(options, grants=replace(options.grants, is_reviewed=True))

    work = PlanWork(overrides, output, "apply")
    sys.exit(work.finish(work.change(find_targets, options)))


def _carry_on(
    overrides: Overrides,
    output: Output,
    given: dict[str, Any],
    resume: str | None,
    retry: str | None,
) -> NoReturn:
    """Carry out an earlier run again, and exit."""
    if given["expect"] is not None or given["max_changes"] is not None:
        fail(_("--expect and --max-changes are for new plans: this run was planned before"))
    options = run_options_from(given)
    from tui.cli.plan_work import PlanWork
    from tui.core.history.earlier_run import run_to_resume, run_to_retry

    async def find(session: Session, owner: RunOwner, at_once: int | None) -> Run:
        if resume is not None:
            return await run_to_resume(session, resume, owner, at_once)
        return await run_to_retry(session, retry or "", owner, at_once)

    work = PlanWork(with_options(overrides, given), output, "apply")
    sys.exit(work.finish(work.carry_on(find, options)))
