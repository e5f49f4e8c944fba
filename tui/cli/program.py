"""The group of all commands: each is imported when it is called, and ends with an exit code."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

import click

from tui.cli.call import COMPLETE, SIGNALS, begin_call, current_call
from tui.cli.exits import FAILED, say
from tui.cli.streams import open_closed_streams
from tui.i18n import _

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_LATE: Mapping[str, tuple[str, str, str]] = {
    "list": ("tui.cli.list_commands", "list_webhooks", _("List the webhooks of the server.")),
    "get": (
        "tui.cli.list_commands",
        "get",
        _("Show the webhooks of one instance, or one of them."),
    ),
    "set": ("tui.cli.change_commands", "set_webhooks", _("Change the selected webhooks.")),
    "export": ("tui.cli.file_commands", "export", _("Write webhooks as a file.")),
    "plan": ("tui.cli.file_commands", "plan", _("Show what a file would change.")),
    "apply": ("tui.cli.change_commands", "apply", _("Change webhooks to match a file.")),
    "drift": ("tui.cli.file_commands", "drift", _("Compare the server with a file.")),
    "history": (
        "tui.cli.history_commands",
        "history",
        _("Show past changes: when, by whom, and what."),
    ),
    "restore": ("tui.cli.history_commands", "restore", _("Put webhooks back as they were.")),
    "config": ("tui.cli.config_commands", "config", _("Look at the configuration.")),
    "completion": ("tui.cli.shells", "completion", _("Print what makes a shell complete words.")),
}
"""Commands by name: the module, the name in it, and a line of help."""


class Program(click.Group):
    """The program; the dashboard and ``--help`` import no command."""

    def main(self, args: Sequence[str] | None = None, *others: Any, **options: Any) -> NoReturn:
        """Run the program and exit, or complete a word for a shell.

        An interrupt or an internal error ends a command without a stack trace, and JSON that was
        asked for is written all the same.
        """
        if os.environ.get(COMPLETE):
            import_module("tui.cli.shells")  # tells click how it is done in bash
        open_closed_streams()
        arguments = list(sys.argv[1:] if args is None else args)
        call = begin_call()
        options["standalone_mode"] = False
        code = call.code  # of a signal that came while the program was imported
        if not code:
            run = super().main
            code = self._code_of(lambda: run(arguments, *others, **options))
        if (call.code or code) and not call.has_answered:
            self._answer(arguments)
        sys.exit(call.code or code)

    def _code_of(self, run: Callable[[], Any]) -> int:
        """Run a command, and return its exit code."""
        try:
            code = run()
        except SystemExit as end:
            code = end.code
        except click.ClickException as error:
            error.show()
            current_call().said.append(error.format_message())
            code = error.exit_code
        except (click.Abort, KeyboardInterrupt):
            code = SIGNALS + signal.SIGINT
        except BrokenPipeError:
            from tui.cli.write import close_standard_output

            close_standard_output()
            code = 0
        except Exception as error:
            from tui.model.log import log

            log.exception("a command failed")
            text = _(
                "Hookboard failed ({name}). "
                "Put --log-file FILE before the command to record the details."
            )
            say(text.format(name=type(error).__name__))
            code = FAILED
        return code if isinstance(code, int) else 0

    def _answer(self, arguments: Sequence[str]) -> None:
        """Write the JSON that a command owes which came to nothing."""
        from tui.cli.json_output import asked_output, write_unanswered
        from tui.cli.output import Form

        call = current_call()
        command = next((one for one in arguments if one in _LATE), "")
        output = call.output or asked_output(arguments)
        if output is None or output.form not in (Form.JSON, Form.JSONL):
            return
        if output.path is not None and command == "export":
            return  # an earlier backup is worth more than the news that this one failed
        call.put_off_signals()
        with call.listening():
            write_unanswered(output, command)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return [*_LATE, *self.commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command and return it."""
        if cmd_name in _LATE:
            module, name, _help = _LATE[cmd_name]
            command: click.Command = getattr(import_module(module), name)
            return command
        return super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the names of all commands with a line of help."""
        with formatter.section(_("Commands")):
            formatter.write_dl(list(self._commands_with_words()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[Any]]:
        """Offer the names of commands, or the program's own options."""
        from click.shell_completion import CompletionItem

        if incomplete.startswith("-"):
            return click.Command.shell_complete(self, ctx, incomplete)
        return [
            CompletionItem(name, help=words)
            for name, words in self._commands_with_words()
            if name.startswith(incomplete)
        ]

    def _commands_with_words(self) -> Iterator[tuple[str, str]]:
        for name, (_module, _attribute, words) in _LATE.items():
            yield name, words
        for name, one in self.commands.items():
            yield name, one.get_short_help_str(80)
