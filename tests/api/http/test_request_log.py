"""The log of requests and answers, for the screen and the log file."""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.support import Wire
from tui.api.errors import ApiError
from tui.api.http.auth import Credential
from tui.api.http.client import Http
from tui.api.http.exchange import BODY, Exchange
from tui.api.http.request import Request
from tui.api.http.request_log import KEPT, RequestLog
from tui.model.secret import MASK, Secret
from tui.sandbox.codechat_v2.server import Sandbox, open_sandbox

TOKEN = "t0ken-0f-the-bus1ness"


def exchange(request: bytes = b"", answer: bytes = b"", **more: Any) -> Exchange:
    given: dict[str, Any] = {
        "at": datetime(2026, 6, 15, tzinfo=UTC),
        "method": "PUT",
        "url": "https://api.example/w1",
        "status": 201,
        "seconds": 0.0123,
        "sent_bytes": len(request),
        "received_bytes": len(answer),
        "request": request[:BODY],
        "answer": answer[:BODY],
        "token": Secret(TOKEN),
    }
    return Exchange(**given | more)


def test_bodies_are_indented_and_masked() -> None:
    body = json.dumps({"url": "https://a", "headers": {"x": TOKEN}, "said": f"no {TOKEN}"})
    one = exchange(body.encode(), body.encode())
    for text in (one.request_text, one.answer_text):
        assert '  "url": "https://a",\n' in text
        assert TOKEN not in text
        assert f'"said": "no {MASK}"' in text


def test_a_token_in_json_escapes_is_masked() -> None:
    escaped = "".join(f"\\u{ord(each):04x}" for each in TOKEN)
    assert TOKEN not in exchange(answer=f'{{"said": "{escaped}"}}'.encode()).answer_text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_a_token_in_another_encoding_is_masked(encoding: str) -> None:
    for body in (f'{{"said": "{TOKEN}"}}', f'{{"said": "{TOKEN}'):
        text = exchange(answer=body.encode(encoding)).answer_text
        assert TOKEN not in text.replace("␀", "")
        assert "said" in text


def test_a_long_body_is_truncated_with_its_size_and_without_the_token() -> None:
    answer = b'{"said": "' + b"x" * (BODY - 10 - len(TOKEN) // 2) + TOKEN.encode() + b'"}'
    text = exchange(answer=answer).answer_text
    assert text.endswith(f"\n… {len(answer):,} bytes in all")
    assert TOKEN[: len(TOKEN) // 2] not in text


def test_a_deeply_nested_body_is_not_indented() -> None:
    body = b"[" * 900 + b"0," * 6_000 + b"0" + b"]" * 900
    assert exchange(answer=body).answer_text == body.decode()


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe\x00", b"\x1b[2J\x9b", b"[" * BODY, b"<html>", b'{"a": 1, "a": 2}']
)
def test_any_bytes_can_be_shown(body: bytes) -> None:
    text = exchange(answer=body).answer_text
    assert all(line.isprintable() for line in text.split("\n"))
    assert bool(text) is bool(body)


def test_the_oldest_exchanges_are_dropped() -> None:
    exchanges = RequestLog()
    for number in range(KEPT + 3):
        exchanges.add(exchange(sent_bytes=number))
    assert len(exchanges) == KEPT
    assert [one.sent_bytes for one in exchanges][:1] == [3]


def test_a_repr_shows_neither_bodies_nor_the_token() -> None:
    assert "body" not in repr(exchange(b'"body"', b'"body"'))
    assert TOKEN not in repr(exchange(TOKEN.encode(), TOKEN.encode()))


def test_the_log_has_a_line_for_each_request_and_bodies_at_debug(
    caplog: pytest.LogCaptureFixture,
) -> None:
    body = json.dumps({"name": "crm", "said": TOKEN}).encode()
    for level, bodies in ((logging.INFO, 0), (logging.DEBUG, 2)):
        caplog.clear()
        with caplog.at_level(level, "hookboard.requests"):
            RequestLog().add(exchange(body, body))
        first, *rest = (record.getMessage() for record in caplog.records)
        assert first == (
            f"PUT https://api.example/w1 -> 201 in 12 ms, {len(body)} bytes out, {len(body)} in"
        )
        assert len([one for one in rest if '"name": "crm"' in one]) == bodies
        assert TOKEN not in caplog.text


def test_a_missing_answer_is_logged_with_the_reason(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO, "hookboard.requests"):
        RequestLog().add(exchange(status=None, trouble="api.example did not answer in time"))
    assert "-> no answer" in caplog.text
    assert caplog.text.rstrip().endswith(": api.example did not answer in time")


async def sent(sandbox: Sandbox, token: str) -> tuple[Exchange, ...]:
    """Read a sandbox's instances, and return the logged exchanges."""
    http = Http("http://server.test", "test", transport=Wire(httpx.ASGITransport(sandbox.app)))
    path = ("api", "v2", "business", sandbox.business_id, "instance", "search")
    credential = Credential(Secret(token), "the business token", "the test")
    with suppress(ApiError):
        await http.send(Request("POST", path, credential, {"page": 1}, only_reads=True))
    await http.close()
    return tuple(http.request_log)


async def test_the_tokens_of_listed_instances_are_masked() -> None:
    with open_sandbox() as sandbox:
        (one,) = await sent(sandbox, sandbox.token)
        assert '"jwt": ' not in one.answer_text.replace(f'"jwt": {MASK}', "")
        assert "eyJ" not in one.answer_text
        assert one.received_bytes > len(one.answer)


async def test_a_refused_request_is_logged_too() -> None:
    with open_sandbox() as sandbox:
        (one,) = await sent(sandbox, TOKEN)
    assert one.status == 401
    assert one.method == "POST"
    assert '"page": 1' in one.request_text
