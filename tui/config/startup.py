"""The few settings that the first picture needs, read with the standard library alone.

The whole file is checked after the first picture. Here a file with mistakes gives the defaults;
:mod:`tui.config.resolve` reports the mistakes later.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from tui.config.unchecked import read_unchecked


@dataclass(frozen=True)
class StartupSettings:
    """The settings that the first picture needs, not checked."""

    theme: str | None = None
    """Name of a theme."""
    mouse: bool = True
    keys: dict[str, str] = field(default_factory=dict)
    """Keys by command id, as in ``[keys]``."""


def read_startup_settings(path: Path) -> StartupSettings:
    """Read the settings from the file at ``path``; never raises for its content."""
    raw = read_unchecked(path)
    theme, mouse, keys = raw.get("theme"), raw.get("mouse"), raw.get("keys")
    return StartupSettings(
        theme=theme if isinstance(theme, str) else None,
        mouse=mouse if isinstance(mouse, bool) else True,
        keys={name: key for name, key in keys.items() if isinstance(key, str)}
        if isinstance(keys, dict)
        else {},
    )
