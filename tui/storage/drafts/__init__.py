"""Drafts on disk: unsaved edits, safe from crashes and from other Hookboards.

Each open edit has a file of its own, which every write replaces as a whole. While the edit is
open its process holds a lock (``flock``) on that file; the system drops the lock when the process
ends, in whatever way. New content is locked before it gets its name, so that an open draft never
looks free. A draft whose lock nobody holds is *free*: nobody changes it, only takes it over.

Taking over writes a locked copy and then unlinks the original: of several programs that try, the
one whose unlink succeeds has it. A crash in between leaves two copies of the draft, never none.

A filesystem without locks cannot tell which drafts are open in other programs, so all drafts but
this program's own count as free. Another user's open draft may then be taken over, but it is not
lost: the copy is complete, and the next write of that user puts the file back.
"""

from tui.storage.drafts.folder import STALE, Drafts, Found
from tui.storage.drafts.open_draft import OpenDraft
from tui.storage.drafts.record import FORMAT, LIMIT, Draft

__all__ = ["FORMAT", "LIMIT", "STALE", "Draft", "Drafts", "Found", "OpenDraft"]
