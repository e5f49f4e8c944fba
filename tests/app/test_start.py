"""The state of the program after the start."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from tests.app.first_start import first_start
from tests.app.support import terminal


@pytest.fixture(autouse=True)
def collector_is_off() -> Iterator[None]:
    """As the command line leaves it before the imports."""
    gc.disable()
    yield
    gc.enable()


async def test_the_garbage_collector_works_again_once_the_list_is_there() -> None:
    async with terminal():
        assert gc.isenabled()


async def test_the_garbage_collector_works_again_at_the_first_start() -> None:
    async with first_start():
        assert gc.isenabled()
