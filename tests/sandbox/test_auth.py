"""Access control: the business token, JWTs of instances, invalid tokens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from tests.sandbox.sandbox_support import ask, business, messages, of, record
from tui.sandbox.codechat_v2.server import Sandbox, open_sandbox

FULL = {"name": "crm", "url": "https://crm.loja.com.br/in", "enabled": True}
ON_AN_INSTANCE: list[tuple[str, str, object, int]] = [
    ("GET", "", None, 200),
    ("GET", "/webhook", None, 200),
    ("POST", "/webhook", FULL, 201),
    ("GET", "/webhook/{id}", None, 200),
    ("PUT", "/webhook/{id}", FULL, 201),
    ("PATCH", "/webhook/{id}/events", {"newJwt": True}, 200),
    ("DELETE", "/webhook/{id}", None, 200),
]
ON_THE_BUSINESS: list[tuple[str, str, object]] = [
    ("POST", "search", {}),
    ("GET", "connected", None),
]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with open_sandbox(instances=2) as opened:
        yield opened


def address(instance: dict[str, Any], rest: str) -> str:
    return of(instance) + rest.replace("{id}", instance["Webhook"][0]["webhookId"])


@pytest.mark.parametrize("method, rest, body, status", ON_AN_INSTANCE)
@pytest.mark.parametrize("bearer", ["business", "instance"])
async def test_both_tokens_give_access_to_an_instance(
    sandbox: Sandbox, method: str, rest: str, body: object, status: int, bearer: str
) -> None:
    norte = await record(sandbox, "loja-norte")
    token = {"business": sandbox.token, "instance": norte["Auth"]["jwt"]}[bearer]
    answer = await ask(sandbox, method, address(norte, rest), body, token=token)
    assert answer.status_code == status


@pytest.mark.parametrize("method, rest, body, status", ON_AN_INSTANCE)
async def test_the_token_of_another_instance_is_403_and_changes_nothing(
    sandbox: Sandbox, method: str, rest: str, body: object, status: int
) -> None:
    norte, sul = await record(sandbox, "loja-norte"), await record(sandbox, "loja-sul")
    answer = await ask(sandbox, method, address(norte, rest), body, token=sul["Auth"]["jwt"])
    assert messages(answer, 403) == ["The token belongs to another instance"]
    assert await record(sandbox, "loja-norte") == norte


@pytest.mark.parametrize("method, what, body", ON_THE_BUSINESS)
async def test_an_instances_token_gives_no_access_to_the_business(
    sandbox: Sandbox, method: str, what: str, body: object
) -> None:
    norte = await record(sandbox, "loja-norte")
    answer = await ask(sandbox, method, business(sandbox, what), body, token=norte["Auth"]["jwt"])
    assert messages(answer, 403) == ["The business token is required"]


def strange(sandbox: Sandbox, instance_id: str) -> dict[str, tuple[str, str]]:
    """Return invalid headers by their mistake, each with the expected message."""
    then = datetime.now(UTC) - timedelta(hours=3)
    claims = {"instanceId": instance_id, "iat": 0}
    good = sandbox.instance_jwt(instance_id)
    return {
        "nothing": ("", "Unauthorized"),
        "no scheme": (sandbox.token, "Unauthorized"),
        "another scheme": (f"Basic {sandbox.token}", "Unauthorized"),
        "no token": ("Bearer ", "Unauthorized"),
        "another token": ("Bearer stranger", "jwt malformed"),
        "half the token": (f"Bearer {sandbox.token[:-1]}", "jwt malformed"),
        "more than the token": (f"Bearer {sandbox.token} {sandbox.token}", "jwt malformed"),
        "another alphabet": ("Bearer s\xe9gredo", "jwt malformed"),
        "expired": (f"Bearer {sandbox.instance_jwt(instance_id, expires=then)}", "jwt expired"),
        "another key": (f"Bearer {jwt.encode(claims, 'k' * 64)}", "invalid signature"),
        "cut off": (f"Bearer {good.rpartition('.')[0]}", "jwt malformed"),
        "unsigned": (f"Bearer {jwt.encode(claims, '', algorithm='none')}", "invalid token"),
    }


@pytest.mark.parametrize(
    "method, path, body",
    [("business", what, body) for _, what, body in ON_THE_BUSINESS]
    + [(method, rest, body) for method, rest, body, _ in ON_AN_INSTANCE],
)
async def test_invalid_tokens_are_401_everywhere_with_a_reason(
    sandbox: Sandbox, method: str, path: str, body: object
) -> None:
    norte = await record(sandbox, "loja-norte")
    where = business(sandbox, path) if method == "business" else address(norte, path)
    verb = {"search": "POST", "connected": "GET"}.get(path, method)
    for what, (header, words) in strange(sandbox, norte["instanceId"]).items():
        answer = await ask(sandbox, verb, where, body, headers={"authorization": header})
        assert (what, messages(answer, 401)) == (what, [words])
    assert await record(sandbox, "loja-norte") == norte


async def test_a_request_without_credentials_is_401(sandbox: Sandbox) -> None:
    answer = await ask(sandbox, "POST", business(sandbox, "search"), {}, headers={})
    assert messages(answer, 401) == ["Unauthorized"]


async def test_without_access_nobody_learns_what_exists(sandbox: Sandbox) -> None:
    path = "/api/v2/instance/nowhere/webhook/none"
    answer = await ask(sandbox, "PUT", path, b"{", token="stranger")
    assert messages(answer, 401) == ["jwt malformed"]
    elsewhere = await ask(
        sandbox, "GET", path, token=(await record(sandbox, "loja-sul"))["Auth"]["jwt"]
    )
    assert messages(elsewhere, 403) == ["The token belongs to another instance"]


async def test_the_scheme_is_read_in_any_case(sandbox: Sandbox) -> None:
    headers = {"authorization": f"bearer {sandbox.token}"}
    answer = await ask(sandbox, "GET", business(sandbox, "connected"), headers=headers)
    assert answer.status_code == 200


async def test_a_token_that_has_not_expired_is_accepted(sandbox: Sandbox) -> None:
    norte = await record(sandbox, "loja-norte")
    later = datetime.now(UTC) + timedelta(hours=1)
    token = sandbox.instance_jwt(norte["instanceId"], expires=later)
    assert (await ask(sandbox, "GET", of(norte), token=token)).status_code == 200


async def test_a_token_issued_by_a_clock_ahead_is_accepted(sandbox: Sandbox) -> None:
    norte = await record(sandbox, "loja-norte")
    ahead = datetime.now(UTC) + timedelta(days=400)
    token = sandbox.instance_jwt(norte["instanceId"], issued=ahead)
    assert (await ask(sandbox, "GET", of(norte), token=token)).status_code == 200


async def test_an_instances_token_names_the_instance(sandbox: Sandbox) -> None:
    norte = await record(sandbox, "loja-norte")
    token = norte["Auth"]["jwt"]
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT"}
    assert jwt.decode(token, options={"verify_signature": False}) == {
        "instanceId": norte["instanceId"],
        "businessId": sandbox.business_id,
        "iat": int(datetime.fromisoformat(norte["createdAt"]).timestamp()),
    }


async def test_tokens_differ_from_one_sandbox_to_the_next(sandbox: Sandbox) -> None:
    norte = await record(sandbox, "loja-norte")
    with open_sandbox(instances=1) as other:
        assert other.token != sandbox.token
        answer = await ask(other, "GET", of(norte), token=norte["Auth"]["jwt"])
    assert messages(answer, 401) == ["invalid signature"]


async def test_a_token_may_be_chosen(sandbox: Sandbox) -> None:
    with open_sandbox(instances=0, token="chosen") as chosen:
        answer = await ask(chosen, "GET", business(chosen, "connected"), token="chosen")
    assert answer.json()["Instances"] == []


@pytest.mark.parametrize("token", ["", " ", "a b", "a\n"])
def test_a_token_that_no_header_can_hold_is_refused(token: str) -> None:
    with pytest.raises(ValueError, match="token"):
        open_sandbox(token=token)


def test_no_repr_shows_a_secret(sandbox: Sandbox) -> None:
    shown = repr([sandbox, sandbox.tokens, sandbox.store, sandbox.app])
    assert sandbox.token not in shown
    assert sandbox.store.setting("key") not in shown
