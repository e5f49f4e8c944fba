"""The save protocol: from what was read and what was edited to a result one can rely on.

No server of these tells whether a save took, and none guards against two editors. So a
webhook is read again before it is written, merged with what others changed, written whole,
and the answer compared with what was asked for. What an answer says is compared once with
what a read shows; a server that was right is believed from then on.

The servers leave one window open: what somebody else writes after this side's last look and
before its write is overwritten. What a look has shown is not, unless its owner chose so.
"""

from __future__ import annotations

from collections.abc import Callable

from tui.api.errors import ApiError, NotFound, Unauthorised
from tui.api.port import WebhookServer
from tui.core.save_result import Outcome, SaveResult
from tui.core.write import Write
from tui.model.diff import Merge, changes, merge
from tui.model.instance import Instance
from tui.model.sentence import Sentence, joined
from tui.model.validation import check
from tui.model.webhook import Values, Webhook

THERE_ALREADY = "a webhook of this name and URL is there already; the list, read again, has it"
GONE = Sentence("Its instance was deleted, or made anew. {refresh} reads the list again.")
BY_OTHERS = "others changed it meanwhile; {problem}. {reread} reads what they changed"


async def save(
    server: WebhookServer,
    instance: Instance,
    base: Webhook,
    values: Values,
    writing: Callable[[], None] = lambda: None,
) -> SaveResult:
    """Save an edit of ``base``; never raises an :class:`ApiError`, the result has it.

    ``writing`` is called when the first write is about to be sent: whoever stops waiting
    before knows that nothing was changed.
    """
    if not base.is_new and not changes(base.values, values):
        return SaveResult(Outcome.NO_CHANGES, base)
    on_server = None if base.is_new else base.values
    if errors := check(values, on_server, server.capabilities).errors:
        return SaveResult(Outcome.INVALID, field_errors=tuple(errors.items()))
    try:
        if base.is_new and server.capabilities.many:
            # Nobody else can change what is not there yet; what is there already is not it.
            others = await server.webhooks(instance)
            if any((one.name, one.url) == (values.name, values.url) for one in others):
                # It may be this one, made by a save whose answer was lost.
                return SaveResult(Outcome.INVALID, field_errors=(("name", THERE_ALREADY),))
            ids = frozenset(one.id for one in others)
            made = Write(server, instance, base, _unopposed(base, values), ids)
            return await made.carry_out(writing)
        current = await read_again(server, instance, base)
    except ApiError as error:
        return _nothing_sent(error)
    merging = merge(base.values, current.values, values)
    if merging.conflicts:
        return SaveResult(Outcome.CONFLICT, current, merge=merging)
    if errors := check(merging.values, current.values, server.capabilities).errors:
        # Right on both sides, wrong together: with flags that others turned off, none is on.
        theirs = {key: Sentence(BY_OTHERS, {"problem": words}) for key, words in errors.items()}
        return SaveResult(Outcome.INVALID, field_errors=tuple(theirs.items()))
    return await Write(server, instance, current, merging).carry_out(writing)


async def read_again(server: WebhookServer, instance: Instance, base: Webhook) -> Webhook:
    """Read what the server has of ``base`` now; of one that was never made, that is ``base``.

    Raises :class:`ApiError`, :class:`NotFound` where it is gone.
    """
    if base.is_new and server.capabilities.many:
        return base
    current = await server.webhook(instance, base.id)
    if current.is_new and not base.is_new:
        raise NotFound(
            f"{server.host} has no webhook there any more",
            joined(GONE, server.capabilities.none_shown),
        )
    return current


def _unopposed(base: Webhook, values: Values) -> Merge:
    return merge(base.values, base.values, values)


def _nothing_sent(error: ApiError) -> SaveResult:
    outcome = Outcome.UNAUTHORISED if isinstance(error, Unauthorised) else Outcome.NOT_SAVED
    return SaveResult(outcome, error=error)
