"""The rows of the board: marks, ranges and the filter, and what is staged for which of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.support import hook
from tui.core.board.board import Board
from tui.core.board.flag_state import FlagCount, FlagState, flag_state
from tui.core.patch.patch import Patch
from tui.core.plan.plan import RowKey, Target
from tui.core.run.row import RowResult, RunRow
from tui.core.store import Store
from tui.model.capabilities import ANY_SERVER
from tui.model.instance import Instance
from tui.model.row_outcome import RowOutcome
from tui.model.webhook import FlagsTold, Webhook

OFF = Patch(flags={"newJwt": False})


def instance(name: str, *webhooks: Webhook | None) -> Instance:
    """Make an instance; ``None`` for webhooks that are not read."""
    read = None if None in webhooks else tuple(filter(None, webhooks))
    return Instance(f"id-{name}", name, webhooks=read)


def board(*instances: Instance) -> tuple[Board, Store]:
    store = Store()
    store.begin()
    store.add(instances)
    store.finish()
    return Board(store), store


def fleet() -> Board:
    """Make a board of three shops with a webhook each, one without, and one that is not read."""
    made, _store = board(
        instance("norte", hook(id="w1")),
        instance("sul", hook(id="w1", enabled=False)),
        instance("vazia"),
        instance("leste", hook(id="w1")),
        instance("lenta", None),
    )
    return made


def names(board: Board) -> list[str]:
    """Return the names of the rows that are marked and shown."""
    return [row.instance.name for row in board.chosen]


def ids(board: Board) -> dict[str, str]:
    """Return the ids of the rows by the instances' names."""
    rows = filter(None, map(board.row, board.visible))
    return {row.instance.name: row.id for row in rows}


def test_an_instance_without_webhooks_has_a_row_in_its_place() -> None:
    made = fleet()
    assert list(ids(made)) == ["norte", "sul", "vazia", "leste", "lenta"]
    assert (made.webhook_count, made.unread_count) == (3, 1)


def test_ids_that_look_alike_are_of_different_rows() -> None:
    made, _store = board(
        Instance("a/b", "one", webhooks=(hook(id="c"),)),
        Instance("a", "two", webhooks=(hook(id="b/c"),)),
        Instance("a%2Fb", "three", webhooks=(hook(id="c"),)),
    )
    assert len(set(made.visible)) == 3


def test_only_rows_with_a_webhook_are_marked() -> None:
    made = fleet()
    made.marks.toggle_shown()
    assert names(made) == ["norte", "sul", "leste"]
    made.marks.toggle_shown()
    assert names(made) == []


def test_hidden_marks_stay_and_are_not_chosen() -> None:
    made = fleet()
    made.marks.toggle_shown()
    made.set_filter("norte")
    assert names(made) == ["norte"]
    assert (len(made.marks), made.marks.hidden) == (3, 2)
    made.stage(made.chosen, OFF)
    assert [target.instance.name for target in made.staging.all] == ["norte"]
    made.set_filter("")
    assert names(made) == ["norte", "sul", "leste"]


def test_marking_all_shown_leaves_the_hidden_marks() -> None:
    made = fleet()
    made.marks.add([ids(made)["sul"]])
    made.set_filter("leste")
    made.marks.toggle_shown()
    made.marks.toggle_shown()
    made.set_filter("")
    assert names(made) == ["sul"]


def test_a_range_follows_the_cursor_both_ways() -> None:
    made = fleet()
    row = ids(made)
    made.marks.add([row["leste"]])
    made.marks.begin_range(row["sul"])
    made.marks.extend_range(row["lenta"])
    assert names(made) == ["sul", "leste"]
    made.marks.extend_range(row["norte"])
    assert names(made) == ["norte", "sul", "leste"]
    made.marks.end_range(keep=True)
    assert names(made) == ["norte", "sul", "leste"]


def test_a_range_taken_back_leaves_the_marks_as_they_were() -> None:
    made = fleet()
    row = ids(made)
    made.marks.add([row["leste"]])
    made.marks.begin_range(row["norte"])
    made.marks.extend_range(row["leste"])
    made.marks.end_range(keep=False)
    assert names(made) == ["leste"]
    made.marks.end_range(keep=False)
    assert names(made) == ["leste"]


def test_rows_with_the_same_flags_are_marked_together() -> None:
    flags = {**hook().flags, "newJwt": not hook().flags["newJwt"]}
    made, _store = board(
        instance("norte", hook(id="w1"), hook(id="w2", flags=flags)),
        instance("sul", hook(id="w1", enabled=False)),
    )
    assert made.mark_alike(made.visible[0]) == 2
    assert [row.key.webhook for row in made.chosen] == ["w1", "w1"]
    assert made.mark_alike("nothing") == 0


