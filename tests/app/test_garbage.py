"""Full collections of garbage wait until there was no input for a while."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest

from tests.app.support import terminal
from tui.app import garbage


@pytest.fixture
def full() -> Iterator[list[int]]:
    """Note each full collection."""
    noted: list[int] = []

    def note(phase: str, info: dict[str, Any]) -> None:
        if phase == "start" and info["generation"] == 2:
            noted.append(info["generation"])

    gc.callbacks.append(note)
    yield noted
    gc.callbacks.remove(note)


def be_due() -> None:
    """Let so many younger objects be collected that a full collection is due."""
    gc.collect()
    for _ in range(garbage.DUE):
        gc.collect(1)


async def test_a_full_collection_comes_when_the_keys_are_quiet(
    full: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garbage, "QUIET", 0.05)
    async with terminal() as at:
        be_due()
        full.clear()
        await at.press("down")
        await at.until(lambda: bool(full), "everything was looked through")


async def test_each_key_puts_a_full_collection_off(
    full: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garbage, "QUIET", 3600.0)
    async with terminal() as at:
        await at.press("down")
        be_due()
        full.clear()
        monkeypatch.setattr(garbage, "QUIET", 0.05)
        await at.press("down", "up")
        await at.until(lambda: bool(full), "everything was looked through")
        assert len(full) == 1


async def test_nothing_is_looked_through_where_little_was_left_behind(full: list[int]) -> None:
    gc.collect()
    full.clear()
    garbage.QuietCollector()._collect()
    assert full == []


async def test_the_end_leaves_collecting_as_it_was() -> None:
    before = gc.get_threshold()
    async with terminal():
        assert gc.get_threshold()[2] == garbage.AT_LAST
    assert gc.get_threshold() == before
