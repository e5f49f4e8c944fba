"""Finds the server to connect to, and its token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from tui.config.load import Config, load
from tui.config.overrides import Overrides
from tui.config.profiles import PresetTable, Profile
from tui.model.address import same_origin
from tui.model.secret import Secret
from tui.model.server_kind import AUTO
from tui.storage.blocking_calls import Waiting
from tui.storage.token_command import COMMAND_SECONDS
from tui.storage.tokens import TokenSources, find_token


@dataclass(frozen=True)
class ResolvedProfile:
    """A profile ready to connect with: flags and environment on top, its token found."""

    profile: str
    """Name of the profile; the host where an address was given without a profile."""
    settings: Profile
    """The profile, with flags and environment on top."""
    token: Secret | None
    """``None`` when no source has one: the user is then asked."""
    token_source: str
    """Where the token came from, in words, or why there is none."""
    config_path: Path
    presets: Mapping[str, PresetTable] = field(default_factory=dict)
    """The presets of the configuration, by name."""
    saved: bool = True
    """Whether the file has the profile with this server's address: the next start then finds
    the token that was stored for it."""
    keeps_kind: bool = False
    """Whether to write the kind that ``auto`` detects into the profile: only the file says which
    server it is, and that its kind is detected."""


def resolve(
    overrides: Overrides,
    env: Mapping[str, str],
    *,
    stdin: BinaryIO | None = None,
    command_seconds: float = COMMAND_SECONDS,
    waiting: Waiting | None = None,
) -> ResolvedProfile | None:
    """Return the server with its token, or ``None`` when nothing is configured.

    Blocks: it may run the profile's ``token_command`` (for at most ``command_seconds``), ask the
    keyring, and read ``stdin`` (by default the process's own) to its end. Call it once, in a
    thread. ``waiting`` shows what it waits for. Raises :class:`UserError`.
    """
    config = load(overrides, env)
    if config.profile is None:
        return None
    config.check()
    profile = config.settings.profiles[config.profile]
    sources = TokenSources(
        profile=config.profile,
        url=profile.url,
        token_file=overrides.token_file,
        command=profile.token_command,
        # A token stored for the profile's server must not go to the server of a flag or variable.
        saved_url=config.saved.url if config.saved else None,
    )
    found = find_token(sources, env, stdin=stdin, seconds=command_seconds, waiting=waiting)
    return ResolvedProfile(
        profile=config.profile,
        settings=profile,
        token=found.token,
        token_source=found.source,
        config_path=config.path,
        presets=config.settings.presets,
        saved=config.saved is not None and same_origin(config.saved.url, profile.url),
        keeps_kind=profile.api == AUTO and _from_file(config, "url") and _from_file(config, "api"),
    )


def _from_file(config: Config, key: str) -> bool:
    """Tell whether a setting of the profile in use comes from the file or is the default."""
    assert config.profile is not None
    return config.origin("profiles", config.profile, key) in ("file", "default")
