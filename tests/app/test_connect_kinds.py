"""The connect screen: the kind of server, and the fields that it needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app.first_start import choose, first_start, first_start_at, kept, nothing_kept, text_of
from tui.app.widgets.select_field import SelectField
from tui.model.server_kind import KINDS, Api, ServerKind, needs_business, title
from tui.sandbox.kinds import open_kind

pytestmark = pytest.mark.usefixtures("config")


async def test_the_kind_is_chosen_by_keys_and_decides_about_the_business() -> None:
    async with first_start() as at:
        await at.sees("‹ auto ›", "found out from its answers", "only CodeChat v2 has one")
        seen = []
        at.one(SelectField).focus()
        for key in ("right", "l", "space", "enter", "right", "left", "h"):
            await at.press(key)
            seen.append(at.one(SelectField).value)
        assert seen == [*KINDS, "auto", KINDS[-1], KINDS[-2]]
        await choose(at, "left", "CodeChat v2")
        await at.fill(url=at.url, token=at.sandbox.token)
        await at.press("ctrl+s")
        message = "must not be empty. CodeChat v2 lists instances by business."
        await at.until(lambda: message in at.field("business").message, "the message")
        await at.stands_on("business")


async def test_one_tab_after_the_server_is_the_token_which_is_hidden(config: Path) -> None:
    with open_kind("evolution-v2") as server:
        async with first_start_at(server) as at:
            await at.paste(at.url)
            await at.press("tab")
            await at.paste(server.token)
            assert at.field("token").value == server.token
            assert server.token not in at.picture
            await at.press("ctrl+s")
            await at.sees("12 instances")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if not needs_business(kind)])
async def test_a_kind_without_businesses_is_not_asked_for_one(
    kind: ServerKind, config: Path
) -> None:
    with open_kind(kind) as server:
        async with first_start_at(server) as at:
            await at.fill(url=at.url, token=server.token, business="typed-before")
            await choose(at, "right", title(kind))
            await at.loses("Business")
            await at.fill(name="loja")
            await at.press("enter")
            await at.sees("12 instances")
        assert kept(config)["profiles"]["loja"] == {"url": at.url, "api": kind}


@pytest.mark.parametrize("business", ["", "typed-before"])
@pytest.mark.parametrize("kind", ["auto", "codechat-go"])
async def test_a_404_is_reported_beside_the_server(config: Path, kind: Api, business: str) -> None:
    with open_kind("codechat-go") as server:
        async with first_start_at(server) as at:
            await at.fill(url=f"{at.url}/wrong", token=server.token, business=business)
            if kind != "auto":
                await choose(at, "right", title(kind))
            await at.press("ctrl+s")
            await at.until(lambda: "answered 404" in at.field("url").message, "the message")
            await at.stands_on("url")
            assert "Recurso nao encontrado." in at.field("url").message
            assert "prefix" in at.field("url").message
            assert at.field("business").message == ""
            assert nothing_kept(config)


async def test_a_click_chooses_the_next_kind() -> None:
    async with first_start() as at:
        await at.pilot.click(SelectField)
        await at.sees("‹ CodeChat v2 ›")


async def test_a_chosen_kind_is_used_and_saved(config: Path) -> None:
    async with first_start() as at:
        await at.fill(url=at.url, business=at.sandbox.business_id, token=at.sandbox.token)
        await choose(at, "right", "CodeChat v2")
        await at.press("ctrl+s")
        await at.sees("12 instances")
        assert not any("answers as" in toast for toast in at.toasts)
    (profile,) = kept(config)["profiles"].values()
    assert profile["api"] == "codechat-v2"
    assert "found by" not in text_of(config)


async def test_a_wrong_kind_is_reported_and_can_be_corrected(config: Path) -> None:
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


async def test_the_kind_starts_as_given_on_the_command_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with first_start(api="codechat-go") as at:
        await at.sees("‹ CodeChat Go ›")
    monkeypatch.setenv("HOOKBOARD_API", "evolution-v2")
    async with first_start() as at:
        await at.sees("‹ Evolution v2 ›")
