"""The flags that each server is known to have: one file for each server."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tui.model.known_flags import MOST, KnownFlags
from tui.model.log import log
from tui.model.user_error import UserError
from tui.storage.private_files import locked, shown
from tui.storage.server_file import ServerFile

FORMAT = 1
"""The version of the file format. A file of a later version is left as it is."""
LIMIT = 64 * 1024
"""Bytes of a file, at most: enough for three lists of the longest names."""


Lesson = Callable[[KnownFlags], KnownFlags]
"""A function from the flags known before to those known after."""


class ServerFlags:
    """The known flags of one server, shared with the next run and with other Hookboards.

    Threads may share it. Where the file cannot be read or written, the knowledge lasts for this
    run: it can be learned again. ``folder=None`` keeps no file.
    """

    def __init__(self, folder: Path | None, url: str) -> None:
        """``url`` is the server's, as :func:`tui.model.address.normalise` writes it."""
        self._url = url
        self._file = ServerFile(folder, url, ending=".known.json", limit=LIMIT) if folder else None
        self._known = KnownFlags()
        self._unsaved: list[Lesson] = []
        self._busy = threading.Lock()
        self.is_read = self._file is None
        """Whether :attr:`known` includes the flags of earlier runs."""

    @property
    def known(self) -> KnownFlags:
        """The known flags, without reading the disk."""
        return self._known

    def read(self) -> None:
        """Read the flags that other runs learned; blocks."""
        self.learn(lambda known: known)

    def learn(self, lesson: Lesson) -> None:
        """Apply a lesson to the flags known here and on disk; blocks."""
        self._known = lesson(self._known)  # at once: the disk may not answer
        with self._busy:
            self._unsaved.append(lesson)
            try:
                self._known = self._save()
                self._unsaved.clear()
            except UserError as error:
                log.warning("a server's flags could not be saved: %s", error.message)
            self.is_read = True

    def _save(self) -> KnownFlags:
        """Apply the lessons to what others have saved, write and return the result."""
        if self._file is None:
            return self._after_lessons(self._known)
        known, _ = self._read(self._file)
        if self._after_lessons(known) == known:
            return known
        with locked(self._file.folder):
            known, is_whole = self._read(self._file)
            now = self._after_lessons(known)
            if not is_whole:
                log.warning("a damaged file was renamed to %s", shown(self._file.set_aside()))
            self._file.write(self._encoded(now))
        return now

    def _after_lessons(self, known: KnownFlags) -> KnownFlags:
        for lesson in self._unsaved:
            known = lesson(known)
        return known

    def _read(self, file: ServerFile) -> tuple[KnownFlags, bool]:
        """Return the flags in the file, and whether it is undamaged."""
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
                    raise file.later_version_error()
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
