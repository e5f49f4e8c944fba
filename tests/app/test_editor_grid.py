"""The grid of flags: moving in two dimensions, switching, undoing, and its words."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from tests.app.support import Terminal, change, hook, terminal
from tui.app.widgets.flag_grid import FlagGrid
from tui.sandbox.codechat_v2.server import open_sandbox

COLUMNS = (
    "messagesSet messagesUpsert messagesUpdate sendMessage"
    " groupsUpsert groupUpdate groupParticipantsUpdate",
    "contactsSet contactsUpsert contactsUpdate presenceUpdate"
    " qrcodeUpdate stateInstance connectionUpdate",
    "chatsSet chatsUpsert chatsUpdate chatsDelete callUpsert newJwt",
)
"""How the documented flags stand at 80 columns."""


@asynccontextmanager
async def grid(instance: str = "loja-norte", nth: int = 0, **options: Any) -> AsyncIterator[Grid]:
    """Open the editor with the focus in its grid."""
    async with terminal(**options) as at:
        await at.edit(instance, nth)
        await at.press("tab", "tab", "tab")
        await at.stands_on("FlagGrid")
        yield Grid(at)


class Grid:
    """The grid as it is on the screen."""

    def __init__(self, at: Terminal) -> None:
        self.at = at
        self.widget = at.one(FlagGrid)

    @property
    def here(self) -> str:
        """The flag under the cursor, after making sure that the screen marks it and only it."""
        flag = self.widget.flag
        assert flag is not None
        marked = [row for row in self.at.rows if "▸" in row]
        assert len(marked) == 1
        assert marked[0].partition("▸")[2].lstrip("* ").startswith(("[x] ", "[ ] "))
        assert flag in marked[0].partition("▸")[2]
        assert f" {flag}: " in self.at.rows[-2]
        return flag

    @property
    def on(self) -> set[str]:
        return {flag for flag, on in self.widget.flags.items() if on}

    def _is_scrolled(self) -> bool:
        return any("▸" in row and f"{self.widget.flag}" in row for row in self.at.rows)

    async def walk(self, keys: Iterable[str]) -> list[str]:
        """Press keys and return the flag after each."""
        flags = []
        for key in keys:
            await self.at.press(key)
            await self.at.until(self._is_scrolled, "the flag under the cursor is in sight")
            flags.append(self.here)
        return flags


async def test_down_and_up_visit_every_flag_of_a_column_and_stop_at_its_ends() -> None:
    async with grid() as here:
        for column in COLUMNS:
            flags = column.split()
            assert here.here == flags[0]
            assert await here.walk(["down"] * len(flags)) == [*flags[1:], flags[-1]]
            assert await here.walk(["k"] * len(flags)) == [*flags[-2::-1], flags[0]]
            await here.at.press("right")


async def test_left_and_right_stay_in_the_row_and_stop_at_the_edges() -> None:
    async with grid() as here:
        row = [column.split()[1] for column in COLUMNS]
        await here.at.press("down")
        assert await here.walk(["left", "right", "l", "right"]) == [row[at] for at in (0, 1, 2, 2)]
        assert await here.walk(["h", "left", "left"]) == [row[at] for at in (1, 0, 0)]


async def test_a_column_that_ends_earlier_is_entered_at_its_last_flag() -> None:
    async with grid() as here:
        await here.at.press(*["down"] * 6, "right", "right")
        assert here.here == "newJwt"
        assert await here.walk(["left"]) == ["stateInstance"]


async def test_moving_changes_no_flag_and_sends_nothing() -> None:
    async with grid() as here:
        before, sent = here.on, len(here.at.cable.requests)
        await here.walk(["down", "right", "down", "left", "up"])
        assert here.on == before
        assert len(here.at.cable.requests) == sent
        assert here.at.top.endswith("no changes")


async def test_a_changed_flag_is_marked_counted_and_its_old_value_named() -> None:
    async with grid() as here:
        await here.at.press("right", *["down"] * 3)
        assert here.here == "presenceUpdate"
        assert "was o" not in here.at.rows[-2]
        await here.at.press("space")
        assert "▸*[x] presenceUpdate" in here.at.picture
        assert "Flags 19/20 on" in here.at.picture
        assert "1 change, not saved" in here.at.top
        assert here.at.rows[-2].endswith("when a contact types, records or goes online   was off")
        await here.at.press("enter")
        assert "▸ [ ] presenceUpdate" in here.at.picture
        assert here.at.top.endswith("no changes")


async def test_all_none_and_invert_count_their_changes() -> None:
    async with grid() as here:
        await here.at.press("a")
        await here.at.sees("Flags 20/20 on", "2 changes, not saved")
        await here.at.press("n")
        await here.at.sees("Flags 0/20 on", "18 changes, not saved")
        await here.at.press("i")
        await here.at.sees("Flags 20/20 on")
        await here.at.press("u", "u", "i")
        await here.at.sees("Flags 0/20 on")


async def test_undo_reverts_changes_one_by_one_and_then_does_nothing() -> None:
    async with grid() as here:
        before = here.on
        await here.at.press("space", "i", "n", "a")
        seen = []
        for _ in range(4):
            await here.at.press("u")
            seen.append(len(here.on))
        assert seen == [0, 3, 17, 18]
        assert here.on == before
        await here.at.press("u")
        assert here.on == before
        assert here.at.top.endswith("no changes")


async def test_a_key_without_effect_is_no_step_of_undo() -> None:
    async with grid() as here:
        await here.at.press("space", "a", "a", "a", "u")
        assert len(here.on) == 17


async def test_an_unknown_flag_is_a_switch_in_its_own_group() -> None:
    async with grid("marketing-promo", size=(120, 40)) as here:
        assert "Unlisted" in here.at.picture
        await here.at.press(*["right"] * 4, *["down"] * 40)
        while here.here != "newsletterUpsert":
            await here.at.press("left")
            await here.at.press(*["down"] * 12)
        assert "not in Hookboard's list; sent as the server names it" in here.at.rows[-2]
        await here.at.press("space", "ctrl+s")
        await here.at.sees("Saved 1 change.")
        assert hook(here.at.sandbox, "marketing-promo").flags["newsletterUpsert"] is False


async def test_only_booleans_are_switches() -> None:
    sandbox = open_sandbox()
    change(sandbox, flags={"retries": 3, "note": "x", "nothing": None, "nested": {"a": True}})
    async with grid(sandbox=sandbox) as here:
        for word in ("retries", "note", "nothing", "nested", "webhookEventsId", "createdAt"):
            assert word not in here.at.picture
        assert "Flags 18/20 on" in here.at.picture


async def test_a_webhook_without_flags_says_so_and_its_keys_do_no_harm() -> None:
    sandbox = open_sandbox()
    sandbox.store.save(replace(hook(sandbox), flags={}))
    async with grid(sandbox=sandbox) as here:
        assert "This webhook has no flags." in here.at.picture
        assert "Flags 0/0 on" in here.at.picture
        await here.at.press("space", "a", "n", "i", "u", "up", "down", "left", "right")
        await here.at.press("end", "home")
        assert here.at.top.endswith("no changes")


async def test_the_cursor_stays_on_its_flag_when_the_terminal_changes_its_width() -> None:
    async with grid() as here:
        await here.walk(["right", "down", "down"])
        assert here.here == "contactsUpdate"
        for width, height in ((60, 18), (140, 40), (61, 20), (80, 24)):
            await here.at.resize(width, height)
            assert here.here == "contactsUpdate"


async def test_in_a_low_terminal_the_flag_under_the_cursor_is_scrolled_into_view() -> None:
    async with grid("marketing-promo", size=(60, 18)) as here:
        seen = set()
        for _ in range(4):
            seen |= {here.here, *await here.walk(["down"] * 16)}
            await here.walk(["up"] * 16)
            await here.walk(["right"])
        assert seen == set(here.widget.flags)


async def test_home_and_end_go_to_the_first_and_the_last_flag() -> None:
    async with grid() as here:
        await here.at.press("down", "right")
        ends = [COLUMNS[-1].split()[-1], COLUMNS[0].split()[0]]
        assert await here.walk(["end", "end", "home", "home"]) == [ends[0]] * 2 + [ends[1]] * 2


async def test_in_a_low_terminal_the_last_flag_and_the_first_are_scrolled_into_view() -> None:
    async with grid("marketing-promo", size=(60, 18)) as here:
        first, last, again = await here.walk(["home", "end", "home"])
        assert first == again == "messagesSet"
        assert last != first


async def test_a_click_switches_the_flag_under_the_pointer() -> None:
    async with grid() as here:
        y = next(y for y, row in enumerate(here.at.rows) if "chatsDelete" in row)
        x = here.at.rows[y].index("chatsDelete")
        await here.at.pilot.click(offset=(x, y))
        assert "chatsDelete" not in here.on
        assert here.here == "chatsDelete"


async def test_leaving_the_grid_hides_its_cursor_and_its_words() -> None:
    async with grid() as here:
        assert here.here == "messagesSet"
        await here.at.press("shift+tab")
        assert "▸" not in here.at.picture.partition("Flags")[2]
        assert "messagesSet:" not in here.at.picture


async def test_keys_typed_ahead_go_to_the_right_widget() -> None:
    async with terminal() as at:
        await at.edit()
        await at.burst("tab", "tab", "space", "tab", "space", "down", "space")
        await at.sees("[ ] off", "*[ ] messagesSet", "*[ ] messagesUpsert", "3 changes, not saved")
