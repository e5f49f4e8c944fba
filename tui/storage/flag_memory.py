"""The flags of webhooks that their server forgets while they are off, kept on this side.

Evolution empties the list of events of a webhook that is turned off (recorded): what was on
has to come from here when it is turned on again. One file for each server, of mode 0600.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tui.model.user_error import UserError
from tui.storage.private_files import locked, shown
from tui.storage.server_file import ServerFile

FORMAT = 1
"""The version of the files written. A file of a later one is left to the program that knows it."""
LIMIT = 16 * 1024 * 1024
"""Bytes of a file at most: some ten thousand instances."""

log = logging.getLogger("hookboard")

_Flags = Mapping[str, bool]


class FlagMemory:
    """What the webhooks of one server had on, by the name of the instance.

    Safe to be shared by threads, and its file by several Hookboards: each writes its own
    changes over what the others have written, and sees theirs. Looks and changes block on the
    disk. ``folder=None`` remembers in memory only, for a server that is gone with the program.

    A file that cannot be read is never written over. One that the system does not let be read,
    or of a later Hookboard, is left as it is, and looks and changes raise. One whose content is
    damaged is set aside by the next change, and :attr:`damage` says so.
    """

    def __init__(self, folder: Path | None, url: str) -> None:
        """``url`` is the server's, as :func:`tui.model.address.normalise` writes it."""
        self._url = url
        self._file = ServerFile(folder, url, limit=LIMIT) if folder else None
        self._known: Mapping[str, _Flags] | None = None  # as it was on disk; not read yet
        self._version: object = None  # of the file that was read
        self._changes: dict[str, _Flags | None] = {}  # not on disk; ``None``: forgotten
        self._busy = threading.Lock()
        self.damage = ""
        """What was found to be wrong with the content of the file in this run, as a sentence."""

    @property
    def file(self) -> Path | None:
        """Where it is kept."""
        return self._file.path if self._file else None

    def get(self, instance: str) -> Mapping[str, bool] | None:
        """Return the flags kept for an instance's webhook; ``None`` when there are none.

        Raises :class:`UserError` when the file cannot be read.
        """
        with self._busy:
            if instance in self._changes:
                return self._changes[instance]
            if self._known is None or self._version != self._version_now:
                self._known = self._look()
            return self._known.get(instance)

    def may_have(self, instance: str) -> bool:
        """Whether something may be kept for an instance, without a look at the disk."""
        return self._known is None or instance in self._known or instance in self._changes

    def renew(self, instance: str, flags: Mapping[str, bool]) -> None:
        """Remember flags in the place of what was kept of an instance, if anything was."""
        try:
            if self.get(instance) not in (None, dict(flags)):
                self.keep(instance, flags)
        except UserError as error:
            log.warning("flags that are out of date were left: %s", error.message)

    def keep(self, instance: str, flags: Mapping[str, bool]) -> None:
        """Remember the flags of an instance's webhook, in the place of what was kept of it.

        Raises :class:`UserError` when they cannot be written; this run remembers them even
        so, and the next change tries again.
        """
        self._change(instance, dict(flags))

    def forget(self, instance: str) -> None:
        """Remember nothing of an instance's webhook any more."""
        try:
            is_kept = self.get(instance) is not None
        except UserError:
            is_kept = True  # it may be
        try:
            if is_kept:
                self._change(instance, None)
        except UserError as error:
            log.warning("flags of no use were left: %s", error.message)

    def _change(self, instance: str, flags: _Flags | None) -> None:
        with self._busy:
            self._changes[instance] = flags
            if self._file is not None:
                with locked(self._file.folder):
                    self._write(self._file)

    def _write(self, file: ServerFile) -> None:
        """Bring the changes to disk, over what others have written meanwhile."""
        known, is_whole = self._read()
        changed = {**known, **self._changes}
        now = {name: flags for name, flags in changed.items() if flags is not None}
        if now != known or not is_whole:
            content = {"format": FORMAT, "server": self._url, "flags": now}
            if not is_whole:
                self._set_aside(file)
            file.write(json.dumps(content).encode("ascii"))  # escapes: half a pair is no UTF-8
            self._version = self._version_now
        self._known = now
        self._changes.clear()

    def _set_aside(self, file: ServerFile) -> None:
        aside = shown(file.set_aside())
        self.damage = f"The file of kept flags was damaged; it is set aside as {aside}."
        log.warning("%s", self.damage)

    def _look(self) -> Mapping[str, _Flags]:
        """Return what is on disk."""
        known, is_whole = self._read()
        if not is_whole and self.file:
            self.damage = f"The file of kept flags is damaged: {shown(self.file)}."
            log.warning("%s", self.damage)
        return known

    def _read(self) -> tuple[Mapping[str, _Flags], bool]:
        """Return what can be understood of the file, and whether that is all of it.

        Raises :class:`UserError` when it cannot be read, or is of a later Hookboard.
        """
        self._version = self._version_now  # before: what is written meanwhile is read again
        if self._file is None or (content := self._file.read()) is None:
            return {}, True
        with suppress(ValueError, RecursionError):
            match json.loads(content):
                case {"format": 1, "server": self._url, "flags": dict(flags)}:
                    known = {name: one for name, one in flags.items() if _are_flags(one)}
                    return known, len(known) == len(flags)
                case {"format": int(version)} if version > FORMAT:
                    raise self._file.of_a_later_hookboard()
        return {}, False

    @property
    def _version_now(self) -> object:
        return self._file and self._file.version


def _are_flags(data: object) -> bool:
    return isinstance(data, dict) and all(isinstance(on, bool) for on in data.values())
