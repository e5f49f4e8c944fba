"""Opening a webhook: from a draft somebody left, or from what the server has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui.app.screens.dialogs import Choice, ChooseScreen
from tui.app.shell import Shell
from tui.core.edit import Edit
from tui.core.session import Session
from tui.messages.change_words import names
from tui.model.counting import count
from tui.model.diff import summary
from tui.model.instance import Instance
from tui.model.text import clean
from tui.model.time import age
from tui.model.user_error import UserError
from tui.model.webhook import Webhook
from tui.storage.disk import on_disk

if TYPE_CHECKING:
    from tui.storage.drafts import Draft, OpenDraft

Opening = tuple[Edit, "OpenDraft | None"]
"""What the editor begins with: the edit, and where it is kept."""


async def open_edit(
    app: Shell, session: Session, instance: Instance, webhook: Webhook, drafts: Sequence[Draft]
) -> Opening | None:
    """Begin an edit of a webhook, offering those of ``drafts`` that are of it; ``None`` to stay.

    To be called from a worker. A draft is opened on the base it was made on: the editor reads
    the webhook again and merges, as it does with every change of others. READ ONLY, none is
    offered: there is nothing one could do with it.
    """
    for draft in () if session.read_only else drafts:
        if (draft.instance_id, draft.webhook_id) != (instance.id, webhook.id):
            continue
        match await _asked(app, session, instance, webhook, draft):
            case "open":
                return await open_draft(app, session, webhook, draft)
            case "discard":
                await discard(app, session, draft)
            case "leave":
                pass
            case _:
                return None
    edit = Edit.of(webhook, session.capabilities)
    return edit, begin_draft(session, instance, webhook)


async def open_draft(
    app: Shell, session: Session, webhook: Webhook, draft: Draft
) -> Opening | None:
    """Take a draft over and begin its edit; ``None``, and a word, where it cannot be had."""
    if session.read_only:
        app.say("READ ONLY: a draft cannot be opened here. It stays as it is.")
        return None
    taken = await _take(app, session, draft)
    if taken is None:
        return None
    base = webhook.with_values(draft.base)
    return Edit(base, draft.values, session.capabilities), taken


def called(instance: Instance, webhook: Webhook) -> str:
    """Name a webhook at the beginning of a sentence, also one without a name."""
    if name := clean(webhook.name, 60):
        return name
    return f"The {'new ' if webhook.is_new else ''}webhook of {instance.name}"


async def discard(app: Shell, session: Session, draft: Draft) -> None:
    """Throw a draft away; say what is in the way, if anything is."""
    if taken := await _take(app, session, draft):
        try:
            await on_disk(taken.discard)
        except UserError as error:
            app.say(f"The draft cannot be discarded: {error.message}")


async def _asked(
    app: Shell, session: Session, instance: Instance, webhook: Webhook, draft: Draft
) -> str | None:
    edited = summary(draft.base, draft.values, is_new=webhook.is_new)
    when = age(draft.kept_at, session.now()).replace("now", "just now")
    made = count(len(edited), "change")
    question = f"{called(instance, webhook)} has a draft with {made}, kept {when}."
    others = "an empty form" if webhook.is_new else "the server's"
    merged = "" if webhook.is_new else ", merged with what the server has now"
    choices = (
        Choice("open", "o", f"open the draft{merged}"),
        Choice("leave", "s", f"start from {others}; the draft stays"),
        Choice("discard", "d", f"discard the draft and start from {others}"),
    )
    return await app.push_screen_wait(ChooseScreen(question, choices, names(edited)))


async def _take(app: Shell, session: Session, draft: Draft) -> OpenDraft | None:
    if session.drafts is None:
        return None
    try:
        taken = await on_disk(session.drafts.take, draft)
    except UserError as error:
        app.say(f"The draft cannot be taken over: {error.message}")
        return None
    if taken is None:
        app.say("Another Hookboard has that draft now.")
    return taken


def begin_draft(session: Session, instance: Instance, webhook: Webhook) -> OpenDraft | None:
    """Begin a draft of a webhook, where drafts are kept and there can be changes.

    Nothing is on disk yet.
    """
    if session.drafts is None or session.read_only:
        return None
    return session.drafts.begin(session.url, instance, webhook)
