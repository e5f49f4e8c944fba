"""The place where a draft can be opened."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tui.api.connection import connect
from tui.core.draft_place import is_gone, opens_elsewhere
from tui.core.session import Session
from tui.model.instance import Instance
from tui.model.secret import Secret
from tui.model.time import utc_now
from tui.model.webhook import Webhook
from tui.sandbox.codechat_v2.server import open_sandbox
from tui.storage.drafts import Draft
from tui.storage.server_memory import ServerMemory

URL = "https://api.loja.example"
CRM = Webhook("w1", "crm", "https://crm.example/in", enabled=True, flags={"newJwt": True})
LOJA = Instance("i1", "loja", webhooks=(CRM,))
DRAFT = Draft(URL, "i1", "loja", "w1", CRM.values, replace(CRM.values, name="x"), utc_now())


@pytest.fixture
def session() -> Session:
    """A session whose list has one instance with one webhook."""
    sandbox = open_sandbox(instances=0)
    connection = connect(
        URL,
        kind="codechat-v2",
        business=sandbox.business_id,
        profile="loja",
        token=Secret(sandbox.token),
        token_source="the test",
        in_process=sandbox.app,
        memory=ServerMemory(None, URL),
    )
    session = Session(connection, "loja", url=URL)
    session.store.begin()
    session.store.add([LOJA])
    return session


def test_a_draft_of_a_listed_webhook_is_not_gone(session: Session) -> None:
    assert not is_gone(session, DRAFT)


def test_a_draft_of_a_deleted_webhook_is_gone(session: Session) -> None:
    assert is_gone(session, replace(DRAFT, webhook_id="w2"))


def test_a_draft_is_not_gone_while_the_webhooks_are_unread(session: Session) -> None:
    session.store.replace(replace(LOJA, webhooks=None))
    assert not is_gone(session, replace(DRAFT, webhook_id="w2"))


def test_a_draft_of_a_missing_instance_is_gone_only_after_the_whole_list(session: Session) -> None:
    draft = replace(DRAFT, instance_id="i2")
    assert not is_gone(session, draft)
    session.store.finish()
    assert is_gone(session, draft)


def test_a_draft_of_another_server_opens_there(session: Session) -> None:
    other = replace(DRAFT, server="https://other.example")
    assert opens_elsewhere(session, other, {URL: ("loja",)})
    assert not opens_elsewhere(session, DRAFT, {URL: ("loja",)})


def test_a_draft_gone_here_may_belong_to_another_profile_of_the_server(session: Session) -> None:
    names = {URL: ("loja", "filial")}
    assert opens_elsewhere(session, replace(DRAFT, webhook_id="w2"), names)
    assert not opens_elsewhere(session, DRAFT, names)
