"""Reads flags, environment and file into one configuration.

The order is declared once, in :func:`load`: flags beat the environment beats the file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

from tui.config.overrides import Overrides
from tui.config.profiles import (
    IN_CLEAR,
    NAME_LENGTH,
    Profile,
    Settings,
    dotted,
    table_name,
)
from tui.config.rules import RULES, Mistake
from tui.i18n import _
from tui.model import address
from tui.model.server_kind import AUTO
from tui.model.text import clean
from tui.model.user_error import UserError, as_one, reason
from tui.storage.paths import config_file
from tui.storage.private_files import shown


@dataclass(frozen=True)
class Layer:
    """The settings of one source, in the shape of the file, and what that source calls them."""

    values: dict[str, Any]
    names: Mapping[str, str]
    """What the source calls a setting, by its last key: ``{"url": "--url"}``."""


@dataclass(frozen=True)
class Config:
    """The effective configuration, and where each setting came from."""

    path: Path
    settings: Settings
    profile: str | None
    """The profile in use; ``None`` when nothing is configured."""
    saved: Profile | None
    """That profile as the file has it, without flags and environment."""
    layers: tuple[Layer, ...]
    """Flags, environment, file: the first layer that has a setting decides it."""
    faults: Mapping[str, UserError]
    """By profile: why it cannot be used. All other profiles can."""

    def check(self) -> None:
        """Raise :class:`UserError` if the profile in use has a fault."""
        if fault := self.faults.get(self.profile or ""):
            raise fault

    def origin(self, *key: str) -> str:
        """Return the source of a value: ``--url``, ``HOOKBOARD_URL``, ``file`` or ``default``."""
        source = _source_of(self.layers, key)
        return "default" if source is None else source or "file"


def load(overrides: Overrides, env: Mapping[str, str]) -> Config:
    """Read the configuration; raises :class:`UserError` with every mistake in it.

    Mistakes in a single profile are not raised: they are its ``faults``. The file is checked by
    itself, so that a flag does not hide a mistake in it. An empty variable counts as not set.
    """
    path = config_file(env)
    env = {name: value for name, value in env.items() if value}
    content = read_toml(path)
    settings, faults = _checked(content, path)
    name = _profile_in_use(
        overrides, env, settings.default, list(content.get("profiles", {})), path
    )
    saved = settings.profiles.get(name) if name else None
    layers = (
        _flags(overrides, name),
        _environment(env, name),
        _other_address(overrides.url or env.get("HOOKBOARD_URL"), name, saved),
        Layer(content, {}),
    )
    above: dict[str, Any] = {}
    for layer in reversed(layers[:-1]):
        above = _merged(layer.values, above)
    fields = above.pop("profiles", {}).get(name, {})
    settings = replace(settings, **above)
    if name and (saved or name not in faults):
        settings, fault = _with_fields(settings, name, fields, layers, path)
        if fault:
            faults.setdefault(name, fault)
    return Config(path, settings, name, saved, layers, faults)


def read_toml(path: Path) -> dict[str, Any]:
    """Return the content of the TOML file at ``path``; empty where there is no file.

    Raises :class:`UserError` where the file cannot be read or is not TOML.
    """
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError:
        pass  # reading it says why
    import tomllib  # which a start without a file saves

    try:
        # /dev/null is the usual way to run without a configuration.
        if not path.is_file() and str(path) != os.devnull:
            raise UserError(_("is not a file"), _("Move it away."), subject=shown(path))
        # Editors on Windows put a byte order mark in front.
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        problem = _("is not valid TOML: {error}").format(error=clean(str(error)))
        hint = _("Correct that line.")
    except UnicodeDecodeError:
        problem, hint = _("is not UTF-8 text"), _("Save it again as UTF-8.")
    except ValueError:  # Python converts only numbers of up to 4,300 digits
        problem, hint = _("has a number that is too long"), _("Write a shorter one.")
    except RecursionError:
        problem, hint = _("is nested too deeply"), _("Use fewer levels of tables and lists.")
    except OSError as error:
        problem = _("could not be read: {reason}").format(reason=reason(error))
        hint = _("Check the path and who may read the file.")
    raise UserError(problem, hint, subject=shown(path))


def saved_profiles() -> Mapping[str, Profile]:
    """Return the profiles of the file, without flags and environment.

    Raises :class:`UserError`.
    """
    path = config_file()
    return check_settings(read_toml(path), path).profiles


def check_settings(values: dict[str, Any], path: Path) -> Settings:
    """Return the settings of a file with this content.

    Profiles with mistakes are left out; :func:`faults_of` says why. Raises :class:`UserError`
    for every other mistake.
    """
    return _checked(values, path)[0]


def faults_of(values: dict[str, Any], path: Path) -> Mapping[str, UserError]:
    """Return by name why profiles of a file cannot be used.

    Raises :class:`UserError` for mistakes outside the profiles.
    """
    return _checked(values, path)[1]


def read_only_asked(overrides: Overrides, env: Mapping[str, str]) -> bool:
    """Tell whether this run must write nothing; works without a configured server, too."""
    return overrides.read_only or bool(_env_bool(env, "HOOKBOARD_READ_ONLY"))


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
            "read_only": ("HOOKBOARD_READ_ONLY", _env_bool(env, "HOOKBOARD_READ_ONLY")),
        },
    )


def _other_address(url: str | None, name: str | None, saved: Profile | None) -> Layer:
    """Drop settings that hold only for the profile's own address when ``--url`` names another."""
    if url is None or saved is None or address.same_origin(url, saved.url):
        return Layer({}, {})
    neutral = {"insecure_http": False, "token_command": None, "api": AUTO}
    fields = {key: neutral[key] for key in neutral.keys() & saved.given}
    return Layer({"profiles": {name: fields}}, dict.fromkeys(neutral, _("not for this address")))


