"""A question with yes or no at a terminal. No thread waits for the answer: an interrupt ends it."""

from __future__ import annotations

import asyncio
import os
import sys

import click

from tui.i18n import _

_LONGEST = 4096
"""Bytes of a line that a terminal passes on."""
_ANSWERS = {"y": True, "yes": True, "n": False, "no": False, "": False}


class Question:
    """Asks on standard error and reads the answer from standard input, if both are a terminal."""

    def __init__(self) -> None:
        self._answer: asyncio.Future[bool] | None = None

    async def ask(self, words: str) -> bool:
        """Ask until the answer is yes or no; without a terminal it is no."""
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            return False
        loop, terminal = asyncio.get_running_loop(), sys.stdin.fileno()
        self._answer = loop.create_future()
        _show(words)
        loop.add_reader(terminal, self._read, terminal, words)
        try:
            return await self._answer
        finally:
            loop.remove_reader(terminal)
            self._answer = None

    def give_up(self) -> None:
        """Take no for an answer to the question that is asked now."""
        if self._answer is not None and not self._answer.done():
            click.echo(err=True)
            self._answer.set_result(False)

    def _read(self, terminal: int, words: str) -> None:
        """Take the line that was typed."""
        if self._answer is None or self._answer.done():
            return
        try:
            line = os.read(terminal, _LONGEST)
        except OSError:  # the terminal was closed
            line = b""
        if not line:
            self.give_up()
            return
        answer = _ANSWERS.get(line.decode("utf-8", "replace").strip().lower())
        if answer is None:
            _show(words)
        else:
            self._answer.set_result(answer)


def _show(words: str) -> None:
    click.echo(_("{question} [y/N]: ").format(question=words), err=True, nl=False)
