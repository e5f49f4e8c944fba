"""The conflict screen: three values side by side, and no change of another user undone unasked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.app.support import Terminal, change, hook, terminal
from tests.app.test_hostile_text import FORBIDDEN, HOSTILE
from tui.app.screens.conflict import ConflictScreen, distinct_parts
from tui.app.screens.editor.screen import EditorScreen
from tui.model.diff import Conflict, Merge
from tui.model.place import Place
from tui.model.text import clean
from tui.model.webhook import Values

HOST = "https://crm.loja.com.br/hooks/whatsapp/"
THEIRS, MINE = HOST + "entrada-nova", HOST + "producao"
LONG = "https://hooks.loja.com.br/" + "webhook-of-the-shop/" * 23


async def conflicts(at: Terminal, **theirs: Any) -> None:
    """Change name and URL here, the given values on the server, and save."""
    await at.edit()
    change(at.sandbox, **theirs)
    await at.press("x", "tab")
    await at.retype(MINE)
    await at.press("ctrl+s")
    await at.sees("decided")


async def ask(
    at: Terminal, *found: Conflict, flags: Mapping[str, bool] | None = None
) -> list[tuple[Conflict, ...] | None]:
    """Open the screen with made-up conflicts; the list that is returned gets its answer."""
    answers: list[tuple[Conflict, ...] | None] = []
    merging = Merge(Values("", "", True, flags or {}), (), found, (), ())
    screen = ConflictScreen(Place("loja"), (), merging, "")
    at.app.push_screen(screen, answers.append)
    await at.sees(f"0 of {len(found)} decided")
    return answers


async def test_the_three_values_are_side_by_side_and_nothing_is_chosen() -> None:
    async with terminal(size=(120, 40)) as at:
        await conflicts(at, name="theirs")
        heading, row = at.row("  was "), at.row("▸ name")
        for word, value in (("was", "crm"), ("server", "theirs"), ("yours", "crmx")):
            assert heading.index(word) == row.index(value)
        assert "Nothing was saved." in at.banner
        assert "loja · loja-norte › crm · sandbox.test" in at.top
        assert at.top.endswith("0 of 1 decided")
        assert "✓" not in at.picture
        assert at.cable.sent("PUT") == []


async def test_the_field_under_the_cursor_is_shown_in_full() -> None:
    async with terminal() as at:
        await conflicts(at, name="theirs", url=THEIRS)
        await at.sees("was crm", "server theirs", "yours crmx")
        await at.press("down")
        await at.sees(f"was {HOST}entrada", f"server {THEIRS}", f"yours {MINE}")


async def test_changes_of_one_side_only_are_listed_and_not_asked_about() -> None:
    async with terminal() as at:
        await conflicts(at, name="theirs", enabled=False, flags={"newJwt": True})
        await at.sees("Also changed on the server, and kept:", "0 of 1 decided")
        assert at.row("enabled").split() == ["enabled", "on", "→", "off"]
        assert at.row("newJwt").split() == ["newJwt", "off", "→", "on"]
        await at.press("right", "ctrl+s")
        await at.sees("Saved 2 changes.")
        saved = hook(at.sandbox)
        assert (saved.name, saved.url) == ("crmx", MINE)
        assert (saved.enabled, saved.flags["newJwt"]) == (False, True)


async def test_many_changes_of_others_are_listed_in_part_and_counted() -> None:
    async with terminal() as at:
        flags = {flag: not on for flag, on in hook(at.sandbox).flags.items()}
        await conflicts(at, name="theirs", flags=flags)
        await at.sees("and 14 more")


async def test_accepting_is_refused_while_a_field_is_not_decided() -> None:
    async with terminal() as at:
        await conflicts(at, name="theirs", url=THEIRS)
        await at.press("left")
        for key in ("ctrl+s", "enter"):
            await at.press(key)
            await at.sees("1 field not decided: ← server's, → yours.", "1 of 2 decided")
        assert at.cable.sent("PUT") == []


@pytest.mark.parametrize(
    "keys, name, url",
    [
        (["left", "down", "right"], "theirs", MINE),
        (["right", "down", "left"], "crmx", THEIRS),
        (["l", "j", "h"], "crmx", THEIRS),
        (["t"], "theirs", THEIRS),
        (["m"], "crmx", MINE),
        (["t", "down", "right"], "theirs", MINE),
        (["left", "right", "down", "right", "left"], "crmx", THEIRS),
    ],
)
async def test_the_server_gets_the_last_choice_for_each_field(
    keys: list[str], name: str, url: str
) -> None:
    async with terminal() as at:
        await conflicts(at, name="theirs", url=THEIRS)
        await at.press(*keys)
        await at.sees("2 of 2 decided", "Everything is decided: ^s accepts")
        await at.press("ctrl+s")
        await at.sees("no changes")
        assert (hook(at.sandbox).name, hook(at.sandbox).url) == (name, url)
        assert (at.field("name").value, at.field("url").value) == (name, url)


async def test_the_chosen_side_is_marked_without_colour() -> None:
    async with terminal() as at:
        await conflicts(at, name="theirs", url=THEIRS)
        await at.press("left", "down", "right")
        assert at.row("name").split() == ["name", "crm", "✓", "theirs", "crmx"]
        assert at.row("▸ URL").split("✓ ")[1] == "…whatsapp/producao"


async def test_taking_the_servers_everywhere_sends_nothing() -> None:
    async with terminal() as at:
        await conflicts(at, name="theirs", url=THEIRS)
        await at.press("t", "enter")
        await at.sees("No changes: nothing was sent.")
        assert at.cable.sent("PUT") == []


async def test_going_on_with_the_edit_keeps_everything_and_saving_asks_again() -> None:
    async with terminal() as at:
        await conflicts(at, name="theirs", url=THEIRS)
        for _ in range(2):
            await at.press("left", "escape")
            await at.sees("Nothing was decided: your changes are as they were.")
            await at.sees("2 changes, not saved")
            assert (at.field("name").value, at.field("url").value) == ("crmx", MINE)
            await at.press("ctrl+s")
            await at.sees("0 of 2 decided")
        assert at.cable.sent("PUT") == []


async def test_a_second_conflict_during_the_first_is_asked_about_too() -> None:
    async with terminal() as at:
        await conflicts(at, name="theirs")
        change(at.sandbox, name="theirs again")
        await at.press("right", "ctrl+s")
        await at.sees("0 of 1 decided", "server theirs again")
        assert at.cable.sent("PUT") == []
        await at.press("right", "ctrl+s")
        await at.sees("Saved 2 changes.")
        assert hook(at.sandbox).name == "crmx"


async def test_a_later_change_of_a_field_decided_for_the_server_is_taken() -> None:
    async with terminal() as at:
        await conflicts(at, name="theirs")
        change(at.sandbox, name="theirs again")
        await at.press("left", "ctrl+s")
        await at.sees("Saved 1 change.", "Changed by others meanwhile, and kept: name theirs → ")
        assert (hook(at.sandbox).name, hook(at.sandbox).url) == ("theirs again", MINE)


async def test_changes_of_others_during_the_decision_are_kept_and_reported() -> None:
    async with terminal() as at:
        await conflicts(at, name="theirs")
        change(at.sandbox, flags={"newJwt": True})
        await at.press("right", "ctrl+s")
        await at.sees("Changed by others meanwhile, and kept: newJwt off → on")
        assert (hook(at.sandbox).name, hook(at.sandbox).flags["newJwt"]) == ("crmx", True)


async def test_quitting_during_the_decision_asks_about_the_edit() -> None:
    async with terminal() as at:
        await conflicts(at, name="theirs")
        await at.press("ctrl+q")
        await at.sees("crm has 2 unsaved changes.")
        await at.press("e")
        await at.sees("0 of 1 decided")


async def test_a_flag_with_the_name_of_a_field_is_decided_separately() -> None:
    field = Conflict("name", "was", "theirs", "mine")
    flag = Conflict("name", None, True, False, is_flag=True)
    async with terminal() as at:
        answers = await ask(at, field, flag)
        assert at.row(" (not there) ").split()[-2:] == ["on", "off"]
        await at.press("right", "down", "left", "ctrl+s")
        await at.until(lambda: answers, "the screen answers")
        assert answers == [(flag,)]


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (200, 60)])
async def test_long_addresses_show_where_they_differ_at_every_size(size: tuple[int, int]) -> None:
    async with terminal(size=size) as at:
        ends = was, server, yours = "entrada", "saida", "norte"
        address = Conflict("url", LONG + was, LONG + server, LONG + yours)
        answers = await ask(at, address, Conflict("name", "a", "b", "c"))
        row, whole = at.row("▸ URL"), at.picture.partition("── URL")[2]
        assert [row.count(end) for end in ends] == [1, 1, 1]
        assert [whole.count(end) for end in ends] == [1, 1, 1]
        await at.press("m")
        await at.sees("Everything is decided: ^s accepts, esc goes on editing.")
        await at.press("ctrl+s")
        await at.until(lambda: answers, "the screen answers")


async def test_columns_follow_the_terminals_width() -> None:
    async with terminal() as at:
        await ask(at, Conflict("name", "was", "their name of thirty characters", "mine"))
        for width in (60, 200, 80):
            await at.resize(width, 24)
            heading, row = at.row(" was "), at.row("▸ name")
            assert heading.index("server") == row.index("their")
            assert ("characters" in row) == (width > 80)
            await at.sees("server their name of thirty characters")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
async def test_hostile_values_are_text_and_stay_in_their_columns(text: str) -> None:
    shown = clean(text)
    field = Conflict("name", shown, f"{shown}1", f"2{shown}")
    flag = Conflict(text, None, True, False, is_flag=True)
    async with terminal() as at:
        answers = await ask(at, field, flag, flags={text: True})
        for keys in (["down"], ["t"], ["up"], ["m"]):
            await at.press(*keys)
            assert not FORBIDDEN.search(at.picture)
            assert all(strip.cell_length <= 80 for strip in _strips(at))
        await at.press("enter")
        await at.until(lambda: answers, "the screen answers")
        assert answers == [()]
        assert at.app.return_code is None


def _strips(at: Terminal) -> list[Any]:
    return at.app.screen._compositor.render_strips()


TEXTS = st.text("ab/é漢", max_size=40)


@given(head=TEXTS, ends=st.lists(TEXTS, min_size=2, max_size=3), cells=st.integers(6, 60))
def test_different_texts_stay_different_when_shortened(
    head: str, ends: list[str], cells: int
) -> None:
    texts = [head + end for end in ends]
    short = distinct_parts(texts, cells)
    assert len(set(short)) == len(set(texts))
    for text, shown in zip(texts, short, strict=True):
        assert shown == text or (shown[0] == "…" and text.endswith(shown[1:]))
        assert len(shown) <= len(text)


async def test_the_editor_is_under_it_with_what_was_typed() -> None:
    async with terminal() as at:
        await conflicts(at, name="theirs")
        (editor,) = (each for each in at.app.screen_stack if isinstance(each, EditorScreen))
        assert replace(editor._edit.values, flags={}) == Values("crmx", MINE, True, {})
