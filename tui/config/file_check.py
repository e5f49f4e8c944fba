"""Checking what the configuration file says, with pydantic; every mistake in words.

Import it only where there is something to check: a start without a file saves the time that
importing pydantic and building its models take.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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
    model_validator,
)

from tui.config.profiles import AT_ONCE, NAME_LENGTH, PresetTable, Profile, Settings
from tui.config.rules import Mistake, checked_business, checked_kind, checked_url
from tui.i18n import _
from tui.model.server_kind import AUTO
from tui.model.text import clean
from tui.model.timeout import TIMEOUT
from tui.model.user_error import UserError, as_one
from tui.storage.token_command import arguments

Keys = tuple[str, ...]
"""The keys that lead to a setting: ``("profiles", "loja", "url")``."""

NameOf = Callable[[Keys], str]
"""Names a setting for people, by its keys: ``FILE: profiles.loja.url``."""

MOST_AT_ONCE = 64
"""The most requests at the same time: more would be an attack on a small server."""

MOST_TIMEOUT = 3600
"""The most seconds to wait for an answer."""

_COMMAND_HINT = _('For example: token_command = ["pass", "show", "hookboard"]')


def _name(name: str) -> str:
    if not name.strip() or len(name) > NAME_LENGTH or clean(name) != name:
        problem = _("must be a name of 1 to {most} printable characters")
        raise Mistake(problem.format(most=NAME_LENGTH), _("Rename it."))
    return name


def _command(value: object) -> object:
    """Check the type: pydantic would report one problem for each type of the union."""
    is_list = isinstance(value, list) and all(isinstance(word, str) for word in value)
    if value is not None and not isinstance(value, str) and not is_list:
        raise Mistake(_("must be text or a list of texts"), _COMMAND_HINT)
    return value


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


class _Table(BaseModel):
    """A table of the file, of which only what was given is used.

    The defaults are those of :mod:`tui.config.profiles`.
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, defer_build=True)

    def given(self) -> dict[str, Any]:
        """Return the settings that the table has."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class _Profile(_Table):
    url: Annotated[str, AfterValidator(checked_url)]
    business: Annotated[str, AfterValidator(checked_business)] = ""
    api: Annotated[str, AfterValidator(checked_kind)] = AUTO
    at_once: Annotated[StrictInt, Field(ge=1, le=MOST_AT_ONCE)] = AT_ONCE
    timeout: Annotated[StrictInt, Field(ge=1, le=MOST_TIMEOUT)] = TIMEOUT
    token_command: Annotated[
        str | list[str] | None, BeforeValidator(_command), AfterValidator(_runnable)
    ] = None
    read_only: StrictBool = False
    insecure_http: StrictBool = False
    production: StrictBool = False

    def profile(self) -> Profile:
        """Return the profile that the table describes."""
        given = self.given()
        return Profile(**given, given=frozenset(given))


class _Preset(_Table):
    on: list[str] = []
    off: list[str] = []
    rest: Literal["keep", "on", "off"] = "keep"

    @model_validator(mode="after")
    def _changes_flags(self) -> _Preset:
        if both := set(self.on).intersection(self.off):
            flag = clean(min(both), NAME_LENGTH)
            raise Mistake(
                _("has {flag} both in on and in off").format(flag=flag), _("Take one of them out.")
            )
        if not (self.on or self.off) and self.rest == "keep":
            raise Mistake(_("changes no flag"), _("Give it on, off or rest."))
        return self


class _File(_Table):
    default: str | None = None
    theme: str | None = None
    mouse: StrictBool = True
    keys: dict[str, str] = {}
    presets: dict[Annotated[str, AfterValidator(_name)], _Preset] = {}
    profiles: dict[Annotated[str, AfterValidator(_name)], _Profile] = {}

    def settings(self) -> Settings:
        """Return the settings of the file."""
        presets = {name: PresetTable(**table.given()) for name, table in self.presets.items()}
        profiles = {name: table.profile() for name, table in self.profiles.items()}
        return Settings(**{**self.given(), "presets": presets, "profiles": profiles})


def check_file(values: Mapping[str, Any], name_of: NameOf) -> tuple[Settings, dict[str, UserError]]:
    """Return the settings of a file, and by name why profiles cannot be used: they are left out.

    Raises :class:`UserError` with all mistakes where one is outside the profiles.
    """
    try:
        return _File.model_validate(values).settings(), {}
    except ValidationError as error:
        mistakes = _mistakes(error, name_of)
    by_profile: dict[str, list[UserError]] = {}
    for keys, mistake in mistakes:
        if keys[0] != "profiles" or len(keys) == 1:
            raise as_one(mistake for _keys, mistake in mistakes)
        by_profile.setdefault(keys[1], []).append(mistake)
    good = {name: one for name, one in values["profiles"].items() if name not in by_profile}
    settings = _File.model_validate({**values, "profiles": good}).settings()
    return settings, {name: as_one(found) for name, found in by_profile.items()}


def make_profile(name: str, given: Mapping[str, object]) -> Profile:
    """Check the settings that a person typed for a profile called ``name``.

    Raises :class:`UserError` with ``key`` and ``problem`` for each wrong setting.
    """
    problems: list[UserError] = []
    try:
        profile = _Profile.model_validate(given).profile()
    except ValidationError as error:
        found = _mistakes(error, lambda keys: keys[-1], above=("profiles", name))
        problems += [mistake for _keys, mistake in found]
    try:
        _name(name)
    except Mistake as error:
        problems.append(UserError(error.problem, error.hint, subject=_("name"), key="name"))
    if problems:
        raise as_one(problems)
    return profile


def _mistakes(
    error: ValidationError, name_of: NameOf, above: Keys = ()
) -> list[tuple[Keys, UserError]]:
    """Return what pydantic found and where, without the values.

    ``above`` holds the keys that lead to the part that was checked.
    """
    found = []
    for details in error.errors(include_url=False, include_input=False):
        keys = above + tuple(str(part) for part in details["loc"])
        if keys[-1] == "[key]":  # pydantic's tag for the key of a mapping itself
            keys = keys[:-1]
        mistake = details.get("ctx", {}).get("error")
        if isinstance(mistake, Mistake):
            problem, hint = mistake.problem, mistake.hint
        else:
            problem, hint = _problem(details["type"], keys)
        found.append((keys, UserError(problem, hint, subject=name_of(keys), key=keys[-1])))
    return found


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


def _problem(kind: str, keys: Keys) -> tuple[str, str]:
    """Return problem and hint of a finding that pydantic calls ``kind``."""
    if kind == "extra_forbidden":
        return _("is not a setting"), _hint_for_unknown(keys)
    if kind in _NO_NUMBER and (name := keys[-1]) in _NUMBERS:
        most, usual = _NUMBERS[name]
        problem = _("must be a whole number from 1 to {most}").format(most=most)
        return problem, _("For example: {setting} = {value}").format(setting=name, value=usual)
    return _PROBLEMS.get(kind, (_("is not what is expected there"), _("Correct or remove it.")))


def _hint_for_unknown(keys: Keys) -> str:
    """Return what to do about a setting that does not exist."""
    from difflib import get_close_matches

    known = _settings_beside(keys)
    name = keys[-1]
    if close := get_close_matches(name, known, n=1):
        return _("Did you mean {name}?").format(name=close[0])
    if name in _Profile.model_fields:
        return _("It belongs to a profile, under [profiles.NAME].")
    if any(word in name.lower() for word in ("token", "jwt", "secret", "password")):
        return _(
            "Tokens are not kept in this file: remove the line and use token_command, "
            "the keyring, HOOKBOARD_TOKEN or --token-file."
        )
    return _("There are: {names}.").format(names=", ".join(known))


def _settings_beside(keys: Keys) -> Iterable[str]:
    """Return the settings that may stand where ``keys`` name one."""
    if len(keys) == 1:
        return _File.model_fields
    return (_Preset if keys[0] == "presets" else _Profile).model_fields
