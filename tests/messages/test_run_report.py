"""What is said of the rows of a run, and of how far it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support import hook
from tui.core.plan.plan import Target
from tui.core.run.row import RowResult, RunRow
from tui.core.run.run import Phase, Progress
from tui.core.save_result import Objection
from tui.messages.run_report import (
    ended_words,
    progress_words,
    row_details,
    row_words,
    short_progress,
    under_way_words,
)
from tui.model.diff import Change, Conflict
from tui.model.instance import Instance
from tui.model.row_outcome import RowOutcome

FLAG = Change("presenceUpdate", True, False, is_flag=True)


def row(outcome: RowOutcome, **result: object) -> RunRow:
    """Return a row that moved a webhook and ended like this."""
    base = hook()
    target = Target(Instance("i1", "loja"), base, replace(base.values, url="https://new.example"))
    return RunRow(0, target, replace(RowResult(outcome), **result), ended=True)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "ended, said",
    [
        (row(RowOutcome.SAVED), "1 change"),
        (
            row(RowOutcome.SAVED, merged=(FLAG,)),
            "1 change; also changed, by others or the server: presenceUpdate on → off",
        ),
        (row(RowOutcome.SAVED_AFTER_ALL, what="no answer"), "1 change, no answer"),
        (row(RowOutcome.ALREADY_SO), "nothing was written"),
        (row(RowOutcome.PARTLY, missing=(FLAG,)), "the server kept presenceUpdate on"),
        (
            row(RowOutcome.CONFLICT, conflicts=(Conflict("url", "a", "b", "c"),)),
            "URL: the server has b, wanted c",
        ),
        (row(RowOutcome.CONFLICT, missing=(FLAG,)), "others changed it: presenceUpdate on → off"),
        (row(RowOutcome.REFUSED, said=("no {save} here",)), "“no {save} here”"),
        (row(RowOutcome.NOT_KNOWN, what="no answer", said=("?",)), "no answer “?”"),
        (
            row(
                RowOutcome.INVALID,
                objection=Objection.VALUES,
                field_errors=(("url", "the URL is empty"),),
            ),
            "the URL is empty",
        ),
        (row(RowOutcome.GONE), "the webhook or its instance is not there any more"),
        (row(RowOutcome.NOT_REACHED), "the run ended before"),
    ],
)
def test_each_outcome_has_its_words(ended: RunRow, said: str) -> None:
    assert row_words(ended) == said


def test_an_invalid_row_says_that_others_changed_the_webhook() -> None:
    ended = row(
        RowOutcome.INVALID,
        objection=Objection.MERGED,
        field_errors=(("url", "the URL is empty"),),
    )
    assert row_words(ended) == "others changed it meanwhile; the URL is empty."


def test_the_details_have_what_was_asked_and_what_it_took() -> None:
    asked, words, took = row_details(row(RowOutcome.SAVED, requests=2, seconds=0.31))
    assert asked.startswith("loja › ")
    assert asked.endswith("→ https://new.example")
    assert words == "1 change"
    assert took == "2 requests, 0.3 s"
    (only,) = row_details(replace(row(RowOutcome.NOT_REACHED), ended=False))
    assert only == asked


def progress(phase: Phase, left: float | None = None) -> Progress:
    """Return a run of ten rows, five of which have ended, one of them badly."""
    counts = dict.fromkeys(RowOutcome, 0) | {RowOutcome.SAVED: 4, RowOutcome.REFUSED: 1}
    return Progress(phase, 10, 5, 2, counts, left)


def test_how_far_it_is_names_what_failed_and_how_long_it_takes() -> None:
    assert progress_words(progress(Phase.RUNNING)) == "5 of 10, 1 not as asked"
    said = "5 of 10, 1 not as asked, about 3 min left"
    assert progress_words(progress(Phase.RUNNING, 180.0)) == said
    assert short_progress(progress(Phase.RUNNING), waits=False) == "run 5/10"
    assert short_progress(progress(Phase.PAUSED), waits=True) == "run waits for you"


def test_only_a_run_that_begins_further_rows_says_how_to_stop_it() -> None:
    running = under_way_words(progress(Phase.RUNNING))
    assert not isinstance(running, str)
    assert running.filled(lambda _id: "esc").endswith("· esc stops after those under way")
    assert under_way_words(progress(Phase.STOPPING)) == "5 of 10, 1 not as asked"


@pytest.mark.parametrize(
    "seconds, said", [(41.2, "5 of 10 in 41 s: saved 4"), (None, "5 of 10: saved 4")]
)
def test_the_end_says_how_many_ended_how(seconds: float | None, said: str) -> None:
    assert ended_words(progress(Phase.ENDED), seconds) == f"{said}, refused 1"
