"""Which flags each server has, kept beside the flags that it forgets: one file a server."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tui.model.known_flags import MOST, KnownFlags
from tui.model.user_error import UserError
from tui.storage.private_files import locked, shown
from tui.storage.server_file import ServerFile

FORMAT = 1
"""The version of the files written. A file of a later one is left to the program that knows it."""
LIMIT = 64 * 1024
"""Bytes of a file at most: three lists of the longest names."""

log = logging.getLogger("hookboard")

Lesson = Callable[[KnownFlags], KnownFlags]
"""What is known before, turned into what is known after."""


class ServerFlags:
    """What is known of one server's flags, shared with the next run and other Hookboards.

    Safe to be shared by threads. Where the file can be neither read nor written, what is
    learned lasts for this run: it can be learned again. ``folder=None`` keeps no file.
    """

    def __init__(self, folder: Path | None, url: str) -> None:
        """``url`` is the server's, as :func:`tui.model.address.normalise` writes it."""
        self._url = url
        self._file = ServerFile(folder, url, ending=".known.json", limit=LIMIT) if folder else None
        self._known = KnownFlags()
        self._unkept: list[Lesson] = []  # learned, and not on disk
        self._busy = threading.Lock()
        self.is_read = self._file is None
        """Whether :attr:`known` has what was learned before this run."""

    @property
    def known(self) -> KnownFlags:
        """What is known, without a look at the disk."""
        return self._known

    def read(self) -> None:
        """Read what was learned in other runs; blocks."""
        self.learn(lambda known: known)

    def learn(self, lesson: Lesson) -> None:
        """Apply a lesson to what is known here and on disk; blocks."""
        self._known = lesson(self._known)  # at once: the disk may not answer
        with self._busy:
            self._unkept.append(lesson)
            try:
                self._known = self._kept()
                self._unkept.clear()
            except UserError as error:
                log.warning("what is learned of a server's flags is not kept: %s", error.message)
            self.is_read = True

    def _kept(self) -> KnownFlags:
        """Bring the lessons to disk, over what others have learned; return what is known then."""
        if self._file is None:
            return self._after_lessons(self._known)
        known, _ = self._read(self._file)
        if self._after_lessons(known) == known:
            return known
        with locked(self._file.folder):
            known, is_whole = self._read(self._file)
            now = self._after_lessons(known)
            if not is_whole:
                log.warning("a damaged file was set aside: %s", shown(self._file.set_aside()))
            self._file.write(self._encoded(now))
        return now

    def _after_lessons(self, known: KnownFlags) -> KnownFlags:
        for lesson in self._unkept:
            known = lesson(known)
        return known

    def _read(self, file: ServerFile) -> tuple[KnownFlags, bool]:
        """Return what stands in the file, and whether it could be understood."""
        if (content := file.read()) is None:
            return KnownFlags(), True
        with suppress(ValueError, RecursionError):
            match json.loads(content):
                case {
                    "format": 1,
                    "server": self._url,
                    "listed": list(listed),
                    "found": list(found),
                    "refused": list(refused),
                } if all(isinstance(flag, str) for flag in (*listed, *found, *refused)):
                    few = (tuple(listed[:MOST]), tuple(found[:MOST]), frozenset(refused[:MOST]))
                    return KnownFlags(*few), True
                case {"format": int(version)} if version > FORMAT:
                    raise file.of_a_later_hookboard()
        return KnownFlags(), False

    def _encoded(self, known: KnownFlags) -> bytes:
        content = {
            "format": FORMAT,
            "server": self._url,
            "listed": known.listed,
            "found": known.found,
            "refused": sorted(known.refused),
        }
        return json.dumps(content).encode("ascii")
