"""A saved profile in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.core.first_setup import SavedProfile
from tui.messages.saved_profile import saved_profile
from tui.model.user_error import UserError
from tui.storage.tokens import TokenPlace

FILE = Path("/x/tokens/shop")


@pytest.mark.parametrize(
    "place, where",
    [
        (TokenPlace(), "the keyring"),
        (TokenPlace(FILE), "a file of mode 0600"),
        (TokenPlace(FILE, "the keyring is locked"), "a file of mode 0600 (the keyring is locked)"),
    ],
)
def test_the_place_of_the_token_is_named(place: TokenPlace, where: str) -> None:
    assert saved_profile(SavedProfile("shop", place)) == f"Profile shop saved; token in {where}."


def test_a_token_that_could_not_be_stored_is_reported() -> None:
    error = UserError("could not be written", subject="/x/tokens/shop")
    assert saved_profile(SavedProfile("shop", error=error)) == (
        "Profile shop saved, but not its token: /x/tokens/shop could not be written."
    )
