"""What the command line said, for :mod:`tui.config.load`; importing it costs nothing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Overrides:
    """What the flags said; ``None`` and ``False`` stand for a flag that was not given."""

    profile: str | None = None
    url: str | None = None
    business: str | None = None
    token_file: str | None = None
    read_only: bool = False
    no_mouse: bool = False
    theme: str | None = None
