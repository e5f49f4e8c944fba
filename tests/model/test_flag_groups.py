"""Groups of flags, for any flags that a server sends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.flag_words import UNLISTED, grouped, label, words
from tui.sandbox.records import DOCUMENTED_FLAGS

SEEN = (*DOCUMENTED_FLAGS, "labelAssociation", "labelEdit")
FLAGS = st.lists(st.sampled_from(SEEN) | st.text(max_size=8))


@given(FLAGS)
def test_every_flag_is_in_exactly_one_group(flags: list[str]) -> None:
    shown = [flag for group in grouped(flags) for flag in group.flags]
    assert sorted(shown) == sorted(set(flags))


@given(FLAGS)
def test_no_group_is_empty_and_unknown_flags_come_last_as_they_came(flags: list[str]) -> None:
    groups = grouped(flags)
    assert all(group.flags for group in groups)
    unknown = tuple(flag for flag in dict.fromkeys(flags) if flag not in SEEN)
    assert (groups[-1].flags if groups and groups[-1].title == UNLISTED else ()) == unknown
    assert all(group.title != UNLISTED for group in groups[:-1])


@given(st.permutations(SEEN))
def test_known_flags_have_the_same_order_on_every_server(flags: list[str]) -> None:
    assert grouped(flags) == grouped(SEEN)


def test_each_documented_flag_has_words_of_its_own() -> None:
    known = {words(flag) for flag in SEEN}
    assert len(known) == len(SEEN)
    assert words("brandNew") not in known


def test_an_unknown_flag_is_called_unknown_and_listed_apart() -> None:
    assert "not in Hookboard's list" in words("brandNew")
    assert [group.title for group in grouped(["brandNew", "newJwt"])] == ["Other", UNLISTED]


def test_a_flag_with_a_hostile_name_is_shown_clean_and_short() -> None:
    assert label("new\x1b[2JJwt") == "new␛[2JJwt"
    assert len(label("x" * 1000)) == 64


@pytest.mark.parametrize("flag", ["", " ", "\u3000"])
def test_an_empty_flag_name_is_replaced_by_words(flag: str) -> None:
    assert label(flag) == "(no name)"
