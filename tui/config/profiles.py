"""What the configuration file may say, and how its mistakes are put into words."""

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
"""Characters in the name of a profile, at most."""

AT_ONCE = 8
"""Requests under way at the same time, unless a profile says otherwise."""

MOST_AT_ONCE = 64
"""More would be an attack on a small server."""

MOST_TIMEOUT = 3600
"""Seconds: whoever waits longer has gone home."""

IN_CLEAR = "is http: others on the way could read the token"
"""What is wrong with an address that :attr:`Profile.goes_in_clear`."""

_COMMAND_HINT = 'For example: token_command = ["pass", "show", "hookboard"]'


class _Wrong(ValueError):
    """A mistake in words: the problem, and what to do about it."""

    def __init__(self, problem: str, hint: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.hint = hint


def _name(name: str) -> str:
    if not name.strip() or len(name) > NAME_LENGTH or clean(name) != name:
        raise _Wrong(f"must be a name of 1 to {NAME_LENGTH} printable characters", "Rename it.")
    return name


def _kind(name: object) -> object:
    if not isinstance(name, str):
        raise _Wrong(*_SAID["string_type"])
    if name not in APIS:
        raise _Wrong(f"must be one of {', '.join(APIS)}", "auto finds out by itself.")
    return name


def _command(value: object) -> object:
    """Check here what a union of types would report once for each of them."""
    is_list = isinstance(value, list) and all(isinstance(word, str) for word in value)
    if value is not None and not isinstance(value, str) and not is_list:
        raise _Wrong("must be text or a list of texts", _COMMAND_HINT)
    return value


def _runnable(value: str | list[str] | None) -> str | list[str] | None:
    try:
        program = "none" if value is None else arguments(value)[0]
    except ValueError:
        raise _Wrong("has a quotation mark that is not closed", _COMMAND_HINT) from None
    except IndexError:
        program = ""
    if not program:
        raise _Wrong("names no program", _COMMAND_HINT)
    return value


class Profile(BaseModel):
    """A server with how to reach it, as saved under ``[profiles.NAME]``. Never holds a token."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    url: str
    """Absolute, http or https, normalised; a path is a prefix of every request."""
    business: str = ""
    """The business the instances belong to; empty where it is not known or there is none."""
    api: Annotated[Api, BeforeValidator(_kind)] = AUTO
    at_once: Annotated[StrictInt, Field(ge=1, le=MOST_AT_ONCE)] = AT_ONCE
    """Requests under way at the same time where each instance is asked for its webhook."""
    timeout: Annotated[StrictInt, Field(ge=1, le=MOST_TIMEOUT)] = TIMEOUT
    """Seconds without a byte after which an answer is given up; four times that for a list."""
    token_command: Annotated[
        str | list[str] | None, BeforeValidator(_command), AfterValidator(_runnable)
    ] = None
    """Prints the token on its first line; run without a shell."""
    read_only: StrictBool = False
    insecure_http: StrictBool = False
    """Allows http to another machine, where the token can be read on the way."""
    production: StrictBool = False
    """Marks a server that deserves a second look before a save."""

    @field_validator("url")
    @classmethod
    def _url(cls, value: str) -> str:
        try:
            return address.normalise(value)
        except address.AddressError as error:
            raise _Wrong(error.problem, error.hint) from None

    @field_validator("business")
    @classmethod
    def _business(cls, value: str) -> str:
        value = value.strip()
        if clean(value) != value or "/" in value:
            raise _Wrong("must be an id without slashes or control characters", "Copy it again.")
        return value

    @property
    def goes_in_clear(self) -> bool:
        """Whether the token could be read on the way, which nobody allowed: it is not used so."""
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
            raise _Wrong(
                _("has {flag} both in on and in off").format(flag=flag), _("Take one of them out.")
            )
        if not (self.on or self.off) and self.rest == "keep":
            raise _Wrong(_("changes no flag"), _("Give it on, off or rest."))
        return self


class Settings(BaseModel):
    """The configuration file, after what flags and the environment say on top of it."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    default: str | None = None
    """The profile to use when none is named."""
    theme: str | None = None
    mouse: StrictBool = True
    keys: dict[str, str] = {}
    """Keys by command id."""
    presets: dict[Annotated[str, AfterValidator(_name)], PresetTable] = {}
    profiles: dict[Annotated[str, AfterValidator(_name)], Profile] = {}


def make_profile(name: str, fields: Mapping[str, object]) -> Profile:
    """Check what a person typed for a profile called ``name``.

    Raises :class:`UserError` with ``key`` and ``problem`` for each field that is wrong.
    """
    problems: list[UserError] = []
    try:
        _name(name)
    except _Wrong as error:
        problems.append(UserError(error.problem, error.hint, subject="name", key="name"))
    try:
        profile = Profile.model_validate(dict(fields))
    except ValidationError as error:
        found = in_words(error, lambda path: path[-1], table=("profiles", name))
        problems[:0] = found.problems
    if problems:
        problems[0].others = tuple(problems[1:])
        raise problems[0]
    return profile


def in_words(
    error: ValidationError,
    subject: Callable[[tuple[str, ...]], str],
    table: tuple[str, ...] = (),
) -> UserError:
    """Return pydantic's findings as one error per problem, without any value.

    ``subject`` says where a setting was read (``HOOKBOARD_URL``); ``table`` is the path of what
    was validated.
    """
    found = []
    for details in error.errors(include_url=False, include_input=False):
        path = table + tuple(str(part) for part in details["loc"])
        if path[-1] == "[key]":  # pydantic's tag for the key of a mapping itself
            path = path[:-1]
        if isinstance(wrong := details.get("ctx", {}).get("error"), _Wrong):
            problem, hint = wrong.problem, wrong.hint
        else:
            problem, hint = _problem(details["type"], path)
        found.append(UserError(problem, hint, subject=subject(path), key=path[-1]))
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
"""Of each setting that is a number: the greatest, and an example."""
_NO_NUMBER = frozenset({"int_type", "greater_than_equal", "less_than_equal"})
"""What pydantic calls what is not one of those numbers."""
_SAID = {
    "missing": ("is missing", 'Add a line like: url = "https://api.example.com"'),
    "string_type": ("must be text", 'Put it in quotes: "…"'),
    "list_type": ("must be a list of flags", 'Write it as ["messagesUpsert", "sendMessage"].'),
    "literal_error": ("must be keep, on or off", 'For example: rest = "keep"'),
    "bool_type": ("must be true or false", "Write one of the two, without quotes."),
    "dict_type": ("must be a table", "Write its settings below a line with its name in brackets."),
    "model_type": ("must be a table", "Write its settings below a line like [profiles.NAME]."),
}


def _problem(kind: str, path: tuple[str, ...]) -> tuple[str, str]:
    """Return problem and hint of a finding that pydantic calls ``kind``."""
    if kind == "extra_forbidden":
        return _unknown(path)
    if kind in _NO_NUMBER and (name := path[-1]) in _NUMBERS:
        most, usual = _NUMBERS[name]
        return f"must be a whole number from 1 to {most}", f"For example: {name} = {usual}"
    return _SAID.get(kind, ("is not what is expected there", "Correct it or take it out."))


def _unknown(path: tuple[str, ...]) -> tuple[str, str]:
    """Say what to do about a setting that does not exist."""
    from difflib import get_close_matches

    fields = _fields_of(path)
    name = path[-1]
    if close := get_close_matches(name, fields, n=1):
        return "is not a setting", f"Did you mean {close[0]}?"
    if name in Profile.model_fields:
        return "is not a setting", "It belongs to a profile, under [profiles.NAME]."
    if any(word in name.lower() for word in ("token", "jwt", "secret", "password")):
        return "is not a setting", (
            "Tokens are not kept in this file: take the line out and use token_command, "
            "the keyring, HOOKBOARD_TOKEN or --token-file."
        )
    return "is not a setting", f"There are: {', '.join(fields)}."


def _fields_of(path: tuple[str, ...]) -> Mapping[str, Any]:
    """Return the settings that may stand where ``path`` names one."""
    if len(path) == 1:
        return Settings.model_fields
    return (PresetTable if path[0] == "presets" else Profile).model_fields
