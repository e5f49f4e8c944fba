"""The filter of the board: words as on the dashboard, and what asks about the row."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import hook
from tui.core.row_filter import RowFilter, RowState, row_text
from tui.model.instance import Instance
from tui.model.webhook import Webhook

LOJA = Instance("01J9", "Loja-São", number="5511")
CRM = hook(
    url="https://crm.Old-Host.example:8443/in", flags={"presenceUpdate": True, "CALL": False}
)


def shows(typed: str, webhook: Webhook | None = CRM, *marks: RowState) -> bool:
    return RowFilter.parse(typed).shows(row_text(LOJA, webhook), webhook, marks)


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
