"""The dashboard where an instance has one webhook: it stands in the instance's row."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.app.kinds import (
    ONE_WEBHOOK,
    asked_for,
    board,
    change,
    finds_fail,
    go_to,
    in_editor,
    open_editor,
    stored,
)
from tests.app.support import Terminal
from tui.api.adapters.evolution_v2 import FLAGS
from tui.app.screens.dashboard.screen import Dashboard
from tui.app.screens.help import HelpScreen
from tui.app.widgets.instance_table import InstanceTable
from tui.sandbox.any_sandbox import AnySandbox
from tui.sandbox.evolution_v2.server import EvolutionV2, open_evolution_v2
from tui.sandbox.kinds import open_kind

WITHOUT = "outlet-br101"


@pytest.fixture(params=ONE_WEBHOOK)
def server(request: pytest.FixtureRequest) -> Iterator[AnySandbox]:
    """A server of each of these kinds, with the sample data."""
    with open_kind(request.param) as sandbox:
        yield sandbox


@pytest.fixture
def evolution() -> Iterator[EvolutionV2]:
    """An Evolution server with the sample data."""
    with open_evolution_v2() as sandbox:
        yield sandbox


@pytest.fixture
def hundred() -> Iterator[EvolutionV2]:
    """An Evolution server with a hundred instances, which are asked one by one."""
    with open_evolution_v2(instances=100) as sandbox:
        yield sandbox


def found(at: Terminal) -> list[str]:
    """Return the instances in the order in which their webhooks were requested."""
    paths = [each.path for each in at.cable.requests]
    return [path.rpartition("/")[2] for path in paths if "/webhook/find/" in path]


def row_of(at: Terminal, instance: str) -> str:
    """Return the row of an instance, in single spaces."""
    return " ".join(at.row(f" {instance} ").split())


async def until_all_found(at: Terminal) -> None:
    await at.until(lambda: len(asked_for(at)) == len(at.store), "every row is filled")
    await at.until(lambda: not at.working("find"), "nothing more is asked for")


# in the row


async def test_the_row_of_an_instance_shows_its_webhook(server: AnySandbox) -> None:
    async with board(server) as at:
        assert f"loja · {server.kind} · sandbox.test" in at.top
        flags = {"codechat-v1": "18/22", "codechat-go": "14/27", "evolution-v2": "18/31"}
        row = row_of(at, "loja-norte")
        assert f" loja-norte on {flags[server.kind]} https://crm.loja.com.br/hook" in row
        assert " off " in row_of(at, "loja-campinas")
        assert row_of(at, WITHOUT).endswith(f"{WITHOUT} no webhook")


async def test_the_detail_shows_the_webhook_under_the_cursor(server: AnySandbox) -> None:
    async with board(server) as at:
        go_to(at, "suporte-ti")
        await at.sees("Webhook of suporte-ti", " http://localhost:3000/whatsapp")
        assert "headers" not in at.words
        go_to(at, WITHOUT)
        await at.sees(f"Webhook of {WITHOUT}", "No webhook.", "n makes one.")
        assert "localhost:3000/whatsapp no" not in at.words


async def test_in_a_large_terminal_every_flag_that_is_on_is_named(evolution: EvolutionV2) -> None:
    on = FLAGS[1::2]
    change(evolution, "loja-norte", events=[*on])
    async with board(evolution, size=(120, 40)) as at:
        go_to(at, "loja-norte")
        await at.sees(f"{len(on)} of {len(FLAGS)} flags on")
        assert [flag for flag in FLAGS if flag in at.words.split()] == [*on]


async def test_enter_opens_the_editor_at_once_with_the_focus_on_the_url(
    server: AnySandbox,
) -> None:
    async with board(server) as at:
        await open_editor(at, "loja-sul")
        assert "loja · loja-sul › webhook · sandbox.test" in at.top
        await at.stands_on("url")
        assert "Name " not in at.picture
        await at.press("escape")
        await at.stands_on("instances")
        assert at.row("loja-sul").startswith(" ▸")


async def test_an_instance_without_a_webhook_says_so_and_n_makes_one(server: AnySandbox) -> None:
    async with board(server) as at:
        go_to(at, WITHOUT)
        await at.press("enter")
        await at.sees(f"{WITHOUT} has no webhook to edit. n makes one.")
        await open_editor(at, WITHOUT, "n")
        assert f"{WITHOUT} › new webhook" in at.top
        await at.stands_on("url")
        await at.paste("https://new.example/hook")
        while at.focused != "FlagGrid":
            await at.press("tab")
        await at.press("a", "ctrl+s")
        await at.sees("✓ Saved", "no changes")
        assert f"{WITHOUT} › webhook" in at.top
        writes = len(at.cable.sent("PUT") + at.cable.sent("POST"))
        assert writes == 1
        await at.press("escape")
        await at.sees("12 instances")
        assert row_of(at, WITHOUT).startswith("▸")
        assert "https://new.example/hook" in row_of(at, WITHOUT)
        await at.press("r")
        await at.loses("reading again")
        await at.until(lambda: "https://new.example/hook" in row_of(at, WITHOUT), "it is there")


async def test_n_on_an_instance_with_a_webhook_says_why_not(server: AnySandbox) -> None:
    async with board(server) as at:
        go_to(at, "loja-norte")
        await at.press("n")
        await at.sees("loja-norte has a webhook already, and can have only one. e edits it.")
        assert isinstance(at.app.screen, Dashboard)


async def test_delete_says_why_not_and_is_offered_nowhere(evolution: EvolutionV2) -> None:
    async with board(evolution, size=(120, 40)) as at:
        before = len(at.cable.requests)
        await at.press("delete")
        await at.sees("cannot delete a webhook: turn it off instead.")
        assert len(at.cable.requests) == before
        await at.press("?")
        await at.until(lambda: isinstance(at.app.screen, HelpScreen), "the help is there")
        await at.sees("Edit the selected webhook")
        assert "Delete" not in at.picture
        assert "Go to the webhooks" not in at.picture
        await at.press("escape", "ctrl+p")
        await at.sees("Edit (e)")
        await at.paste("dele")
        await at.sees("No matches found")


async def test_read_only_makes_no_webhook(evolution: EvolutionV2) -> None:
    async with board(evolution, read_only=True) as at:
        go_to(at, WITHOUT)
        await at.press("n")
        await at.sees("READ ONLY: no webhook can be made here.")
        assert isinstance(at.app.screen, Dashboard)


# keys


async def test_the_keys_for_panes_leave_focus_and_cursor_where_they_are(
    evolution: EvolutionV2,
) -> None:
    async with board(evolution) as at:
        go_to(at, "loja-sul")
        for key in ("h", "l", "left", "right", "tab", "shift+tab", "escape"):
            await at.press(key)
            assert at.focused == "instances"
            assert at.row("loja-sul").startswith(" ▸")
            assert at.banner == ""


async def test_the_filter_finds_by_the_url_in_the_row(evolution: EvolutionV2) -> None:
    async with board(evolution) as at:
        await at.press("/", *"chatwoot")
        await at.sees("1 of 12 instances", "Webhook of atendimento-2")
        await at.press("enter", "enter")
        await in_editor(at)
        assert "atendimento-2 › webhook" in at.top


async def test_copying_offers_the_texts_that_exist(evolution: EvolutionV2) -> None:
    async with board(evolution) as at:
        go_to(at, "loja-norte")
        await at.press("y")
        await at.sees("the webhook's URL", "the instance's name", "a curl command")
        assert "webhook's id" not in at.picture
        await at.press("i")
        await at.hears("the instance's name")
        assert at.app.clipboard == "loja-norte"
        go_to(at, WITHOUT)
        await at.press("y")
        await at.sees("the instance's name")
        assert "the webhook's URL" not in at.picture


async def test_a_refresh_keeps_the_cursor_and_shows_what_others_changed(
    evolution: EvolutionV2,
) -> None:
    async with board(evolution) as at:
        go_to(at, "loja-sul")
        change(evolution, "loja-sul", url="https://moved.example/in")
        before = len(at.cable.requests)
        await at.press("r")
        await at.until(lambda: len(at.cable.requests) > before, "the list is asked for")
        await at.until(lambda: not at.working("load") and not at.working("find"), "it is read")
        assert row_of(at, "loja-sul").startswith("▸")
        await at.sees("https://moved.example/in")


# filling the rows, one request each


async def test_the_cursor_moves_while_webhooks_are_being_read(
    hundred: EvolutionV2,
) -> None:
    async with board(hundred, held=True) as at:
        await at.sees("100 instances", "Reading the webhooks…")
        assert at.row(" ▸").endswith("…")
        assert "not read" not in at.picture
        await at.press("j", "j")
        assert at.one(InstanceTable).cursor == 2
        await at.until(lambda: len(found(at)) == 8, "as many are asked for as may be at once")
        at.cable.release()
        await until_all_found(at)
        assert sorted(found(at)) == sorted(at.store.visible)
        await at.loses("Reading the webhooks…")


async def test_the_top_line_shows_how_many_webhooks_are_read(hundred: EvolutionV2) -> None:
    async with board(hundred, held=True) as at:
        await at.sees("100 instances, 0% read")
        at.cable.answer = lambda _: None
        at.cable.release()
        await at.until(lambda: at.top.endswith(" 100 instances"), "all are read")
        at.cable.hold()
        await at.press("r")
        await at.sees("reading again… 100 instances")
        assert "% read" not in at.top
        at.cable.release()
        await at.loses("reading again…")


async def test_rows_in_view_are_read_first_then_the_others_in_order(
    hundred: EvolutionV2,
) -> None:
    async with board(hundred, held=True, at_once=4) as at:
        await at.until(lambda: len(found(at)) == 4, "the first are asked for")
        top = list(at.one(InstanceTable).visible_keys)
        assert set(found(at)) <= set(top)
        await at.press("G")
        bottom = list(at.one(InstanceTable).visible_keys)
        assert not set(bottom) & set(top)
        at.cable.release()
        await until_all_found(at)
        asked = found(at)
        assert set(asked[4 : 4 + len(bottom)]) == set(bottom)
        rest = [key for key in at.store.visible if key not in {*asked[:4], *bottom}]
        assert sorted(asked[4 + len(bottom) :], key=rest.index) == rest


async def test_an_unread_webhook_can_be_opened_before_its_turn(hundred: EvolutionV2) -> None:
    async with board(hundred, held=True, at_once=1) as at:
        await at.until(lambda: len(found(at)) == 1, "the first is asked for")
        at.cable.answer = lambda _: None
        at.cable.pass_on()
        at.cable.release()
        await open_editor(at, at.store.visible[-1])
        assert f"{at.store.visible[-1]} › webhook" in at.top


# when it cannot be read


async def test_a_failure_in_between_is_reported_and_r_reads_again(
    hundred: EvolutionV2,
) -> None:
    async with board(hundred, answer=finds_fail, whole=False) as at:
        await at.sees("The webhooks of 100 instances could not be read.", "answered 500")
        assert len(found(at)) < 30, "one that is down is not asked a hundred times"
        assert "Reading the webhooks…" not in at.picture
        assert at.row(" ▸").endswith("not read")
        # Why, for the one under the cursor.
        assert "answered 500" in " ".join(at.rows[-8:])
        at.cable.answer = lambda _: None
        await at.press("r")
        await until_all_found(at)
        assert at.banner == ""
        assert "not read" not in at.picture


async def test_webhooks_read_before_stay_after_a_failure(hundred: EvolutionV2) -> None:
    async with board(hundred) as at:
        before = at.row(" ▸")
        at.cable.answer = finds_fail
        await at.press("r")
        await at.sees("The webhooks of 100 instances could not be read.")
        assert at.row(" ▸") == before


async def test_after_a_failed_list_no_webhooks_are_read(hundred: EvolutionV2) -> None:
    async with board(hundred) as at:
        before, asked = at.row(" ▸"), len(found(at))
        at.cable.cut = True
        await at.press("r")
        await at.sees("sandbox.test could not be reached")
        at_rest = ("load", "find")
        await at.until(lambda: not any(map(at.working, at_rest)), "nothing is tried any more")
        assert len(found(at)) == asked
        assert at.row(" ▸") == before


async def test_escape_stops_and_r_goes_on(hundred: EvolutionV2) -> None:
    async with board(hundred, held=True) as at:
        await at.until(lambda: len(found(at)) == 8, "they are asked for")
        await at.press("escape")
        await at.sees("You stopped waiting: not every webhook was read.", "r reads again.")
        await at.until(lambda: at.row(" ▸").endswith("not read"), "the row says so")
        assert "Reading the webhooks…" not in at.picture
        at.cable.answer = lambda _: None
        at.cable.release()
        # The one the cursor rests on is read all the same.
        await at.press("down")
        await at.until(lambda: len(asked_for(at)) == 1, "it is read")
        assert len(found(at)) == 9
        await at.press("r")
        await until_all_found(at)
        assert at.banner == ""


async def test_opening_an_unreadable_webhook_says_why(
    hundred: EvolutionV2,
) -> None:
    async with board(hundred, answer=finds_fail, whole=False) as at:
        await at.sees("could not be read.")
        await at.press("enter")
        await at.sees("sandbox.test answered 500", "The server says: “Down”")
        assert isinstance(at.app.screen, Dashboard)
        at.cable.answer = lambda _: None
        await at.press("enter")
        await in_editor(at)
        assert stored(hundred, at.store.visible[0])["url"] == at.field("url").value
