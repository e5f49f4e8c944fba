"""Pictures of the board: marks, staged changes, the filter, and what is under the cursor."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.snapshots.scenes import app, keys, sandbox
from tests.snapshots.test_kinds import evolution

Compare = Callable[..., bool]

NARROW, WIDE = (80, 24), (120, 40)
STAGED = ("b", "M", *["l"] * 8, "n", "j", "m", "j", "space")
"""A column staged off in all rows, one of them unmarked again, and a flag of another row."""


@pytest.fixture(autouse=True)
def _plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "TMUX", "HOOKBOARD_READ_ONLY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
def test_board_with_staged_changes(snap_compare: Compare, size: tuple[int, int]) -> None:
    act = keys(*STAGED)
    assert snap_compare(app(sandbox(), production=True), terminal_size=size, run_before=act)


def test_board_filtered_with_hidden_marks(snap_compare: Compare) -> None:
    act = keys("b", "M", "slash", *"crm on", "enter")
    theme = "textual-light"
    assert snap_compare(app(sandbox(), theme=theme), terminal_size=NARROW, run_before=act)


def test_board_on_which_nothing_matches(snap_compare: Compare) -> None:
    act = keys("b", "slash", *"host:nowhere")
    assert snap_compare(app(sandbox(), read_only=True), terminal_size=NARROW, run_before=act)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
def test_board_of_evolution(snap_compare: Compare, size: tuple[int, int]) -> None:
    act = keys("b", "end", "space", "j")
    assert snap_compare(evolution(), terminal_size=size, run_before=act)


def test_board_without_colours(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(app(sandbox()), terminal_size=NARROW, run_before=keys(*STAGED))


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
def test_change_of_the_marked(snap_compare: Compare, size: tuple[int, int]) -> None:
    act = keys("b", "M", "e", *"new/example", "tab", "tab", "tab", "left", "ctrl+s")
    assert snap_compare(app(sandbox()), terminal_size=size, run_before=act)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
def test_presets_for_the_marked(snap_compare: Compare, size: tuple[int, int]) -> None:
    act = keys("b", "M", "p", "end")
    assert snap_compare(app(sandbox()), terminal_size=size, run_before=act)
