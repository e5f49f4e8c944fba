"""Keys in sentences: a sentence names commands, and the screen shows their keys."""

from __future__ import annotations

from textual.message_pump import MessagePump
from textual.widget import Widget

from tui.app.bound_keys import hint_key
from tui.app.commands import command
from tui.app.shell import Shell
from tui.model.sentence import Wording


class TypingScreen:
    """Marks a screen that opens with the focus in a text field: hints name keys that type nothing.

    Mix it into the screen's class.
    """


def with_keys(words: Wording, shown_by: MessagePump) -> str:
    """Return a sentence for the screen, with the keys that its commands are bound to now.

    ``shown_by`` is the widget, screen or app that shows it.
    """
    if isinstance(words, str):
        return words
    app = shown_by.app
    assert isinstance(app, Shell)
    typing = isinstance(shown_by, Widget) and isinstance(shown_by.screen, TypingScreen)
    return words.filled(lambda command_id: hint_key(command(command_id), app.keys, typing=typing))
