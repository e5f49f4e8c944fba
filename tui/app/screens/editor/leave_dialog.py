"""What is to become of an edit when somebody leaves it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from tui.app.screens.base import HookboardScreen
from tui.app.screens.dialogs import Choice, ChooseScreen
from tui.app.screens.editor.autosave import Autosave
from tui.core.edit import Edit
from tui.messages.change_words import names
from tui.model.counting import count


async def ask_about_changes(
    screen: HookboardScreen[Any],
    autosave: Autosave,
    name: str,
    edit: Edit,
    save: Callable[[], Awaitable[bool]] | None,
    *,
    saving: bool,
) -> bool:
    """Ask about an edit that has changes, and do it; return whether to leave.

    ``save`` saves the edit and returns whether it took; ``None`` where nothing can be saved.
    ``name`` is the webhook's, ``saving`` whether the answer of a save is being waited for: what
    becomes of that is not known, and leaving keeps the edit. To be called from a worker.
    """
    changes = len(edit.summary)
    kept = count(changes, "change")
    if saving:
        question = f"{name} is being saved, and it is not known yet whether that takes."
        choices = [Choice("edit", "w", "wait for the answer")]
        if autosave.keeps:
            choices.append(Choice("keep", "p", "leave, and keep what was sent as a draft"))
        choices.append(Choice("discard", "l", "leave without knowing"))
    else:
        question = f"{name} has {count(changes, 'unsaved change')}."
        choices = [Choice("edit", "e", "keep editing"), Choice("discard", "d", f"discard {kept}")]
        if autosave.keeps:
            choices.insert(1, Choice("keep", "p", "keep as a draft, for another time"))
        if save:
            choices.insert(1, Choice("save", "s", "save, then leave"))
    dialog = ChooseScreen(question, tuple(choices), names(edit.summary))
    match await screen.app.push_screen_wait(dialog):
        case "discard":
            await autosave.discard()
            return True
        case "keep":
            if problem := await autosave.leave():
                screen.banner.say("error", f"The draft cannot be kept: {problem}")
                return False
            return True
        case "save" if save:
            return await save()
        case _:
            return False
