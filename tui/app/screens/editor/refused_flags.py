"""Asking what to do with flags that the server does not accept."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal

from textual.app import App

from tui.app.screens.dialogs import Answer, ask
from tui.core.edit import Edit
from tui.i18n import _, ngettext
from tui.model.counting import listed
from tui.model.flag_words import label


async def may_save(
    app: App[Any], host: str, edit: Edit, flags: Collection[str], *, was_sent: bool
) -> bool:
    """Offer to leave flags out of an edit; return whether to save the edit then.

    ``was_sent``: the server refused them just now. Otherwise it refused them earlier and may
    accept them by now.
    """
    amount = len(flags)
    answers: list[Answer[Literal["back", "leave", "try"]]] = [
        Answer("back", "e", _("go on editing")),
        Answer("leave", "l", ngettext("leave it out, save", "leave them out, save", amount)),
    ]
    if was_sent:
        said = ngettext(
            "Nothing was saved: the server listed the flags that it accepts, and it is not one "
            "of them.",
            "Nothing was saved: the server listed the flags that it accepts, and these are not "
            "among them.",
            amount,
        )
    else:
        said = ngettext(
            "An earlier save was refused because of it.",
            "An earlier save was refused because of them.",
            amount,
        )
        try_them = ngettext("try to save with it", "try to save with them", amount)
        answers.append(Answer("try", "t", try_them))
    refused = listed(map(label, flags))
    question = _("{host} does not accept {flags}.").format(host=host, flags=refused)
    answer = await ask(app, question, answers, said)
    if answer == "leave":
        edit.leave_out(flags)
    return answer in ("leave", "try")
