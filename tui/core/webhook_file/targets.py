"""From the entries of a file to the targets of a plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from tui.core.command.change_source import preset_named
from tui.core.patch.patch import HostMove
from tui.core.plan.plan import LeftOut, Reason, RowKey, Target
from tui.core.selection import Selected, select
from tui.core.webhook_file.entries import Place, RuleEntry, WebhookEntry, WebhookFile
from tui.core.webhook_file.reader import raise_faults
from tui.i18n import _, number
from tui.model.instance import Instance
from tui.model.text import clean
from tui.model.url_host import host_and_port, host_of
from tui.model.user_error import UserError
from tui.model.webhook import Values, Webhook

if TYPE_CHECKING:
    from tui.core.patch.presets import Preset
    from tui.core.session import Session

_ABSENT, _PRESENT = "absent", "present"


class _Part(NamedTuple):
    """The part of a webhook that a wish is for."""

    kind: Literal["state", "url", "host", "enabled", "option", "flag"]
    name: str = ""
    """The name of the option or flag."""

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".rstrip()


_STATE, _URL, _HOST, _ENABLED = _Part("state"), _Part("url"), _Part("host"), _Part("enabled")

_Wish = tuple[str | bool, Place]
"""A value, and the entry that wants it."""


@dataclass(slots=True)
class _Wanted:
    """The wishes for one webhook."""

    instance: Instance
    webhook: Webhook
    wishes: dict[_Part, _Wish] = field(default_factory=dict)

    @property
    def is_absent(self) -> bool:
        """Whether the webhook must not exist."""
        return _STATE in self.wishes and self.wishes[_STATE][0] == _ABSENT


class Mismatch(UserError):
    """An entry selects more or fewer webhooks than it expects."""


def targets_of(session: Session, file: WebhookFile) -> list[Target | LeftOut]:
    """Return the targets of a file among a session's webhooks, whose list was read to its end.

    Raises :class:`UserError` with every fault: selectors that match nothing, entries that want
    different values, a file for another server; :class:`Mismatch` where only a number differs.
    """
    wanted = _Collected(session, file)
    for entry in file.webhooks:
        wanted.add_webhook(entry)
    for rule in file.rules:
        wanted.add_rule(rule)
    raise_faults(wanted.faults)
    if wanted.mismatches:
        raise Mismatch(wanted.mismatches[0], others=map(UserError, wanted.mismatches[1:]))
    return [*wanted.targets(), *wanted.unread]


class _Collected:
    """The wishes of all entries so far, by webhook, and the errors in them."""

    def __init__(self, session: Session, file: WebhookFile) -> None:
        self.faults: list[str] = []
        self.mismatches: list[str] = []
        self._session = session
        self._file = file
        self._instances = [session.store[key] for key in session.store.ids]
        self._by_row: dict[RowKey, _Wanted] = {}
        self.unread: list[LeftOut] = []
        if file.server is not None and not session.is_at(file.server):
            problem = _("It is for {server}, and this is {url}.").format(
                server=clean(file.server, 200), url=session.journal_key
            )
            self.faults.append(f"{file.name}: {problem}")

    def add_webhook(self, entry: WebhookEntry) -> None:
        """Collect the wishes of an entry for its webhook."""
        found = self._webhook_of(entry)
        if found is None:
            return
        instance, webhook = found
        row = self._row(instance, webhook)
        self._wish(row, _STATE, _ABSENT if entry.is_absent else _PRESENT, entry.place)
        if entry.url is not None:
            self._wish(row, _URL, entry.url, entry.place)
            self._wish(row, _HOST, host_and_port(entry.url), entry.place)
        if entry.enabled is not None:
            self._wish(row, _ENABLED, entry.enabled, entry.place)
        for name, on in entry.options.items():
            self._wish(row, _Part("option", name), on, entry.place)
        for flag, on in entry.flags.items():
            self._wish(row, _Part("flag", flag), on, entry.place)

    def add_rule(self, rule: RuleEntry) -> None:
        """Collect the wishes of a rule or a change for the webhooks that it selects."""
        found = select(self._instances, rule.selection)
        self.unread += (LeftOut(Reason.NOT_READ, one) for one in found.unread)
        self._check_number(rule, found)
        preset = self._preset_of(rule)
        for instance, webhook in found.rows:
            row = self._row(instance, webhook)
            for flag, on in _flags_of(rule, preset, webhook).items():
                self._wish(row, _Part("flag", flag), on, rule.place)
            if rule.enabled is not None:
                self._wish(row, _ENABLED, rule.enabled, rule.place)
            if rule.host is not None:
                url = _moved(webhook.url, rule.host)
                self._wish(row, _HOST, host_and_port(url), rule.place)

    def _check_number(self, rule: RuleEntry, found: Selected) -> None:
        if rule.expect is not None and len(found.rows) != rule.expect:
            problem = _("It expects {expected} webhooks and selects {count}.").format(
                expected=number(rule.expect), count=number(len(found.rows))
            )
            self._note(rule.place, problem, self.mismatches)
        elif not (found.rows or found.unread):
            self._note(rule.place, _("It selects no webhook."))

    def _preset_of(self, rule: RuleEntry) -> Preset | None:
        if rule.preset is None:
            return None
        try:
            return preset_named(self._session, rule.preset)
        except UserError as error:
            self._note(rule.place, f"{error.message} {error.hint}")
            return None

    def targets(self) -> Iterator[Target | LeftOut]:
        """Yield a target for each webhook with wishes."""
        for row in self._by_row.values():
            base = row.webhook
            if not row.is_absent:
                yield Target(row.instance, base, _values(base, row.wishes))
            elif base.is_new:
                yield LeftOut(Reason.ALREADY_SO, row.instance, base)
            else:
                yield Target(row.instance, base, base.values, deletes=True)

    def _webhook_of(self, entry: WebhookEntry) -> tuple[Instance, Webhook] | None:
        """Return the webhook of an entry, a new one if there is none; note errors."""
        instance = self._instance_of(entry)
        if instance is None:
            return None
        if instance.webhooks is None:
            self.unread.append(LeftOut(Reason.NOT_READ, instance))
            return None
        if entry.name is not None and not self._session.capabilities.names:
            self._note(entry.place, _("Webhooks have no names on this kind of server."))
            return None
        found = [
            one
            for one in instance.webhooks
            if entry.name in (None, one.name) and entry.id in (None, one.id)
        ]
        if len(found) > 1:
            self._note(entry.place, _("It is about several webhooks: add the name or the id."))
            return None
        webhook = found[0] if found else self._new_webhook(entry, instance)
        return (instance, webhook) if webhook else None

    def _instance_of(self, entry: WebhookEntry) -> Instance | None:
        found = [one for one in self._instances if entry.instance in (one.name, one.id)]
        if len(found) == 1:
            return found[0]
        if found or not entry.is_absent:
            text = _("There is no instance {name}.")
            if found:
                text = _("Several instances are called {name}: write the id of one of them.")
            self._note(entry.place, text.format(name=clean(entry.instance, 60)))
        return None

    def _new_webhook(self, entry: WebhookEntry, instance: Instance) -> Webhook | None:
        """Return the webhook that an entry is to create; note why it cannot."""
        if entry.id is not None or (self._session.capabilities.names and not entry.name):
            self._note(entry.place, _("There is no such webhook."))
            return None
        if not entry.is_absent and entry.url is None:
            self._note(entry.place, _("There is no such webhook. To make one, add its url."))
            return None
        blank = replace(self._session.server.blank(instance), is_new=True)
        return replace(blank, name=entry.name or blank.name)

    def _row(self, instance: Instance, webhook: Webhook) -> _Wanted:
        key = Target(instance, webhook, webhook.values).key
        return self._by_row.setdefault(key, _Wanted(instance, webhook))

    def _wish(self, row: _Wanted, part: _Part, value: str | bool, place: Place) -> None:
        other, by = row.wishes.setdefault(part, (value, place))
        if other != value:
            problem = _("It and {other} want different values for {webhook}: {what}.").format(
                other=_with_line(by),
                webhook=clean(f"{row.instance.name}/{row.webhook.name}", 120),
                what=clean(str(part), 60),
            )
            self._note(place, problem)

    def _note(self, place: Place, problem: str, faults: list[str] | None = None) -> None:
        at = f"{self._file.name}:{place.line}" if place.line else self._file.name
        (self.faults if faults is None else faults).append(f"{at}: {place}: {problem}")


def _with_line(place: Place) -> str:
    if place.line is None:
        return str(place)
    return _("{entry} in line {line}").format(entry=str(place), line=place.line)


def _moved(url: str, host: str) -> str:
    return HostMove(host_of(url), host).applied_to(url)


def _flags_of(rule: RuleEntry, preset: Preset | None, webhook: Webhook) -> dict[str, bool]:
    """Return the flags that a rule wants of a webhook; its own beat those of its preset."""
    flags = dict(rule.flags)
    if preset is None:
        return flags
    chosen = preset.patch.flags_of(webhook.flags, webhook.refused)
    named = chosen if preset.rest != "keep" else preset.patch.flags_where_there
    return {**{flag: chosen[flag] for flag in named if flag in chosen}, **flags}


def _values(base: Webhook, wishes: dict[_Part, _Wish]) -> Values:
    values = base.values
    flags, options = dict(values.flags), dict(values.options)
    for part, (value, _place) in wishes.items():
        match part.kind:
            case "flag":
                flags[part.name] = bool(value)
            case "option":
                options[part.name] = bool(value)
            case "enabled":
                values = replace(values, enabled=bool(value))
            case "url":
                values = replace(values, url=str(value))
    if _HOST in wishes and _URL not in wishes:
        values = replace(values, url=_moved(values.url, str(wishes[_HOST][0])))
    return replace(values, flags=flags, options=options)
