"""The configuration file as it is, for what cannot wait until it is checked; cheap to import."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def read_unchecked(path: Path) -> dict[str, Any]:
    """Return what the file at ``path`` says, or nothing where that cannot be read."""
    try:
        if not path.is_file():  # reading a pipe would wait
            return {}
        with path.open("rb") as file:
            import tomllib  # 2 ms that a start without a file saves

            return tomllib.loads(file.read().decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return {}