def test_the_filter_finds_what_is_marked_staged_and_failed() -> None:
    made = fleet()
    row = ids(made)
    made.marks.add([row["norte"]])
    made.stage([one for one in (made.row(row["sul"]),) if one], OFF)
    (leste,) = filter(None, [made.row(row["leste"])])
    assert leste.webhook is not None
    target = Target(leste.instance, leste.webhook, leste.webhook.values)
    made.take_run([RunRow(0, target, RowResult(RowOutcome.REFUSED), ended=True)], is_over=True)
    for typed, found in (("marked", "norte"), ("staged", "sul"), ("failed", "leste")):
        made.set_filter(typed)
        assert list(ids(made)) == [found]


def test_a_row_that_is_shown_stays_shown_and_marked_when_it_is_read_again() -> None:
    made, store = board(instance("norte", hook(id="w1")), instance("sul", hook(id="w1")))
    made.set_filter("on")
    made.marks.toggle_shown()
    store.found("id-norte", [hook(id="w1", enabled=False)])
    store.found("id-sul", [])
    made.update()
    assert list(ids(made)) == ["norte"]
    assert (names(made), len(made.marks)) == (["norte"], 1)


def test_flags_are_counted_with_what_is_staged() -> None:
    made = fleet()
    assert made.count("newJwt") == FlagCount(on=3, there=3)
    made.marks.toggle_shown()
    made.set_filter("norte")
    made.stage(made.chosen, OFF)
    assert made.count("newJwt") == FlagCount(on=3, there=3, turns_off=1)
    assert made.undo() == 1
    assert made.count("newJwt") == FlagCount(on=3, there=3)


def test_flags_that_any_webhook_has_are_columns() -> None:
    made, store = board(instance("norte", None))
    assert made.groups(ANY_SERVER) == ()
    store.found("id-norte", [hook(flags={"newJwt": True})])
    made.update()
    assert [group.flags for group in made.groups(ANY_SERVER)] == [("newJwt",)]


def test_what_others_change_meanwhile_stays_and_is_shown() -> None:
    made, store = board(instance("norte", hook(id="w1")))
    made.marks.toggle_shown()
    made.stage(made.chosen, OFF)
    store.found("id-norte", [hook(id="w1", enabled=False)])
    made.update()
    row = made.row(made.visible[0])
    assert row is not None
    wanted = made.wanted(row)
    assert wanted is not None
    assert (wanted.enabled, wanted.flags["newJwt"]) == (False, False)


def test_what_the_server_has_already_is_staged_no_more() -> None:
    webhook = hook(id="w1", flags={"a": True, "b": True})
    made, store = board(instance("norte", webhook))
    (row,) = map(made.row, made.visible)
    assert row is not None
    made.stage([row], Patch(flags={"a": False, "b": False}))
    half = hook(id="w1", flags={"a": False, "b": True})
    store.found("id-norte", [half])
    made.update()
    assert len(made.staging) == 1
    store.found("id-norte", [hook(id="w1", flags={"a": False, "b": False})])
    made.update()
    assert len(made.staging) == 0


def test_kept_changes_that_are_done_are_not_taken_over() -> None:
    done, open_ = hook(id="w1", url="https://new.example"), hook(id="w2")
    made, _store = board(instance("norte", done, open_))
    for webhook in (done, open_):
        old = webhook.with_values(hook(id=webhook.id).values)
        wanted = replace(old.values, url="https://new.example")
        made.staging.put([Target(instance("norte"), old, wanted)])
    made.take_kept()
    assert [one.key.webhook for one in made.staging.all] == ["w2"]


def test_states_of_a_flag() -> None:
    webhook = hook(flags={"newJwt": True, "sendMessage": False})
    staged = OFF.applied_to(webhook.values, "norte")
    assert flag_state(webhook, None, "newJwt") is FlagState.ON
    assert flag_state(webhook, None, "sendMessage") is FlagState.OFF
    assert flag_state(webhook, staged, "newJwt") is FlagState.TURNS_OFF
    assert flag_state(webhook, None, "callUpsert") is FlagState.MISSING
    told = hook(flags={"newJwt": False}, flags_told=FlagsTold.NOTHING)
    on = Patch(flags={"newJwt": True}).applied_to(told.values, "norte")
    assert flag_state(told, None, "newJwt") is FlagState.UNKNOWN
    assert flag_state(told, on, "newJwt") is FlagState.TURNS_ON


def test_a_plan_has_what_is_staged_shown_or_not() -> None:
    made = fleet()
    made.marks.toggle_shown()
    made.stage(made.chosen, OFF)
    made.set_filter("norte")
    plan = made.plan(ANY_SERVER)
    assert (len(plan.rows), plan.total) == (3, 3)


