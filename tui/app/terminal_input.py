"""What may become of the keys, clicks and pastes that a terminal sends."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

from textual import events
from textual.command import CommandPalette
from textual.geometry import Size
from textual.widgets import Input

from tui.app.commands import COMMANDS, bound_keys, command_at
from tui.app.key_names import character_of
from tui.app.sessions import OpenSessions
from tui.app.terminal_driver import Burst, is_text
from tui.app.widgets.field import Entry
from tui.app.widgets.frame import MIN_SIZE
from tui.model.paste import one_line

COMMANDS_AT_ONCE = 2
"""Different commands that somebody types ahead of a slow line; more are a paste without marks."""

AFTER_A_PASTE = 0.25
"""Seconds in which keys belong to the paste before them: long ones come in several reads."""

REMINDER = 5.0
"""Seconds, as long as a message stands, before more is said about input."""


class TerminalInput(OpenSessions):
    """The part of the app that decides what input may do.

    Nothing works unseen in a terminal that is too small, except to quit. Characters go into
    the text field in focus before they are commands. A paste is never taken for commands.
    """

    def __init__(self, *, ansi_color: bool | None = None) -> None:
        super().__init__(ansi_color=ansi_color)
        self._pasted_at = -math.inf
        """When keys were last taken for a paste."""
        self._reminded_at = -math.inf

    @property
    def too_small(self) -> bool:
        """Whether the terminal is too small to show what keys would do."""
        return _is_too_small(self.size)

    @property
    def is_typing(self) -> bool:
        """Whether a text field has the focus."""
        return isinstance(self.focused, Input)

    def on_resize(self, event: events.Resize) -> None:
        """Close the palette, which is Textual's and has no cover, when its keys stop working."""
        if _is_too_small(event.size) and isinstance(self.screen, CommandPalette):
            self.screen.dismiss()

    async def on_event(self, event: events.Event) -> None:
        """Let input through to Textual, unless nobody can have meant it."""
        if isinstance(event, events.InputEvent | events.Paste) and not event.is_forwarded:
            if self.too_small and not self._quits(event):
                return
            if isinstance(event, events.Paste):
                if not (pasted := self._meant(event)):
                    return
                event = pasted
            if isinstance(event, events.Key) and self._belongs_to_paste(event):
                return
        await super().on_event(event)

    def is_text_first(self, key: str) -> bool:
        """Whether a key is a character, and there is a text field to take it."""
        return self.is_typing and character_of(key) is not None

    async def on_burst(self, event: Burst) -> None:
        """Press keys that came in one read, unless they are a paste that would act as commands."""
        if not self.too_small and self._is_paste(event.keys):
            self._pasted_at = event.time
            size = len(event.keys)
            self._remind(f"{size} characters came at once, as from a paste: they are not keys.")
            return
        for key in event.keys:
            await self.on_event(key.set_sender(self))

    def on_undecodable(self) -> None:
        """Say that a key was left out."""
        self._remind("A key was left out: it is not UTF-8, which the terminal should send.")

    def on_cut_paste(self) -> None:
        """Say that a paste was left out."""
        self.say("A paste was cut off on its way: nothing of it was put in. Paste it again.")

    def _remind(self, sentence: str) -> None:
        """Say something about input, and nothing more about it as long as that stands."""
        now = time.monotonic()
        if now - self._reminded_at > REMINDER:
            self._reminded_at = now
            self.say(sentence)

    def _meant(self, paste: events.Paste) -> events.Paste | None:
        """Return the paste that the field in focus can take, if it is one; say what is left out."""
        if not self.is_typing:
            self.say("Nothing was pasted: no text field has the focus.")
            return None
        if isinstance(self.focused, Entry):  # knows what it takes
            return paste
        pasted = one_line(paste.text, joins=False)
        if pasted.said:
            self.say(pasted.said)
        return events.Paste(pasted.text) if pasted.text else None

    def _is_paste(self, keys: Sequence[events.Key]) -> bool:
        """Whether keys of one read are a paste that the terminal did not mark.

        Over a slow line held keys and keys typed ahead come in one read too. They are few
        different commands and any number of movements; a URL, a token or a sentence has many
        different letters. Text is right in a text field, and behind the key that opens one.
        """
        if self.is_typing or self._opens_field(keys[0]):
            return False
        letters = {one.character for one in keys if one.is_printable}
        return len(letters - self._moving) > COMMANDS_AT_ONCE

    def _belongs_to_paste(self, key: events.Key) -> bool:
        """Whether a key is the rest of a paste that was left out."""
        late = key.time - self._pasted_at > AFTER_A_PASTE
        if late or self.is_typing or not is_text(key):
            return False
        self._pasted_at = key.time
        return True

    def _opens_field(self, key: events.Key) -> bool:
        command = command_at("dashboard", key.key, self.keys)
        return command is not None and command.id == "filter"

    def _quits(self, event: events.Event) -> bool:
        if not isinstance(event, events.Key):
            return False
        command = command_at("everywhere", event.key, self.keys)
        return command is not None and command.id == "quit"

    @property
    def _moving(self) -> set[str | None]:
        """The characters that only move the cursor."""
        moving = (one for one in COMMANDS if one.moves)
        return {character_of(key) for one in moving for key in bound_keys(one, self.keys)}

    # leaving

    async def action_quit(self) -> None:
        """Quit, after asking where something would be lost and the question can be read."""
        if self.too_small:
            self._quit_unasked()
        else:
            await super().action_quit()

    def _quit_unasked(self) -> None:
        """Quit with what is not saved kept as drafts; stay where no drafts are kept."""
        edited = [one for mode in self._modes_open for one in self._screens(mode) if one.unsaved]
        if not all(screen.keeps_drafts for screen in edited):
            self.say("Changes are not saved. Make the terminal larger, then quit.")
            return
        self.write_all_drafts()
        if edited:
            self.exit_message = "hookboard: what was not saved is kept as a draft."
        self.exit(0)


def _is_too_small(size: Size) -> bool:
    return size.width < MIN_SIZE.width or size.height < MIN_SIZE.height
