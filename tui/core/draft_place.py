"""The place where a draft can be opened: this server, another one or another profile, or none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from tui.core.session import Session

if TYPE_CHECKING:
    from tui.storage.drafts import Draft

ProfileNames: TypeAlias = Mapping[str, tuple[str, ...]]
"""The names of the profiles by address; several profiles may have the same address."""


def is_gone(session: Session, draft: Draft) -> bool:
    """Whether a draft's webhook is no longer on the server, as far as its list was read."""
    instance = session.store.get(draft.instance_id)
    if instance is None:
        return session.store.loaded
    return instance.webhooks is not None and not session.webhook(instance, draft.webhook_id)


def opens_elsewhere(session: Session, draft: Draft, names: ProfileNames) -> bool:
    """Whether a draft has to be opened on another server, or with another profile of this one."""
    if draft.server != session.url:
        return True
    return len(names.get(draft.server, ())) > 1 and is_gone(session, draft)