_Given = Mapping[str, tuple[str, object]]
"""By setting: what its source calls it, and the value (``None``: not given)."""


def _layer(name: str | None, top: _Given, fields: _Given) -> Layer:
    values = {key: value for key, (_source, value) in top.items() if value is not None}
    given = {key: value for key, (_source, value) in fields.items() if value is not None}
    if name and given:
        values["profiles"] = {name: given}
    return Layer(values, {key: source for key, (source, _value) in {**top, **fields}.items()})


YES = frozenset({"1", "true", "yes", "on", "t", "y"})
NO = frozenset({"0", "false", "no", "off", "f", "n"})
"""What a variable may say that is set or not, in capitals too."""


def _env_bool(env: Mapping[str, str], variable: str) -> bool | None:
    """Return a variable as a boolean (1, true, yes, on, …), ``None`` when it is not set."""
    if not env.get(variable):
        return None
    said = env[variable].strip().lower()
    if said in YES or said in NO:
        return said in YES
    raise UserError(_("must be 1 or 0"), _("Correct or unset it."), subject=variable, key=variable)


def _checked(content: dict[str, Any], path: Path) -> tuple[Settings, dict[str, UserError]]:
    """Check the content of the file: its settings, and by profile why it cannot be used."""
    if not content:
        return Settings(), {}
    from tui.config.file_check import check_file  # pydantic: a start without a file saves it

    def name_of(key: tuple[str, ...]) -> str:
        return f"{shown(path)}: {dotted(key)}"

    settings, faults = check_file(content, name_of)
    for name, profile in settings.profiles.items():
        if profile.goes_in_clear:
            faults[name] = _in_clear(name, name_of(("profiles", name, "url")), path)
    return settings, faults


def _with_fields(
    settings: Settings,
    name: str,
    fields: Mapping[str, Any],
    layers: tuple[Layer, ...],
    path: Path,
) -> tuple[Settings, UserError | None]:
    """Lay the fields from flags and environment over the profile in use, or make it of them.

    Returns the settings, and why the profile cannot be used with these fields.
    """

    def name_of(key: str) -> str:
        keys = ("profiles", name, key)
        return _source_of(layers, keys) or f"{shown(path)}: {dotted(keys)}"

    checked, problems = dict(fields), []
    for key, rule in RULES.items():
        try:
            if key in fields:
                checked[key] = rule(fields[key])
        except Mistake as error:
            subject = name_of(key)
            problems.append(UserError(error.problem, error.hint, subject=subject, key=key))
    if problems:
        return settings, as_one(problems)
    given, saved = frozenset(fields), settings.profiles.get(name)
    if saved:
        profile = replace(saved, **checked, given=saved.given | given)
    else:
        profile = Profile(**checked, given=given)
    settings = replace(settings, profiles={**settings.profiles, name: profile})
    in_clear = _in_clear(name, name_of("url"), path) if profile.goes_in_clear else None
    return settings, in_clear


def _in_clear(name: str, where: str, path: Path) -> UserError:
    """Return why a profile is not used over http to another machine, and how to allow it.

    ``where`` names what gave the address.
    """
    table, file = ("profiles", name), shown(path)
    if where.startswith(file):
        hint = _("Use https, or allow it: insecure_http = true under {table} in {file}.")
    else:
        hint = _(
            "Use https, or allow it: this url and insecure_http = true under {table} in {file}."
        )
    hint = hint.format(table=table_name(table), file=file)
    return UserError(IN_CLEAR, hint, subject=where, key="url")


def _merged(above: Mapping[str, Any], below: Mapping[str, Any]) -> dict[str, Any]:
    """Lay one layer over another, table by table."""
    result = dict(below)
    for key, value in above.items():
        under = result.get(key)
        if isinstance(value, Mapping) and isinstance(under, Mapping):
            value = _merged(value, under)
        result[key] = value
    return result


def _source_of(layers: tuple[Layer, ...], key: tuple[str, ...]) -> str | None:
    """Return what the source of a setting calls it, ``""`` for the file, ``None`` for none."""
    for layer in layers:
        value: object = layer.values
        for part in key:
            value = value.get(part, _ABSENT) if isinstance(value, dict) else _ABSENT
        if value is not _ABSENT:
            return layer.names.get(key[-1], "")
    return None


_ABSENT = object()


def _profile_in_use(
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
            return name if name in known else _refuse_unknown(subject, name, known, path)
    if url:
        return _host(url)
    if len(known) > 1:
        raise UserError(
            _("has several profiles and no default: {names}").format(names=_listed(known)),
            _('Choose with --profile NAME, or add default = "NAME" at the top of the file.'),
            subject=shown(path),
            key="default",
        )
    return next(iter(known), None)


def _refuse_unknown(subject: str, name: str, known: list[str], path: Path) -> NoReturn:
    from difflib import get_close_matches

    problem = _("names a profile that does not exist: {name}")
    hints = []
    if close := get_close_matches(name, known, n=1):
        hints.append(_("Did you mean {name}?").format(name=_listed(close)))
    if known:
        hints.append(_("There are: {names}.").format(names=_listed(known)))
    else:
        hints.append(_("{file} has no profiles yet.").format(file=shown(path)))
    raise UserError(
        problem.format(name=clean(name, NAME_LENGTH)),
        " ".join(hints),
        subject=subject,
        key="default",
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(clean(name, NAME_LENGTH) for name in names)


def _host(url: str) -> str:
    """Return the host as the name of a server without a profile.

    A wrong address is reported later, when the settings are checked.
    """
    try:
        return address.host(address.normalise(url))[:NAME_LENGTH]
    except address.AddressError:
        return "server"
