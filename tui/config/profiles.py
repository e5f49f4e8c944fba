"""The settings: profiles, presets, and those of the program. Plain values, already checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from tui.i18n import _
from tui.model import address
from tui.model.server_kind import AUTO, Api
from tui.model.text import clean
from tui.model.timeout import TIMEOUT

NAME_LENGTH = 64
"""The most characters in the name of a profile."""

AT_ONCE = 8
"""Requests at the same time, unless a profile says otherwise."""

IN_CLEAR = _("is http: others on the network could read the token")
"""The problem of an address where :attr:`Profile.goes_in_clear`."""


@dataclass(frozen=True)
class Profile:
    """A server and how to reach it, as saved under ``[profiles.NAME]``. Never holds a token."""

    url: str
    """Absolute, http or https, normalised; its path begins the path of every request."""
    business: str = ""
    """Id of the business that owns the instances; empty where unknown or not needed."""
    api: Api = AUTO
    at_once: int = AT_ONCE
    """Requests at the same time, where each instance is asked for its webhook."""
    timeout: int = TIMEOUT
    """Seconds without a byte after which a request fails; four times that for a list."""
    token_command: str | list[str] | None = None
    """Prints the token on its first line; run without a shell."""
    read_only: bool = False
    insecure_http: bool = False
    """Allows http to another machine, where others on the network can read the token."""
    production: bool = False
    """Marks a server where every save is confirmed first."""
    given: frozenset[str] = field(default=frozenset(), compare=False, repr=False)
    """The settings that were given; the others have their defaults."""

    @property
    def goes_in_clear(self) -> bool:
        """Whether others on the network could read the token; the profile is then not used."""
        return address.sends_in_clear(self.url) and not self.insecure_http

    def values(self) -> dict[str, Any]:
        """Return all settings by name, as the file has them."""
        return {name: value for name, value in vars(self).items() if name != "given"}


@dataclass(frozen=True)
class PresetTable:
    """A named choice of flags, as saved under ``[presets.NAME]``."""

    on: list[str] = field(default_factory=list)
    """Flags to turn on, by wire name; those of several kinds of server may stand together."""
    off: list[str] = field(default_factory=list)
    rest: Literal["keep", "on", "off"] = "keep"
    """What becomes of the flags that are not named."""


@dataclass(frozen=True)
class Settings:
    """The settings of the file, with flags and environment on top."""

    default: str | None = None
    """Name of the profile to use when none is given."""
    theme: str | None = None
    mouse: bool = True
    keys: dict[str, str] = field(default_factory=dict)
    """Keys by command id."""
    presets: dict[str, PresetTable] = field(default_factory=dict)
    profiles: dict[str, Profile] = field(default_factory=dict)


def table_name(path: tuple[str, ...]) -> str:
    """Return the header of a table as TOML writes it: ``[profiles."api.example.com"]``."""
    return f"[{dotted(path)}]"


def dotted(path: tuple[str, ...]) -> str:
    """Return a key as TOML writes it, parts quoted where they must be."""
    return ".".join(_key(part) for part in path)


def _key(part: str) -> str:
    plain = part.isascii() and part.replace("-", "").replace("_", "").isalnum()
    return part if plain else '"' + clean(part, NAME_LENGTH).replace('"', '\\"') + '"'
