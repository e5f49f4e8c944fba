"""Staged changes over several starts: kept as they are made, offered, discarded, asked about."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.app.board_desk import board_of, opened
from tests.app.support import URL, Terminal, change, terminal
from tests.support import hook as webhook
from tui.core.board.kept_staging import note
from tui.core.board.staging import Staging
from tui.core.patch.patch import Patch
from tui.model.instance import Instance
from tui.sandbox.codechat_v2.server import open_sandbox
from tui.storage.staged import Staged, StagedFolder


class Office:
    """A server with its data and a folder of staged changes; the program is started on both."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "staged"
        self.data = folder / "data.sqlite"

    @asynccontextmanager
    async def start(self, *, read_only: bool = False) -> AsyncIterator[Terminal]:
        """Start the program, and end it without a question, as a kill does."""
        sandbox = open_sandbox(data=self.data)
        staged = StagedFolder(self.folder)
        async with terminal(sandbox, staged=staged, read_only=read_only) as at:
            await at.until(lambda: not at.working("staged"), "kept changes were looked for")
            yield at
        self._unlock()

    def _unlock(self) -> None:
        """Free the files, as the system does when a program has ended: a copy has no lock."""
        for path in [*self.folder.iterdir()] if self.folder.is_dir() else []:
            copy = path.with_suffix(".copy")
            shutil.copy(path, copy)
            copy.replace(path)

    @property
    def kept(self) -> tuple[Staged, ...]:
        """What another program could read, free or not."""
        found = StagedFolder(self.folder).free(URL)
        return (*found.records, *found.elsewhere)

    @property
    def rows(self) -> int:
        return sum(len(one.rows) for one in self.kept)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


async def staged(office: Office, at: Terminal) -> None:
    """Stage a flag for all webhooks, and wait until that is on disk."""
    await opened(at)
    await at.press("M", "l", "n")
    await at.sees("staged:")
    await at.until(lambda: office.rows == len(board_of(at).staging), "it is on disk")


async def said(at: Terminal, text: str) -> None:
    """Wait until a message in the corner has a text."""
    await at.until(lambda: any(text in toast for toast in at.toasts), f"it is said: {text}")


async def test_every_change_is_on_disk_soon(office: Office) -> None:
    async with office.start() as at:
        await staged(office, at)
        await at.press("u")
        await at.until(lambda: office.rows == 0, "nothing is staged, and nothing kept")


async def test_what_was_cut_off_is_offered_and_gone_on_with(office: Office) -> None:
    async with office.start() as at:
        await staged(office, at)
        rows = office.rows
    async with office.start() as at:
        await said(at, "An earlier start left staged changes. b goes on with them.")
        await at.sees(f"{rows} staged")
        await at.press("b")
        await at.sees(f"Changes to {rows} webhooks were staged")
        await at.press("o")
        await at.sees(f"staged: {rows} changes in {rows}")
        assert len(board_of(at).staging) == rows
        await at.until(lambda: len(office.kept) == 1, "it is in one file")
        assert office.rows == rows
        await at.press("u")
        await at.sees("What is left was staged at an earlier start")
        assert office.rows == rows


async def test_what_others_changed_meanwhile_is_kept(office: Office) -> None:
    async with office.start() as at:
        await staged(office, at)
    async with office.start() as at:
        change(at.sandbox, url="https://theirs.example/in")
        await at.press("r")
        await at.until(lambda: not at.store.loading, "the list is read again")
        await at.press("b")
        await at.sees("were staged")
        await at.press("o")
        await at.sees("staged:")
        await at.press("f3")
        await at.sees("messagesSet on → off")
        assert "theirs.example" not in at.picture


async def test_kept_changes_can_be_left_or_discarded(office: Office) -> None:
    async with office.start() as at:
        await staged(office, at)
        rows = office.rows
    async with office.start() as at:
        await at.press("b")
        await at.sees("were staged")
        await at.press("l")
        await at.loses("were staged")
        assert office.rows == rows
        assert not len(board_of(at).staging)
    async with office.start() as at:
        await at.press("b")
        await at.sees("were staged")
        await at.press("d")
        await at.until(lambda: not office.kept, "it is discarded")


async def test_what_another_program_has_staged_is_said_and_not_taken(office: Office) -> None:
    async with office.start() as at:
        await staged(office, at)
        rows = office.rows
        async with office.start() as other:
            await opened(other)
            await said(other, f"Another Hookboard has changes to {rows} webhooks of this server")
            assert not len(board_of(other).staging)
        assert office.rows == rows


async def test_quitting_asks_about_what_is_staged(office: Office) -> None:
    async with office.start() as at:
        await staged(office, at)
        rows = office.rows
        await at.press("escape", "q")
        await at.sees(f"Changes to {rows} webhooks of loja are staged and not applied.")
        await at.press("e")
        await at.loses("not applied")
        await at.press("q")
        await at.sees("not applied")
        await at.press("p")
        await at.until(lambda: not at.app.is_running, "the program has ended")
    assert office.rows == rows


async def test_quitting_discards_what_is_not_wanted(office: Office) -> None:
    async with office.start() as at:
        await staged(office, at)
        await at.press("ctrl+q")
        await at.sees("not applied")
        await at.press("d")
        await at.until(lambda: not at.app.is_running, "the program has ended")
    assert not office.kept


async def test_a_read_only_start_leaves_what_is_kept(office: Office) -> None:
    async with office.start() as at:
        await staged(office, at)
        rows = office.rows
    async with office.start(read_only=True) as at:
        await opened(at)
        await at.until(lambda: not at.working("staged"), "nothing was asked")
        assert "were staged" not in at.picture
        assert "An earlier start left staged changes" not in str(at.toasts)
    assert office.rows == rows


async def test_a_folder_that_cannot_be_written_is_said(office: Office) -> None:
    office.folder.write_text("in the way")
    async with office.start() as at:
        await opened(at)
        await at.press("M", "l", "n")
        await said(at, "The staged changes are only in memory")


OTHER = "https://other.example"


def stage_on_another_server(folder: Path) -> None:
    """Leave a staged change of another server, as a kill does."""
    staging = Staging()
    staging.stage([(Instance("i1", "loja"), webhook())], Patch(flags={"newJwt": False}))
    keeping = StagedFolder(folder).begin(OTHER)
    note(keeping, staging, OTHER)
    keeping.leave()


async def test_what_was_staged_on_another_server_is_said_and_listed_there(office: Office) -> None:
    stage_on_another_server(office.folder)
    async with office.start() as at:
        await said(at, "staged changes on another server. ^o lists the servers.")
        await at.press("ctrl+o")
        await at.sees("no profile, 1 staged")
        assert "other.example" in at.row("1 staged")
