from __future__ import annotations

import pytest

from tui.i18n import _, ngettext, number


def test_a_text_stays_as_it_is_in_english() -> None:
    assert _("{host} answered {status}.") == "{host} answered {status}."


@pytest.mark.parametrize(
    "amount, text",
    [(0, "0 changes"), (1, "1 change"), (2, "2 changes"), (12_345, "12,345 changes")],
)
def test_counted_things_have_their_plural(amount: int, text: str) -> None:
    said = ngettext("{count} change", "{count} changes", amount).format(count=number(amount))
    assert said == text
