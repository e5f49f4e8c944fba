"""The filter of the board: words as on the dashboard, and what asks about the row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import hook
from tui.core.board.row import BoardRow, rows_of
from tui.core.board.row_filter import RowFilter, RowState
from tui.model.instance import Instance
from tui.model.search import searched
from tui.model.webhook import Webhook

LOJA = Instance("01J9", "Loja-São", number="5511")
CRM = hook(
    url="https://crm.Old-Host.example:8443/in", flags={"presenceUpdate": True, "CALL": False}
)


def shows(typed: str, webhook: Webhook | None = CRM, *marks: RowState) -> bool:
    instance = LOJA.with_webhooks([webhook] if webhook else [])
    (row,) = rows_of(instance, searched(instance))
    flags = webhook.flags if webhook else ()

    def is_so(state: RowState) -> Callable[[BoardRow], bool]:
        return lambda _row: state in marks

    marked = {state: is_so(state) for state in RowState}
    return bool(RowFilter.parse(typed).found([row], flags, marked))


@pytest.mark.parametrize(
    "typed, shown",
    [
        ("", True),
        ("loja crm", True),
        ("SÃO", True),
        ("5511 /in", True),
        ("loja nowhere", False),
        ("on", True),
        ("off", False),
        ("host:old-host", True),
        ("host::8443", True),
        ("host:in", False),
        ("host:", True),
        ("flag:presence", True),
        ("flag:PRESENCEUPDATE", True),
        ("flag:call", False),
        ("flag:presence host:crm on loja", True),
        ("flag:presence off", False),
        ("marked", False),
        ("failed", False),
        ('"on"', False),
        ('"loja"', True),
    ],
)
def test_what_is_shown(typed: str, shown: bool) -> None:
    assert shows(typed) is shown


@pytest.mark.parametrize("state", [RowState.MARKED, RowState.STAGED, RowState.FAILED])
def test_what_is_so_of_the_row_beside_its_webhook(state: RowState) -> None:
    assert shows(f"{state.value} on", CRM, state)
    assert not shows("marked staged failed", CRM, state)


@pytest.mark.parametrize("typed", ["on", "off", "host:", "flag:"])
def test_a_row_without_a_webhook_has_none_of_it(typed: str) -> None:
    assert not shows(typed, None)
    assert shows("loja", None)


@given(st.text())
def test_anything_may_be_typed(typed: str) -> None:
    assert shows(typed) in (True, False)


@given(st.lists(st.sampled_from(["on", "loja", "host:crm", "flag:presence", "nowhere"])))
def test_more_words_never_show_more(typed: list[str]) -> None:
    if shows(" ".join(typed)):
        assert all(shows(word) for word in typed)


def test_a_filter_that_is_typed_on_narrows_the_one_before() -> None:
    typed = "crm host:old flag:pres on"
    filters = [RowFilter.parse(typed[:end]) for end in range(len(typed) + 1)]
    wider = [
        typed[:end] for end, (old, new) in enumerate(pairwise(filters), 1) if not new.narrows(old)
    ]
    assert wider == ["crm host:", "crm host:old flag:", "crm host:old flag:pres on"]


@pytest.mark.parametrize("state", [RowState.MARKED, RowState.STAGED, RowState.FAILED])
def test_what_is_marked_staged_or_failed_may_have_become_more(state: RowState) -> None:
    typed = state.value
    assert not RowFilter.parse(f"{typed} loja").narrows(RowFilter.parse(typed))
    assert RowFilter.parse(f"{typed} loja").narrows(RowFilter.parse("loja"))


WORDS = st.sampled_from(
    ["l", "loja", "lo", "on", "off", "marked", "host:", "host:o", "host:old", "flag:", "flag:p"]
)


@given(st.lists(WORDS, max_size=3), st.lists(WORDS, max_size=3))
def test_what_narrows_finds_nothing_more(before: list[str], after: list[str]) -> None:
    old, new = (RowFilter.parse(" ".join(typed)) for typed in (before, after))
    for webhook in (CRM, replace(CRM, enabled=False), replace(CRM, url="https://x.example"), None):
        if new.narrows(old) and shows(" ".join(after), webhook):
            assert shows(" ".join(before), webhook)
