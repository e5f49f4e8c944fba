"""Plan files: the webhooks of a plan with base and wanted values, to apply later.

Applying one first merges each row with the webhook as it is by then.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tui.core.plan.plan import LeftOut, Plan, Reason, Target, rebased
from tui.core.plan.target_record import record_of, target_of
from tui.i18n import _
from tui.model.text import clean
from tui.model.user_error import UserError
from tui.storage.row_record import row_from, row_json

if TYPE_CHECKING:
    from tui.core.session import Session

FORMAT = 1
"""The version of the format: ``"plan": 1``."""


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """The content of a plan file."""

    name: str
    """The file's name in messages."""
    server: str
    rows: tuple[Mapping[str, Any], ...]


def write_plan(session: Session, plan: Plan) -> Iterator[str]:
    """Yield the lines of a plan file; it has no tokens and no values of headers."""
    head = {"hookboard": 1, "plan": FORMAT, "server": session.journal_key}
    yield f'{json.dumps(head)[:-1]}, "rows": ['
    last = len(plan.rows) - 1
    for position, row in enumerate(plan.rows):
        record = record_of(row.target, session.journal_key, position)
        yield json.dumps(row_json(record)) + ("" if position == last else ",")
    yield "]}"


def read_plan(content: bytes, name: str) -> StoredPlan | None:
    """Read a plan file; ``None`` for any other. Raises :class:`UserError` for a faulty one."""
    if content.lstrip()[:1] != b"{":
        return None
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        return None
    match told:
        case {"plan": 1, "server": str(server), "rows": list(rows)}:
            return StoredPlan(name, server, tuple(rows))
        case {"plan": _any}:
            raise UserError(
                _("{file}: This is not a complete plan of this version of Hookboard.").format(
                    file=name
                )
            )
    return None


def stored_targets(session: Session, stored: StoredPlan) -> list[Target | LeftOut]:
    """Return the targets of a stored plan, merged with the list as it is now.

    Raises :class:`UserError` for another server's plan, and for faulty rows.
    """
    if not session.is_at(stored.server):
        text = _("{file}: It is for {server}, and this is {url}.")
        raise UserError(
            text.format(file=stored.name, server=clean(stored.server, 200), url=session.journal_key)
        )
    return list(_merged(session, _targets(session, stored)))


def _targets(session: Session, stored: StoredPlan) -> Iterator[Target]:
    for position, told in enumerate(stored.rows):
        try:
            record = row_from(told, stored.server, position)
        except (ValueError, TypeError, KeyError):
            text = _("{file}: Row {row} is damaged.")
            raise UserError(text.format(file=stored.name, row=position + 1)) from None
        yield target_of(record, session.store.get)


def _merged(session: Session, targets: Iterable[Target]) -> Iterator[Target | LeftOut]:
    for target in targets:
        instance = session.store.get(target.instance.id)
        if instance is None:
            yield LeftOut(Reason.GONE, target.instance, target.base)
        elif instance.webhooks is None:
            yield LeftOut(Reason.NOT_READ, instance)
        elif target.base.is_new:
            yield _creation(session, target)
        elif now := instance.webhook(target.base.id):
            yield rebased(target, now)
        else:
            reason = Reason.ALREADY_SO if target.deletes else Reason.GONE
            yield LeftOut(reason, instance, target.base)


def _creation(session: Session, target: Target) -> Target | LeftOut:
    """Return the target for a new webhook, unless one of its name and URL exists by now."""
    wanted = target.wanted
    there = target.instance.webhooks or ()
    if any((one.name, one.url) == (wanted.name, wanted.url) for one in there):
        return LeftOut(Reason.ALREADY_SO, target.instance, target.base)
    if there and not session.capabilities.many:
        return LeftOut(Reason.CONFLICT, target.instance, target.base)
    return target
