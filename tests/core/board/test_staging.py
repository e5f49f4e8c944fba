"""Staged changes: on top of each other, taken back by step, and merged with what others change."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.support import hook
from tui.core.board.staging import Staging
from tui.core.patch.patch import HostMove, Patch, like
from tui.core.plan.plan import LeftOut, Reason, RowKey, Target
from tui.model.instance import Instance
from tui.model.webhook import Webhook

ROWS = [(Instance(f"i{number}", f"loja {number}"), hook()) for number in range(3)]
KEYS = [RowKey(instance.id, webhook.id) for instance, webhook in ROWS]
OFF = Patch(enabled=False)
PATCHES = st.builds(
    Patch,
    url=st.none() | st.just(HostMove("crm.example", "new.example")),
    enabled=st.none() | st.booleans(),
    flags=st.dictionaries(st.sampled_from(list(hook().flags)), st.booleans()),
)
STEPS = st.lists(st.tuples(st.sets(st.sampled_from([0, 1, 2])), PATCHES), max_size=6)


def staged(staging: Staging) -> dict[RowKey, Target]:
    return {key: target for key in KEYS if (target := staging.get(key))}


def unchanged(key: RowKey) -> Webhook | Reason:
    return ROWS[KEYS.index(key)][1]


def test_steps_are_staged_on_top_of_each_other() -> None:
    staging = Staging()
    assert staging.stage(ROWS[:2], OFF) == {KEYS[0], KEYS[1]}
    assert staging.stage(ROWS, Patch(flags={"newJwt": False})) == set(KEYS)
    targets = list(staging.targets(unchanged))
    assert targets == [staging.get(key) for key in KEYS]
    assert [one.wanted.enabled for one in staged(staging).values()] == [False, False, True]
    assert not any(one.wanted.flags["newJwt"] for one in staged(staging).values())


def test_what_is_as_it_was_is_not_staged_any_more() -> None:
    staging = Staging()
    staging.stage(ROWS, OFF)
    staging.stage(ROWS[:1], Patch(enabled=True))
    assert len(staging) == 2
    assert staging.get(KEYS[0]) is None


def test_what_changes_nothing_is_no_step() -> None:
    staging = Staging()
    staging.stage(ROWS, OFF)
    assert not staging.stage(ROWS, OFF)
    assert staging.undo() == set(KEYS)
    assert len(staging) == 0
    assert not staging.undo()


@given(STEPS)
def test_every_step_is_taken_back_whole(steps: list[tuple[set[int], Patch]]) -> None:
    staging = Staging()
    states = [staged(staging)]
    for rows, patch in steps:
        if staging.stage([ROWS[row] for row in rows], patch):
            states.append(staged(staging))
    for before in reversed(states[:-1]):
        staging.undo()
        assert staged(staging) == before
    assert not staging.undo()


def test_what_others_changed_is_kept_and_a_crossed_field_is_a_conflict() -> None:
    staging = Staging()
    staging.stage(ROWS, Patch(flags={"newJwt": False}))
    mine = hook().flags
    now: dict[RowKey, Webhook | Reason] = {
        KEYS[0]: hook(enabled=False),
        KEYS[1]: Reason.GONE,
        KEYS[2]: hook(flags={**mine, "newJwt": False}),
    }
    first, second, third = staging.targets(now.__getitem__)
    assert isinstance(second, LeftOut)
    assert second.reason is Reason.GONE
    assert isinstance(first, Target)
    assert (first.wanted.enabled, first.wanted.flags["newJwt"]) == (False, False)
    assert isinstance(third, Target)
    assert third.wanted == third.base.values
    staging.stage(ROWS, Patch(HostMove("crm.example", "new.example")))
    moved = hook(url="https://third.example/in")
    for found in staging.targets(lambda _key: moved):
        assert isinstance(found, LeftOut)
        assert found.reason is Reason.CONFLICT


def test_a_later_step_begins_with_what_the_server_has_now() -> None:
    staging = Staging()
    staging.stage(ROWS[:1], Patch(flags={"newJwt": False}))
    now = hook(enabled=False)
    staging.stage([(ROWS[0][0], now)], Patch(flags={"messagesUpsert": False}))
    target = staging.get(KEYS[0])
    assert target is not None
    assert target.base is now
    assert not target.wanted.enabled


def test_what_was_saved_is_forgotten_and_does_not_come_back() -> None:
    staging = Staging()
    staging.stage(ROWS, OFF)
    staging.drop(KEYS[:2])
    assert staged(staging).keys() == {KEYS[2]}
    assert staging.undo() == {KEYS[2]}
    staging.stage(ROWS[:1], OFF)
    staging.drop(KEYS)
    assert not staging.undo()


def test_the_flags_of_one_webhook_are_staged_for_many() -> None:
    staging = Staging()
    staging.stage(ROWS, like({**hook().flags, "newJwt": False, "brandNew": True}))
    assert all(target.wanted.flags["newJwt"] is False for target in staged(staging).values())
    assert all("brandNew" not in target.wanted.flags for target in staged(staging).values())
