"""Asking what to copy of an instance and its webhook, and sending it to the terminal."""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

from tui.api.errors import ApiError
from tui.app.screens.dialogs import Answer, ask
from tui.app.shell import Shell
from tui.core.session import Session
from tui.i18n import _
from tui.model.instance import Instance
from tui.model.text import clean
from tui.model.webhook import Webhook


class _Copy(NamedTuple):
    """A text for the clipboard and its name."""

    text: str
    name: str


async def offer_copies(
    app: Shell, session: Session, instance: Instance, webhook: Webhook | None
) -> None:
    """Ask which of the texts to copy, and copy it. To be called from a worker."""
    many = session.capabilities.many
    copies: dict[str, _Copy] = {}
    if webhook:
        copies["u"] = _Copy(webhook.url, _("the webhook's URL"))
        if many:
            copies["w"] = _Copy(clean(webhook.id), _("the webhook's id"))
    name = _("the instance's id") if many else _("the instance's name")
    copies["i"] = _Copy(clean(instance.id), name)
    if webhook:
        with suppress(ApiError):  # an id that no address can carry
            curl = session.server.read_as_curl(instance, webhook)
            copies["c"] = _Copy(curl, _("a curl command that reads it, without the token"))
    answers = [Answer(copy, key, copy.name) for key, copy in copies.items()]
    if chosen := await ask(app, _("Copy"), answers):
        app.copy(chosen.text, chosen.name)
