"""What a command or a file names: its presets leave out flags that the server refuses."""

from __future__ import annotations

from tests.core.webhook_file.test_webhook_file import planned, session_with
from tui.core.command.change_source import preset_named, selected_targets
from tui.core.plan.plan import Target
from tui.core.selection import Selection
from tui.model.instance import Instance
from tui.model.webhook import Webhook

HOOK = Webhook(
    "w1",
    "crm",
    "https://crm.example/hook",
    enabled=True,
    flags={"newJwt": False, "callUpsert": False},
    refused=frozenset({"callUpsert"}),
)
INSTANCES = [Instance("i1", "loja", webhooks=(HOOK,))]
WANTED = {"newJwt": True, "callUpsert": False}


def test_a_preset_of_a_command_turns_no_flag_on_that_the_server_refuses() -> None:
    session = session_with(INSTANCES)
    (target,) = selected_targets(session, Selection(), preset_named(session, "everything").patch)

    assert isinstance(target, Target)
    assert target.wanted.flags == WANTED


def test_a_preset_of_a_file_turns_no_flag_on_that_the_server_refuses() -> None:
    rule = 'hookboard = 1\n[[rule]]\nwhere = "instance=loja"\npreset = "everything"\n'
    plan = planned(session_with(INSTANCES), rule)

    assert [row.target.wanted.flags for row in plan.rows] == [WANTED]
