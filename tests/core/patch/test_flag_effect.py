"""What a preset would change of many webhooks, and flags that a server refuses."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.core.patch.flag_effect import FlagEffect, FlagSets
from tui.core.patch.patch import Patch
from tui.core.patch.presets import BUILT_IN, Preset
from tui.model.diff import changes
from tui.model.webhook import Values

EVERYTHING = next(one for one in BUILT_IN if one.name == "everything").patch
FLAGS = st.dictionaries(st.sampled_from("abcd"), st.booleans())
WEBHOOKS = st.lists(
    st.tuples(FLAGS, st.frozensets(st.sampled_from("abcd"))), min_size=1, max_size=6
)
PATCHES = st.builds(
    Preset,
    name=st.just("mine"),
    on=st.sampled_from([(), ("a",), ("a", "e")]),
    off=st.sampled_from([(), ("b",)]),
    rest=st.sampled_from(["keep", "on", "off"]),
).map(lambda preset: preset.patch)


@given(WEBHOOKS, PATCHES)
def test_what_is_counted_is_what_would_change(
    webhooks: list[tuple[dict[str, bool], frozenset[str]]], patch: Patch
) -> None:
    found = []
    for flags, refused in webhooks:
        before = Values("crm", "https://h", True, flags)
        found.append(changes(before, patch.applied_to(before, "loja", refused)))
    each = [one for changed in found for one in changed]
    assert FlagSets(webhooks).effect(patch) == FlagEffect(
        sum(map(bool, found)),
        sum(one.new is True for one in each),
        sum(one.new is False for one in each),
    )


def test_every_webhook_counts() -> None:
    sets = FlagSets([({"a": True}, frozenset())] * 3 + [({"b": False}, frozenset())])
    assert len(sets) == 4
    assert sets.flags.keys() == {"a", "b"}
    assert sets.effect(Patch(rest="off")) == FlagEffect(3, 0, 3)


def test_what_a_server_refuses_is_turned_on_only_by_name() -> None:
    flags = {"a": False, "b": False}
    assert EVERYTHING.flags_of(flags, {"b"}) == {"a": True, "b": False}
    assert Preset("x", on=("b",)).patch.flags_of(flags, {"b"}) == flags
    assert Patch(flags={"b": True}).flags_of(flags, {"b"}) == {"a": False, "b": True}
    assert Patch(rest="off").flags_of({"b": True}, {"b"}) == {"b": False}
