"""Deleting a webhook, and checking that the server did it."""

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
    """The request seemed to fail, but the webhook is gone."""
    NOT_DELETED = auto()
    UNKNOWN = auto()
    """The request was sent, but reading the webhooks afterwards failed."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """The result of a deletion."""

    outcome: Deletion
    webhooks: tuple[Webhook, ...] | None = None
    """The instance's webhooks now; ``None`` where they were not read."""
    error: ApiError | None = None


async def delete(server: WebhookServer, instance: Instance, webhook_id: str) -> Deleted:
    """Delete a webhook; an :class:`ApiError` is returned in the result, never raised.

    The answer is never trusted: the remaining webhooks are read afterwards.
    """
    error: ApiError | None = None
    try:
        await server.delete(instance, webhook_id)
    except ApiError as failure:
        if not failure.applied_unknown:
            return Deleted(Deletion.NOT_DELETED, error=failure)
        error = failure
    try:
        remaining = await server.webhooks(instance)
    except ApiError as failure:
        return Deleted(Deletion.UNKNOWN, error=error or failure)
    if any(one.id == webhook_id for one in remaining):
        return Deleted(Deletion.NOT_DELETED, remaining, error)
    match error:
        case None:
            return Deleted(Deletion.DELETED, remaining)
        case NotFound():
            return Deleted(Deletion.GONE_BEFORE, remaining, error)
        case _:
            return Deleted(Deletion.DELETED_AFTER_ALL, remaining, error)
