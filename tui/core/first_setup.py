"""The first start: from typed details of a server to a profile that is tried and saved."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count

from tui.config.load import check_settings, faults_of, read_only_asked, read_toml
from tui.config.overrides import Overrides
from tui.config.profiles import IN_CLEAR, NAME_LENGTH, Profile
from tui.config.resolve import ResolvedProfile
from tui.config.save import remember_kind, save_profile
from tui.i18n import _
from tui.model.secret import TYPED
from tui.model.server_kind import AUTO, Api, needs_business, title
from tui.model.user_error import UserError
from tui.storage.paths import config_file
from tui.storage.tokens import THE_TOKEN, TokenPlace, checked, store_token


@dataclass(frozen=True, slots=True)
class Typed:
    """The details of a server that somebody typed into the connect screen."""

    name: str
    url: str
    business: str
    token: str
    insecure_http: bool
    api: Api = AUTO
    """The kind of server; ``auto`` where nobody chose one."""


@dataclass(frozen=True, slots=True)
class SavedProfile:
    """A profile that was saved, and where its token was stored."""

    name: str
    token_place: TokenPlace | None = None
    error: UserError | None = None
    """Why the token was not stored."""


def resolve_typed(
    typed: Typed, overrides: Overrides, taken: Collection[str] = ()
) -> tuple[ResolvedProfile, Profile]:
    """Turn typed details into a profile to connect with, under a new name.

    Neither the file nor ``taken`` may have the name. Raises :class:`UserError` with a problem
    for each wrong field.
    """
    from tui.config.file_check import make_profile  # pydantic, which no other start needs

    problems: list[UserError] = []
    profile = token = None
    try:
        profile = make_profile(typed.name, _fields(typed))
    except UserError as error:
        problems += error.problems
    problems += _more_problems(typed, profile, {*taken, *saved_names()})
    if typed.token.strip():
        try:
            token = checked(typed.token, THE_TOKEN)
        except UserError as error:
            problems.append(UserError(error.problem, error.hint, key="token"))
    if problems or profile is None:
        raise UserError(_("the profile is not complete"), others=problems)
    resolved = ResolvedProfile(
        profile=typed.name,
        settings=replace(
            profile,
            read_only=read_only_asked(overrides, os.environ),
            timeout=overrides.timeout or profile.timeout,
        ),
        token=token,
        token_source=TYPED,
        config_path=config_file(),
        saved=False,
    )
    return resolved, profile


def save_typed(resolved: ResolvedProfile, profile: Profile, kind: Api) -> SavedProfile:
    """Save the profile, its token and the ``kind`` of server that answered.

    Raises :class:`UserError` when the profile cannot be saved; where only the token cannot be
    stored, the result says why.
    """
    first = "default" not in read_toml(resolved.config_path)
    save_profile(resolved.config_path, resolved.profile, profile, make_default=first, is_new=True)
    if resolved.settings.api == AUTO:
        with suppress(UserError):  # the next start finds it out again
            remember_kind(resolved.config_path, resolved.profile, resolved.settings.url, kind)
    assert resolved.token is not None
    try:
        place = store_token(resolved.profile, resolved.settings.url, resolved.token)
    except UserError as error:
        return SavedProfile(resolved.profile, error=error)
    return SavedProfile(resolved.profile, place)


def saved_names() -> Collection[str]:
    """Return the names of the profiles in the file, faulty ones included."""
    path = config_file()
    with suppress(UserError):  # writing the file reports it
        values = read_toml(path)
        return {*check_settings(values, path).profiles, *faults_of(values, path)}
    return ()


def free_name(name: str, taken: Collection[str]) -> str:
    """Return ``name``, with the first free number behind it where it is taken."""
    if name not in taken:
        return name
    endings = (f"-{number}" for number in count(2))
    names = (name[: NAME_LENGTH - len(ending)] + ending for ending in endings)
    return next(one for one in names if one not in taken)


def _fields(typed: Typed) -> dict[str, object]:
    """Return the settings to write; defaults are left out."""
    fields: dict[str, object] = {"url": typed.url}
    if typed.business.strip():
        fields["business"] = typed.business
    if typed.api != AUTO:
        fields["api"] = typed.api
    if typed.insecure_http:
        fields["insecure_http"] = True
    return fields


def _more_problems(
    typed: Typed, profile: Profile | None, taken: Collection[str]
) -> Iterator[UserError]:
    """Yield problems that a check of each field alone does not find."""
    if profile is not None and profile.goes_in_clear:
        yield UserError(IN_CLEAR, _("Use https, or allow http below."), key="url")
    if typed.name in taken:
        yield UserError(_("is the name of another profile"), _("Choose another."), key="name")
    if needs_business(typed.api) and not typed.business.strip():
        why = _("{kind} lists instances by business.").format(kind=title(typed.api))
        yield UserError(_("must not be empty"), why, key="business")
    if not typed.token.strip():
        yield UserError(_("must not be empty"), key="token")
