"""What can go wrong between here and a server, in words a person can act on.

Every error is one line of what happened, one of what to do, and the server's own words.
None carries a token, a header or a request body.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tui.model.sentence import Wording


@dataclass(frozen=True, slots=True)
class Sent:
    """Which request an error belongs to."""

    method: str
    url: str
    status: int | None = None


class ApiError(Exception):
    """A request that did not give what was asked for."""

    def __init__(
        self, what: str, to_do: Wording, *, said: tuple[str, ...] = (), sent: Sent | None = None
    ) -> None:
        super().__init__(what)
        self.what = what
        self.to_do = to_do
        self.said = said
        """The server's own words, safe to show."""
        self.sent = sent

    @property
    def server_says(self) -> tuple[str, ...]:
        """The server's own words, each in a sentence."""
        return tuple(f"The server says: “{words}”" for words in self.said)

    @property
    def applied_unknown(self) -> bool:
        """Whether a write that ended so may have been carried out all the same.

        Whatever was answered leaves that open, a 401 or 404 too: servers write and then fail,
        and a proxy may answer for a server that has written.
        """
        return self.sent is not None and self.sent.status is not None


class Unreachable(ApiError):
    """No connection was made: nothing was sent."""


class NoAnswer(ApiError):
    """The request may have arrived; its answer did not."""

    @property
    def applied_unknown(self) -> bool:
        """Whether a write that ended so may have been carried out: it always may."""
        return True


class BadAnswer(ApiError):
    """An answer came that is not what the API promises: no JSON, or of another shape."""

    @property
    def applied_unknown(self) -> bool:
        """Whether a write that ended so may have been carried out: it may once it was sent."""
        return self.sent is not None


class ServerFailed(ApiError):
    """The server answered 5xx."""


class AsksToWait(ApiError):
    """The server takes no more requests for now."""

    retry_after: float | None = None
    """The seconds it asks to be left alone, where it says so."""


class TryLater(AsksToWait):
    """The server answered 429: too many requests."""


class Unavailable(ServerFailed, AsksToWait):
    """The server answered 503: it is not available for now, or a proxy takes no more for it."""


class NotFound(ApiError):
    """The server answered 404 or 410."""


class Unauthorised(ApiError):
    """The server answered 401 or 403, or there was no token to send."""


class Challenged(ApiError):
    """A service in front of the server answered in its place, with a page for browsers."""


class NotAddressable(ApiError):
    """The server opens no address that has the instance's name in it, whatever the token."""


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
        """What the server would accept, by the path of the value that it did not."""
        self.fields = fields
        """The server's words by field or flag: ``name url enabled headers`` or a wire name."""
        self.unexpected = unexpected
        """The properties the server said it does not take."""


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
        """Those that it does not accept, by wire name."""


class ReadOnly(ApiError):
    """A write was asked for while nothing may be written; it was not sent."""


class FlagsNotKept(ApiError):
    """What a server forgets with a write could not be kept on this side; it was not sent."""
