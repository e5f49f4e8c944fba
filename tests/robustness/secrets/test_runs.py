"""A run against a server that repeats everything it was sent: the journal has no secret."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.core.run.run_support import URL, Fleet, Watcher, fleet_at, moved, read_list
from tests.robustness.secrets.test_flows import HEADER, PIN, WINDOW, holds, run_together
from tui.core.history.history import entry_json, past_run, past_runs
from tui.core.recorder import ref_of
from tui.core.run.report import run_json
from tui.core.run.row import RunRow
from tui.core.run.run import Pause
from tui.messages.run_report import run_text


class GoesOn(Watcher):
    """Goes on whatever the run asks."""

    async def may_go_on(self, why: Pause, row: RunRow | None) -> bool:
        return True


@pytest.fixture
async def fleet(tmp_path: Path) -> AsyncIterator[Fleet]:
    async with fleet_at(tmp_path / "journal.sqlite") as opened:
        headers = {"Authorization": f"Bearer {HEADER}", "x-crm-pin": PIN}
        for target in opened.targets(moved, 6):
            opened.others_change(target, headers=headers)
        await read_list(opened.session)
        yield opened


def texts_in(folder: Path) -> list[str]:
    """Return the content of all files in a folder."""
    files = (one for one in folder.rglob("*") if one.is_file())
    return [one.read_text("utf-8", "replace") for one in files]


@pytest.mark.parametrize("status", [400, 401, 500, 201])
async def test_neither_journal_nor_report_of_a_run_has_a_secret(
    fleet: Fleet, tmp_path: Path, status: int
) -> None:
    def answer(request: Request) -> Response | None:
        if request.method not in ("PUT", "PATCH"):
            return None
        sent, body = dict(request.headers), fleet.gate.requests[-1].body
        inner = json.dumps({"headers": sent, "data": body})
        said = [f"got {sent['authorization']}", inner, {"property": "url", "target": body}]
        return JSONResponse({"message": said, "config": {"headers": sent}}, status)

    fleet.gate.answer = answer
    targets = fleet.targets(moved, 6)
    run = fleet.run(targets, GoesOn())
    await run.carry_out()
    assert all(row.ended for row in run.rows)
    (record,) = await past_runs(fleet.session)
    rows = (await past_run(fleet.session, record)).rows
    told = run_json(rows, command="apply", run=run.id, url=URL, kind="codechat-v2")
    entries = [
        entry_json(entry)
        for target in targets
        for entry in await fleet.journal.history(ref_of(URL, target.instance, target.base))
    ]
    await fleet.journal.close()
    files = texts_in(tmp_path)
    texts = [*files, json.dumps([told, entries]), run_text(rows, run=run.id, url=URL)]
    assert any("x-crm-pin" in text for text in files)
    jwt = fleet.sandbox.instance_jwt(targets[0].instance.id).split(".")
    secrets = {fleet.sandbox.token, jwt[1], jwt[2], HEADER, PIN}
    parts = {
        secret[start : start + WINDOW]
        for secret in secrets
        for start in range(len(secret) - WINDOW + 1)
    }
    assert not [text for text in map(run_together, texts) if holds(text, parts)]
