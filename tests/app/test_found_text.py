"""Filter hits in a text that is cut to its column."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from tui.app.widgets.found_text import match_spans


@pytest.mark.parametrize("cells", range(6, 60))
@pytest.mark.parametrize("word", ["crm", "hooks", "trada"])
def test_the_match_is_in_the_part_that_is_shown(word: str, cells: int) -> None:
    spans = match_spans("https://crm.loja.com.br/hooks/entrada", cells, "text", (word,))
    assert cell_len("".join(text for text, _ in spans)) == cells
    if cells >= len(word) + 3:
        assert (word, "found") in spans
