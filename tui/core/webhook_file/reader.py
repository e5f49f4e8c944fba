"""Reading a file of webhooks, TOML or JSON, and reporting all its errors at once."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tui.core.patch.patch import is_host
from tui.core.selection import Condition, ConditionError, Selection
from tui.core.webhook_file.entries import FORMAT, Kind, Place, RuleEntry, WebhookEntry, WebhookFile
from tui.i18n import _
from tui.model.text import clean
from tui.model.user_error import UserError

_KINDS: tuple[Kind, ...] = ("webhook", "rule", "change")
_TOP = ("hookboard", "server", *_KINDS)
_WEBHOOK = (
    *("instance", "name", "id", "url", "enabled", "on", "off", "options", "headers", "state"),
)
_RULE = ("where", "not", "on", "off", "host", "enabled", "preset")
_KEYS: Mapping[Kind, tuple[str, ...]] = {
    "webhook": _WEBHOOK,
    "rule": _RULE,
    "change": (*_RULE, "expect"),
}
_NAMES = ("instance", "webhook")
"""The keys of conditions that a rule may have: its changes must not change its selection."""
_HEADER = re.compile(r"\s*\[\[\s*(webhook|rule|change)\s*\]\]")

SayCondition = Callable[[ConditionError], str]
"""Words the error of a condition."""

AddFault = Callable[[str, str], None]
"""Notes an error in an entry: its key, and a sentence."""


def read_file(content: bytes, name: str, say: SayCondition) -> WebhookFile:
    """Read a file; ``name`` is its name in messages, ``say`` words the error of a condition.

    Raises :class:`UserError` with a problem for each error, and its line if that is known.
    """
    faults: list[str] = []
    text, told = _parsed(content, name)
    lines = _Lines(text)
    for key in told.keys() - set(_TOP):
        faults.append(f"{_at(name, lines.of_key(key))}: {_unknown(key, _TOP)}")
    if told.get("hookboard") != FORMAT or isinstance(told.get("hookboard"), bool):
        faults.append(f"{name}: {_('The file must say: hookboard = 1')}")
    server = told.get("server")
    if server is not None and not isinstance(server, str):
        faults.append(f"{_at(name, lines.of_key('server'))}: {_('server must be text.')}")
    webhooks: list[WebhookEntry] = []
    rules: list[RuleEntry] = []
    for kind in _KINDS:
        for number, table in enumerate(_tables(told.get(kind, []), kind, name, faults), 1):
            place = Place(kind, number, lines.of_entry(kind, number))

            def add(key: str, problem: str, place: Place = place) -> None:
                line = lines.of_key(key, place) or place.line
                faults.append(f"{_at(name, line)}: {place}: {problem}")

            entry = _Entry(table, place, add, say)
            if kind == "webhook":
                webhooks.append(entry.webhook())
            else:
                rules.append(entry.rule())
    raise_faults(faults)
    return WebhookFile(name, server, tuple(webhooks), tuple(rules))


def raise_faults(faults: Iterable[str]) -> None:
    """Raise a :class:`UserError` with a problem for each error, if there are any."""
    errors = [UserError(fault) for fault in faults]
    if errors:
        raise UserError(errors[0].problem, others=errors[1:])


def _parsed(content: bytes, name: str) -> tuple[str, dict[str, Any]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UserError(f"{name}: {_('The file is not UTF-8.')}") from None
    is_json = text.lstrip()[:1] == "{"
    try:
        told = json.loads(text) if is_json else tomllib.loads(text)
    except (json.JSONDecodeError, tomllib.TOMLDecodeError) as error:
        form = "JSON" if is_json else "TOML"
        problem = _("This is not {form}: {reason}").format(form=form, reason=clean(str(error), 200))
    except ValueError:  # Python converts only numbers of up to 4,300 digits
        problem = _("The file has a number that is too long.")
    except RecursionError:
        problem = _("The file is nested too deeply.")
    else:
        return "" if is_json else text, told
    raise UserError(f"{name}: {problem}")


def _tables(told: object, kind: Kind, name: str, faults: list[str]) -> list[dict[str, Any]]:
    if isinstance(told, list) and all(isinstance(one, dict) for one in told):
        return told
    problem = _("{kind} must be written as [[{kind}]].").format(kind=kind)
    faults.append(f"{name}: {problem}")
    return []


def _at(name: str, line: int | None) -> str:
    return f"{name}:{line}" if line else name


def _unknown(key: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    known = tuple(known)
    shown = clean(key, 60)
    if close := get_close_matches(key, known, n=1):
        return _("{key} is not known here. Did you mean {nearest}?").format(
            key=shown, nearest=close[0]
        )
    return _("{key} is not known here. There are: {keys}.").format(key=shown, keys=", ".join(known))


class _Lines:
    """The line numbers of entries and keys in a TOML text."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._entries: dict[tuple[str, int], int] = {}
        counts = dict.fromkeys(_KINDS, 0)
        for number, line in enumerate(self._lines, 1):
            if found := _HEADER.match(line):
                kind: Any = found[1]
                counts[kind] += 1
                self._entries[kind, counts[kind]] = number

    def of_entry(self, kind: Kind, number: int) -> int | None:
        """Return the line of an entry's header."""
        return self._entries.get((kind, number))

    def of_key(self, key: str, place: Place | None = None) -> int | None:
        """Return the line of a key of an entry, or of one before all entries."""
        start = (place.line or 0) if place else 0
        if place and not start:
            return None
        is_key = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=").match
        for number, line in enumerate(self._lines[start:], start + 1):
            if line.lstrip().startswith("["):
                return None
            if is_key(line):
                return number
        return None


