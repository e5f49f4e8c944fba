"""Unsaved work on disk, safe from crashes and from other Hookboards: drafts, staged changes.

Each open piece of work has a file of its own, which every write replaces as a whole. While the
work is open its process holds a lock (``flock``) on that file; the system drops the lock when the
process ends, in whatever way. New content is locked before it gets its name, so that an open file
never looks free. A file whose lock nobody holds is *free*: nobody changes it, only takes it over.

Taking over writes a locked copy and then unlinks the original: of several programs that try, the
one whose unlink succeeds has it. A crash in between leaves two copies of the work, never none.

A filesystem without locks cannot tell which files are open in other programs, so all files but
this program's own count as free. Another user's open work may then be taken over, but it is not
lost: the copy is complete, and the next write of that user puts the file back.
"""

from tui.storage.kept.folder import STALE, Found, KeptFolder
from tui.storage.kept.open_file import OpenFile
from tui.storage.kept.record import KeptRecord, NotKept

__all__ = ["STALE", "Found", "KeptFolder", "KeptRecord", "NotKept", "OpenFile"]
