"""``config check``: which server answers, which kind it is, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tui.cli.check import check_server
from tui.config.overrides import Overrides
from tui.model.server_kind import KINDS, Api
from tui.model.user_error import UserError
from tui.sandbox.codechat_v2.server import open_sandbox
from tui.sandbox.kinds import open_kind
from tui.sandbox.serve import running


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
    assert "token    no token given\n" in words


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


def test_a_403_with_a_reason_does_not_only_blame_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    with open_sandbox() as sandbox, running(sandbox) as url:
        monkeypatch.setenv("HOOKBOARD_URL", url)
        monkeypatch.setenv("HOOKBOARD_BUSINESS", sandbox.business_id)
        monkeypatch.setenv("HOOKBOARD_TOKEN", sandbox.instance_jwt("an instance"))
        good, words = check_server(Overrides())
    assert not good
    assert "answered 403" in words
    assert "The server says: “The business token is required”" in words
    assert "unless the server's own words name another reason." in words


def test_without_a_configuration_there_is_nothing_to_check() -> None:
    with pytest.raises(UserError, match="nothing is configured"):
        check_server(Overrides())
