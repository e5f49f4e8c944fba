"""The Go sandbox answers like the recorded public server, exchange by exchange.

The exchanges are made in their order against one sandbox, at the time they were recorded.
Statuses and bodies are the same to the letter and in the same order, except for moments, tokens
and made-up names, which are of a kind.
"""

from __future__ import annotations

import asyncio
import json
import re
from datetime import UTC, datetime
from typing import Any

import httpx
import jwt
import pytest

from tests.sandbox.recorded import Asked, at_target, recorded
from tui.sandbox.codechat_go.server import CodeChatGo, open_codechat_go

KEY = "go-global-token-for-tests"
NOW = datetime(2026, 11, 27, 13, 20, 24, 900001, UTC)
DOWN = range(145, 150)
"""The exchanges made while the database was down."""
WELL_SIGNED = (104, 105, 106, 107, 114)
"""The exchanges with a token signed with the server's own key."""
SENT = {
    93: b'\xef\xbb\xbf{"url":"http://a.b/c"}',
    94: b'{"url":"http://a.b/1","url":"http://a.b/2"}',
    95: b'{"url":"http://a.b/\xff\xfe"}',
}
"""Bodies that the recording, which is JSON, cannot hold."""
NOT_USED = "an address that no webhook depends on"
LEFT_OUT = {29: NOT_USED, 30: NOT_USED, 31: NOT_USED, 135: NOT_USED, 138: NOT_USED, 139: NOT_USED}
VOLATILE = {
    "moment": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,5}[1-9]|\.[1-9])?Z"),
    "name": re.compile(r"(?<=instance-)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
}
TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")
EXCHANGES = recorded("codechat-go-2026-07-22")
ASKED = [number for number in EXCHANGES if number not in LEFT_OUT]


class Client:
    """Sends recorded requests to a sandbox, with its tokens in place of the recorded ones."""

    def __init__(self, sandbox: CodeChatGo) -> None:
        self.sandbox = sandbox
        self.tokens: dict[str, str] = {}
        """The sandbox's token by the recorded one."""

    def own(self, number: int, header: str) -> str:
        """Return a header with the sandbox's tokens; a wrong signature stays wrong."""
        if number in WELL_SIGNED and header.startswith("Bearer "):
            claims = jwt.decode(header.split()[-1], options={"verify_signature": False})
            # The same claims in another notation than the sandbox's give another token.
            key, payload = self.sandbox.documents.setting("key"), json.dumps(claims).encode()
            return f"Bearer {jwt.PyJWS().encode(payload, key, algorithm='HS256')}"
        for theirs, ours in self.tokens.items():
            header = header.replace(theirs, ours)
        return header

    async def ask(self, number: int) -> Asked:
        exchange = EXCHANGES[number]
        request = exchange.request
        app = at_target(self.sandbox.app, request["path"])
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
            answer = await client.request(
                request["method"],
                "http://sandbox" + request["path"],
                headers={
                    name: self.own(number, value)
                    for name, value in request["headers"].items()
                    if name != "Content-Length"
                },
                content=content_of(number),
            )
        if request["path"] == "/instance/create" and answer.status_code == 201:
            theirs = exchange.response["body"]["Auth"]["token"]
            self.tokens[theirs] = answer.json()["Auth"]["token"]
        return Asked(answer.status_code, answer.headers.get("content-type"), answer.text)


def content_of(number: int) -> str | bytes | None:
    request = EXCHANGES[number].request
    if number in SENT:
        return SENT[number]
    if "body" not in request or isinstance(request["body"], str):
        return request.get("body")
    return json.dumps(request["body"])


async def replay() -> dict[int, Asked]:
    answers = {}
    with open_codechat_go(instances=0, token=KEY, now=lambda: NOW) as sandbox:
        client = Client(sandbox)
        for number in ASKED:
            sandbox.database_down = number in DOWN
            answers[number] = await client.ask(number)
    return answers


@pytest.fixture(scope="module")
def answers() -> dict[int, Asked]:
    return asyncio.run(replay())


def without_volatile(text: str) -> str:
    """Return a body with placeholders for moments, tokens and generated names."""

    def kind(token: re.Match[str]) -> str:
        claims = jwt.decode(token[0], options={"verify_signature": False})
        named = re.sub(VOLATILE["name"], "name", claims["instanceName"])
        return f"token {sorted(claims)} {named}"

    text = TOKEN.sub(kind, text)
    for name, look in VOLATILE.items():
        text = look.sub(name, text)
    return text


def as_before(number: int, body: Any) -> Any:
    """Return a list as it was before an attempt to connect an instance."""
    if number == 140:
        for instance in body:
            instance["connectionStatus"] = "offline"
    return body


@pytest.mark.parametrize("number", ASKED, ids=lambda number: EXCHANGES[number].name)
def test_the_sandbox_answers_as_recorded(answers: dict[int, Asked], number: int) -> None:
    recorded, answer = EXCHANGES[number].response, answers[number]
    assert answer.status == recorded["status"]
    assert answer.content_type == recorded["headers"].get("Content-Type")
    body = as_before(number, recorded["body"])
    if body == "":
        assert answer.text == ""
    else:
        told = json.dumps(json.loads(answer.text), ensure_ascii=False)
        assert without_volatile(told) == without_volatile(json.dumps(body, ensure_ascii=False))


@pytest.mark.parametrize("number", SENT)
def test_content_missing_in_a_recording_has_the_recorded_length(number: int) -> None:
    length = EXCHANGES[number].request["headers"]["Content-Length"]
    assert len(SENT[number]) == int(length)


def test_few_exchanges_are_left_out() -> None:
    assert LEFT_OUT.keys() <= EXCHANGES.keys()
    assert len(EXCHANGES) == 150
    assert len(LEFT_OUT) / len(EXCHANGES) < 0.05
