"""Hostile text in the clipboard and in the log."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.support import Terminal, terminal
from tests.robustness.hostile.mirror import Mirror, mirrored, record
from tests.robustness.hostile.texts import FORBIDDEN, MADE, ODD, RECORDED
from tui.cli.log_file import log_to


async def copied(at: Terminal, *keys: str) -> str:
    """Press keys, and return the text that they copied."""
    at.app.clear_notifications()
    await at.press(*keys)
    await at.until(lambda: at.toasts, "it is said whether it was copied")
    return at.app.clipboard


@pytest.mark.parametrize(
    "key",
    [
        "u",
        "c",
        "w",
        "i",
    ],
)
async def test_the_copied_text_is_the_shown_text(key: str) -> None:
    texts = [text for text in (*MADE, *RECORDED) if len(text) < 1_000 and FORBIDDEN.search(text)]
    mirror = Mirror(*(record(number, text) for number, text in enumerate(texts)))
    with mirrored(mirror) as sandbox:
        async with terminal(sandbox) as at:
            for _ in texts:
                assert not FORBIDDEN.search(await copied(at, "y", key))
                await at.press("down")


async def test_the_copied_request_of_a_hostile_webhook_has_plain_lines() -> None:
    with mirrored(Mirror(*(record(0, text) for text in MADE[2:3]))) as sandbox:
        async with terminal(sandbox) as at:
            await at.press("tab", "enter")
            await at.sees("no changes")
            await at.press("f3")
            await at.sees("The request")
            text = await copied(at, "y")
            assert text.startswith("curl -X PUT")
            assert not [line for line in text.split("\n") if FORBIDDEN.search(line)]


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """A log at level debug, as ``--log-file`` writes it."""
    logger = logging.getLogger("hookboard")
    before = (logger.level, logger.propagate, [*logger.handlers])
    log_to(str(tmp_path / "log"))
    yield tmp_path / "log"
    for handler in set(logger.handlers) - set(before[2]):
        logger.removeHandler(handler)
        handler.close()
    logger.level, logger.propagate = before[:2]


async def test_answers_and_errors_are_logged_as_text(log: Path) -> None:
    mirror = Mirror(*(record(number, text) for number, text in enumerate(MADE)))
    with mirrored(mirror) as sandbox:
        async with terminal(sandbox) as at:
            await at.press("tab", "enter")
            await at.sees("no changes")
            await at.press("tab", "tab", "space")
            for text in ODD[:40]:
                mirror.error = (400, {"message": [text], text: text})
                await at.press("ctrl+s")
                await at.sees("answered 400")
                await at.until(lambda: not at.working("save"), "the save is over")
    check(await asyncio.to_thread(read_lines, log))


def read_lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").split("\n")


def check(lines: list[str]) -> None:
    assert not [line for line in lines if FORBIDDEN.search(line)]
    assert len([line for line in lines if " 400 in " in line]) >= 40
    assert any("\ufffd" in line for line in lines)
