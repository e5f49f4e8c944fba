"""A program in a pseudo-terminal, for the end-to-end tests and the benchmark.

Keys go in as a terminal sends them. What comes out is kept byte by byte with the time it
came, and drawn by pyte only when somebody asks for the picture: drawing costs more than
most of what the benchmark measures.
"""

from __future__ import annotations

import bisect
import errno
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyte

PATIENCE = 15.0
"""Seconds until a wait fails; nothing takes nearly as long."""

KEYS = {
    "enter": "\r",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "escape": "\x1b",
    "space": " ",
    "backspace": "\x7f",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "f1": "\x1bOP",
    "f3": "\x1bOR",
}
"""The bytes of xterm's keys, by Textual's names; ``ctrl+`` and characters need no entry."""

_ALTERNATE, _CURSOR, _WRAP = 1049, 25, 7
AT_REST = frozenset({_CURSOR, _WRAP})
"""The private modes of a fresh terminal: cursor shown, lines wrapped."""

_QUERY = re.compile(rb"\x1b\[\?(\d+)\$p")
_KNOWN_MODES = {2026: 2}  # synchronised output: supported, off
_NOT_FOR_PYTE = re.compile(rb"\x1b\[[<>=][\d;]*[a-z]")
_BEGIN_UPDATE, _END_UPDATE = b"\x1b[?2026h", b"\x1b[?2026l"
_UNFINISHED = re.compile(rb"\x1b(\[[<>=?]?[\d;]*)?$")
# A session leader that opens a terminal gets its signals.
_OWN_THE_TERMINAL = ': <"$0"; exec "$@"'


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident memory in bytes: now, and the peak."""

    now: int
    peak: int


class Terminal:
    """Runs ``command`` in a terminal of ``size`` (columns, rows), which is all it ever sees.

    ``env`` is the whole environment; ``TERM`` and ``COLORTERM`` are added where it has none.
    Leaving the ``with`` block ends the program and all it started, whatever happened.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str],
        size: tuple[int, int] = (120, 40),
    ) -> None:
        self.output = bytearray()
        """All output so far."""
        self._arrivals: list[tuple[int, float]] = []
        self._drawn = 0
        self._ended = False
        self._screen = _Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self._terminal, inside = pty.openpty()
        self._set_size(*size)
        self.settings = termios.tcgetattr(inside)
        """The terminal's settings before the program started."""
        self.started = time.monotonic()
        """The time of the program's start; all times here are of ``time.monotonic``."""
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", _OWN_THE_TERMINAL, os.ttyname(inside), *map(str, command)],
            stdin=inside,
            stdout=inside,
            stderr=inside,
            env={"TERM": "xterm-256color", "COLORTERM": "truecolor", **env},
            start_new_session=True,
        )
        os.close(inside)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # input

    def press(self, *keys: str) -> None:
        """Press keys: names as in :data:`KEYS`, ``ctrl+s``, or single characters."""
        self.send(b"".join(map(_sequence, keys)))

    def type(self, text: str) -> None:
        """Type a text."""
        self.send(text.encode())

    def paste(self, text: str) -> None:
        """Paste a text between the marks of a bracketed paste."""
        self.type(f"\x1b[200~{text}\x1b[201~")

    def send(self, data: bytes) -> None:
        """Send bytes unchanged."""
        os.write(self._terminal, data)

    def go_to(self, field: str, key: str = "tab") -> None:
        """Press a key and wait until the field with this label has the focus."""
        self.press(key)
        self.wait_for_field(field)

    def resize(self, columns: int, rows: int) -> None:
        """Change the terminal's size."""
        self._draw()
        self._screen.resize(rows, columns)
        self._set_size(columns, rows)

    def kill(self, number: signal.Signals) -> None:
        """Send a signal to the program."""
        os.kill(self.process.pid, number)

    def hang_up(self) -> int:
        """Close the terminal, as a dropped connection does; return the program's exit code."""
        self._close_terminal()
        return self.process.wait(PATIENCE)

    # output

    def wait_for(
        self, wanted: str | Callable[[str], object], *, gone: bool = False, what: str = ""
    ) -> str:
        """Wait until the screen has a text, or satisfies a predicate; return the screen.

        With ``gone``, wait until it is not. ``what`` names a predicate should it never hold.
        """
        deadline = time.monotonic() + PATIENCE
        holds = wanted if callable(wanted) else (lambda screen: wanted in screen)
        while bool(holds(self.text())) is gone:
            if not self._read(deadline - time.monotonic()):
                verb = "stayed" if gone else "not seen"
                raise AssertionError(self._complaint(f"{what or repr(wanted)} {verb}"))
        return self.text()

    def wait_for_line(self, *parts: str) -> str:
        """Wait until one line has all these texts, and return that line."""

        def lines(screen: str) -> list[str]:
            return [one for one in screen.splitlines() if all(part in one for part in parts)]

        return lines(self.wait_for(lines, what=f"a line with {parts}"))[0]

    def wait_for_field(self, *parts: str) -> str:
        """Wait until the line of the focused field has these texts, and return that line."""

        def fields(_: str) -> list[str]:
            return [one for one in self.fields if all(part in one for part in parts)]

        return fields(self.wait_for(fields, what=f"a field with {parts}"))[0]

    def wait_for_bytes(
        self, wanted: bytes | re.Pattern[bytes], *, since: int = 0
    ) -> tuple[int, float]:
        """Wait for bytes at or after an offset without drawing; return their offset and time.

        Where is the offset after them.
        """
        deadline = time.monotonic() + PATIENCE
        pattern = wanted if isinstance(wanted, re.Pattern) else re.compile(re.escape(wanted))
        while (found := pattern.search(self.output, since)) is None:
            if not self._read(deadline - time.monotonic()):
                raise AssertionError(self._complaint(f"{wanted!r} did not come"))
        return found.end(), self.arrived(found.end())

    def read_for(self, seconds: float) -> None:
        """Read the output for some seconds, or until the program ends."""
        deadline = time.monotonic() + seconds
        while self._read(deadline - time.monotonic()):
            pass

    def quiet(self, seconds: float = 0.2, *, since: int | None = None) -> float:
        """Wait until no output came for some seconds; return the time of the last byte.

        With ``since``, an offset, at least one byte has to come after it first.
        """
        deadline = time.monotonic() + PATIENCE
        while since is not None and len(self.output) <= since:
            if not self._read(deadline - time.monotonic()):
                raise AssertionError(self._complaint("nothing came"))
        while self._read(seconds):
            if time.monotonic() > deadline:
                raise AssertionError(self._complaint("never quiet"))
        return self.arrived(len(self.output))

    def wait(self) -> int:
        """Wait until the program ends, and return its exit code."""
        deadline = time.monotonic() + PATIENCE
        while not self._ended:
            if not self._read(deadline - time.monotonic()) and not self._ended:
                raise AssertionError(self._complaint("still running"))
        return self.process.wait(max(deadline - time.monotonic(), 0))

    def text(self) -> str:
        """Return the text of the screen."""
        self._draw()
        return "\n".join(self._screen.display)

    def below(self, text: str) -> str:
        """Return the line below the first one with a text."""
        lines = [*self.text().splitlines(), ""]
        return lines[lines.index(self.line_with(text)) + 1]

    def line_with(self, text: str) -> str:
        """Return the first line of the screen with a text."""
        return next((line for line in self.text().splitlines() if text in line), "")

    @property
    def fields(self) -> list[str]:
        """The lines with a block cursor: the focused field, and fields of screens below."""
        shown = self.text().splitlines()
        return [line for y, line in enumerate(shown) if self._has_block(y)]

    @property
    def mark(self) -> int:
        """The number of bytes so far: the offset of the next output."""
        return len(self.output)

    def bytes_since(self, mark: int) -> bytes:
        """Return the output after an offset."""
        return bytes(self.output[mark:])

    def arrived(self, offset: int) -> float:
        """Return the time of the byte before an offset."""
        return self._arrivals[bisect.bisect_left(self._arrivals, (offset, 0.0))][1]

    @property
    def modes(self) -> frozenset[int]:
        """The private modes that are set: 1049 the alternate screen, 25 the cursor, …"""
        self._draw()
        return frozenset(mode >> 5 for mode in self._screen.mode if mode >= 32)

    @property
    def settings_now(self) -> list[Any]:
        """The terminal's settings now."""
        return termios.tcgetattr(self._terminal)

    def memory(self) -> Memory:
        """Return the program's memory. Linux only."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        now, peak = (
            int(re.findall(rf"{name}:\s+(\d+) kB", status)[0]) * 1024 for name in ("VmRSS", "VmHWM")
        )
        return Memory(now, peak)

    def close(self) -> None:
        """End the program and its children, and close the terminal."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._close_terminal()

    # internals

    def _read(self, seconds: float) -> bool:
        """Wait for output and read it; false where none came in time, or none can come."""
        if self._ended or not select.select([self._terminal], [], [], max(seconds, 0))[0]:
            return False
        try:
            data = os.read(self._terminal, 65_536)
        except OSError as error:
            if error.errno != errno.EIO:  # Linux: no process has the terminal open
                raise
            data = b""
        if not data:
            self._ended = True
            return False
        asked_from = max(len(self.output) - 16, 0)
        seen = len(self.output)
        self.output += data
        self._arrivals.append((len(self.output), time.monotonic()))
        for query in _QUERY.finditer(self.output, asked_from):
            if query.end() > seen:
                mode = int(query[1])
                self.send(b"\x1b[?%d;%d$y" % (mode, _KNOWN_MODES.get(mode, 0)))
        return True

    def _draw(self) -> None:
        """Draw the new output, except an update or a sequence that is not complete yet."""
        fresh = bytes(self.output[self._drawn :])
        begun = fresh.rfind(_BEGIN_UPDATE)
        if begun > fresh.rfind(_END_UPDATE):
            fresh = fresh[:begun]
        if (cut := _UNFINISHED.search(fresh[-64:])) is not None:
            fresh = fresh[: len(fresh) - len(cut[0])]
        self._drawn += len(fresh)
        self._stream.feed(_NOT_FOR_PYTE.sub(b"", fresh))

    def _has_block(self, y: int) -> bool:
        """Whether a line has a single cell in reverse, or on the colour of its text."""
        row = [self._screen.buffer[y][x] for x in range(self._screen.columns)]
        written = {cell.fg for cell in row} - {"default"}
        return any(
            (here.bg in written and here.bg not in (left.bg, right.bg))
            or (here.reverse and not (left.reverse or right.reverse))
            for left, here, right in zip(row, row[1:], row[2:], strict=False)
        )

    def _close_terminal(self) -> None:
        self._ended = True
        if self._terminal >= 0:
            os.close(self._terminal)
            self._terminal = -1

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _complaint(self, what: str) -> str:
        how = f"ended with {self.process.wait()}" if self._ended else "running"
        rule = "─" * self._screen.columns
        return f"{what}; the program {how}, the screen was:\n{rule}\n{self.text()}\n{rule}"


class _Screen(pyte.Screen):
    """A screen that clears the alternate screen when it is left."""

    def reset_mode(self, *modes: int, **options: Any) -> None:
        super().reset_mode(*modes, **options)
        if _ALTERNATE in modes:
            self.erase_in_display(2)
            self.cursor_position()


def _sequence(key: str) -> bytes:
    if key.startswith("ctrl+"):
        return bytes([ord(key[-1]) & 0x1F])
    if key not in KEYS and len(key) != 1:
        raise ValueError(f"no key is called {key!r}")
    return KEYS.get(key, key).encode()
