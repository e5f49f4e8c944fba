"""What is asked before something is written."""

from __future__ import annotations

from tui.editing import Edit
from tui.model.counting import count
from tui.model.instance import Instance
from tui.model.text import clean
from tui.reports import change_words
from tui.session import Session

_MOST_NAMED = 4


def before_saving(
    session: Session, instance: Instance, edit: Edit, doubt: str | None
) -> tuple[str, ...]:
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
    changes = count(len(edit.changes), "change")
    named = [f"{change_words(change)}." for change in edit.changes[:_MOST_NAMED]]
    if more := len(edit.changes) - len(named):
        named.append(f"And {more} more; F3 shows them all.")
    question = f"Save {changes} to {where} in PRODUCTION (profile {session.profile})?"
    return (question, *([doubt] if doubt else []), *named)
