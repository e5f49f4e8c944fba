"""The reader of the terminal: bytes in; keys, pastes and mouse events out.

Textual's own reader ends the program on the first byte that is not UTF-8, takes unknown
escape sequences for keys, and waits for ever for the end of a paste that was cut off.
"""

from __future__ import annotations

import codecs
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
from tui.model.log import log

PASTE_TIMEOUT: Final = 2.0
"""Seconds of silence after which a paste without an end counts as cut off."""

MAX_PASTE: Final = 100_000
"""Characters kept of a paste; more is never meant for a one-line field."""

MAX_DIMENSION: Final = 2_000
"""Columns or rows; larger sizes that a terminal reports are ignored as faulty."""

_READ_BYTES: Final = 4_096
_POLL: Final = 0.1
"""Seconds between checks for timeouts, as in Textual's own driver."""

_X10: Final = "\x1b[M"
"""Begins a mouse report in the X10 format; three arbitrary bytes follow."""
_X10_BYTES: Final = 3
_MARKER: Final = len(BRACKETED_PASTE_START)
_NOT_UTF8: Final = "\ufffd"
_INTRODUCERS: Final = "[]P_^X"
"""Characters that after an ``ESC`` begin a control sequence or string."""
_BREAKS: Final = frozenset({"enter", "tab", "ctrl+j"})


class UndecodableKey(Message):
    """A key that is not UTF-8."""


class CutPaste(Message):
    """A paste that began and never ended; its text is dropped."""


class Burst(Message):
    """Keys that came in one read: held, typed ahead on a slow line, or an unmarked paste."""

    def __init__(self, keys: tuple[events.Key, ...]) -> None:
        super().__init__()
        self.keys = keys


class InputDecoder:
    """Decodes what a terminal sends into messages. It never raises, whatever comes."""

    def __init__(self) -> None:
        self._utf8 = codecs.getincrementaldecoder("utf-8")("replace")
        self._parser = XTermParser()
        self._tail = ""
        """The last characters read, to find the marks of a paste."""
        self._paste: list[str] | None = None
        """The characters pasted so far; ``None`` outside a paste."""
        self._report_left = 0
        """Bytes still to come of an X10 mouse report."""
        self._last_read = 0.0

    def feed(self, data: bytes) -> list[Message]:
        """Return the messages of one read; keys that came together are one :class:`Burst`."""
        self._last_read = time.monotonic()
        messages: list[Message] = []
        for byte in data:
            if self._report_left:
                self._report_left -= 1
                if not self._report_left:
                    self._end_report()
                continue
            for character in self._utf8.decode(bytes((byte,))):
                messages += self._handle_character(character)
        return list(_gather_bursts(messages))

    def tick(self) -> list[Message]:
        """Return the messages that are due because nothing more came."""
        if self._report_left:
            self._end_report()
        if self._paste is not None:
            if time.monotonic() - self._last_read < PASTE_TIMEOUT:
                return []
            self._end_paste()
            return [CutPaste()]
        return self._parse_safely(lambda: self._parser.tick())

    def _handle_character(self, character: str) -> list[Message]:
        if self._paste is not None:
            return self._handle_pasted(character)
        self._tail = (self._tail + character)[-_MARKER:]
        messages = self._parse(character)
        if self._tail == BRACKETED_PASTE_START:
            self._paste = []
        elif self._tail.endswith(_X10):
            self._report_left = _X10_BYTES
        return messages

    def _handle_pasted(self, character: str) -> list[Message]:
        assert self._paste is not None
        self._paste.append(character)
        self._tail = (self._tail + character)[-_MARKER:]
        if self._tail != BRACKETED_PASTE_END:
            if len(self._paste) > MAX_PASTE + _MARKER:
                # One more than allowed, so that the receiver sees that it is too long.
                del self._paste[MAX_PASTE + 1 : -_MARKER]
            return []
        text = "".join(self._paste[:-_MARKER])
        self._end_paste()
        return [events.Paste(text)]

    def _end_paste(self) -> None:
        """End a paste, and tell the parser, which saw nothing of it."""
        self._paste = None
        self._tail = ""
        self._parse(BRACKETED_PASTE_END)

    def _end_report(self) -> None:
        """End a mouse report: the parser gets one with blanks, which it reads and ignores."""
        self._report_left = 0
        self._tail = ""
        self._parse(" " * _X10_BYTES)

    def _parse(self, text: str) -> list[Message]:
        return self._parse_safely(lambda: self._parser.feed(text))

    def _parse_safely(self, parse: Callable[[], Iterable[Message]]) -> list[Message]:
        """Return the parser's messages, or none for input that it cannot parse."""
        try:
            messages = list(parse())
        except Exception:
            log.warning("input that cannot be parsed", exc_info=True)
            self._parser = XTermParser()
            return []
        if _is_unknown_sequence(messages):
            return []
        return [valid for one in messages if (valid := _validated(one)) is not None]


def _is_unknown_sequence(messages: list[Message]) -> bool:
    """Whether these messages spell a control sequence that the parser does not know.

    It passes one on as if it had been typed, with the ``ESC`` as a ``^`` or an ``alt``.
    """
    match messages:
        case [events.Key(key="circumflex_accent"), events.Key(character=str(second)), *_]:
            return second in _INTRODUCERS
        case [events.Key(key=key, character=str(first)), _, *_]:
            return key.startswith("alt+") and first in _INTRODUCERS
    return False


def _validated(message: Message) -> Message | None:
    """Return a message if it is valid, ``UndecodableKey`` for a broken key, else ``None``."""
    match message:
        case events.Key(character=str(character)) if character == _NOT_UTF8:
            return UndecodableKey()
        case events.Key(key=key, character=character):
            return message if _is_encodable(key + (character or "")) else None
        case events.Resize(size=size):
            return message if min(size) > 0 and max(size) <= MAX_DIMENSION else None
    return message


def _is_encodable(text: str) -> bool:
    """Whether a text can be encoded: extended keys may name a lone surrogate."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def is_text(key: events.Key) -> bool:
    """Whether a key can be part of a text: a character, a line break or a tab."""
    return key.is_printable or key.key in _BREAKS


def _gather_bursts(messages: Iterable[Message]) -> Iterator[Message]:
    """Gather keys that follow each other into a :class:`Burst`."""
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
    """Textual's driver with our own input thread."""

    def run_input_thread(self) -> None:
        """Read until the driver stops; a lost terminal ends the program as SIGHUP does.

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
        """Return the bytes from the terminal; none when it is lost."""
        try:
            return os.read(self.fileno, _READ_BYTES)
        except OSError:
            log.info("the terminal cannot be read any more", exc_info=True)
            return b""
