"""Errors between here and a server, in words that a person can act on.

Each error has a sentence of what happened, one of what to do, and the server's own words.
None carries a token, a header or a request body.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tui.i18n import _
from tui.model.sentence import Wording


@dataclass(frozen=True, slots=True)
class Sent:
    """The request that an error is about."""

    method: str
    url: str
    status: int | None = None
    """The status of the answer; ``None`` while there is none."""


class ApiError(Exception):
    """A request that failed."""

    def __init__(
        self, what: str, to_do: Wording, *, said: tuple[str, ...] = (), sent: Sent | None = None
    ) -> None:
        super().__init__(what)
        self.what = what
        """What happened, in a sentence or two."""
        self.to_do = to_do
        self.said = said
        """The server's own words, safe to show."""
        self.sent = sent

    @property
    def server_says(self) -> tuple[str, ...]:
        """The server's own words, each in a sentence."""
        return tuple(_("The server says: “{words}”").format(words=words) for words in self.said)

    @property
    def applied_unknown(self) -> bool:
        """Whether a write that failed so may have been carried out nevertheless.

        Any answer leaves that open, also a 401 or 404: servers write and then fail, and a proxy
        may answer for a server that has written.
        """
        return self.sent is not None and self.sent.status is not None


class Unreachable(ApiError):
    """No connection was made: nothing was sent."""


class NoAnswer(ApiError):
    """The request may have arrived; its answer did not."""

    @property
    def applied_unknown(self) -> bool:
        """Whether a write that failed so may have been carried out: always."""
        return True


class BadAnswer(ApiError):
    """The answer is not what the API promises: no JSON, or of another shape."""

    @property
    def applied_unknown(self) -> bool:
        """Whether a write that failed so may have been carried out: yes, once it was sent."""
        return self.sent is not None


class ServerFailed(ApiError):
    """The server answered 5xx."""


class AsksToWait(ApiError):
    """The server accepts no more requests for now."""

    retry_after: float | None = None
    """The seconds that the server asks to wait; ``None`` where it does not say."""


class TryLater(AsksToWait):
    """The server answered 429: too many requests."""


class Unavailable(ServerFailed, AsksToWait):
    """The server, or a proxy before it, answered 503: not available for now."""


class NotFound(ApiError):
    """The server answered 404 or 410."""


class Unauthorised(ApiError):
    """The server answered 401 or 403, or there was no token to send."""


class Challenged(ApiError):
    """A service in front of the server answered with a page that only a browser gets past."""


class NotAddressable(ApiError):
    """The server cannot open an instance of this name, whatever the token."""


class Refused(ApiError):
    """The server answered another 4xx, most often 400 with what is wrong."""

    def __init__(
        self,
        what: str,
        to_do: Wording,
        *,
        fields: Mapping[str, tuple[str, ...]],
        unexpected: tuple[str, ...] = (),
        choices: Mapping[str, tuple[str, ...]] | None = None,
        said: tuple[str, ...] = (),
        sent: Sent | None = None,
    ) -> None:
        super().__init__(what, to_do, said=said, sent=sent)
        self.choices = choices or {}
        """The values that the server accepts, by the path of the value that it refused."""
        self.fields = fields
        """The server's words by field or flag: ``name url enabled headers`` or a wire name."""
        self.unexpected = unexpected
        """The properties that the server said it does not accept."""


class FlagsRefused(Refused):
    """The server does not accept some of the flags that were sent."""

    def __init__(
        self,
        what: str,
        to_do: Wording,
        *,
        flags: tuple[str, ...],
        said: tuple[str, ...],
        because: Refused,
    ) -> None:
        super().__init__(what, to_do, fields=because.fields, said=said, sent=because.sent)
        self.flags = flags
        """The refused flags, by wire name."""


class ReadOnly(ApiError):
    """A write was asked for while the server is read-only; it was not sent."""


class FlagsNotKept(ApiError):
    """The flags that a write makes the server forget could not be kept here; it was not sent."""
