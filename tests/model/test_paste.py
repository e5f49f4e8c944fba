"""Turning a pasted text into the value of a field of one line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.paste import MOST, Pasted, one_line

WHOLE = "https://n8n.example.com/webhook/3f2a-4b1d-9e3e"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.SflKxwRJSMeKKF2QT4"
AROUND = "Pasted without the white space around it."


def joined(lines: int) -> str:
    return f"Pasted: {lines} lines were joined into one. Check it."


def refused(why: str) -> Pasted:
    return Pasted(said=f"Nothing was pasted: {why}.")


@pytest.mark.parametrize("break_", ["\n", "\r", "\r\n", "\u2028"])
def test_a_url_that_was_broken_is_joined(break_: str) -> None:
    raw = break_.join(("https://n8n.example.com/webhook/3f2a-", "4b1d-9e3e", ""))
    assert one_line(raw, joins=True) == Pasted(WHOLE, joined(2))


def test_a_token_that_was_broken_and_indented_is_joined() -> None:
    raw = f"\n    {JWT[:20]}\n    {JWT[20:40]} \n\n    {JWT[40:]}\n"
    assert one_line(raw, joins=True) == Pasted(JWT, joined(3))


@pytest.mark.parametrize(
    "raw", [f"\n{WHOLE}", f"{WHOLE}\r", f"  {WHOLE}\t", f"\ufeff{WHOLE}\u200b"]
)
@pytest.mark.parametrize("joins", [True, False])
def test_white_space_around_it_is_left_out_and_reported(raw: str, joins: bool) -> None:
    assert one_line(raw, joins=joins) == Pasted(WHOLE, AROUND)


@pytest.mark.parametrize("raw", [WHOLE, JWT, "Loja Norte", "https://x/?next=https://y"])
@pytest.mark.parametrize("joins", [True, False])
def test_one_line_is_pasted_unchanged(raw: str, joins: bool) -> None:
    assert one_line(raw, joins=joins) == Pasted(raw)


@pytest.mark.parametrize("marks", ['""', "''", "``", "<>", "\u201c\u201d", '"",', "'';"])
def test_marks_around_a_url_or_token_are_left_out_and_reported(marks: str) -> None:
    opening, closing = marks[0], marks[1:]
    shown = f"{opening} {closing[0]}"
    for value in (WHOLE, JWT):
        raw = f"{opening}{value}{closing}"
        said = f"Pasted without the {shown} around it."
        assert one_line(f" {raw}\n", joins=True) == Pasted(value, said)
        broken = f"{raw[:20]}\n{raw[20:]}"
        assert one_line(broken, joins=True) == Pasted(value, f"{joined(2)} {said}")
        assert one_line(raw, joins=False) == Pasted(raw)


@pytest.mark.parametrize("raw", ['"', '""', '"a', 'a"', "<a'", '"a" "b"', '{"a"}'])
def test_marks_that_do_not_surround_it_are_pasted(raw: str) -> None:
    assert one_line(raw, joins=True) == Pasted(raw)


@pytest.mark.parametrize(
    "raw, why",
    [
        (f"{WHOLE}\n{WHOLE}", "it has 2 URLs, and this field takes one"),
        (f"{WHOLE} {WHOLE}", "it has 2 URLs, and this field takes one"),
        (f"{JWT}\n{JWT}", "it has several tokens, and this field takes one"),
        (f"{WHOLE}\nand a remark", "it has 2 lines, and this field takes one"),
        ("a\tb", "it has control characters or tabs in it"),
        ("a\x1b[31mb", "it has control characters or tabs in it"),
        ("caf\ufffd", "it has characters that are not UTF-8"),
        (" \r\n\t", "it is only white space"),
        ("", "it is only white space"),
        ("x" * (MOST + 1), "it has more than 20,000 characters"),
    ],
)
def test_a_paste_of_no_single_value_is_refused_whole(raw: str, why: str) -> None:
    assert one_line(raw, joins=True) == refused(why)


def test_several_lines_are_refused_as_a_name() -> None:
    raw = "pedidos\ndo Norte"
    assert one_line(raw, joins=False) == refused("it has 2 lines, and this field takes one")


@given(st.text(max_size=60), st.booleans())
def test_any_paste_is_one_line_or_nothing_and_every_change_is_reported(
    raw: str, joins: bool
) -> None:
    pasted = one_line(raw, joins=joins)
    assert len(pasted.text.splitlines()) <= 1
    assert pasted.text == pasted.text.strip()
    assert pasted.text == raw or pasted.said
