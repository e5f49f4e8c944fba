"""Options that choose the form and the place of a command's data."""

from __future__ import annotations

from typing import Any

import click

from tui.cli import completers
from tui.cli.call import current_call
from tui.cli.options import adding
from tui.cli.output import Form, Output
from tui.i18n import _

_OPTIONS = (
    click.option("--json", "as_json", is_flag=True, help=_("Write one JSON document.")),
    click.option("--jsonl", "as_jsonl", is_flag=True, help=_("Write JSON, one row on each line.")),
    click.option(
        "--plain", "as_plain", is_flag=True, help=_("Write tab-separated lines, no heading.")
    ),
    click.option(
        "-o",
        "--output",
        "path",
        metavar="FILE",
        help=_("Write to FILE (mode 0600), whole or not at all."),
        shell_complete=completers.files,
    ),
    click.option("-q", "--quiet", is_flag=True, help=_("Show no progress and no notes.")),
)

output_options = adding(*_OPTIONS)
"""The decorator that adds the options that choose form and place of the data."""

form_options = adding(*_OPTIONS[:3], _OPTIONS[4])
"""The decorator that adds the options of a command whose ``-o`` has another meaning."""


def output_from(given: dict[str, Any]) -> Output:
    """Take the output from the given options. Raises a usage error."""
    forms = {"as_json": Form.JSON, "as_jsonl": Form.JSONL, "as_plain": Form.PLAIN}
    chosen = [form for name, form in forms.items() if given.pop(name)]
    if len(chosen) > 1:
        raise click.UsageError(_("Only one of --json, --jsonl and --plain can be given."))
    form = chosen[0] if chosen else Form.TEXT
    output = Output(form, given.pop("path", None), given.pop("quiet"))
    current_call().output = output
    return output
