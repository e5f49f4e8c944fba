"""The flags of disabled webhooks whose server forgets them.

Evolution empties the list of events of a webhook that is disabled (recorded): Hookboard keeps
the flags, to send them when it is enabled again. One file for each server, mode 0600.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tui.i18n import _
from tui.model.log import log
from tui.model.user_error import UserError
from tui.storage.private_files import locked, shown
from tui.storage.server_file import ServerFile

FORMAT = 1
"""The version of the file format. A file of a later version is left as it is."""
LIMIT = 16 * 1024 * 1024
"""Bytes of a file, at most: enough for ten thousand instances."""


_Flags = Mapping[str, bool]


class FlagMemory:
    """The flags of one server's disabled webhooks, by the name of the instance.

    Threads may share it, and several Hookboards its file: each merges its own changes into what
    the others wrote, and sees theirs. Methods block on the disk. ``folder=None`` keeps all of it
    in memory, for a server that ends with the program.

    A file that cannot be read is never overwritten. Where the system refuses to read it, or a
    later version of Hookboard wrote it, it is left as it is and methods raise. A damaged file is
    set aside by the next change, and :attr:`damage` says so.
    """

    def __init__(self, folder: Path | None, url: str) -> None:
        """``url`` is the server's, as :func:`tui.model.address.normalise` writes it."""
        self._url = url
        self._file = ServerFile(folder, url, limit=LIMIT) if folder else None
        self._known: Mapping[str, _Flags] | None = None  # the file's content, once it is read
        self._version: object = None  # of the file that was read
        self._changes: dict[str, _Flags | None] = {}  # not on disk yet; ``None``: forgotten
        self._busy = threading.Lock()
        self.damage = ""
        """A sentence on the damage that this run found in the file; empty for none."""

    @property
    def file(self) -> Path | None:
        """The path of the file; ``None`` where there is none."""
        return self._file.path if self._file else None

    def get(self, instance: str) -> Mapping[str, bool] | None:
        """Return the flags kept for an instance's webhook; ``None`` where none are kept.

        Raises :class:`UserError` when the file cannot be read.
        """
        with self._busy:
            if instance in self._changes:
                return self._changes[instance]
            if self._known is None or self._version != self._version_now:
                self._known = self._read_known()
            return self._known.get(instance)

    def may_have(self, instance: str) -> bool:
        """Tell whether flags may be kept for an instance, without reading the disk."""
        return self._known is None or instance in self._known or instance in self._changes

    def renew(self, instance: str, flags: Mapping[str, bool]) -> None:
        """Replace the flags of an instance, if any are kept."""
        try:
            if self.get(instance) not in (None, dict(flags)):
                self.keep(instance, flags)
        except UserError as error:
            log.warning("kept flags could not be updated: %s", error.message)

    def keep(self, instance: str, flags: Mapping[str, bool]) -> None:
        """Keep the flags of an instance's webhook, in the place of older ones.

        Raises :class:`UserError` when they cannot be written. This run still knows them, and
        the next change tries to write them again.
        """
        self._change(instance, dict(flags))

    def forget(self, instance: str) -> None:
        """Keep no flags of an instance's webhook any more."""
        try:
            is_kept = self.get(instance) is not None
        except UserError:
            is_kept = True  # possibly
        try:
            if is_kept:
                self._change(instance, None)
        except UserError as error:
            log.warning("kept flags could not be removed: %s", error.message)

    def _change(self, instance: str, flags: _Flags | None) -> None:
        with self._busy:
            self._changes[instance] = flags
            if self._file is not None:
                with locked(self._file.folder):
                    self._write(self._file)

    def _write(self, file: ServerFile) -> None:
        """Merge the changes into what others wrote meanwhile, and write the result."""
        known, is_whole = self._read()
        changed = {**known, **self._changes}
        now = {name: flags for name, flags in changed.items() if flags is not None}
        if now != known or not is_whole:
            content = {"format": FORMAT, "server": self._url, "flags": now}
            if not is_whole:
                self._set_aside(file)
            # ASCII with escapes: a lone surrogate cannot be encoded as UTF-8.
            file.write(json.dumps(content).encode("ascii"))
            self._version = self._version_now
        self._known = now
        self._changes.clear()

    def _set_aside(self, file: ServerFile) -> None:
        aside = shown(file.set_aside())
        said = _("The file of kept flags was damaged; it was renamed to {path}.")
        self.damage = said.format(path=aside)
        log.warning("a damaged file of kept flags was renamed to %s", aside)

    def _read_known(self) -> Mapping[str, _Flags]:
        """Return the flags on disk; note damage."""
        known, is_whole = self._read()
        if not is_whole and self.file:
            said = _("The file of kept flags is damaged: {path}.")
            self.damage = said.format(path=shown(self.file))
            log.warning("the file of kept flags is damaged: %s", shown(self.file))
        return known

    def _read(self) -> tuple[Mapping[str, _Flags], bool]:
        """Return the readable part of the file, and whether that is all of it.

        Raises :class:`UserError` when it cannot be read, or a later version wrote it.
        """
        self._version = self._version_now  # before reading: a later write is then noticed
        if self._file is None or (content := self._file.read()) is None:
            return {}, True
        with suppress(ValueError, RecursionError):
            match json.loads(content):
                case {"format": 1, "server": self._url, "flags": dict(flags)}:
                    known = {name: one for name, one in flags.items() if _are_flags(one)}
                    return known, len(known) == len(flags)
                case {"format": int(version)} if version > FORMAT:
                    raise self._file.later_version_error()
        return {}, False

    @property
    def _version_now(self) -> object:
        return self._file and self._file.version


def _are_flags(data: object) -> bool:
    return isinstance(data, dict) and all(isinstance(on, bool) for on in data.values())
