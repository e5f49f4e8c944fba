"""Presets: which are offered, and what they do to the flags of each kind of server."""

from __future__ import annotations

import pytest

from tui.api.adapters.codechat_go import CodeChatGo
from tui.api.adapters.codechat_v1 import CodeChatV1
from tui.api.adapters.codechat_v2 import CodeChatV2
from tui.api.adapters.evolution_v2 import EvolutionV2
from tui.config.profiles import PresetTable
from tui.core.patch.presets import BUILT_IN, Preset, own_presets, presets
from tui.model.capabilities import Capabilities
from tui.model.preset_names import BUILT_IN_NAMES
from tui.model.webhook import Values

KINDS = [kind.capabilities for kind in (CodeChatV2, CodeChatV1, CodeChatGo, EvolutionV2)]


def applied(name: str, capabilities: Capabilities, *, begin_on: bool) -> set[str]:
    """Return the flags that a built-in preset leaves on, where all were on or off before."""
    preset = next(one for one in BUILT_IN if one.name == name)
    flags = dict.fromkeys(capabilities.flags, begin_on)
    after = preset.patch.applied_to(Values("", "https://h", True, flags), "").flags
    assert after.keys() == flags.keys(), "what a server lacks is skipped"
    return {flag for flag, on in after.items() if on}


@pytest.mark.parametrize("capabilities", KINDS)
def test_what_the_built_in_presets_do_on_each_kind(capabilities: Capabilities) -> None:
    flags = set(capabilities.flags)
    assert applied("everything", capabilities, begin_on=False) == flags
    assert applied("nothing", capabilities, begin_on=True) == set()
    messages = applied("messages", capabilities, begin_on=True)
    both = applied("messages-and-connection", capabilities, begin_on=False)
    assert messages < both < flags
    assert {flag.lower().replace("_", "") for flag in messages} >= {"messagesupsert", "sendmessage"}
    assert len(flags - applied("quiet", capabilities, begin_on=True)) >= 2
    assert applied("quiet", capabilities, begin_on=False) == set()


def test_every_flag_of_a_built_in_preset_is_one_that_some_server_has() -> None:
    named = {flag for preset in BUILT_IN for flag in (*preset.on, *preset.off)}
    assert named <= {flag for capabilities in KINDS for flag in capabilities.flags}


def test_a_shell_offers_the_names_of_the_built_in_presets() -> None:
    assert tuple(preset.name for preset in BUILT_IN) == BUILT_IN_NAMES


def test_nothing_is_not_offered_where_it_cannot_be_said() -> None:
    assert "nothing" not in {one.name for one in presets((), EvolutionV2.capabilities)}
    assert "nothing" in {one.name for one in presets((), CodeChatV2.capabilities)}


def test_those_of_the_configuration_come_first_and_replace_built_in_ones() -> None:
    own = own_presets({"quiet": PresetTable(off=["newJwt"]), "crm": PresetTable(rest="on")})
    offered = presets(own, CodeChatV2.capabilities)
    assert offered[0] == Preset("quiet", off=("newJwt",))
    assert [one.name for one in offered] == [
        "quiet", "crm", "everything", "nothing", "messages", "messages-and-connection",
    ]  # fmt: skip


def test_a_preset_for_several_kinds_says_what_it_skips() -> None:
    preset = Preset("quiet", off=("presenceUpdate", "PRESENCE_UPDATE"))
    assert preset.patch.skipped({"presenceUpdate": True}) == ("PRESENCE_UPDATE",)
