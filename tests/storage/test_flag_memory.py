"""The flags that a server forgets, kept in a file."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import ANY_TEXT, through_json
from tui.model.user_error import UserError
from tui.storage import private_files
from tui.storage.flag_memory import LIMIT, FlagMemory

URL = "https://evolution.example/api"
FLAGS = {"MESSAGES_UPSERT": True, "CALL": False}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "flags"


@pytest.fixture
def memory(folder: Path) -> FlagMemory:
    return FlagMemory(folder, URL)


def file_of(memory: FlagMemory) -> Path:
    assert memory.file is not None
    return memory.file


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_kept_flags_are_there_at_the_next_start(memory: FlagMemory, folder: Path) -> None:
    assert memory.get("loja") is None
    memory.keep("loja", FLAGS)
    memory.keep("filial", {})
    assert memory.get("loja") == FLAGS
    again = FlagMemory(folder, URL)
    assert (again.get("loja"), again.get("filial"), again.get("other")) == (FLAGS, {}, None)


def test_forgotten_flags_stay_forgotten(memory: FlagMemory, folder: Path) -> None:
    memory.keep("loja", FLAGS)
    memory.keep("filial", FLAGS)
    memory.forget("loja")
    assert memory.get("loja") is None
    again = FlagMemory(folder, URL)
    assert (again.get("loja"), again.get("filial")) == (None, FLAGS)


def test_the_file_and_its_folder_are_private(memory: FlagMemory, folder: Path) -> None:
    folder.mkdir(parents=True)
    folder.chmod(0o755)
    memory.keep("loja", FLAGS)
    assert (mode(file_of(memory)), mode(folder)) == (0o600, 0o700)
    assert list(folder.iterdir()) == [file_of(memory)]


def test_reading_and_forgetting_write_nothing_where_nothing_is_kept(
    memory: FlagMemory, folder: Path
) -> None:
    memory.get("loja")
    memory.forget("loja")
    assert not folder.exists()


def test_each_server_has_its_own_memory(memory: FlagMemory, folder: Path) -> None:
    other = FlagMemory(folder, "https://evolution.example")
    memory.keep("loja", FLAGS)
    assert other.get("loja") is None
    file_of(memory).replace(file_of(other))
    assert FlagMemory(folder, "https://evolution.example").get("loja") is None


def test_later_changes_by_the_caller_are_not_kept(memory: FlagMemory) -> None:
    flags = dict(FLAGS)
    memory.keep("loja", flags)
    flags["CALL"] = True
    assert memory.get("loja") == FLAGS


def test_a_memory_without_a_folder_lasts_as_long_as_the_program() -> None:
    memory = FlagMemory(None, URL)
    memory.keep("loja", FLAGS)
    assert (memory.file, memory.get("loja")) == (None, FLAGS)
    memory.forget("loja")
    assert memory.get("loja") is None


@given(kept=st.dictionaries(ANY_TEXT, st.dictionaries(ANY_TEXT, st.booleans()), max_size=4))
def test_any_names_of_instances_and_flags_come_back(
    tmp_path_factory: pytest.TempPathFactory, kept: dict[str, dict[str, bool]]
) -> None:
    folder = tmp_path_factory.mktemp("flags")
    memory = FlagMemory(folder, URL)
    kept = through_json(kept)
    for instance, flags in kept.items():
        memory.keep(instance, flags)
    again = FlagMemory(folder, URL)
    assert {instance: again.get(instance) for instance in kept} == kept


DAMAGED = {
    "empty": b"",
    "cut off": json.dumps({"format": 1, "server": URL, "flags": {"loja": FLAGS}}).encode()[:-9],
    "no JSON": b"\x00\xff\x1b[31m",
    "deep": b"[" * 200_000,
    "a long number": b'{"format": 1' + b"0" * 5000 + b"}",
    "a list": b"[]",
    "of another server": json.dumps({"format": 1, "server": "", "flags": {"a": FLAGS}}).encode(),
    "flags in a list": json.dumps({"format": 1, "server": URL, "flags": [FLAGS]}).encode(),
    "no switches": json.dumps({"format": 1, "server": URL, "flags": {"loja": {"A": 1}}}).encode(),
}
LATER = json.dumps({"format": 2, "server": URL, "flags": {"loja": FLAGS}}).encode()


def set_aside(memory: FlagMemory) -> Path:
    """Return the one file that was set aside."""
    (aside,) = file_of(memory).parent.glob("*.damaged-*")
    return aside


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_set_aside_whole_and_reported(
    memory: FlagMemory, folder: Path, content: bytes
) -> None:
    folder.mkdir(parents=True)
    file_of(memory).write_bytes(content)
    assert memory.get("loja") is None
    assert memory.damage == f"The file of kept flags is damaged: {file_of(memory)}."
    memory.forget("loja")
    assert file_of(memory).read_bytes() == content, "reading changes nothing"
    memory.keep("filial", FLAGS)
    assert set_aside(memory).read_bytes() == content
    assert str(set_aside(memory)) in memory.damage
    again = FlagMemory(folder, URL)
    assert (again.get("filial"), again.damage) == (FLAGS, "")


def test_the_readable_part_of_a_damaged_file_is_kept(memory: FlagMemory, folder: Path) -> None:
    folder.mkdir(parents=True)
    flags = {"loja": FLAGS, "filial": {"CALL": "yes"}}
    content = json.dumps({"format": 1, "server": URL, "flags": flags}).encode()
    file_of(memory).write_bytes(content)
    memory.keep("matriz", FLAGS)
    again = FlagMemory(folder, URL)
    assert [again.get(name) for name in ("loja", "filial", "matriz")] == [FLAGS, None, FLAGS]
    assert set_aside(memory).read_bytes() == content


def test_the_file_of_a_later_version_is_left_alone(memory: FlagMemory, folder: Path) -> None:
    folder.mkdir(parents=True)
    file_of(memory).write_bytes(LATER)
    with pytest.raises(UserError, match="is from a later version of Hookboard"):
        memory.get("loja")
    with pytest.raises(UserError, match="is from a later version of Hookboard"):
        memory.keep("filial", FLAGS)
    memory.forget("loja")
    assert memory.get("filial") == FLAGS, "this run knows"
    assert [path.read_bytes() for path in folder.iterdir()] == [LATER]


@pytest.mark.parametrize(
    "number", [errno.EIO, errno.EMFILE, errno.ESTALE, errno.EACCES], ids=errno.errorcode.get
)
def test_a_file_that_the_system_refuses_to_read_is_never_overwritten(
    memory: FlagMemory, folder: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    memory.keep("loja", FLAGS)
    before = file_of(memory).read_bytes()
    opening, again = os.open, FlagMemory(folder, URL)

    def failing(path: Any, *rest: Any, **more: Any) -> int:
        if path == file_of(memory):
            raise OSError(number, os.strerror(number))
        return opening(path, *rest, **more)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", failing)
        with pytest.raises(UserError, match="could not be read, and was left as it is"):
            again.get("loja")
        with pytest.raises(UserError, match="could not be read, and was left as it is"):
            again.keep("filial", FLAGS)
        again.renew("loja", {})
        again.forget("matriz")
        assert again.get("filial") == FLAGS, "this run knows"
        assert [path.read_bytes() for path in folder.iterdir()] == [before]

    again.keep("matriz", FLAGS)
    third = FlagMemory(folder, URL)
    assert [third.get(name) for name in ("loja", "filial", "matriz")] == [FLAGS] * 3


def test_a_folder_behind_a_link_keeps_its_mode(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)
    (tmp_path / "flags").symlink_to(shared)
    memory = FlagMemory(tmp_path / "flags", URL)
    memory.keep("loja", FLAGS)
    assert (mode(shared), mode(file_of(memory))) == (0o755, 0o600)


def test_waiting_for_a_locked_folder_has_a_limit(
    memory: FlagMemory, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(private_files, "LOCK_SECONDS", 0.05)
    with (
        private_files.locked(folder),
        pytest.raises(UserError, match="is locked by another Hookboard"),
    ):
        memory.keep("loja", FLAGS)
    memory.keep("filial", FLAGS)
    again = FlagMemory(folder, URL)
    assert (again.get("loja"), again.get("filial")) == (FLAGS, FLAGS)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(content=JSON, flags=JSON, one=JSON)
def test_only_flags_come_out_of_any_file(
    tmp_path_factory: pytest.TempPathFactory, content: Any, flags: Any, one: Any
) -> None:
    folder = tmp_path_factory.mktemp("flags")
    frame = {"format": 1, "server": URL}
    for written in (content, {**frame, "flags": flags}, {**frame, "flags": {"loja": one}}):
        memory = FlagMemory(folder, URL)
        file_of(memory).write_text(json.dumps(written))
        try:
            found = memory.get("loja")
        except UserError:
            continue
        assert found is None or all(type(on) is bool for on in found.values())


def test_a_pipe_in_the_place_of_the_file_is_not_waited_for(
    memory: FlagMemory, folder: Path
) -> None:
    folder.mkdir(parents=True)
    os.mkfifo(file_of(memory))
    assert memory.get("loja") is None
    memory.keep("loja", FLAGS)
    assert FlagMemory(folder, URL).get("loja") == FLAGS


def test_flags_that_cannot_be_written_are_reported_and_known_in_this_run(
    memory: FlagMemory, folder: Path
) -> None:
    folder.parent.mkdir()
    folder.write_text("")
    with pytest.raises(UserError, match="could not be written"):
        memory.keep("loja", FLAGS)
    assert memory.get("loja") == FLAGS
    memory.forget("loja")
    assert memory.get("loja") is None
    with pytest.raises(UserError):
        memory.keep("filial", FLAGS)
    folder.unlink()
    memory.keep("matriz", FLAGS)
    again = FlagMemory(folder, URL)
    assert [again.get(name) for name in ("loja", "filial", "matriz")] == [None, FLAGS, FLAGS]


def test_a_file_in_the_place_of_the_folder_is_reported(folder: Path, memory: FlagMemory) -> None:
    folder.parent.mkdir()
    folder.write_text("")
    assert memory.get("loja") is None
    with pytest.raises(UserError, match="could not be written: file exists"):
        memory.keep("loja", FLAGS)


def test_more_than_can_be_read_back_is_refused(memory: FlagMemory) -> None:
    with pytest.raises(UserError, match="would become too large"):
        memory.keep("x" * LIMIT, FLAGS)
    assert not file_of(memory).exists()


PROGRAM = """
import sys
from pathlib import Path
from tui.storage.flag_memory import FlagMemory

