"""Conditions that select webhooks, as commands and files give them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import hook
from tui.core.selection import (
    ByName,
    Condition,
    ConditionError,
    ConditionFault,
    Selection,
    select,
)
from tui.model.condition_keys import KEYS
from tui.model.instance import Instance
from tui.model.text import clean

LOJA = Instance("01J9", "Loja-Sul", state="active", connection="open")
CRM = hook(url="https://Old-Host.example:8443/in", flags={"newJwt": True, "callUpsert": False})


@pytest.mark.parametrize(
    "text, holds",
    [
        ("instance=loja-*", True),
        ("instance=01J9", True),
        ("instance=loja", False),
        ("webhook=CR?", True),
        ("webhook=w1", True),
        ("url=*/in", True),
        ("host=old-host.example", True),
        ("host=old-host.example:8443", True),
        ("host=old-host.example:443", False),
        ("enabled=on", True),
        ("enabled=off", False),
        ("state=open", True),
        ("state=active", True),
        ("state=close", False),
        ("flag:newJwt=on", True),
        ("flag:newJwt=off", False),
        ("flag:callUpsert=off", True),
        ("flag:nowhere=on", False),
        ("flag:nowhere=off", False),
    ],
)
def test_what_a_condition_asks(text: str, holds: bool) -> None:
    assert Condition.parse(text).holds(LOJA, CRM) is holds


@pytest.mark.parametrize("url, host", [("https://[::1]/x", "[[]::1]"), ("not a url", "")])
def test_odd_hosts(url: str, host: str) -> None:
    assert Condition("host", host).holds(LOJA, hook(url=url))


@pytest.mark.parametrize(
    "text, fault, nearest",
    [
        ("", ConditionFault.NO_PATTERN, ""),
        ("instance", ConditionFault.NO_PATTERN, ""),
        ("instance=", ConditionFault.NO_PATTERN, ""),
        ("instanse=x", ConditionFault.UNKNOWN_KEY, "instance"),
        ("flag:=on", ConditionFault.UNKNOWN_KEY, "flag:NAME"),
        ("=x", ConditionFault.UNKNOWN_KEY, ""),
        ("enabled=yes", ConditionFault.NOT_ON_OR_OFF, ""),
        ("flag:newJwt=1", ConditionFault.NOT_ON_OR_OFF, ""),
    ],
)
def test_what_is_no_condition(text: str, fault: ConditionFault, nearest: str) -> None:
    with pytest.raises(ConditionError) as caught:
        Condition.parse(text)
    assert (caught.value.fault, caught.value.nearest) == (fault, nearest)


@given(st.sampled_from(KEYS[:5]), st.text(min_size=1))
def test_any_pattern_can_be_asked(key: str, pattern: str) -> None:
    condition = Condition.parse(f"{key}={pattern}")
    assert condition.holds(LOJA, CRM) in (True, False)


def test_all_conditions_hold_and_none_of_the_others() -> None:
    vip = Instance("i2", "vip-aurora", webhooks=(hook(), hook(enabled=False)))
    promo = Instance("i3", "promo", webhooks=(hook(), hook("audit")))
    meant = Selection(
        where=(Condition.parse("enabled=on"),),
        but_not=(Condition.parse("instance=vip-*"), Condition.parse("webhook=audit")),
    )
    assert select([vip, promo], meant).rows == ((promo, hook()),)
    assert len(select([vip, promo], Selection()).rows) == 4


def test_what_is_not_read_is_told_where_it_may_be_meant() -> None:
    unread = [
        Instance("i1", "loja"),
        Instance("i2", "vip-aurora"),
        Instance("i3", "x", webhooks=()),
    ]
    meant = Selection((Condition.parse("enabled=on"),), (Condition.parse("instance=vip-*"),))
    assert select(unread, meant).unread == (unread[0],)
    assert select(unread, Selection((Condition.parse("instance=x"),))).unread == ()


def test_a_name_is_found_as_the_server_has_it_and_as_it_is_shown() -> None:
    families = Instance("01J9", "loja \U0001f468\u200d\U0001f469")
    crm = hook(name="crm\u202e")
    shown = clean(families.name), clean(crm.name)
    assert shown != (families.name, crm.name)
    for instance, webhook in ((families.name, crm.name), shown, (families.id, crm.id)):
        assert ByName(instance).has(families, crm)
        assert ByName(f"{instance}/{webhook}").has(families, crm)
        assert ByName(f"{instance}/{webhook}").may_have_of(families)
        assert Condition("instance", instance).holds(families, crm)
        assert Condition("webhook", webhook).holds(families, crm)
