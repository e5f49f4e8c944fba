"""Detection of the kind of server: at most three requests, all of them reads."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.api.faulty_server import Talk, faulty, raw, saying, stall, unused_url
from tests.api.single_webhook_support import listed
from tests.front import Front
from tests.support import in_words
from tui.api.connection import connect
from tui.api.errors import (
    ApiError,
    BadAnswer,
    NoAnswer,
    ServerFailed,
    TryLater,
    Unauthorised,
    Unreachable,
)
from tui.api.http.timeouts import TIMEOUTS
from tui.core.session import Session
from tui.model.capabilities import ANY_SERVER
from tui.model.secret import Secret
from tui.model.server_kind import AUTO, KINDS, ServerKind
from tui.sandbox.kinds import open_kind
from tui.storage.server_memory import ServerMemory

OF_THE_PROFILE = {
    "codechat-v1": "the global key",
    "codechat-go": "the global token",
    "evolution-v2": "the API key",
}
SINGLES = [kind for kind in KINDS if kind != "codechat-v2"]
PATIENT = replace(TIMEOUTS, retry_total=0.05, retry_wait=0.02)
QUICK = replace(PATIENT, connect=0.2, read=0.05, total=0.2)
"""Timeouts where no request is to be answered."""


@dataclass
class Watched:
    """A server inside the process that notes its requests."""

    app: ASGIApp
    prefix: str = ""
    asked: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, as a proxy that serves the app under a prefix."""
        path = scope["raw_path"].decode()
        self.asked.append(f"{scope['method']} {path}")
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        sent = headers.get("apikey") or headers["authorization"]
        self.keys.append(sent.removeprefix("Bearer "))
        if not path.startswith(self.prefix):
            return await Response("not here", 404)(scope, receive, send)
        path = path.removeprefix(self.prefix)
        await self.app({**scope, "path": path, "raw_path": path.encode()}, receive, send)


@dataclass
class Asked:
    """The result of a detection, and the requests it took."""

    session: Session
    watched: Watched
    found: list[ServerKind]
    error: ApiError | None = None


async def ask(app: ASGIApp, token: str, *, business: str = "", prefix: str = "") -> Asked:
    """Read the list of the server ``app``, and return the result."""
    watched, found = Watched(app, prefix), list[ServerKind]()
    connection = connect(
        "http://server.test" + prefix,
        kind=AUTO,
        business=business,
        profile="test",
        token=Secret(token),
        token_source="the test",
        in_process=watched,
        timeouts=PATIENT,
        memory=ServerMemory(None, "http://server.test" + prefix),
    )
    session = Session(connection, "test", on_found=found.append)
    asked = Asked(session, watched, found)
    try:
        assert session.kind == AUTO
        await listed(session)
    except ApiError as error:
        asked.error = error
    return asked


def reads_only(asked: list[str], business: str = "") -> bool:
    search = f"POST /api/v2/business/{business}/instance/search"
    return all(one.startswith("GET ") or one.endswith(search[5:]) for one in asked)


@pytest.mark.parametrize("business", ["", "b1"])
@pytest.mark.parametrize("instances", [0, 3])
@pytest.mark.parametrize("kind", SINGLES)
async def test_the_kind_is_detected_by_the_list(kind: str, instances: int, business: str) -> None:
    with open_kind(kind, instances=instances) as sandbox:
        asked = await ask(sandbox.app, sandbox.token, business=business)
        assert asked.error is None
        assert (asked.session.kind, asked.found) == (kind, [kind])
        assert len(await listed(asked.session)) == instances
        assert asked.found == [kind]
    assert reads_only(asked.watched.asked, "b1")
    detecting = len(asked.watched.asked) - 2  # without the list, which the test reads twice
    assert detecting <= 3


@pytest.mark.parametrize("kind", SINGLES)
async def test_the_list_that_shows_the_kind_is_not_read_again(kind: str) -> None:
    with open_kind(kind) as sandbox:
        asked = await ask(sandbox.app, sandbox.token)
    assert asked.watched.asked == ["GET /instance/fetchInstances"]


@pytest.mark.parametrize("business", ["", "b1"])
@pytest.mark.parametrize("kind", SINGLES)
async def test_the_kind_is_detected_with_a_wrong_token_too(kind: str, business: str) -> None:
    with open_kind(kind) as sandbox:
        asked = await ask(sandbox.app, "wrong-key", business=business)
        assert isinstance(asked.error, Unauthorised)
        assert OF_THE_PROFILE[kind] in asked.error.what
        assert (asked.session.kind, asked.found) == (AUTO, [])
        assert len(asked.watched.asked) <= 3
        asked.watched.keys.clear()
        asked.session.use_token(Secret(sandbox.token), "typed")
        assert len(await listed(asked.session)) == 12
        assert set(asked.watched.keys) == {sandbox.token}
        assert asked.found == [kind]


