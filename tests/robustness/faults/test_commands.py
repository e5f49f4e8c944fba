"""Every fault met by every command: exit code, sentences, and whole JSON nevertheless."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import pytest

from tests.cli.conftest import home as home
from tests.cli.support import Ended
from tests.robustness.faults.clerk import (
    FAILED,
    INCOMPLETE,
    OK,
    READING,
    WRITING,
    Clerk,
    assert_said,
    code_of_reading,
    code_of_writing,
)
from tests.robustness.faults.command_service import CommandService, command_service, waits_only
from tests.robustness.faults.faults import LINES, Fault
from tests.robustness.faults.person import SHORT, USUAL
from tests.robustness.faults.test_faults import FAMILIES, named
from tests.robustness.faults.test_runs import ASKS_FOR_MINUTES
from tui.api import pace
from tui.sandbox.codechat_v2.server import open_sandbox

PATIENT = replace(USUAL, retry_total=0.02, retry_wait=0.01)

ALL_FAULTS = {fault.name: fault for family in FAMILIES.values() for fault in family}
REFUSED = ALL_FAULTS["400 with a body"]
OF_EACH_KIND = [
    ALL_FAULTS[name]
    for name in (
        *("refused", "reset at once", "stall in the head", "closed in the body", "HTML", "empty"),
        *("another protocol", "challenge of a CDN", "300 with a body", "401", "403 with a body"),
        *("404", "500 with a body", "503, Retry-After in seconds"),
    )
]
AFTER_THE_LIST = {name: family for name, family in FAMILIES.items() if family != LINES}
"""Faults that can be met by some requests, while others are answered."""
COMMANDS = {**READING, **WRITING}


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandService]:
    """A CodeChat v2 server whose list has pages of two."""
    waits_only(monkeypatch, PATIENT)
    monkeypatch.setattr(pace, "FIRST", 0.001)
    monkeypatch.setattr(pace, "SLOWEST", 0.002)
    with (
        open_sandbox(instances=5, page_size=2) as sandbox,
        command_service(sandbox, monkeypatch) as shop,
    ):
        yield shop


def taking_turns(family: Sequence[Fault], names: Iterable[str]) -> Iterator[tuple[Fault, str]]:
    """Yield every fault with one command; they take turns."""
    return zip(family, cycle(names), strict=False)


def hurry(monkeypatch: pytest.MonkeyPatch, fault: Fault, method: str = "GET") -> None:
    """Have commands wait a short time where requests of a method stall; not for those before."""
    short = replace(SHORT[method], retry_total=0.02, retry_wait=0.01)
    waits_only(monkeypatch, short if fault.waits else PATIENT)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_list_that_cannot_be_read_is_said_with_its_exit_code(
    shop: CommandService, home: Path, monkeypatch: pytest.MonkeyPatch, family: str
) -> None:
    clerk = Clerk(shop, home)
    clerk.has_a_run_that_stopped(REFUSED)
    for fault, name in taking_turns(FAMILIES[family], COMMANDS):
        hurry(monkeypatch, fault, "POST")
        fails_to_read(clerk, fault, "list")
        fails_to_read(clerk, fault, name)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_kind_of_fault_ends_every_command(
    shop: CommandService, home: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    clerk = Clerk(shop, home)
    clerk.has_a_run_that_stopped(REFUSED)
    for fault in OF_EACH_KIND:
        hurry(monkeypatch, fault, "POST")
        fails_to_read(clerk, fault, name)


def fails_to_read(clerk: Clerk, fault: Fault, name: str) -> None:
    """Call a command whose list meets a fault at once."""
    written = len(clerk.shop.writes())
    with named(fault, name), clerk.shop.failing(fault, "POST"):
        assert_nothing_read(fault, name, clerk.call(*COMMANDS[name]))
    assert len(clerk.shop.writes()) == written


def assert_nothing_read(fault: Fault, name: str, ended: Ended) -> None:
    if name == "check":
        assert ended.code == FAILED, ended.out
        assert_said(fault, ended.out)
        return
    assert ended.code == code_of_reading(fault), ended.err
    assert_said(fault, ended.err)
    first, *more = ended.err.splitlines()
    assert first.startswith("hookboard: ")
    assert first[-1] in ".”"
    assert more, "nothing says what to do"
    assert_none_told(ended)


def assert_none_told(ended: Ended) -> None:
    told = ended.json
    assert (told["complete"], told["rows"], told["totals"]["rows"]) == (False, [], 0)


@pytest.mark.parametrize("family", AFTER_THE_LIST)
def test_a_list_that_breaks_off_is_never_a_short_one(
    shop: CommandService, home: Path, monkeypatch: pytest.MonkeyPatch, family: str
) -> None:
    clerk = Clerk(shop, home)
    clerk.has_a_run_that_stopped(REFUSED)
    written = len(shop.writes())
    names = [name for name in COMMANDS if name != "check"]
    for fault, name in taking_turns(quick_to_wait(family), names):
        hurry(monkeypatch, fault)
        with named(fault, name), shop.failing(fault, "POST"):
            shop.service.spared = 1
            ended = clerk.call(*COMMANDS[name])
            assert ended.code == INCOMPLETE
            assert_said(fault, ended.err)
            assert "The list broke off" in ended.err
            if name in ("list", "get"):
                assert ended.json["complete"] is False
                assert ended.rows
            else:
                assert_none_told(ended)
    assert len(shop.writes()) == written


@pytest.mark.parametrize("family", AFTER_THE_LIST)
def test_nothing_is_written_where_the_read_before_it_fails(
    shop: CommandService, home: Path, monkeypatch: pytest.MonkeyPatch, family: str
) -> None:
    clerk = Clerk(shop, home)
    clerk.has_a_run_that_stopped(REFUSED)
    for fault, name in taking_turns(quick_to_wait(family), WRITING):
        ended, writes = call_of_writing(clerk, monkeypatch, fault, name, "GET")
        with named(fault, name):
            assert ended.code == code_of_reading(fault), ended.out
            assert_told(clerk, fault, ended)
            assert writes == 0


@pytest.mark.parametrize("family", AFTER_THE_LIST)
def test_what_became_of_a_write_is_told(
    shop: CommandService, home: Path, monkeypatch: pytest.MonkeyPatch, family: str
) -> None:
    clerk = Clerk(shop, home)
    lost_or_not = cycle((False, True))
    for fault, name in taking_turns(quick_to_wait(family), WRITING):
        carries_out = next(lost_or_not)
        ended, _writes = call_of_writing(
            clerk, monkeypatch, fault, name, "PUT", carries_out=carries_out
        )
        with named(fault, name):
            expected = OK if carries_out else code_of_writing(fault)
            # The first row of that run has ended before, as refused.
            expected = INCOMPLETE if name == "resume" and expected == OK else expected
            assert ended.code == expected, ended.out
            assert_told(clerk, fault, ended)


def call_of_writing(
    clerk: Clerk,
    monkeypatch: pytest.MonkeyPatch,
    fault: Fault,
    name: str,
    request: str,
    *,
    carries_out: bool = False,
) -> tuple[Ended, int]:
    """Call a command that writes while such requests meet a fault; count what it wrote."""
    waits_only(monkeypatch, PATIENT)
    prepare(clerk, name)
    hurry(monkeypatch, fault, request)
    written = len(clerk.shop.writes())
    with named(fault, name), clerk.shop.failing(fault, request, carries_out=carries_out):
        ended = clerk.call(*WRITING[name])
    return ended, len(clerk.shop.writes()) - written


def prepare(clerk: Clerk, name: str) -> None:
    """Bring the shop to where a command has something to write."""
    if name in ("resume", "retry"):
        clerk.has_a_run_that_stopped(REFUSED)
    else:
        clerk.starts_anew()


def quick_to_wait(family: str) -> tuple[Fault, ...]:
    """Return the faults of a family, without those that have a list or a run wait for minutes."""
    return tuple(one for one in FAMILIES[family] if ASKS_FOR_MINUTES not in one.name)


def assert_told(clerk: Clerk, fault: Fault, ended: Ended) -> None:
    """Hold the rows of a run against what the server has, and what is said against the fault."""
    told = ended.json
    assert told["complete"] is True
    hosts, totals = clerk.hosts(), told["totals"]
    assert totals["rows"] == len(told["rows"]) > 0
    for row in told["rows"]:
        wanted = {one["field"]: one["new"] for one in row["changes"]}["url"].split("/")[2]
        is_so = hosts[row["webhook_id"]] == wanted
        assert is_so == (row["outcome"] in ("saved", "already_so", "saved_after_all")), row
    if not fault.silent:
        assert fault.says in " ".join(words for row in told["rows"] for words in row["said"])
    if told["totals"]["not_reached"]:
        assert f"--resume {told['run']}" in ended.err
        assert "The first webhook was not saved." in ended.err or "token" in ended.err
        assert "{" not in ended.err
        assert "^" not in ended.err
