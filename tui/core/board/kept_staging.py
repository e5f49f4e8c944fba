"""Keeping staged changes on disk, and restoring them at the next start.

The dashboard looks for them at every start, so modules that only a found change needs are imported
late.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tui.core.board.staging import Staging
    from tui.core.plan.plan import Target
    from tui.core.session import Session
    from tui.storage.journal import RowRecord
    from tui.storage.kept import Found
    from tui.storage.staged import OpenStaged, Staged


def begin_keeping(session: Session) -> OpenStaged | None:
    """Begin to keep the staged changes of a server; nothing is on disk yet.

    ``None`` if nothing is to be kept, or the server is read-only.
    """
    if session.staged is None or session.read_only:
        return None
    return session.staged.begin(session.url)


def kept_changes(session: Session) -> Found[Staged] | None:
    """Return the kept changes of a server; ``None`` if nothing is to be kept.

    Blocks. Raises :class:`UserError` where the folder cannot be read.
    """
    return session.staged.free(session.url) if session.staged else None


def kept_by_server(session: Session) -> Mapping[str, int]:
    """Return the number of webhooks with kept changes, by the address of the server.

    Blocks. Raises :class:`UserError` where the folder cannot be read.
    """
    counts: dict[str, int] = {}
    for kept in session.staged.free().records if session.staged else ():
        counts[kept.server] = counts.get(kept.server, 0) + len(kept.rows)
    return counts


def note(keeping: OpenStaged, staging: Staging, server: str) -> None:
    """Take the staged changes, to be written next; cheap for any number of them."""
    targets = staging.all
    keeping.note(partial(_records, targets, server), len(targets))


def go_on_with(staging: Staging, session: Session, staged: Staged) -> None:
    """Stage kept changes again, each on the base it had; later changes of others are merged."""
    from tui.core.plan.target_record import target_of

    staging.put(target_of(row, session.store.get) for row in staged.rows)


def _records(targets: Iterable[Target], server: str) -> Iterator[RowRecord]:
    from tui.core.plan.target_record import record_of

    for position, target in enumerate(targets):
        yield record_of(target, server, position)
