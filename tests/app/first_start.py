"""The connect screen of a program without configuration, and the files it writes."""

from __future__ import annotations

import stat
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.app.support import Cable, Terminal, started
from tui.app.app import HookboardApp
from tui.app.widgets.select_field import SelectField
from tui.config.overrides import Overrides
from tui.model.server_kind import KINDS, Api
from tui.sandbox.any_sandbox import AnySandbox
from tui.sandbox.codechat_v2.server import open_sandbox
from tui.sandbox.serve import running


def text_of(config: Path) -> str:
    """Return the configuration as it was written."""
    return config.read_text("utf-8")


def kept(config: Path) -> dict[str, Any]:
    """Return the configuration as it was saved."""
    return tomllib.loads(text_of(config))


def kept_token(config: Path) -> tuple[str, int]:
    """Return the text of the only token file, and its mode."""
    (file,) = (config.parent / "data/hookboard/tokens").iterdir()
    return file.read_text("utf-8").strip(), stat.S_IMODE(file.stat().st_mode)


def nothing_kept(config: Path) -> bool:
    """Return whether nothing was written."""
    return list(config.parent.iterdir()) == []


class FirstStart(Terminal):
    """A terminal with the connect screen of a program without configuration."""

    url: str

    async def fill(self, **fields: str) -> None:
        """Put texts into fields of these names."""
        for name, text in fields.items():
            self.field(name).input.focus()
            await self.retype(text)


@asynccontextmanager
async def first_start(api: Api | None = None) -> AsyncIterator[FirstStart]:
    with open_sandbox() as sandbox, running(sandbox) as url:
        app = HookboardApp(lambda: None, overrides=Overrides(api=api))
        async with started(app, sandbox, Cable(sandbox.app)) as at:
            here = FirstStart(at.pilot, sandbox, at.cable)
            here.url = url
            await here.sees("Connect to a server")
            yield here


@asynccontextmanager
async def first_start_at(server: AnySandbox) -> AsyncIterator[FirstStart]:
    """Start beside a server of another kind."""
    with running(server) as url:
        async with first_start() as at:
            at.url = url
            yield at


async def choose(at: FirstStart, key: str, kind: str) -> None:
    """Go with a key through the kinds to this one."""
    at.one(SelectField).focus()
    for _ in range(len(KINDS)):
        if f"‹ {kind} ›" not in at.words:
            await at.press(key)
    await at.sees(f"‹ {kind} ›")
