"""Opening sessions from the configuration."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import instances
from tui.api.adapters.codechat_v2 import CodeChatV2
from tui.config.overrides import Overrides
from tui.core.open_session import DEMO_URL, open_demo, open_profile, open_session
from tui.model.place import Mark
from tui.model.server_kind import KINDS, Api
from tui.model.user_error import UserError
from tui.sandbox.codechat_v2.server import open_sandbox
from tui.sandbox.kinds import open_kind
from tui.sandbox.serve import running


@pytest.fixture(autouse=True)
def _no_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("URL", "BUSINESS", "TOKEN", "API", "PROFILE", "READ_ONLY"):
        monkeypatch.delenv(f"HOOKBOARD_{name}", raising=False)
    monkeypatch.setenv("HOOKBOARD_CONFIG", str(tmp_path / "config.toml"))


@pytest.fixture
def sandbox_url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve a sandbox on loopback, with the environment naming it."""
    with open_sandbox() as sandbox, running(sandbox) as url:
        monkeypatch.setenv("HOOKBOARD_URL", url)
        monkeypatch.setenv("HOOKBOARD_BUSINESS", sandbox.business_id)
        monkeypatch.setenv("HOOKBOARD_TOKEN", sandbox.token)
        yield url


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Serve a CodeChat v1 sandbox that is in the configuration file; return the file."""
    with open_kind("codechat-v1") as sandbox, running(sandbox) as url:
        monkeypatch.setenv("HOOKBOARD_TOKEN", sandbox.token)
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
        file = tmp_path / "config.toml"
        file.write_text(f'[profiles.loja]\nurl = "{url}"  # ours\n')
        yield file


def kind_listed(overrides: Overrides) -> str:
    """Open the server and read its list; return its kind, which the list shows."""

    async def listed() -> str:
        session = open_session(overrides)
        assert session is not None
        async for _page in session.instances():
            pass
        await session.close()
        return session.kind

    return asyncio.run(listed())


def test_the_kind_is_found_out_once_and_written_into_the_profile(
    saved: Path,
) -> None:
    before = saved.read_text()
    assert kind_listed(Overrides()) == "codechat-v1"
    line = 'api = "codechat-v1" # detected by Hookboard; "auto" detects it again\n'
    assert saved.read_text() == before + line
    assert kind_listed(Overrides()) == "codechat-v1"
    assert saved.read_text() == before + line


def test_the_kind_is_not_written_where_a_flag_or_variable_overrides_the_profile(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = saved.read_text()
    url = before.split('"')[1]
    assert kind_listed(Overrides(url=url)) == "codechat-v1"
    assert kind_listed(Overrides("loja", url=url)) == "codechat-v1"
    monkeypatch.setenv("HOOKBOARD_API", "auto")
    assert kind_listed(Overrides()) == "codechat-v1"
    assert saved.read_text() == before


def test_a_kind_that_cannot_be_written_is_only_logged(
    saved: Path, caplog: pytest.LogCaptureFixture
) -> None:
    session = open_session(Overrides())
    assert session is not None
    saved.write_text("a b")

    async def listed() -> str:
        await anext(aiter(session.instances()))
        await session.close()
        return session.kind

    with caplog.at_level("INFO", "hookboard"):
        assert asyncio.run(listed()) == "codechat-v1"
    assert "the kind of server is not kept" in caplog.text
    assert saved.read_text() == "a b"


def test_a_profile_sets_the_number_of_simultaneous_requests(saved: Path) -> None:
    saved.write_text(f"{saved.read_text()}at_once = 3\n")
    session = open_session(Overrides())
    assert session is not None
    assert session.at_once == 3


def test_without_a_configuration_there_is_nothing_to_open() -> None:
    assert open_session(Overrides()) is None


def test_a_server_without_a_business_is_not_opened(
    sandbox_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOOKBOARD_BUSINESS")
    with pytest.raises(UserError, match="names no business, which CodeChat v2 needs"):
        open_session(Overrides(api="codechat-v2"))


@pytest.mark.parametrize("kind", ["auto", "codechat-v1", "codechat-go", "evolution-v2"])
@pytest.mark.usefixtures("sandbox_url")
def test_other_kinds_are_opened_without_a_business(
    kind: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOOKBOARD_BUSINESS")
    session = open_session(Overrides(api=kind))
    assert session is not None
    assert session.kind == kind


async def test_the_demo_is_a_server_inside_the_process() -> None:
    session = open_demo(Overrides())
    assert isinstance(session.server, CodeChatV2)
    assert len(await instances(session.server)) == 12
    assert str(session.place) == f"demo · codechat-v2 · {DEMO_URL.removeprefix('http://')}"
    assert session.marks == ()
    await session.close()


@pytest.mark.parametrize("kind", KINDS)
async def test_the_demo_is_of_the_requested_kind(
    kind: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOKBOARD_API", "codechat-v1")  # not for the demo
    session = open_demo(Overrides(api=None if kind == "codechat-v2" else kind))
    page = await anext(aiter(session.instances()))
    await session.close()
    assert (session.kind, len(page.instances)) == (kind, 12)


def test_the_demo_can_be_read_only(monkeypatch: pytest.MonkeyPatch) -> None:
    assert open_demo(Overrides(read_only=True)).marks == (Mark.READ_ONLY,)
    monkeypatch.setenv("HOOKBOARD_READ_ONLY", "1")
    assert open_demo(Overrides()).read_only


def test_a_faulty_profile_does_not_prevent_opening_others(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        '[profiles.good]\nurl = "https://b.example"\n[profiles.remote]\nurl = "http://10.0.0.1"\n'
    )
    session = open_session(Overrides(profile="good"))
    assert session is not None
    assert session.url == "https://b.example"
    for opening in (open_session, lambda overrides: open_profile("remote", overrides)):
        with pytest.raises(UserError, match=r"remote\.url is http") as caught:
            opening(Overrides(profile="remote"))
        assert "insecure_http = true under [profiles.remote]" in caught.value.hint
