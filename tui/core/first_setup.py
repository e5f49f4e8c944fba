"""The first start: from what somebody typed to a profile that is tried and kept."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count

from tui.config.load import check_settings, faults_of, read_only_asked, read_toml
from tui.config.overrides import Overrides
from tui.config.profiles import IN_CLEAR, NAME_LENGTH, Profile, make_profile
from tui.config.resolve import Target
from tui.config.save import remember_kind, save_profile
from tui.model.secret import TYPED
from tui.model.server_kind import AUTO, Api, needs_business, title
from tui.model.user_error import UserError
from tui.storage.paths import config_file
from tui.storage.private_files import shown
from tui.storage.tokens import checked, store_token, token_path


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed into the connect screen."""

    name: str
    url: str
    business: str
    token: str
    insecure_http: bool
    api: Api = AUTO
    """Which kind of server it is, where somebody said so."""


def target_of(
    typed: Typed, overrides: Overrides, taken: Collection[str] = ()
) -> tuple[Target, Profile]:
    """Turn what was typed into a target, under a name that neither the file nor ``taken`` has.

    Raises :class:`UserError`, a problem for each field.
    """
    problems: list[UserError] = []
    profile = token = None
    try:
        profile = make_profile(typed.name, _fields(typed))
    except UserError as error:
        problems += error.problems
    problems += _more_problems(typed, profile, {*taken, *saved_names()})
    if typed.token.strip():
        try:
            token = checked(typed.token, "the token")
        except UserError as error:
            problems.append(UserError(error.problem, error.hint, key="token"))
    if problems or profile is None:
        raise UserError("is not complete", subject="the profile", others=problems)
    in_this_run = {
        "read_only": read_only_asked(overrides, os.environ),
        "timeout": overrides.timeout or profile.timeout,
    }
    target = Target(
        profile=typed.name,
        settings=profile.model_copy(update=in_this_run),
        token=token,
        token_source=TYPED,
        config_path=config_file(),
        saved=False,
    )
    return target, profile


def save_typed(target: Target, profile: Profile, kind: Api) -> str:
    """Keep the profile, its token and the ``kind`` of server that answered, and say where.

    Raises :class:`UserError` when the profile is not saved; a token that is not kept is said.
    """
    first = "default" not in read_toml(target.config_path)
    save_profile(target.config_path, target.profile, profile, make_default=first, is_new=True)
    if target.settings.api == AUTO:
        with suppress(UserError):  # it is found out again at the next start
            remember_kind(target.config_path, target.profile, target.settings.url, kind)
    assert target.token is not None
    try:
        place = store_token(target.profile, target.settings.url, target.token)
    except UserError as error:
        return f"Profile {target.profile} saved, but not its token: {error.message}."
    file = f"the file {shown(token_path(target.profile, target.settings.url))}"
    in_short = place.replace(file, "a file of mode 0600")
    return f"Profile {target.profile} saved; token in {in_short}."


def saved_names() -> Collection[str]:
    """Return the names of the profiles in the file, whatever is wrong with them."""
    path = config_file()
    with suppress(UserError):  # said when it is to be written
        values = read_toml(path)
        return {*check_settings(values, path).profiles, *faults_of(values, path)}
    return ()


def free_name(name: str, taken: Collection[str]) -> str:
    """Return ``name``, with the first number that makes it one that is not taken."""
    if name not in taken:
        return name
    endings = (f"-{number}" for number in count(2))
    names = (name[: NAME_LENGTH - len(ending)] + ending for ending in endings)
    return next(one for one in names if one not in taken)


def _fields(typed: Typed) -> dict[str, object]:
    """Return what is to be written: what goes without saying is left out."""
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
    """Find what is wrong with fields that are right by themselves."""
    if profile is not None and profile.goes_in_clear:
        yield UserError(IN_CLEAR, "Use https, or allow http below.", key="url")
    if typed.name in taken:
        yield UserError("is the name of another profile", "Choose another.", key="name")
    if needs_business(typed.api) and not typed.business.strip():
        why = f"{title(typed.api)} lists instances by business."
        yield UserError("must not be empty", why, key="business")
    if not typed.token.strip():
        yield UserError("must not be empty", key="token")
