"""The known flags of a server: what they learn from, and that refused flags are not offered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.known_flags import MOST, KnownFlags

BUILT_IN = ("CALL", "CHATS_SET", "SEND_MESSAGE")
NAMES = st.lists(st.sampled_from([*BUILT_IN, "NEW", "NEWER", "OLD", "OLDER"]), unique=True)
KNOWN = st.builds(
    lambda listed, found, sent: (
        KnownFlags().with_found(found, BUILT_IN).with_list(listed, sent, BUILT_IN)
    ),
    NAMES,
    NAMES,
    NAMES,
)


def test_until_something_is_learned_the_built_in_flags_are_offered() -> None:
    assert KnownFlags().offered(BUILT_IN) == BUILT_IN


def test_a_flag_that_a_webhook_has_is_offered_too() -> None:
    known = KnownFlags().with_found(["CALL", "NEW"], BUILT_IN)
    assert known.offered(BUILT_IN) == (*BUILT_IN, "NEW")


def test_the_list_of_the_server_replaces_all_that_was_known() -> None:
    known = KnownFlags().with_found(["OLD"], BUILT_IN)
    known = known.with_list(["CALL", "NEW"], ["CALL", "OLDER"], BUILT_IN)
    assert known.offered(BUILT_IN) == ("CALL", "NEW")
    assert known.refused == {"OLD", "OLDER", "CHATS_SET", "SEND_MESSAGE"}


def test_a_flag_first_seen_after_the_list_is_offered() -> None:
    known = KnownFlags().with_list(BUILT_IN, ["OLD"], BUILT_IN).with_found(["NEW"], BUILT_IN)
    assert known.offered(BUILT_IN) == (*BUILT_IN, "NEW")


@given(KNOWN, NAMES)
def test_a_refused_flag_stays_refused_though_a_webhook_has_it(
    known: KnownFlags, stored: list[str]
) -> None:
    after = known.with_found(stored, BUILT_IN)
    assert after.refused == known.refused
    assert not after.refused.intersection(after.offered(BUILT_IN))


@given(KNOWN, NAMES)
def test_an_accepted_flag_is_offered_though_it_was_refused_before(
    known: KnownFlags, sent: list[str]
) -> None:
    assert set(sent) <= set(known.with_accepted(sent, BUILT_IN).offered(BUILT_IN))


@given(KNOWN, NAMES)
def test_learning_the_same_twice_changes_nothing(known: KnownFlags, flags: list[str]) -> None:
    for lesson in (KnownFlags.with_found, KnownFlags.with_accepted):
        once = lesson(known, flags, BUILT_IN)
        assert lesson(once, flags, BUILT_IN) == once


@pytest.mark.parametrize("name", ["", " ", "\x1b[2J", "A B", "É", "x" * 65, "[red]", "1ST"])
def test_a_text_that_is_no_name_is_not_learned(name: str) -> None:
    assert KnownFlags().with_found([name], BUILT_IN) == KnownFlags()
    assert KnownFlags().with_list(["CALL", name], [name], BUILT_IN).listed == ("CALL",)


def test_the_number_of_learned_flags_has_a_limit() -> None:
    many = [f"FLAG_{number}" for number in range(10 * MOST)]
    known = KnownFlags().with_found(many, BUILT_IN)
    assert len(known.found) == MOST
    known = known.with_list(["CALL"], many, BUILT_IN)
    assert len(known.refused) == MOST
