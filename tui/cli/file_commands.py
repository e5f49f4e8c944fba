"""``hookboard export``, ``plan`` and ``drift``: files that describe wanted webhooks."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from tui.cli import completers
from tui.cli.exits import DIFFERS, USAGE, say, say_user_error
from tui.cli.input_file import read_input, targets_from
from tui.cli.list_commands import end_of_reading, read_server
from tui.cli.options import server_options, with_options
from tui.cli.output import Form, Output
from tui.cli.output_options import form_options, output_from, output_options
from tui.cli.selectors import selection_from, selectors
from tui.cli.write import write_lines
from tui.i18n import _

if TYPE_CHECKING:
    from tui.cli.plan_work import PlanWork
    from tui.config.overrides import Overrides


@click.command(
    help=_(
        """Write webhooks as a file that "plan", "apply" and "drift" read: TOML, or JSON.

        Headers are named only. Nothing is written unless the list could be read to its end.

        \b
        Examples:
          hookboard export -o webhooks.toml
          hookboard export --where 'instance=loja-*' --json
        """
    ),
)
@selectors
@output_options
@server_options
@click.pass_obj
def export(overrides: Overrides, /, **given: Any) -> None:
    """Write the selected webhooks as a file."""
    output = output_from(given)
    if output.form in (Form.PLAIN, Form.JSONL):
        raise click.UsageError(_("An export is TOML, or JSON with --json."))
    chooses = selection_from(given, needed=False)
    reader, interrupted = read_server(with_options(overrides, given), chooses, output)
    ended = interrupted or end_of_reading(reader)
    if ended:
        say(_("The list is incomplete: nothing was exported."))
        sys.exit(ended)
    from tui.core.webhook_file.export import export_json, export_toml

    session, rows = reader.session, reader.selected.rows
    write = export_json if output.form is Form.JSON else export_toml
    instances = [session.store[key] for key in session.store.ids]
    sys.exit(write_lines(output, write(session.journal_key, instances, rows)))


@click.command(
    help=_(
        """Show what "apply" would change, and exit with 3 where anything differs.

        -o stores the plan: "apply" carries it out as it was reviewed, merged with what others
        changed since.

        \b
        Examples:
          hookboard plan webhooks.toml
          hookboard plan webhooks.toml -o checked.plan
          hookboard export | hookboard plan -
        """
    ),
)
@click.argument("file", metavar="FILE|-", shell_complete=completers.files)
@click.option(
    "-o",
    "--output",
    "plan_path",
    metavar="PLAN",
    help=_("Store the plan (mode 0600)."),
    shell_complete=completers.files,
)
@form_options
@server_options
@click.pass_obj
def plan(overrides: Overrides, /, file: str, plan_path: str | None, **given: Any) -> None:
    """Show what a file would change."""
    output = output_from(given)
    work, interrupted = _planned(with_options(overrides, given), output, file, "plan")
    code = work.finish(interrupted)
    if plan_path is not None and not (interrupted or work.code):
        code = _store(work, plan_path) or code
    sys.exit(code or (DIFFERS if work.plan.rows else 0))


@click.command(
    help=_(
        """Compare the server with a file: quiet and 0, or a line for each difference and 3.

        The file may have [[webhook]] and [[rule]], no [[change]].

        \b
        Examples:
          hookboard drift webhooks.toml
          hookboard drift webhooks.toml > drift.txt 2>&1 || mail -s drift me@example.com < drift.txt
        """
    ),
)
@click.argument("file", metavar="FILE|-", shell_complete=completers.files)
@output_options
@server_options
@click.pass_obj
def drift(overrides: Overrides, /, file: str, **given: Any) -> None:
    """Compare the server with a file."""
    output = output_from(given)
    work, interrupted = _planned(
        with_options(overrides, given), output, file, "drift", lasting=True
    )
    code = work.finish(interrupted, tuple(_differences(work)) if not work.code else None)
    sys.exit(code or (DIFFERS if work.plan.rows else 0))


def _planned(
    overrides: Overrides, output: Output, path: str, command: str, *, lasting: bool = False
) -> tuple[PlanWork, int]:
    content = read_input(path, overrides)
    find_targets = targets_from(content, lasting=lasting)
    from tui.cli.plan_work import PlanWork

    work = PlanWork(overrides, output, command)
    return work, work.make_plan(find_targets)


def _differences(work: PlanWork) -> Iterator[str]:
    from tui.cli.plan_view import difference_lines

    return difference_lines(work.rows, work.plan.left_out)


def _store(work: PlanWork, path: str) -> int:
    from pathlib import Path

    from tui.core.plan.file import write_plan
    from tui.model.user_error import UserError
    from tui.storage.private_files import write_named

    content = "".join(f"{line}\n" for line in write_plan(work.session, work.plan))
    try:
        write_named(Path(path), content.encode("ascii"))
    except UserError as error:
        say_user_error(error)
        return USAGE
    return 0
