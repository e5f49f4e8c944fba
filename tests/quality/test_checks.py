"""Checks by other tools, as tests: one command runs everything."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent

MOST_LINES = 400


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("mypy",),
        ("lint-imports", "--no-cache"),
        ("vulture",),
    ],
    ids=["lint", "format", "types", "import-contracts", "dead-code"],
)
def test_check_passes(command: tuple[str, ...]) -> None:
    done = run(str(BIN / command[0]), *command[1:])

    assert done.returncode == 0, done.stdout + done.stderr


def test_no_file_is_too_long() -> None:
    sources = [path for folder in ("tui", "tests") for path in (ROOT / folder).rglob("*.py")]

    assert sources
    assert [path for path in sources if len(path.read_text().splitlines()) > MOST_LINES] == []


def modules_loaded_by(statement: str) -> set[str]:
    """Return the modules that are loaded after ``statement`` in a fresh interpreter."""
    loaded = "[name for name, module in sys.modules.items() if module]"
    code = f"{statement}\nimport sys\nprint(*{loaded})"
    done = run(sys.executable, "-c", code)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def loaded_by(statement: str) -> set[str]:
    """Return the top-level packages that are loaded after ``statement`` in a fresh interpreter."""
    return {name.partition(".")[0] for name in modules_loaded_by(statement)}


def test_the_core_loads_no_interface() -> None:
    loaded = loaded_by("import tui.core.open_session, tui.messages.save_report, tui.cli.check")

    assert "httpx" in loaded
    assert not {"textual", "pydantic", "tomlkit", "keyring"} & loaded


@pytest.mark.parametrize("content", [None, "", "# nothing yet\n", "mouse = false\n"])
def test_pydantic_is_imported_only_where_the_configuration_file_says_something(
    tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "config.toml"
    if content is not None:
        file.write_text(content, "utf-8")
    loaded = loaded_by(
        "from tui.config.load import load\n"
        "from tui.config.overrides import Overrides\n"
        f"load(Overrides(url='https://h'), {{'HOOKBOARD_CONFIG': {str(file)!r}}})"
    )

    assert ("pydantic" in loaded) == (content == "mouse = false\n")


FIRST_PICTURE = {"click", "textual", "rich", "platformdirs", "typing_extensions", "tui"}
"""The packages beside the standard library that are imported before the first picture."""


def test_nothing_heavy_is_imported_before_the_first_picture() -> None:
    loaded = loaded_by("import tui.cli.main, tui.app.app") - loaded_by("")

    assert loaded - sys.stdlib_module_names == FIRST_PICTURE


def test_the_next_screens_are_imported_while_the_list_is_looked_at() -> None:
    """The first key that opens one of them would take up to half as long again."""
    loaded = modules_loaded_by(
        """if True:
        import asyncio, sys
        from tests.app.support import terminal

        NEXT = ["tui.app.screens.editor.screen", "tui.app.screens.board.screen"]

        async def start():
            assert not sys.modules.keys() & set(NEXT)
            async with terminal() as at:
                await at.until(lambda: sys.modules.keys() >= set(NEXT), "imported")

        asyncio.run(start())"""
    )

    assert {"tui.app.screens.editor.screen", "tui.app.screens.board.screen"} <= loaded


def test_no_module_of_a_command_is_imported_before_the_first_picture() -> None:
    loaded = modules_loaded_by("import tui.cli.main, tui.app.app")
    later = re.compile(
        r"tui\.cli\.\w+_commands"
        r"|tui\.core\.(patch|plan|run|history|command|selection|webhook_file)\b.*"
        r"|tui\.core\.board\.(?!kept_staging)\w+"
        r"|tui\.app\.screens\.(board|editor|history|review|run)\b.*"
        r"|tui\.storage\.(journal|drafts|staged)\b.*"
        r"|tui\.sandbox\b.*"
    )

    assert [name for name in sorted(loaded) if later.fullmatch(name)] == []
