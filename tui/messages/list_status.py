"""The dashboard's list in sentences: how long it is, and why it is empty."""

from __future__ import annotations

from typing import TypeAlias

from tui.api.errors import ApiError, Unauthorised
from tui.core.store import Store
from tui.i18n import _, ngettext, number
from tui.messages.error_sentences import error_sentences
from tui.model.instance import Instance
from tui.model.sentence import Sentence, Wording, joined

Notice: TypeAlias = tuple[Wording, ...]
"""What an empty list shows: first what happened, then what to do and the details."""

READ_AGAIN = Sentence(_("{refresh} reads again."))
STOPPED: Notice = (_("You stopped waiting: nothing was read."), READ_AGAIN)
READING_WEBHOOKS: Notice = (_("Reading the webhooks…"),)


def instance_count(store: Store, *, failed: bool) -> str:
    """Say how many instances there are, and how many of them have arrived."""
    known, total = len(store), store.total or 0
    if store.loading:
        return _count_while_loading(store)
    if store.filter:
        text = ngettext("{shown} of {count} instance", "{shown} of {count} instances", known)
        return text.format(shown=number(len(store.visible)), count=number(known))
    if not store.loaded and known < total:
        text = ngettext("{shown} of {count} instance", "{shown} of {count} instances", total)
        return text.format(shown=number(known), count=number(total))
    if failed and not known:
        return _("not read")
    return ngettext("{count} instance", "{count} instances", known).format(count=number(known))


def _count_while_loading(store: Store) -> str:
    arrived, total = store.arrived, store.total
    if store.loaded:
        known = len(store)
        text = ngettext(
            "reading again… {count} instance", "reading again… {count} instances", known
        )
        return text.format(count=number(known))
    if not arrived:
        return _("loading…")
    if total:
        text = ngettext("{shown} of {count} instance", "{shown} of {count} instances", total)
        return text.format(shown=number(arrived), count=number(total))
    return ngettext("{count} instance", "{count} instances", arrived).format(count=number(arrived))


def no_instances(store: Store, error: ApiError | None, *, failed: bool) -> Notice:
    """Say why no instance is shown; ``error`` is why the list could not be read."""
    if store.loading:
        meanwhile = Sentence(_("The keys work meanwhile: {dashboard.back} stops, {quit} quits."))
        return _("Reading the instances…"), meanwhile
    if len(store):
        none = _("No instance matches “{filter}”.").format(filter=store.filter)
        return none, Sentence(_("{dashboard.back} clears the filter."))
    if failed:
        again = Sentence(_("{refresh} tries again."))
        if isinstance(error, Unauthorised):
            token = Sentence(_("{credentials}: enter another token; then the list is read."))
            again = joined(again, token)
        return _("The list could not be read."), again
    return _("There are no instances here."), Sentence(_("{refresh} reads the list again."))


def webhooks_title(instance: Instance | None, *, one: bool) -> str:
    """Return the title over the webhooks of an instance; ``one``: it can have only one."""
    if instance is None:
        return _("Webhook") if one else _("Webhooks")
    title = _("Webhook of {instance}") if one else _("Webhooks of {instance}")
    return title.format(instance=instance.name)


def whatsapp_account(instance: Instance | None) -> str:
    """Return the number and the name that an instance has on WhatsApp."""
    if instance is None:
        return ""
    phone = f"+{instance.number}" if instance.number.isdigit() else instance.number
    return f"{phone} {instance.push_name}".strip()


def no_webhook(caveat: str) -> Notice:
    """Say that an instance has no webhook; ``caveat`` is what the server may have all the same."""
    return _("No webhook."), Sentence(_("{new} makes one.")), caveat


def webhooks_not_read(error: ApiError | None) -> Notice:
    """Say that the webhooks of an instance were not read, and why."""
    if error is None:
        return _("Nothing was read."), READ_AGAIN
    return error_sentences(error)
