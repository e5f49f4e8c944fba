"""The keys of a run: which of its commands work while it goes, waits, stops, or has ended."""

from __future__ import annotations

from dataclasses import replace

from tui.app.command import Command
from tui.app.run_control import RunControl
from tui.core.history.history import to_put_back, to_try_again
from tui.core.run.run import Phase
from tui.i18n import _, ngettext, number


def works(command: Command, control: RunControl) -> bool:
    """Whether a command works in the state that a run is in."""
    rows, is_over = control.run.rows, control.ended.is_set()
    if control.is_elsewhere and command.id in ("run.try-again", "run.put-back", "run.report"):
        return False
    match command.id:
        case "run.go-on":
            return control.waits_to_go_on or control.is_cut_off
        case "run.leave-as-is":
            return control.is_cut_off
        case "run.try-again":
            return is_over and bool(to_try_again(rows))
        case "run.put-back":
            return not control.under_way and any(to_put_back(control.rows_with_retries))
        case "run.report":
            return not control.under_way
        case "run.leave":
            return control.under_way
    return True


def named(command: Command, control: RunControl) -> Command:
    """Return a command with the label that says what it does in the state that a run is in."""
    if command.id == "run.close":
        return replace(command, label=_("Stop") if can_be_stopped(control) else _("Back"))
    if command.id == "run.try-again" and control.ended.is_set():
        count = len(to_try_again(control.run.rows))
        label = ngettext("Try {count} again", "Try {count} again", count)
        return replace(command, label=label.format(count=number(count)))
    return command


def can_be_stopped(control: RunControl) -> bool:
    """Whether a run starts further rows, unless it is stopped."""
    return control.under_way and control.run.phase is not Phase.STOPPING
