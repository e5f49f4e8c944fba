"""The fields of a record: read as the type they must have, or refused by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tui.api.adapters.fields import BadRecord, Fields

SECRET = "s3cr3t"
READERS: dict[str, Callable[[Fields], Any]] = {
    "text": lambda fields: fields.text("x"),
    "needed text": lambda fields: fields.needed_text("x"),
    "needed id": lambda fields: fields.needed_id("x"),
    "flag": lambda fields: fields.flag("x"),
    "needed flag": lambda fields: fields.needed_flag("x"),
    "amount": lambda fields: fields.amount("x"),
    "table": lambda fields: fields.table("x"),
    "array": lambda fields: fields.array("x"),
    "needed array": lambda fields: fields.needed_array("x"),
    "inside": lambda fields: fields.inside("x").text("y"),
}
LEFT_OUT = {"text": "", "flag": False, "amount": None, "table": None, "array": None, "inside": ""}


@pytest.mark.parametrize("reader", READERS)
def test_what_is_left_out_or_null_has_a_default_or_is_missing(reader: str) -> None:
    read = READERS[reader]
    for record in ({}, {"x": None}):
        if reader in LEFT_OUT:
            assert read(Fields(record)) == LEFT_OUT[reader]
        else:
            with pytest.raises(BadRecord, match=r"^x (is missing|must be )"):
                read(Fields(record))


@pytest.mark.parametrize(
    "reader, value, read",
    [
        ("text", "a", "a"),
        ("needed text", "", ""),
        ("needed id", 7, "7"),
        ("needed id", "w1", "w1"),
        ("flag", True, True),
        ("needed flag", False, False),
        ("amount", 12, 12),
        ("amount", "12", 12),
        ("table", {"a": 1}, {"a": 1}),
        ("array", [1], [1]),
        ("needed array", [], []),
        ("inside", {"y": "b"}, "b"),
    ],
)
def test_a_value_of_the_right_type_is_read(reader: str, value: Any, read: Any) -> None:
    assert READERS[reader](Fields({"x": value})) == read


@pytest.mark.parametrize(
    "reader, value",
    [
        *(("text", value) for value in (1, True, [SECRET], {SECRET: SECRET})),
        *(("needed text", value) for value in (1, [SECRET])),
        *(("needed id", value) for value in (True, 1.5, [SECRET])),
        *(("flag", value) for value in (0, "true", SECRET)),
        *(("needed flag", value) for value in (1, SECRET)),
        *(("amount", value) for value in (-1, 1.5, SECRET, "", "-1", "²")),
        ("table", [SECRET]),
        ("table", SECRET),
        ("array", {SECRET: SECRET}),
        ("needed array", SECRET),
    ],
)
def test_a_value_of_another_type_is_refused_by_its_name_alone(reader: str, value: Any) -> None:
    with pytest.raises(BadRecord, match=r"^x must be ") as refused:
        READERS[reader](Fields({"x": value}))
    assert SECRET not in str(refused.value)


def test_a_field_inside_is_named_with_where_it_stands() -> None:
    with pytest.raises(BadRecord, match=r"^Auth\.jwt must be text$"):
        Fields({"Auth": {"jwt": 1}}).inside("Auth").text("jwt")


@pytest.mark.parametrize("record", [None, SECRET, [SECRET], 7])
def test_a_record_has_to_be_an_object(record: Any) -> None:
    with pytest.raises(BadRecord, match=r"^it is no object$"):
        Fields(record)


def test_a_field_that_is_null_is_there() -> None:
    fields = Fields({"events": None})
    fields.need("events")
    assert "events" in fields
    assert "url" not in fields
    with pytest.raises(BadRecord, match=r"^url is missing$"):
        fields.need("url")
