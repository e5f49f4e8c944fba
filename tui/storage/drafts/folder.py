"""The folder of drafts: listing them, telling free ones from open ones, taking them over."""

from __future__ import annotations

import fcntl
import os
import re
import stat
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from tui.i18n import _
from tui.model.address import normalise
from tui.model.instance import Instance
from tui.model.user_error import UserError, reason
from tui.model.webhook import Webhook
from tui.storage import paths
from tui.storage.drafts.open_draft import PART, OpenDraft
from tui.storage.drafts.record import LIMIT, Draft, NotADraft, decode, key_of
from tui.storage.private_files import shown, unwritten

STALE = 3600.0
"""Seconds after which a half-written file whose writer is gone is removed."""

_NAME = re.compile(r"([0-9a-f]{32})-[0-9a-f]{16}\.json")


@dataclass(frozen=True, slots=True)
class Found:
    """The content of the folder."""

    drafts: tuple[Draft, ...] = ()
    """Free drafts, newest first; there may be several of one webhook."""
    elsewhere: tuple[Draft, ...] = ()
    """Drafts that are open in other programs, newest first."""
    problems: tuple[UserError, ...] = ()
    """One for each file that is not a readable draft; the file is left as it is."""


class Drafts:
    """The drafts in one folder. Any thread may call its methods; all but :meth:`begin` block."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or paths.drafts_dir()
        self._own: dict[str, OpenDraft] = {}  # those open in this program, by file name

    def begin(self, server: str, instance: Instance, webhook: Webhook) -> OpenDraft:
        """Begin the draft of an edit; the first written change makes its file.

        Raises :class:`tui.model.address.AddressError` when ``server`` is not an address, or has
        a password in it, which must not get into a file.
        """
        values, now = webhook.values, datetime.now(UTC)
        place = (normalise(server), instance.id, instance.name, webhook.id)
        return OpenDraft(self.folder, Draft(*place, values, values, now), self._own)

    def write_all(self) -> None:
        """Write every open draft: the program is about to end."""
        for draft in list(self._own.values()):
            with suppress(UserError):  # the others must still be written
                draft.write()

    def free(self, server: str | None = None) -> Found:
        """Return the content of the folder, without the drafts that are open in this program.

        With ``server`` only that server's drafts are returned. Hidden files are ignored; files
        that a killed process left half written are removed after :data:`STALE` seconds. A
        missing folder has no drafts. Raises :class:`UserError` when it cannot be read.
        """
        address = None if server is None else normalise(server)
        drafts, problems = list[Draft](), list[UserError]()
        try:
            names = sorted(os.listdir(self.folder))
        except FileNotFoundError:
            return Found()
        except OSError as error:
            raise UserError(
                _("could not be read: {reason}").format(reason=reason(error)),
                _("Check that it is a directory, and yours."),
                subject=shown(self.folder),
            ) from None
        for name in names:
            if name.startswith("."):
                self._sweep(name)
                continue
            try:
                draft = self._read(name, elsewhere=True)
            except UserError as problem:
                problems.append(problem)
            else:
                if draft is not None and address in (None, draft.server):
                    drafts.append(draft)
        drafts.sort(key=lambda draft: draft.kept_at, reverse=True)
        free = tuple(one for one in drafts if not one.is_elsewhere)
        elsewhere = tuple(one for one in drafts if one.is_elsewhere)
        return Found(free, elsewhere, tuple(problems))

    def take(self, draft: Draft) -> OpenDraft | None:
        """Take over a free draft; return ``None`` when another program has it, or it is gone.

        Raises :class:`UserError` when it cannot be read any more, or the folder cannot be
        written; the draft then stays free.
        """
        free = self._read(draft.file)
        if free is None:
            return None
        mine = OpenDraft(self.folder, free, self._own)
        mine.write()
        try:
            (self.folder / draft.file).unlink()
        except OSError as error:
            mine.discard()
            if isinstance(error, FileNotFoundError):
                return None
            raise unwritten(self.folder, error) from None
        return mine

    def _read(self, name: str, *, elsewhere: bool = False) -> Draft | None:
        """Return the draft in a file; one that another program has open only with ``elsewhere``."""
        path, named = self.folder / name, _NAME.fullmatch(name)
        if name in self._own:
            return None
        try:
            if not named:
                raise NotADraft(_("is not a draft"))
            with _open(path) as file:
                if not (is_free := _is_free(file, path)) and not elsewhere:
                    return None
                draft = replace(decode(file.read(LIMIT)), file=name, is_elsewhere=not is_free)
            if key_of(draft) != named[1]:
                raise NotADraft(_("is the draft of another webhook than its name says"))
        except FileNotFoundError:
            return None
        except (OSError, NotADraft) as error:
            said = str(error)
            if isinstance(error, OSError):
                said = _("could not be read: {reason}").format(reason=reason(error))
            hint = _("It was left as it is. Remove it when nobody needs it.")
            raise UserError(said, hint, subject=shown(path)) from None
        return draft

    def _sweep(self, name: str) -> None:
        """Remove a half-written draft whose writer was killed."""
        path = self.folder / name
        if _NAME.fullmatch(name.removeprefix(PART)):
            with suppress(OSError, NotADraft), _open(path) as file:
                age = time.time() - os.fstat(file.fileno()).st_mtime
                if age > STALE and _is_free(file, path):
                    path.unlink()


def _open(path: Path) -> BinaryIO:
    """Open what may be no regular file. Raises ``OSError`` and :class:`NotADraft`."""
    careful = os.O_NOFOLLOW | os.O_NONBLOCK  # follow no link, wait for no pipe
    file = open(path, "rb", opener=lambda name, flags: os.open(name, flags | careful))  # noqa: SIM115
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    file.close()
    raise NotADraft(_("is not a file"))


def _is_free(file: BinaryIO, path: Path) -> bool:
    """Tell whether no program has the draft open, and the file is still the one at ``path``."""
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_SH | fcntl.LOCK_NB)  # shared: readers do not exclude
    except BlockingIOError:
        return False
    except OSError:
        pass  # no locks here: see the module's docstring
    return os.path.samestat(os.fstat(file.fileno()), os.lstat(path))
