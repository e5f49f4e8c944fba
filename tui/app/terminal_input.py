"""The filter for input: which keys, clicks and pastes of a terminal reach the screens."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

from textual import events
from textual.command import CommandPalette
from textual.geometry import Size
from textual.widgets import Input

from tui.app.bound_keys import bound_keys, command_at
from tui.app.commands import COMMANDS
from tui.app.key_names import character_of
from tui.app.sessions import OpenSessions
from tui.app.terminal_driver import Burst, is_text
from tui.app.widgets.field import Entry
from tui.app.widgets.frame import MIN_SIZE
from tui.i18n import _, ngettext, number

MAX_TYPED_AHEAD = 2
"""Different commands in one read that are still taken for keys typed ahead on a slow line.
More of them are a paste that the terminal did not mark."""

PASTE_TAIL = 0.25
"""Seconds after a paste in which more keys still belong to it: long ones come in several reads."""

NOTICE_INTERVAL = 5.0
"""Seconds between two messages about ignored input, as long as one stays on the screen."""


class TerminalInput(OpenSessions):
    """The part of the app that decides what input may do.

    In a terminal that is too small nothing works except quitting: nobody would see what it
    does. Characters go into the focused text field before they are commands. A paste never
    runs commands.
    """

    def __init__(self, *, ansi_color: bool | None = None) -> None:
        super().__init__(ansi_color=ansi_color)
        self._pasted_at = -math.inf
        """The time at which keys were last taken for a paste."""
        self._noticed_at = -math.inf

    @property
    def too_small(self) -> bool:
        """Whether the terminal is too small to show what keys would do."""
        return _is_too_small(self.size)

    @property
    def is_typing(self) -> bool:
        """Whether a text field has the focus."""
        return isinstance(self.focused, Input)

    def on_resize(self, event: events.Resize) -> None:
        """Close Textual's palette when the terminal is too small for it: its keys stop working."""
        if _is_too_small(event.size) and isinstance(self.screen, CommandPalette):
            self.screen.dismiss()

    async def on_event(self, event: events.Event) -> None:
        """Pass input on to Textual, except keys and pastes that cannot be meant."""
        if isinstance(event, events.InputEvent | events.Paste) and not event.is_forwarded:
            if self.too_small and not self._quits(event):
                return
            if isinstance(event, events.Paste):
                if not (pasted := self._usable_paste(event)):
                    return
                event = pasted
            if isinstance(event, events.Key) and self._belongs_to_paste(event):
                return
        await super().on_event(event)

    def is_text_first(self, key: str) -> bool:
        """Whether a key types a character into a focused text field."""
        return self.is_typing and character_of(key) is not None

    async def on_burst(self, event: Burst) -> None:
        """Press keys that came in one read, unless they are a paste that would run commands."""
        if not self.too_small and self._is_paste(event.keys):
            self._pasted_at = event.time
            size = len(event.keys)
            self._notice(
                ngettext(
                    "{count} character came at once, like a paste, and was ignored.",
                    "{count} characters came at once, like a paste, and were ignored.",
                    size,
                ).format(count=number(size))
            )
            return
        for key in event.keys:
            await self.on_event(key.set_sender(self))

    def on_undecodable_key(self) -> None:
        """Say that a key was ignored."""
        self._notice(_("A key was ignored: it is not UTF-8. Set the terminal to UTF-8."))

    def on_cut_paste(self) -> None:
        """Say that a paste was ignored."""
        self.say(_("The paste was cut off, and nothing was inserted. Paste it again."))

    def _notice(self, sentence: str) -> None:
        """Say that input was ignored, unless a message about that is still on the screen."""
        now = time.monotonic()
        if now - self._noticed_at > NOTICE_INTERVAL:
            self._noticed_at = now
            self.say(sentence)

    def _usable_paste(self, paste: events.Paste) -> events.Paste | None:
        """Return the paste as the focused field can take it; say what is wrong with it."""
        if not self.is_typing:
            self.say(_("Nothing was pasted: no text field has the focus."))
            return None
        if isinstance(self.focused, Entry):  # checks the paste itself
            return paste
        from tui.model.paste import one_line  # not needed by the first picture

        pasted = one_line(paste.text, joins=False)
        if pasted.said:
            self.say(pasted.said)
        return events.Paste(pasted.text) if pasted.text else None

    def _is_paste(self, keys: Sequence[events.Key]) -> bool:
        """Whether keys of one read are a paste that the terminal did not mark.

        On a slow line held keys and keys typed ahead also come in one read: a few different
        commands and any number of movements. A URL, a token or a sentence has many different
        letters. Text may always come in a text field, and after the key that opens one.
        """
        if self.is_typing or self._opens_filter(keys[0]):
            return False
        letters = {one.character for one in keys if one.is_printable}
        return len(letters - self._movement_characters) > MAX_TYPED_AHEAD

    def _belongs_to_paste(self, key: events.Key) -> bool:
        """Whether a key is part of a paste that was ignored."""
        late = key.time - self._pasted_at > PASTE_TAIL
        if late or self.is_typing or not is_text(key):
            return False
        self._pasted_at = key.time
        return True

    def _opens_filter(self, key: events.Key) -> bool:
        command = command_at("dashboard", key.key, self.keys)
        return command is not None and command.id == "filter"

    def _quits(self, event: events.Event) -> bool:
        if not isinstance(event, events.Key):
            return False
        command = command_at("everywhere", event.key, self.keys)
        return command is not None and command.id == "quit"

    @property
    def _movement_characters(self) -> set[str | None]:
        """The characters that only move the cursor."""
        moving = (one for one in COMMANDS if one.only_moves)
        return {character_of(key) for one in moving for key in bound_keys(one, self.keys)}

    # leaving

    async def action_quit(self) -> None:
        """Quit; ask first if something would be lost and the terminal can show the question."""
        if self.too_small:
            self._quit_without_asking()
        else:
            await super().action_quit()

    def _quit_without_asking(self) -> None:
        """Quit and keep unsaved changes as drafts; stay if they cannot be kept."""
        edited = [one for mode in self._modes_open for one in self._screens(mode) if one.unsaved]
        if not all(screen.keeps_drafts for screen in edited):
            self.say(_("There are unsaved changes. Make the terminal larger, then quit."))
            return
        self.write_all_drafts()
        if edited:
            self.exit_message = _("hookboard: unsaved changes are kept as drafts.")
        self.exit(0)


def _is_too_small(size: Size) -> bool:
    return size.width < MIN_SIZE.width or size.height < MIN_SIZE.height
