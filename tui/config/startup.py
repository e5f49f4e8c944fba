"""The few settings the first picture needs, read with the standard library alone.

Checking the whole file takes pydantic, which is imported after the first picture is on the
screen. A file that cannot be read gives the defaults here; the full reading
(:mod:`tui.config.resolve`) then says what is wrong with it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Glance:
    """What the first picture depends on."""

    theme: str | None = None
    """Name of a theme, not checked: the interface knows which there are."""
    mouse: bool = True
    keys: dict[str, str] = field(default_factory=dict)
    """Keys by command id, as in ``[keys]``; not checked either."""


def glance(path: Path) -> Glance:
    """Read what the first picture needs from the file at ``path``; never raises for its content."""
    try:
        if not path.is_file():  # a pipe would be waited for
            return Glance()
        with path.open("rb") as file:
            import tomllib  # 2 ms, which a start without a file does not take

            raw = tomllib.loads(file.read().decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return Glance()
    theme, mouse, keys = raw.get("theme"), raw.get("mouse"), raw.get("keys")
    return Glance(
        theme=theme if isinstance(theme, str) else None,
        mouse=mouse if isinstance(mouse, bool) else True,
        keys={name: key for name, key in keys.items() if isinstance(key, str)}
        if isinstance(keys, dict)
        else {},
    )
