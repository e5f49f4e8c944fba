"""Differences between two states of a webhook, and the laws of merging two edits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.support import VALUES, edits_of, hook
from tui.model.diff import Change, Conflict, changes, description, merge, summary, value_at
from tui.model.webhook import FIELDS, Values

MISSING = object()
EDITED = VALUES.flatmap(lambda base: st.tuples(st.just(base), VALUES, edits_of(base)))
"""A base, the server's state since (flags come and go), and an edit of the base."""


def places(values: Values) -> dict[tuple[str, bool], Any]:
    """Return values by place, as a person sees them: fields, options, flags."""
    fields = {(name, False): getattr(values, name) for name in FIELDS}
    options = {(name, False): on for name, on in values.options.items()}
    return {**fields, **options, **{(flag, True): on for flag, on in values.flags.items()}}


def at(values: Values, place: tuple[str, bool]) -> Any:
    return places(values).get(place, MISSING)


@given(VALUES, VALUES)
def test_every_difference_is_listed_once_and_nothing_else(old: Values, new: Values) -> None:
    everywhere = places(old).keys() | places(new).keys()
    found = [(change.key, change.is_flag) for change in changes(old, new)]
    assert len(found) == len(set(found))
    assert set(found) == {place for place in everywhere if at(old, place) != at(new, place)}


@given(VALUES)
def test_a_webhook_does_not_differ_from_itself(values: Values) -> None:
    assert changes(values, replace(values, flags=dict(values.flags))) == ()


@given(VALUES, VALUES)
def test_each_change_holds_in_the_new_state_and_not_in_the_old(old: Values, new: Values) -> None:
    for change in changes(old, new):
        assert change.is_so(new)
        assert not change.is_so(old)
        assert value_at(old, change.place) == change.old


def test_fields_come_first_and_flags_follow_in_the_servers_order() -> None:
    old = hook().values
    new = Values("crm 2", old.url, False, {"newJwt": False, "added": True, "messagesUpsert": True})
    assert changes(old, new) == (
        Change("name", "crm", "crm 2"),
        Change("enabled", True, False),
        Change("presenceUpdate", False, None, is_flag=True),
        Change("newJwt", True, False, is_flag=True),
        Change("added", None, True, is_flag=True),
    )


@given(VALUES, VALUES)
def test_without_an_edit_the_merge_is_the_servers_state(base: Values, theirs: Values) -> None:
    merged = merge(base, theirs, base)
    assert merged.values == theirs
    assert (merged.conflicts, merged.lost) == ((), ())
    assert merged.from_theirs == changes(base, theirs)


@given(VALUES.flatmap(lambda base: st.tuples(st.just(base), edits_of(base))))
def test_without_changes_of_others_the_merge_is_the_edit(pair: tuple[Values, Values]) -> None:
    base, mine = pair
    merged = merge(base, base, mine)
    assert merged.values == mine
    assert (merged.from_theirs, merged.conflicts, merged.lost) == ((), (), ())


@given(EDITED)
def test_unedited_places_follow_the_server(edited: tuple[Values, Values, Values]) -> None:
    base, theirs, mine = edited
    merged = merge(base, theirs, mine)
    for place in places(theirs):
        if at(base, place) == at(mine, place):
            assert at(merged.values, place) == at(theirs, place)


@given(EDITED)
def test_edited_places_keep_the_edit(edited: tuple[Values, Values, Values]) -> None:
    base, theirs, mine = edited
    merged = merge(base, theirs, mine)
    for place in places(theirs):
        if at(base, place) != at(mine, place) is not MISSING:
            assert at(merged.values, place) == at(mine, place)


@given(EDITED)
def test_the_server_decides_which_flags_exist(edited: tuple[Values, Values, Values]) -> None:
    base, theirs, mine = edited
    assert list(merge(base, theirs, mine).values.flags) == list(theirs.flags)


@given(EDITED)
def test_a_conflict_is_a_place_that_both_sides_changed_differently(
    edited: tuple[Values, Values, Values],
) -> None:
    base, theirs, mine = edited
    found = merge(base, theirs, mine).conflicts
    assert {(one.key, one.is_flag) for one in found} == {
        place
        for place in places(theirs)
        if len({at(base, place), at(theirs, place), at(mine, place)}) == 3
    }
    for one in found:
        place = (one.key, one.is_flag)
        assert (one.theirs, one.mine) == (at(theirs, place), at(mine, place))


