"""Asking what to copy of an instance and its webhook, and sending it to the terminal."""

from __future__ import annotations

from contextlib import suppress

from tui.api.errors import ApiError
from tui.app.screens.dialogs import Choice, ChooseScreen
from tui.app.shell import Shell
from tui.core.session import Session
from tui.model.instance import Instance
from tui.model.text import clean
from tui.model.webhook import Webhook


async def offer_copies(
    app: Shell, session: Session, instance: Instance, webhook: Webhook | None
) -> None:
    """Ask which of the texts to copy, and copy it. To be called from a worker."""
    texts: dict[str, tuple[str, str, str]] = {}
    named = session.capabilities.many
    if webhook:
        texts["url"] = ("u", "the webhook's URL", webhook.url)
        if named:
            texts["id"] = ("w", "the webhook's id", clean(webhook.id))
    what = "id" if named else "name"
    texts["instance"] = ("i", f"the instance's {what}", clean(instance.id))
    if webhook:
        with suppress(ApiError):  # an id that no address can carry
            curl = session.server.read_as_curl(instance, webhook)
            texts["curl"] = ("c", "a curl command that reads it (the token stays out)", curl)
    choices = tuple(Choice(one, key, words) for one, (key, words, _) in texts.items())
    chosen = await app.push_screen_wait(ChooseScreen("Copy", choices))
    if chosen:
        app.copy(texts[chosen][2], texts[chosen][1])
