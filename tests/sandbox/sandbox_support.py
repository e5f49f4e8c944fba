"""Requests of the tests to a CodeChat v2 sandbox, inside the process."""

from __future__ import annotations

from typing import Any

import httpx

from tui.sandbox.codechat_v2.server import Sandbox

NOTHING = object()
"""No body, which is different from the body ``null``."""


async def ask(
    sandbox: Sandbox,
    method: str,
    path: str,
    body: Any = NOTHING,
    *,
    token: str | None = None,
    headers: dict[str, str] | None = None,
) -> httpx.Response:
    """Send one request with the business token, another ``token`` or ``headers`` alone.

    A ``body`` of bytes goes as it is, anything else as JSON. An exception in the sandbox
    is raised here and not answered with 500, so that no test can overlook it.
    """
    if headers is None:
        headers = {"authorization": f"Bearer {sandbox.token if token is None else token}"}
    content = {} if body is NOTHING else {"content" if isinstance(body, bytes) else "json": body}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(sandbox.app), base_url="http://sandbox", trust_env=False
    ) as client:
        raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        return await client.request(method, path, headers=raw, **content)


async def search(sandbox: Sandbox, **wanted: Any) -> dict[str, Any]:
    """Return the ``BusinessPage`` of a search."""
    answer = await ask(sandbox, "POST", business(sandbox, "search"), wanted)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()["BusinessPage"]
    return page


async def record(sandbox: Sandbox, name: str) -> dict[str, Any]:
    """Return the instance with exactly this name."""
    page = await search(sandbox, name=name)
    found: dict[str, Any] = next(each for each in page["records"] if each["name"] == name)
    return found


async def webhook_path(sandbox: Sandbox, instance: str = "loja-norte", nth: int = 0) -> str:
    """Return the address of a webhook of the instance of this name."""
    found = await record(sandbox, instance)
    return f"{of(found)}/webhook/{found['Webhook'][nth]['webhookId']}"


def business(sandbox: Sandbox, what: str) -> str:
    return f"/api/v2/business/{sandbox.business_id}/instance/{what}"


def of(instance: dict[str, Any]) -> str:
    return f"/api/v2/instance/{instance['instanceId']}"


def flags_of(webhook: dict[str, Any]) -> dict[str, bool]:
    """Return the flags of a webhook as it was received."""
    events = webhook["WebhookEvents"]
    return {key: value for key, value in events.items() if isinstance(value, bool)}


def messages(answer: httpx.Response, status: int) -> list[str]:
    """Check that an error has the documented shape, and return its messages."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert body.keys() == {"statusCode", "error", "message"}
    assert body["statusCode"] == status
    assert isinstance(body["message"], list)
    return list(body["message"])
