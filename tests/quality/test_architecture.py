"""ARCHITECTURE.md names the modules, folders and layers that exist."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / ".github" / "ARCHITECTURE.md").read_text()


def test_every_module_and_folder_on_the_page_exists() -> None:
    there = [path.relative_to(ROOT).as_posix() for path in (ROOT / "tui").rglob("*")]
    named = set(re.findall(r"`([\w/]+(?:\.py|/))`", PAGE))

    assert len(named) > 40
    assert {
        name
        for name in named
        if not any(f"/{path}".endswith(f"/{name.rstrip('/')}") for path in there)
    } == set()


def test_every_folder_of_the_package_has_a_line() -> None:
    folders = {
        path.relative_to(ROOT).as_posix() for path in (ROOT / "tui").iterdir() if path.is_dir()
    }
    lines = set(re.findall(r"^\| `(tui/[\w/]+)` \|", PAGE, re.MULTILINE))

    assert {folder for folder in folders if "__" not in folder} - lines == set()


def test_the_layers_on_the_page_are_those_of_the_import_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = contracts["contracts"][0]["layers"]
    drawn = re.findall(r"^(\w+) {2,}\w", PAGE.split("```")[1], re.MULTILINE)

    assert drawn == layers
