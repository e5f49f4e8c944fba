"""Fixtures of the core's tests."""

from __future__ import annotations

import pytest

from tests.core.interleaving import TALLY, Tally


@pytest.fixture(scope="session")
def tally() -> Tally:
    """Count the interleavings of editors and their results."""
    return TALLY
