"""The words for each flag on each kind of server: when its event is sent, if ever."""

from __future__ import annotations

import pytest

from tests.support import hook
from tui.api.adapters.codechat_go import CodeChatGo
from tui.api.adapters.codechat_v1 import CodeChatV1
from tui.api.adapters.codechat_v2 import CodeChatV2
from tui.api.adapters.evolution_v2 import EvolutionV2
from tui.model.capabilities import Capabilities
from tui.model.flag_words import label, words
from tui.model.server_kind import ServerKind
from tui.model.validation import check
from tui.model.webhook import Values

SERVERS = {
    adapter.kind: adapter.capabilities
    for adapter in (CodeChatV2, CodeChatV1, CodeChatGo, EvolutionV2)
}
ALL = [(kind, flag) for kind, capabilities in SERVERS.items() for flag in capabilities.flags]
SEEN_LATER = [
    ("codechat-v2", "labelAssociation"),
    ("codechat-v2", "labelEdit"),
    ("evolution-v2", "MESSAGING_HISTORY_SET"),
]
NEVER_SENT = {
    "codechat-v2": set(),
    "codechat-v1": {"contactsSet", "contactsUpdated"},
    "codechat-go": set(),
    "evolution-v2": {"APPLICATION_STARTUP", "CONTACTS_SET", "GROUP_UPDATE"},
}
"""Flags whose event no line of the servers' sources sends and no recording has."""

NOTE_WIDTH = 78
"""Cells of the line under the form in a terminal of 80 columns."""


def said(kind: ServerKind, flag: str) -> str:
    return words(flag, SERVERS[kind])


@pytest.mark.parametrize("kind,flag", [*ALL, *SEEN_LATER])
def test_the_words_of_a_flag_begin_with_when_or_never_sent(kind: ServerKind, flag: str) -> None:
    never = flag in NEVER_SENT[kind]
    assert said(kind, flag).startswith("never sent: " if never else "when ")


@pytest.mark.parametrize("kind", SERVERS)
def test_no_two_flags_of_a_server_have_the_same_words(kind: ServerKind) -> None:
    flags = [flag for flag in SERVERS[kind].flags if flag not in NEVER_SENT[kind]]
    assert len({said(kind, flag) for flag in flags}) == len(flags)


@pytest.mark.parametrize("kind,flag", [*ALL, *SEEN_LATER])
def test_the_words_fit_in_the_line_with_the_flags_name_and_old_value(
    kind: ServerKind, flag: str
) -> None:
    assert len(f" {label(flag)}: {said(kind, flag)}   was off") <= NOTE_WIDTH


@pytest.mark.parametrize(
    "kind,alike,words_of_each",
    [
        ("codechat-v2", ("stateInstance", "connectionUpdate"), ("deleted", "WhatsApp")),
        ("codechat-v1", ("statusInstance", "connectionUpdated"), ("server loads", "WhatsApp")),
        ("codechat-go", ("statusInstance", "connectionUpdated"), ("offline", "WhatsApp is")),
        ("evolution-v2", ("STATUS_INSTANCE", "CONNECTION_UPDATE"), ("ends", "connecting")),
        ("evolution-v2", ("REMOVE_INSTANCE", "INSTANCE_DELETE"), ("memory", "deleted")),
        ("evolution-v2", ("MESSAGES_EDITED", "SEND_MESSAGE_UPDATE"), ("deleted", "API")),
    ],
)
def test_similar_flags_have_words_that_tell_them_apart(
    kind: ServerKind, alike: tuple[str, str], words_of_each: tuple[str, str]
) -> None:
    one, other = (said(kind, flag) for flag in alike)
    assert words_of_each[0] in one
    assert words_of_each[0] not in other
    assert words_of_each[1] in other


@pytest.mark.parametrize("kind", SERVERS)
def test_a_webhook_with_only_flags_on_that_are_never_sent_raises_a_question(
    kind: ServerKind,
) -> None:
    capabilities = SERVERS[kind]
    base = hook().values
    for flag in NEVER_SENT[kind]:
        assert question(base, capabilities, flag) == (
            "The server never sends the flags that are on: nothing will be sent to it."
        )
    useful = next(flag for flag in capabilities.flags if flag not in NEVER_SENT[kind])
    assert question(base, capabilities, useful, *NEVER_SENT[kind]) is None


def question(base: Values, capabilities: Capabilities, *on: str) -> str | None:
    flags = {flag: flag in on for flag in capabilities.flags}
    values = Values(base.name, base.url, enabled=True, flags=flags)
    return check(values, values, capabilities).question


def test_never_sent_holds_for_the_one_kind_of_server_only() -> None:
    assert said("codechat-v2", "contactsSet").startswith("when ")
    assert said("codechat-go", "contactsUpdated").startswith("when ")
