"""``Retry-After``, and keys that a server sends twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.api.faulty_server import faulty, saying
from tui.api.errors import ApiError, BadAnswer, ServerFailed
from tui.api.http.auth import Credential
from tui.api.http.client import Http
from tui.api.http.request import Request
from tui.api.http.retry import retry_after
from tui.api.http.timeouts import Timeouts
from tui.model.secret import Secret

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
READ = Request("GET", ("webhook",), Credential(Secret("t0k3n"), "the token", "the test"))


@pytest.mark.parametrize(
    "header, seconds",
    [
        ("90", 90.0),
        (" 0 ", 0.0),
        (format_datetime(NOW + timedelta(hours=2), usegmt=True), 7200.0),
        (format_datetime(NOW - timedelta(hours=2), usegmt=True), None),
        ("Mon, 15 Jun 2026 13:00:00", 3600.0),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("²", None),
        ("Wed, 21 Oct 2015 07:28:00 +99999999999999", None),
        ("Mon, 01 Jan 99999 00:00:00 GMT", None),
    ],
)
def test_retry_after_is_read(header: str, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds


@given(st.text() | st.integers().map(str) | st.datetimes().map(format_datetime))
def test_any_retry_after_is_read_without_an_error(header: str) -> None:
    seconds = retry_after(header, NOW)
    assert seconds is None or seconds >= 0


async def _error(header: str) -> tuple[ApiError, int]:
    async with faulty(saying("503 Busy", b"", f"retry-after: {header}")) as server:
        http = Http(server.url, "shop", timeouts=Timeouts(retry_wait=0.01, retry_total=0.05))
        with pytest.raises(ServerFailed) as caught:
            await http.send(READ)
        await http.close()
        return caught.value, len(server.requests)


async def test_a_long_retry_after_ends_the_retries() -> None:
    error, requests = await _error("7200")
    assert (error.to_do, requests) == ("It asks to wait 2 h; then try again.", 1)


async def test_a_meaningless_retry_after_is_ignored() -> None:
    _, requests = await _error("Wed, 21 Oct 2015 07:28:00 +99999999999999")
    assert requests == 3


@pytest.mark.parametrize("twice", ['{"a": 1, "a": 2}', '[{"b": {"a": 1, "a": [1]}}]'])
async def test_a_key_with_two_values_is_an_error(twice: str) -> None:
    async with faulty(saying("200 OK", twice.encode())) as server:
        http = Http(server.url, "shop")
        with pytest.raises(BadAnswer, match="two values for “a”"):
            await http.send(READ)
        await http.close()


async def test_a_duplicate_key_with_one_value_is_read() -> None:
    async with faulty(saying("200 OK", b'{"a": [1], "a": [1]}')) as server:
        http = Http(server.url, "shop")
        assert (await http.send(READ)).body == {"a": [1]}
        await http.close()
