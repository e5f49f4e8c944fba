"""Counting the requests that a piece of work sends, also while others send theirs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class RequestCount:
    """How many requests were sent by now."""

    def __init__(self) -> None:
        self.sent = 0


_COUNT: ContextVar[RequestCount | None] = ContextVar("request_count", default=None)


@contextmanager
def counting_requests() -> Iterator[RequestCount]:
    """Count the requests sent in the context, by this task and those that it starts."""
    count = RequestCount()
    before = _COUNT.set(count)
    try:
        yield count
    finally:
        _COUNT.reset(before)


def note_request() -> None:
    """Take note that a request was sent."""
    if count := _COUNT.get():
        count.sent += 1
