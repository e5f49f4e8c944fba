"""Beginning an edit of a webhook: from a draft, or from the webhook on the server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias

from tui.app.screens.dialogs import Answer, ask
from tui.app.shell import Shell
from tui.core.edit import Edit
from tui.core.session import Session
from tui.i18n import _, ngettext, number
from tui.messages.change_words import names
from tui.model.diff import summary
from tui.model.instance import Instance
from tui.model.text import clean
from tui.model.time import age
from tui.model.user_error import UserError
from tui.model.webhook import Webhook
from tui.storage.disk import on_disk

if TYPE_CHECKING:
    from tui.storage.drafts import Draft, OpenDraft

Opening: TypeAlias = "tuple[Edit, OpenDraft | None]"
"""An edit for the editor, and the draft that keeps it on disk."""

_Offer: TypeAlias = Literal["open", "leave", "discard"]


async def open_edit(
    app: Shell, session: Session, instance: Instance, webhook: Webhook, drafts: Sequence[Draft]
) -> Opening | None:
    """Begin an edit of a webhook, offering its drafts among ``drafts``; ``None`` to stay.

    A draft is opened on the base it was made on: the editor reads the webhook again and merges,
    as it does with all changes made on the server. On a read-only server no draft is offered: it
    could not be saved. To be called from a worker.
    """
    for draft in () if session.read_only else drafts:
        if (draft.instance_id, draft.webhook_id) != (instance.id, webhook.id):
            continue
        match await _offer(app, session, instance, webhook, draft):
            case "open":
                return await open_draft(app, session, webhook, draft)
            case "discard":
                await discard(app, session, draft)
            case "leave":
                pass
            case None:
                return None
    edit = Edit.of(webhook, session.capabilities)
    return edit, begin_draft(session, instance, webhook)


async def open_draft(
    app: Shell, session: Session, webhook: Webhook, draft: Draft
) -> Opening | None:
    """Take a draft over and begin its edit; say why and return ``None`` where that fails."""
    if session.read_only:
        app.say(_("READ ONLY: a draft cannot be opened here. It stays as it is."))
        return None
    taken = await _take(app, session, draft)
    if taken is None:
        return None
    base = webhook.with_values(draft.base)
    return Edit(base, draft.values, session.capabilities), taken


def called(instance: Instance, webhook: Webhook) -> str:
    """Name a webhook at the beginning of a sentence, even if it has no name."""
    if name := clean(webhook.name, 60):
        return name
    if webhook.is_new:
        return _("The new webhook of {instance}").format(instance=instance.name)
    return _("The webhook of {instance}").format(instance=instance.name)


async def discard(app: Shell, session: Session, draft: Draft) -> None:
    """Throw a draft away; say so where that fails."""
    if taken := await _take(app, session, draft):
        try:
            await on_disk(taken.discard)
        except UserError as error:
            app.say(_("The draft cannot be discarded: {problem}").format(problem=error.message))


async def _offer(
    app: Shell, session: Session, instance: Instance, webhook: Webhook, draft: Draft
) -> _Offer | None:
    """Ask whether to open a draft, leave it or discard it; ``None`` to open nothing."""
    edited = summary(draft.base, draft.values, is_new=webhook.is_new)
    question = ngettext(
        "{webhook} has a draft with {count} change, kept {age}.",
        "{webhook} has a draft with {count} changes, kept {age}.",
        len(edited),
    ).format(
        webhook=called(instance, webhook),
        count=number(len(edited)),
        age=age(draft.kept_at, session.now()),
    )
    if webhook.is_new:
        open_it = _("open the draft")
        leave_it = _("start from an empty form; the draft stays")
        discard_it = _("discard the draft and start from an empty form")
    else:
        open_it = _("open the draft, merged with what the server has now")
        leave_it = _("start from the server's; the draft stays")
        discard_it = _("discard the draft and start from the server's")
    answers: tuple[Answer[_Offer], ...] = (
        Answer("open", "o", open_it),
        Answer("leave", "s", leave_it),
        Answer("discard", "d", discard_it),
    )
    return await ask(app, question, answers, names(edited))


async def _take(app: Shell, session: Session, draft: Draft) -> OpenDraft | None:
    """Take a draft over; say why and return ``None`` where that fails."""
    if session.drafts is None:
        return None
    try:
        taken = await on_disk(session.drafts.take, draft)
    except UserError as error:
        app.say(_("The draft cannot be taken over: {problem}").format(problem=error.message))
        return None
    if taken is None:
        app.say(_("Another Hookboard has that draft now."))
    return taken


def begin_draft(session: Session, instance: Instance, webhook: Webhook) -> OpenDraft | None:
    """Begin a draft of a webhook; nothing is on disk yet.

    ``None`` where no drafts are kept, or where a read-only server allows no changes.
    """
    if session.drafts is None or session.read_only:
        return None
    return session.drafts.begin(session.url, instance, webhook)
