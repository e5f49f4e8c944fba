"""The keys in sentences: whatever is shown names commands, and here they become keys."""

from __future__ import annotations

from textual.message_pump import MessagePump
from textual.widget import Widget

from tui.app.commands import command, hint_key
from tui.model.sentence import Wording


def with_keys(words: Wording, shown_by: MessagePump) -> str:
    """Return a sentence for the screen, with the keys that its commands are bound to now.

    ``shown_by`` is the widget, screen or app that shows it. Where one types into fields a key
    that is no character is named, if the command has one.
    """
    if isinstance(words, str):
        return words
    keymap = getattr(shown_by.app, "keys", {})
    typing = isinstance(shown_by, Widget) and getattr(shown_by.screen, "TYPING", False)
    return words.filled(lambda command_id: hint_key(command(command_id), keymap, typing=typing))
