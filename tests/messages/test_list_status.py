"""The dashboard's list in sentences: how long it is, and why it is empty."""

from __future__ import annotations

import pytest

from tests.support import in_words
from tui.api.errors import ApiError, Unauthorised, Unreachable
from tui.core.store import Store
from tui.messages.list_status import (
    instance_count,
    no_instances,
    webhooks_not_read,
    webhooks_title,
    whatsapp_account,
)
from tui.model.instance import Instance

NO_ANSWER = Unreachable("127.0.0.1 does not answer.", "Check the address.", said=("down",))
NO_TOKEN = Unauthorised("127.0.0.1 refused the token.", "Enter another.")


def loading(*names: str, total: int | None = None, store: Store | None = None) -> Store:
    """Return a store in which the list is arriving."""
    store = store or Store()
    store.begin()
    store.add([Instance(id=name, name=name) for name in names], total)
    return store


def loaded(*names: str) -> Store:
    """Return a store with the whole list."""
    store = loading(*names, total=len(names))
    store.finish()
    return store


def filtered(store: Store, words: str) -> Store:
    store.set_filter(words)
    return store


def broken_off(*names: str, total: int | None = None) -> Store:
    store = loading(*names, total=total)
    store.abandon()
    return store


@pytest.mark.parametrize(
    "store, failed, expected",
    [
        (loading(), False, "loading…"),
        (loading("a", "b"), False, "2 instances"),
        (loading("a", "b", total=1200), False, "2 of 1,200 instances"),
        (loading(store=loaded("a")), False, "reading again… 1 instance"),
        (loaded("a", "b"), False, "2 instances"),
        (loaded("a"), False, "1 instance"),
        (loaded(), False, "0 instances"),
        (filtered(loaded("a", "b"), "b"), False, "1 of 2 instances"),
        (broken_off("a", total=5), True, "1 of 5 instances"),
        (broken_off(), True, "not read"),
    ],
)
def test_the_count_says_how_much_of_the_list_is_there(
    store: Store, failed: bool, expected: str
) -> None:
    assert instance_count(store, failed=failed) == expected


@pytest.mark.parametrize(
    "store, what, to_do",
    [
        (loading(), "Reading the instances…", "{dashboard.back} stops, {quit} quits."),
        (
            filtered(loaded("a"), "z"),
            "No instance matches “z”.",
            "{dashboard.back} clears the filter.",
        ),
        (loaded(), "There are no instances here.", "{refresh} reads the list again."),
    ],
)
def test_an_empty_list_says_why_and_what_to_do(store: Store, what: str, to_do: str) -> None:
    said = [in_words(words) for words in no_instances(store, None, failed=False)]
    assert said[0] == what
    assert said[1].endswith(to_do)


@pytest.mark.parametrize("error, asks_for_token", [(NO_ANSWER, False), (NO_TOKEN, True)])
def test_a_list_that_failed_asks_for_a_token_only_where_that_helps(
    error: ApiError, asks_for_token: bool
) -> None:
    what, to_do = map(in_words, no_instances(broken_off(), error, failed=True))
    assert what == "The list could not be read."
    assert to_do.startswith("{refresh} tries again.")
    assert ("{credentials}" in to_do) is asks_for_token


def test_webhooks_that_were_not_read_show_the_error_and_the_servers_words() -> None:
    assert webhooks_not_read(NO_ANSWER) == (
        "127.0.0.1 does not answer.",
        "Check the address.",
        "The server says: “down”",
    )


def test_the_title_over_the_webhooks_names_their_instance() -> None:
    instance = Instance(id="a", name="loja", number="5511", push_name="Loja")
    assert webhooks_title(None, one=False) == "Webhooks"
    assert webhooks_title(instance, one=False) == "Webhooks of loja"
    assert webhooks_title(instance, one=True) == "Webhook of loja"
    assert whatsapp_account(instance) == "+5511 Loja"
    assert whatsapp_account(None) == ""
