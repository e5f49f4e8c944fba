"""The man page says what ``--help`` says, and roff can read it."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tests.quality.man_page import PAGE, man_page


def test_the_man_page_has_the_texts_of_the_help() -> None:
    hint = "python -m tests.quality.man_page writes it anew"
    assert PAGE.read_text("utf-8") == man_page(), hint


@pytest.mark.skipif(not shutil.which("groff"), reason="groff is not installed")
def test_roff_shows_the_man_page_without_a_warning() -> None:
    shown = subprocess.run(
        ["groff", "-man", "-Tutf8", "-ww", "-P-cbou", str(PAGE)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stderr == ""
    text = " ".join(shown.stdout.split())
    assert "hookboard set --where 'instance=loja-*' --off presenceUpdate --yes" in text
    assert "EXIT STATUS" in text