class _Entry:
    """The table of one entry, which is checked while it is read."""

    def __init__(
        self, table: dict[str, Any], place: Place, add: AddFault, say: SayCondition
    ) -> None:
        self._say = say
        self._table = table
        self._place = place
        self._add = add
        known = _KEYS[place.kind]
        for key in table:
            if key not in known:
                add(key, _unknown(key, known))

    def webhook(self) -> WebhookEntry:
        """Return the entry as one webhook."""
        instance = self._text("instance")
        if not instance:
            self._add("instance", _("instance is missing: the name or id of an instance."))
        state = self._table.get("state")
        if state not in (None, "absent"):
            self._add("state", _('state can only be "absent".'))
        self._texts("headers")
        entry = WebhookEntry(
            self._place,
            instance or "",
            self._text("name"),
            self._text("id"),
            self._text("url"),
            self._switch("enabled"),
            self._flags(),
            self._options(),
            state == "absent",
        )
        wants = (entry.url, entry.enabled) != (None, None) or entry.flags or entry.options
        if entry.is_absent and wants:
            self._add("state", _("An absent webhook can have no values."))
        return entry

    def rule(self) -> RuleEntry:
        """Return the entry as a rule or a change."""
        host = self._text("host")
        if host is not None and not is_host(host):
            self._add("host", _("host must be a host, with or without a port: crm.example:8443."))
        expect = self._table.get("expect")
        if expect is not None and (isinstance(expect, bool) or not isinstance(expect, int)):
            self._add("expect", _("expect must be a whole number."))
            expect = None
        entry = RuleEntry(
            self._place,
            Selection(self._conditions("where"), self._conditions("not")),
            self._flags(),
            host,
            self._switch("enabled"),
            self._text("preset"),
            expect,
        )
        if not (entry.flags or host or entry.preset or entry.enabled is not None):
            self._add("", _("This entry changes nothing: add on, off, host, enabled or preset."))
        return entry

    def _conditions(self, key: str) -> tuple[Condition, ...]:
        found: list[Condition] = []
        for text in self._texts(key):
            try:
                one = Condition.parse(text)
            except ConditionError as error:
                self._add(key, self._say(error))
                continue
            if self._place.kind == "rule" and one.key not in _NAMES:
                problem = _(
                    "A rule selects by instance and webhook; a [[change]] may use {key}."
                ).format(key=one.key)
                self._add(key, problem)
            found.append(one)
        return tuple(found)

    def _flags(self) -> dict[str, bool]:
        on, off = self._texts("on"), self._texts("off")
        if both := sorted(set(on) & set(off)):
            problem = _("{flag} cannot be on and off.").format(flag=clean(both[0], 60))
            self._add("on", problem)
        return {**dict.fromkeys(on, True), **dict.fromkeys(off, False)}

    def _options(self) -> dict[str, bool]:
        told = self._table.get("options", {})
        if isinstance(told, dict) and all(isinstance(one, bool) for one in told.values()):
            return told
        self._add("options", _("options must be like: { byEvents = true }."))
        return {}

    def _text(self, key: str) -> str | None:
        value = self._table.get(key)
        if value is None or isinstance(value, str):
            return value
        self._add(key, _("{key} must be text in quotes.").format(key=key))
        return None

    def _switch(self, key: str) -> bool | None:
        value = self._table.get(key)
        if value is None or isinstance(value, bool):
            return value
        self._add(key, _("{key} must be true or false.").format(key=key))
        return None

    def _texts(self, key: str) -> list[str]:
        value = self._table.get(key, [])
        if isinstance(value, str):
            return [value]
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return value
        self._add(key, _('{key} must be a list of texts: ["…", "…"].').format(key=key))
        return []