@pytest.mark.parametrize("business", ["", "b1"])
@pytest.mark.parametrize("kind", SINGLES)
async def test_a_server_without_its_database_is_detected_too(kind: str, business: str) -> None:
    with open_kind(kind) as sandbox:
        sandbox.database_down = True  # type: ignore[attr-defined]
        asked = await ask(sandbox.app, sandbox.token, business=business)
        assert isinstance(asked.error, ServerFailed)
        assert "which server" not in asked.error.what
        assert (asked.session.kind, asked.found) == (AUTO, [])
        sandbox.database_down = False  # type: ignore[attr-defined]
        assert len(await listed(asked.session)) == 12
        assert asked.found == [kind]


@pytest.mark.parametrize("kind", SINGLES)
async def test_a_path_prefix_is_part_of_every_address(kind: str) -> None:
    with open_kind(kind) as sandbox:
        asked = await ask(sandbox.app, sandbox.token, prefix="/api-wa")
        assert asked.session.kind == kind
        instance = (await listed(asked.session))["loja-norte"]
        assert len(await asked.session.server.webhooks(instance)) == 1
        assert all(one.split()[1].startswith("/api-wa/") for one in asked.watched.asked)


@pytest.mark.parametrize("kind", KINDS)
async def test_the_kind_is_detected_over_the_network(kind: str, front: Front) -> None:
    with open_kind(kind) as sandbox:
        front.sandbox = sandbox
        connection = connect(
            front.url,
            kind=AUTO,
            business=sandbox.business_id,
            profile="test",
            token=Secret(sandbox.token),
            token_source="the test",
            memory=ServerMemory(None, front.url),
        )
        session = Session(connection, "test")
        assert len(await listed(session)) == 12
        assert session.kind == kind
        await session.close()


@pytest.mark.parametrize("token", ["", "wrong"])
async def test_v2_is_detected_by_the_search_of_its_business(token: str) -> None:
    with open_kind("codechat-v2") as sandbox:
        given = token or sandbox.token
        asked = await ask(sandbox.app, given, business=sandbox.business_id)
        search = f"POST /api/v2/business/{sandbox.business_id}/instance/search"
        assert set(asked.watched.asked) == {search}
        assert asked.found == ([] if token else ["codechat-v2"])
        assert isinstance(asked.error, Unauthorised) if token else asked.error is None
        assert token or asked.watched.asked == [search]


async def test_v2_without_its_business_is_unknown_and_the_error_names_the_business() -> None:
    with open_kind("codechat-v2") as sandbox:
        asked = await ask(sandbox.app, sandbox.token)
    assert isinstance(asked.error, BadAnswer)
    assert "business" in in_words(asked.error.to_do)
    assert asked.found == []
    assert len(asked.watched.asked) == 2


def answers(status: int, body: Any, kind: str = "application/json") -> ASGIApp:
    content = body if isinstance(body, str) else json.dumps(body)
    return Response(content, status, media_type=kind)


HTML = "<!doctype html><html><title>Welcome to nginx!</title></html>"
UNKNOWN_SERVERS: dict[str, ASGIApp] = {
    "a web page at every address": answers(200, HTML, "text/html"),
    "an empty 200": answers(200, "", "text/plain"),
    "a text": answers(200, "ok", "text/plain"),
    "a page not found": answers(404, HTML, "text/html"),
    "an API with objects": answers(200, {"data": []}),
    "an API with lists": answers(200, [{"id": 1, "title": "a todo"}]),
    "an API with an empty list": answers(200, []),
    "a router of Express": answers(404, {"status": 404, "error": "Not Found", "message": "no"}),
    "a router of Nest": answers(
        404, {"statusCode": 404, "error": "Not Found", "message": "Cannot POST /api/v2"}
    ),
    "a router in lower case": answers(404, {"statusCode": 404, "error": "not-found"}),
    "FastAPI": answers(404, {"detail": "Not Found"}),
    "a JSON text": answers(200, '"hello"'),
    "a key said twice": answers(200, '{"a": 1, "a": 2}'),
}


@pytest.mark.parametrize("business", ["", "b1"])
@pytest.mark.parametrize("app", UNKNOWN_SERVERS.values(), ids=UNKNOWN_SERVERS)
async def test_another_server_is_not_taken_for_a_known_kind(app: ASGIApp, business: str) -> None:
    asked = await ask(app, "the-token", business=business)
    assert isinstance(asked.error, BadAnswer)
    assert "like none of the servers" in asked.error.what
    assert (asked.session.kind, asked.found) == (AUTO, [])
    assert len(asked.watched.asked) == 2 + bool(business)
    assert reads_only(asked.watched.asked, "b1")


