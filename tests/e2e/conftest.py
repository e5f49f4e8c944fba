"""Fixtures: a sandbox on a socket that counts requests, an empty home, a running program."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.e2e.programs import HOOKBOARD, Told, environment
from tests.e2e.terminal import Terminal
from tui.sandbox.codechat_v2.server import Sandbox, open_sandbox
from tui.sandbox.serve import running


class Served:
    """A sandbox in this process, reached over a socket; it can be stopped and started again."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.requests: list[str] = []
        """``PUT 201`` for each request that was answered."""
        sandbox.app.add_middleware(_RequestRecorder, requests=self.requests)
        self._block = contextlib.ExitStack()
        self._port = 0
        self.start()

    def start(self) -> None:
        """Accept connections, on the same port each time."""
        self.url = self._block.enter_context(running(self.sandbox, port=self._port))
        self._port = int(self.url.rpartition(":")[2])

    def stop(self) -> None:
        """Refuse connections from now on."""
        self._block.close()

    @property
    def told(self) -> Told:
        """The address, business and token for a client."""
        return Told(self.url, self.sandbox.business_id, self.sandbox.token)

    @property
    def writes(self) -> list[str]:
        """The requests that can change something: all but reads and searches."""
        return [one for one in self.requests if not one.startswith(("GET", "POST"))]

    def instance_id(self, name: str) -> str:
        """Return the id of an instance by its name."""
        body = {"name": name}
        found = self._ask("POST", f"business/{self.sandbox.business_id}/instance/search", body)
        return str(found["BusinessPage"]["records"][0]["instanceId"])

    def webhook(self, instance: str = "loja-norte", nth: int = 0) -> dict[str, Any]:
        """Return a webhook, read over HTTP."""
        found: dict[str, Any] = self._ask("GET", f"instance/{self.instance_id(instance)}/webhook")[
            nth
        ]
        return found

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        answer = httpx.request(
            method,
            f"{self.url}/api/v2/{path}",
            json=body,
            headers={"authorization": f"Bearer {self.sandbox.token}"},
            trust_env=False,
        )
        return answer.raise_for_status().json()


class _RequestRecorder:
    """Records each request and the status of its answer."""

    def __init__(self, app: ASGIApp, requests: list[str]) -> None:
        self._app = app
        self._requests = requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Any) -> None:
            if message["type"] == "http.response.start":
                self._requests.append(f"{scope['method']} {message['status']}")
            await send(message)

        await self._app(scope, receive, sending)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home folder."""
    return tmp_path


@pytest.fixture
def served() -> Iterator[Served]:
    """A running sandbox with the sample data."""
    with open_sandbox() as sandbox:
        served = Served(sandbox)
        try:
            yield served
        finally:
            served.stop()


@pytest.fixture
def board(served: Served, home: Path) -> Iterator[Terminal]:
    """Hookboard at 80×24 with that sandbox, after its list was read."""
    with Terminal(
        [HOOKBOARD], env=environment(home, **served.told.variables), size=(80, 24)
    ) as terminal:
        terminal.wait_for("12 instances")
        yield terminal
