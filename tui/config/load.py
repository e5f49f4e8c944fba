"""Reads flags, environment and file into one configuration.

The order is declared once, in :func:`load`: flags beat the environment beats the file.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from pydantic import TypeAdapter, ValidationError

from tui.config import address
from tui.config.errors import ConfigError, reason
from tui.config.files import shown
from tui.config.overrides import Overrides
from tui.config.paths import config_file
from tui.config.profiles import NAME_LENGTH, Profile, Settings, dotted, in_words
from tui.model.kinds import AUTO
from tui.model.text import clean


@dataclass(frozen=True)
class Layer:
    """The settings one source gives, in the shape of the file, and what that source calls them."""

    values: dict[str, Any]
    names: Mapping[str, str]
    """Where a setting was said, by its last word: ``{"url": "--url"}``."""


@dataclass(frozen=True)
class Config:
    """The effective configuration and where each part of it came from."""

    path: Path
    settings: Settings
    profile: str | None
    """The profile in use; ``None`` when nothing is configured."""
    saved: Profile | None
    """That profile as the file has it, before flags and environment."""
    layers: tuple[Layer, ...]
    """Flags, environment, file: the first that has a setting decides it."""

    def origin(self, *key: str) -> str:
        """Return what set a value: ``--url``, ``HOOKBOARD_URL``, ``file`` or ``default``."""
        name = _name_of(self.layers, key)
        return "default" if name is None else name or "file"


def load(overrides: Overrides, env: Mapping[str, str]) -> Config:
    """Read the configuration; raises :class:`ConfigError` with all that is wrong in it.

    The file is checked by itself first, so that a mistake in it shows also when a flag would
    have covered it. An empty variable counts as not set.
    """
    path = config_file(env)
    env = {name: value for name, value in env.items() if value}
    file = Layer(read_toml(path), {})
    settings = _merged((file,), path)
    name = _chosen(overrides, env, settings, path)
    saved = settings.profiles.get(name) if name else None
    layers = (
        _flags(overrides, name),
        _environment(env, name),
        _elsewhere(overrides.url or env.get("HOOKBOARD_URL"), name, saved),
        file,
    )
    return Config(path, _merged(layers, path), name, saved, layers)


def read_toml(path: Path) -> dict[str, Any]:
    """Return what the TOML file at ``path`` says, nothing when there is none.

    Raises :class:`ConfigError` for a file that is there and cannot be read or is not TOML.
    """
    try:
        # /dev/null is the usual way to say: no configuration.
        if not path.exists():
            return {}
        if not path.is_file() and str(path) != os.devnull:
            raise ConfigError("is not a file", "Move it away.", subject=shown(path))
        with path.open("rb") as file:
            return tomllib.load(file)
    except tomllib.TOMLDecodeError as error:
        problem, hint = f"is not valid TOML: {clean(str(error))}", "Correct that line."
    except UnicodeDecodeError:
        problem, hint = "is not UTF-8 text", "Save it again as UTF-8."
    except RecursionError:
        problem, hint = "is nested too deeply", "Write it flat."
    except OSError as error:
        problem = f"could not be read: {reason(error)}"
        hint = "Check the path and who may read the file."
    raise ConfigError(problem, hint, subject=shown(path))


def check_settings(values: dict[str, Any], path: Path) -> Settings:
    """Return the settings that the content of a file stands for, or raise what is wrong with it."""
    return _merged((Layer(values, {}),), path)


def read_only_asked(overrides: Overrides, env: Mapping[str, str]) -> bool:
    """Tell whether this run was asked to write nothing, also while no server is configured."""
    return overrides.read_only or bool(_truth(env, "HOOKBOARD_READ_ONLY"))


def _flags(overrides: Overrides, name: str | None) -> Layer:
    return _layer(
        name,
        top={
            "default": ("--profile", overrides.profile),
            "theme": ("--theme", overrides.theme),
            "mouse": ("--no-mouse", False if overrides.no_mouse else None),
        },
        fields={
            "url": ("--url", overrides.url),
            "business": ("--business", overrides.business),
            "api": ("--api", overrides.api),
            "read_only": ("--read-only", overrides.read_only or None),
        },
    )


def _environment(env: Mapping[str, str], name: str | None) -> Layer:
    return _layer(
        name,
        top={"default": ("HOOKBOARD_PROFILE", env.get("HOOKBOARD_PROFILE"))},
        fields={
            "url": ("HOOKBOARD_URL", env.get("HOOKBOARD_URL")),
            "business": ("HOOKBOARD_BUSINESS", env.get("HOOKBOARD_BUSINESS")),
            "api": ("HOOKBOARD_API", env.get("HOOKBOARD_API")),
            "read_only": ("HOOKBOARD_READ_ONLY", _truth(env, "HOOKBOARD_READ_ONLY")),
        },
    )


def _elsewhere(url: str | None, name: str | None, saved: Profile | None) -> Layer:
    """Take back what a profile says of its own server when the address is another one's."""
    if url is None or saved is None or address.same_origin(url, saved.url):
        return Layer({}, {})
    ours = {"insecure_http": False, "token_command": None, "api": AUTO}
    fields = {key: ours[key] for key in ours.keys() & saved.model_fields_set}
    said = "not for this address"
    return Layer({"profiles": {name: fields}}, dict.fromkeys(ours, said))


