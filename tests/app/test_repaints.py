"""What is painted again: each thing once, and what changes together in one picture.

Nothing here looks at the clock: it is counted what the widgets ask their screen for.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import pytest
from rich.console import RenderableType
from textual.app import App, ComposeResult
from textual.message import Message
from textual.messages import Layout, Update
from textual.pilot import Pilot
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

from tui.app.textual_internals import HookedScreen
from tui.app.widgets.line_widget import ROLE_CLASSES, Line, LineWidget, Text


class Words(LineWidget):
    """A line whose words are set."""

    words = "before"

    def line_at(self, y: int) -> Line:
        return Line(((self.words, "text"),))


class Opened(HookedScreen[None]):
    """A screen with two lines, that notes what it is asked for."""

    COMPONENT_CLASSES: ClassVar = ROLE_CLASSES

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Widget] = []

    def compose(self) -> ComposeResult:
        yield Words()
        yield Words()
        yield Text()

    def on_mount(self) -> None:
        for line in self.query(Words):
            line.refresh()

    def post_message(self, message: Message) -> bool:
        if isinstance(message, Update | Layout):
            self.asked.append(message.widget)
        return super().post_message(message)


class Counting(App[None]):
    """An app that counts the pictures of its screens."""

    def __init__(self) -> None:
        super().__init__()
        self.pictures: list[Screen[Any]] = []

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if renderable is not None:
            self.pictures.append(screen)
        super()._display(screen, renderable)

    def get_default_screen(self) -> Opened:
        return Opened()


@asynccontextmanager
async def opened() -> AsyncIterator[tuple[Counting, Pilot[None], Opened]]:
    """Run the app until its first screen is open and nothing is due any more."""
    app = Counting()
    async with app.run_test() as pilot:
        screen = app.screen
        assert isinstance(screen, Opened)
        await painted(pilot, screen)
        yield app, pilot, screen


async def painted(pilot: Pilot[None], screen: Opened) -> None:
    """Have what is due painted now: the screen's timer would do it, 16 ms later."""
    await pilot.pause()
    screen._on_timer_update()


async def test_lines_that_change_together_are_asked_for_before_anything_else_runs() -> None:
    async with opened() as (_app, _pilot, screen):
        lines = list(screen.query(Words))
        screen.asked.clear()

        for line in lines:
            line.words = "after"
            line.repaint()

        assert screen.asked == lines


async def test_a_text_that_grows_is_given_its_room_in_the_picture_of_what_changes_with_it() -> None:
    async with opened() as (_app, _pilot, screen):
        words, text = screen.query(Words).first(), screen.query_one(Text)
        screen.asked.clear()

        words.words = "after"
        words.repaint()
        text.show(Line((("a result", "text"),)))

        assert set(screen.asked) == {words, text}


async def test_a_screen_is_painted_once_when_it_opens() -> None:
    async with opened() as (app, _pilot, screen):
        assert app.pictures == [screen]


async def test_a_screen_that_comes_back_is_painted_again() -> None:
    async with opened() as (app, pilot, screen):
        over = Opened()
        app.push_screen(over)
        await painted(pilot, over)
        app.pictures.clear()
        app.pop_screen()
        await painted(pilot, screen)

        assert screen in app.pictures


async def test_what_changes_after_the_first_picture_is_painted() -> None:
    async with opened() as (app, pilot, screen):
        app.pictures.clear()
        line = screen.query(Words).first()
        line.words = "after"
        line.repaint()
        await painted(pilot, screen)

        assert app.pictures == [screen]


class Dialog(ModalScreen[None]):
    """A screen that shows what is under it."""


@pytest.mark.parametrize("over, painted_again", [(Opened, False), (Dialog, True)])
async def test_a_change_on_the_screen_below_is_painted_where_it_is_seen(
    over: type[Screen[None]], painted_again: bool
) -> None:
    async with opened() as (app, pilot, screen):
        front = over()
        app.push_screen(front)
        await pilot.pause()
        front._on_timer_update()
        app.pictures.clear()
        line = screen.query(Words).first()
        line.words = "after"
        line.repaint()
        await painted(pilot, screen)
        front._on_timer_update()

        assert (front in app.pictures) is painted_again


async def test_what_changed_on_a_screen_below_is_painted_when_it_comes_back() -> None:
    async with opened() as (app, pilot, screen):
        app.push_screen(Opened())
        await pilot.pause()
        line = screen.query(Words).first()
        line.words = "after"
        line.repaint()
        await painted(pilot, screen)
        app.pop_screen()
        await painted(pilot, screen)
        drawn = screen._compositor.render_strips()

        assert any("after" in strip.text for strip in drawn)
