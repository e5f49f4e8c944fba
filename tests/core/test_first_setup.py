"""The first setup: a profile made of what was typed, and saved with its token."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

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
from tui.model.server_kind import Api
from tui.model.user_error import UserError
from tui.storage.tokens import TokenPlace


@pytest.fixture(autouse=True)
def _no_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("URL", "BUSINESS", "TOKEN", "API", "PROFILE", "READ_ONLY"):
        monkeypatch.delenv(f"HOOKBOARD_{name}", raising=False)
    monkeypatch.setenv("HOOKBOARD_CONFIG", str(tmp_path / "config.toml"))


def typed(**fields: Any) -> Typed:
    given: dict[str, Any] = {
        "name": "shop",
        "url": "https://a.example",
        "business": "b1",
        "token": "t0k3n",
    }
    return Typed(**{**given, **fields}, insecure_http=False)


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


def test_typed_details_become_a_resolved_profile() -> None:
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
