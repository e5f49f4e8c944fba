"""Asking what is to become of flags that the server does not accept."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from textual.app import App

from tui.app.screens.dialogs import Choice, ChooseScreen
from tui.core.edit import Edit
from tui.model.counting import listed
from tui.model.flag_words import label


async def may_save(
    app: App[Any], host: str, edit: Edit, flags: Collection[str], *, was_sent: bool
) -> bool:
    """Offer to leave flags out of an edit; return whether it is to be saved then.

    ``was_sent``: the server refused them just now. Else it did before, and may do so no more.
    """
    one = len(flags) == 1
    it = "it" if one else "them"
    said = f"A save was refused before because of {it}."
    choices = [Choice("back", "e", "go on editing"), Choice("leave", "l", f"leave {it} out, save")]
    if was_sent:
        among = "it is not one of them" if one else "these are not among them"
        said = f"Nothing was saved: the server listed the flags that it accepts, and {among}."
    else:
        choices.append(Choice("try", "t", f"try to save with {it}"))
    question = f"{host} does not accept {listed(map(label, flags))}."
    answer = await app.push_screen_wait(ChooseScreen(question, tuple(choices), said))
    if answer == "leave":
        edit.leave_out(flags)
    return answer in ("leave", "try")
