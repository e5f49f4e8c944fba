"""What all of these tests share."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def frozen_imports() -> Iterator[None]:
    """Spare the garbage collector what is imported: every app that ends sets it going."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
