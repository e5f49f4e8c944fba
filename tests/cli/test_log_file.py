"""The log is private to its owner, however often it rotates."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from stat import S_IMODE

import pytest

from tui.cli import log_file
from tui.model.secret import Secret

LOGGER = logging.getLogger("hookboard")


@pytest.fixture(autouse=True)
def _restored_logger() -> Iterator[None]:
    before = (LOGGER.level, LOGGER.propagate, list(LOGGER.handlers))
    yield
    for handler in LOGGER.handlers[:]:
        if handler not in before[2]:
            LOGGER.removeHandler(handler)
            handler.close()
    LOGGER.level, LOGGER.propagate = before[:2]


def mode(path: Path) -> int:
    return S_IMODE(path.stat().st_mode)


def test_the_log_is_private_from_the_first_byte_on(tmp_path: Path) -> None:
    path = tmp_path / "hookboard.log"
    log_file.log_to(str(path))
    assert mode(path) == 0o600
    LOGGER.info("saved %s with %s", "crm", Secret("s3cr3t"))
    text = path.read_text()
    assert "INFO saved crm" in text
    assert "s3cr3t" not in text


def test_an_open_log_is_made_private_and_continued(tmp_path: Path) -> None:
    path = tmp_path / "hookboard.log"
    path.write_text("before\n")
    path.chmod(0o644)
    log_file.log_to(str(path))
    LOGGER.info("after")
    assert mode(path) == 0o600
    assert path.read_text().startswith("before\n")
    assert "after" in path.read_text()


def test_the_mode_of_a_pipe_is_not_changed(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    pipe.chmod(0o644)  # like a device, whose mode root could change
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        log_file.log_to(str(pipe))
        LOGGER.info("written")
        assert b"INFO written" in os.read(reader, 1000)
        assert mode(pipe) == 0o644
    finally:
        os.close(reader)


def test_all_files_of_a_rotation_are_private(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_file, "MAX_BYTES", 200)
    log_file.log_to(str(tmp_path / "hookboard.log"))
    for number in range(40):
        LOGGER.info("line %d of a log that is full after a few of them", number)
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == [
        "hookboard.log",
        *(f"hookboard.log.{number}" for number in range(1, log_file.KEPT + 1)),
    ]
    assert {mode(file) for file in files} == {0o600}


def test_text_that_cannot_be_encoded_is_escaped(tmp_path: Path) -> None:
    path = tmp_path / "hookboard.log"
    log_file.log_to(str(path))
    LOGGER.info("half a pair: \ud800")
    assert "half a pair: \\ud800" in path.read_text()


def test_the_log_does_not_reach_the_terminal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    log_file.log_to(str(tmp_path / "hookboard.log"))
    LOGGER.error("only for the log")
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []  # nor any other handler of the process


def test_a_path_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        log_file.log_to(str(tmp_path / "nowhere" / "hookboard.log"))


def test_a_pipe_that_nobody_reads_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="No such device"):
        log_file.log_to(str(tmp_path / "pipe"))


def test_a_full_disk_does_not_stop_the_program() -> None:
    code = "import logging; from tui.cli.log_file import log_to; log_to('/dev/full');"
    code += "logging.getLogger('hookboard').error('lost'); print('goes on')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("goes on\n", "")
