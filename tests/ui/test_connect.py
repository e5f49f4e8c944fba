"""The first start: which server, which business, which token, tried before it is saved."""

from __future__ import annotations

import socket
import stat
import tomllib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring

from tests.ui.support import Cable, Terminal, started
from tui.app import HookboardApp
from tui.sandbox.serve import running
from tui.sandbox.server import open_sandbox


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


def kept(config: Path) -> dict[str, Any]:
    """Return the configuration as it was saved."""
    return tomllib.loads(config.read_text("utf-8"))


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
async def first_start() -> AsyncIterator[FirstStart]:
    with open_sandbox() as sandbox, running(sandbox) as url:
        app = HookboardApp(lambda: None)
        async with started(app, sandbox, Cable(sandbox.app)) as at:
            here = FirstStart(at.pilot, sandbox, at.cable)
            here.url = url
            await here.sees("Connect to a server")
            yield here


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
        await at.hears("Profile loja saved in")
        assert at.sandbox.token not in " ".join(at.toasts)
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
        for name in ("url", "business", "token"):
            assert at.field(name).message, name
        await at.stands_on("url")
        assert nothing_kept(config)


async def test_a_message_goes_when_its_field_is_changed() -> None:
    async with first_start() as at:
        await at.press("ctrl+s")
        await at.until(lambda: at.field("token").message, "the message")
        await at.fill(token="x")
        assert at.field("token").message == ""
        assert at.field("business").message != ""


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
        await at.until(lambda: "could not be reached" in at.field("url").message, "the message")
        await at.stands_on("url")


async def test_plain_http_to_another_host_has_to_be_allowed(config: Path) -> None:
    async with first_start() as at:
        await at.fill(url="http://api.loja.com.br", business="b", token="t")
        await at.press("ctrl+s")
        await at.until(lambda: "http" in at.field("url").message, "the message")
        await at.stands_on("url")


async def test_without_keeping_nothing_is_written(config: Path) -> None:
    async with first_start() as at:
        await at.fill(url=at.url, business=at.sandbox.business_id, token=at.sandbox.token)
        await at.press("tab", "tab", "space")
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


async def test_escape_leaves_without_connecting() -> None:
    async with first_start() as at:
        await at.press("escape")
        await at.until(lambda: at.app.return_code is not None, "it quit")
        assert at.app.return_code == 0
