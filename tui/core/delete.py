"""Deleting a webhook, and finding out whether that took."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from tui.api.errors import ApiError, NotFound
from tui.api.port import WebhookServer
from tui.model.instance import Instance
from tui.model.webhook import Webhook


class Deletion(Enum):
    """How a deletion ended."""

    DELETED = auto()
    GONE_BEFORE = auto()
    """The server did not find it: somebody else may have deleted it just before."""
    DELETED_AFTER_ALL = auto()
    """It seemed to fail, and the server has it no more."""
    NOT_DELETED = auto()
    UNKNOWN = auto()
    """It was sent, and what the server has now could not be read."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """What became of a deletion."""

    outcome: Deletion
    webhooks: tuple[Webhook, ...] | None = None
    """What the instance has now, where that was read."""
    error: ApiError | None = None


async def delete(server: WebhookServer, instance: Instance, webhook_id: str) -> Deleted:
    """Delete a webhook; never raises an :class:`ApiError`, the result has it.

    No answer is a proof, whatever it says: what the instance has left is read afterwards.
    """
    error: ApiError | None = None
    try:
        await server.delete(instance, webhook_id)
    except ApiError as failure:
        if not failure.applied_unknown:
            return Deleted(Deletion.NOT_DELETED, error=failure)
        error = failure
    try:
        left = await server.webhooks(instance)
    except ApiError as failure:
        return Deleted(Deletion.UNKNOWN, error=error or failure)
    if any(one.id == webhook_id for one in left):
        return Deleted(Deletion.NOT_DELETED, left, error)
    match error:
        case None:
            return Deleted(Deletion.DELETED, left)
        case NotFound():
            return Deleted(Deletion.GONE_BEFORE, left, error)
        case _:
            return Deleted(Deletion.DELETED_AFTER_ALL, left, error)
