"""The tokens of requests: the business's, an instance's own, and a typed one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.support import (
    SingleWebhookAdapter,
    Wire,
    instances,
    sandbox_server,
    sandbox_wire,
    server_at,
)
from tui.api.errors import Unauthorised
from tui.model.instance import Instance
from tui.model.secret import Secret
from tui.sandbox.codechat_v2.server import Sandbox, open_sandbox

RECORD = {"webhookId": "w1"}
WITHOUT = Instance("i1", "loja")
WITH = replace(WITHOUT, token=Secret("own-jwt"))
RENEWED = replace(WITHOUT, token=Secret("renewed-jwt"))
OTHER = Instance("i2", "outlet", token=Secret("other-jwt"))


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with open_sandbox() as opened:
        yield opened


@pytest.fixture
def wire() -> Wire:
    return Wire(SingleWebhookAdapter(RECORD))


def sent_with(wire: Wire) -> str:
    """Return the token of the last request."""
    return wire.requests[-1].headers["authorization"].removeprefix("Bearer ")


async def test_requests_for_an_instance_carry_its_own_token(wire: Wire) -> None:
    server = server_at(wire)
    await server.webhook(WITH, "w1")
    assert sent_with(wire) == "own-jwt"
    assert server.credential_words(WITH) == (
        "the instance token of loja (from the server's own list)"
    )


async def test_requests_for_an_instance_without_a_token_carry_the_businesss(wire: Wire) -> None:
    server = server_at(wire)
    await server.webhook(WITHOUT, "w1")
    assert sent_with(wire) == "the-business-token"
    assert server.credential_words(WITHOUT) == "the business token (from the test)"


async def test_a_token_typed_for_an_instance_replaces_only_its_own(wire: Wire) -> None:
    server = server_at(wire)
    server.use_token(Secret("typed"), "typed here", instance=WITH)
    await server.webhook(WITH, "w1")
    assert sent_with(wire) == "typed"
    assert server.credential_words(WITH) == "the token given for loja (from typed here)"
    await server.webhook(OTHER, "w1")
    assert sent_with(wire) == "other-jwt"
    assert server.credential_words() == "the business token (from the test)"


async def test_a_token_typed_for_an_instance_that_has_none_is_used_for_it(wire: Wire) -> None:
    server = server_at(wire)
    server.use_token(Secret("typed"), "typed here", instance=WITHOUT)
    await server.webhook(WITHOUT, "w1")
    assert sent_with(wire) == "typed"


async def test_a_renewed_token_replaces_the_one_typed_before(
    wire: Wire,
) -> None:
    server = server_at(wire)
    server.use_token(Secret("typed"), "typed here", instance=WITH)
    await server.webhook(RENEWED, "w1")
    assert sent_with(wire) == "renewed-jwt"


async def test_reading_the_old_token_again_keeps_the_typed_one(wire: Wire) -> None:
    server = server_at(wire)
    server.use_token(Secret("typed"), "typed here", instance=WITH)
    await server.webhook(replace(WITH, token=Secret("own-jwt"), name="renamed"), "w1")
    assert sent_with(wire) == "typed"


async def test_another_business_token_is_used_for_the_list_and_as_the_default(
    wire: Wire,
) -> None:
    server = server_at(wire)
    server.use_token(Secret("second"), "typed here")
    await server.webhook(WITHOUT, "w1")
    assert sent_with(wire) == "second"
    await server.webhook(WITH, "w1")
    assert sent_with(wire) == "own-jwt"
    assert server.credential_words() == "the business token (from typed here)"


async def test_the_words_about_a_token_do_not_show_it(wire: Wire) -> None:
    server = server_at(wire)
    server.use_token(Secret("given-jwt"), "typed here", instance=WITH)
    words = [server.credential_words(one) for one in (None, WITHOUT, WITH, OTHER)]
    for token in ("the-business-token", "own-jwt", "other-jwt", "given-jwt"):
        assert token not in " ".join(words) + repr((server, vars(server), WITH, OTHER))


async def test_the_sandbox_accepts_the_listed_tokens(sandbox: Sandbox) -> None:
    wire = sandbox_wire(sandbox)
    server = sandbox_server(sandbox, wire)
    for instance in (await instances(server)).values():
        assert await server.webhooks(instance) == instance.webhooks
        assert instance.token is not None
        assert sent_with(wire) == instance.token.reveal()


async def test_a_refusal_names_the_token_and_its_source(sandbox: Sandbox) -> None:
    server = server_at(sandbox_wire(sandbox), token="wrong", business=sandbox.business_id)
    with pytest.raises(Unauthorised) as caught:
        await instances(server)
    assert caught.value.what == (
        "server.test answered 401 to the business token (from the test), profile test."
    )
    assert caught.value.said == ("jwt malformed",)


async def test_after_an_expired_token_a_typed_one_works(
    sandbox: Sandbox,
) -> None:
    server = sandbox_server(sandbox, sandbox_wire(sandbox))
    loja = (await instances(server))["loja-norte"]
    past = datetime.now(UTC) - timedelta(hours=3)
    expired = replace(loja, token=Secret(sandbox.instance_jwt(loja.id, expires=past)))
    with pytest.raises(Unauthorised, match="the instance token of loja-norte") as caught:
        await server.webhooks(expired)
    assert caught.value.said == ("jwt expired",)
    server.use_token(Secret(sandbox.instance_jwt(loja.id)), "typed here", instance=expired)
    assert await server.webhooks(expired) == loja.webhooks


async def test_the_token_of_another_instance_is_named_in_the_refusal(sandbox: Sandbox) -> None:
    server = sandbox_server(sandbox, sandbox_wire(sandbox))
    found = await instances(server)
    mixed_up = replace(found["loja-norte"], token=found["loja-sul"].token)
    with pytest.raises(Unauthorised, match="403 to the instance token of loja-norte") as caught:
        await server.webhooks(mixed_up)
    assert caught.value.said == ("The token belongs to another instance",)
