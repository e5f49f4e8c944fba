"""Reads flags, environment and file into one configuration.

The order is declared once, in :func:`load`: flags beat the environment beats the file.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from pydantic import TypeAdapter, ValidationError

from tui.config.overrides import Overrides
from tui.config.profiles import (
    IN_CLEAR,
    NAME_LENGTH,
    Profile,
    Settings,
    dotted,
    in_words,
    table_name,
)
from tui.model import address
from tui.model.server_kind import AUTO
from tui.model.text import clean
from tui.model.user_error import UserError, reason
from tui.storage.paths import config_file
from tui.storage.private_files import shown


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
    faults: Mapping[str, UserError]
    """By profile: why it cannot be used. The others can."""

    def check(self) -> None:
        """Raise what is wrong with the profile in use."""
        if fault := self.faults.get(self.profile or ""):
            raise fault

    def origin(self, *key: str) -> str:
        """Return what set a value: ``--url``, ``HOOKBOARD_URL``, ``file`` or ``default``."""
        name = _name_of(self.layers, key)
        return "default" if name is None else name or "file"


def load(overrides: Overrides, env: Mapping[str, str]) -> Config:
    """Read the configuration; raises :class:`UserError` with all that is wrong in it.

    What is wrong with a single profile is not raised: it is among the ``faults``. The file is
    checked by itself first, so that a mistake in it shows also when a flag would have covered
    it. An empty variable counts as not set.
    """
    path = config_file(env)
    env = {name: value for name, value in env.items() if value}
    file = Layer(read_toml(path), {})
    settings, faults = _parted((file,), path)
    name = _chosen(overrides, env, settings.default, list(file.values.get("profiles", {})), path)
    saved = settings.profiles.get(name) if name else None
    layers = (
        _flags(overrides, name),
        _environment(env, name),
        _elsewhere(overrides.url or env.get("HOOKBOARD_URL"), name, saved),
        file,
    )
    merged, more_faults = _parted(layers, path)
    return Config(path, merged, name, saved, layers, {**more_faults, **faults})


def read_toml(path: Path) -> dict[str, Any]:
    """Return what the TOML file at ``path`` says, nothing when there is none.

    Raises :class:`UserError` for a file that is there and cannot be read or is not TOML.
    """
    try:
        # /dev/null is the usual way to say: no configuration.
        if not path.exists():
            return {}
        if not path.is_file() and str(path) != os.devnull:
            raise UserError("is not a file", "Move it away.", subject=shown(path))
        # Editors on Windows put a byte order mark in front.
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        problem, hint = f"is not valid TOML: {clean(str(error))}", "Correct that line."
    except UnicodeDecodeError:
        problem, hint = "is not UTF-8 text", "Save it again as UTF-8."
    except ValueError:  # what Python says of a number with more digits than it converts
        problem, hint = "has a number that is too long", "Write a shorter one."
    except RecursionError:
        problem, hint = "is nested too deeply", "Write it flat."
    except OSError as error:
        problem = f"could not be read: {reason(error)}"
        hint = "Check the path and who may read the file."
    raise UserError(problem, hint, subject=shown(path))


def saved_profiles() -> Mapping[str, Profile]:
    """Return the profiles of the file, without what flags and environment say on top of it.

    Raises :class:`UserError`.
    """
    path = config_file()
    return check_settings(read_toml(path), path).profiles


def check_settings(values: dict[str, Any], path: Path) -> Settings:
    """Return the settings that the content of a file stands for, or raise what is wrong with it.

    Profiles that are no profiles are left out; :func:`faults_of` says why.
    """
    return _parted((Layer(values, {}),), path)[0]


def faults_of(values: dict[str, Any], path: Path) -> Mapping[str, UserError]:
    """Return why profiles of a file cannot be used, by their names.

    Raises :class:`UserError` for what is wrong with the file as a whole.
    """
    return _parted((Layer(values, {}),), path)[1]


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
            "timeout": ("--timeout", overrides.timeout),
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
    """Drop settings that hold only for the profile's own address when ``--url`` names another."""
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
        raise UserError(
            "must be 1 or 0", "Correct or unset it.", subject=variable, key=variable
        ) from None


