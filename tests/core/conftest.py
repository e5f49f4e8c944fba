"""Fixtures of the core's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.core.desk import Front, front_running
from tests.core.interleaving import TALLY, Tally


@pytest.fixture(scope="session")
def tally() -> Tally:
    """Count the interleavings of editors and their results."""
    return TALLY


@pytest.fixture(scope="module")
def front() -> Iterator[Front]:
    """Serve a module's sandboxes on one socket."""
    with front_running() as running:
        yield running
