"""The part of a screen that its helpers use, so that they need not know the screen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from textual.message import Message
from textual.timer import Timer
from textual.worker import Worker

from tui.model.sentence import Wording


class Background(Protocol):
    """Workers, timers and messages of a screen."""

    @property
    def is_running(self) -> bool:
        """Whether the screen is open."""

    def start(
        self, work: Callable[[], Awaitable[None]], group: str, *, exclusive: bool = False
    ) -> Worker[None]:
        """Run ``work`` in a worker; ``exclusive`` cancels the others of its group."""

    def cancel_work(self, group: str) -> bool:
        """Cancel the workers of a group; return whether one was running."""

    def say(self, sentence: Wording) -> None:
        """Show a message in the corner."""

    def set_timer(self, delay: float, callback: Callable[[], None]) -> Timer:
        """Call ``callback`` after ``delay`` seconds."""

    def post_message(self, message: Message) -> bool:
        """Send a message to the screen."""
