"""The questions about staged changes: at the end of the program, and at the next start."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from tui.app.screens.dialogs import Answer, ask
from tui.app.shell import Shell
from tui.i18n import _, ngettext, number
from tui.model.time import age
from tui.storage.staged import Staged


async def ask_before_the_end(
    app: Shell, rows: int, profile: str, *, can_keep: bool
) -> Literal["stay", "keep", "discard"] | None:
    """Ask what to do with changes to so many webhooks, now that the program is to end."""
    question = ngettext(
        "Changes to {count} webhook of {profile} are staged and not applied.",
        "Changes to {count} webhooks of {profile} are staged and not applied.",
        rows,
    ).format(count=number(rows), profile=profile)
    answers: list[Answer[Literal["stay", "keep", "discard"]]] = [
        Answer("stay", "e", _("go on here"))
    ]
    if can_keep:
        answers.append(Answer("keep", "p", _("keep them for another time")))
    answers.append(Answer("discard", "d", _("discard them, for good")))
    return await ask(app, question, answers)


async def ask_to_go_on(
    app: Shell, kept: Staged, now: datetime
) -> Literal["resume", "later", "discard"] | None:
    """Ask what to do with changes that an earlier start left."""
    rows = len(kept.rows)
    question = ngettext(
        "Changes to {count} webhook were staged {age} and not applied.",
        "Changes to {count} webhooks were staged {age} and not applied.",
        rows,
    ).format(count=number(rows), age=age(kept.kept_at, now))
    answers: tuple[Answer[Literal["resume", "later", "discard"]], ...] = (
        Answer("resume", "o", _("go on with them, merged with what the server has now")),
        Answer("later", "l", _("leave them for another time")),
        Answer("discard", "d", _("discard them, for good")),
    )
    return await ask(app, question, answers)
