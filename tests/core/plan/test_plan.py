"""Plans: what would be changed, what is left out and why, and what deserves a look."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from tests.core.plan.plan_support import LOJA, planned
from tests.support import VALUES, hook
from tui.api.adapters.codechat_v1 import CodeChatV1
from tui.api.adapters.evolution_v2 import EvolutionV2
from tui.core.patch.patch import HostMove, Patch, UrlTemplate
from tui.core.plan.plan import (
    Concern,
    LeftOut,
    Plan,
    Question,
    Reason,
    RowKey,
    Target,
    plan,
    rebased,
)
from tui.model.capabilities import ANY_SERVER
from tui.model.diff import changes
from tui.model.webhook import FlagsTold, Values


def questions(found: Plan) -> list[Concern]:
    return [one for row in found.rows for one in row.concerns]


def left_out(found: Plan) -> LeftOut:
    assert found.rows == ()
    return found.left_out[0]


def test_a_row_has_what_it_changes() -> None:
    webhook = hook(flags={"a": True, "b": False})
    found = planned(webhook, Patch(url=HostMove("crm.example", "new.example"), flags={"a": False}))
    assert [(one.key, one.old, one.new) for one in found.rows[0].changes] == [
        ("url", "https://crm.example/in", "https://new.example/in"),
        ("a", True, False),
    ]
    assert found.rows[0].key == RowKey("i1", "w1")
    assert found.change_count == 2
    assert questions(found) == [Concern(Question.NO_FLAG_ON)]


def test_what_is_so_already_is_left_out() -> None:
    found = planned(hook(), Patch(enabled=True))
    assert left_out(found).reason is Reason.ALREADY_SO


@pytest.mark.parametrize("on", [True, False])
def test_a_flag_that_is_not_there_leaves_the_whole_webhook_out(on: bool) -> None:
    patch = Patch(url=HostMove("crm.example", "new.example"), flags={"nowhere": on})
    found = left_out(planned(hook(), patch))
    assert (found.reason, found.details) == (Reason.NO_SUCH_FLAG, ("nowhere",))


def test_a_flag_that_the_server_refuses_is_in_the_way() -> None:
    webhook = hook(flags={"old": True, "a": True}, refused=frozenset({"old"}))
    found = left_out(planned(webhook, Patch(flags={"a": False})))
    assert (found.reason, found.details) == (Reason.FLAG_REFUSED, ("old",))
    assert planned(webhook, Patch(flags={"old": False})).rows


def test_none_on_an_evolution_is_invalid_and_says_why() -> None:
    webhook = hook(name="", flags={"CALL": True})
    found = left_out(planned(webhook, Patch(rest="off"), EvolutionV2.capabilities))
    assert found.reason is Reason.INVALID
    assert found.details == (EvolutionV2.capabilities.no_flags,)


def test_a_url_that_is_none_is_invalid() -> None:
    found = left_out(planned(hook(url="not a url", flags={"a": True}), Patch(enabled=True)))
    assert found.reason is Reason.ALREADY_SO
    target = Target(LOJA, hook(), replace(hook().values, url="ftp://x"))
    assert left_out(plan([target], ANY_SERVER, total=1)).reason is Reason.INVALID


def test_turning_an_evolution_off_says_that_it_forgets_its_flags() -> None:
    webhook = hook(name="", flags={"CALL": True})
    found = planned(webhook, Patch(enabled=False), EvolutionV2.capabilities)
    assert [one.question for one in questions(found)] == [
        Question.TURNS_OFF,
        Question.FORGETS_FLAGS,
    ]


def test_a_webhook_that_is_off_asks_nothing_when_its_flags_change() -> None:
    webhook = hook(enabled=False, flags={"a": True})
    assert questions(planned(webhook, Patch(flags={"a": False}))) == []


def test_turning_on_without_a_flag_is_asked() -> None:
    webhook = hook(enabled=False, flags={"a": False})
    assert questions(planned(webhook, Patch(enabled=True))) == [Concern(Question.NO_FLAG_ON)]


def test_one_that_was_enabled_without_a_flag_is_not_asked_about() -> None:
    webhook = hook(flags={"a": False})
    move = Patch(url=HostMove("crm.example", "new.example"))
    assert questions(planned(webhook, move)) == []


def test_a_flag_that_is_never_sent_is_named_when_it_is_turned_on() -> None:
    webhook = hook(name="", flags={"contactsSet": False, "callUpsert": True})
    found = planned(webhook, Patch(rest="on"), CodeChatV1.capabilities)
    assert questions(found) == [Concern(Question.NEVER_SENT, "contactsSet")]


def test_http_to_a_public_host_is_asked_only_when_the_url_changes() -> None:
    webhook = hook(url="http://old.example/in")
    moved = planned(webhook, Patch(url=HostMove("old.example", "new.example")))
    assert [one.question for one in questions(moved)] == [Question.URL]
    assert "public host" in questions(moved)[0].detail
    assert questions(planned(webhook, Patch(enabled=False))) == [Concern(Question.TURNS_OFF)]


def test_what_is_no_target_stays_left_out() -> None:
    unread = LeftOut(Reason.NOT_READ, LOJA, details=("answered 500",))
    found = plan([unread, Target(LOJA, hook(), hook().values)], ANY_SERVER, total=2)
    assert [one.reason for one in found.left_out] == [Reason.NOT_READ, Reason.ALREADY_SO]


@pytest.mark.parametrize("told", FlagsTold)
def test_flags_that_the_server_does_not_tell_are_asked_about(told: FlagsTold) -> None:
    webhook = hook(flags={"a": False, "b": True}, flags_told=told)
    asked = [Concern(Question.FLAGS_UNKNOWN)] if told is FlagsTold.NOTHING else []
    assert questions(planned(webhook, Patch(flags={"a": True}))) == asked
    move = HostMove("crm.example", "new.example")
    assert questions(planned(webhook, Patch(move))) == []


def test_a_webhook_to_be_made_is_asked_about() -> None:
    blank = hook(id="", name="", url="", is_new=True)
    found = planned(blank, Patch(url=UrlTemplate("https://new.example/{instance}")))
    assert left_out(found).reason is Reason.INVALID, "it has no name"
    target = Target(LOJA, blank, replace(hook().values, name="crm"))
    found = plan([target], ANY_SERVER, total=1)
    assert found.rows[0].key == RowKey("i1", "", "crm")
    assert questions(found) == [Concern(Question.CREATES)]


def test_a_deletion_is_asked_about_and_refused_where_it_cannot_be() -> None:
    target = Target(LOJA, hook(), hook().values, deletes=True)
    found = plan([target], ANY_SERVER, total=1)
    assert questions(found) == [Concern(Question.DELETES)]
    found = plan([target], EvolutionV2.capabilities, total=1)
    assert left_out(found).details == (EvolutionV2.capabilities.no_delete,)


def test_what_others_changed_is_not_deleted() -> None:
    target = Target(LOJA, hook(), hook().values, deletes=True)
    assert rebased(target, hook()) == target
    theirs = rebased(target, hook(enabled=False))
    assert isinstance(theirs, LeftOut)
    assert theirs.reason is Reason.CONFLICT


@given(VALUES, VALUES, VALUES)
def test_a_plan_carried_out_later_keeps_what_others_changed(
    base: Values, wanted: Values, now: Values
) -> None:
    target = Target(LOJA, hook().with_values(base), wanted)
    found = rebased(target, hook().with_values(now))
    if isinstance(found, LeftOut):
        assert found.reason is Reason.CONFLICT
        assert found.conflicts
    else:
        mine = {change.place for change in changes(base, wanted)}
        assert all(change.place in mine for change in changes(now, found.wanted))


@given(VALUES, VALUES, VALUES)
def test_undoing_never_undoes_what_others_did_since(
    before: Values, after: Values, now: Values
) -> None:
    target = Target(LOJA, hook().with_values(after), before)
    found = rebased(target, hook().with_values(now), keep_theirs=True)
    if isinstance(found, LeftOut):
        assert found.reason is Reason.CONFLICT
        return
    others = {change.place for change in changes(after, now)}
    assert not others & {change.place for change in changes(now, found.wanted)}


@pytest.mark.parametrize("base", [{"a": True, "gone": False}, {"a": True}])
def test_a_flag_that_is_not_there_is_still_asked_for_by_a_plan_made_earlier(
    base: dict[str, bool],
) -> None:
    before = hook(flags=base)
    target = Target(LOJA, before, Patch(flags={"gone": True}).applied_to(before.values, ""))
    found = rebased(target, hook(flags={"a": False}))
    assert left_out(plan([found], ANY_SERVER, total=1)).reason is Reason.NO_SUCH_FLAG
    undone = rebased(target, hook(flags={"a": False}), keep_theirs=True)
    assert left_out(plan([undone], ANY_SERVER, total=1)).reason is Reason.ALREADY_SO
