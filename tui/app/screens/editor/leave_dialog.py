"""Asking what to do with the unsaved changes when the editor is left."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Literal, TypeAlias

from tui.app.screens.base import HookboardScreen
from tui.app.screens.dialogs import Answer, ask
from tui.app.screens.editor.autosave import DraftAutosave
from tui.core.edit import Edit
from tui.i18n import _, ngettext, number
from tui.messages.change_words import names

_Leave: TypeAlias = Literal["stay", "save", "keep", "discard"]


async def ask_about_changes(
    screen: HookboardScreen[Any],
    autosave: DraftAutosave,
    name: str,
    edit: Edit,
    save: Callable[[], Awaitable[bool]] | None,
    *,
    saving: bool,
) -> bool:
    """Ask about an edit that has changes, and do as answered; return whether to leave.

    ``name`` is the webhook's. ``save`` saves the edit and returns whether nothing is left to
    save; ``None`` where nothing can be saved. ``saving``: a save is waiting for the server's
    answer, so its result is not known. To be called from a worker.
    """
    amount = len(edit.summary)
    if saving:
        text = _("{webhook} is being saved; the server has not answered yet.")
        answers = _answers_while_saving(keeps=autosave.keeps)
    else:
        text = ngettext(
            "{webhook} has {count} unsaved change.",
            "{webhook} has {count} unsaved changes.",
            amount,
        )
        answers = _answers(amount, saves=save is not None, keeps=autosave.keeps)
    question = text.format(webhook=name, count=number(amount))
    match await ask(screen.app, question, answers, names(edit.summary)):
        case "discard":
            await autosave.discard()
            return True
        case "keep":
            return await _keep(screen, autosave)
        case "save" if save:
            return await save()
        case _answer:
            return False


async def _keep(screen: HookboardScreen[Any], autosave: DraftAutosave) -> bool:
    """Keep the draft for another time; say why that failed, if it did."""
    problem = await autosave.leave()
    if problem:
        said = _("The draft cannot be kept: {problem}").format(problem=problem)
        screen.banner.say("error", said)
    return not problem


def _answers_while_saving(*, keeps: bool) -> list[Answer[_Leave]]:
    answers: list[Answer[_Leave]] = [Answer("stay", "w", _("wait for the answer"))]
    if keeps:
        answers.append(Answer("keep", "p", _("leave, and keep what was sent as a draft")))
    answers.append(Answer("discard", "l", _("leave without a draft")))
    return answers


def _answers(changes: int, *, saves: bool, keeps: bool) -> list[Answer[_Leave]]:
    answers: list[Answer[_Leave]] = [Answer("stay", "e", _("keep editing"))]
    if saves:
        answers.append(Answer("save", "s", _("save, then leave")))
    if keeps:
        answers.append(Answer("keep", "p", _("keep as a draft, for another time")))
    discard = ngettext("discard {count} change", "discard {count} changes", changes)
    answers.append(Answer("discard", "d", discard.format(count=number(changes))))
    return answers
