"""The kinds of server that Hookboard has adapters for."""

from __future__ import annotations

from typing import Final, Literal, get_args

ServerKind = Literal["codechat-v2", "codechat-v1", "codechat-go", "evolution-v2"]
"""The API that a server speaks."""

AUTO: Final = "auto"
"""Asks Hookboard to find out which kind answers."""

Api = ServerKind | Literal["auto"]
"""A value of a profile's ``api``."""

KINDS: tuple[ServerKind, ...] = get_args(ServerKind)
APIS: tuple[Api, ...] = (AUTO, *KINDS)

_TITLES: dict[Api, str] = {
    "codechat-v2": "CodeChat v2",
    "codechat-v1": "CodeChat v1",
    "codechat-go": "CodeChat Go",
    "evolution-v2": "Evolution v2",
    AUTO: AUTO,
}


def title(kind: Api) -> str:
    """Return a kind's name for people."""
    return _TITLES[kind]


def needs_business(kind: Api) -> bool:
    """Tell whether such a server lists its instances by business."""
    return kind == "codechat-v2"
