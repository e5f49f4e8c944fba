"""The history in words: who, when and what; why there is nothing to put back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.storage.journal_support import HOOK, REF, START, STATE, with_flags
from tests.support import in_words
from tui.core.history.history import NoUndo
from tui.core.plan.plan import LeftOut, Reason
from tui.messages.history_words import NO_UNDO, nothing_to_put_back, what_words, who_words
from tui.model.diff import Conflict
from tui.model.instance import Instance
from tui.model.row_outcome import RowOutcome
from tui.model.time import moment
from tui.storage.journal import Entry, Origin, WebhookState

LATER = WebhookState.of(with_flags(messagesUpsert=False))
FIRST = Entry(REF, START, None, Origin.FIRST_SEEN, "", "", None, None, STATE)
MINE = Entry(REF, START, None, Origin.EDITOR, "ana", "", RowOutcome.SAVED, STATE, LATER)
THEIRS = replace(FIRST, origin=Origin.OTHERS, before=STATE, after=LATER)
EARLIER, DAY_BEFORE = START - timedelta(minutes=40), START - timedelta(days=1)


@pytest.fixture(autouse=True)
def in_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    "entry, words",
    [
        (FIRST, "first seen"),
        (MINE, "you, editor"),
        (replace(MINE, who="rui", origin=Origin.COMMAND_LINE), "rui, command line"),
        (replace(MINE, run="7c1f", origin=Origin.BOARD), "run 7c1f, board"),
        (replace(MINE, run="7c1f", origin=Origin.RESTORE), "run 7c1f, put back"),
        (THEIRS, "by others"),
        (
            replace(THEIRS, since=START - timedelta(minutes=40)),
            "by others, between 09:22 and 10:02",
        ),
        (
            replace(THEIRS, since=START, at=START + timedelta(seconds=30)),
            "by others, at 10:02",
        ),
        (
            replace(THEIRS, since=START - timedelta(days=1)),
            "by others, after 31 Jul 10:02",
        ),
    ],
)
def test_who_changed_it(entry: Entry, words: str) -> None:
    assert who_words(entry, "ana", START + timedelta(days=3)) == words


@pytest.mark.parametrize(
    "entry, words",
    [
        (FIRST, "2 of 3 flags on"),
        (
            replace(FIRST, after=WebhookState.of(replace(HOOK, enabled=False))),
            "disabled, 2 of 3 flags on",
        ),
        (MINE, "messagesUpsert on → off"),
        (replace(MINE, before=None), "made: 1 of 3 flags on"),
        (replace(MINE, after=None), "deleted"),
        (
            replace(MINE, after=None, outcome=RowOutcome.NOT_KNOWN),
            "result not known",
        ),
        (
            replace(MINE, after=WebhookState.of(replace(HOOK, url="https://a", name="b"))),
            "name, URL",
        ),
        (replace(MINE, after=replace(STATE, headers=("x-team",))), "headers"),
        (replace(MINE, after=replace(LATER, headers=("x-team",))), "messagesUpsert, headers"),
    ],
)
def test_what_was_changed(entry: Entry, words: str) -> None:
    assert what_words(entry) == words


def test_a_moment_has_its_date_unless_it_is_today() -> None:
    now = datetime(2026, 8, 1, 23, 0, tzinfo=UTC)
    assert moment(START, now) == "10:02 today"
    assert moment(START, now + timedelta(hours=2)) == "1 Aug 10:02"
    assert moment(START, now + timedelta(days=200)) == "1 Aug 2026 10:02"


def test_every_reason_for_not_undoing_has_words() -> None:
    assert set(NO_UNDO) == set(NoUndo)
    assert "{history.whole}" in in_words(NO_UNDO[NoUndo.DELETED])


def test_a_state_that_is_there_already_is_no_failure() -> None:
    left_out = LeftOut(Reason.ALREADY_SO, Instance("i1", "loja-sul"), HOOK)
    assert "is like this already" in nothing_to_put_back(left_out)
    assert "loja-sul › crm" in nothing_to_put_back(replace(left_out, reason=Reason.NO_SUCH_FLAG))
    conflict = Conflict("url", "https://was.example/", "https://later.example/", "https://old/")
    later = replace(left_out, reason=Reason.CONFLICT, conflicts=(conflict,))
    assert "changed again later" in nothing_to_put_back(later)
