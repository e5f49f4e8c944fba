"""Drafts on disk: edits that were not saved yet, safe from crashes and from other Hookboards.

Each edit under way has a file of its own, replaced whole by each write. As long as the edit
goes on its process holds a lock (``flock``) on that file, which the system drops when the
process ends, however it ends. New content is locked before it gets its name, so there is no
moment in which a draft under way looks free. A draft whose lock nobody holds is *free*: it
never changes again, and is only taken over or left.

Taking over writes a locked copy and then unlinks the original: of several that try, the one
whose unlink succeeds has it. A crash in between leaves the draft twice, never not at all.

A filesystem without locks cannot say which drafts are under way elsewhere, so all but those
of this program itself count as free. Somebody else's may then be taken over while he works on
it, but not lost: the copy has all of it, and his next write puts his file back.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import stat
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, TypeGuard

from tui.config import paths
from tui.config.address import normalise
from tui.config.errors import ConfigError, reason
from tui.config.files import shown
from tui.model.instance import Instance
from tui.model.webhook import Values, Webhook

FORMAT = 1
"""The version of the files written. A file of a later one is left to the program that knows it."""
LIMIT = 8 * 1024 * 1024
"""Bytes of one draft at most; one of 100,000-character names stays below."""
STALE = 3600.0
"""Seconds after which a half-written file whose writer is gone is removed."""

_NAME = re.compile(r"([0-9a-f]{32})-[0-9a-f]{16}\.json")
_PART = ".part-"
"""Before the name of a file that is being written."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An edit as it was kept: of which webhook, made on what, and what was made of it.

    It comes from a file that may have been tampered with: texts are cleaned where they are
    shown. There is neither a token in it nor a header.
    """

    server: str
    """The server's address, as :func:`tui.config.address.normalise` writes it."""
    instance_id: str
    instance_name: str
    webhook_id: str
    base: Values = field(repr=False)
    values: Values = field(repr=False)
    kept_at: datetime
    """When it was last changed, in UTC, by the clock of that machine."""
    file: str = field(default="", compare=False)
    """The name of its file, where it came from one."""
    is_elsewhere: bool = field(default=False, compare=False)
    """Whether another program is working on it."""


@dataclass(frozen=True, slots=True)
class Found:
    """What lies in the folder."""

    drafts: tuple[Draft, ...] = ()
    """Newest first; there may be several of one webhook."""
    elsewhere: tuple[Draft, ...] = ()
    """Those that other programs are working on, newest first."""
    problems: tuple[ConfigError, ...] = ()
    """One for each file that is no draft this program understands; it is left as it is."""


class OpenDraft:
    """The draft of an edit under way, from :meth:`Drafts.begin` or :meth:`Drafts.take`.

    Nobody else is offered it until :meth:`leave`, :meth:`discard` or the end of the process.
    """

    def __init__(self, folder: Path, draft: Draft, own: set[str]) -> None:
        self._folder = folder
        self._file = f"{_key(draft)}-{os.urandom(8).hex()}.json"
        self._newest = draft
        self._written: Draft | None = None
        self._own = own
        self._descriptor: int | None = None  # of the file on disk: it carries the lock
        self._closed = False
        self._busy = threading.Lock()

    @property
    def draft(self) -> Draft:
        """The newest state, on disk or not."""
        return self._newest

    def note(self, base: Values, values: Values) -> None:
        """Take the newest state of the edit, to be written by the next :meth:`write`.

        It costs nothing and is called where the edit happens, so that writes in several
        threads cannot put an older state over a newer one.
        """
        if (base, values) != (self._newest.base, self._newest.values):
            now = datetime.now(UTC)
            self._newest = replace(self._newest, base=base, values=values, kept_at=now)

    def write(self) -> None:
        """Put the newest state on disk; one that changes nothing takes the file away.

        It blocks, writes only what is not written yet, and does nothing once the draft is
        left or discarded. Raises :class:`ConfigError`: what was on disk before is then still
        there, and the next call tries again.
        """
        with self._busy:
            self._write()

    def leave(self) -> None:
        """Write the newest state and let go: it is free for the next editor, here or elsewhere.

        Raises :class:`ConfigError`; the draft is then still this editor's.
        """
        with self._busy:
            self._write()
            self._close()

    def discard(self) -> None:
        """Remove the draft: it was saved, or is not wanted. Raises :class:`ConfigError`."""
        with self._busy:
            try:
                if not self._closed:
                    self._remove()
            finally:
                self._close()

    def _write(self) -> None:
        newest = self._newest
        if self._closed or newest is self._written:
            return
        if newest.base == newest.values:
            self._remove()
        else:
            self._replace(_encode(newest))
        self._written = newest

    def _replace(self, content: bytes) -> None:
        if len(content) > LIMIT:
            raise _unwritten(self._folder, "the draft is too large")
        path = self._folder / self._file
        part = path.with_name(_PART + self._file)
        try:
            _make_private(self._folder)
            part.unlink(missing_ok=True)  # of a write that failed and could not tidy up
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            descriptor = os.open(part, flags, 0o600)
            try:
                with suppress(OSError):  # no locks here: see the module's docstring
                    fcntl.flock(descriptor, fcntl.LOCK_EX)
                with open(descriptor, "wb", closefd=False) as file:
                    file.write(content)
                if self._descriptor is None:
                    # There is no older state to lose: a kill while the disk is slow finds it.
                    part = part.replace(path)
                os.fsync(descriptor)
                if part != path:
                    part.replace(path)
            except BaseException:
                with suppress(OSError):
                    part.unlink()
                os.close(descriptor)
                raise
        except OSError as error:
            raise _unwritten(self._folder, reason(error)) from None
        self._hold(descriptor)

    def _remove(self) -> None:
        if self._descriptor is None:
            return
        try:
            (self._folder / self._file).unlink(missing_ok=True)
        except OSError as error:
            raise _unwritten(self._folder, reason(error)) from None
        self._hold(None)

    def _hold(self, descriptor: int | None) -> None:
        """Hold the lock of the file that is on disk now, and no other."""
        before, self._descriptor = self._descriptor, descriptor
        if descriptor is None:
            self._own.discard(self._file)
        else:
            self._own.add(self._file)
        if before is not None:
            os.close(before)

    def _close(self) -> None:
        self._closed = True
        self._hold(None)


