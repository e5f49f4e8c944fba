"""Plans, presets and conditions in sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.plan.plan_support import LOJA, planned
from tests.support import hook
from tui.api.adapters.evolution_v2 import EvolutionV2
from tui.core.patch.patch import HostMove, Patch, UrlTemplate
from tui.core.patch.presets import BUILT_IN, Preset
from tui.core.plan.groups import by_concern, by_reason, equal_changes
from tui.core.plan.limits import RequestTime
from tui.core.plan.plan import Concern, LeftOut, Plan, Question, Reason, Target, plan
from tui.core.selection import Condition, ConditionError
from tui.messages.plan_words import (
    concern_words,
    duration_words,
    group_words,
    heading,
    reason_words,
    size_words,
)
from tui.messages.preset_words import preset_words, skipped_words
from tui.messages.selection_words import condition_words
from tui.model.capabilities import ANY_SERVER
from tui.model.instance import Instance
from tui.model.text import clean

MOVE = HostMove("crm.example", "new.example")


def groups(found: Plan) -> list[str]:
    return [group_words(group) for group in equal_changes(found)]


def looks(found: Plan) -> list[str]:
    return [concern_words(concern, rows) for concern, rows in by_concern(found).items()]


def reasons(found: Plan) -> list[str]:
    return [reason_words(reason, rows) for (reason, _), rows in by_reason(found).items()]


def test_a_plan_in_a_heading_and_a_line_for_each_change() -> None:
    hooks = [hook(url="https://crm.example/a"), hook(url="https://crm.example/b")]
    found = planned(hooks, Patch(MOVE, flags={"newJwt": False}))
    assert heading(found) == "4 changes to 2 webhooks"
    assert groups(found) == [
        "host crm.example → new.example; 2 different URLs, all paths kept",
        "newJwt on → off",
    ]
    assert heading(planned(hook(), Patch(enabled=False))) == "1 change to loja › crm"


def test_urls_that_are_no_move() -> None:
    assert groups(planned(hook(), Patch(UrlTemplate("https://h/x")))) == [
        "URL https://crm.example/in → https://h/x"
    ]
    hooks = [hook("a"), hook("b")]
    own = planned(hooks, Patch(UrlTemplate("https://h/{webhook}")))
    assert groups(own) == ["URL: another one for each webhook"]


def test_questions_name_their_webhooks() -> None:
    hooks = [hook(enabled=False, flags={"a": False}), hook("x", enabled=False, flags={"a": False})]
    assert looks(planned(hooks, Patch(enabled=True))) == [
        "2 webhooks would be on without a flag on: loja › crm, loja 2 › x"
    ]
    off = planned(
        hook(name="", flags={"CALL": True}), Patch(enabled=False), EvolutionV2.capabilities
    )
    assert looks(off) == [
        "1 webhook would be turned off: loja",
        f"{EvolutionV2.capabilities.off_forgets} (1 webhook: loja)",
    ]


def test_a_webhook_to_be_created_goes_by_its_new_name() -> None:
    blank = hook(id="", name="", is_new=True)
    found = plan([Target(LOJA, blank, hook("new one").values)], ANY_SERVER, total=1)
    assert looks(found) == ["1 webhook would be created: loja › new one"]


def test_reasons_name_what_is_in_the_way() -> None:
    hooks = [hook(flags={"a": True}), hook(flags={"b": True}), hook(flags={"a": False})]
    assert reasons(planned(hooks, Patch(flags={"a": False}))) == [
        "1 webhook does not have a: loja 2 › crm",
        "1 webhook has these values already",
    ]
    bad = plan([Target(LOJA, hook(), hook(url="x").values)], ANY_SERVER, total=1)
    assert reasons(bad) == [
        "1 webhook cannot be changed like this: the URL must begin with http:// or https:// "
        "(loja › crm)"
    ]


@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("count", [1, 2])
def test_every_reason_has_a_sentence(reason: Reason, count: int) -> None:
    rows = [LeftOut(reason, LOJA, None, ("why",))] * count
    words = reason_words(reason, rows)
    assert words.startswith(f"{count} ")
    assert reason is Reason.ALREADY_SO or "loja" in words
    assert "{" not in words


@pytest.mark.parametrize("question", Question)
def test_every_question_has_a_sentence(question: Question) -> None:
    row = planned(hook(), Patch(enabled=False)).rows[0]
    words = concern_words(Concern(question, "why"), [row])
    assert "1 webhook" in words
    assert "loja › crm" in words
    assert "{" not in words


def test_text_from_outside_is_never_taken_for_a_place() -> None:
    instance = Instance("i", "{count} [red]\x1b")
    found = planned(hook("{names}"), Patch(enabled=False), instance=instance)
    assert looks(found) == ["1 webhook would be turned off: {count} [red]␛ › {names}"]


def test_an_empty_plan_promises_nothing() -> None:
    found = planned(hook(enabled=False), Patch(enabled=False))
    assert heading(found) == "No changes to apply"
    assert size_words(found, at_once=8, each=RequestTime(0.1)) == "nothing would be sent"


def test_how_much_a_plan_is() -> None:
    found = planned([hook() for _ in range(500)], Patch(enabled=False))
    assert size_words(found, at_once=8, each=None) == "about 1,000 requests"
    timed = size_words(found, at_once=8, each=RequestTime(0.16))
    assert timed == "about 1,000 requests, 20 s at 8 at once"
    at_most = size_words(found, at_once=8, each=RequestTime(0.16, is_of_lists=True))
    assert at_most == "about 1,000 requests, less than 20 s at 8 at once"


@pytest.mark.parametrize(
    "seconds, words", [(0.0, "1 s"), (119, "119 s"), (120, "2 min"), (3600, "60 min")]
)
def test_durations(seconds: float, words: str) -> None:
    assert duration_words(seconds) == words


FLAGS = {"presenceUpdate": True, "messagesUpsert": False, "sendMessage": True}


@pytest.mark.parametrize(
    "preset, words",
    [
        (BUILT_IN[0], "every flag on that the server has today; one that it gets later stays off"),
        (BUILT_IN[1], "every flag off"),
        (BUILT_IN[2], "2 on, every other flag off"),
        (BUILT_IN[4], "1 off, the rest as it is"),
        (Preset("x", off=("presenceUpdate",), rest="on"), "1 off, every other flag on"),
        (Preset("x", on=("sendMessage",)), "1 on, the rest as it is"),
        (
            Preset("x", on=("sendMessage",), off=("presenceUpdate",)),
            "1 on, 1 off, the rest as it is",
        ),
    ],
)
def test_what_a_preset_does(preset: Preset, words: str) -> None:
    assert preset_words(preset, FLAGS) == words


def test_what_a_preset_skips() -> None:
    assert skipped_words(()) == ""
    assert skipped_words(("CALL",)) == "Skipped, since there is no such flag here: CALL."


@pytest.mark.parametrize(
    "text, words",
    [
        ("loja", "loja is not a condition. Write KEY=GLOB, such as instance=loja-*."),
        ("enabled=1", "enabled=1 can never hold. Write on or off after the =."),
        ("hsot=a", "hsot is not a key of a condition. Did you mean host?"),
        (
            "zzz=a",
            "zzz is not a key of a condition. There are: instance, state, webhook, url, host, ",
        ),
    ],
)
def test_what_is_wrong_with_a_condition(text: str, words: str) -> None:
    with pytest.raises(ConditionError) as caught:
        Condition.parse(text)
    assert condition_words(caught.value).startswith(words)


@given(st.text().filter(lambda text: "=" not in text))
def test_whatever_was_typed_is_said_without_control_characters(text: str) -> None:
    with pytest.raises(ConditionError) as caught:
        Condition.parse(text)
    assert clean(condition_words(caught.value)) == condition_words(caught.value)
