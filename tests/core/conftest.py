"""What the tests of the core share."""

from __future__ import annotations

import pytest

from tests.core.interleaving import TALLY, Tally


@pytest.fixture(scope="session")
def tally() -> Tally:
    """Count what the interleavings of editors come to."""
    return TALLY
