"""Three secrets are planted, every flow is run, and no output may have them."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from tests.app.support import Cable, Terminal, change, hook, started
from tests.support import user_data
from tui.api.connection import connect
from tui.app.app import HookboardApp
from tui.cli.log_file import log_to
from tui.core.session import Session
from tui.model.secret import Secret
from tui.sandbox.codechat_v2.server import Sandbox, open_sandbox
from tui.storage.drafts import Drafts
from tui.storage.journal import Journal
from tui.storage.server_memory import ServerMemory

HEADER = "hdr-5ecret-Q7WZ-PLANTED-4711"
"""The value of a webhook's header with a secret's name."""
PIN = "pin-5ecret-planted-0815"
"""The value of a header with an ordinary name."""
TYPED = "typed-5ecret-T0KEN-planted-2342"
"""The token that the user types."""
WINDOW = 10
"""So many characters of a secret in a row are a leak."""


@dataclass
class Planted:
    """The program with a sandbox full of secrets, and its output so far."""

    at: Terminal
    folder: Path
    secrets: set[str]
    written: list[str] = field(default_factory=list)

    async def press(self, *keys: str) -> None:
        """Press keys, and record the screen and the clipboard after each."""
        for key in keys:
            await self.at.press(key)
            self.look()

    async def sees(self, *texts: str) -> None:
        await self.at.sees(*texts)
        self.look()

    def look(self) -> None:
        self.written += [self.at.picture, *self.at.toasts, self.at.app.clipboard]
        if self.at.app.session:
            self.written += map(repr, (self.at.app.session, self.at.app.session.request_log))

    @property
    def leaks(self) -> list[str]:
        """The places of a part of a secret: on a screen, in a copy, or in a file."""
        files = (one for one in self.folder.rglob("*") if one.is_file())
        texts = [*self.written, *(one.read_text("utf-8", "replace") for one in files)]
        parts = {
            secret[start : start + WINDOW]
            for secret in self.secrets
            for start in range(len(secret) - WINDOW + 1)
        }
        return [text for text in map(run_together, dict.fromkeys(texts)) if holds(text, parts)]


def run_together(text: str) -> str:
    """Remove line breaks, frames and marks, so that they do not split a secret."""
    return "".join(each for each in text if each.isascii() and each.isprintable() and each != " ")


def holds(text: str, parts: set[str]) -> bool:
    return any(text[start : start + WINDOW] in parts for start in range(len(text)))


@pytest.fixture
def log(tmp_path: Path) -> Iterator[None]:
    """A log at level debug beside the drafts."""
    logger = logging.getLogger("hookboard")
    before = (logger.level, logger.propagate, [*logger.handlers])
    log_to(str(tmp_path / "hookboard.log"))
    yield
    for handler in set(logger.handlers) - set(before[2]):
        logger.removeHandler(handler)
        handler.close()
    logger.level, logger.propagate = before[:2]


pytestmark = pytest.mark.usefixtures("log")


@asynccontextmanager
async def planted(
    folder: Path, app: Callable[[Callable[[], Session | None]], HookboardApp] = HookboardApp
) -> AsyncIterator[Planted]:
    with open_sandbox() as sandbox:
        cable = Cable(sandbox.app)
        connection = connect(
            "http://sandbox.test",
            business=sandbox.business_id,
            profile="loja",
            token=Secret(sandbox.token),
            token_source="the test",
            in_process=cable,
            memory=ServerMemory(None, "http://sandbox.test"),
        )
        made = Session(
            connection,
            "loja",
            url="http://sandbox.test",
            user_data=user_data(
                drafts=Drafts(folder / "drafts"), journal=Journal(folder / "journal.sqlite")
            ),
        )
        headers = {"Authorization": f"Bearer {HEADER}", "x-crm-pin": PIN}
        change(sandbox, headers=headers)
        async with started(app(lambda: made), sandbox, cable, (120, 40)) as at:
            await at.until(lambda: made.store.loaded, "the list is there")
            await at.until(at.is_counted, "the list is counted")
            yield Planted(at, folder, secrets_of(sandbox))


def secrets_of(sandbox: Sandbox) -> set[str]:
    """Return the business token, the secret parts of an instance's JWT, and the planted secrets."""
    jwt = sandbox.instance_jwt(hook(sandbox).instance_id).split(".")
    return {sandbox.token, jwt[1], jwt[2], HEADER, PIN, TYPED}


async def test_looking_editing_reviewing_copying_and_saving_show_no_secret(tmp_path: Path) -> None:
    async with planted(tmp_path) as one:
        await one.press("y", "c")
        await one.press("tab", "y", "c", "enter")
        await one.sees("no changes")
        await one.press("x", "tab", "tab", "tab", "space", "f3")
        await one.sees("The request", "••••")
        await one.press("y", *["pagedown"] * 5, "escape", "ctrl+s")
        await one.sees("Saved 2 changes")
        await one.press("ctrl+l")
        await one.sees("Requests made in this run")
        for _ in range(len(one.at.cable.requests)):
            await one.press("y", "enter", *["pagedown"] * 3, "y", "escape", "down")
        assert any("PUT" in text and "x-crm-pin" in text for text in one.written)
        assert not one.leaks
    assert "x-crm-pin" in (tmp_path / "hookboard.log").read_text()
    journal = (tmp_path / "journal.sqlite").read_bytes()
    assert b"x-crm-pin" in journal
    assert not any(secret.encode() in journal for secret in (HEADER, PIN))


