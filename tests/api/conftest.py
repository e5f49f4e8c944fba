"""What the tests of the adapters share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.api.single_webhook_support import Front, front_running


@pytest.fixture(scope="module")
def front() -> Iterator[Front]:
    """Serve the sandboxes of a module on one socket."""
    with front_running() as running:
        yield running
