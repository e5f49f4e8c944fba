"""Deleting a webhook: asking first, by name and server, and saying how it ended."""

from __future__ import annotations

from tui.api.errors import ApiError
from tui.app.screens.base import HookboardScreen
from tui.app.screens.dialogs import Answer, ask
from tui.app.widgets.frame import Banner
from tui.core.delete import Deleted, Deletion, delete
from tui.core.session import Session
from tui.i18n import _, ngettext, number
from tui.messages.change_words import change_words
from tui.model.diff import changes
from tui.model.instance import Instance
from tui.model.sentence import Sentence, joined
from tui.model.text import clean
from tui.model.webhook import Webhook
from tui.storage.journal import Origin

_MOST_CHANGES = 4
"""Changes made on the server since the list was read that are named, at most."""


async def ask_and_delete(
    screen: HookboardScreen[None], session: Session, instance: Instance, webhook: Webhook
) -> None:
    """Delete a webhook if the person confirms it. To be called from a worker.

    It is read again first, so that the question describes the webhook as it is now.
    """
    try:
        current = await session.server.webhook(instance, webhook.id)
    except ApiError as failure:
        screen.say_error(failure)
        return
    name = clean(current.name, 60) or _("(no name)")
    if screen.app.screen is not screen:
        # Over another screen the question would take the keys that are meant for that.
        said = _("{webhook} was not deleted: another screen was opened meanwhile.")
        screen.banner.say("warning", said.format(webhook=name))
        return
    if not await _is_confirmed(screen, session, instance, webhook, current):
        screen.banner.say("success", _("{webhook} was not deleted.").format(webhook=name))
        return
    result = await delete(session.server, instance, webhook.id)
    if recorder := session.recorder(Origin.EDITOR):
        recorder.deleted(instance, current, result)
    if result.webhooks is not None:
        session.store.found(instance.id, result.webhooks)
    _report(screen.banner, result, name, instance)


async def _is_confirmed(
    screen: HookboardScreen[None],
    session: Session,
    instance: Instance,
    listed: Webhook,
    current: Webhook,
) -> bool:
    name = clean(current.name, 60) or _("(no name)")
    question = _("Delete the webhook {webhook} of {instance} on {host} (profile {profile})?")
    details = [current.url, _described(current)]
    if session.production:
        details.insert(0, _("This server is marked PRODUCTION."))
    if others := changes(listed.values, current.values):
        words = ", ".join(change_words(change) for change in others[:_MOST_CHANGES])
        said = _("Changed on the server since the list was read: {changes}.")
        details.append(said.format(changes=words))
    answers = (
        # Not the key that asked: pressed twice it would delete unread.
        Answer(False, "n", _("no, keep it")),
        Answer(True, "d", _("delete {webhook}").format(webhook=name)),
    )
    asked = question.format(
        webhook=name, instance=instance.name, host=session.host, profile=session.profile
    )
    return await ask(screen.app, asked, answers, *details) or False


def _described(webhook: Webhook) -> str:
    """Say what is deleted with a webhook."""
    flags = webhook.flags_on
    if webhook.enabled:
        said = ngettext(
            "It is on, with {count} flag on. Its address, flags and headers are deleted with it.",
            "It is on, with {count} flags on. Its address, flags and headers are deleted with it.",
            flags,
        )
    else:
        said = ngettext(
            "It is off, with {count} flag on. Its address, flags and headers are deleted with it.",
            "It is off, with {count} flags on. Its address, flags and headers are deleted with it.",
            flags,
        )
    return said.format(count=number(flags))


def _report(banner: Banner, result: Deleted, name: str, instance: Instance) -> None:
    """Say how a deletion ended."""
    error = result.error
    match result.outcome:
        case Deletion.DELETED:
            said = _("Deleted {webhook} of {instance}.")
            banner.say("success", said.format(webhook=name, instance=instance.name))
        case Deletion.GONE_BEFORE:
            said = _("{webhook} is gone: somebody else may have deleted it just before.")
            banner.say("success", said.format(webhook=name))
        case Deletion.DELETED_AFTER_ALL:
            said = _("Deleted {webhook} after all: it is gone from the server.")
            why = error.what if error else _("The answer was lost.")
            banner.say("success", said.format(webhook=name), why)
        case Deletion.NOT_DELETED if error:
            said_why = joined(_("Not deleted."), error.what)
            banner.say("error", said_why, error.to_do, *error.server_says)
        case Deletion.NOT_DELETED:
            said = _("Not deleted: the server still has {webhook}.")
            banner.say("error", said.format(webhook=name))
        case Deletion.UNKNOWN:
            said = _("It is not known whether {webhook} was deleted.").format(webhook=name)
            why = error.what if error else ""
            words = error.server_says if error else ()
            banner.say("error", said, why, Sentence(_("{refresh} reads the list.")), *words)
