"""The start of the program: imports take a tenth of a second, in which a signal may come."""

from __future__ import annotations

import gc

from tui.cli.call import prepare_call


def main() -> None:
    """Run the program; a signal that comes before it can answer is answered once it can."""
    # Imports leave next to no garbage, and looking for it takes a tenth of the start. What works
    # for longer, such as the app, turns the collector on when all that it needs is imported.
    gc.disable()
    with prepare_call().listening():
        from tui.cli.main import main as program
    program()
