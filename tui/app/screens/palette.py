"""The commands of a screen in Textual's command palette."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from textual.command import DiscoveryHit, Hit, Hits, Provider

from tui.app.bound_keys import key_labels
from tui.app.commands import Command, commands_in
from tui.app.screens.base import HookboardScreen


class TableCommands(Provider):
    """All commands of the screen the palette was opened on."""

    async def discover(self) -> Hits:
        """List them all."""
        for command, words, run in self._commands():
            yield DiscoveryHit(words, run, text=words, help=command.help)

    async def search(self, query: str) -> Hits:
        """List those that match."""
        matcher = self.matcher(query)
        for command, words, run in self._commands():
            if (score := matcher.match(words)) > 0:
                yield Hit(score, matcher.highlight(words), run, text=words, help=command.help)

    def _commands(self) -> list[tuple[Command, str, Callable[[], Any]]]:
        screen = self.screen
        if not isinstance(screen, HookboardScreen):
            return []
        keys = screen.app.keys
        return [
            (one, f"{one.label}  ({key_labels(one, keys)[0]})", partial(screen.perform, one))
            for one in map(screen.named, commands_in(*screen.SCOPES, "everywhere"))
            if one.in_palette and screen.offers(one)
        ]
