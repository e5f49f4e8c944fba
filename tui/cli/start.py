"""The start of the program: imports take a tenth of a second, in which a signal may come."""

from __future__ import annotations

from tui.cli.call import prepare_call


def main() -> None:
    """Run the program; a signal that comes before it can answer is answered once it can."""
    with prepare_call().listening():
        from tui.cli.main import main as program
    program()
