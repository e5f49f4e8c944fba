"""The first start: which server, which business, which token, tried before it is saved."""

from __future__ import annotations

import socket
import stat
import threading
import tomllib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring
from starlette.applications import Starlette
from starlette.routing import Mount

from tests.ui.support import Cable, Terminal, started
from tui import connecting, opening
from tui.app import HookboardApp
from tui.config.overrides import Overrides
from tui.model.kinds import KINDS, title
from tui.sandbox.codechat_v1 import open_codechat_v1
from tui.sandbox.kinds import AnySandbox, open_kind
from tui.sandbox.serve import running
from tui.sandbox.server import open_sandbox
from tui.screens import connect
from tui.widgets.choice import Choice


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A machine without configuration and without a keyring. Returns where the file will be."""
    for name in ("URL", "BUSINESS", "TOKEN", "API", "PROFILE", "READ_ONLY"):
        monkeypatch.delenv(f"HOOKBOARD_{name}", raising=False)
    monkeypatch.setenv("HOOKBOARD_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]
    yield tmp_path / "config.toml"
    keyring.set_keyring(before)


def text_of(config: Path) -> str:
    """Return the configuration as it was written."""
    return config.read_text("utf-8")


def kept(config: Path) -> dict[str, Any]:
    """Return the configuration as it was saved."""
    return tomllib.loads(text_of(config))


def kept_token(config: Path) -> tuple[str, int]:
    """Return what the only file of a token holds, and its mode."""
    (file,) = (config.parent / "data/hookboard/tokens").iterdir()
    return file.read_text("utf-8").strip(), stat.S_IMODE(file.stat().st_mode)


def nothing_kept(config: Path) -> bool:
    """Say whether nothing at all was written."""
    return list(config.parent.iterdir()) == []


class FirstStart(Terminal):
    """Somebody at the connect screen of a program without configuration."""

    url: str

    async def fill(self, **fields: str) -> None:
        """Put texts into fields of these names."""
        for name, text in fields.items():
            self.field(name).input.focus()
            await self.retype(text)


@asynccontextmanager
async def first_start(api: str | None = None) -> AsyncIterator[FirstStart]:
    with open_sandbox() as sandbox, running(sandbox) as url:
        app = HookboardApp(lambda: None, overrides=Overrides(api=api))
        async with started(app, sandbox, Cable(sandbox.app)) as at:
            here = FirstStart(at.pilot, sandbox, at.cable)
            here.url = url
            await here.sees("Connect to a server")
            yield here


@asynccontextmanager
async def first_start_at(server: AnySandbox) -> AsyncIterator[FirstStart]:
    """Start beside a server of another kind."""
    with running(server) as url:
        async with first_start() as at:
            at.url = url
            yield at


async def test_enter_goes_through_the_fields_and_connects_and_all_of_it_is_kept(
    config: Path,
) -> None:
    async with first_start() as at:
        await at.stands_on("url")
        await at.paste(at.url)
        await at.press("enter")
        await at.paste(at.sandbox.business_id)
        await at.press("enter")
        await at.paste(at.sandbox.token)
        assert at.sandbox.token not in at.picture
        await at.press("enter")
        await at.stands_on("name")
        await at.retype("loja")
        await at.press("enter")
        await at.sees("12 instances", "loja · codechat-v2 · 127.0.0.1")
        (toast,) = at.toasts
        assert toast.endswith(" as CodeChat v2. Profile loja saved; token in a file of mode 0600.")
    saved = kept(config)
    assert saved["default"] == "loja"
    assert saved["profiles"]["loja"]["url"] == at.url
    assert at.sandbox.token not in str(saved)
    assert kept_token(config) == (at.sandbox.token, 0o600)


async def test_the_profile_is_called_after_the_host_until_somebody_names_it() -> None:
    async with first_start() as at:
        await at.fill(url="https://api.loja.com.br")
        assert at.field("name").value == "loja"
        await at.fill(name="mine", url="https://api.atacado.com.br")
        assert at.field("name").value == "mine"


async def test_every_empty_field_is_said_beside_it_and_nothing_is_sent(config: Path) -> None:
    async with first_start() as at:
        await at.press("ctrl+s")
        await at.sees("must not be empty")
        for name in ("url", "token"):
            assert at.field(name).message, name
        assert at.field("business").message == ""
        await at.stands_on("url")
        assert nothing_kept(config)


async def test_a_message_goes_when_its_field_is_changed() -> None:
    async with first_start() as at:
        await at.press("ctrl+s")
        await at.until(lambda: at.field("token").message, "the message")
        await at.fill(token="x")
        assert at.field("token").message == ""
        assert at.field("url").message != ""


async def test_a_wrong_token_is_said_beside_the_token_and_nothing_is_saved(config: Path) -> None:
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


async def test_a_wrong_business_is_said_beside_the_business() -> None:
    async with first_start() as at:
        await at.fill(url=at.url, business="nobody", token=at.sandbox.token)
        await at.press("ctrl+s")
        await at.until(lambda: "answered 404" in at.field("business").message, "the message")
        await at.stands_on("business")


async def test_a_server_that_cannot_be_reached_is_said_beside_its_address() -> None:
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
        await at.sees("could read the token. Use https, or turn on http below.")
        await at.stands_on("url")


async def test_what_the_environment_has_in_the_way_is_looked_for_in_a_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    threads = []

    def noted(work: Callable[..., Any], *given: Any) -> Any:
        threads.append(threading.current_thread())
        return work(*given)

    monkeypatch.setattr(connect, "target_of", partial(noted, connecting.target_of))
    monkeypatch.setattr(connect, "session_for", partial(noted, opening.session_for))
    async with first_start() as at:
        await at.fill(url=at.url, business=at.sandbox.business_id, token=at.sandbox.token)
        await at.press("ctrl+s")
        await at.sees("12 instances")
    assert len(threads) == 2
    assert threading.main_thread() not in threads


async def test_what_is_said_beside_a_field_is_said_to_its_end() -> None:
    host = f"{'a-long-name.' * 5}example"
    async with first_start() as at:
        at.field("url").say("error", f"{host} answers. {'It goes on. ' * 15}Or name the kind.")
        await at.sees("Or name the kind.")
        assert "…" not in at.field("url").message


async def test_without_keeping_nothing_is_written(config: Path) -> None:
    async with first_start() as at:
        await at.fill(url=at.url, business=at.sandbox.business_id, token=at.sandbox.token)
        await at.press("tab", "tab", "tab", "space")
        await at.sees("[ ] only until I quit")
        await at.press("ctrl+s")
        await at.sees("12 instances")
    assert nothing_kept(config)


@pytest.fixture
def unwritable(config: Path) -> None:
    """Let the configuration be what cannot be written, not even by root."""
    config.mkdir()


@pytest.mark.usefixtures("unwritable")
async def test_a_profile_that_cannot_be_written_is_said_and_the_server_used() -> None:
    async with first_start() as at:
        await at.fill(url=at.url, business=at.sandbox.business_id, token=at.sandbox.token)
        await at.press("ctrl+s")
        await at.sees("12 instances")
        await at.hears("Connected, but not saved")
        assert len(at.toasts) == 1


@pytest.mark.parametrize("kind", ["codechat-v1", "codechat-go", "evolution-v2"])
async def test_a_server_of_another_kind_is_found_out_and_said_and_kept(
    config: Path, kind: str
) -> None:
    with open_kind(kind) as server:
        async with first_start_at(server) as at:
            await at.fill(url=at.url, token=server.token, name="loja")
            await at.press("ctrl+s")
            await at.sees("12 instances", f"loja · {kind} · 127.0.0.1")
            await at.hears(f"answers as {title(kind)}. Profile loja saved;")
        assert kept(config)["profiles"]["loja"] == {"url": at.url, "api": kind}
        assert '# found by Hookboard; "auto" finds out again' in text_of(config)
        assert kept_token(config) == (server.token, 0o600)


async def test_a_server_behind_a_path_is_found_with_it_and_missed_without(config: Path) -> None:
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


async def test_a_wrong_key_of_another_kind_is_said_beside_the_token(config: Path) -> None:
    with open_kind("evolution-v2") as server:
        async with first_start_at(server) as at:
            await at.fill(url=at.url, token="planted-wrong")
            await at.press("ctrl+s")
            await at.until(lambda: "answered 401" in at.field("token").message, "the message")
            await at.stands_on("token")
            assert nothing_kept(config)


async def choose(at: FirstStart, key: str, kind: str) -> None:
    """Go with a key through the kinds to this one."""
    at.one(Choice).focus()
    for _ in range(len(KINDS)):
        if f"‹ {kind} ›" not in at.words:
            await at.press(key)
    await at.sees(f"‹ {kind} ›")


async def test_the_kind_is_chosen_by_keys_and_the_business_goes_by_it() -> None:
    async with first_start() as at:
        await at.sees("‹ auto ›", "found out from its answers", "only CodeChat v2 has one")
        seen = []
        at.one(Choice).focus()
        for key in ("right", "l", "space", "enter", "right", "left", "h"):
            await at.press(key)
            seen.append(at.one(Choice).value)
        assert seen == [*KINDS, "auto", KINDS[-1], KINDS[-2]]
        await choose(at, "left", "CodeChat v1")
        await at.sees("CodeChat v1 has none")
        await choose(at, "left", "CodeChat v2")
        await at.fill(url=at.url, token=at.sandbox.token)
        await at.press("ctrl+s")
        message = "must not be empty. CodeChat v2 lists instances by business."
        await at.until(lambda: message in at.field("business").message, "the message")
        await at.stands_on("business")


async def test_a_click_chooses_the_next_kind() -> None:
    async with first_start() as at:
        await at.pilot.click(Choice)
        await at.sees("‹ CodeChat v2 ›")


async def test_a_kind_that_was_chosen_is_taken_at_its_word_and_kept(config: Path) -> None:
    async with first_start() as at:
        await at.fill(url=at.url, business=at.sandbox.business_id, token=at.sandbox.token)
        await choose(at, "right", "CodeChat v2")
        await at.press("ctrl+s")
        await at.sees("12 instances")
        assert not any("answers as" in toast for toast in at.toasts)
    (profile,) = kept(config)["profiles"].values()
    assert profile["api"] == "codechat-v2"
    assert "found by" not in text_of(config)


async def test_a_kind_that_was_chosen_wrongly_is_said_and_can_be_corrected(config: Path) -> None:
    with open_kind("evolution-v2") as server:
        async with first_start_at(server) as at:
            await at.fill(url=at.url, business="b", token=server.token)
            await choose(at, "right", "CodeChat v2")
            await at.press("ctrl+s")
            await at.until(lambda: at.field("business").message, "the message")
            assert nothing_kept(config)
            await choose(at, "left", "auto")
            assert at.field("business").message == ""
            await at.press("ctrl+s")
            await at.sees("12 instances", "evolution-v2")


async def test_the_kind_begins_as_it_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async with first_start(api="codechat-go") as at:
        await at.sees("‹ CodeChat Go ›")
    monkeypatch.setenv("HOOKBOARD_API", "evolution-v2")
    async with first_start() as at:
        await at.sees("‹ Evolution v2 ›")


@pytest.fixture
def written(config: Path) -> None:
    """Let the configuration have a profile, since the program was started."""
    config.write_text('[profiles.loja]\nurl = "https://loja.example"\n', "utf-8")


@pytest.mark.usefixtures("written")
async def test_the_name_of_another_profile_is_not_taken_from_it() -> None:
    async with first_start() as at:
        await at.fill(url=at.url, token="t", name="loja")
        await at.press("ctrl+s")
        await at.until(lambda: "another profile" in at.field("name").message, "the message")
        await at.stands_on("name")


@pytest.mark.usefixtures("written")
async def test_a_name_of_the_file_or_of_a_server_that_is_open_is_not_proposed() -> None:
    async with first_start() as at:
        await at.fill(url="https://api.loja.com.br")
        await at.until(lambda: at.field("name").value == "loja-2", "the name")
        at.app.push_screen(connect.ConnectScreen(Overrides(), {"loja-2"}))
        await at.sees("another server")
        await at.fill(url="https://api.loja.com.br")
        await at.until(lambda: at.field("name").value == "loja-3", "the name")


async def test_what_no_connection_can_be_prepared_with_is_said_and_not_the_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with first_start() as at:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
        await at.fill(url="https://loja.example", token="t")
        await at.press("ctrl+s")
        await at.sees("no connection to https://loja.example can be prepared", "SSL_CERT_FILE")


async def test_escape_leaves_without_connecting() -> None:
    async with first_start() as at:
        await at.press("escape")
        await at.until(lambda: at.app.return_code is not None, "it quit")
        assert at.app.return_code == 0
