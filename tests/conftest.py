"""What all tests share: how hypothesis works, and what the tests count over a whole run."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import Any, Protocol

import pytest
from hypothesis import settings

from tests.core.interleaving import TALLY
from tests.robustness.faults.table import TABLE

# How long an example takes is for the benchmark to say: a busy machine fails no test.
settings.register_profile("hookboard", deadline=None)
settings.load_profile("hookboard")

_COUNTED = "counted"


class Counted(Protocol):
    """Something that tests count, printed after them."""

    def merge(self, other: Any, /) -> None:
        """Add what was counted in another process."""

    def lines(self) -> Iterator[str]:
        """Return what to print; nothing if no test counted."""


class Worker(Protocol):
    """A process of pytest-xdist that has ended."""

    workeroutput: dict[str, bytes]


COUNTED: dict[str, Counted] = {"faults × operations": TABLE, "editors of one webhook": TALLY}


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand over what this process counted, if it is one of several."""
    output: dict[str, bytes] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[_COUNTED] = pickle.dumps(COUNTED)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Worker) -> None:
    """Add what one of several processes counted; one that was killed hands nothing over."""
    if counted := getattr(node, "workeroutput", {}).get(_COUNTED):
        for title, theirs in pickle.loads(counted).items():
            COUNTED[title].merge(theirs)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the tests counted."""
    for title, counted in COUNTED.items():
        if lines := list(counted.lines()):
            terminalreporter.section(title)
            for line in lines:
                terminalreporter.write_line(line)