@given(EDITED)
def test_the_edit_of_a_flag_that_the_server_dropped_is_reported(
    edited: tuple[Values, Values, Values],
) -> None:
    base, theirs, mine = edited
    merged = merge(base, theirs, mine)
    gone = {
        flag: on
        for flag, on in mine.flags.items()
        if flag not in theirs.flags and on != base.flags[flag]
    }
    assert {change.key: change.new for change in merged.lost} == gone
    assert all(change.is_flag and change.old is None for change in merged.lost)
    assert gone.keys() <= {change.key for change in merged.from_theirs if change.new is None}


@given(EDITED)
def test_merging_again_changes_nothing(edited: tuple[Values, Values, Values]) -> None:
    base, theirs, mine = edited
    once = merge(base, theirs, mine).values
    again = merge(theirs, theirs, once)
    assert again.values == once
    assert again.conflicts == ()


def test_the_same_change_on_both_sides_is_no_conflict() -> None:
    base = hook().values
    both = replace(base, url="https://new.example/in")
    merged = merge(base, both, both)
    assert (merged.values, merged.conflicts, merged.from_theirs) == (both, (), ())


def test_a_conflict_has_both_names_where_both_sides_renamed_it() -> None:
    base = hook().values
    merged = merge(base, replace(base, name="theirs"), replace(base, name="mine"))
    assert merged.conflicts == (Conflict("name", "crm", "theirs", "mine"),)
    assert merged.values.name == "mine"


def test_options_come_between_the_fields_and_the_flags() -> None:
    old = hook(options={"byEvents": False, "base64": False}).values
    new = replace(
        old, url="https://b", flags={**old.flags, "newJwt": False}, options={"byEvents": True}
    )
    assert [change.key for change in changes(old, new)] == ["url", "byEvents", "base64", "newJwt"]


def test_an_option_that_the_server_no_longer_has_is_lost_and_not_sent() -> None:
    base = hook(options={"byEvents": False}).values
    merging = merge(base, replace(base, options={}), replace(base, options={"byEvents": True}))
    assert merging.values.options == {}
    assert merging.lost == (Change("byEvents", None, True),)
    assert merging.conflicts == ()


def test_options_changed_on_either_side_are_merged() -> None:
    base = hook(options={"byEvents": False, "base64": False}).values
    merging = merge(base, base.with_value("base64", True), base.with_value("byEvents", True))
    assert merging.values.options == {"byEvents": True, "base64": True}
    assert merging.from_theirs == (Change("base64", False, True),)


def test_a_flag_called_enabled_is_not_mistaken_for_the_field() -> None:
    base = Values("crm", "https://crm.example/in", False, {"enabled": False})
    mine = replace(base, flags={"enabled": True})
    merged = merge(base, replace(base, enabled=True), mine)
    assert merged.values == Values(base.name, base.url, True, {"enabled": True})
    assert merged.conflicts == ()
    assert merged.from_theirs == (Change("enabled", False, True),)


def test_all_flags_of_a_new_webhook_are_one_change() -> None:
    blank = Values("", "", True, {"a": True, "b": True, "c": True})
    values = Values("crm", "https://a", True, {"a": False, "b": True, "c": False})
    assert summary(blank, values, is_new=True) == (
        Change("name", None, "crm"),
        Change("url", None, "https://a"),
        Change("flags", None, "1 of 3 on: b"),
    )
    assert summary(blank, blank, is_new=True) == ()
    assert summary(blank, values, is_new=False) == changes(blank, values)


def test_the_description_of_a_new_webhook_has_all_its_values() -> None:
    values = Values("crm", "https://a", False, {"a": True, "b": True}, {"base64": True})
    assert [(one.key, one.new) for one in description(values)] == [
        ("name", "crm"),
        ("url", "https://a"),
        ("enabled", False),
        ("base64", True),
        ("flags", "2 of 2 on"),
    ]
