"""The built wheel works outside the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.quality.man_page import man_page

ROOT = Path(__file__).resolve().parents[2]
METADATA = (".dist-info", ".data")

RUN = """
import asyncio, pathlib, sys, tui
from tui.app.app import HookboardApp
from tui.config.overrides import Overrides
from tui.core.open_session import open_demo

async def main():
    app = HookboardApp(lambda: open_demo(Overrides()))
    async with app.run_test(size=(80, 24)) as pilot:
        while app.session is None or not app.session.store.loaded:
            await pilot.pause()
        await pilot.press("e")
        await pilot.pause()
        print(type(app.screen).__name__, pathlib.Path(tui.__file__).parent)

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_the_wheel_has_the_styles_and_no_tests(unpacked: Path) -> None:
    styles = {path.name for path in (ROOT / "styles").iterdir()}

    assert {path.name for path in (unpacked / "tui" / "styles").iterdir()} == styles
    others = {path.name for path in unpacked.iterdir() if path.suffix not in METADATA}
    assert others == {"tui"}


def test_the_wheel_installs_the_man_page(unpacked: Path) -> None:
    (page,) = unpacked.rglob("hookboard.1")

    assert page.relative_to(unpacked).as_posix().endswith(".data/data/share/man/man1/hookboard.1")
    assert page.read_text("utf-8") == man_page()


def test_the_wheel_has_its_licence_and_type_marker(unpacked: Path) -> None:
    (metadata,) = unpacked.glob("*.dist-info")

    assert (unpacked / "tui" / "py.typed").is_file()
    assert "MIT License" in (metadata / "licenses" / "tui" / "LICENSE").read_text()


def test_the_installed_program_opens_its_screens(unpacked: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(unpacked)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.split() == ["EditorScreen", str(unpacked / "tui")], done.stderr
