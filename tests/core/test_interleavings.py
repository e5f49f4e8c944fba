"""Two and three users edit one webhook: no change is undone unseen, in any order of requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.core.interleaving import (
    Kill,
    Place,
    Plan,
    Tally,
    following,
    run,
    run_every_order,
    world_of,
)
from tests.core.stage import MODES, SINGLES
from tui.model.diff import Value

NAME, URL, ENABLED = (False, "name"), (False, "url"), (False, "enabled")
JWT, CALLS, SET = (True, "newJwt"), (True, "callUpsert"), (True, "messagesSet")
PRESENCE = (True, "presenceUpdate")
"""With :data:`JWT`, the only flags that are off at first."""


def plan(*edit: tuple[Place, Value], gives_way: bool = False) -> Plan:
    return Plan((edit,), gives_way)


TWO = {
    "other fields": (plan((NAME, "a"), (JWT, True)), plan((URL, "https://b.example"))),
    "other flags": (plan((JWT, True)), plan((CALLS, False))),
    "details and flags": (plan((NAME, "a")), plan((JWT, True), (CALLS, False))),
    "the same field": (plan((NAME, "a")), plan((NAME, "b"), (ENABLED, False))),
    "the same field, one gives way": (plan((NAME, "a")), plan((NAME, "b"), gives_way=True)),
    "one undoes a change that he saw": (
        plan((JWT, True)),
        Plan((((URL, "https://b.example"),), ((JWT, False),))),
    ),
    "details, and the last flags on": (
        plan((NAME, "a")),
        plan((JWT, True), (PRESENCE, True)),
    ),
    "details and a flag, and the last flags on": (
        plan((NAME, "a"), (CALLS, False)),
        plan((JWT, True), (PRESENCE, True)),
    ),
    "the same flag": (
        plan((JWT, True), (NAME, "a")),
        plan((JWT, True), (URL, "https://b.example")),
    ),
}


@pytest.mark.parametrize("mode, plans", product(MODES, TWO))
async def test_two_editors_undo_nothing_of_each_other_in_any_order(
    mode: str, plans: str, tally: Tally
) -> None:
    async with world_of(mode, tally) as world:
        assert await run_every_order(world, TWO[plans]) > 5


@pytest.mark.parametrize("mode, plans", product(MODES, TWO))
async def test_a_run_and_an_editor_undo_nothing_of_each_other_in_any_order(
    mode: str, plans: str, tally: Tally
) -> None:
    planned, editor = TWO[plans]
    async with world_of(mode, tally) as world:
        assert await run_every_order(world, (replace(planned, by_run=True), editor)) > 5


KILLS = {
    "after the read": Kill(1, arrives=True),
    "before the write arrives": Kill(2, arrives=False),
    "before its answer arrives": Kill(2, arrives=True),
}


@pytest.mark.parametrize("kill, plans", product(KILLS, TWO))
async def test_a_run_that_is_killed_and_goes_on_undoes_nothing_of_an_editor_in_any_order(
    kill: str, plans: str, tally: Tally
) -> None:
    planned, editor = TWO[plans]
    async with world_of("put", tally) as world:
        run = replace(planned, by_run=True, killed=KILLS[kill])
        assert await run_every_order(world, (run, editor)) > 5


THREE = (
    plan((NAME, "a"), (JWT, True)),
    plan((NAME, "b"), gives_way=True),
    plan((CALLS, False), (SET, True)),
)


@pytest.mark.parametrize("mode", ["put", "patch"])  # the third has 15 times as many orders
async def test_three_editors_undo_nothing_of_each_other_in_any_order(
    mode: str, tally: Tally
) -> None:
    async with world_of(mode, tally) as world:
        assert await run_every_order(world, THREE, trusted=True) > 30


EDITS = st.lists(
    st.one_of(
        st.tuples(st.just(NAME), st.sampled_from(["a", "b", "c"])),
        st.tuples(st.just(URL), st.sampled_from(["https://a.example", "https://b.example"])),
        st.tuples(st.sampled_from([ENABLED, JWT, CALLS, SET, PRESENCE]), st.booleans()),
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


SAME_URL_AND_THEN_ANOTHER = [
    Plan((((URL, "https://a.example"),), ((URL, "https://b.example"),))),
    plan((NAME, "a"), (URL, "https://a.example")),
]
"""Two editors set the same URL; then one sets another, while the other's save runs."""


