"""The settings of the configuration file, and its mistakes in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from tui.config.checks import (
    Check,
    Findings,
    Invalid,
    Keys,
    Mistake,
    section,
    text,
    whole_number,
    yes_or_no,
)
from tui.i18n import _
from tui.model import address
from tui.model.server_kind import APIS, AUTO, Api
from tui.model.text import clean
from tui.model.timeout import TIMEOUT
from tui.model.user_error import UserError
from tui.storage.token_command import arguments

NAME_LENGTH = 64
"""The most characters in the name of a profile."""

AT_ONCE = 8
"""Requests at the same time, unless a profile says otherwise."""

MOST_AT_ONCE = 64
"""The most requests at the same time: more would be an attack on a small server."""

MOST_TIMEOUT = 3600
"""The most seconds to wait for an answer."""

IN_CLEAR = _("is http: others on the network could read the token")
"""The problem of an address where :attr:`Profile.goes_in_clear`."""

_COMMAND_HINT = _('For example: token_command = ["pass", "show", "hookboard"]')


def _name(name: str) -> str:
    if not name.strip() or len(name) > NAME_LENGTH or clean(name) != name:
        problem = _("must be a name of 1 to {most} printable characters")
        raise Mistake(problem.format(most=NAME_LENGTH), _("Rename it."))
    return name


def _url(value: object) -> str:
    try:
        return address.normalise(text(value))
    except address.AddressError as error:
        raise Mistake(error.problem, error.hint) from None


def _business(value: object) -> str:
    business = text(value).strip()
    if clean(business) != business or "/" in business:
        problem = _("must be an id without slashes or control characters")
        raise Mistake(problem, _("Copy it again."))
    return business


def _kind(value: object) -> str:
    kind = text(value)
    if kind not in APIS:
        problem = _("must be one of {kinds}").format(kinds=", ".join(APIS))
        raise Mistake(problem, _("auto detects the kind by itself."))
    return kind


def _command(value: Any) -> str | list[str] | None:
    is_list = isinstance(value, list) and all(isinstance(word, str) for word in value)
    if value is not None and not isinstance(value, str) and not is_list:
        raise Mistake(_("must be text or a list of texts"), _COMMAND_HINT)
    return _runnable(value)


def _runnable(value: str | list[str] | None) -> str | list[str] | None:
    try:
        program = "none" if value is None else arguments(value)[0]
    except ValueError:
        raise Mistake(_("has a quotation mark that is not closed"), _COMMAND_HINT) from None
    except IndexError:
        program = ""
    if not program:
        raise Mistake(_("names no program"), _COMMAND_HINT)
    return value


def _flags(value: object) -> list[str]:
    if isinstance(value, list) and all(isinstance(flag, str) for flag in value):
        return value
    hint = _('Write it as ["messagesUpsert", "sendMessage"].')
    raise Mistake(_("must be a list of flags"), hint)


def _rest(value: object) -> object:
    if value in ("keep", "on", "off"):
        return value
    raise Mistake(_("must be keep, on or off"), _('For example: rest = "keep"'))


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
    said: frozenset[str] = field(default=frozenset(), compare=False, repr=False)
    """The settings that were said; the others have their defaults."""

    CHECKS: ClassVar[Mapping[str, Check]] = {
        "url": _url,
        "business": _business,
        "api": _kind,
        "at_once": whole_number("at_once", MOST_AT_ONCE, AT_ONCE),
        "timeout": whole_number("timeout", MOST_TIMEOUT, TIMEOUT),
        "token_command": _command,
        "read_only": yes_or_no,
        "insecure_http": yes_or_no,
        "production": yes_or_no,
    }

    @property
    def goes_in_clear(self) -> bool:
        """Whether others on the network could read the token; the profile is then not used."""
        return address.sends_in_clear(self.url) and not self.insecure_http

    def values(self, names: Iterable[str] | None = None) -> dict[str, Any]:
        """Return the settings as the file has them: all, or some of them."""
        return _values(self, self.CHECKS, names)


@dataclass(frozen=True)
class PresetTable:
    """A named choice of flags, as saved under ``[presets.NAME]``."""

    on: list[str] = field(default_factory=list)
    """Flags to turn on, by wire name; those of several kinds of server may stand together."""
    off: list[str] = field(default_factory=list)
    rest: Literal["keep", "on", "off"] = "keep"
    """What becomes of the flags that are not named."""

    CHECKS: ClassVar[Mapping[str, Check]] = {"on": _flags, "off": _flags, "rest": _rest}

    def check(self) -> None:
        """Raise :class:`Mistake` where it changes nothing, or one flag in two ways."""
        if both := set(self.on).intersection(self.off):
            flag = clean(min(both), NAME_LENGTH)
            raise Mistake(
                _("has {flag} both in on and in off").format(flag=flag), _("Take one of them out.")
            )
        if not (self.on or self.off) and self.rest == "keep":
            raise Mistake(_("changes no flag"), _("Give it on, off or rest."))

    def values(self) -> dict[str, Any]:
        """Return the settings as the file has them."""
        return _values(self, self.CHECKS)


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

    CHECKS: ClassVar[Mapping[str, Check]] = {
        "default": text,
        "theme": text,
        "mouse": yes_or_no,
        "keys": section,
        "presets": section,
        "profiles": section,
    }


def _values(
    settings: Any, checks: Mapping[str, Check], names: Iterable[str] | None = None
) -> dict[str, Any]:
    wanted = checks.keys() if names is None else set(names)
    return {name: getattr(settings, name) for name in checks if name in wanted}


def read_settings(values: object) -> Settings:
    """Check the content of a configuration file; raises :class:`Invalid` with all its mistakes."""
    findings = Findings()
    right = findings.table(values, Settings.CHECKS, _hint_for_unknown)
    for name, key in (right.get("keys") or {}).items():
        findings.checked(text, key, ("keys", name))
    for part, read in (("presets", _read_preset), ("profiles", _read_profile)):
        tables = right.get(part) or {}
        for name in tables:
            findings.checked(_name, name, (part, name))
        right[part] = {name: read(table, (part, name), findings) for name, table in tables.items()}
    findings.raise_any()
    return Settings(**right)


def _read_profile(table: object, keys: Keys, findings: Findings) -> Profile | None:
    """Check a profile; ``None`` where there are mistakes, which are among the findings."""
    before = len(findings)
    right = findings.table(table, Profile.CHECKS, _hint_for_unknown, keys, needed=("url",))
    return Profile(**right, said=frozenset(right)) if len(findings) == before else None


def _read_preset(table: object, keys: Keys, findings: Findings) -> PresetTable | None:
    """Check a preset; ``None`` where there are mistakes, which are among the findings."""
    before = len(findings)
    right = findings.table(table, PresetTable.CHECKS, _hint_for_unknown, keys)
    if len(findings) > before:
        return None
    preset = PresetTable(**right)
    findings.checked(lambda one: one.check(), preset, keys)
    return preset


def make_profile(name: str, given: Mapping[str, object]) -> Profile:
    """Check the fields that a person typed for a profile called ``name``.

    Raises :class:`UserError` with ``key`` and ``problem`` for each wrong field.
    """
    problems: list[UserError] = []
    try:
        _name(name)
    except Mistake as error:
        problems.append(UserError(error.problem, error.hint, subject=_("name"), key="name"))
    findings = Findings()
    profile = _read_profile(dict(given), ("profiles", name), findings)
    if findings:
        problems[:0] = Invalid(findings).user_error(lambda keys: keys[-1]).problems
    if problems or profile is None:
        problems[0].others = tuple(problems[1:])
        raise problems[0]
    return profile


def table_name(path: tuple[str, ...]) -> str:
    """Return the header of a table as TOML writes it: ``[profiles."api.example.com"]``."""
    return f"[{dotted(path)}]"


def dotted(path: tuple[str, ...]) -> str:
    """Return a key as TOML writes it, parts quoted where they must be."""
    return ".".join(_key(part) for part in path)


def _key(part: str) -> str:
    plain = part.isascii() and part.replace("-", "").replace("_", "").isalnum()
    return part if plain else '"' + clean(part, NAME_LENGTH).replace('"', '\\"') + '"'


def _hint_for_unknown(path: Keys) -> str:
    """Return what to do about a setting that does not exist."""
    from difflib import get_close_matches

    known = _known_at(path)
    name = path[-1]
    if close := get_close_matches(name, known, n=1):
        return _("Did you mean {name}?").format(name=close[0])
    if name in Profile.CHECKS:
        return _("It belongs to a profile, under [profiles.NAME].")
    if any(word in name.lower() for word in ("token", "jwt", "secret", "password")):
        return _(
            "Tokens are not kept in this file: remove the line and use token_command, "
            "the keyring, HOOKBOARD_TOKEN or --token-file."
        )
    return _("There are: {names}.").format(names=", ".join(known))


def _known_at(path: Keys) -> Iterable[str]:
    """Return the settings that may stand where ``path`` names one."""
    if len(path) == 1:
        return Settings.CHECKS
    return (PresetTable if path[0] == "presets" else Profile).CHECKS
