"""Which kind of server answers so: told by the shape of answers, never by the address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tui.model.server_kind import ServerKind

_SLUG = re.compile("[a-z]+(-[a-z]+)*")


def is_codechat_v2(status: int, body: Any) -> bool:
    """Whether that is what the search of instances says [client], or refuses with [doc]."""
    if status < 300:
        return isinstance(body, Mapping) and ("BusinessPage" in body or "records" in body)
    # The address is there: its refusals name what they refuse, and are not of a router.
    match body:
        case {"statusCode": int(), "error": str(error)} if error != error.lower():  # else Go's
            no_such_address = status == 404 and "Cannot POST" in str(body.get("message"))
            return status in (400, 401, 403, 404) and not no_such_address
    return False


def of_list(status: int, body: Any) -> ServerKind | None:
    """Return the kind by its list of instances, or by how it refuses or fails to give one."""
    match body:
        case [{"status": _, "connectionStatus": _, "Auth": _}, *_]:
            return "codechat-go"  # recorded: both states stand there
        case [{"connectionStatus": _, "Auth": _}, *_]:
            return "codechat-v1"  # recorded
        case [{"connectionStatus": _, "integration": _}, *_]:
            return "evolution-v2"  # recorded
    return _of_refusal(status, body)


def of_find(status: int, body: Any) -> ServerKind | None:
    """Return the kind by what it says of an instance that does not exist."""
    if status == 200 and (body is None or body == {"enabled": None, "url": ""}):
        return "codechat-v1"  # recorded
    return _of_refusal(status, body)


def _of_refusal(status: int, body: Any) -> ServerKind | None:
    if status < 400:
        return None
    match body:
        case {"status": int(), "error": str(), "response": {"message": _}}:
            return "evolution-v2"  # recorded
        case {"statusCode": 404, "error": "not-found", "messages": [*_]}:
            return "codechat-go"  # recorded
        case {"statusCode": int(), "error": str(error)} if status != 404 and _SLUG.fullmatch(error):
            return "codechat-go"  # recorded: "bad-request"; any router may answer 404 so
        case {"status": 401 | 403, "error": str()} if body.keys() <= {"status", "error", "message"}:
            return "codechat-v1"  # recorded; its 404s are those of any router
        case {"name": str(), "clientVersion": str()}:
            return "codechat-v1"  # recorded, with its database down
    return None
