"""Questions that are asked before or after a save, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from tui.core.edit import Edit
from tui.core.session import Session
from tui.i18n import _, ngettext, number
from tui.messages.change_words import change_words, names
from tui.model.diff import Change
from tui.model.instance import Instance
from tui.model.sentence import Sentence, Wording
from tui.model.text import clean

_MOST_NAMED = 4
"""The most changes that a question names."""

_MOST_CHARACTERS = 60
"""The most characters of an instance's or webhook's name that a question shows."""


def question_before_saving(
    session: Session, instance: Instance, edit: Edit, doubt: str | None
) -> tuple[Wording, ...]:
    """Return the question to ask before an edit is saved, then its details; empty: ask nothing.

    ``doubt`` is what is doubtful about the edit itself. In production there is always one
    question, and the doubt is among its details.
    """
    if not edit.changes:
        return ()
    if not session.production:
        return (doubt,) if doubt else ()
    return (
        _production_question(session.profile, instance, edit),
        *([doubt] if doubt else []),
        *_named(edit.summary),
    )


def _production_question(profile: str, instance: Instance, edit: Edit) -> str:
    if edit.base.is_new:
        webhook = _("new webhook")
    else:
        webhook = clean(edit.base.name, _MOST_CHARACTERS) or _("webhook")
    changed = len(edit.summary)
    return ngettext(
        "Save {count} change to {instance} › {webhook} in PRODUCTION (profile {profile})?",
        "Save {count} changes to {instance} › {webhook} in PRODUCTION (profile {profile})?",
        changed,
    ).format(
        count=number(changed),
        instance=clean(instance.name, _MOST_CHARACTERS),
        webhook=webhook,
        profile=profile,
    )


def _named(changes: Sequence[Change]) -> list[Wording]:
    """Name the first changes, a sentence for each, and say how many more there are."""
    named: list[Wording] = [
        _("{change}.").format(change=change_words(change)) for change in changes[:_MOST_NAMED]
    ]
    if more := len(changes) - len(named):
        rest = ngettext(
            "And {count} more; {review} shows it.", "And {count} more; {review} shows them.", more
        )
        named.append(Sentence(rest, {"count": number(more)}))
    return named


def reset_question(flags: Sequence[Change]) -> tuple[Wording, ...]:
    """Return the question whether the server reset flags with a save, then its details.

    All flags are on after the save, and ``flags`` were off before. The server does not tell who
    turned them on.
    """
    came_on = ngettext(
        "Saved, and since then all flags are on. {count} flag came on.",
        "Saved, and since then all flags are on. {count} flags came on.",
        len(flags),
    )
    return (
        came_on.format(count=number(len(flags))),
        _("Off before: {flags}.").format(flags=names(flags)),
        _("Another user may have turned them on just then, or this server resets flags on a save."),
    )
