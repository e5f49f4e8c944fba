"""Any text of a server is shown as text on every screen, and does nothing."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.app.support import Terminal, terminal
from tests.robustness.hostile.mirror import Mirror, mirrored, record
from tests.robustness.hostile.texts import EVERY, FORBIDDEN, MADE, MIXTURES, ODD
from tui.model.text import clean

AT_ONCE = 20
"""The number of texts checked together where there is room."""


@asynccontextmanager
async def showing(mirror: Mirror, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Terminal]:
    with mirrored(mirror) as sandbox:
        async with terminal(sandbox, size=size) as at:
            yield at


def check(at: Terminal) -> None:
    """Check that the screen has only text inside its borders, and that nothing was run."""
    for strip in at.app.screen._compositor.render_strips():
        assert not FORBIDDEN.search(strip.text), strip.text
        for segment in strip:
            style = segment.style
            assert style is None or (style.link is None and "@click" not in style.meta)
    assert not [toast for toast in at.toasts if FORBIDDEN.search(toast)]
    assert at.app.return_code is None
    assert at.app._exception is None


def shown(text: str) -> str:
    """Return the part of a text that must be readable: its beginning, cleaned."""
    return " ".join(clean(text).split())[:12].strip()


async def walk(at: Terminal, key: str, times: int) -> None:
    for _ in range(times):
        await at.press(key)
        check(at)


async def test_every_odd_text_in_the_lists_and_the_details() -> None:
    mirror = Mirror(*(record(number, text) for number, text in enumerate(ODD)))
    async with showing(mirror) as at:
        for text in ODD:
            check(at)
            if shown(text):
                assert shown(text) in at.words, text
            await at.press("down")
        await at.press("slash", "[", "@")
        await at.sees(f"of {len(ODD)} instances")
        check(at)


async def test_every_text_as_a_flag_and_a_header() -> None:
    mirror = Mirror(record(0, "loja", flags=EVERY))
    mirror.hook()["headers"] = dict.fromkeys(EVERY, "v") | {f"{one}-v": one for one in EVERY}
    async with showing(mirror) as at:
        await at.press("tab", "enter")
        await at.sees(f"Flags {len(EVERY) + 1}/{len(EVERY) + 2} on")
        await at.press("tab", "tab", "tab")
        await walk(at, "down", 60)
        await walk(at, "right", 3)
        await at.press("i", "f3")
        await at.sees("changes, not saved")
        await walk(at, "pagedown", 60)
        await at.press("escape", "u", "shift+tab", "shift+tab", "shift+tab", "x")
        for flag, on in mirror.hook()["WebhookEvents"].items():
            if isinstance(on, bool):
                mirror.hook()["WebhookEvents"][flag] = not on
        mirror.hook()["name"] = "theirs"
        await at.press("ctrl+s")
        await at.sees("Also changed on the server", f"and {len(EVERY) - 4} more")
        check(at)


async def test_every_odd_text_as_a_changed_name_and_url() -> None:
    mirror = Mirror(record(0, "loja"))
    async with showing(mirror) as at:
        await at.press("tab", "enter")
        await at.sees("no changes")
        for text in ODD:
            mirror.hook().update(name=text, url=text)
            await at.press("ctrl+r")
            await at.until(lambda: not at.working("reread"), "it was read again")
            check(at)
            assert at.field("name").value == clean(text)
            assert at.field("url").value == clean(text)


async def test_generated_texts_in_a_conflict_and_in_the_leave_dialog() -> None:
    mirror = Mirror(record(0, "loja"))
    async with showing(mirror, (80, 24)) as at:
        await at.press("tab", "enter")
        await at.sees("no changes")
        for before, after in itertools.pairwise(MADE):
            mirror.hook().update(name=before, url=before, enabled=True)
            await at.press("ctrl+r")
            await at.until(lambda: not at.working("reread"), "it was read again")
            await at.press("end", "x")
            await at.sees("1 change, not saved")
            mirror.hook().update(name=after, url=after, enabled=False)
            await at.press("ctrl+s")
            await at.sees("yours")
            check(at)
            await at.press("escape")
            check(at)
            await at.press("escape")
            await at.sees("unsaved change")
            check(at)
            await at.press("escape", "backspace")
            await at.sees("no changes")


def batches(texts: Iterable[str]) -> Iterable[list[str]]:
    rest = iter(texts)
    return iter(lambda: list(itertools.islice(rest, AT_ONCE)), [])


async def test_every_odd_text_in_an_error_of_the_server() -> None:
    mirror = Mirror(record(0, "loja"))
    async with showing(mirror) as at:
        await at.press("tab", "enter")
        await at.sees("no changes")
        await at.press("x")
        for texts in batches(ODD):
            for status in (400, 401, 500):
                beside = [{"property": "name", "message": one} for one in texts[:3]]
                said = [*texts, *(f"url {one}" for one in texts[:3]), *beside]
                mirror.error = (status, {"message": said, "error": texts[0]})
                await at.press("ctrl+s")
                await at.sees(f"answered {status}")
                check(at)
        for text in MADE:
            mirror.error = (501, text.encode("utf-8", "surrogatepass"))
            await at.press("ctrl+s")
            await at.sees("answered 501")
            check(at)


@settings(max_examples=4, suppress_health_check=list(HealthCheck))
@given(st.lists(MIXTURES, min_size=AT_ONCE, max_size=AT_ONCE))
async def test_mixtures_of_hostile_texts_are_shown_as_text(texts: list[str]) -> None:
    mirror = Mirror(*(record(number, text) for number, text in enumerate(texts)))
    mirror.records.append(record(len(texts), "loja", flags=texts))
    async with showing(mirror, (80, 24)) as at:
        await walk(at, "down", len(texts))
        await at.press("tab", "enter")
        await at.sees("Flags ")
        await at.press("tab", "tab", "tab", "i")
        await walk(at, "down", len(texts))
        await at.press("f3")
        await walk(at, "pagedown", 5)


async def test_a_click_on_hostile_text_only_moves_the_cursor() -> None:
    mirror = Mirror(*(record(number, MADE[0]) for number in range(3)))
    async with showing(mirror, (80, 24)) as at:
        for row, column in itertools.product(range(1, 23, 2), (6, 40)):
            await at.pilot.click(offset=(column, row))
            check(at)
            if at.app.screen is not at.app.screen_stack[0]:
                await at.press("escape")  # a second click opens
        assert at.app.return_code is None


async def test_pasted_text_is_shown_and_runs_nothing() -> None:
    async with terminal() as at:
        await at.edit()
        for text in (one for one in MADE if len(one) < 1_000):
            await at.retype(text)
            check(at)
            assert not FORBIDDEN.search(at.field("name").value)


async def test_text_pasted_into_the_filter_runs_nothing() -> None:
    async with terminal() as at:
        await at.press("slash")
        for text in (one for one in MADE if len(one) < 1_000):
            await at.paste(text)
            check(at)
