"""Text from outside: what may reach a terminal, and the marks for the rest."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import ANY_TEXT
from tui.model.text import MARK, clean, restored

_CONTROLS = frozenset({"Cc", "Cs", "Zl", "Zp"})
_INVISIBLE = "\u061c\u200b\u200c\u200d\u200e\u200f\u2060\u2065\ufeff\ufff0\U0001bca0\U0001d173"
_BLANK = "\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
"""Letters and patterns, by their category, that are invisible."""
_DIRECTIONS = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def obeyed_or_hidden(character: str) -> bool:
    """Whether a terminal acts on ``character``, by the Unicode database rather than a list."""
    return (
        unicodedata.category(character) in _CONTROLS
        or unicodedata.bidirectional(character) in _DIRECTIONS
        or character in _INVISIBLE
        or 0xE0000 <= ord(character) <= 0xE0FFF
    )


@given(ANY_TEXT)
def test_nothing_a_terminal_obeys_survives(text: str) -> None:
    assert not [each for each in clean(text) if obeyed_or_hidden(each)]


def test_nothing_a_terminal_obeys_survives_of_all_of_unicode() -> None:
    every = "".join(map(chr, range(0x110000)))
    assert not [hex(ord(each)) for each in clean(every) if obeyed_or_hidden(each)]


@given(ANY_TEXT, st.none() | st.integers(1, 20))
def test_cleaning_twice_is_cleaning_once(text: str, limit: int | None) -> None:
    once = clean(text, limit)
    assert clean(once, limit) == once


@given(ANY_TEXT, st.integers(1, 20))
def test_the_limit_is_kept_and_a_cut_is_shown(text: str, limit: int) -> None:
    shown = clean(text, limit)
    assert len(shown) <= limit
    assert shown.endswith("…") or len(text) <= limit


_SKIN_TONES = "".join(map(chr, range(0x1F3FB, 0x1F400)))


@given(
    st.text(st.characters(categories=("L", "N", "P", "S"), exclude_characters=_BLANK + _SKIN_TONES))
)
def test_letters_numbers_and_punctuation_of_every_script_stay(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    "text, shown",
    [
        ("a\x1b[31mb", "a␛[31mb"),
        ("two\nlines\tand\0nul", "two␊lines␉and␀nul"),
        ("\x7f", "␡"),
        ("\x1f", "␟"),
        ("\x9b2J", f"{MARK}2J"),
        ("user\u202etxt.exe", f"user{MARK}txt.exe"),
        ("pay\u200bpal", f"pay{MARK}pal"),
        ("half \ud83d of a pair", f"half {MARK} of a pair"),
        ("❤\ufe0f", "❤"),
        ("👨\u200d👩\u200d👧 Família", "👨👩👧 Família"),
        ("👩🏾\u200d💻 ❤\ufe0f\u200d🔥 🧔🏽\u200d♂\ufe0f", "👩💻 ❤🔥 🧔♂"),
        ("👍🏽 joia", "👍 joia"),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f x", "🏴 x"),
        ("🏴\U000e0067 x", f"🏴{MARK} x"),
        ("a🏽", f"a{MARK}"),
        ("pay\u200dpal 👨\u200dx \u200d👨", f"pay{MARK}pal 👨{MARK}x {MARK}👨"),
        ("🇧🇷 Brasil", "🇧🇷 Brasil"),
        ("a \u3164\u115f\uffa0 name", f"a {MARK * 3} name"),
        ("e\u034fe", f"e{MARK}e"),
        ("loja [red]ação[/] 日本 עברית", "loja [red]ação[/] 日本 עברית"),
        ("", ""),
    ],
)
def test_a_removed_character_leaves_a_visible_mark(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_a_cut_between_joined_emoji_leaves_no_mark() -> None:
    assert clean("👨\u200d👩\u200d👧", 3) == "👨…"


_EMOJI_PARTS = st.text(st.sampled_from("👨💻❤🏽🏴\u200d\ufe0f\U000e0067\U000e007f\x1bax"))


@given(_EMOJI_PARTS, _EMOJI_PARTS, st.none() | st.integers(1, 5))
def test_edits_of_joined_emoji_are_sent_as_they_are_shown(
    raw: str, typed: str, limit: int | None
) -> None:
    once, edited = clean(raw, limit), clean(typed)
    assert clean(once, limit) == once
    assert restored(raw, clean(raw)) == raw
    assert clean(restored(raw, edited)) == edited


@given(ANY_TEXT)
def test_unedited_text_is_restored(raw: str) -> None:
    assert restored(raw, clean(raw)) == raw


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_typed_text_stands_between_the_restored_parts(before: str, typed: str, after: str) -> None:
    raw, typed = before + after, clean(typed)
    edited = clean(before) + typed + clean(after)
    back = restored(raw, edited)
    assert clean(back) == edited
    assert len(back) >= len(raw)


@given(ANY_TEXT, ANY_TEXT)
def test_any_edit_is_sent_as_it_is_shown(raw: str, typed: str) -> None:
    edited = clean(typed)
    assert clean(restored(raw, edited)) == edited


@pytest.mark.parametrize(
    "raw, edited, sent",
    [
        ("Loja ❤️", "Loja ❤x", "Loja ❤️x"),
        ("👨\u200d💻 loja", "👨💻 lojas", "👨\u200d💻 lojas"),
        ("👨\u200d💻 loja", "a 👨💻 loja", "a 👨\u200d💻 loja"),
        ("👨\u200d💻 loja", "👨 loja", "👨 loja"),
        ("👨\u200d💻", "👨x💻", "👨x💻"),
        ("👍🏽", "👍x", "👍🏽x"),
        ("a\x1b[1mb", "a\u241b[1mbc", "a\x1b[1mbc"),
        ("a\x1bb", "ab", "ab"),
        ("\ufe0fab", "xab", "x\ufe0fab"),
        ("aa", "a", "a"),
        ("❤️❤️", "❤", "❤️"),
        ("a", "", ""),
    ],
)
def test_unedited_parts_go_back_as_they_came(raw: str, edited: str, sent: str) -> None:
    assert restored(raw, edited) == sent
