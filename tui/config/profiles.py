"""The settings of the configuration file, and its mistakes in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    ValidationError,
    field_validator,
    model_validator,
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

NameOf = Callable[[tuple[str, ...]], str]
"""Names a setting for people, by its keys: ``HOOKBOARD_URL`` or ``FILE: profiles.loja.url``."""


class _Mistake(ValueError):
    """A wrong value: the problem, and what to do."""

    def __init__(self, problem: str, hint: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.hint = hint


def _name(name: str) -> str:
    if not name.strip() or len(name) > NAME_LENGTH or clean(name) != name:
        problem = _("must be a name of 1 to {most} printable characters")
        raise _Mistake(problem.format(most=NAME_LENGTH), _("Rename it."))
    return name


def _kind(name: object) -> object:
    if not isinstance(name, str):
        raise _Mistake(*_PROBLEMS["string_type"])
    if name not in APIS:
        problem = _("must be one of {kinds}").format(kinds=", ".join(APIS))
        raise _Mistake(problem, _("auto detects the kind by itself."))
    return name


def _command(value: object) -> object:
    """Check the type: pydantic would report one problem for each type of the union."""
    is_list = isinstance(value, list) and all(isinstance(word, str) for word in value)
    if value is not None and not isinstance(value, str) and not is_list:
        raise _Mistake(_("must be text or a list of texts"), _COMMAND_HINT)
    return value


def _runnable(value: str | list[str] | None) -> str | list[str] | None:
    try:
        program = "none" if value is None else arguments(value)[0]
    except ValueError:
        raise _Mistake(_("has a quotation mark that is not closed"), _COMMAND_HINT) from None
    except IndexError:
        program = ""
    if not program:
        raise _Mistake(_("names no program"), _COMMAND_HINT)
    return value


class Profile(BaseModel):
    """A server and how to reach it, as saved under ``[profiles.NAME]``. Never holds a token."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    url: str
    """Absolute, http or https, normalised; its path begins the path of every request."""
    business: str = ""
    """Id of the business that owns the instances; empty where unknown or not needed."""
    api: Annotated[Api, BeforeValidator(_kind)] = AUTO
    at_once: Annotated[StrictInt, Field(ge=1, le=MOST_AT_ONCE)] = AT_ONCE
    """Requests at the same time, where each instance is asked for its webhook."""
    timeout: Annotated[StrictInt, Field(ge=1, le=MOST_TIMEOUT)] = TIMEOUT
    """Seconds without a byte after which a request fails; four times that for a list."""
    token_command: Annotated[
        str | list[str] | None, BeforeValidator(_command), AfterValidator(_runnable)
    ] = None
    """Prints the token on its first line; run without a shell."""
    read_only: StrictBool = False
    insecure_http: StrictBool = False
    """Allows http to another machine, where others on the network can read the token."""
    production: StrictBool = False
    """Marks a server where every save is confirmed first."""

    @field_validator("url")
    @classmethod
    def _url(cls, value: str) -> str:
        try:
            return address.normalise(value)
        except address.AddressError as error:
            raise _Mistake(error.problem, error.hint) from None

    @field_validator("business")
    @classmethod
    def _business(cls, value: str) -> str:
        value = value.strip()
        if clean(value) != value or "/" in value:
            problem = _("must be an id without slashes or control characters")
            raise _Mistake(problem, _("Copy it again."))
        return value

    @property
    def goes_in_clear(self) -> bool:
        """Whether others on the network could read the token; the profile is then not used."""
        return address.sends_in_clear(self.url) and not self.insecure_http


class PresetTable(BaseModel):
    """A named choice of flags, as saved under ``[presets.NAME]``."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    on: list[str] = []
    """Flags to turn on, by wire name; those of several kinds of server may stand together."""
    off: list[str] = []
    rest: Literal["keep", "on", "off"] = "keep"
    """What becomes of the flags that are not named."""

    @model_validator(mode="after")
    def _says_something(self) -> PresetTable:
        if both := set(self.on).intersection(self.off):
            flag = clean(min(both), NAME_LENGTH)
            raise _Mistake(
                _("has {flag} both in on and in off").format(flag=flag), _("Take one of them out.")
            )
        if not (self.on or self.off) and self.rest == "keep":
            raise _Mistake(_("changes no flag"), _("Give it on, off or rest."))
        return self


class Settings(BaseModel):
    """The settings of the file, with flags and environment on top."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    default: str | None = None
    """Name of the profile to use when none is given."""
    theme: str | None = None
    mouse: StrictBool = True
    keys: dict[str, str] = {}
    """Keys by command id."""
    presets: dict[Annotated[str, AfterValidator(_name)], PresetTable] = {}
    profiles: dict[Annotated[str, AfterValidator(_name)], Profile] = {}


