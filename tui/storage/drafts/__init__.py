"""Drafts on disk: edits that were not saved yet, safe from crashes and from other Hookboards.

Each edit under way has a file of its own, replaced whole by each write. As long as the edit
goes on its process holds a lock (``flock``) on that file, which the system drops when the
process ends, however it ends. New content is locked before it gets its name, so there is no
moment in which a draft under way looks free. A draft whose lock nobody holds is *free*: it
never changes again, and is only taken over or left.

Taking over writes a locked copy and then unlinks the original: of several that try, the one
whose unlink succeeds has it. A crash in between leaves two copies of the draft, never none.

A filesystem without locks cannot say which drafts are under way elsewhere, so all but those
of this program itself count as free. Somebody else's may then be taken over while he works on
it, but not lost: the copy has all of it, and his next write puts his file back.
"""

from tui.storage.drafts.folder import STALE, Drafts, Found
from tui.storage.drafts.open_draft import OpenDraft
from tui.storage.drafts.record import FORMAT, LIMIT, Draft

__all__ = ["FORMAT", "LIMIT", "STALE", "Draft", "Drafts", "Found", "OpenDraft"]