async def test_drafts_conflicts_and_quitting_keep_no_secret_on_disk(tmp_path: Path) -> None:
    async with planted(tmp_path) as one:
        await one.press("tab", "enter")
        await one.sees("no changes")
        await one.press("x")
        await one.at.until(lambda: [*tmp_path.glob("drafts/*.json")], "the draft is on disk")
        assert not one.leaks
        change(one.at.sandbox, name="theirs")
        await one.press("ctrl+s")
        await one.sees("yours")
        await one.press("escape", "escape")
        await one.sees("unsaved change")
        await one.press("p")
        await one.sees("1 draft")
        assert not one.leaks


def echo(status: int, cable: Cable) -> Callable[[Request], Response | None]:
    """Answer writes with everything that was sent, credentials included."""

    def answer(request: Request) -> Response | None:
        if request.method not in ("PUT", "PATCH"):
            return None
        sent = dict(request.headers)
        body = cable.requests[-1].json
        inner = json.dumps({"headers": sent, "data": body})
        values = " and ".join(body.get("headers", {}).values())
        plain = [f"got {sent['authorization']}", f"cannot use {values}"]
        said = [*plain, inner, {"property": "url", "target": body}]
        return JSONResponse({"message": said, "config": {"headers": sent}}, status)

    return answer


@pytest.mark.parametrize("status", [400, 401, 500, 201])
async def test_a_server_that_repeats_the_request_shows_no_secret(
    tmp_path: Path, status: int
) -> None:
    async with planted(tmp_path) as one:
        await one.press("tab", "enter")
        await one.sees("no changes")
        one.at.cable.answer = echo(status, one.at.cable)
        await one.press("x", "ctrl+s")
        await one.at.until(lambda: not one.at.working("save"), "the save is over")
        await one.press("ctrl+l", "enter", *["pagedown"] * 5, "y", "escape", "escape")
        assert one.at.cable.sent("PUT")
        assert not one.leaks


async def test_a_failed_connection_shows_no_secret(tmp_path: Path) -> None:
    async with planted(tmp_path) as one:
        one.at.cable.cut = True
        await one.press("tab", "enter", "x", "ctrl+s")
        await one.sees("Not saved")
        await one.press("escape", "d")
        await one.sees("12 instances")
        await one.press("r")
        await one.sees("could not be reached")
        assert not one.leaks


@pytest.mark.parametrize("status", [302, 303, 308])
async def test_a_redirect_target_gets_no_credentials(tmp_path: Path, status: int) -> None:
    hosts: list[str] = []

    def answer(request: Request) -> Response:
        hosts.append(request.headers["host"])
        return RedirectResponse("http://evil.example/", status)

    async with planted(tmp_path) as one:
        await one.press("tab", "enter")
        await one.sees("no changes")
        one.at.cable.answer = answer
        await one.press("x", "ctrl+s")
        await one.sees("Not saved")
        assert set(hosts) == {"sandbox.test"}
        assert not one.leaks


async def test_a_token_typed_after_a_refusal_is_neither_shown_nor_copied(
    tmp_path: Path,
) -> None:
    async with planted(tmp_path) as one:
        await one.press("ctrl+t")
        await one.sees("Another token for")
        await one.at.paste(TYPED)
        await one.press("shift+home", "ctrl+c", "ctrl+x")
        await one.at.paste(TYPED)
        await one.press("enter")
        await one.sees("answered 401")
        await one.press("ctrl+l", "enter", "y")
        await one.at.until(lambda: "Bearer ••••" in one.at.app.clipboard, "it is copied, masked")
        assert not one.leaks


async def test_a_token_repeated_by_the_server_is_not_shown(
    tmp_path: Path,
) -> None:
    async with planted(tmp_path) as one:
        said = f"the token {one.at.sandbox.token} is not known"
        one.at.cable.answer = lambda _: JSONResponse({"message": [said]}, 401)
        await one.press("r")
        await one.sees("is not known")
        assert not one.leaks


class Failing(HookboardApp):
    """The program with a bug near the secrets."""

    def action_fail(self) -> None:
        token = Secret(TYPED)
        revealed = {"authorization": f"Bearer {token.reveal()}"}
        raise RuntimeError(f"{len(revealed)} header, {token}")


async def test_a_crash_shows_no_secret_in_the_terminal_or_the_log(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    seen: list[Planted] = []
    with pytest.raises(RuntimeError):
        await crash(tmp_path, seen)
    (one,) = seen
    one.written += [*capfd.readouterr(), one.at.app.exit_message]
    log = (tmp_path / "hookboard.log").read_text()
    assert "RuntimeError: 1 header, ••••" in log
    assert "ended by an internal error (RuntimeError)" in one.at.app.exit_message
    assert not one.leaks


async def crash(folder: Path, seen: list[Planted]) -> None:
    async with planted(folder, Failing) as one:
        seen.append(one)
        await one.press("tab", "enter")
        await one.sees("no changes")
        await one.press("x")
        one.at.app.call_later(one.at.app.run_action, "fail")
        await one.at.until(lambda: one.at.app.exit_message, "it says that it failed")


async def test_the_search_finds_planted_secrets(tmp_path: Path) -> None:
    async with planted(tmp_path) as one:
        for secret in one.secrets:
            one.written = [f"a │ screen │ with {secret[3:8]}\n│ {secret[8:14]} in it"]
            assert one.leaks, secret
        one.written = []
        (tmp_path / "a-file").write_text(one.at.sandbox.token)
        assert one.leaks


def test_no_snapshot_has_a_token() -> None:
    pictures = Path(__file__).parents[2] / "snapshots" / "__snapshots__"
    texts = [one.read_text() for one in pictures.rglob("*.svg")]
    assert texts
    assert not [text for text in texts if "eyJ" in text or "5ecret" in text]


async def test_httpx_itself_is_not_logged_with_its_headers(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        async with planted(tmp_path) as one:
            await one.press("r")
            one.written += [caplog.text]
            assert not one.leaks
