"""Opening a webhook: from a draft somebody left, or from what the server has."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui.config.errors import ConfigError
from tui.editing import Edit
from tui.model.ages import age
from tui.model.changes import changes
from tui.model.instance import Instance
from tui.model.text import clean
from tui.model.webhook import Webhook
from tui.reports import count, names
from tui.screens.dialogs import Choice, ChooseScreen
from tui.screens.shell import Shell
from tui.session import Session

if TYPE_CHECKING:
    from tui.drafts import Draft, OpenDraft

Opening = tuple[Edit, "OpenDraft | None"]
"""What the editor begins with: the edit, and where it is kept."""


async def open_edit(
    app: Shell, session: Session, instance: Instance, webhook: Webhook, drafts: Sequence[Draft]
) -> Opening | None:
    """Begin an edit of a webhook, offering those of ``drafts`` that are of it; ``None`` to stay.

    To be called from a worker. A draft is opened on the base it was made on: the editor reads
    the webhook again and merges, as it does with every change of others.
    """
    for draft in drafts:
        if (draft.instance_id, draft.webhook_id) != (instance.id, webhook.id):
            continue
        match await _asked(app, session, webhook, draft):
            case "open":
                return await _taken_over(app, session, webhook, draft)
            case "discard":
                if taken := await _take(app, session, draft):
                    await asyncio.to_thread(taken.discard)
            case "leave":
                pass
            case _:
                return None
    return Edit.of(webhook), _begin(session, instance, webhook)


async def _asked(app: Shell, session: Session, webhook: Webhook, draft: Draft) -> str | None:
    edited = changes(draft.base, draft.values)
    when = age(draft.kept_at, session.now()).replace("now", "just now")
    made = count(len(edited), "change")
    question = f"{clean(webhook.name, 60)} has a draft with {made}, kept {when}."
    choices = (
        Choice("open", "o", "open the draft, merged with what the server has now"),
        Choice("leave", "s", "start from the server's; the draft stays"),
        Choice("discard", "d", "discard the draft and start from the server's"),
    )
    return await app.push_screen_wait(ChooseScreen(question, choices, names(edited)))


async def _taken_over(
    app: Shell, session: Session, webhook: Webhook, draft: Draft
) -> Opening | None:
    taken = await _take(app, session, draft)
    if taken is None:
        return None
    return Edit(webhook.with_values(draft.base), draft.values), taken


async def _take(app: Shell, session: Session, draft: Draft) -> OpenDraft | None:
    if session.drafts is None:
        return None
    try:
        taken = await asyncio.to_thread(session.drafts.take, draft)
    except ConfigError as error:
        app.say(f"The draft cannot be opened: {error.message}")
        return None
    if taken is None:
        app.say("Another Hookboard has that draft now.")
    return taken


def _begin(session: Session, instance: Instance, webhook: Webhook) -> OpenDraft | None:
    return session.drafts.begin(session.url, instance, webhook) if session.drafts else None
