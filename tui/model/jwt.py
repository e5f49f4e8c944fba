"""What a token says about itself, read on this side and never trusted.

Nothing is verified here: the signature is the server's business. It only explains a refusal
that the server left without words.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from binascii import Error
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tui.model.secret import Secret
from tui.model.text import clean
from tui.model.time import span

_OF_INSTANCE = ("instanceId", "instanceName", "instance", "instance_id")
"""Claims that name an instance: seen in the tokens of the servers of this family."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose token would be right: that of an instance, by any of its names, or the profile's."""

    instance: str = ""
    """Its name for people; empty where the profile's token is wanted."""
    names: Collection[str] = ()
    """Everything a claim may call it: id and name."""
    is_jwt: bool = True
    """Whether an instance's token is one; the profile's need not be."""
    profile_token: str = "the business token"
    """What the profile's token is called where an instance's was given in its place."""


def diagnose(token: Secret, wanted: Wanted, now: datetime) -> str | None:
    """Say why a server may have refused ``token``, or ``None`` when nothing shows."""
    claims = read_claims(token)
    if claims is None:
        return "it is not a JWT" if wanted.instance and wanted.is_jwt else None
    ended, issued = _time(claims.get("exp")), _time(claims.get("iat"))
    # CodeChat v1 hands out tokens that end as they begin, and takes them all the same (recorded).
    if ended and ended != issued and ended <= now:
        return f"it expired {span(now - ended)} ago"
    if (begins := _time(claims.get("nbf"))) and begins > now:
        return f"it is not valid for another {span(begins - now)}"
    named = [claims[claim] for claim in _OF_INSTANCE if isinstance(claims.get(claim), str)]
    if named and not wanted.instance:
        return f"what was given for {wanted.profile_token} is an instance's ({clean(named[0], 60)})"
    # What was listed is known by its name as it is shown.
    if named and not set(map(clean, named)) & set(map(clean, wanted.names)):
        return f"it is of another instance ({clean(named[0], 60)})"
    return None


def read_claims(token: Secret) -> Mapping[str, Any] | None:
    """Return what a JWT claims, or ``None`` for what is none."""
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
