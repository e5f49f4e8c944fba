"""A run on the screen: how far it is, what it asks, and what is done with its rows afterwards."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response

from tests.app.fleet import fleet, moved, opened, planned, review
from tests.app.run_desk import answering, begun, cut_off, refused
from tests.app.support import change, hook
from tui.app.screens.dashboard import list_loader
from tui.app.screens.runs.run_screen import RunScreen
from tui.core.run.run import Run
from tui.model.secret import Secret
from tui.storage.journal import Journal


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_loader, "NOTE_AFTER", 0.0)


def written(folder: Path, kind: str) -> list[Path]:
    """Return the reports of a kind in a folder."""
    return list(folder.glob(f"hookboard-run-*{kind}"))


async def test_what_needs_a_look_comes_first() -> None:
    async with fleet() as at:
        of = planned(at, moved, 3)
        change(at.sandbox, url="https://theirs.example/in")
        await begun(at, of)
        await at.sees("The first webhook was not saved.", "c goes on with the others")
        await at.press("c")
        await at.sees("3 of 3 in", "▸ to look at 1", "saved 2", "all 3", "✗ conflict")
        await at.sees("URL: the server has https://theirs.example/in")
        await at.press("right")
        await at.sees("▸ saved 2", "✓ saved")
        await at.press("left", "left")
        await at.sees("▸ all 3")


async def test_a_run_that_is_ended_at_its_first_question_reaches_no_other_row() -> None:
    async with fleet() as at:
        at.cable.answer = answering(1, refused())
        await begun(at, planned(at, moved, 3))
        await at.sees("The first webhook was not saved.")
        await at.press("escape")
        await at.sees("1 of 3 in", "refused 1", "url must be a URL address")
        assert len(at.cable.sent("PUT")) == 1


async def test_escape_stops_after_the_rows_under_way_and_they_can_be_tried_again() -> None:
    async with fleet() as at:
        of = planned(at, moved, 3)
        held = at.cable.hold()
        await begun(at, of)
        await at.sees("0 of 3", "esc stops after those under way")
        await at.press("escape")
        await at.sees("Stopping: no further webhook is begun")
        held.set()
        at.cable.release()
        await at.sees("1 of 3 in", "saved 1", "not reached 2")
        await at.press("r")
        await at.sees("2 of 2 in", "saved 2")
        urls = [json.loads(put.body)["url"] for put in at.cable.sent("PUT")]
        assert urls == ["https://new.example/hook"] * 3


async def test_it_goes_on_while_another_screen_is_in_front() -> None:
    ended: list[Run] = []
    async with fleet() as at:
        of = planned(at, moved, 2)
        at.cable.hold()
        review(at, of, on_end=ended.append)
        await at.sees("^s Apply")
        await at.press("ctrl+s")
        await at.sees("0 of 2")
        await at.press("q")
        await at.sees("Instances", "run 0/2")
        await at.press("D")
        await at.sees("No draft.")
        assert "run 0/2" in at.top
        await at.press("escape", "ctrl+g")
        await at.sees("0 of 2")
        await at.press("ctrl+g")
        await at.sees("Instances")
        at.cable.release()
        await at.hears("The run on loja has ended. ^g shows it. 2 of 2 in")
        await at.loses("run 2/2")
        await at.sees("new.example")
        assert [len(run.rows) for run in ended] == [2]
        await at.press("ctrl+g")
        await at.sees("2 of 2 in")


async def test_a_run_that_waits_says_so_on_every_screen() -> None:
    async with fleet() as at:
        at.cable.answer = answering(1, refused())
        of = planned(at, moved, 2)
        at.cable.hold()
        await begun(at, of)
        await at.sees("0 of 2")
        await at.press("q")
        at.cable.release()
        await at.hears("The run on loja waits for you. ^g shows it.")
        assert "run waits for you" in at.top
        await at.press("ctrl+g", "c")
        await at.sees("2 of 2 in")


async def test_its_question_comes_back_after_the_answer_to_a_command() -> None:
    async with fleet() as at:
        at.cable.answer = answering(1, refused())
        await begun(at, planned(at, moved, 2))
        await at.sees("The first webhook was not saved.")
        await at.press("w")
        await at.sees("The run is still under way.")
        await at.press("y")
        await at.sees("The first webhook was not saved.", "c goes on with the others")
        await at.press("w", "c")
        await at.sees("2 of 2 in")
        assert not at.banner


async def test_that_it_is_still_under_way_is_said_no_longer_than_that() -> None:
    async with fleet() as at:
        at.cable.hold()
        await begun(at, planned(at, moved, 2))
        await at.sees("0 of 2")
        await at.press("U")
        await at.sees("The run is still under way.")
        at.cable.release()
        await at.sees("2 of 2 in")
        assert not at.banner


async def test_another_token_lets_it_go_on() -> None:
    async with fleet() as at:
        made = opened(at)
        for instance in [made.store[key] for key in made.store.ids]:
            made.store.replace(replace(instance, token=None))
        made.use_token(Secret("wrong"), "the test")
        await begun(at, planned(at, moved, 2))
        await at.sees("The server refused the token. ^t: enter another one")
        await at.press("ctrl+t")
        await at.sees("Another token for profile loja")
        await at.paste(at.sandbox.token)
        await at.press("enter")
        await at.sees("2 of 2 in", "saved 2")


async def test_it_asks_once_whether_flags_that_came_on_are_put_back() -> None:
    async with fleet(flags="patch") as at:
        before = hook(at.sandbox).flags

        def reset(request: Request) -> Response | None:
            if request.method == "PUT":
                change(at.sandbox, flags=dict.fromkeys(before, True))
            return None

        at.cable.answer = reset
        await begun(at, planned(at, moved, 1))
        await at.sees("since then all flags are on")
        await at.press("p")
        await at.sees("1 of 1 in", "saved 1")
        assert hook(at.sandbox).flags == before


async def test_quitting_asks_and_stops_the_run() -> None:
    async with fleet() as at:
        of = planned(at, moved, 3)
        at.cable.hold()
        await begun(at, of)
        await at.sees("0 of 3")
        await at.press("ctrl+q")
        await at.sees("A run is under way on loja: 0 of 3", "stay here; the run goes on")
        await at.press("enter")
        await at.sees("esc stops after those under way")
        await at.press("ctrl+q")
        await at.sees("A run is under way on loja")
        await at.press("s")
        await at.sees("Stopping")
        at.cable.release()
        await at.until(lambda: at.app.return_code == 0, "it has ended")
        assert len(at.cable.sent("PUT")) == 1


async def test_quitting_says_that_a_run_waits_for_an_answer() -> None:
    async with fleet() as at:
        at.cable.answer = answering(1, refused())
        await begun(at, planned(at, moved, 3))
        await at.sees("The first webhook was not saved.")
        await at.press("ctrl+q")
        await at.sees("A run on loja waits for you: 1 of 3", "g stay here s stop it")
        await at.press("g", "c")
        await at.sees("3 of 3 in")


async def test_only_one_run_is_under_way_on_a_server() -> None:
    async with fleet() as at:
        first, second = planned(at, moved, 2), planned(at, moved, 3)
        at.cable.hold()
        await begun(at, first)
        await at.sees("0 of 2")
        await at.press("q")
        review(at, second)
        await at.sees("to 3 webhooks")
        await at.press("ctrl+s")
        await at.sees("The run did not begin.", "Another run is under way on this server.")
        at.cable.release()
        await at.press("ctrl+g")
        await at.sees("2 of 2 in")


async def test_what_it_wrote_is_put_back_through_the_review() -> None:
    async with fleet() as at:
        before = hook(at.sandbox).url
        await begun(at, planned(at, moved, 2))
        await at.sees("2 of 2 in")
        await at.press("U")
        await at.sees("2 changes to 2 webhooks", "^s Apply")
        await at.press("ctrl+s")
        await at.until(lambda: hook(at.sandbox).url == before, "the URL is as it was")
        await at.sees("2 of 2 in")
        journal = opened(at).journal
        assert journal is not None
        newest, oldest = await journal.runs("http://sandbox.test")
        assert newest.of_run == oldest.id


async def test_a_conflict_is_decided_in_the_editor() -> None:
    async with fleet() as at:
        of = planned(at, moved, 1)
        change(at.sandbox, url="https://theirs.example/in")
        await begun(at, of)
        await at.sees("✗ conflict")
        await at.press("enter")
        await at.sees("Changed on the server too", "theirs.example", "new.example")
        await at.press("right", "ctrl+s")
        await at.press("ctrl+s")
        await at.until(lambda: "new.example" in hook(at.sandbox).url, "it is saved")


async def test_the_report_is_written_and_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with fleet() as at:
        await begun(at, planned(at, moved, 2))
        await at.sees("2 of 2 in")
        await at.press("w")
        await at.sees("The report is in")
        (as_json,) = written(tmp_path, ".json")
        told = json.loads(as_json.read_text())
        assert told["totals"]["saved"] == 2
        assert told["rows"][0]["changes"][0]["new"] == "https://new.example/hook"
        assert as_json.stat().st_mode & 0o077 == 0
        (as_text,) = written(tmp_path, ".txt")
        assert "saved: loja-norte › crm" in as_text.read_text()
        await at.press("y")
        await at.hears("the report of the run")
        assert at.app.clipboard == as_text.read_text()


async def test_a_report_that_cannot_be_written_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    async with fleet() as at:
        await begun(at, planned(at, moved, 1))
        await at.sees("1 of 1 in")
        monkeypatch.setattr(Path, "cwd", lambda: Path("/proc/nowhere"))
        await at.press("w")
        await at.sees("could not be written")


async def test_a_run_that_was_cut_off_is_offered_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    await cut_off(path)
    async with fleet(journal=Journal(path)) as at:
        await at.sees("was cut off: 0 of 3 webhooks had ended.", "^g shows it")
        await at.press("ctrl+g")
        await at.sees("This run was cut off.", "0 of 3", "not reached 3")
        await at.press("c")
        await at.sees("3 of 3 in", "saved 3")
        assert len(at.cable.sent("PUT")) == 3


async def test_a_run_that_was_cut_off_is_left_and_not_offered_again(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    await cut_off(path)
    async with fleet(journal=Journal(path)) as at:
        await at.sees("^g shows it")
        await at.press("ctrl+g", "d")
        await at.sees("Left as it is: the other webhooks are not changed.")
        journal = opened(at).journal
        assert journal is not None
        (record,) = await journal.runs("http://sandbox.test")
        assert record.ended is not None
        assert at.cable.sent("PUT") == []


async def test_a_run_goes_on_while_its_screen_closes() -> None:
    async with fleet() as at:
        at.cable.hold()
        await begun(at, planned(at, moved, 2))
        await at.sees("0 of 2")
        screen, control = at.app.screen, at.app.run_of(opened(at))
        assert isinstance(screen, RunScreen)
        assert control is not None
        screen.dismiss(None)
        while screen.is_attached:  # each step of its closing
            control.progressed(control.run.progress)
            await asyncio.sleep(0)
        at.cable.release()
        await at.hears("The run on loja has ended.")


async def test_an_ended_run_says_at_the_top_that_another_one_goes() -> None:
    async with fleet() as at:
        await begun(at, planned(at, moved, 1))
        await at.sees("1 of 1 in")
        of = planned(at, moved, 2)
        at.cable.hold()
        await begun(at, of)
        await at.sees("0 of 1")
        assert "run 0/1" not in at.top
        await at.press("q")
        await at.sees("1 of 1 in")
        await at.until(lambda: "run 0/1" in at.top, "the other run is at the top")
        at.cable.release()
        await at.until(lambda: "run 0/1" not in at.top, "it has ended")
