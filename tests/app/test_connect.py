"""The first start: which server, which business, which token, tried before it is saved."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Mount

from tests.app.first_start import (
    first_start,
    first_start_at,
    kept,
    kept_token,
    nothing_kept,
    text_of,
)
from tui.app.screens import connect
from tui.config.overrides import Overrides
from tui.core import first_setup, open_session
from tui.model.server_kind import ServerKind, title
from tui.sandbox.codechat_v1.server import open_codechat_v1
from tui.sandbox.kinds import open_kind

pytestmark = pytest.mark.usefixtures("config")


async def test_enter_goes_through_the_fields_connects_and_saves(
    config: Path,
) -> None:
    async with first_start() as at:
        await at.stands_on("url")
        await at.paste(at.url)
        await at.press("enter")
        await at.paste(at.sandbox.token)
        assert at.sandbox.token not in at.picture
        await at.press("enter")
        await at.stands_on("name")
        await at.retype("loja")
        await at.press("enter")
        await at.stands_on("business")
        await at.paste(at.sandbox.business_id)
        await at.press("enter")
        await at.sees("12 instances", "loja · codechat-v2 · 127.0.0.1")
        (toast,) = at.toasts
        assert toast.endswith(" as CodeChat v2. Profile loja saved; token in a file of mode 0600.")
    saved = kept(config)
    assert saved["default"] == "loja"
    assert saved["profiles"]["loja"]["url"] == at.url
    assert at.sandbox.token not in str(saved)
    assert kept_token(config) == (at.sandbox.token, 0o600)


async def test_the_profile_is_named_after_the_host_until_a_name_is_typed() -> None:
    async with first_start() as at:
        await at.fill(url="https://api.loja.com.br")
        assert at.field("name").value == "loja"
        await at.fill(name="mine", url="https://api.atacado.com.br")
        assert at.field("name").value == "mine"


async def test_empty_fields_are_reported_and_nothing_is_sent(config: Path) -> None:
    async with first_start() as at:
        await at.press("ctrl+s")
        await at.sees("must not be empty")
        for name in ("url", "token"):
            assert at.field(name).message, name
        assert at.field("business").message == ""
        await at.stands_on("url")
        assert nothing_kept(config)


async def test_a_message_disappears_when_its_field_changes() -> None:
    async with first_start() as at:
        await at.press("ctrl+s")
        await at.until(lambda: at.field("token").message, "the message")
        await at.fill(token="x")
        assert at.field("token").message == ""
        assert at.field("url").message != ""


async def test_a_wrong_token_is_reported_beside_the_token_and_nothing_is_saved(
    config: Path,
) -> None:
    async with first_start() as at:
        await at.fill(url=at.url, business=at.sandbox.business_id, token="planted-wrong")
        await at.press("ctrl+s")
        await at.until(lambda: "answered 401" in at.field("token").message, "the message")
        await at.stands_on("token")
        assert "planted-wrong" not in at.picture
        assert "not connected" in at.top
        assert nothing_kept(config)
        await at.fill(token=at.sandbox.token)
        await at.press("ctrl+s")
        await at.sees("12 instances")


async def test_a_wrong_business_is_reported_beside_the_business() -> None:
    async with first_start() as at:
        await at.fill(url=at.url, business="nobody", token=at.sandbox.token)
        await at.press("ctrl+s")
        await at.until(lambda: "answered 404" in at.field("business").message, "the message")
        await at.stands_on("business")


async def test_an_unreachable_server_is_reported_beside_its_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    async with first_start() as at:
        await at.fill(url=f"http://127.0.0.1:{port}", business="b", token="t")
        await at.press("ctrl+s")
        await at.sees("could not be reached: connection refused. Check the network and")
        await at.stands_on("url")


async def test_plain_http_to_another_host_has_to_be_allowed(config: Path) -> None:
    async with first_start() as at:
        await at.fill(url="http://api.loja.com.br", business="b", token="t")
        await at.press("ctrl+s")
        await at.sees("could read the token. Use https, or allow http below.")
        await at.stands_on("url")


async def test_the_environment_is_checked_in_a_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    threads = []

    def noted(work: Callable[..., Any], *given: Any) -> Any:
        threads.append(threading.current_thread())
        return work(*given)

    monkeypatch.setattr(connect, "resolve_typed", partial(noted, first_setup.resolve_typed))
    monkeypatch.setattr(connect, "session_for", partial(noted, open_session.session_for))
    async with first_start() as at:
        await at.fill(url=at.url, business=at.sandbox.business_id, token=at.sandbox.token)
        await at.press("ctrl+s")
        await at.sees("12 instances")
    assert len(threads) == 2
    assert threading.main_thread() not in threads


async def test_a_message_beside_a_field_is_shown_in_full() -> None:
    host = f"{'a-long-name.' * 5}example"
    async with first_start() as at:
        at.field("url").say("error", f"{host} answers. {'It goes on. ' * 15}Or name the kind.")
        await at.sees("Or name the kind.")
        assert "…" not in at.field("url").message


async def test_without_saving_nothing_is_written(config: Path) -> None:
    async with first_start() as at:
        await at.fill(url=at.url, token=at.sandbox.token, business=at.sandbox.business_id)
        await at.press("tab", "space")
        await at.sees("[ ] Save profile and token (otherwise")
        await at.press("ctrl+s")
        await at.sees("12 instances")
    assert nothing_kept(config)


@pytest.fixture
def unwritable(config: Path) -> None:
    """Put a directory in place of the configuration, which not even root can write."""
    config.mkdir()


@pytest.mark.usefixtures("unwritable")
async def test_a_profile_that_cannot_be_written_is_reported_and_the_server_used() -> None:
    async with first_start() as at:
        await at.fill(url=at.url, business=at.sandbox.business_id, token=at.sandbox.token)
        await at.press("ctrl+s")
        await at.sees("12 instances")
        await at.hears("Connected, but not saved")
        assert len(at.toasts) == 1


@pytest.mark.parametrize("kind", ["codechat-v1", "codechat-go", "evolution-v2"])
async def test_the_kind_of_a_server_is_detected_reported_and_saved(
    config: Path, kind: ServerKind
) -> None:
    with open_kind(kind) as server:
        async with first_start_at(server) as at:
            await at.fill(url=at.url, token=server.token, name="loja")
            await at.press("ctrl+s")
            await at.sees("12 instances", f"loja · {kind} · 127.0.0.1")
            await at.hears(f"answers as {title(kind)}. Profile loja saved;")
        assert kept(config)["profiles"]["loja"] == {"url": at.url, "api": kind}
        assert '# detected by Hookboard; "auto" detects it again' in text_of(config)
        assert kept_token(config) == (server.token, 0o600)


async def test_a_server_behind_a_path_needs_the_path_in_its_address(config: Path) -> None:
    with open_codechat_v1() as server:
        server.app = Starlette(routes=[Mount("/api-wa", server.app)])
        async with first_start_at(server) as at:
            await at.fill(url=at.url, token=server.token, name="loja")
            await at.press("ctrl+s")
            await at.until(lambda: "path prefix" in at.field("url").message, "the message")
            await at.stands_on("url")
            assert at.field("business").message == ""
            assert nothing_kept(config)
            await at.fill(business="nobody")
            await at.press("ctrl+s")
            doubt = "Or it is a CodeChat v2, which has no such business."
            await at.until(lambda: doubt in at.field("business").message, "the doubt")
            await at.fill(url=f"{at.url}/api-wa/")
            await at.press("ctrl+s")
            await at.sees("12 instances", "loja · codechat-v1 · 127.0.0.1")
        assert kept(config)["profiles"]["loja"]["url"] == f"{at.url}/api-wa"


@pytest.mark.parametrize(
    "status, body, said",
    [
        (402, {"message": "invoice 17 is open"}, "“invoice 17 is open”"),
        (503, {"error": "no licence", "message": "Open /manager"}, "“Open /manager”"),
        (451, {"message": "by order of"}, "“by order of”"),
    ],
)
async def test_a_general_problem_is_reported_above_the_fields(
    config: Path, status: int, body: dict[str, str], said: str
) -> None:
    with open_codechat_v1() as server:
        server.app = JSONResponse(body, status)  # type: ignore[assignment]
        async with first_start_at(server) as at:
            await at.fill(url=at.url, token=server.token, name="loja")
            await at.press("ctrl+s")
            await at.sees(f"answered {status}", said)
            assert [at.field(name).message for name in ("url", "token", "name")] == ["", "", ""]
            assert nothing_kept(config)


async def test_a_wrong_key_of_another_kind_is_reported_beside_the_token(config: Path) -> None:
    with open_kind("evolution-v2") as server:
        async with first_start_at(server) as at:
            await at.fill(url=at.url, token="planted-wrong")
            await at.press("ctrl+s")
            await at.until(lambda: "answered 401" in at.field("token").message, "the message")
            await at.stands_on("token")
            assert nothing_kept(config)


@pytest.fixture
def written(config: Path) -> None:
    """Let the configuration have a profile, since the program was started."""
    config.write_text('[profiles.loja]\nurl = "https://loja.example"\n', "utf-8")


@pytest.mark.usefixtures("written")
async def test_the_name_of_another_profile_is_refused() -> None:
    async with first_start() as at:
        await at.fill(url=at.url, token="t", name="loja")
        await at.press("ctrl+s")
        await at.until(lambda: "another profile" in at.field("name").message, "the message")
        await at.stands_on("name")


@pytest.mark.usefixtures("written")
async def test_a_name_in_use_is_not_proposed() -> None:
    async with first_start() as at:
        await at.fill(url="https://api.loja.com.br")
        await at.until(lambda: at.field("name").value == "loja-2", "the name")
        at.app.push_screen(connect.ConnectScreen(Overrides(), {"loja-2"}))
        await at.sees("another server")
        await at.fill(url="https://api.loja.com.br")
        await at.until(lambda: at.field("name").value == "loja-3", "the name")


async def test_an_unusable_setting_is_reported_and_the_screen_stays(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with first_start() as at:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
        await at.fill(url="https://loja.example", token="t")
        await at.press("ctrl+s")
        await at.sees("SSL_CERT_FILE cannot be used", "none.pem: no")


async def test_connecting_twice_says_that_the_first_is_still_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    goes_on = threading.Event()
    prepared = connect._prepared

    def held(*given: Any) -> Any:
        goes_on.wait(30)
        return prepared(*given)

    monkeypatch.setattr(connect, "_prepared", held)
    async with first_start() as at:
        await at.fill(url=at.url, token=at.sandbox.token, business=at.sandbox.business_id)
        await at.press("ctrl+s", "ctrl+s")
        await at.sees("Still connecting: waiting for the server.")
        goes_on.set()
        await at.sees("12 instances")


async def test_escape_leaves_without_connecting() -> None:
    async with first_start() as at:
        await at.press("escape")
        await at.until(lambda: at.app.return_code is not None, "it quit")
        assert at.app.return_code == 0
