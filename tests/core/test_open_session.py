"""Opening sessions from the configuration, the first setup, and ``config check``."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import instances
from tui.api.adapters.codechat_v2 import CodeChatV2
from tui.cli.check import check_server
from tui.config.overrides import Overrides
from tui.core import first_setup
from tui.core.first_setup import (
    SavedProfile,
    Typed,
    free_name,
    resolve_typed,
    save_typed,
    saved_names,
)
from tui.core.open_session import DEMO_URL, open_demo, open_profile, open_session
from tui.model.place import Mark
from tui.model.server_kind import KINDS, Api
from tui.model.user_error import UserError
from tui.sandbox.codechat_v2.server import open_sandbox
from tui.sandbox.kinds import open_kind
from tui.sandbox.serve import running
from tui.storage.tokens import TokenPlace


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


def test_the_check_says_which_server_answered(sandbox_url: str) -> None:
    good, words = check_server(Overrides())
    assert good
    assert sandbox_url.removeprefix("http://") in words
    assert "the business token (from HOOKBOARD_TOKEN)" in words
    assert "kind      codechat-v2 (detected)" in words
    assert "answered  as codechat-v2, with 12 instances" in words


def test_the_check_says_only_that_there_is_no_token(
    sandbox_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOOKBOARD_TOKEN")
    good, words = check_server(Overrides())
    assert not good
    assert "token     no token given\n" in words


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("asked", ["auto", "named"])
def test_the_check_finds_out_each_kind_unless_it_is_configured(
    kind: Api, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_kind(kind) as sandbox, running(sandbox) as url:
        monkeypatch.setenv("HOOKBOARD_URL", url)
        monkeypatch.setenv("HOOKBOARD_BUSINESS", sandbox.business_id)
        monkeypatch.setenv("HOOKBOARD_TOKEN", sandbox.token)
        good, words = check_server(Overrides(api=kind if asked == "named" else None))
    assert good, words
    assert f"kind      {kind}{' (detected)' if asked == 'auto' else ''}\n" in words
    assert f"answered  as {kind}, with 12 instances" in words


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Serve a CodeChat v1 sandbox that is in the configuration file; return the file."""
    with open_kind("codechat-v1") as sandbox, running(sandbox) as url:
        monkeypatch.setenv("HOOKBOARD_TOKEN", sandbox.token)
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
        file = tmp_path / "config.toml"
        file.write_text(f'[profiles.loja]\nurl = "{url}"  # ours\n')
        yield file


def test_the_kind_is_found_out_once_and_written_into_the_profile(
    saved: Path,
) -> None:
    before = saved.read_text()
    good, words = check_server(Overrides())
    assert good
    line = 'api = "codechat-v1" # detected by Hookboard; "auto" detects it again\n'
    assert saved.read_text() == before + line
    good, words = check_server(Overrides())
    assert good
    assert "kind      codechat-v1\n" in words
    assert saved.read_text() == before + line


