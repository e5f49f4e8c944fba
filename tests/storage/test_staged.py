"""Staged changes on disk: whole, private, free once their program ends."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import VALUES, through_json
from tui.model.webhook import FlagsTold, Values
from tui.storage.journal import Action, RowRecord, WebhookRef, WebhookState
from tui.storage.kept import Found, NotKept
from tui.storage.staged import Staged, StagedFolder
from tui.storage.staged.record import decode, encode

SERVER = "https://api.example"
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


def row(wanted: Values, position: int = 0, base: Values | None = None) -> RowRecord:
    return RowRecord(
        position,
        Action.CHANGE,
        WebhookRef(SERVER, f"i{position}", "w1", "loja", "crm"),
        WebhookState(base or Values("crm", "https://a", True, {"newJwt": True}), ("x-team",)),
        WebhookState(wanted, ("x-team",)),
    )


OFF = row(Values("crm", "https://a", True, {"newJwt": False}))


@pytest.fixture
def folder(tmp_path: Path) -> StagedFolder:
    return StagedFolder(tmp_path / "staged")


def kept(folder: StagedFolder, *rows: RowRecord, server: str = SERVER) -> None:
    """Keep rows as a program does that ends then."""
    opened = folder.begin(server)
    opened.note(lambda: rows, len(rows))
    opened.leave()


@given(
    st.lists(st.tuples(VALUES, VALUES), max_size=4),
    st.sampled_from(FlagsTold),
    st.sampled_from(Action),
)
def test_what_is_written_is_read_again(
    values: list[tuple[Values, Values]], told: FlagsTold, action: Action
) -> None:
    rows = tuple(
        RowRecord(
            position,
            action,
            WebhookRef(SERVER, "i1", "w1", "loja \ud800", "crm"),
            WebhookState(base, (), told),
            WebhookState(wanted, (), told),
        )
        for position, (base, wanted) in enumerate(values)
    )
    content = encode(SERVER, rows, NOON)
    assert decode(content) == Staged(SERVER, rows, NOON)
    assert through_json(json.loads(content))["server"] == SERVER


def test_the_file_is_private_and_leaves_nothing_beside_it(folder: StagedFolder) -> None:
    kept(folder, OFF)
    (path,) = folder.folder.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.folder.stat().st_mode) == 0o700


def test_each_server_finds_its_own(folder: StagedFolder) -> None:
    kept(folder, OFF)
    other = "https://other.example"
    kept(folder, OFF, OFF, server=other)
    assert [len(one.rows) for one in folder.free(SERVER).records] == [1]
    assert [len(one.rows) for one in folder.free(other).records] == [2]
    assert folder.free("https://third.example") == Found()


def test_open_changes_are_free_for_nobody_until_they_are_left(folder: StagedFolder) -> None:
    opened = folder.begin(SERVER)
    opened.note(lambda: [OFF], 1)
    opened.write()
    assert folder.free(SERVER) == Found()
    elsewhere = StagedFolder(folder.folder).free(SERVER)
    assert [one.rows for one in elsewhere.elsewhere] == [(OFF,)]
    opened.leave()
    (free,) = StagedFolder(folder.folder).free(SERVER).records
    taken = folder.take(free)
    assert taken is not None
    assert StagedFolder(folder.folder).free(SERVER).records == ()
    assert StagedFolder(folder.folder).take(free) is None


def test_without_staged_changes_there_is_no_file(folder: StagedFolder) -> None:
    opened = folder.begin(SERVER)
    opened.note(lambda: [OFF], 1)
    opened.write()
    opened.note(lambda: [], 0)
    opened.write()
    assert not list(folder.folder.iterdir())


def test_the_rows_are_asked_for_only_by_what_writes(folder: StagedFolder) -> None:
    def rows() -> Iterator[RowRecord]:
        asked.append(True)
        yield OFF

    asked: list[bool] = []
    opened = folder.begin(SERVER)
    opened.note(rows, 1)
    opened.note(rows, 1)
    assert not asked
    opened.write()
    opened.write()
    assert asked == [True]


def test_changes_of_a_killed_program_are_free(folder: StagedFolder) -> None:
    code = f"""
import os, signal
from pathlib import Path
from tests.storage.test_staged import OFF, SERVER
from tui.storage.staged import StagedFolder
opened = StagedFolder(Path({str(folder.folder)!r})).begin(SERVER)
opened.note(lambda: [OFF], 1)
opened.write()
os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", code], check=False)
    (free,) = folder.free(SERVER).records
    assert free.rows == (OFF,)


GOOD = json.loads(encode(SERVER, [OFF], NOON))["rows"][0]
BROKEN: Mapping[str, object] = {
    "no row": {"rows": [{}]},
    "no server": {"server": 1},
    "no zone": {"kept_at": "2026-11-27T12:00:00"},
    "an unknown action": {"rows": [{**GOOD, "action": "paint"}]},
    "a flag that is no text": {"rows": [{**GOOD, "base": {**GOOD["base"], "on": [[]]}}]},
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_damaged_file_is_said_and_left(folder: StagedFolder, broken: dict[str, object]) -> None:
    kept(folder, OFF)
    (path,) = folder.folder.iterdir()
    content = {**json.loads(path.read_bytes()), **broken}
    path.write_text(json.dumps(content))
    with pytest.raises(NotKept, match="no complete staged changes"):
        decode(path.read_bytes())
    found = folder.free(SERVER)
    assert (found.records, len(found.problems)) == ((), 1)
    assert json.loads(path.read_bytes()) == content


def test_a_file_of_a_later_version_is_said_and_left(folder: StagedFolder) -> None:
    kept(folder, OFF)
    (path,) = folder.folder.iterdir()
    path.write_text(json.dumps({**json.loads(path.read_bytes()), "format": 2}))
    (problem,) = folder.free(SERVER).problems
    assert "later version" in problem.message
