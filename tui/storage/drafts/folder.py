"""The folder of drafts: which there are, whether anybody works on them, and taking them over."""

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

from tui.model.address import normalise
from tui.model.instance import Instance
from tui.model.user_error import UserError, reason
from tui.model.webhook import Webhook
from tui.storage import paths
from tui.storage.drafts.open_draft import PART, OpenDraft
from tui.storage.drafts.record import LIMIT, Draft, decode, key_of
from tui.storage.private_files import shown, unwritten

STALE = 3600.0
"""Seconds after which a half-written file whose writer is gone is removed."""

_NAME = re.compile(r"([0-9a-f]{32})-[0-9a-f]{16}\.json")


@dataclass(frozen=True, slots=True)
class Found:
    """What lies in the folder."""

    drafts: tuple[Draft, ...] = ()
    """Newest first; there may be several of one webhook."""
    elsewhere: tuple[Draft, ...] = ()
    """Those that other programs are working on, newest first."""
    problems: tuple[UserError, ...] = ()
    """One for each file that is no draft this program understands; it is left as it is."""


class Drafts:
    """The drafts in one folder. Its methods may be called in any thread; all but begin block."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or paths.drafts_dir()
        self._own: dict[str, OpenDraft] = {}  # those under way in this program, by file

    def begin(self, server: str, instance: Instance, webhook: Webhook) -> OpenDraft:
        """Begin the draft of an edit; nothing is on disk before a change is written.

        Raises :class:`tui.model.address.AddressError` when ``server`` is not an address,
        or one with a password, which must not get into a file.
        """
        values, now = webhook.values, datetime.now(UTC)
        place = (normalise(server), instance.id, instance.name, webhook.id)
        return OpenDraft(self.folder, Draft(*place, values, values, now), self._own)

    def write_all(self) -> None:
        """Put every edit under way on disk: the program is about to end, whatever happens."""
        for draft in list(self._own.values()):
            with suppress(UserError):  # one that fails must not cost another
                draft.write()

    def free(self, server: str | None = None) -> Found:
        """Return the drafts that nobody here works on, and what else is in the folder.

        With ``server`` only those of that server are returned. Hidden files are passed over.
        What a killed process left half written is removed after a while. Raises
        :class:`UserError` when the folder cannot be read; none is no drafts.
        """
        address = None if server is None else normalise(server)
        drafts, problems = list[Draft](), list[UserError]()
        try:
            names = sorted(os.listdir(self.folder))
        except FileNotFoundError:
            return Found()
        except OSError as error:
            raise UserError(
                f"could not be read: {reason(error)}",
                "Check that it is a directory, and yours.",
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
        """Take over a draft that was offered; ``None`` when somebody else has it, or it is gone.

        Raises :class:`UserError` when it cannot be read any more, or the folder cannot be
        written; the draft is then left for later.
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
        """Return the draft in a file, one under way in another program only with ``elsewhere``."""
        path, named = self.folder / name, _NAME.fullmatch(name)
        if name in self._own:
            return None
        try:
            if not named:
                raise ValueError("is not a draft")
            with _open(path) as file:
                if not (is_free := _is_free(file, path)) and not elsewhere:
                    return None
                draft = replace(decode(file.read(LIMIT)), file=name, is_elsewhere=not is_free)
            if key_of(draft) != named[1]:
                raise ValueError("is not of the webhook its name says")
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            said = f"could not be read: {reason(error)}" if isinstance(error, OSError) else error
            hint = "It was left as it is. Remove it when nobody needs it."
            raise UserError(str(said), hint, subject=shown(path)) from None
        return draft

    def _sweep(self, name: str) -> None:
        """Remove a half-written file of ours that its writer did not live to finish."""
        path = self.folder / name
        if _NAME.fullmatch(name.removeprefix(PART)):
            with suppress(OSError, ValueError), _open(path) as file:
                age = time.time() - os.fstat(file.fileno()).st_mtime
                if age > STALE and _is_free(file, path):
                    path.unlink()


def _open(path: Path) -> BinaryIO:
    """Open a file that may be anything. Raises ``OSError``, and ``ValueError`` in words."""
    careful = os.O_NOFOLLOW | os.O_NONBLOCK  # no link is followed, no pipe waited for
    file = open(path, "rb", opener=lambda name, flags: os.open(name, flags | careful))  # noqa: SIM115
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    file.close()
    raise ValueError("is not a file")


def _is_free(file: BinaryIO, path: Path) -> bool:
    """Tell whether nobody works on the file, and it is still the one at ``path``."""
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_SH | fcntl.LOCK_NB)  # lookers do not stop lookers
    except BlockingIOError:
        return False
    except OSError:
        pass  # no locks here: see the module's docstring
    return os.path.samestat(os.fstat(file.fileno()), os.lstat(path))
