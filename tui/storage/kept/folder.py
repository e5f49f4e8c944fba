"""A folder of kept work: listing it, telling free files from open ones, taking them over."""

from __future__ import annotations

import fcntl
import os
import re
import stat
import time
from abc import abstractmethod
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, Generic, TypeVar

from tui.i18n import _
from tui.model.address import normalise
from tui.model.user_error import UserError, reason
from tui.storage.kept.open_file import PART, OpenFile
from tui.storage.kept.record import KeptRecord, NotKept
from tui.storage.private_files import shown, unwritten

STALE = 3600.0
"""Seconds after which a half-written file whose writer is gone is removed."""

_NAME = re.compile(r"([0-9a-f]{32})-[0-9a-f]{16}\.json")

Record = TypeVar("Record", bound=KeptRecord)
Open = TypeVar("Open", bound=OpenFile[Any])


@dataclass(frozen=True, slots=True)
class Found(Generic[Record]):
    """The content of a folder."""

    records: tuple[Record, ...] = ()
    """What is free, newest first; there may be several for one thing."""
    elsewhere: tuple[Record, ...] = ()
    """What is open in other programs, newest first."""
    problems: tuple[UserError, ...] = ()
    """One for each file that cannot be read; the file is left as it is."""


class KeptFolder(Generic[Record, Open]):
    """The kept work in one folder. Any thread may call its methods; those that read block."""

    LIMIT: ClassVar[int]
    """Bytes of one file, at most."""
    WRONG_NAME: ClassVar[str]
    """What is said of a file whose name is no name of such a file."""
    OTHER_KEY: ClassVar[str]
    """What is said of a file whose content does not belong to its name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._own: dict[str, OpenFile[Any]] = {}  # those open in this program, by file name

    @abstractmethod
    def decode(self, content: bytes, file: str, *, is_elsewhere: bool) -> Record:
        """Return the record in the content of a file. Raises :class:`NotKept`."""

    @abstractmethod
    def key_of(self, record: Record) -> str:
        """Return the 32 hexadecimal digits with which the name of its file begins."""

    @abstractmethod
    def reopened(self, record: Record) -> Open:
        """Return free work as open work with a file of its own, which is not written yet."""

    def write_all(self) -> None:
        """Write all open work: the program is about to end."""
        for file in list(self._own.values()):
            with suppress(UserError):  # the others must still be written
                file.write()

    def free(self, server: str | None = None) -> Found[Record]:
        """Return the content of the folder, without what is open in this program.

        With ``server`` only that server's work is returned. Hidden files are ignored; files that
        a killed process left half written are removed after :data:`STALE` seconds. A missing
        folder has nothing in it. Raises :class:`UserError` when it cannot be read.
        """
        address = None if server is None else normalise(server)
        records, problems = list[Record](), list[UserError]()
        for name in self.names(address):
            if name.startswith("."):
                self._sweep(name)
                continue
            try:
                record = self._read(name, elsewhere=True)
            except UserError as problem:
                problems.append(problem)
            else:
                if record is not None and address in (None, record.server):
                    records.append(record)
        records.sort(key=lambda record: record.kept_at, reverse=True)
        free = tuple(one for one in records if not one.is_elsewhere)
        elsewhere = tuple(one for one in records if one.is_elsewhere)
        return Found(free, elsewhere, tuple(problems))

    def names(self, server: str | None) -> Iterable[str]:
        """Return the names of the files that may be of a server. Raises :class:`UserError`."""
        try:
            return sorted(os.listdir(self.folder))
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise UserError(
                _("could not be read: {reason}").format(reason=reason(error)),
                _("Check that it is a directory, and yours."),
                subject=shown(self.folder),
            ) from None

    def take(self, record: Record) -> Open | None:
        """Take over free work; return ``None`` when another program has it, or it is gone.

        Raises :class:`UserError` when it cannot be read any more, or the folder cannot be
        written; the file then stays free.
        """
        free = self._read(record.file)
        if free is None:
            return None
        mine = self.reopened(free)
        mine.write()
        try:
            (self.folder / record.file).unlink()
        except OSError as error:
            mine.discard()
            if isinstance(error, FileNotFoundError):
                return None
            raise unwritten(self.folder, error) from None
        return mine

    def _read(self, name: str, *, elsewhere: bool = False) -> Record | None:
        """Return what a file has; if another program has it open only with ``elsewhere``."""
        path, named = self.folder / name, _NAME.fullmatch(name)
        if name in self._own:
            return None
        try:
            if not named:
                raise NotKept(self.WRONG_NAME)
            with _open(path) as file:
                if not (is_free := _is_free(file, path)) and not elsewhere:
                    return None
                record = self.decode(file.read(self.LIMIT), name, is_elsewhere=not is_free)
            if self.key_of(record) != named[1]:
                raise NotKept(self.OTHER_KEY)
        except FileNotFoundError:
            return None
        except (OSError, NotKept) as error:
            said = str(error)
            if isinstance(error, OSError):
                said = _("could not be read: {reason}").format(reason=reason(error))
            hint = _("It was left as it is. Remove it when nobody needs it.")
            raise UserError(said, hint, subject=shown(path)) from None
        return record

    def _sweep(self, name: str) -> None:
        """Remove a half-written file whose writer was killed."""
        path = self.folder / name
        if _NAME.fullmatch(name.removeprefix(PART)):
            with suppress(OSError, NotKept), _open(path) as file:
                age = time.time() - os.fstat(file.fileno()).st_mtime
                if age > STALE and _is_free(file, path):
                    path.unlink()


def _open(path: Path) -> BinaryIO:
    """Open a file that may be no regular one. Raises ``OSError`` and :class:`NotKept`."""
    careful = os.O_NOFOLLOW | os.O_NONBLOCK  # follow no link, wait for no pipe
    file = open(path, "rb", opener=lambda name, flags: os.open(name, flags | careful))  # noqa: SIM115
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    file.close()
    raise NotKept(_("is not a file"))


def _is_free(file: BinaryIO, path: Path) -> bool:
    """Tell whether no program has a file open, and it is still the one at ``path``."""
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_SH | fcntl.LOCK_NB)  # shared: readers do not exclude
    except BlockingIOError:
        return False
    except OSError:
        pass  # no locks here: see the package's docstring
    return os.path.samestat(os.fstat(file.fileno()), os.lstat(path))
