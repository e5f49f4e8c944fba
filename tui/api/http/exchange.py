"""One request and its answer, with secrets masked where they are shown."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from itertools import accumulate

from tui.api.http.auth import BEARER, Header
from tui.api.http.masking import mask
from tui.i18n import ngettext, number
from tui.model.secret import Secret

BODY = 16 * 1024
"""Bytes kept of a body; a page of a list can have ten times as many."""

_BRACKET = re.compile(r"[\[\]{}]")

DEEPEST = 20
"""Levels up to which a body is indented: each level adds two blanks to every line."""


class Purpose(Enum):
    """The purpose of a request: a list takes longer than one webhook."""

    LIST = auto()
    """To read a list, or a page of one."""
    READ = auto()
    WRITE = auto()


@dataclass(frozen=True, slots=True)
class Exchange:
    """One attempt of a request, and its outcome."""

    at: datetime
    method: str
    url: str
    status: int | None
    """``None`` when no answer came."""
    seconds: float
    sent_bytes: int
    received_bytes: int
    purpose: Purpose = Purpose.READ
    trouble: str = ""
    """Why no answer came, in words; empty where one did."""
    is_pending: bool = False
    """Whether the answer has not arrived yet."""
    attempt: int = 1
    """The number of the attempt: reads are retried."""
    sends_to: str = ""
    """The address of a redirect, safe to show."""
    request: bytes = field(default=b"", repr=False)
    answer: bytes = field(default=b"", repr=False)
    token: Secret | None = field(default=None, repr=False)
    secrets: tuple[Secret, ...] = field(default=(), repr=False)
    """What to mask in the bodies, besides what their keys show to be secret."""
    header: Header = BEARER
    """The header that the token was sent in."""

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
        masked = mask(text, *((self.token,) if self.token else ()), *self.secrets)
        if size <= len(body):
            return masked
        total = ngettext("… {count} byte in all", "… {count} bytes in all", size)
        return f"{masked}\n{total.format(count=number(size))}"


def _depth(text: str) -> int:
    """Return the depth of JSON, or more: brackets in its strings count too."""
    steps = (1 if one in "[{" else -1 for one in _BRACKET.findall(text))
    return max(accumulate(steps), default=0)