def make_profile(name: str, fields: Mapping[str, object]) -> Profile:
    """Check the fields that a person typed for a profile called ``name``.

    Raises :class:`UserError` with ``key`` and ``problem`` for each wrong field.
    """
    problems: list[UserError] = []
    try:
        _name(name)
    except _Mistake as error:
        problems.append(UserError(error.problem, error.hint, subject=_("name"), key="name"))
    try:
        profile = Profile.model_validate(dict(fields))
    except ValidationError as error:
        faults = user_error(error, lambda path: path[-1], table=("profiles", name))
        problems[:0] = faults.problems
    if problems:
        problems[0].others = tuple(problems[1:])
        raise problems[0]
    return profile


def user_error(error: ValidationError, name_of: NameOf, table: tuple[str, ...] = ()) -> UserError:
    """Return pydantic's findings, a problem for each of them, without the values.

    ``table`` holds the keys that lead to the validated part.
    """
    found = []
    for details in error.errors(include_url=False, include_input=False):
        path = table + tuple(str(part) for part in details["loc"])
        if path[-1] == "[key]":  # pydantic's tag for the key of a mapping itself
            path = path[:-1]
        mistake = details.get("ctx", {}).get("error")
        if isinstance(mistake, _Mistake):
            problem, hint = mistake.problem, mistake.hint
        else:
            problem, hint = _problem(details["type"], path)
        found.append(UserError(problem, hint, subject=name_of(path), key=path[-1]))
    found[0].others = tuple(found[1:])
    return found[0]


def table_name(path: tuple[str, ...]) -> str:
    """Return the header of a table as TOML writes it: ``[profiles."api.example.com"]``."""
    return f"[{dotted(path)}]"


def dotted(path: tuple[str, ...]) -> str:
    """Return a key as TOML writes it, parts quoted where they must be."""
    return ".".join(_key(part) for part in path)


def _key(part: str) -> str:
    plain = part.isascii() and part.replace("-", "").replace("_", "").isalnum()
    return part if plain else '"' + clean(part, NAME_LENGTH).replace('"', '\\"') + '"'


_NUMBERS = {"at_once": (MOST_AT_ONCE, AT_ONCE), "timeout": (MOST_TIMEOUT, TIMEOUT)}
"""The settings that are numbers: the greatest value, and an example."""

_NO_NUMBER = frozenset({"int_type", "greater_than_equal", "less_than_equal"})
"""Pydantic's names of the mistakes in these numbers."""

_PROBLEMS = {
    "missing": (_("is missing"), _('Add a line like: url = "https://api.example.com"')),
    "string_type": (_("must be text"), _('Put it in quotes: "…"')),
    "list_type": (
        _("must be a list of flags"),
        _('Write it as ["messagesUpsert", "sendMessage"].'),
    ),
    "literal_error": (_("must be keep, on or off"), _('For example: rest = "keep"')),
    "bool_type": (_("must be true or false"), _("Write one of the two, without quotes.")),
    "dict_type": (
        _("must be a table"),
        _("Write its settings below a line with its name in brackets."),
    ),
    "model_type": (
        _("must be a table"),
        _("Write its settings below a line like [profiles.NAME]."),
    ),
}
"""Problem and hint of pydantic's other findings, by their names."""


def _problem(kind: str, path: tuple[str, ...]) -> tuple[str, str]:
    """Return problem and hint of a finding that pydantic calls ``kind``."""
    if kind == "extra_forbidden":
        return _unknown(path)
    if kind in _NO_NUMBER and (name := path[-1]) in _NUMBERS:
        most, usual = _NUMBERS[name]
        problem = _("must be a whole number from 1 to {most}").format(most=most)
        return problem, _("For example: {setting} = {value}").format(setting=name, value=usual)
    return _PROBLEMS.get(kind, (_("is not what is expected there"), _("Correct or remove it.")))


def _unknown(path: tuple[str, ...]) -> tuple[str, str]:
    """Return problem and hint of a setting that does not exist."""
    return _("is not a setting"), _hint_for_unknown(path)


def _hint_for_unknown(path: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    fields = _fields_of(path)
    name = path[-1]
    if close := get_close_matches(name, fields, n=1):
        return _("Did you mean {name}?").format(name=close[0])
    if name in Profile.model_fields:
        return _("It belongs to a profile, under [profiles.NAME].")
    if any(word in name.lower() for word in ("token", "jwt", "secret", "password")):
        return _(
            "Tokens are not kept in this file: remove the line and use token_command, "
            "the keyring, HOOKBOARD_TOKEN or --token-file."
        )
    return _("There are: {names}.").format(names=", ".join(fields))


def _fields_of(path: tuple[str, ...]) -> Mapping[str, Any]:
    """Return the settings that may stand where ``path`` names one."""
    if len(path) == 1:
        return Settings.model_fields
    return (PresetTable if path[0] == "presets" else Profile).model_fields
