"""One run at a time on a server, in all programs of this machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.storage.journal_support import SERVER
from tui.model.user_error import UserError
from tui.storage.run_lock import RunUnderWay, is_run_under_way, only_run

HOLDS = """
import sys
from pathlib import Path
from tui.storage.run_lock import only_run
with only_run(Path(sys.argv[1]), sys.argv[2]):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("in_memory", [False, True])
def test_a_second_run_of_this_program_is_refused(tmp_path: Path, in_memory: bool) -> None:
    folder = None if in_memory else tmp_path / "runs"
    with only_run(folder, SERVER):
        assert is_run_under_way(folder, SERVER)
        assert not is_run_under_way(folder, "https://other.example")
        with pytest.raises(RunUnderWay), only_run(folder, SERVER):
            pass
    assert not is_run_under_way(folder, SERVER)


def test_a_run_of_another_program_is_refused_until_that_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDS, str(tmp_path), SERVER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"held\n"
        assert is_run_under_way(tmp_path, SERVER)
        child.kill()
        child.communicate()
    assert not is_run_under_way(tmp_path, SERVER)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="could not be written"):
        is_run_under_way(tmp_path / "file" / "runs", SERVER)
