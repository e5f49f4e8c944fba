"""An office with two servers, and a program that is started on the first of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from tests.app.support import Cable, Terminal, session, started
from tui.app.app import HookboardApp
from tui.config.overrides import Overrides
from tui.core.open_session import user_data_in
from tui.sandbox.codechat_v2.server import Sandbox
from tui.storage.paths import drafts_dir, journal_file, staged_dir

PRODUCTION = "production = true\n"


class Office:
    """Two servers: ``loja``, on the cable, and ``filial``, on a socket and in the configuration."""

    def __init__(self, config: Path, token: Path, loja: Sandbox, filial: Sandbox, url: str) -> None:
        self.config = config
        self.loja = loja
        self.filial = filial
        self.url = url
        self._token = token
        self._token.write_text(filial.token)
        self.write(self.profile("loja"), self.profile("filial"))

    def profile(self, name: str, more: str = "", *, command: str = "") -> str:
        """Return a profile as the file has it; all lead to the same server."""
        return (
            f'[profiles.{name}]\nurl = "{self.url}"\nbusiness = "{self.filial.business_id}"\n'
            f'api = "codechat-v2"\ntoken_command = "{command or f"cat {self._token}"}"\n{more}'
        )

    def write(self, *profiles: str) -> None:
        """Write the configuration file."""
        self.config.write_text("\n".join(profiles))

    @asynccontextmanager
    async def start(
        self,
        *,
        size: tuple[int, int] = (80, 24),
        production: bool = False,
        read_only: bool = False,
        demo: bool = False,
        drafts: bool = False,
        keys: Mapping[str, str] | None = None,
    ) -> AsyncIterator[Terminal]:
        """Start the program on ``loja``; with ``drafts`` its edits are kept on disk too."""
        cable = Cable(self.loja.app)
        made = replace(session(self.loja, cable), production=production)
        if drafts:
            made.user_data.drafts = user_data_in(drafts_dir(), staged_dir(), journal_file()).drafts
        app = HookboardApp(
            lambda: made, overrides=Overrides(read_only=read_only), demo=demo, keys=keys
        )
        async with started(app, self.loja, cable, size) as at:
            await at.sees("12 instances")
            yield at


async def switch(at: Terminal, name: str, until: str) -> None:
    """Switch to a profile in the list of servers, and wait for a text on its screen."""
    await at.press("ctrl+o")
    await at.sees("enter Switch", name)
    at.row_list("#servers").move_to_key(name)
    await at.press("enter")
    await at.loses("enter Switch")
    await at.sees(until)
