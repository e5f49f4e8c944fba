"""One request and what came back, secrets masked where it is shown."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate

from tui.api.http.auth import BEARER, Header
from tui.api.http.masking import mask
from tui.model.secret import Secret

BODY = 16 * 1024
"""Bytes of a body kept: pages of a list are ten times that."""

DEEPEST = 20
"""Levels of a body that is laid out for reading: each line begins with as many blanks twice."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what became of it."""

    at: datetime
    method: str
    url: str
    status: int | None
    """``None`` when no answer came."""
    seconds: float
    sent_bytes: int
    received_bytes: int
    trouble: str = ""
    """Why no answer came, in words."""
    is_pending: bool = False
    """Whether its answer is still waited for."""
    attempt: int = 1
    """Which attempt of a request it was: reads are sent again where that may help."""
    sends_to: str = ""
    """Where a redirect wants to send us, fit to be shown."""
    request: bytes = field(default=b"", repr=False)
    answer: bytes = field(default=b"", repr=False)
    token: Secret | None = field(default=None, repr=False)
    header: Header = BEARER
    """How the token was sent."""

    @property
    def request_text(self) -> str:
        """The request's body, secrets masked."""
        return self._text(self.request, self.sent_bytes)

    @property
    def answer_text(self) -> str:
        """The answer's body, secrets masked."""
        return self._text(self.answer, self.received_bytes)

    def _text(self, body: bytes, size: int) -> str:
        text = body.decode(json.detect_encoding(body), "replace")
        if size <= len(body) and _depth(text) <= DEEPEST:
            with suppress(ValueError, RecursionError):
                text = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
        masked = mask(text, *((self.token,) if self.token else ()))
        return masked if size <= len(body) else f"{masked}\n… {size:,} bytes in all"


def _depth(text: str) -> int:
    """Return how deep JSON is nested, or more: brackets in its strings count too."""
    steps = ((one in "[{") - (one in "]}") for one in text)
    return max(accumulate(steps), default=0)