class Drafts:
    """The drafts in one folder. Its methods may be called in any thread; all but begin block."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or paths.drafts_dir()
        self._own: set[str] = set()  # the files under way in this program

    def begin(self, server: str, instance: Instance, webhook: Webhook) -> OpenDraft:
        """Begin the draft of an edit; nothing is on disk before a change is written.

        Raises :class:`tui.config.address.AddressError` when ``server`` is not an address,
        or one with a password, which must not get into a file.
        """
        values, now = webhook.values, datetime.now(UTC)
        place = (normalise(server), instance.id, instance.name, webhook.id)
        return OpenDraft(self.folder, Draft(*place, values, values, now), self._own)

    def free(self, server: str) -> Found:
        """Return the drafts of a server that nobody here works on, and what else is in the folder.

        Hidden files are passed over. What a killed process left half written is removed after
        a while. Raises :class:`ConfigError` when the folder cannot be read; none is no drafts.
        """
        address, drafts, problems = normalise(server), list[Draft](), list[ConfigError]()
        try:
            names = sorted(os.listdir(self.folder))
        except FileNotFoundError:
            return Found()
        except OSError as error:
            raise ConfigError(
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
            except ConfigError as problem:
                problems.append(problem)
            else:
                if draft is not None and draft.server == address:
                    drafts.append(draft)
        drafts.sort(key=lambda draft: draft.kept_at, reverse=True)
        free = tuple(one for one in drafts if not one.is_elsewhere)
        elsewhere = tuple(one for one in drafts if one.is_elsewhere)
        return Found(free, elsewhere, tuple(problems))

    def take(self, draft: Draft) -> OpenDraft | None:
        """Take over a draft that was offered; ``None`` when somebody else has it, or it is gone.

        Raises :class:`ConfigError` when it cannot be read any more, or the folder cannot be
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
            raise _unwritten(self.folder, reason(error)) from None
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
                draft = replace(_decode(file.read(LIMIT)), file=name, is_elsewhere=not is_free)
            if _key(draft) != named[1]:
                raise ValueError("is not of the webhook its name says")
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            said = f"could not be read: {reason(error)}" if isinstance(error, OSError) else error
            hint = "It was left as it is. Remove it when nobody needs it."
            raise ConfigError(str(said), hint, subject=shown(path)) from None
        return draft

    def _sweep(self, name: str) -> None:
        """Remove a half-written file of ours that its writer did not live to finish."""
        path = self.folder / name
        if _NAME.fullmatch(name.removeprefix(_PART)):
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


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if stat.S_IMODE(folder.stat().st_mode) != 0o700:
        with suppress(OSError):  # some filesystems know no modes; the files are 0600 besides
            folder.chmod(0o700)


def _unwritten(folder: Path, why: str) -> ConfigError:
    return ConfigError(
        f"could not be written: {why}",
        "Check that the directory is yours and has room.",
        subject=shown(folder),
    )


def _key(draft: Draft) -> str:
    """Return what stands for the webhook in a file's name: ids may be anything."""
    place = json.dumps([draft.server, draft.instance_id, draft.webhook_id])
    return sha256(place.encode("ascii")).hexdigest()[:32]


def _encode(draft: Draft) -> bytes:
    content = asdict(draft) | {"format": FORMAT, "kept_at": draft.kept_at.isoformat()}
    del content["file"], content["is_elsewhere"]
    return json.dumps(content, indent=1).encode("ascii")  # escapes: half a pair is no UTF-8


def _decode(content: bytes) -> Draft:
    """Read a draft. Raises ``ValueError`` in words for whatever else the bytes are."""
    problem = "is not a whole draft"
    with suppress(ValueError, OverflowError, RecursionError):
        match json.loads(content):
            case {
                "format": 1,
                "server": str(server),
                "instance_id": str(instance_id),
                "instance_name": str(instance_name),
                "webhook_id": str(webhook_id),
                "base": dict(base),
                "values": dict(values),
                "kept_at": str(kept_at),
            }:
                place = (server, instance_id, instance_name, webhook_id)
                return Draft(*place, _values(base), _values(values), _moment(kept_at))
            case {"format": int(version)} if version > FORMAT:
                problem = "is of a later Hookboard"
    raise ValueError(problem)


def _values(data: Mapping[str, object]) -> Values:
    match data:
        case {"name": str(name), "url": str(url), "enabled": bool(on), "flags": dict(flags)}:
            options = data.get("options", {})
            if _are_switches(flags) and _are_switches(options):
                return Values(name, url, on, flags, options)
    raise ValueError


def _are_switches(data: object) -> TypeGuard[dict[str, bool]]:
    return isinstance(data, dict) and all(isinstance(switch, bool) for switch in data.values())


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError
    return moment.astimezone(UTC)
