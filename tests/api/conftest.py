"""Fixtures of the tests of the adapters."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.api.single_webhook_support import Front, front_running


@pytest.fixture(scope="module")
def front() -> Iterator[Front]:
    """Serve a module's sandboxes on one socket."""
    with front_running() as running:
        yield running
