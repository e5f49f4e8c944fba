"""Breaking text into lines: between words, and long words between their parts."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from tui.app.widgets.line_widget import wrap

URL = "https://crm.loja.com.br/hooks/whatsapp/entrada"


@pytest.mark.parametrize(
    "cells, lines",
    [
        (46, [URL]),
        (45, ["https://crm.loja.com.br/hooks/whatsapp/", "entrada"]),
        (30, ["https://crm.loja.com.br/hooks/", "whatsapp/entrada"]),
        (20, ["https://crm.loja.", "com.br/hooks/", "whatsapp/entrada"]),
    ],
)
def test_an_address_is_broken_after_its_parts(cells: int, lines: list[str]) -> None:
    assert wrap(URL, cells, 4) == lines


def test_a_word_without_parts_leaves_more_than_a_letter_for_its_last_line() -> None:
    assert wrap("x" * 41, 40, 3) == ["x" * 37, "x" * 4]


@pytest.mark.parametrize("cells", range(8, 50))
@pytest.mark.parametrize("text", [URL * 3, "日本" * 40, f"see {URL}, then {URL}", "é" * 99])
def test_every_line_fits_and_nothing_is_lost(text: str, cells: int) -> None:
    lines = wrap(text, cells, 99)
    assert all(cell_len(line) <= cells for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_text_without_room_is_cut_at_the_end_of_the_room() -> None:
    assert wrap(URL, 20, 2) == ["https://crm.loja.", "com.br/hooks/whatsa…"]
