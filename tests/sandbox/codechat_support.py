"""Requests of the tests to the sandboxes of CodeChat v1 and Go, inside the process."""

from __future__ import annotations

from typing import Any

import httpx

from tui.sandbox.codechat_base import CodeChat

URL = "https://crm.loja.com.br/in"


async def ask(
    sandbox: CodeChat,
    method: str,
    path: str,
    body: Any = None,
    *,
    bearer: str | None = None,
    headers: dict[str, str] | None = None,
) -> httpx.Response:
    """Send one request with the global key, an instance's JWT or ``headers`` alone.

    A ``body`` of bytes goes as it is, anything else as JSON. An exception in the sandbox
    is raised here and not answered with 500, so that no test can overlook it.
    """
    if bearer is not None:
        headers = {"authorization": f"Bearer {bearer}"}
    elif headers is None:
        headers = {"apikey": sandbox.token}
    content = {"content": body} if isinstance(body, bytes) else {"json": body}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(sandbox.app), base_url="http://sandbox", trust_env=False
    ) as client:
        return await client.request(
            method, path, headers=headers, **(content if body is not None else {})
        )


async def listed(sandbox: CodeChat) -> dict[str, dict[str, Any]]:
    """Return the instances of the list by name."""
    answer = await ask(sandbox, "GET", "/instance/fetchInstances")
    assert answer.status_code == 200, answer.text
    return {instance["name"]: instance for instance in answer.json()}


async def token_of(sandbox: CodeChat, name: str) -> str:
    """Return the JWT of the instance of this name."""
    token: str = (await listed(sandbox))[name]["Auth"]["token"]
    return token


async def find(sandbox: CodeChat, name: str) -> Any:
    """Return the webhook of an instance, read with the instance's JWT."""
    token = await token_of(sandbox, name)
    answer = await ask(sandbox, "GET", f"/webhook/find/{name}", bearer=token)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def put(sandbox: CodeChat, name: str, body: Any) -> httpx.Response:
    """Set the webhook of an instance, with the instance's JWT."""
    token = await token_of(sandbox, name)
    return await ask(sandbox, "PUT", f"/webhook/set/{name}", body, bearer=token)