def test_what_a_run_saved_is_staged_no_more() -> None:
    made = fleet()
    made.marks.toggle_shown()
    made.stage(made.chosen, OFF)
    outcomes = (RowOutcome.SAVED, RowOutcome.CONFLICT, RowOutcome.GONE)
    made.take_run(ended(made, *outcomes), is_over=True)
    assert [target.instance.name for target in made.staging.all] == ["sul"]
    made.set_filter("failed")
    assert list(ids(made)) == ["sul", "leste"]


def test_what_was_staged_after_a_run_began_stays() -> None:
    made = fleet()
    made.marks.toggle_shown()
    made.stage(made.chosen, OFF)
    rows = ended(made, *[RowOutcome.SAVED] * 3)
    made.marks.toggle_shown()
    made.marks.add([ids(made)["norte"]])
    made.stage(made.chosen, Patch(enabled=False))
    made.take_run(rows, is_over=True)
    assert [target.instance.name for target in made.staging.all] == ["norte"]


def ended(board: Board, *outcomes: RowOutcome) -> list[RunRow]:
    """Return the rows of a run of what is staged, with how each ended."""
    return [
        RunRow(position, target, RowResult(outcome), ended=True)
        for position, (target, outcome) in enumerate(zip(board.staging.all, outcomes, strict=True))
    ]


def test_the_row_of_an_instance_gives_way_to_those_of_its_webhooks() -> None:
    made, store = board(instance("norte", hook(id="w1")), instance("lenta", None))
    unread = ids(made)["lenta"]
    store.found("id-lenta", [hook(id="w1"), hook(id="w2")])
    made.update()
    successor = made.row(made.successor(unread))
    assert successor is not None
    assert successor.key == RowKey("id-lenta", "w1")
    assert made.successor("gone/w1") == ""


class Flags(dict[str, bool]):
    """Flags that count how often any is looked up."""

    looked_up = 0

    def get(self, key: str, default: Any = None) -> Any:
        """Look a flag up."""
        Flags.looked_up += 1
        return super().get(key, default)


def test_a_key_of_the_filter_looks_only_at_the_rows_that_the_key_before_left() -> None:
    rows, matching = 400, 40
    made, _store = board(
        *(
            instance(f"loja-{at}", hook(flags=Flags(newJwt=at < matching, sendMessage=True)))
            for at in range(rows)
        )
    )
    counted = []
    for typed in ("flag:n", "flag:ne", "flag:new", "flag:new l"):
        Flags.looked_up = 0
        made.set_filter(typed)
        counted.append(Flags.looked_up)
    assert counted == [rows, matching, matching, matching]
    assert len(made.visible) == matching


def test_a_list_in_another_order_is_shown_in_it() -> None:
    norte, sul = instance("norte", hook(id="w1")), instance("sul", hook(id="w1"))
    made, store = board(norte, sul)
    store.begin()
    store.add([sul, norte])
    made.update()
    store.finish()
    made.update()
    assert list(ids(made)) == ["sul", "norte"]


def test_each_row_of_a_run_is_taken_over_once_as_soon_as_it_ends() -> None:
    made = fleet()
    made.marks.toggle_shown()
    made.stage(made.chosen, OFF)
    made.set_filter("failed")
    rows = ended(made, RowOutcome.SAVED, RowOutcome.CONFLICT, RowOutcome.NOT_REACHED)
    for row in rows:
        row.ended = False
    assert not made.take_run(rows, is_over=False)
    rows[0].ended = True
    assert made.take_run(rows, is_over=False)
    assert [target.instance.name for target in made.staging.all] == ["sul", "leste"]
    assert not made.take_run(rows, is_over=False)
    assert list(ids(made)) == []
    rows[1].ended = True
    assert made.take_run(rows, is_over=False)
    assert list(ids(made)) == ["sul"]
    assert made.take_run(rows, is_over=True)
    assert list(ids(made)) == ["sul", "leste"]
    assert [target.instance.name for target in made.staging.all] == ["sul", "leste"]


def test_the_next_run_forgets_what_the_last_did_not_save() -> None:
    made = fleet()
    made.marks.toggle_shown()
    made.stage(made.chosen, OFF)
    made.take_run(ended(made, *[RowOutcome.CONFLICT] * 3), is_over=True)
    made.take_run(ended(made, *[RowOutcome.SAVED] * 3), is_over=True)
    made.set_filter("failed")
    assert list(ids(made)) == []


def test_changes_are_counted_again_only_where_they_changed() -> None:
    made = fleet()
    made.marks.toggle_shown()
    made.stage(made.chosen, OFF)
    assert made.change_count == 3
    (norte, *_others) = made.chosen
    made.stage([norte], Patch(enabled=False))
    assert made.change_count == 4
    made.undo()
    assert made.change_count == 3
    made.take_run(ended(made, *[RowOutcome.SAVED] * 3), is_over=True)
    assert made.change_count == 0
