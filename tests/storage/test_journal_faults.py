"""A journal that is damaged, locked, full or read-only is said once, and nothing else fails."""

from __future__ import annotations

import os
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.storage.journal_support import (
    HOOK,
    REF,
    SERVER,
    STATE,
    at,
    instance,
    journal_at,
    mode,
    row_record,
    with_flags,
)
from tui.model.user_error import UserError
from tui.storage.journal import Origin, database
from tui.storage.journal.database import FORMAT
from tui.storage.journal.worker import Worker

NOBODY = 65534
"""The id of a user without rights."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "journal.sqlite"


async def filled(path: Path, instances: int = 300) -> None:
    """Make a journal of some pages."""
    async with journal_at(path) as journal:
        listed = [instance(HOOK, id=f"i{number}") for number in range(1, instances + 1)]
        await journal.note_list(SERVER, listed, at(0), whole=True)
        assert len(await journal.history(REF)) == 1


def content_of(path: Path) -> bytes:
    return path.read_bytes()


def cut_off(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def overwritten(path: Path) -> None:
    path.write_bytes(b"this was never a database\n" * 500)


def broken_inside(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    path.write_bytes(content)


def of_another_program(path: Path) -> None:
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE states (something TEXT)")
    connection.commit()
    connection.close()


@pytest.mark.parametrize("damage", [cut_off, overwritten, broken_inside, of_another_program])
async def test_a_damaged_file_is_set_aside_and_a_new_one_begun(
    path: Path, damage: Callable[[Path], None]
) -> None:
    await filled(path)
    damage(path)
    content = content_of(path)
    async with journal_at(path) as journal:
        await journal.note_list(SERVER, [instance(HOOK)], at(1), whole=True)
        assert len(await journal.history(REF)) == 1
        (said,) = journal.take_news()
    (aside,) = path.parent.glob("*.damaged-????????")
    assert aside.name in said.message
    assert content_of(aside)[4096:8192] == content[4096:8192]
    assert mode(path) == mode(aside) == 0o600


async def test_an_empty_file_is_a_new_journal(path: Path) -> None:
    os.mkdir(path.parent)
    os.close(os.open(path, os.O_CREAT, 0o600))
    await filled(path, 1)


async def test_the_file_of_a_later_version_is_left_as_it_is(path: Path) -> None:
    await filled(path, 1)
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version={FORMAT + 1}")
    connection.close()
    before = content_of(path)
    await refused(path, "later version of Hookboard")
    assert content_of(path) == before


async def refused(path: Path, words: str) -> None:
    """See that everything is said to fail once, and that noting goes on without a word."""
    async with journal_at(path) as journal:
        for minute in range(3):
            journal.note_read(REF, STATE, at(minute))
        with pytest.raises(UserError, match=words):
            await journal.note_list(SERVER, [instance(HOOK)], at(3), whole=True)
        with pytest.raises(UserError, match=words):
            await journal.begin_run(SERVER, Origin.BOARD, [row_record()])
        with pytest.raises(UserError, match=words):
            await journal.history(REF)
        (said,) = journal.take_news()
        assert words in said.message
        assert said.hint
        assert journal.take_news() == ()


async def test_a_locked_file_is_said_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await filled(path, 1)
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.01)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    await refused(path, "locked by another program")
    other.execute("ROLLBACK")
    other.close()
    async with journal_at(path) as journal:
        assert len(await journal.history(REF)) == 1


async def test_what_is_not_a_file_is_said_once(path: Path) -> None:
    os.makedirs(path)
    await refused(path, "could not be written")
    os.rmdir(path)
    os.mkfifo(path)
    await refused(path, "is not a file")


@contextmanager
def as_somebody() -> Iterator[None]:
    """Act as another user than root, who may write everywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def read_only() -> Iterator[Path]:
    """A folder in which only root may write.

    Every user may enter the folders above it, unlike those of ``tmp_path``.
    """
    with TemporaryDirectory() as folder:
        os.chmod(folder, 0o555)
        yield Path(folder)
        assert os.listdir(folder) == []
        os.chmod(folder, 0o700)


async def test_a_read_only_directory_is_said_once(path: Path, read_only: Path) -> None:
    await filled(path, 1)  # what is imported late is there before the user changes
    with as_somebody():
        await refused(read_only / "data" / "journal.sqlite", "could not be written")


async def test_a_directory_that_cannot_be_made_is_said_once(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    await refused(tmp_path / "data" / "journal.sqlite", "could not be written")


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Keep every file of this process from growing beyond a size: a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_full_disk_loses_only_what_did_not_fit(path: Path) -> None:
    await filled(path, 1)
    async with journal_at(path) as journal:
        assert await journal.history(REF)
        with files_of_at_most(64 * 1024):
            many = [instance(replace(HOOK, url="x" * 9000), id=f"n{one}") for one in range(50)]
            rows = [row_record(one) for one in range(500)]
            with pytest.raises(UserError):
                await journal.note_list(SERVER, many, at(1), whole=True)
            with pytest.raises(UserError):
                await journal.begin_run(SERVER, Origin.BOARD, rows)
            (said,) = journal.take_news()
            assert said.hint
            assert await journal.runs(SERVER) == ()
            assert journal.fails, "reading proves nothing"
        journal.note_read(REF, STATE, at(2))
        assert len(await journal.history(REF)) == 1
        assert await journal.runs(SERVER) == ()
        await journal.note_list(SERVER, [instance(with_flags(newJwt=False))], at(3), whole=True)
        assert len(await journal.history(REF)) == 2
        assert not journal.fails


async def test_an_entry_that_cannot_be_read_is_said_and_keeps_nothing_else_from_being_noted(
    path: Path,
) -> None:
    await filled(path, 2)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE states SET after = '{}' WHERE key = 1")
    connection.commit()
    connection.close()
    async with journal_at(path) as journal:
        with pytest.raises(UserError, match="cannot be read"):
            await journal.history(REF)
        assert await journal.history(replace(REF, instance_id="i2"))
        (said,) = journal.take_news()
        assert "cannot be read" in said.message


def test_a_fault_of_the_program_reaches_who_waits_and_the_rest_goes_on(path: Path) -> None:
    worker = Worker(path, lambda _connection: None)
    nothing: dict[str, str] = {}
    wrong = worker.submit(lambda _connection: nothing["missing"])
    right = worker.submit(lambda _connection: "done")
    with pytest.raises(KeyError):
        wrong.result(60)
    assert right.result(60) == "done"
    worker.close(60)


def test_a_journal_in_memory_that_is_closed_before_its_first_use_keeps_what_comes_then() -> None:
    worker = Worker(None, lambda connection: None)
    worker.close(60)
    made = worker.submit(lambda connection: bool(connection.execute("CREATE TABLE kept (x)")))
    assert made.result(60)
    found = worker.submit(lambda connection: connection.execute("SELECT * FROM kept").fetchall())
    assert found.result(60) == []
    worker.close(60)
