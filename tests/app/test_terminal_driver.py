"""Decoding the bytes that a terminal sends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.message import Message

from tui.app import terminal_driver
from tui.app.terminal_driver import MAX_PASTE, Burst, CutPaste, InputDecoder, UndecodableKey

PASTE = b"\x1b[200~%b\x1b[201~"
SEQUENCES = (
    b"\x1b[",
    b"\x1b[M",
    b"\x1b[200~",
    b"\x1b[201~",
    b"\x1b[<",
    b"\x1b[48;",
    b"\x1b[55296u",
    b"\x1b]11;rgb:",
    b"\xe9",
    b";",
    b"t",
    b"m",
    b"0",
    b"99999999999",
)
ANYTHING = st.lists(st.one_of(st.binary(max_size=8), st.sampled_from(SEQUENCES)), max_size=40).map(
    b"".join
)


def keys(messages: list[Message]) -> list[str]:
    """Return the names of the keys, alone or in bursts."""
    pressed: list[str] = []
    for message in messages:
        match message:
            case Burst(keys=several):
                pressed += [key.key for key in several]
            case events.Key(key=key):
                pressed.append(key)
    return pressed


def kinds(messages: list[Message]) -> list[type[Message]]:
    return [type(message) for message in messages]


def test_a_key_in_another_encoding_is_ignored_and_the_next_one_is_not() -> None:
    messages = InputDecoder().feed(b"\xe9j")
    assert kinds(messages) == [UndecodableKey, events.Key]
    assert keys(messages) == ["j"]


def test_a_key_that_comes_in_two_reads_is_whole() -> None:
    decoder = InputDecoder()
    assert decoder.feed(b"\xc3") == []
    assert keys(decoder.feed(b"\xa9")) == ["é"]


@pytest.mark.parametrize("report", [b" \xe9!", b" !\xe9", b"\xc3\xa9!", b" \x1b\x1b", b"qqq"])
def test_an_x10_mouse_report_is_no_key(report: bytes) -> None:
    messages = InputDecoder().feed(b"\x1b[M" + report + b"j")
    assert keys(messages) == ["j"]


def test_a_cut_off_mouse_report_swallows_no_key() -> None:
    decoder = InputDecoder()
    assert decoder.feed(b"\x1b[M ") == []
    assert decoder.tick() == []
    assert keys(decoder.feed(b"j")) == ["j"]


def test_an_unknown_control_sequence_is_no_key() -> None:
    decoder = InputDecoder()
    messages = decoder.feed(b"\x1b]11;rgb:1/2/3\x1b[Aj")
    assert keys(messages) == ["up", "j"]


def test_escape_and_alt_are_keys() -> None:
    decoder = InputDecoder()
    assert keys(decoder.feed(b"\x1b\x1b[Bx")) == ["escape", "down", "x"]


@pytest.mark.parametrize("text", ["one", "two\rlines", "é", "\x1b[31mred\x1b[0m", "", "\x1b[200~"])
def test_a_paste_is_one_text_whatever_it_contains(text: str) -> None:
    messages = InputDecoder().feed(PASTE % text.encode() + b"j")
    assert kinds(messages) == [events.Paste, events.Key]
    assert isinstance(messages[0], events.Paste)
    assert messages[0].text == text


def test_a_paste_may_come_byte_by_byte() -> None:
    decoder = InputDecoder()
    messages = [message for byte in PASTE % b"ab" for message in decoder.feed(bytes((byte,)))]
    assert [message.text for message in messages if isinstance(message, events.Paste)] == ["ab"]
    assert keys(messages) == []


def test_a_cut_off_paste_is_reported_and_keys_work_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    decoder = InputDecoder()
    decoder.feed(b"\x1b[200~https://example.com/\xc3")
    assert decoder.tick() == []
    monkeypatch.setattr(terminal_driver, "PASTE_TIMEOUT", 0.0)
    assert kinds(decoder.tick()) == [CutPaste]
    assert keys(decoder.feed(b"j")) == ["j"]


def test_a_very_long_paste_is_kept_just_beyond_the_limit() -> None:
    (message,) = InputDecoder().feed(PASTE % (b"x" * 3 * MAX_PASTE))
    assert isinstance(message, events.Paste)
    assert MAX_PASTE < len(message.text) <= MAX_PASTE + 10


def test_an_impossible_size_is_ignored() -> None:
    decoder = InputDecoder()
    assert decoder.feed(b"\x1b[48;0;0;0;0t\x1b[48;99999;99999;1;1t") == []
    assert kinds(decoder.feed(b"\x1b[48;24;80;0;0t")) == [events.Resize]


def test_keys_of_one_read_are_one_burst_in_order() -> None:
    messages = InputDecoder().feed(b"ab\x1b[Acd\re\x13f")
    assert kinds(messages) == [Burst, events.Key, Burst, events.Key, events.Key]
    assert keys(messages) == ["a", "b", "up", "c", "d", "enter", "e", "ctrl+s", "f"]


@given(st.lists(ANYTHING, max_size=5))
def test_no_input_raises_or_yields_text_that_cannot_be_encoded(reads: list[bytes]) -> None:
    decoder = InputDecoder()
    for data in reads:
        for message in (*decoder.feed(data), *decoder.tick()):
            for key in message.keys if isinstance(message, Burst) else (message,):
                if isinstance(key, events.Key):
                    (key.key + (key.character or "")).encode()


@given(ANYTHING)
def test_after_any_input_keys_are_understood(data: bytes) -> None:
    decoder = InputDecoder()
    decoder.feed(data)
    decoder.feed(b"\x1b[201~   \x1b[A")  # whatever was begun is over
    assert keys(decoder.feed(b"\x1b[B"))[-1:] == ["down"]
