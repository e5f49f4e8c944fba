"""Fingerprints of the kinds of server: the shapes of their answers, not their addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tui.model.server_kind import ServerKind

_SLUG = re.compile("[a-z]+(-[a-z]+)*")


def is_codechat_v2(status: int, body: Any) -> bool:
    """Whether an answer is that of v2's search for instances [client], or its refusal [doc]."""
    if status < 300:
        return isinstance(body, Mapping) and ("BusinessPage" in body or "records" in body)
    match body:
        case {"statusCode": int(), "error": str(error)} if (
            error != error.lower()
        ):  # Go's are lower-case
            no_such_address = status == 404 and "Cannot POST" in str(body.get("message"))
            return status in (400, 401, 403, 404) and not no_such_address
    return False


def of_list(status: int, body: Any) -> ServerKind | None:
    """Return the kind by its list of instances, or by its error in place of one."""
    match body:
        case [{"status": _, "connectionStatus": _, "Auth": _}, *_]:
            return "codechat-go"  # recorded: both states
        case [{"connectionStatus": _, "Auth": _}, *_]:
            return "codechat-v1"  # recorded
        case [{"connectionStatus": _, "integration": _}, *_]:
            return "evolution-v2"  # recorded
    return _of_refusal(status, body)


def of_find(status: int, body: Any) -> ServerKind | None:
    """Return the kind by its answer for an instance that does not exist."""
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
