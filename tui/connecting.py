"""The first start: from what somebody typed to a profile that is tried and kept."""

from __future__ import annotations

import os
from dataclasses import dataclass

from tui.config.credentials import checked, store_token
from tui.config.errors import ConfigError
from tui.config.files import shown
from tui.config.load import read_only_asked, read_toml
from tui.config.overrides import Overrides
from tui.config.paths import config_file
from tui.config.profiles import Profile, make_profile
from tui.config.resolve import Target
from tui.config.save import save_profile


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed into the connect screen."""

    name: str
    url: str
    business: str
    token: str
    insecure_http: bool


def target_of(typed: Typed, overrides: Overrides) -> tuple[Target, Profile]:
    """Turn what was typed into a target. Raises :class:`ConfigError`, a problem for each field."""
    path = config_file()
    fields: dict[str, object] = {"url": typed.url, "business": typed.business}
    if typed.insecure_http:
        fields["insecure_http"] = True
    problems: list[ConfigError] = []
    profile = token = None
    try:
        profile = make_profile(typed.name, fields, shown(path))
    except ConfigError as error:
        problems += error.problems
    if not typed.business.strip():
        problems.append(ConfigError("must not be empty", key="business"))
    if not typed.token.strip():
        problems.append(ConfigError("must not be empty", key="token"))
    else:
        try:
            token = checked(typed.token, "the token")
        except ConfigError as error:
            problems.append(ConfigError(error.problem, error.hint, key="token"))
    if problems or profile is None:
        raise ConfigError("is not complete", subject="the profile", others=problems)
    target = Target(
        profile=typed.name,
        url=profile.url,
        business=profile.business,
        api=profile.api,
        read_only=read_only_asked(overrides, os.environ),
        insecure_http=profile.insecure_http,
        production=False,
        token=token,
        token_source="what was typed",
        config_path=path,
        saved=False,
    )
    return target, profile


def save_typed(target: Target, profile: Profile) -> str:
    """Keep the profile and its token, and say where. Raises :class:`ConfigError`."""
    first = "default" not in read_toml(target.config_path)
    save_profile(target.config_path, target.profile, profile, make_default=first)
    assert target.token is not None
    kept = store_token(target.profile, target.url, target.token)
    return f"Profile {target.profile} saved in {shown(target.config_path)}, its token in {kept}."
