"""A place to work at: a server with its data, and a folder of drafts, over several starts."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.app.support import URL, Terminal, terminal
from tui.sandbox.codechat_v2.server import Sandbox, open_sandbox
from tui.storage.drafts import Draft, Drafts


class Desk:
    """A folder of drafts and a server with its data; the program is started on both, often."""

    def __init__(self, folder: Path, data: Path) -> None:
        self.folder = folder
        self._data = data

    @asynccontextmanager
    async def start(self, keys: Mapping[str, str] | None = None) -> AsyncIterator[Terminal]:
        """Start the program again, as another process would."""
        async with terminal(self.sandbox(), drafts=Drafts(self.folder), keys=keys) as at:
            await at.until(lambda: not at.working("drafts"), "drafts were looked for")
            yield at

    def sandbox(self) -> Sandbox:
        return open_sandbox(data=self._data)

    @property
    def free(self) -> tuple[Draft, ...]:
        """The drafts that the next program is offered."""
        return Drafts(self.folder).free(URL).records

    @property
    def kept(self) -> list[Any]:
        """The contents of the draft files, as JSON."""
        return [json.loads((self.folder / name).read_bytes()) for name in self.files]

    @property
    def names(self) -> list[str]:
        """The webhooks' names in the files, as they were edited."""
        return sorted(kept["values"]["name"] for kept in self.kept)

    @property
    def files(self) -> list[str]:
        """The drafts on disk, under way or not."""
        paths = self.folder.iterdir() if self.folder.exists() else ()
        return [each.name for each in paths if not each.name.startswith(".")]

    async def typed(self, at: Terminal, text: str) -> None:
        """Edit the first webhook's name, and wait until that is on disk."""
        await at.edit()
        await at.press(*text)
        await at.until(lambda: self.files, "the draft is on disk")

    async def leave_draft(self, text: str = "x") -> None:
        """Begin an edit, and keep it for another time."""
        async with self.start() as at:
            await self.typed(at, text)
            await at.press("escape", "p")
            await at.sees("12 instances")

    async def open(self, at: Terminal) -> None:
        """Open the first webhook, and wait for the offer."""
        await at.press("e")
        await at.sees("has a draft with")
