"""Settings of hypothesis, and the counts that tests keep over a whole run."""

from __future__ import annotations

import gc
import os
import pickle
import signal
from collections.abc import Iterator
from typing import Any, Protocol

import pytest
from hypothesis import settings

from tests.app.parsed_styles import share_parsed_styles
from tests.core.interleaving import TALLY
from tests.front import Front, front_running
from tests.robustness.faults.table import TABLE
from tui.app.garbage import freeze_imports

# No deadline: a timing belongs in the benchmark, and a busy machine must fail no test. Fewer
# examples than the usual 100 for each property: there are over a hundred, run with every change.
settings.register_profile("hookboard", deadline=None, max_examples=60)
settings.load_profile("hookboard")

_COUNTED = "counted"


class Counted(Protocol):
    """Counts of tests, printed at the end of a run."""

    def merge(self, other: Any, /) -> None:
        """Add the counts of another process."""

    def lines(self) -> Iterator[str]:
        """Yield the lines to print; none where no test counted."""


class Worker(Protocol):
    """A process of pytest-xdist that has ended."""

    workeroutput: dict[str, bytes]


COUNTED: dict[str, Counted] = {"faults × operations": TABLE, "editors of one webhook": TALLY}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return one process more than there are cores: tests also wait, for servers and terminals."""
    return (os.cpu_count() or 1) + 1


def pytest_configure() -> None:
    """Take note of SIGINT, also where a shell ignores it, as in the background.

    The programs that tests start would ignore it too.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """Do once what each app of a test would do, or have done, again.

    Imports are kept out of the collections of garbage to come, one at least for every app.
    """
    share_parsed_styles()
    gc.collect()
    freeze_imports()
    gc.set_threshold(700, 10, 60)


@pytest.fixture(scope="session")
def front() -> Iterator[Front]:
    """Serve the sandboxes of all tests that need a socket, one at a time."""
    with front_running() as running:
        yield running


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand over the counts of this process, if it is one of several."""
    output: dict[str, bytes] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[_COUNTED] = pickle.dumps(COUNTED)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Worker) -> None:
    """Add the counts of one of several processes; a killed one hands nothing over."""
    if counted := getattr(node, "workeroutput", {}).get(_COUNTED):
        for title, theirs in pickle.loads(counted).items():
            COUNTED[title].merge(theirs)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the counts."""
    for title, counted in COUNTED.items():
        if lines := list(counted.lines()):
            terminalreporter.section(title)
            for line in lines:
                terminalreporter.write_line(line)