memory = FlagMemory(Path(sys.argv[1]), sys.argv[2])
memory.get("")  # now the content is known, and out of date at the next write
print("ready", flush=True)
sys.stdin.readline()
for count in range(40):
    memory.keep(f"{sys.argv[3]}-{count}", {"CALL": True})
    if count % 2:
        memory.forget(f"{sys.argv[3]}-{count}")
"""


def test_two_programs_that_write_at_once_lose_no_flags(folder: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, str(folder), URL]
    pipe = subprocess.PIPE
    both = [
        subprocess.Popen([*command, name], stdin=pipe, stdout=pipe, text=True)
        for name in ("one", "two")
    ]
    for process in both:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in both:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in both:
        process.communicate(timeout=60)
        assert process.returncode == 0

    memory = FlagMemory(folder, URL)
    kept = {f"{name}-{count}" for name in ("one", "two") for count in range(40)}
    found = {name for name in kept if memory.get(name) is not None}
    assert found == {name for name in kept if int(name.partition("-")[2]) % 2 == 0}


def test_a_program_sees_the_flags_of_another_after_its_next_write(folder: Path) -> None:
    one, two = FlagMemory(folder, URL), FlagMemory(folder, URL)
    assert one.get("loja") is None
    two.keep("loja", FLAGS)
    one.keep("filial", FLAGS)
    assert one.get("loja") == FLAGS
    one.forget("loja")
    two.keep("matriz", FLAGS)
    assert two.get("loja") is None


def test_a_program_sees_the_flags_of_another_at_its_next_read(folder: Path) -> None:
    one, two = FlagMemory(folder, URL), FlagMemory(folder, URL)
    assert one.get("loja") is None
    two.keep("loja", FLAGS)
    assert one.get("loja") == FLAGS
    two.forget("loja")
    assert one.get("loja") is None


@pytest.mark.parametrize("in_memory", [True, False])
def test_only_kept_flags_are_renewed(folder: Path, in_memory: bool) -> None:
    memory = FlagMemory(None if in_memory else folder, URL)
    memory.renew("loja", FLAGS)
    assert memory.get("loja") is None
    memory.keep("loja", {"CALL": False})
    memory.renew("loja", FLAGS)
    assert memory.get("loja") == FLAGS


def test_may_have_answers_without_reading_the_disk(folder: Path) -> None:
    memory = FlagMemory(folder, URL)
    assert memory.may_have("loja")  # the file was not read yet
    assert memory.get("loja") is None
    assert not memory.may_have("loja")
    memory.keep("loja", FLAGS)
    assert memory.may_have("loja")
