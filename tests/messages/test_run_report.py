"""What became of a row of a run, in words."""

from __future__ import annotations

from tests.support import hook
from tui.core.plan import Target
from tui.core.run_row import RowResult, RunRow
from tui.messages.run_report import brief_row_words, row_words
from tui.model.instance import Instance
from tui.model.row_outcome import RowOutcome


def row(result: RowResult) -> RunRow:
    webhook = hook()
    return RunRow(0, Target(Instance("i1", "loja"), webhook, webhook.values), result, ended=True)


def test_where_there_is_little_room_the_servers_own_words_come_first() -> None:
    refused = row(
        RowResult(
            RowOutcome.REFUSED,
            what="api.example answered 400: refused",
            said=("url must be a URL address",),
        )
    )
    assert brief_row_words(refused) == "“url must be a URL address”"
    assert row_words(refused).startswith("api.example answered 400: refused, “url must")
    silent = row(RowResult(RowOutcome.NOT_SAVED, what="api.example could not be reached"))
    assert brief_row_words(silent) == row_words(silent) == "api.example could not be reached"