WANT_A_LOGIN: dict[str, ASGIApp] = {
    "in two words": answers(401, {"statusCode": 401, "error": "not logged in"}),
    "a framework": answers(
        401, {"timestamp": "t", "status": 401, "error": "Unauthorized", "path": "/instance"}
    ),
    "a gateway": answers(403, {"message": "Missing Authentication Token"}),
}


@pytest.mark.parametrize("business", ["", "b1"])
@pytest.mark.parametrize("app", WANT_A_LOGIN.values(), ids=WANT_A_LOGIN)
async def test_another_server_that_wants_a_login_is_quoted(app: ASGIApp, business: str) -> None:
    asked = await ask(app, "the-token", business=business)
    assert isinstance(asked.error, Unauthorised)
    assert asked.error.said
    assert (asked.session.kind, asked.found) == (AUTO, [])
    assert len(asked.watched.asked) == 2 + bool(business)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_a_proxy_without_its_server_gets_three_requests_at_most(status: int) -> None:
    asked = await ask(answers(status, HTML, "text/html"), "the-token", business="b1")
    assert len(asked.watched.asked) == 3
    assert isinstance(asked.error, TryLater if status == 429 else ServerFailed)
    assert asked.error.sent is not None
    assert asked.error.sent.status == status
    assert asked.found == []


@pytest.mark.parametrize(
    "status, error", [(500, ServerFailed), (503, ServerFailed), (429, TryLater)]
)
async def test_a_server_error_is_reported_rather_than_an_unknown_kind(
    status: int, error: type[ApiError]
) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        here = scope["path"].endswith("/instance/search")
        body = {"statusCode": status, "message": "no"} if here else {"detail": "Not Found"}
        await JSONResponse(body, status if here else 404)(scope, receive, send)

    asked = await ask(app, "the-token", business="b1")
    assert isinstance(asked.error, error)
    assert asked.error.sent is not None
    assert (asked.error.sent.method, asked.error.sent.status) == ("POST", status)


async def test_a_redirect_is_reported_and_not_followed() -> None:
    moved = Response(status_code=301, headers={"location": "https://elsewhere.example/"})
    asked = await ask(moved, "the-token")
    assert isinstance(asked.error, BadAnswer)
    assert "a redirect to https://elsewhere.example/" in asked.error.what
    assert len(asked.watched.asked) == 2


async def detect_at(url: str) -> ApiError:
    connection = connect(
        url,
        kind=AUTO,
        business="b1",
        profile="test",
        token=Secret("the-token"),
        token_source="the test",
        timeouts=QUICK,
        memory=ServerMemory(None, url),
    )
    session = Session(connection, "test")
    with pytest.raises(ApiError) as caught:
        await listed(session)
    await session.close()
    return caught.value


ODD_TALKS: dict[str, Talk] = {"stalls": stall, "no HTTP": raw(b"hello\r\n\r\n")}


@pytest.mark.parametrize("talk", ODD_TALKS.values(), ids=ODD_TALKS)
async def test_a_server_without_an_answer_gets_one_request(talk: Talk) -> None:
    async with faulty(talk) as server:
        assert isinstance(await detect_at(server.url), NoAnswer)
    assert len(server.requests) == 1


async def test_a_closed_port_is_reported() -> None:
    assert isinstance(await detect_at(unused_url()), Unreachable)


async def test_a_web_page_is_no_known_kind() -> None:
    async with faulty(saying("200 OK", HTML.encode(), "content-type: text/html")) as server:
        assert "like none" in (await detect_at(server.url)).what
    assert len(server.requests) == 3


async def test_a_server_that_comes_back_is_detected() -> None:
    down = [True]
    with open_kind("codechat-v1") as sandbox:

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            answering: ASGIApp = answers(502, HTML, "text/html") if down[0] else sandbox.app
            await answering(scope, receive, send)

        asked = await ask(app, sandbox.token)
        assert isinstance(asked.error, ServerFailed)
        down[0] = False
        assert len(await listed(asked.session)) == 12
    assert asked.found == ["codechat-v1"]


async def test_without_a_token_nothing_is_sent_and_a_later_one_is_used() -> None:
    with open_kind("evolution-v2") as sandbox:
        asked = await ask(sandbox.app, "")
        assert isinstance(asked.error, Unauthorised)
        assert asked.watched.asked == []
        asked.session.use_token(Secret(sandbox.token), "typed")
        assert "typed" in asked.session.credential_words()
        assert len(await listed(asked.session)) == 12
    assert set(asked.watched.keys) == {sandbox.token}


async def test_other_operations_send_nothing_before_the_kind_is_known() -> None:
    with open_kind("evolution-v2") as sandbox:
        asked = await ask(sandbox.app, "")
    assert asked.session.capabilities == ANY_SERVER
    with pytest.raises(BadAnswer, match="not known yet"):
        _ = asked.session.server
    assert asked.watched.asked == []
