"""Fixtures of the commands' tests: a sandbox of each kind on a socket, and an empty home."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.cli.support import Server
from tests.front import Front
from tui.model.server_kind import KINDS
from tui.sandbox.kinds import open_kind

Answering = Callable[[Request], Response | None]


class _Gate:
    """Stands before a sandbox: notes requests, and answers some in its place."""

    def __init__(self, app: ASGIApp, server: Server) -> None:
        self._app = app
        self._server = server

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        self._server.requests.append(f"{request.method} {request.url.path}")
        while self._server.is_held(request):  # noqa: ASYNC110 - a test decides, in its own thread
            await asyncio.sleep(0.01)
        if answer := self._server.answer(request):
            await answer(scope, receive, send)
            return

        async def answered(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._server.answered(request)
            await send(message)

        await self._app(scope, receive, answered)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home for configuration, journal and whatever else a command keeps."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.delenv(f"XDG_{name}_HOME", raising=False)
    for name in ("URL", "BUSINESS", "API", "PROFILE", "READ_ONLY", "TOKEN"):
        monkeypatch.delenv(f"HOOKBOARD_{name}", raising=False)
    monkeypatch.setenv("HOOKBOARD_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setenv("NO_PROXY", "*")
    return tmp_path


def _serve(
    kind: str, front: Front, monkeypatch: pytest.MonkeyPatch, instances: int = 5
) -> Iterator[Server]:
    with open_kind(kind, instances=instances, page_size=max(2, instances // 4)) as sandbox:
        server = Server(sandbox, front.url)
        sandbox.app.add_middleware(_Gate, server=server)
        front.sandbox = sandbox
        for name, value in server.variables.items():
            monkeypatch.setenv(name, value)
        yield server
        server.is_held = lambda _request: False


@pytest.fixture(params=KINDS)
def any_server(
    request: pytest.FixtureRequest, front: Front, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Server]:
    """A server of each kind, of which the environment tells."""
    yield from _serve(request.param, front, monkeypatch)


@pytest.fixture
def large_server(front: Front, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A CodeChat v2 server with 40 instances, of which the environment tells."""
    yield from _serve("codechat-v2", front, monkeypatch, instances=40)


@pytest.fixture
def server(front: Front, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A CodeChat v2 server, of which the environment tells; its list has pages of two."""
    yield from _serve("codechat-v2", front, monkeypatch)


@pytest.fixture
def evolution(front: Front, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """An Evolution v2 server, of which the environment tells."""
    yield from _serve("evolution-v2", front, monkeypatch)
