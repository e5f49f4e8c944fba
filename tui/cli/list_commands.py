"""``hookboard list`` and ``hookboard get``: the webhooks of a server, for people and scripts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from tui.cli import completers
from tui.cli.call import current_call
from tui.cli.exits import INCOMPLETE, USAGE, code_for, say, say_api_error, say_user_error
from tui.cli.options import server_options, with_options
from tui.cli.output import Form, Output, plain_line, table
from tui.cli.output_options import output_from, output_options
from tui.cli.selectors import selection_from, selectors
from tui.cli.server_work import ProgressLine, carry_out, open_server, say_journal_news
from tui.cli.write import write_lines
from tui.i18n import _, ngettext, number
from tui.model.text import clean

if TYPE_CHECKING:
    from tui.cli.rows_as_read import RowsAsRead
    from tui.config.overrides import Overrides
    from tui.core.command.list_reader import ListReader
    from tui.core.selection import ByName, Chooses
    from tui.core.session import Session
    from tui.model.instance import Instance
    from tui.model.webhook import Webhook

    Rows = Sequence[tuple[Instance, Webhook]]

_MOST_SAID = 5
"""The most reading errors that are listed one by one."""


@click.command(
    "list",
    help=_(
        """List the webhooks of the server.

        \b
        Examples:
          hookboard list
          hookboard list --where 'instance=loja-*' --not enabled=off
          hookboard list --where flag:messagesUpsert=off --plain | cut -f1,3
          hookboard list --json | jq '.rows[].url'
        """
    ),
)
@selectors
@output_options
@server_options
@click.pass_obj
def list_webhooks(overrides: Overrides, /, **given: Any) -> None:
    """List the selected webhooks."""
    output = output_from(given)
    chooses = selection_from(given, needed=False)
    rows = _rows_as_read(output)
    reader, interrupted = read_server(with_options(overrides, given), chooses, output, rows)
    code = rows.end(reader) if rows else _write(reader, output, "list", _table)
    if current_call().has_lost_reader and not interrupted:
        sys.exit(code)  # it has read enough
    _say_none(reader, output)
    sys.exit(interrupted or end_of_reading(reader) or code)


@click.command(
    help=_(
        """Show the webhooks of one instance, or one of them, by name or id.

        \b
        Examples:
          hookboard get loja-norte
          hookboard get loja-norte/crm
          hookboard get loja-norte/crm --json
        """
    ),
)
@click.argument("name", metavar="INSTANCE[/WEBHOOK]", shell_complete=completers.webhooks)
@output_options
@server_options
@click.pass_obj
def get(overrides: Overrides, /, name: str, **given: Any) -> None:
    """Show the webhooks with this name or id."""
    from tui.core.selection import ByName

    output = output_from(given)
    chooses = ByName(name)
    reader, interrupted = read_server(with_options(overrides, given), chooses, output)
    code = _write(reader, output, "get", _details)
    ended = interrupted or end_of_reading(reader)
    if not ended and not reader.selected.rows:
        _say_not_found(chooses, reader)
        ended = USAGE
    sys.exit(ended or code)


def _rows_as_read(output: Output) -> RowsAsRead | None:
    """Return what writes each row as soon as it is read, where that is the form."""
    if output.form is not Form.JSONL:
        return None
    from tui.cli.rows_as_read import RowsAsRead

    return RowsAsRead(output, "list")


def read_server(
    overrides: Overrides, chooses: Chooses, output: Output, rows: RowsAsRead | None = None
) -> tuple[ListReader, int]:
    """Read the list; return it, and the exit code of a signal that ended the reading.

    ``rows`` writes each row as soon as it is read.
    """
    from tui.core.command.list_reader import ListReader

    session = open_server(overrides, quiet=output.quiet)
    progress = ProgressLine(quiet=output.quiet)
    on_read = rows.writing(session, chooses) if rows else None
    reader = ListReader(session, chooses, progress.read, on_read, progress.slowed)
    interrupted = carry_out(session, reader.read())
    progress.clear()
    if not output.quiet:
        say_journal_news(session)
    return reader, interrupted


def end_of_reading(reader: ListReader) -> int:
    """List the reading errors on standard error, and return the exit code for them."""
    reading = reader.reading
    for problem in reading.problems[:_MOST_SAID]:
        say(problem)
    if error := reading.trouble:
        say_api_error(error)
        if reader.is_empty:
            return code_for(error)
        say(_("The list broke off: it is incomplete."))
    if failures := reading.failures:
        text = ngettext(
            "The webhooks of {count} instance could not be read.",
            "The webhooks of {count} instances could not be read.",
            len(failures),
        )
        say(text.format(count=number(len(failures))))
        say_api_error(next(iter(failures.values())))
    return 0 if reading.is_whole else INCOMPLETE


def _write(
    reader: ListReader,
    output: Output,
    command: str,
    text: Callable[[Rows, Output, Session], Iterator[str]],
) -> int:
    from tui.cli.json_output import write_document
    from tui.core.command.list_report import list_end, list_head, webhook_json

    rows = reader.selected.rows
    match output.form:
        case Form.JSON | Form.JSONL:
            found = (webhook_json(*row) for row in rows)
            return write_document(
                output, list_head(reader.session, command), found, list_end(reader)
            )
        case Form.PLAIN:
            return write_lines(output, map(plain_line, map(_plain, rows)))
        case Form.TEXT:
            return write_lines(output, text(rows, output, reader.session))


def _plain(row: tuple[Instance, Webhook]) -> tuple[str, ...]:
    from tui.core.command.list_report import webhook_json

    found = webhook_json(*row)
    return (
        *(found[key] for key in ("instance", "instance_id", "webhook", "webhook_id")),
        "on" if found["enabled"] else "off",
        ",".join(found["on"]),
        found["url"],
        found["state"],
        found["connection"],
        found["updated_at"] or "",
    )


def _table(rows: Rows, output: Output, session: Session) -> Iterator[str]:
    from tui.core.command.list_report import webhook_json

    has_names = session.capabilities.names
    heading = [_("INSTANCE"), _("STATE"), _("WEBHOOK"), _("ENABLED"), _("FLAGS"), _("URL")]
    found = []
    for instance, webhook in rows:
        state = instance.connection or instance.state
        flags = f"{number(webhook.flags_on)}/{number(len(webhook.flags))}"
        enabled = _("on") if webhook.enabled else _("off")
        url = webhook_json(instance, webhook)["url"]
        found.append([instance.name, state, webhook.name, enabled, flags, url])
    if not has_names:
        for row in (heading, *found):
            del row[2]
    return table(heading, found, output)


def _details(rows: Rows, output: Output, session: Session) -> Iterator[str]:
    from tui.cli.table import labelled
    from tui.core.command.list_report import webhook_json
    from tui.messages.plan_words import row_name

    for number_, (instance, webhook) in enumerate(rows):
        found = webhook_json(instance, webhook)
        options = (f"{name} {_('on') if on else _('off')}" for name, on in webhook.options.items())
        if number_:
            yield ""
        yield row_name(instance, webhook.name)
        told = [
            (_("URL"), found["url"]),
            (_("enabled"), _("on") if webhook.enabled else _("off")),
            (_("flags on"), ", ".join(found["on"])),
            (_("flags off"), ", ".join(found["off"])),
            (_("options"), ", ".join(options)),
            (_("headers"), ", ".join(found["headers"])),
            (_("state"), " ".join(filter(None, (instance.state, instance.connection)))),
            (_("updated"), found["updated_at"] or ""),
            (_("id"), clean(webhook.id)),
        ]
        lines = labelled([(label, clean(words)) for label, words in told if words])
        yield from (f"  {line}" for line in lines)


def _say_none(reader: ListReader, output: Output) -> None:
    if output.form is Form.TEXT and not output.quiet and reader.reading.is_whole:
        if reader.is_empty:
            say(_("There are no instances here."))
        elif not reader.selected.rows:
            say(_("No webhook is selected."))


def _say_not_found(named: ByName, reader: ListReader) -> None:
    from tui.core.command.change_source import no_webhook

    store, name = reader.session.store, clean(named.text, 60)
    if not reader.has_instance:
        say(_("There is no instance {name}.").format(name=name))
    elif any(named.is_instance(store[key]) for key in store.ids):
        say(_("{name} has no webhook.").format(name=name))
    else:
        say_user_error(no_webhook(reader.session, named.text))
