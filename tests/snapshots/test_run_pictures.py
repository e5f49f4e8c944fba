"""Pictures of the review of a plan, and of a run."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from textual.pilot import Pilot

from tests.app.support import Cable
from tests.snapshots import scenes
from tests.snapshots.scenes import Act, app, sandbox, settle, until
from tui.app.app import HookboardApp
from tui.app.run_control import RunControl
from tui.app.screens import wait_clock
from tui.app.screens.runs.review_screen import PlanReviewScreen
from tui.app.screens.runs.run_screen import RunScreen
from tui.core.plan.plan import LeftOut, Reason, Target
from tui.core.plan.plan import plan as planned
from tui.core.run import run as run_module
from tui.core.run.journal import RunJournal
from tui.core.run.row import RowResult, RunRow
from tui.core.run.run import Run, RunOwner
from tui.core.session import Session
from tui.model.diff import Change, Conflict
from tui.model.row_outcome import RowOutcome
from tui.storage.journal import Journal, Origin

Compare = Callable[..., bool]

NARROW, WIDE = (80, 24), (120, 40)

NEW_URL = "https://new-host.example/hook"

RESULTS = (
    RowResult(
        RowOutcome.NOT_KNOWN,
        what="no answer within 15 s, and reading it again failed",
        requests=2,
        seconds=15.04,
    ),
    RowResult(
        RowOutcome.CONFLICT,
        conflicts=(Conflict("url", "https://crm.loja.com.br/in", "https://v3.example", NEW_URL),),
        requests=1,
        seconds=0.08,
    ),
    RowResult(RowOutcome.REFUSED, said=("url must be a URL address",), requests=2, seconds=0.1),
    RowResult(RowOutcome.GONE, requests=1, seconds=0.03),
    RowResult(
        RowOutcome.PARTLY,
        missing=(Change("presenceUpdate", True, False, is_flag=True),),
        requests=3,
        seconds=0.2,
    ),
    RowResult(
        RowOutcome.SAVED,
        merged=(Change("newJwt", True, False, is_flag=True),),
        requests=2,
        seconds=0.09,
    ),
)


@pytest.fixture(autouse=True)
def _plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "TMUX", "HOOKBOARD_READ_ONLY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


def opened(pilot: Pilot[Any]) -> Session:
    """Return the session of the program."""
    main = pilot.app
    assert isinstance(main, HookboardApp)
    assert main.session is not None
    return main.session


def targets(session: Session) -> Iterator[Target]:
    """Yield a change of every webhook that is listed."""
    for key in session.store.ids:
        instance = session.store[key]
        for webhook in instance.webhooks or ():
            flags = {**webhook.flags, "presenceUpdate": False}
            changed = replace(webhook.values, url=NEW_URL, enabled=False, flags=flags)
            yield Target(instance, webhook, changed)


async def review(pilot: Pilot[Any]) -> None:
    """Review a plan for all webhooks, one of which could not be read."""
    await scenes.loaded(pilot)
    session = opened(pilot)
    first = session.store[next(iter(session.store.ids))]
    refused = LeftOut(Reason.NOT_READ, first, details=("the token was refused",))
    session.request_log._kept.clear()  # how long requests took differs from run to run
    made = planned([*targets(session), refused], session.capabilities, total=23)
    pilot.app.push_screen(PlanReviewScreen(session, made))
    await settle(pilot)


async def members(pilot: Pilot[Any]) -> None:
    """List the webhooks of the first group."""
    await review(pilot)
    await pilot.press("enter")
    await settle(pilot)


async def confirm(pilot: Pilot[Any]) -> None:
    """Be asked before the plan is applied."""
    await review(pilot)
    await pilot.press("ctrl+s")
    await settle(pilot)


async def ended(pilot: Pilot[Any]) -> None:
    """Show a run that has ended with many outcomes."""
    await scenes.loaded(pilot)
    session = opened(pilot)
    rows = [
        RunRow(place, target, result, ended=True)
        for place, (target, result) in enumerate(zip(targets(session), RESULTS, strict=False))
    ]

    def make(owner: RunOwner) -> Run:
        journal = RunJournal(Journal(None), session.journal_key, Origin.BOARD, run="7c1f")
        return Run(session, rows, journal, owner)

    control = RunControl.of_past(make, 41.0, cut_off=False)
    pilot.app.push_screen(RunScreen(session, control))
    await settle(pilot)


class _Stopped:
    """A clock that stands still: every duration is zero."""

    @staticmethod
    def monotonic() -> float:
        return 100.0


def refusing(cable: Cable, *places: int, holds_at: int = 0) -> None:
    """Refuse the writes of these places, from 1, and hold one and all that follows."""
    writes = count(1)

    def answer(request: Request) -> Response | None:
        if request.method != "PUT":
            return None
        place = next(writes)
        if place + 1 == holds_at:
            cable.hold()
        message = ["url must be a URL address"]
        return JSONResponse({"message": message}, 400) if place in places else None

    cable.answer = answer


def running(*shown: str) -> Act:
    """Return the scene of a run that goes on until the screen shows all of these texts."""

    async def act(pilot: Pilot[Any]) -> None:
        await scenes.loaded(pilot)
        session, main = opened(pilot), pilot.app
        assert isinstance(main, HookboardApp)
        session.at_once = 1
        rows = [RunRow(place, target) for place, target in enumerate(targets(session))]

        def make(owner: RunOwner) -> Run:
            journal = RunJournal(Journal(None), session.journal_key, Origin.BOARD, run="7c1f")
            return Run(session, rows, journal, owner)

        await main.begin_run(session, RunControl(make))
        main.show_run(session)
        await until(pilot, lambda: all(words in picture(pilot) for words in shown))

    return act


def picture(pilot: Pilot[Any]) -> str:
    """Return the text of the screen in front."""
    return "\n".join(strip.text for strip in pilot.app.screen._compositor.render_strips())


@pytest.fixture
def _stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the clocks of the run and of the wait for the server."""
    monkeypatch.setattr(run_module, "time", _Stopped)
    monkeypatch.setattr(wait_clock, "wait_words", lambda _request: "")


@pytest.mark.usefixtures("_stopped")
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
def test_under_way(snap_compare: Compare, size: tuple[int, int]) -> None:
    with sandbox() as server:
        cable = Cable(server.app)
        refusing(cable, 3, 5, holds_at=8)
        main = app(server, cable=cable)
        act = running("7 of 23", "to look at 2", "still to come 16")
        assert snap_compare(main, terminal_size=size, run_before=act)


@pytest.mark.usefixtures("_stopped")
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
def test_waiting_for_an_answer(snap_compare: Compare, size: tuple[int, int]) -> None:
    with sandbox() as server:
        cable = Cable(server.app)
        refusing(cable, *range(4, 14))
        main = app(server, production=True, cable=cable)
        act = running("13 of 23", "webhooks in a row were not saved")
        assert snap_compare(main, terminal_size=size, run_before=act)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
@pytest.mark.parametrize("act", [review, ended], ids=["review", "run"])
def test_sizes(snap_compare: Compare, act: Act, size: tuple[int, int]) -> None:
    with sandbox() as server:
        main = app(server, production=True)
        assert snap_compare(main, terminal_size=size, run_before=act)


@pytest.mark.parametrize("act", [members, confirm], ids=["members", "confirm"])
def test_narrow(snap_compare: Compare, act: Act) -> None:
    with sandbox() as server:
        main = app(server, production=True)
        assert snap_compare(main, terminal_size=NARROW, run_before=act)
