"""The journal: runs, and the states of webhooks that Hookboard wrote or found changed.

One SQLite file of mode 0600 holds it for all servers. It has no token and no header value in it,
only the names of headers. All work on it is done in one thread of its own, several pieces of
work in one transaction, so that neither keys nor requests wait for the disk.

Several Hookboards may write at once: the file is in WAL mode, in which readers do not wait for
a writer, and a writer waits for another for up to three seconds. ``synchronous=NORMAL`` keeps
everything when a process is killed. A power failure may lose the last transactions; a run that
goes on afterwards reads each webhook before it writes, so that this does no harm. WAL needs
memory shared by all processes: a data directory that several machines write at once, over a
network file system, is not supported.
"""

from tui.storage.journal.entries import (
    Action,
    Entry,
    Origin,
    RowEnd,
    RowRecord,
    RunRecord,
    WebhookRef,
    Written,
)
from tui.storage.journal.journal import Journal
from tui.storage.journal.state import WebhookState

__all__ = [
    "Action",
    "Entry",
    "Journal",
    "Origin",
    "RowEnd",
    "RowRecord",
    "RunRecord",
    "WebhookRef",
    "WebhookState",
    "Written",
]
