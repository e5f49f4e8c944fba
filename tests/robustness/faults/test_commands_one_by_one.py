"""Every fault met by commands where each instance is asked for its webhook: Evolution."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cli.conftest import home as home
from tests.cli.support import Ended, hookboard
from tests.robustness.faults.clerk import INCOMPLETE, OK, assert_said, code_of_writing
from tests.robustness.faults.command_service import CommandService, command_service, waits_only
from tests.robustness.faults.faults import Fault
from tests.robustness.faults.test_commands import (
    AFTER_THE_LIST,
    PATIENT,
    hurry,
    quick_to_wait,
    taking_turns,
)
from tests.robustness.faults.test_faults import named
from tui.api import pace
from tui.sandbox.kinds import open_kind

FLAG = "SEND_MESSAGE"
# The server forgets the flags of a webhook that is disabled.
SET = ("set", "--where", "enabled=on", "--off", FLAG, "--yes", "--json")
RULE = f'{{"hookboard": 1, "rule": [{{"where": "instance=*", "off": ["{FLAG}"]}}]}}'
COMMANDS: dict[str, tuple[str, ...]] = {
    "list": ("list", "--json"),
    "export": ("export",),
    "plan": ("plan", "-", "--json"),
    "drift": ("drift", "-", "--json"),
    "set": SET,
    "apply": ("apply", "-", "--yes", "--json"),
}
FIND, STORE = "GET /webhook/find", "POST /webhook/set"


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandService]:
    """An Evolution server with a few instances."""
    waits_only(monkeypatch, PATIENT)
    monkeypatch.setattr(pace, "FIRST", 0.001)
    monkeypatch.setattr(pace, "SLOWEST", 0.002)
    with (
        open_kind("evolution-v2", instances=3) as sandbox,
        command_service(sandbox, monkeypatch) as shop,
    ):
        yield shop


def call(shop: CommandService, name: str) -> Ended:
    ended = hookboard(*COMMANDS[name], stdin=RULE)
    assert shop.sandbox.token not in ended.out + ended.err
    assert "Traceback" not in ended.err
    return ended


def stored(shop: CommandService) -> int:
    """Return how often a webhook was to be stored."""
    return sum(one.startswith(STORE.encode()) for one in shop.service.requests)


@pytest.mark.parametrize("family", AFTER_THE_LIST)
def test_instances_that_cannot_be_read_are_named_and_nothing_is_planned(
    shop: CommandService, monkeypatch: pytest.MonkeyPatch, family: str
) -> None:
    # An answer without a webhook is one here: the instance has none.
    faults = [one for one in quick_to_wait(family) if not one.silent]
    for fault, name in taking_turns(faults, COMMANDS):
        hurry(monkeypatch, fault)
        with named(fault, name), shop.failing(fault, FIND):
            assert_unread(fault, name, call(shop, name))
    assert stored(shop) == 0


def assert_unread(fault: Fault, name: str, ended: Ended) -> None:
    assert ended.code == INCOMPLETE, ended.err
    assert_said(fault, ended.err)
    if name == "export":
        assert ended.out == ""
        return
    told = ended.json
    assert (told["complete"], told["rows"]) == (False, [])
    if name == "list":
        assert len(told["not_read"]) == told["totals"]["not_read"] > 0
        assert any(fault.says in words for words in told["not_read"][0]["said"])


@pytest.mark.parametrize("family", AFTER_THE_LIST)
def test_what_became_of_a_write_is_told(
    shop: CommandService, monkeypatch: pytest.MonkeyPatch, family: str
) -> None:
    # All kinds of servers share the way from an answer to an error: a third of the faults do.
    faults = [one for one in quick_to_wait(family) if not one.waits][::3]
    for number, fault in enumerate(faults):
        carries_out = number % 2 == 1
        turned_on = hookboard(*(one.replace("--off", "--on") for one in SET))
        assert turned_on.code == OK, turned_on.err
        with named(fault, "set"), shop.failing(fault, STORE, carries_out=carries_out):
            ended = call(shop, "set")
        with named(fault, "set"):
            expected = OK if carries_out else code_of_writing(fault)
            assert ended.code == expected, ended.out
            on = {row["instance"] for row in call(shop, "list").rows if FLAG in row["on"]}
            for row in ended.rows:
                is_so = row["outcome"] in ("saved", "already_so", "saved_after_all")
                assert is_so == (row["instance"] not in on), row
