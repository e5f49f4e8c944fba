"""Staged changes after a restart: what others changed meanwhile is merged, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support import hook, user_data
from tui.api.connection import connect
from tui.core.board.kept_staging import (
    begin_keeping,
    go_on_with,
    kept_by_server,
    kept_changes,
    note,
)
from tui.core.board.staging import Staging
from tui.core.patch.patch import Patch
from tui.core.plan.plan import LeftOut, Reason, Target
from tui.core.session import Session
from tui.model.instance import Instance
from tui.model.secret import Secret
from tui.model.webhook import Webhook
from tui.storage.server_memory import ServerMemory
from tui.storage.staged import StagedFolder

URL = "https://api.loja.example"
CRM = hook(headers={"authorization": "planted secret"})
LOJA = Instance("i1", "loja", webhooks=(CRM,))
OFF = Patch(flags={"newJwt": False})


@contextmanager
def started(folder: Path, *, read_only: bool = False) -> Iterator[Session]:
    """Open a session as a start of the program does."""
    connection = connect(
        URL,
        kind="codechat-v2",
        business="b1",
        profile="loja",
        token=Secret("unused"),
        token_source="the test",
        read_only=read_only,
        memory=ServerMemory(None, URL),
    )
    session = Session(connection, "loja", url=URL, user_data=user_data(staged=StagedFolder(folder)))
    session.store.begin()
    session.store.add([LOJA])
    yield session


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder in which an earlier start left one staged change."""
    with started(tmp_path) as session:
        staging = Staging()
        staging.stage([(LOJA, CRM)], OFF)
        keeping = begin_keeping(session)
        assert keeping
        note(keeping, staging, URL)
        keeping.leave()
    return tmp_path


def targets(session: Session, now: Webhook | Reason) -> list[Target | LeftOut]:
    """Go on with what is kept, and return it as targets of what the server has now."""
    found = kept_changes(session)
    assert found
    (kept,) = found.records
    staging = Staging()
    go_on_with(staging, session, kept)
    return list(staging.targets(lambda _key: now))


def test_what_was_staged_is_staged_again(folder: Path) -> None:
    with started(folder) as session:
        wanted = replace(CRM.values, flags={**CRM.flags, "newJwt": False})
        assert targets(session, CRM) == [Target(LOJA, CRM, wanted)]


def test_kept_changes_are_counted_by_server(folder: Path) -> None:
    with started(folder) as session:
        assert kept_by_server(session) == {URL: 1}


def test_changes_of_others_are_kept(folder: Path) -> None:
    with started(folder) as session:
        now = replace(CRM, url="https://theirs.example/in")
        (target,) = targets(session, now)
        assert isinstance(target, Target)
        assert target.wanted.url == "https://theirs.example/in"
        assert target.wanted.flags["newJwt"] is False


def test_a_webhook_that_is_gone_is_left_out(folder: Path) -> None:
    with started(folder) as session:
        (left_out,) = targets(session, Reason.GONE)
        assert isinstance(left_out, LeftOut)
        assert left_out.reason is Reason.GONE


def test_no_value_of_a_header_is_kept(folder: Path) -> None:
    (path,) = folder.iterdir()
    assert "planted secret" not in path.read_text()
    assert "authorization" in path.read_text()


def test_nothing_is_kept_of_a_read_only_server(tmp_path: Path) -> None:
    with started(tmp_path, read_only=True) as session:
        assert begin_keeping(session) is None
