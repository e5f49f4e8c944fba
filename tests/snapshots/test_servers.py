"""Pictures of the list of servers, and of a server in production."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.snapshots.scenes import app, keys, sandbox

Compare = Callable[..., bool]

NARROW, WIDE = (80, 24), (120, 40)

CONFIGURATION = """
[profiles.loja]
url = "https://api.loja.com.br"
api = "codechat-v2"
production = true

[profiles.filial]
url = "https://zap.filial.com.br/api-wa"
api = "evolution-v2"
read_only = true

[profiles.laboratorio]
url = "http://127.0.0.1:8084"
"""


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("NO_COLOR", "TMUX", "HOOKBOARD_READ_ONLY"):
        monkeypatch.delenv(name, raising=False)
    file = tmp_path / "config.toml"
    file.write_text(CONFIGURATION)
    monkeypatch.setenv("HOOKBOARD_CONFIG", str(file))
    return file


@pytest.mark.parametrize("size", [(60, 18), NARROW, WIDE], ids=["60x18", "80x24", "120x40"])
def test_servers(snap_compare: Compare, size: tuple[int, int]) -> None:
    scene = app(sandbox(), production=True)
    assert snap_compare(scene, terminal_size=size, run_before=keys("e", "x", "ctrl+o"))


def test_a_server_that_cannot_be_opened(snap_compare: Compare, config: Path) -> None:
    config.write_text(CONFIGURATION + 'token_command = "false"\n')
    act = keys("ctrl+o", "end", "enter")
    assert snap_compare(app(sandbox(), theme="textual-light"), run_before=act)


def test_saving_in_production(snap_compare: Compare) -> None:
    act = keys("e", "x", "tab", "tab", "space", "ctrl+s")
    assert snap_compare(app(sandbox(), production=True), run_before=act)
