"""The save protocol: from an edit to a result that can be relied on.

These servers neither prove that they stored a write nor protect two users from each other. So a
save reads the webhook again, merges the edit with the changes of others, writes everything, and
compares the answer with the request. The first answers are also compared with another read; a
server whose answers proved true is trusted from then on.

One gap remains: a write by somebody else between the last read and the write is overwritten.
Changes that a read has shown are never overwritten, unless the user chose that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tui.api.errors import ApiError, NotFound, Unauthorised
from tui.api.port import WebhookServer
from tui.core.save_result import Objection, Outcome, SaveResult
from tui.core.write import Write
from tui.i18n import _
from tui.model.diff import changes, merge
from tui.model.instance import Instance
from tui.model.sentence import Sentence, joined
from tui.model.validation import check
from tui.model.webhook import Values, Webhook

INSTANCE_GONE = Sentence(
    _("Its instance was deleted, or created again. {refresh} reads the list again.")
)


async def save(
    server: WebhookServer,
    instance: Instance,
    base: Webhook,
    values: Values,
    writing: Callable[[], None] = lambda: None,
) -> SaveResult:
    """Save an edit of ``base``; an :class:`ApiError` is returned in the result, never raised.

    ``writing`` is called just before the first write is sent: a save that is cancelled earlier
    has changed nothing.
    """
    if not base.is_new and not changes(base.values, values):
        return SaveResult(Outcome.NO_CHANGES, base)
    on_server = None if base.is_new else base.values
    if errors := check(values, on_server, server.capabilities).errors:
        return _invalid(Objection.VALUES, errors)
    try:
        if base.is_new and server.capabilities.many:
            return await _create(server, instance, base, values, writing)
        current = await read_again(server, instance, base)
    except ApiError as error:
        return _nothing_sent(error)
    merging = merge(base.values, current.values, values)
    if merging.conflicts:
        return SaveResult(Outcome.CONFLICT, current, merge=merging)
    if merging.values != values:
        errors = check(merging.values, current.values, server.capabilities).errors
        if errors:
            return _invalid(Objection.MERGED, errors)
    return await Write(server, instance, current, merging).carry_out(writing)


async def _create(
    server: WebhookServer,
    instance: Instance,
    blank: Webhook,
    values: Values,
    writing: Callable[[], None],
) -> SaveResult:
    """Create a webhook, unless the instance has one of this name and URL."""
    others = await server.webhooks(instance)
    if any((one.name, one.url) == (values.name, values.url) for one in others):
        # It may be this one, created by a save whose answer was lost.
        return SaveResult(Outcome.INVALID, objection=Objection.EXISTS)
    ids = frozenset(one.id for one in others)
    merging = merge(blank.values, blank.values, values)  # nobody else can have changed it
    return await Write(server, instance, blank, merging, ids).carry_out(writing)


async def read_again(server: WebhookServer, instance: Instance, base: Webhook) -> Webhook:
    """Read the state of ``base`` on the server; a webhook that was never saved is returned as is.

    Raises :class:`ApiError`, such as :class:`NotFound` where it is gone.
    """
    if base.is_new and server.capabilities.many:
        return base
    current = await server.webhook(instance, base.id)
    if current.is_new and not base.is_new:
        raise NotFound(
            _("{host} no longer has this webhook.").format(host=server.host),
            joined(INSTANCE_GONE, server.capabilities.none_shown),
        )
    return current


def _invalid(objection: Objection, errors: Mapping[str, str]) -> SaveResult:
    return SaveResult(Outcome.INVALID, objection=objection, field_errors=tuple(errors.items()))


def _nothing_sent(error: ApiError) -> SaveResult:
    outcome = Outcome.UNAUTHORISED if isinstance(error, Unauthorised) else Outcome.NOT_SAVED
    return SaveResult(outcome, error=error)
