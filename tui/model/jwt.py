"""Claims of a token, read to explain why a server refused it.

They are never trusted: verifying the signature is the server's business.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from binascii import Error
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tui.i18n import _
from tui.model.secret import Secret
from tui.model.text import clean
from tui.model.time import span

_OF_INSTANCE = ("instanceId", "instanceName", "instance", "instance_id")
"""Claims that name an instance, as seen in tokens of these kinds of server."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The owner of the token that a request needs: an instance, or the profile."""

    instance: str = ""
    """The instance's name for people; empty where the profile's token is needed."""
    names: Collection[str] = ()
    """Names that a claim may give the instance: its id and its name."""
    is_jwt: bool = True
    """The instance's token is a JWT; the profile's need not be one."""
    profile_token: str = field(default_factory=lambda: _("the business token"))
    """The profile's token in words."""


def diagnose(token: Secret, wanted: Wanted, now: datetime) -> str | None:
    """Say why a server may have refused ``token``; ``None`` when its claims show no reason."""
    claims = read_claims(token)
    if claims is None:
        return _("it is not a JWT") if wanted.instance and wanted.is_jwt else None
    ended, issued = _time(claims.get("exp")), _time(claims.get("iat"))
    # CodeChat v1 hands out tokens that end as they begin, and accepts them (recorded).
    if ended and ended != issued and ended <= now:
        return _("it expired {time} ago").format(time=span(now - ended))
    if (begins := _time(claims.get("nbf"))) and begins > now:
        return _("it is not valid for another {time}").format(time=span(begins - now))
    named = [claims[claim] for claim in _OF_INSTANCE if isinstance(claims.get(claim), str)]
    if named and not wanted.instance:
        return _("it is the token of an instance ({instance}), not {token}").format(
            instance=clean(named[0], 60), token=wanted.profile_token
        )
    # The names of a listed instance were cleaned, those in the token were not.
    if named and not set(map(clean, named)) & set(map(clean, wanted.names)):
        return _("it belongs to another instance ({instance})").format(instance=clean(named[0], 60))
    return None


def read_claims(token: Secret) -> Mapping[str, Any] | None:
    """Return the claims of a JWT; ``None`` where the token is not a JWT."""
    parts = token.reveal().split(".")
    if len(parts) != 3:
        return None
    try:
        claims = json.loads(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (Error, ValueError, RecursionError):
        return None
    return claims if isinstance(claims, dict) else None


def _time(claim: object) -> datetime | None:
    if isinstance(claim, bool) or not isinstance(claim, int | float):
        return None
    try:
        return datetime.fromtimestamp(claim, UTC)
    except (OverflowError, OSError, ValueError):
        return None