ALL_FLAGS_ON_TWICE = [
    Plan((((NAME, "a"),), ((NAME, "b"),), ((NAME, "c"),))),
    Plan((((JWT, True), (PRESENCE, True)), ((JWT, False),), ((JWT, True),))),
]
"""One editor turns all flags on, twice, while the other saves details."""


@given(st.sampled_from(MODES), PLANS, ORDERS, st.booleans())
@example("patch", ALL_FLAGS_ON_TWICE, [0, 1, 1, 1, 0, 1, 1, 0, 1, 1, 0, 0], True)
@example("put", SAME_URL_AND_THEN_ANOTHER, [0, 0, 0, 0, 1, 1], False)
@settings(max_examples=120)
async def test_editors_with_several_saves_undo_nothing_of_each_other(
    tally: Tally, mode: str, plans: list[Plan], order: list[int], trusted: bool
) -> None:
    async with world_of(mode, tally) as world:
        await run(world, plans, following(order), trusted=trusted)


KILLED = st.none() | st.builds(Kill, st.integers(1, 8), st.booleans())


@given(st.sampled_from(MODES), PLANS, ORDERS, st.booleans(), KILLED)
async def test_runs_and_editors_undo_nothing_of_each_other(
    tally: Tally,
    mode: str,
    plans: list[Plan],
    order: list[int],
    trusted: bool,
    killed: Kill | None,
) -> None:
    first, *others = plans
    async with world_of(mode, tally) as world:
        mixed = (replace(first, by_run=True, killed=killed), *others)
        await run(world, mixed, following(order), trusted=trusted)


FLAGS = {
    "codechat-v1": ("refreshToken", "callUpsert", "messagesSet"),
    "codechat-go": ("newsLetter", "callUpsert", "messagesUpsert"),
    "evolution-v2": ("TYPEBOT_START", "CALL", "MESSAGES_SET"),
}
"""For each kind, a flag that is off in the sandbox's webhook and two that are on."""


def of_kind(kind: str, plans: Sequence[Plan]) -> list[Plan]:
    """Return plans with the flags of a kind, and with URLs in the place of names."""
    names = zip(("newJwt", "callUpsert", "messagesSet"), FLAGS[kind.partition(",")[0]], strict=True)
    flags = dict(names)
    return [
        replace(each, edits=tuple(tuple(_own(flags, *one) for one in edit) for edit in each.edits))
        for each in plans
    ]


def _own(flags: Mapping[str, str], place: Place, value: Value) -> tuple[Place, Value]:
    is_flag, key = place
    if is_flag:
        return (True, flags[key]), value
    return (URL, f"https://{value}.example") if place == NAME else (place, value)


# None of them disables the webhook: Evolution then empties the flags, which no plan asked for.
SINGLE = ("other fields", "other flags", "the same field, one gives way", "the same flag")


@pytest.mark.parametrize("kind, plans", product(SINGLES, SINGLE))
async def test_two_editors_of_the_one_webhook_undo_nothing_of_each_other_in_any_order(
    kind: str, plans: str, tally: Tally
) -> None:
    async with world_of(kind, tally) as world:
        assert await run_every_order(world, of_kind(kind, TWO[plans])) > 5


ON = st.lists(
    st.one_of(
        st.tuples(st.just(NAME), st.sampled_from(["a", "b", "c"])),
        st.tuples(st.sampled_from([JWT, CALLS, SET]), st.booleans()),
    ),
    min_size=1,
    max_size=3,
).map(tuple)
PLANS_ON = st.lists(
    st.builds(Plan, st.lists(ON, min_size=1, max_size=3).map(tuple), st.booleans()),
    min_size=2,
    max_size=3,
)


@given(st.sampled_from(SINGLES), PLANS_ON, ORDERS, st.booleans())
async def test_editors_of_the_one_webhook_with_several_saves_undo_nothing_of_each_other(
    tally: Tally, kind: str, plans: list[Plan], order: list[int], trusted: bool
) -> None:
    async with world_of(kind, tally) as world:
        await run(world, of_kind(kind, plans), following(order), trusted=trusted)


@given(st.sampled_from(SINGLES), PLANS_ON, ORDERS, st.booleans(), KILLED)
@settings(max_examples=50)
async def test_runs_and_editors_of_the_one_webhook_undo_nothing_of_each_other(
    tally: Tally,
    kind: str,
    plans: list[Plan],
    order: list[int],
    trusted: bool,
    killed: Kill | None,
) -> None:
    first, *others = of_kind(kind, plans)
    async with world_of(kind, tally) as world:
        mixed = (replace(first, by_run=True, killed=killed), *others)
        await run(world, mixed, following(order), trusted=trusted)
