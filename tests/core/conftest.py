"""What the tests of the core count, said at the end of a run."""

from __future__ import annotations

import pytest

from tests.core.interleaving import Tally

TALLY = pytest.StashKey[Tally]()


@pytest.fixture(scope="session")
def tally(pytestconfig: pytest.Config) -> Tally:
    """Count what the interleavings of editors come to."""
    return pytestconfig.stash.setdefault(TALLY, Tally())


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say how many interleavings were tried, and what became of them."""
    if (tally := config.stash.get(TALLY, None)) is not None:
        terminalreporter.section("editors of one webhook")
        terminalreporter.write_line(tally.words)