def _parted(layers: tuple[Layer, ...], path: Path) -> tuple[Settings, dict[str, UserError]]:
    """Return the settings of all layers, the first that has one deciding it, and the faults."""
    values: dict[str, Any] = {}
    for layer in reversed(layers):
        values = _over(layer.values, values)

    def said(key: tuple[str, ...]) -> str:
        return _name_of(layers, key) or f"{shown(path)}: {dotted(key)}"

    faults: dict[str, UserError] = {}
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        try:
            settings, faults = _without_faulty(values, said)
        except ValidationError:
            raise in_words(error, said) from None
    for name, profile in settings.profiles.items():
        if profile.goes_in_clear:
            faults[name] = _in_clear(name, said, path)
    return settings, faults


_Saying = Callable[[tuple[str, ...]], str]
"""Says where a setting was read."""


def _without_faulty(values: dict[str, Any], said: _Saying) -> tuple[Settings, dict[str, UserError]]:
    """Return the settings without the profiles that are none, and what is wrong with these.

    Raises ``ValidationError`` when something else is wrong too.
    """
    profiles = values.get("profiles")
    tables = profiles if isinstance(profiles, dict) else {}
    faults: dict[str, UserError] = {}
    for name, fields in tables.items():
        try:
            Settings.model_validate({"profiles": {name: fields}})
        except ValidationError as error:
            faults[name] = in_words(error, said)
    good = {name: fields for name, fields in tables.items() if name not in faults}
    left = {"profiles": good} if faults else {}
    return Settings.model_validate({**values, **left}), faults


def _in_clear(name: str, said: _Saying, path: Path) -> UserError:
    """Return why a profile is not used over http to another machine."""
    table, file = ("profiles", name), shown(path)
    where = said((*table, "url"))
    lines = "" if where.startswith(file) else "this url and "
    return UserError(
        IN_CLEAR,
        f"Use https, or allow it: {lines}insecure_http = true under {table_name(table)} in {file}.",
        subject=where,
        key="url",
    )


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
    overrides: Overrides,
    env: Mapping[str, str],
    default: str | None,
    known: list[str],
    path: Path,
) -> str | None:
    """Return the name of the profile to use, ``None`` when nothing is configured."""
    url = overrides.url or env.get("HOOKBOARD_URL")
    for subject, name in (
        ("--profile", overrides.profile),
        ("HOOKBOARD_PROFILE", env.get("HOOKBOARD_PROFILE")),
        (f"{shown(path)}: default", default if not url else None),
    ):
        if name:
            return name if name in known else _unknown(subject, name, known, path)
    if url:
        return _host(url)
    if len(known) > 1:
        raise UserError(
            f"has several profiles and no default: {_listed(known)}",
            'Choose with --profile NAME, or add default = "NAME" at the top of the file.',
            subject=shown(path),
            key="default",
        )
    return next(iter(known), None)


def _unknown(subject: str, name: str, known: list[str], path: Path) -> NoReturn:
    from difflib import get_close_matches

    close = get_close_matches(name, known, n=1)
    raise UserError(
        f"names a profile that does not exist: {clean(name, NAME_LENGTH)}",
        (f"Did you mean {_listed(close)}? " if close else "")
        + (f"There are: {_listed(known)}." if known else f"{shown(path)} has no profiles yet."),
        subject=subject,
        key="default",
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(clean(name, NAME_LENGTH) for name in names)


def _host(url: str) -> str:
    """Return a name for a server nobody named; a wrong address is reported when it is checked."""
    try:
        return address.host(address.normalise(url))[:NAME_LENGTH]
    except address.AddressError:
        return "server"
