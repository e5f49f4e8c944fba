"""Deleting a webhook: asking first, by name and server, and saying what came of it."""

from __future__ import annotations

from tui.api.errors import ApiError
from tui.app.screens.base import HookboardScreen
from tui.app.screens.dialogs import Choice, ChooseScreen
from tui.core.delete import Deletion, delete
from tui.core.session import Session
from tui.messages.change_words import change_words
from tui.model.counting import count
from tui.model.diff import changes
from tui.model.instance import Instance
from tui.model.sentence import Sentence
from tui.model.text import clean
from tui.model.webhook import Webhook
from tui.storage.journal import Origin


async def ask_and_delete(
    screen: HookboardScreen[None], session: Session, instance: Instance, webhook: Webhook
) -> None:
    """Delete a webhook if whoever asks for it means it. To be called from a worker.

    It is read again first, so that the question is about what is there.
    """
    try:
        now = await session.server.webhook(instance, webhook.id)
    except ApiError as failure:
        screen.say_error(failure)
        return
    name = clean(now.name, 60) or "(no name)"
    if screen.app.screen is not screen:
        # Over another screen the question would take the keys that are meant for that.
        screen.banner.say("warning", f"{name} was not deleted: you had gone on to something else.")
        return
    if not await _asked(screen, session, instance, webhook, now):
        screen.banner.say("success", f"{name} was not deleted.")
        return
    result = await delete(session.server, instance, webhook.id)
    if recorder := session.recorder(Origin.EDITOR):
        recorder.deleted(instance, now, result)
    if result.webhooks is not None:
        session.store.found(instance.id, result.webhooks)
    error = result.error
    match result.outcome:
        case Deletion.DELETED:
            screen.banner.say("success", f"Deleted {name} of {instance.name}.")
        case Deletion.GONE_BEFORE:
            screen.banner.say(
                "success", f"{name} is gone: somebody else may have deleted it just before."
            )
        case Deletion.DELETED_AFTER_ALL:
            what = error.what if error else "the answer was lost"
            screen.banner.say("success", f"Deleted {name} after all: {what}, but it is gone.")
        case Deletion.NOT_DELETED if error:
            what = f"Not deleted: {error.what}."
            screen.banner.say("error", what, error.to_do, *error.server_says)
        case Deletion.NOT_DELETED:
            screen.banner.say("error", f"Not deleted: the server still has {name}.")
        case Deletion.UNKNOWN:
            what = error.what if error else "the server does not say"
            unknown = f"It is not known whether {name} was deleted: {what}."
            said = error.server_says if error else ()
            screen.banner.say("error", unknown, Sentence("{refresh} reads the list."), *said)


async def _asked(
    screen: HookboardScreen[None],
    session: Session,
    instance: Instance,
    seen: Webhook,
    now: Webhook,
) -> bool:
    name = clean(now.name, 60) or "(no name)"
    server = session.host
    where = f"of {instance.name} on {server} (profile {session.profile})"
    details = [
        now.url,
        f"It is {'on' if now.enabled else 'off'}, with {count(now.flags_on, 'flag')} on. "
        "Its address, flags and headers are gone with it.",
    ]
    if session.production:
        details.insert(0, "This server is marked PRODUCTION.")
    if others := changes(seen.values, now.values):
        theirs = ", ".join(change_words(change) for change in others[:4])
        details.append(f"Changed on the server since it was listed: {theirs}.")
    # Enter is on the first: whoever means it presses another key than the one that asked.
    choices = (Choice("keep", "n", "no, keep it"), Choice("delete", "d", f"delete {name}"))
    question = f"Delete the webhook {name} {where}?"
    return await screen.app.push_screen_wait(ChooseScreen(question, choices, *details)) == "delete"
