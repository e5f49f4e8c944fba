"""Reading the fields of a server's records: strictly, with errors that do not repeat values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tui.i18n import _
from tui.model.text import clean


class BadRecord(ValueError):
    """A record of the wrong shape. The text names the field, never its value."""


class Fields:
    """The fields of one JSON object, each read as the one type it may have.

    Null counts as left out. Methods raise :class:`BadRecord` for a value of another type, and
    for a required field that is left out. ``path`` leads to the object in the server's answer,
    such as ``BusinessPage.``; errors name fields by it.
    """

    __slots__ = ("_path", "_values")

    def __init__(self, record: Any, path: str = "") -> None:
        if not isinstance(record, dict):
            raise BadRecord(_("it is no object"))
        self._values: Mapping[str, Any] = record
        self._path = path

    def __contains__(self, name: str) -> bool:
        """Whether a field is there; it may be null."""
        return name in self._values

    def need(self, name: str) -> None:
        """Raise where a field is left out; it may be null."""
        if name not in self._values:
            raise self._bad(name, _("{field} is missing"))

    def value(self, name: str) -> Any:
        """Return a value of any type; ``None`` where it is left out."""
        return self._values.get(name)

    def text(self, name: str) -> str:
        """Return a text; empty where it is left out."""
        value = self._values.get(name)
        return "" if value is None else self._text(name, value)

    def needed_text(self, name: str) -> str:
        """Return a required text."""
        self.need(name)
        return self._text(name, self._values[name])

    def needed_id(self, name: str) -> str:
        """Return a required id, which may be a number."""
        self.need(name)
        value = self._values[name]
        if not isinstance(value, str | int) or isinstance(value, bool):
            raise self._bad(name, _("{field} must be text or a whole number"))
        return str(value)

    def flag(self, name: str) -> bool:
        """Return a boolean; false where it is left out."""
        value = self._values.get(name)
        return False if value is None else self._flag(name, value)

    def needed_flag(self, name: str) -> bool:
        """Return a required boolean."""
        self.need(name)
        return self._flag(name, self._values[name])

    def amount(self, name: str) -> int | None:
        """Return a whole number from 0, also from a text; ``None`` where it is left out."""
        value = self._values.get(name)
        if isinstance(value, str) and value.isascii() and value.isdigit():
            value = int(value[:18])
        if value is None or (isinstance(value, int) and value >= 0):
            return value
        raise self._bad(name, _("{field} must be a whole number"))

    def table(self, name: str) -> dict[str, Any] | None:
        """Return an object with any names in it; ``None`` where it is left out."""
        value = self._values.get(name)
        if value is None or isinstance(value, dict):
            return value
        raise self._bad(name, _("{field} must be an object"))

    def array(self, name: str) -> list[Any] | None:
        """Return a list; ``None`` where it is left out."""
        value = self._values.get(name)
        if value is None or isinstance(value, list):
            return value
        raise self._bad(name, _("{field} must be a list"))

    def needed_array(self, name: str) -> list[Any]:
        """Return a required list."""
        if (value := self.array(name)) is None:
            raise self._bad(name, _("{field} is missing"))
        return value

    def inside(self, name: str) -> Fields:
        """Return the fields of an object inside this one; none where it is left out."""
        return Fields(self.table(name) or {}, f"{self._path}{name}.")

    def _text(self, name: str, value: Any) -> str:
        if isinstance(value, str):
            return value
        raise self._bad(name, _("{field} must be text"))

    def _flag(self, name: str, value: Any) -> bool:
        if isinstance(value, bool):
            return value
        raise self._bad(name, _("{field} must be true or false"))

    def _bad(self, name: str, sentence: str) -> BadRecord:
        return BadRecord(sentence.format(field=clean(f"{self._path}{name}", 160)))
