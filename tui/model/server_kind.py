"""The kinds of server there are adapters for."""

from __future__ import annotations

_TITLES = {
    "codechat-v2": "CodeChat v2",
    "codechat-v1": "CodeChat v1",
    "codechat-go": "CodeChat Go",
    "evolution-v2": "Evolution v2",
}

KINDS = tuple(_TITLES)
"""What a profile's ``api`` may name, besides :data:`AUTO`."""

AUTO = "auto"
"""Stands for: find out which kind answers."""


def title(kind: str) -> str:
    """Return a kind's name for people."""
    return _TITLES.get(kind, kind)


def needs_business(kind: str) -> bool:
    """Whether the instances of such a server are listed by business."""
    return kind == "codechat-v2"
