"""What all of these tests share."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui.desk import Desk


@pytest.fixture(scope="session", autouse=True)
def frozen_imports() -> Iterator[None]:
    """Spare the garbage collector what is imported: every app that ends sets it going."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A sandbox with the sample data, and no draft yet."""
    return Desk(tmp_path / "drafts", tmp_path / "sandbox.db")
