"""What the tests of the API count, said at the end of a run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.api.interleaving import Tally
from tests.api.one_webhook_support import Front, front_running

TALLY = pytest.StashKey[Tally]()


@pytest.fixture(scope="session")
def tally(pytestconfig: pytest.Config) -> Tally:
    """Count what the interleavings of editors come to."""
    return pytestconfig.stash.setdefault(TALLY, Tally())


@pytest.fixture(scope="module")
def front() -> Iterator[Front]:
    """Serve the sandboxes of a module on one socket."""
    with front_running() as running:
        yield running


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say how many interleavings were tried, and what became of them."""
    if (tally := config.stash.get(TALLY, None)) is not None:
        terminalreporter.section("editors of one webhook")
        terminalreporter.write_line(tally.words)
