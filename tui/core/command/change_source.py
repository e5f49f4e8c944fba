"""Finding what a command names: presets, webhooks to copy flags from, webhooks to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.core.patch.patch import Patch, like
from tui.core.patch.presets import Preset
from tui.core.plan.plan import LeftOut, Reason, Target
from tui.core.selection import ByName, Selection, select
from tui.i18n import _
from tui.model.text import clean
from tui.model.user_error import UserError

if TYPE_CHECKING:
    from tui.core.session import Session


def preset_named(session: Session, name: str) -> Preset:
    """Return the preset of this name that a server offers. Raises :class:`UserError`."""
    for preset in session.presets:
        if preset.name == name:
            return preset
    names = ", ".join(preset.name for preset in session.presets)
    raise UserError(
        _("There is no preset {name}.").format(name=clean(name, 60)),
        _("There are: {names}.").format(names=names),
    )


def flags_like(session: Session, name: str) -> Patch:
    """Return the patch that copies the flags of the webhook with this name.

    Raises :class:`UserError` unless exactly one webhook has the name.
    """
    store = session.store
    found = select((store[key] for key in store.ids), ByName(name)).rows
    if len(found) == 1:
        return like(found[0][1].flags)
    if not found:
        raise no_webhook(session, name)
    text = _("Several webhooks go by {name}.")
    raise UserError(text.format(name=clean(name, 60)), _how_to_name(session))


def no_webhook(session: Session, name: str) -> UserError:
    """Return the error for a name by which no webhook goes."""
    text = _("There is no webhook {name}.")
    return UserError(text.format(name=clean(name, 60)), _how_to_name(session))


def _how_to_name(session: Session) -> str:
    if session.capabilities.names:
        return _("Name one webhook as INSTANCE/WEBHOOK.")
    return _("Webhooks have no names on this kind of server: name the instance alone.")


def selected_targets(
    session: Session, selection: Selection, patch: Patch
) -> list[Target | LeftOut]:
    """Return the targets of a patch: the selected webhooks of a list that was read.

    Raises :class:`UserError` where nothing is selected.
    """
    store = session.store
    found = select((store[key] for key in store.ids), selection)
    if not (found.rows or found.unread):
        raise UserError(_("No webhook is selected."))
    targets: list[Target | LeftOut] = [
        Target(instance, webhook, patch.applied_to(webhook.values, instance.name, webhook.refused))
        for instance, webhook in found.rows
    ]
    return [*targets, *(LeftOut(Reason.NOT_READ, one) for one in found.unread)]
