"""Two and three people edit one webhook: nobody's change is undone unseen, in any order."""

from __future__ import annotations

from itertools import product
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.api.interleaving import Place, Plan, Tally, following, run, run_every_order, world_of
from tui.model.changes import Value
from tui.sandbox.bodies import FlagMode

MODES: tuple[FlagMode, ...] = get_args(FlagMode)
NAME, URL, ENABLED = (False, "name"), (False, "url"), (False, "enabled")
JWT, CALLS, SET = (True, "newJwt"), (True, "callUpsert"), (True, "messagesSet")


def plan(*edit: tuple[Place, Value], gives_way: bool = False) -> Plan:
    return Plan((edit,), gives_way)


TWO = {
    "other fields": (plan((NAME, "a"), (JWT, True)), plan((URL, "https://b.example"))),
    "other flags": (plan((JWT, True)), plan((CALLS, False))),
    "details and flags": (plan((NAME, "a")), plan((JWT, True), (CALLS, False))),
    "the same field": (plan((NAME, "a")), plan((NAME, "b"), (ENABLED, False))),
    "the same field, one gives way": (plan((NAME, "a")), plan((NAME, "b"), gives_way=True)),
    "one takes back what he saw": (
        plan((JWT, True)),
        Plan((((URL, "https://b.example"),), ((JWT, False),))),
    ),
    "the same flag": (
        plan((JWT, True), (NAME, "a")),
        plan((JWT, True), (URL, "https://b.example")),
    ),
}


@pytest.mark.parametrize("mode, plans", product(MODES, TWO))
async def test_two_editors_undo_nothing_of_each_other_in_any_order(
    mode: FlagMode, plans: str, tally: Tally
) -> None:
    async with world_of(mode, tally) as world:
        assert await run_every_order(world, TWO[plans]) > 10


THREE = (
    plan((NAME, "a"), (JWT, True)),
    plan((NAME, "b"), gives_way=True),
    plan((CALLS, False), (SET, True)),
)


@pytest.mark.parametrize("mode", ["put", "patch"])  # the third has 15 times as many orders
async def test_three_editors_undo_nothing_of_each_other_in_any_order(
    mode: FlagMode, tally: Tally
) -> None:
    async with world_of(mode, tally) as world:
        assert await run_every_order(world, THREE, believed=True) > 90


EDITS = st.lists(
    st.one_of(
        st.tuples(st.just(NAME), st.sampled_from(["a", "b", "c"])),
        st.tuples(st.just(URL), st.sampled_from(["https://a.example", "https://b.example"])),
        st.tuples(st.sampled_from([ENABLED, JWT, CALLS, SET]), st.booleans()),
    ),
    min_size=1,
    max_size=3,
).map(tuple)
PLANS = st.lists(
    st.builds(Plan, st.lists(EDITS, min_size=1, max_size=3).map(tuple), st.booleans()),
    min_size=2,
    max_size=3,
)
ORDERS = st.lists(st.integers(0, 5), max_size=60)


@given(st.sampled_from(MODES), PLANS, ORDERS, st.booleans())
@settings(max_examples=300, deadline=None)
async def test_editors_who_save_again_and_again_undo_nothing_of_each_other(
    tally: Tally, mode: FlagMode, plans: list[Plan], order: list[int], believed: bool
) -> None:
    async with world_of(mode, tally) as world:
        await run(world, plans, following(order), believed=believed)
