"""The terminal's side of the program: bytes in, keys, pastes and mouse out.

Textual reads a terminal in a thread that ends the program on the first byte that is not
UTF-8, takes an escape sequence it does not know for keys, and waits for ever for the end of
a paste that was cut.
"""

from __future__ import annotations

import codecs
import logging
import os
import selectors
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from textual import events
from textual.message import Message

from tui.app.textual_internals import (
    BRACKETED_PASTE_END,
    BRACKETED_PASTE_START,
    HookedDriver,
    XTermParser,
)

log = logging.getLogger("hookboard")

PASTE_PATIENCE: Final = 2.0
"""Seconds of silence after which a paste without an end is taken to have been cut."""

MAX_PASTE: Final = 100_000
"""Characters of a paste that are kept; more is never meant for a line."""

MAX_SIDE: Final = 2_000
"""Columns or rows; a terminal that reports more is not believed."""

_READ: Final = 4_096
_POLL: Final = 0.1
"""Seconds between looks at what has timed out, as Textual's own driver has it."""

_X10: Final = "\x1b[M"
"""Begins a mouse report of the oldest kind; three bytes follow that may be anything."""
_X10_BYTES: Final = 3
_MARKER: Final = len(BRACKETED_PASTE_START)
_NOT_UTF8: Final = "\ufffd"
_INTRODUCERS: Final = "[]P_^X"
"""What makes an ``ESC`` the beginning of a control sequence or string."""
_BREAKS: Final = frozenset({"enter", "tab", "ctrl+j"})


class Undecodable(Message):
    """A key came that is not UTF-8."""


class CutPaste(Message):
    """A paste began and never ended; nothing of it is passed on."""


class Burst(Message):
    """Keys that came in one read: held, typed ahead on a slow line, or pasted without marks."""

    def __init__(self, keys: tuple[events.Key, ...]) -> None:
        super().__init__()
        self.keys = keys


class InputDecoder:
    """Turns what a terminal sends into messages. No input makes it raise."""

    def __init__(self) -> None:
        self._utf8 = codecs.getincrementaldecoder("utf-8")("replace")
        self._parser = XTermParser()
        self._tail = ""
        """The last characters that the parser has read."""
        self._paste: list[str] | None = None
        """What was pasted so far; ``None`` outside of a paste."""
        self._report_left = 0
        """Bytes to come of a mouse report of the oldest kind."""
        self._heard = 0.0

    def feed(self, data: bytes) -> list[Message]:
        """Return what came with one read; keys that came together as a :class:`Burst`."""
        self._heard = time.monotonic()
        messages: list[Message] = []
        for byte in data:
            if self._report_left:
                self._report_left -= 1
                if not self._report_left:
                    self._end_report()
                continue
            for character in self._utf8.decode(bytes((byte,))):
                messages += self._take(character)
        return list(_in_bursts(messages))

    def tick(self) -> list[Message]:
        """Return what is due because nothing more came."""
        if self._report_left:
            self._end_report()
        if self._paste is not None:
            if time.monotonic() - self._heard < PASTE_PATIENCE:
                return []
            self._end_paste()
            return [CutPaste()]
        return self._understood(lambda: self._parser.tick())

    def _take(self, character: str) -> list[Message]:
        if self._paste is not None:
            return self._take_pasted(character)
        self._tail = (self._tail + character)[-_MARKER:]
        messages = self._parse(character)
        if self._tail == BRACKETED_PASTE_START:
            self._paste = []
        elif self._tail.endswith(_X10):
            self._report_left = _X10_BYTES
        return messages

    def _take_pasted(self, character: str) -> list[Message]:
        assert self._paste is not None
        self._paste.append(character)
        self._tail = (self._tail + character)[-_MARKER:]
        if self._tail != BRACKETED_PASTE_END:
            if len(self._paste) > MAX_PASTE + _MARKER:
                # One more than is allowed shows whoever takes it that it is too long.
                del self._paste[MAX_PASTE + 1 : -_MARKER]
            return []
        text = "".join(self._paste[:-_MARKER])
        self._end_paste()
        return [events.Paste(text)]

    def _end_paste(self) -> None:
        """Go on outside of a paste; the parser, which saw none of it, is told its end."""
        self._paste = None
        self._tail = ""
        self._parse(BRACKETED_PASTE_END)

    def _end_report(self) -> None:
        """Go on after a mouse report; the parser is given one it can read, and leaves it out."""
        self._report_left = 0
        self._tail = ""
        self._parse(" " * _X10_BYTES)

    def _parse(self, text: str) -> list[Message]:
        return self._understood(lambda: self._parser.feed(text))

    def _understood(self, parse: Callable[[], Iterable[Message]]) -> list[Message]:
        """Return what the parser makes of something, and nothing for what it cannot read."""
        try:
            messages = list(parse())
        except Exception:
            log.warning("input that cannot be parsed", exc_info=True)
            self._parser = XTermParser()
            return []
        if _is_unknown_sequence(messages):
            return []
        return [understood for one in messages if (understood := _believed(one)) is not None]


def _is_unknown_sequence(messages: list[Message]) -> bool:
    """Whether these are the characters of a control sequence that the parser does not know.

    It passes them on as if they had been typed, the ``ESC`` as a ``^`` or an ``alt``.
    """
    match messages:
        case [events.Key(key="circumflex_accent"), events.Key(character=str(second)), *_]:
            return second in _INTRODUCERS
        case [events.Key(key=key, character=str(first)), _, *_]:
            return key.startswith("alt+") and first in _INTRODUCERS
    return False


def _believed(message: Message) -> Message | None:
    """Return a message, another that says what is wrong with it, or nothing."""
    match message:
        case events.Key(character=str(character)) if character == _NOT_UTF8:
            return Undecodable()
        case events.Key(key=key, character=character):
            return message if _can_be_written(key + (character or "")) else None
        case events.Resize(size=size):
            return message if min(size) > 0 and max(size) <= MAX_SIDE else None
    return message


def _can_be_written(text: str) -> bool:
    """Whether a text has no lone surrogate: extended keys may name any code point."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def is_text(key: events.Key) -> bool:
    """Whether a key may stand in a text: a character, a line break or a tab."""
    return key.is_printable or key.key in _BREAKS


def _in_bursts(messages: Iterable[Message]) -> Iterator[Message]:
    """Put keys that follow each other into a :class:`Burst`."""
    run: list[events.Key] = []
    for message in (*messages, None):
        if isinstance(message, events.Key) and is_text(message):
            run.append(message)
            continue
        if len(run) > 1:
            yield Burst(tuple(run))
        else:
            yield from run
        run.clear()
        if message is not None:
            yield message


class TerminalDriver(HookedDriver):
    """Textual's driver with a reading of its own."""

    def run_input_thread(self) -> None:
        """Read until the driver is stopped; a terminal that is gone ends the program as by SIGHUP.

        Textual calls it in a thread.
        """
        decoder = InputDecoder()
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                ready = selector.select(_POLL)
                if ready and not (data := self._read()):
                    os.kill(os.getpid(), signal.SIGHUP)
                    return
                for message in decoder.feed(data) if ready else decoder.tick():
                    self.process_message(message)

    def _read(self) -> bytes:
        """Return what the terminal has sent; nothing when it is gone."""
        try:
            return os.read(self.fileno, _READ)
        except OSError:
            log.info("the terminal cannot be read any more", exc_info=True)
            return b""
