"""The flags of webhooks that their server forgets while they are off, kept on this side.

Evolution empties the list of events of a webhook that is turned off (recorded): what was on
has to come from here when it is turned on again. One file for each server, of mode 0600.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import stat
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from tui.config.errors import ConfigError, reason
from tui.config.files import shown, write_private

FORMAT = 1
"""The version of the files written; one of another version counts as empty."""
LIMIT = 16 * 1024 * 1024
"""Bytes of a file at most: some ten thousand instances."""

log = logging.getLogger("hookboard")

_Flags = Mapping[str, bool]


class FlagMemory:
    """What the webhooks of one server had on, by the name of the instance.

    Safe to be shared by threads, and its file by several Hookboards: each writes its own
    changes over what the others have written, and sees theirs. Looks and changes block on the
    disk. ``folder=None`` remembers in memory only, for a server that is gone with the program.
    """

    def __init__(self, folder: Path | None, url: str) -> None:
        """``url`` is the server's, as :func:`tui.config.address.normalise` writes it."""
        self._folder = folder
        self._url = url
        self._known: Mapping[str, _Flags] | None = None  # as it was on disk; not read yet
        self._version: object = None  # of the file that was read
        self._changes: dict[str, _Flags | None] = {}  # not on disk; ``None``: forgotten
        self._busy = threading.Lock()

    @property
    def file(self) -> Path | None:
        """Where it is kept: addresses may have what file names may not."""
        name = sha256(self._url.encode()).hexdigest()[:32]
        return self._folder and self._folder / f"{name}.json"

    def get(self, instance: str) -> Mapping[str, bool] | None:
        """Return the flags kept for an instance's webhook; ``None`` when there are none."""
        with self._busy:
            if instance in self._changes:
                return self._changes[instance]
            if self._known is None or self._version != self._version_now():
                self._known = self._read()
            return self._known.get(instance)

    def may_have(self, instance: str) -> bool:
        """Whether something may be kept for an instance, without a look at the disk."""
        return self._known is None or instance in self._known or instance in self._changes

    def renew(self, instance: str, flags: Mapping[str, bool]) -> None:
        """Remember flags in the place of what was kept of an instance, if anything was."""
        if self.get(instance) in (None, dict(flags)):
            return
        try:
            self.keep(instance, flags)
        except ConfigError as error:
            log.warning("flags that are out of date were left: %s", error.message)

    def keep(self, instance: str, flags: Mapping[str, bool]) -> None:
        """Remember the flags of an instance's webhook, in the place of what was kept of it.

        Raises :class:`ConfigError` when they cannot be written; this run remembers them even
        so, and the next change tries again.
        """
        self._change(instance, dict(flags))

    def forget(self, instance: str) -> None:
        """Remember nothing of an instance's webhook any more."""
        with self._busy:
            self._known = self._read()
            known = instance in self._known or instance in self._changes
        try:
            if known:
                self._change(instance, None)
        except ConfigError as error:
            log.warning("flags of no use were left: %s", error.message)

    def _change(self, instance: str, flags: _Flags | None) -> None:
        with self._busy:
            self._changes[instance] = flags
            if self.file is not None:
                with self._alone():
                    self._write(self.file)

    def _write(self, file: Path) -> None:
        """Bring the changes to disk, over what others have written meanwhile."""
        known = self._read()
        changed = {**known, **self._changes}
        now = {name: flags for name, flags in changed.items() if flags is not None}
        if now != known:
            content = {"format": FORMAT, "server": self._url, "flags": now}
            encoded = json.dumps(content).encode("ascii")  # escapes: half a pair is no UTF-8
            if len(encoded) > LIMIT:
                raise ConfigError("would become too large", "Remove it.", subject=shown(file))
            write_private(file, encoded)
            self._version = self._version_now()
        self._known = now
        self._changes.clear()

    def _read(self) -> Mapping[str, _Flags]:
        """Return what is on disk; of what is no file of ours, nothing."""
        self._version = self._version_now()  # before: what is written meanwhile is read again
        with suppress(OSError, ValueError, RecursionError):
            match json.loads(self._content()):
                case {"format": 1, "server": self._url, "flags": dict(flags)}:
                    return {name: one for name, one in flags.items() if _are_flags(one)}
        return {}

    def _version_now(self) -> object:
        """Return what tells one version of the file from another: each is a file of its own."""
        try:
            found = self.file and os.stat(self.file)
        except OSError:
            return None
        return found and (found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size)

    def _content(self) -> bytes:
        if self.file is None:
            return b""
        # Whatever lies there, a pipe is not waited for.
        descriptor = os.open(self.file, os.O_RDONLY | os.O_NONBLOCK)
        with open(descriptor, "rb") as file:
            return file.read(LIMIT) if stat.S_ISREG(os.fstat(descriptor).st_mode) else b""

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other Hookboards out of the folder; where it has no locks, go on without."""
        assert self._folder is not None
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as error:
            raise ConfigError(
                f"could not be written: {reason(error)}",
                "Check that the directory is yours and has room.",
                subject=shown(self._folder),
            ) from None
        try:
            with suppress(OSError):  # some filesystems know no modes
                os.fchmod(descriptor, 0o700)
            with suppress(OSError):  # nor locks
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _are_flags(data: object) -> bool:
    return isinstance(data, dict) and all(isinstance(on, bool) for on in data.values())
