"""How large a plan is, and what has to be confirmed for it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.plan.plan_support import LOJA, planned
from tests.support import hook
from tui.api.http.exchange import Exchange, Purpose
from tui.core.patch.patch import HostMove, Patch
from tui.core.plan.limits import (
    ChangeLimit,
    Permission,
    RequestTime,
    is_within,
    permissions_needed,
    request_count,
    seconds_for,
    typical_time,
    wants_number_typed,
)
from tui.core.plan.plan import Plan, Target, plan
from tui.model.capabilities import ANY_SERVER
from tui.model.instance import Instance

OFF = Patch(enabled=False)


def of(rows: int, total: int) -> Plan:
    """Return a plan for so many webhooks of a server that has ``total``."""
    return planned([hook() for _ in range(rows)], OFF, total=total)


@pytest.mark.parametrize(
    "rows, total, typed",
    [
        (1, 1, False),
        (2, 6, True),
        (3, 10, False),
        (4, 10, True),
        (50, 500, False),
        (51, 500, True),
    ],
)
def test_a_large_plan_wants_its_number_typed(rows: int, total: int, typed: bool) -> None:
    assert wants_number_typed(of(rows, total)) is typed


@pytest.mark.parametrize(
    "rows, total, within", [(9, 9, True), (3, 10, True), (4, 10, False), (60, 500, True)]
)
def test_a_command_has_a_limit_of_its_own_from_ten_webhooks_on(
    rows: int, total: int, within: bool
) -> None:
    assert is_within(of(rows, total), None) is within


@pytest.mark.parametrize(
    "text, rows, within",
    [("4", 4, True), ("3", 4, False), ("40%", 4, True), ("39%", 4, False), ("100%", 10, True)],
)
def test_a_limit_that_was_given_takes_the_place_of_it(text: str, rows: int, within: bool) -> None:
    limit = ChangeLimit.parse(text)
    assert limit is not None
    assert is_within(of(rows, 10), limit) is within


@pytest.mark.parametrize("text", ["", "%", "-1", "1.5", "101%", "5 %", "x", "²", "1%%"])
def test_what_is_no_limit(text: str) -> None:
    assert ChangeLimit.parse(text) is None


def test_what_has_to_be_allowed() -> None:
    new = hook(id="", is_new=True)
    targets = [
        Target(LOJA, hook(), OFF.applied_to(hook().values, "")),
        Target(LOJA, new, new.values),
        Target(LOJA, hook(), hook().values, deletes=True),
    ]
    assert permissions_needed(plan(targets, ANY_SERVER, total=3)) == set(Permission)
    assert permissions_needed(planned(hook(enabled=False), Patch(enabled=True))) == set()


def test_flags_that_go_apart_take_a_request_more() -> None:
    both = planned(hook(), Patch(HostMove("crm.example", "b"), flags={"newJwt": False}))
    assert (request_count(both), request_count(both, flags_apart=True)) == (2, 3)
    assert request_count(of(3, 3), flags_apart=True) == 6


def test_the_first_row_goes_alone_and_the_rest_side_by_side() -> None:
    assert seconds_for(of(1, 1), at_once=8, seconds_each=0.1) == pytest.approx(0.2)
    assert seconds_for(of(9, 9), at_once=8, seconds_each=0.1) == pytest.approx(0.4)
    assert seconds_for(of(0, 9), at_once=8, seconds_each=0.1) == 0


def test_one_instance_is_written_to_one_row_at_a_time() -> None:
    many = [hook(id=f"w{number}") for number in range(5)]
    found = planned(many, OFF, instance=Instance("i1", "loja"))
    assert seconds_for(found, at_once=8, seconds_each=0.1) == pytest.approx(1.0)


@given(st.integers(1, 30), st.integers(1, 64))
def test_more_at_once_never_takes_longer(rows: int, at_once: int) -> None:
    found = of(rows, rows)
    slower = seconds_for(found, at_once=at_once, seconds_each=0.1)
    assert seconds_for(found, at_once=at_once + 1, seconds_each=0.1) <= slower


def exchanges(purpose: Purpose, *seconds: float, status: int | None = 200) -> list[Exchange]:
    """Return the exchanges of requests that took so long."""
    at = datetime(2026, 6, 15, tzinfo=UTC)
    return [
        Exchange(at, "GET", "https://api.example/w1", status, each, 0, 0, purpose)
        for each in seconds
    ]


def test_a_request_takes_what_reads_and_writes_of_one_webhook_usually_took() -> None:
    assert typical_time([]) is None
    reads = exchanges(Purpose.READ, 0.1, 9.0, 0.2)
    assert typical_time(reads) == RequestTime(0.2)
    writes = exchanges(Purpose.WRITE, 0.4)
    assert typical_time([*reads, *writes]) == pytest.approx((0.3, False))


def test_slow_lists_do_not_count_once_a_webhook_was_read_or_written() -> None:
    lists = exchanges(Purpose.LIST, 5.0, 2.0, 6.0)
    assert typical_time(lists) == RequestTime(2.0, is_of_lists=True)
    assert typical_time([*lists, *exchanges(Purpose.WRITE, 0.1)]) == RequestTime(0.1)


def test_requests_that_failed_do_not_count() -> None:
    failed = exchanges(Purpose.WRITE, 15.0, status=None) + exchanges(Purpose.READ, 0.0, status=429)
    assert typical_time(failed) is None
