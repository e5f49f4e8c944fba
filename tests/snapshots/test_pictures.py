"""Pictures of the screens. Accept a change with ``pytest --snapshot-update``."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.app.support import change
from tests.snapshots import scenes
from tests.snapshots.scenes import app, freeze_requests, keys, leave_draft, sandbox, settle, until
from tui.api.http.exchange import Exchange
from tui.app.app import HookboardApp
from tui.app.screens.conflict import ConflictScreen
from tui.app.screens.drafts.screen import DraftsScreen
from tui.app.screens.editor.screen import EditorScreen
from tui.core.edit import Edit
from tui.storage.drafts import Drafts

Compare = Callable[..., bool]

NARROW, WIDE = (80, 24), (120, 40)
TO_GRID = ("tab", "tab", "tab")


@pytest.fixture(autouse=True)
def _plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "TMUX", "HOOKBOARD_READ_ONLY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


def typed(text: str) -> tuple[str, ...]:
    names = {"/": "slash", ".": "full_stop", ":": "colon", "-": "minus", " ": "space"}
    return tuple(names.get(character, character) for character in text)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
def test_dashboard(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(app(sandbox()), terminal_size=size, run_before=keys("down"))


def test_dashboard_light(snap_compare: Compare) -> None:
    scene = app(sandbox(), theme="textual-light")
    assert snap_compare(scene, terminal_size=WIDE, run_before=keys("end", "up", "up", "enter"))


def test_dashboard_of_an_instance_with_many_webhooks(snap_compare: Compare) -> None:
    act = keys("down", "down", "down", "down", "down", "down", "enter", "down", "down")
    assert snap_compare(app(sandbox()), run_before=act)


def test_filter(snap_compare: Compare) -> None:
    assert snap_compare(app(sandbox()), run_before=keys("slash", *typed("crm loja")))


def test_filter_without_a_match(snap_compare: Compare) -> None:
    assert snap_compare(app(sandbox()), run_before=keys("slash", *typed("xyz")))


def test_business_without_instances(snap_compare: Compare) -> None:
    assert snap_compare(app(sandbox(instances=0)), run_before=keys())


def test_wrong_token(snap_compare: Compare) -> None:
    assert snap_compare(app(sandbox(), token="wrong"), run_before=keys())


def test_another_token(snap_compare: Compare) -> None:
    assert snap_compare(app(sandbox(), token="wrong"), run_before=keys("ctrl+t", *typed("secret")))


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
def test_editor(snap_compare: Compare, size: tuple[int, int]) -> None:
    act = keys("e", *TO_GRID, "down", "right", "space")
    assert snap_compare(app(sandbox()), terminal_size=size, run_before=act)


def test_editor_light_with_unlisted_flags(snap_compare: Compare) -> None:
    server = sandbox()
    scene = app(server, theme="textual-light")

    async def act(pilot: Pilot[Any]) -> None:
        await scenes.loaded(pilot)
        assert scene.session is not None
        store = scene.session.store
        instance, webhook = next(
            (store[key], webhook)
            for key in store.visible
            for webhook in store[key].webhooks or ()
            if "newsletterUpsert" in webhook.flags
        )
        scene.push_screen(EditorScreen(scene.session, instance, Edit.of(webhook)))
        await settle(pilot)
        for key in TO_GRID:
            await pilot.press(key)
        await pilot.pause()

    assert snap_compare(scene, run_before=act)


def test_editor_with_an_error_beside_the_field(snap_compare: Compare) -> None:
    erase = ("backspace",) * len("https://crm.loja.com.br/hooks/whatsapp/entrada")
    act = keys("e", "tab", *erase, *typed("crm.loja.com.br/hooks/v2"), "ctrl+s")
    assert snap_compare(app(sandbox()), run_before=act)


def test_editor_saved(snap_compare: Compare) -> None:
    assert snap_compare(
        app(sandbox()), run_before=keys("e", *TO_GRID, "space", "down", "space", "ctrl+s")
    )


def test_editor_not_authorised(snap_compare: Compare) -> None:
    server = sandbox()
    scene = app(server)

    async def act(pilot: Pilot[Any]) -> None:
        await keys("e", *TO_GRID, "space")(pilot)
        assert scene.session is not None
        # The server forgets its key: every JWT it gave out is a stranger's from here on.
        server.tokens = type(server.tokens)(
            server.business_id, "another", "another key, as long as one has to be"
        )
        await pilot.press("ctrl+s")
        await settle(pilot)

    assert snap_compare(scene, run_before=act)


def test_leaving_with_changes(snap_compare: Compare) -> None:
    assert snap_compare(app(sandbox()), run_before=keys("e", "x", "escape"))


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
def test_review(snap_compare: Compare, size: tuple[int, int]) -> None:
    act = keys("e", "tab", "backspace", "2", "tab", "tab", "space", "f3")
    assert snap_compare(app(sandbox()), terminal_size=size, run_before=act)


def test_help(snap_compare: Compare) -> None:
    assert snap_compare(app(sandbox()), run_before=keys("question_mark"))


def test_what_to_copy(snap_compare: Compare) -> None:
    assert snap_compare(app(sandbox()), run_before=keys("y"))


def test_read_only(snap_compare: Compare) -> None:
    act = keys("e", "x", "ctrl+s")
    assert snap_compare(app(sandbox(), read_only=True), run_before=act)


def test_too_small(snap_compare: Compare) -> None:
    assert snap_compare(app(sandbox()), terminal_size=(50, 12), run_before=keys())


def test_first_start(snap_compare: Compare) -> None:
    scene = HookboardApp(lambda: None)

    async def act(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: type(pilot.app.screen).__name__ == "ConnectScreen")
        await pilot.press(*typed("api.loja.com.br"), "ctrl+s")
        await settle(pilot)

    assert snap_compare(scene, run_before=act)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
def test_changed_by_others(snap_compare: Compare, size: tuple[int, int]) -> None:
    server = sandbox()

    async def act(pilot: Pilot[Any]) -> None:
        await keys("e")(pilot)
        url = "https://crm.loja.com.br/hooks/whatsapp/entrada-nova"
        change(server, name="crm-2", url=url, enabled=False, flags={"newJwt": True})
        await keys("x", "tab", *("backspace",) * len("entrada"), *typed("producao"))(pilot)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConflictScreen))
        await pilot.press("right", "down")
        await pilot.pause()

    assert snap_compare(app(server), terminal_size=size, run_before=act)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
@pytest.mark.parametrize("whole", [False, True], ids=["list", "whole"])
def test_requests(snap_compare: Compare, whole: bool, size: tuple[int, int]) -> None:
    scene = app(sandbox())

    async def act(pilot: Pilot[Any]) -> None:
        await keys("e", "x", "ctrl+s")(pilot)
        assert scene.session is not None
        made = scene.session.request_log
        url = f"{scenes.URL}/api/v2/instance/01KE70EHG0TS2A4DHE4T6RF6GS/webhook"
        made.add(
            Exchange(scenes.NOW, "GET", url, None, 15, 0, 0, trouble="the server did not answer")
        )
        made.add(Exchange(scenes.NOW, "DELETE", f"{url}/1", 404, 0.02, 0, 51, answer=b'{"a": 1}'))
        freeze_requests(made)
        await keys("ctrl+l", *(["down"] * 4 + ["enter"] if whole else ["down"]))(pilot)

    assert snap_compare(scene, terminal_size=size, run_before=act)


def test_draft_offered(snap_compare: Compare, tmp_path: Path) -> None:
    drafts = Drafts(tmp_path / "drafts")
    scene = app(sandbox(), drafts=drafts)

    async def act(pilot: Pilot[Any]) -> None:
        await scenes.loaded(pilot)
        assert scene.session is not None
        store = scene.session.store
        leave_draft(
            drafts, store[store.visible[0]], timedelta(hours=3), name="crm-2", enabled=False
        )
        scene.use(scene.session)
        await keys("e")(pilot)

    assert snap_compare(scene, run_before=act)


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x40"])
@pytest.mark.parametrize("kept", [0, 4])
def test_drafts(snap_compare: Compare, tmp_path: Path, size: tuple[int, int], kept: int) -> None:
    drafts = Drafts(tmp_path / "drafts")
    scene = app(sandbox(), drafts=drafts)

    async def act(pilot: Pilot[Any]) -> None:
        await scenes.loaded(pilot)
        assert scene.session is not None
        store = scene.session.store
        with_webhooks = [store[key] for key in store.visible if store[key].webhooks]
        for number, instance in enumerate(with_webhooks[:kept]):
            url = f"https://crm.loja.com.br/hooks/whatsapp/{number}"
            leave_draft(drafts, instance, timedelta(hours=1 + 9 * number), url=url, enabled=False)
        store.begin()
        store.add([store[key] for key in store.visible if store[key] is not with_webhooks[1]])
        store.finish()
        scene.push_screen(DraftsScreen(scene.session, drafts.free(scenes.URL).records))
        await settle(pilot)
        await keys("down")(pilot)

    assert snap_compare(scene, terminal_size=size, run_before=act)
