"""A saved profile in words."""

from __future__ import annotations

from tui.core.first_setup import SavedProfile
from tui.i18n import _


def saved_profile(saved: SavedProfile) -> str:
    """Say that a profile was saved, and where its token is."""
    name, place, error = saved.name, saved.token_place, saved.error
    if error:
        text = _("Profile {profile} saved, but not its token: {problem}.")
        return text.format(profile=name, problem=error.message)
    if place is None or place.file is None:
        return _("Profile {profile} saved; token in the keyring.").format(profile=name)
    if place.refusal:
        text = _("Profile {profile} saved; token in a file of mode 0600 ({refusal}).")
        return text.format(profile=name, refusal=place.refusal)
    return _("Profile {profile} saved; token in a file of mode 0600.").format(profile=name)
