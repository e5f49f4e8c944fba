"""From what was asked to a server at work, and what ``config check`` says of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import instances
from tui.api.codechat_v2 import CodeChatV2
from tui.checking import check_server
from tui.config.errors import ConfigError
from tui.config.overrides import Overrides
from tui.connecting import Typed, target_of
from tui.opening import DEMO_URL, open_demo, open_session
from tui.sandbox.serve import running
from tui.sandbox.server import open_sandbox


@pytest.fixture(autouse=True)
def _no_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("URL", "BUSINESS", "TOKEN", "API", "PROFILE", "READ_ONLY"):
        monkeypatch.delenv(f"HOOKBOARD_{name}", raising=False)
    monkeypatch.setenv("HOOKBOARD_CONFIG", str(tmp_path / "config.toml"))


@pytest.fixture
def sandbox_url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve a sandbox on loopback, and name it in the environment."""
    with open_sandbox() as sandbox, running(sandbox) as url:
        monkeypatch.setenv("HOOKBOARD_URL", url)
        monkeypatch.setenv("HOOKBOARD_BUSINESS", sandbox.business_id)
        monkeypatch.setenv("HOOKBOARD_TOKEN", sandbox.token)
        yield url


def test_the_check_says_which_server_answered_what(sandbox_url: str) -> None:
    good, words = check_server(Overrides())
    assert good
    assert sandbox_url.removeprefix("http://") in words
    assert "the business token (from HOOKBOARD_TOKEN)" in words
    assert "answered  as codechat-v2, with 12 instances" in words


def test_the_check_says_what_failed_and_what_to_do(
    sandbox_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOKBOARD_TOKEN", "wr0ng-token")
    good, words = check_server(Overrides(read_only=True))
    assert not good
    assert "(read only)" in words
    assert "answered 401 to the business token (from HOOKBOARD_TOKEN)" in words
    assert "the server says: jwt malformed" in words
    assert "wr0ng-token" not in words


def test_without_a_configuration_there_is_nothing_to_open_or_check() -> None:
    assert open_session(Overrides()) is None
    with pytest.raises(ConfigError, match="nothing is configured"):
        check_server(Overrides())


def test_a_server_without_a_business_is_not_opened(
    sandbox_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOOKBOARD_BUSINESS")
    with pytest.raises(ConfigError, match="names no business"):
        open_session(Overrides())


async def test_the_demo_is_a_server_inside_the_process() -> None:
    session = open_demo(Overrides())
    assert isinstance(session.server, CodeChatV2)
    assert len(await instances(session.server)) == 12
    assert session.place == f"demo · codechat-v2 · {DEMO_URL.removeprefix('http://')}"
    assert session.marks == ()
    await session.server.close()


def test_the_demo_can_be_read_only(monkeypatch: pytest.MonkeyPatch) -> None:
    assert open_demo(Overrides(read_only=True)).marks == ((" READ ONLY ", "alarm"),)
    monkeypatch.setenv("HOOKBOARD_READ_ONLY", "1")
    assert open_demo(Overrides()).server.read_only


def typed(**fields: str) -> Typed:
    given = {"name": "shop", "url": "https://a.example", "business": "b1", "token": "t0k3n"}
    return Typed(**{**given, **fields}, insecure_http=False)


def test_what_was_typed_becomes_a_target() -> None:
    target, profile = target_of(typed(url="https://A.example/"), Overrides())
    assert (target.url, target.business, target.profile) == ("https://a.example", "b1", "shop")
    assert profile.url == target.url
    assert target.token is not None
    assert target.token.reveal() == "t0k3n"
    assert "t0k3n" not in repr((target, profile))


@pytest.mark.parametrize(
    "fields, keys",
    [
        ({"token": " "}, {"token"}),
        ({"token": "two words"}, {"token"}),
        ({"business": " "}, {"business"}),
        ({"url": "ftp://a.example"}, {"url"}),
        ({"url": "http://a.example"}, {"url"}),
        ({"url": "", "business": "", "token": ""}, {"url", "business", "token"}),
    ],
)
def test_what_was_typed_wrong_is_told_for_each_field(
    fields: dict[str, str], keys: set[str]
) -> None:
    with pytest.raises(ConfigError) as caught:
        target_of(typed(**fields), Overrides())
    assert {one.key for one in caught.value.others} == keys
    assert "two words" not in repr([(one.problem, one.hint) for one in caught.value.others])
