"""What the configuration file names, for a shell that completes words: never an error."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tui.config.unchecked import read_unchecked
from tui.model.address import AddressError, normalise


class ConfigNames:
    """The names in a configuration file, and the server that a command would be for."""

    def __init__(self, path: Path) -> None:
        self._raw = read_unchecked(path)

    @property
    def profiles(self) -> list[str]:
        """The names of the profiles."""
        return list(self._table("profiles"))

    @property
    def presets(self) -> list[str]:
        """The names of the file's own presets."""
        return list(self._table("presets"))

    def server(self, url: str | None, profile: str | None) -> str | None:
        """Return the address of a server, given by itself or by a profile's name.

        Without either it is that of the default profile, or of the only one; ``None`` where there
        is no telling.
        """
        return _address(url or self._profile(profile).get("url"))

    def _profile(self, name: str | None) -> Mapping[str, Any]:
        profiles = self._table("profiles")
        default = self._raw.get("default")
        only = next(iter(profiles)) if len(profiles) == 1 else None
        found = profiles.get(name or default or only)
        return found if isinstance(found, dict) else {}

    def _table(self, name: str) -> Mapping[Any, Any]:
        found = self._raw.get(name)
        return found if isinstance(found, dict) else {}


def _address(url: object) -> str | None:
    try:
        return normalise(url) if isinstance(url, str) else None
    except AddressError:
        return None
