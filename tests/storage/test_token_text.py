"""The texts that are accepted as a token."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.user_error import UserError
from tui.storage.tokens import checked

PLANTED = "planted-token-2b8f"


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "is empty"),
        (" \n", "is empty"),
        (f"Bearer {PLANTED}", "white space"),
        (f"{PLANTED}\nsecond line", "white space"),
        (f"{PLANTED}\u00a0x", "white space"),
        (f"{PLANTED}\u200b", "control or non-ASCII"),
        (f"{PLANTED}\x1b[0m", "control or non-ASCII"),
        (f"{PLANTED}ç", "control or non-ASCII"),
        (f"{PLANTED}\udcff", "control or non-ASCII"),
        (PLANTED * 5000, "too long"),
    ],
)
def test_a_text_that_cannot_be_a_token_is_refused_and_not_shown(text: str, said: str) -> None:
    with pytest.raises(UserError) as caught:
        checked(text, "HOOKBOARD_TOKEN")
    assert caught.value.message.startswith("HOOKBOARD_TOKEN gives")
    assert said in caught.value.message
    assert PLANTED not in f"{caught.value!r} {caught.value.hint}"


@given(st.text())
def test_an_accepted_token_fits_in_a_header(text: str) -> None:
    try:
        token = checked(text, "the token").reveal()
    except UserError as error:
        assert error.message.startswith("the token gives")  # noqa: PT017
        return
    assert token == text.strip()
    assert token.isascii()
    assert token.isprintable()
    assert " " not in token