def test_the_kind_is_not_written_where_a_flag_or_variable_overrides_the_profile(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = saved.read_text()
    url = before.split('"')[1]
    assert check_server(Overrides(url=url))[0]
    assert check_server(Overrides("loja", url=url))[0]
    monkeypatch.setenv("HOOKBOARD_API", "auto")
    assert check_server(Overrides())[0]
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


def test_the_check_says_what_failed_and_what_to_do(
    sandbox_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOKBOARD_TOKEN", "wr0ng-token")
    good, words = check_server(Overrides(read_only=True))
    assert not good
    assert "(read only)" in words
    assert "answered 401 to the business token (from HOOKBOARD_TOKEN)" in words
    assert "The server says: “jwt malformed”" in words
    assert "Give its token by token_command, HOOKBOARD_TOKEN or --token-file." in words
    assert "^" not in words, "there are no keys on a command line"
    assert "wr0ng-token" not in words


def test_without_a_configuration_there_is_nothing_to_open_or_check() -> None:
    assert open_session(Overrides()) is None
    with pytest.raises(UserError, match="nothing is configured"):
        check_server(Overrides())


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


def typed(**fields: Any) -> Typed:
    given: dict[str, Any] = {
        "name": "shop",
        "url": "https://a.example",
        "business": "b1",
        "token": "t0k3n",
    }
    return Typed(**{**given, **fields}, insecure_http=False)


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


@pytest.mark.parametrize(
    "name, taken, free",
    [
        ("loja", {"filial"}, "loja"),
        ("loja", {"loja"}, "loja-2"),
        ("loja", {"loja", "loja-2", "loja-4"}, "loja-3"),
        ("x" * 64, {"x" * 64}, "x" * 62 + "-2"),
        ("", {"loja"}, ""),
    ],
)
def test_a_taken_name_gets_the_first_free_number(name: str, taken: set[str], free: str) -> None:
    assert free_name(name, taken) == free


@pytest.mark.parametrize(
    "file, names",
    [
        ('[profiles.loja]\nurl = "https://loja.example"\n', {"loja"}),
        ("[profiles.loja]\nurl = 1\n[profiles.filial]\n", {"loja", "filial"}),
        ('[profiles.loja]\nurl = "http://10.0.0.1"\n', {"loja"}),
        ("a b", set()),
    ],
)
def test_faulty_profiles_count_as_taken_names(file: str, names: set[str], tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(file)
    assert set(saved_names()) == names


def test_saving_a_typed_profile_returns_where_its_token_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = TokenPlace(Path("/x/tokens/shop"))
    monkeypatch.setattr(first_setup, "store_token", lambda *_rest: place)
    resolved, profile = resolve_typed(typed(), Overrides())
    assert save_typed(resolved, profile, "codechat-v2") == SavedProfile("shop", place)


def test_a_token_that_cannot_be_stored_is_reported_though_the_profile_is_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = UserError("could not be written", subject="/x/tokens/shop")

    def fail(*_rest: object) -> TokenPlace:
        raise full

    monkeypatch.setattr(first_setup, "store_token", fail)
    resolved, profile = resolve_typed(typed(), Overrides())
    assert save_typed(resolved, profile, "codechat-v2") == SavedProfile("shop", error=full)
    assert "[profiles.shop]" in (tmp_path / "config.toml").read_text()


def test_typed_details_become_a_resolved() -> None:
    resolved, profile = resolve_typed(typed(url="https://A.example/"), Overrides())
    assert resolved.profile == "shop"
    assert (profile.url, profile.business) == ("https://a.example", "b1")
    assert resolved.settings == profile
    assert resolved.token is not None
    assert resolved.token.reveal() == "t0k3n"
    assert "t0k3n" not in repr((resolved, profile))


@pytest.mark.parametrize("kind", ["auto", "codechat-v1", "codechat-go", "evolution-v2"])
def test_a_business_is_required_only_where_the_kind_needs_one(kind: Api) -> None:
    resolved, profile = resolve_typed(typed(business="", api=kind), Overrides())
    assert (resolved.settings.api, resolved.settings.business) == (kind, "")
    assert profile.given == ({"url"} if kind == "auto" else {"url", "api"})


@pytest.mark.parametrize(
    "fields, keys",
    [
        ({"token": " "}, {"token"}),
        ({"token": "two words"}, {"token"}),
        ({"business": " ", "api": "codechat-v2"}, {"business"}),
        ({"business": "a/b"}, {"business"}),
        ({"url": "ftp://a.example"}, {"url"}),
        ({"url": "http://a.example"}, {"url"}),
        ({"url": "", "business": "", "token": ""}, {"url", "token"}),
        ({"name": "taken"}, {"name"}),
        ({"name": "wrong"}, {"name"}),
    ],
)
def test_each_wrong_field_has_a_problem(
    fields: dict[str, str], keys: set[str], tmp_path: Path
) -> None:
    (tmp_path / "config.toml").write_text(
        '[profiles.taken]\nurl = "https://b.example"\n[profiles.wrong]\nurl = 1\n'
    )
    with pytest.raises(UserError) as caught:
        resolve_typed(typed(**fields), Overrides())
    assert {one.key for one in caught.value.others} == keys
    assert "two words" not in repr([(one.problem, one.hint) for one in caught.value.others])
