"""The known flags of a server: kept for the next start, and no file is lost for them."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from tui.model.known_flags import KnownFlags
from tui.model.user_error import UserError
from tui.storage.server_flags import ServerFlags

URL = "https://evolution.example/api"
BUILT_IN = ("CALL",)
DAMAGED = (b"", b"{", b"[]", b'{"format": 1}', b"\xff", b'{"format":1,"server":"x","listed":[]}')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "flags"


def found(*flags: str) -> KnownFlags:
    return KnownFlags().with_found(flags, BUILT_IN)


def learn(server: ServerFlags, *flags: str) -> None:
    server.learn(lambda known: known.with_found(flags, BUILT_IN))


def at_the_next_start(folder: Path, url: str = URL) -> KnownFlags:
    again = ServerFlags(folder, url)
    again.read()
    return again.known


def file_in(folder: Path) -> Path:
    (only,) = folder.iterdir()
    return only


def test_learned_flags_are_known_at_the_next_start(folder: Path) -> None:
    server = ServerFlags(folder, URL)
    server.learn(lambda known: known.with_list(["CALL", "NEW"], ["OLD"], BUILT_IN))
    learn(server, "NEWER")
    assert at_the_next_start(folder) == server.known
    assert server.known.offered(BUILT_IN) == ("CALL", "NEW", "NEWER")
    assert server.known.refused == {"OLD"}


def test_each_server_has_flags_of_its_own(folder: Path) -> None:
    learn(ServerFlags(folder, URL), "NEW")
    assert at_the_next_start(folder, "https://other.example") == KnownFlags()


def test_two_programs_share_what_they_learn(folder: Path) -> None:
    one, two = ServerFlags(folder, URL), ServerFlags(folder, URL)
    learn(one, "ONE")
    learn(two, "TWO")
    learn(one, "THREE")
    assert at_the_next_start(folder) == found("ONE", "TWO", "THREE")
    assert one.known == found("ONE", "TWO", "THREE")


def test_without_a_folder_flags_are_known_for_this_run() -> None:
    server = ServerFlags(None, URL)
    assert server.is_read
    learn(server, "NEW")
    assert server.known == found("NEW")


def test_known_flags_are_not_written_again(folder: Path) -> None:
    server = ServerFlags(folder, URL)
    learn(server, "CALL")
    assert not folder.exists()
    learn(server, "NEW")
    before = file_in(folder).stat()
    learn(server, "NEW")
    after = file_in(folder).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_the_file_is_private(folder: Path) -> None:
    learn(ServerFlags(folder, URL), "NEW")
    assert stat.S_IMODE(file_in(folder).stat().st_mode) == 0o600


@pytest.mark.parametrize("content", DAMAGED)
def test_a_damaged_file_is_set_aside_and_not_overwritten(folder: Path, content: bytes) -> None:
    learn(ServerFlags(folder, URL), "NEW")
    file = file_in(folder)
    file.write_bytes(content)
    assert at_the_next_start(folder) == KnownFlags()
    assert file.read_bytes() == content
    learn(ServerFlags(folder, URL), "NEWER")
    assert at_the_next_start(folder) == found("NEWER")
    (aside,) = [path for path in folder.iterdir() if path != file]
    assert aside.read_bytes() == content


def test_the_file_of_a_later_version_is_left_alone(folder: Path) -> None:
    learn(ServerFlags(folder, URL), "NEW")
    file = file_in(folder)
    file.write_text(json.dumps({"format": 2, "server": URL}))
    server = ServerFlags(folder, URL)
    learn(server, "NEWER")
    assert server.known == found("NEWER")
    assert json.loads(file.read_text()) == {"format": 2, "server": URL}
    assert file_in(folder) == file


def test_flags_that_could_not_be_written_are_written_with_the_next(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = ServerFlags(folder, URL)

    def full(*_: object) -> None:
        raise UserError("could not be written: no space left on device", "Make room.")

    with monkeypatch.context() as patch:
        patch.setattr("tui.storage.server_file.write_private", full)
        learn(server, "NEW")
    assert server.known == found("NEW")
    learn(server, "NEWER")
    assert at_the_next_start(folder) == found("NEW", "NEWER")


def test_a_pipe_in_the_place_of_the_file_is_not_waited_for(folder: Path) -> None:
    learn(ServerFlags(folder, URL), "NEW")
    file = file_in(folder)
    file.unlink()
    os.mkfifo(file)
    assert at_the_next_start(folder) == KnownFlags()
