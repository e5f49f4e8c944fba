"""Another key for every command, and the search for sentences that name default keys."""

from __future__ import annotations

import re
from string import ascii_lowercase, digits

from tests.app.support import Terminal
from tui.app.bound_keys import key_labels
from tui.app.commands import COMMANDS

LETTERS = ascii_lowercase + digits
FREE = [
    *(f"alt+{letter}" for letter in LETTERS),
    *(f"alt+ctrl+{letter}" for letter in LETTERS),
    *(f"alt+ctrl+shift+{letter}" for letter in LETTERS),
    *(f"f{number}" for number in range(4, 25)),
]
OWN = {command.id: key for command, key in zip(COMMANDS, FREE, strict=False)}
"""Every command on a key that no command has by default."""

DEFAULTS = {key for command in COMMANDS for key in key_labels(command, {})}
"""The labels of all keys that are bound by default."""
_LONG = {
    key for key in DEFAULTS if len(key) > 1 and key not in {"enter", "space", "tab", "home", "end"}
}
LIE = re.compile(
    rf"(?<![\w^+])({'|'.join(sorted(map(re.escape, _LONG)))})(?!\w)"
    rf"|(?:^|[ .;:,])(?:[{''.join(sorted(DEFAULTS & set(LETTERS)))}?/DLY]|enter|space) [a-z]+s\b"
    r"|\ba all\b|\bn none\b"
)
"""A default key: one with a modifier or a name, or a letter before a verb (``r reads``)."""


def own(*command_ids: str) -> list[str]:
    """Return the keys that these commands have here."""
    return [OWN[command_id] for command_id in command_ids]


async def tells_no_lie(at: Terminal, *texts: str) -> None:
    """Wait until all of these texts are shown, and check that no sentence names a default key."""
    await at.sees(*texts)
    shown = [at.words, at.banner, *at.toasts]
    assert [lie[0] for words in shown for lie in LIE.finditer(words)] == []


async def edit(at: Terminal) -> None:
    """Open the first webhook, and wait until it was read again."""
    await at.press(*own("edit"))
    await at.until(lambda: type(at.app.screen).__name__ == "EditorScreen", "the editor")
    await at.until(lambda: at.cable.sent("GET"), "it is read again")
    await at.until(lambda: not at.working("reread"), "it was read again")
