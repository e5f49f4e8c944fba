"""What is asked before something is written, and after it."""

from __future__ import annotations

from collections.abc import Sequence

from tui.app.screens.dialogs import Choice, ChooseScreen
from tui.app.shell import Shell
from tui.core.edit import Edit
from tui.core.session import Session
from tui.messages.change_words import change_words, names
from tui.model.counting import count
from tui.model.diff import Change
from tui.model.instance import Instance
from tui.model.sentence import Sentence, Wording
from tui.model.text import clean

_MOST_NAMED = 4


def before_saving(
    session: Session, instance: Instance, edit: Edit, doubt: str | None
) -> tuple[Wording, ...]:
    """Return the question to ask before an edit is saved, then its details; empty: ask nothing.

    ``doubt`` is what is doubtful about the edit itself; with a server in production it is one
    question all the same.
    """
    if not edit.changes:
        return ()
    if not session.production:
        return (doubt,) if doubt else ()
    name = "new webhook" if edit.base.is_new else clean(edit.base.name, 60) or "webhook"
    where = f"{clean(instance.name, 60)} › {name}"
    changes = count(len(edit.summary), "change")
    named: list[Wording] = [f"{change_words(change)}." for change in edit.summary[:_MOST_NAMED]]
    if more := len(edit.summary) - len(named):
        named.append(Sentence("And {more} more; {review} shows them all.", {"more": f"{more}"}))
    question = f"Save {changes} to {where} in PRODUCTION (profile {session.profile})?"
    return (question, *([doubt] if doubt else []), *named)


async def is_meant(app: Shell, question: Wording, *details: Wording) -> bool:
    """Ask before something is sent that deserves a second look. To be called from a worker."""
    choices = (Choice("back", "e", "go on editing"), Choice("save", "s", "save anyway"))
    return await app.push_screen_wait(ChooseScreen(question, choices, *details)) == "save"


async def is_reset(app: Shell, flags: Sequence[Change]) -> bool:
    """Ask whether flags that came on with a save were reset by the server, and are to go back.

    The server does not tell who turned them on. To be called from a worker.
    """
    question = f"Saved, and since then all flags are on. {count(len(flags), 'flag')} came on."
    details = (
        f"Off before: {names(flags)}.",
        "Somebody else may have turned them on just then, or this server resets flags on a save.",
    )
    choices = (
        Choice("leave", "l", "leave them on"),
        Choice("reset", "p", "put them back, and after each save on this server from now on"),
    )
    return await app.push_screen_wait(ChooseScreen(question, choices, *details)) == "reset"