_Said = Mapping[str, tuple[str, object]]
"""By setting: what its source calls it, and the value (``None``: not given)."""


def _layer(name: str | None, top: _Said, fields: _Said) -> Layer:
    values = {key: value for key, (_, value) in top.items() if value is not None}
    given = {key: value for key, (_, value) in fields.items() if value is not None}
    if name and given:
        values["profiles"] = {name: given}
    return Layer(values, {key: said for key, (said, _) in {**top, **fields}.items()})


def _truth(env: Mapping[str, str], variable: str) -> bool | None:
    """Return a yes or no of the environment (1, true, yes, on, …), ``None`` when it is not set."""
    if not env.get(variable):
        return None
    try:
        return TypeAdapter(bool).validate_python(env[variable].strip())
    except ValidationError:
        raise ConfigError(
            "must be 1 or 0", "Correct or unset it.", subject=variable, key=variable
        ) from None


def _merged(layers: tuple[Layer, ...], path: Path) -> Settings:
    """Return the settings of all layers, the first that has one deciding it."""
    values: dict[str, Any] = {}
    for layer in reversed(layers):
        values = _over(layer.values, values)
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise in_words(
            error, shown(path), lambda key: _name_of(layers, key) or f"{shown(path)}: {dotted(key)}"
        ) from None


def _over(above: Mapping[str, Any], below: Mapping[str, Any]) -> dict[str, Any]:
    """Lay one layer over another, table by table."""
    result = dict(below)
    for key, value in above.items():
        under = result.get(key)
        if isinstance(value, Mapping) and isinstance(under, Mapping):
            value = _over(value, under)
        result[key] = value
    return result


def _name_of(layers: tuple[Layer, ...], key: tuple[str, ...]) -> str | None:
    """Return what the deciding source calls a setting, ``""`` for the file, ``None`` for none."""
    for layer in layers:
        value: object = layer.values
        for part in key:
            value = value.get(part, _ABSENT) if isinstance(value, dict) else _ABSENT
        if value is not _ABSENT:
            return layer.names.get(key[-1], "")
    return None


_ABSENT = object()


def _chosen(
    overrides: Overrides, env: Mapping[str, str], settings: Settings, path: Path
) -> str | None:
    """Return the name of the profile to use, ``None`` when nothing is configured."""
    url = overrides.url or env.get("HOOKBOARD_URL")
    known = settings.profiles
    for subject, name in (
        ("--profile", overrides.profile),
        ("HOOKBOARD_PROFILE", env.get("HOOKBOARD_PROFILE")),
        (f"{shown(path)}: default", settings.default if not url else None),
    ):
        if name:
            return name if name in known else _unknown(subject, name, list(known), path)
    if url:
        return _host(url)
    if len(known) > 1:
        raise ConfigError(
            f"has several profiles and no default: {_listed(known)}",
            'Choose with --profile NAME, or add default = "NAME" at the top of the file.',
            subject=shown(path),
            key="default",
        )
    return next(iter(known), None)


def _unknown(subject: str, name: str, known: list[str], path: Path) -> NoReturn:
    from difflib import get_close_matches

    close = get_close_matches(name, known, n=1)
    raise ConfigError(
        f"names a profile that does not exist: {clean(name, NAME_LENGTH)}",
        (f"Did you mean {close[0]}? " if close else "")
        + (f"There are: {_listed(known)}." if known else f"{shown(path)} has no profiles yet."),
        subject=subject,
        key="default",
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _host(url: str) -> str:
    """Return a name for a server nobody named; a wrong address is reported when it is checked."""
    try:
        return address.host(address.normalise(url))[:NAME_LENGTH]
    except address.AddressError:
        return "server"
