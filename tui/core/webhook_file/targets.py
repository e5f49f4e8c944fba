"""From the entries of a file to the targets of a plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tui.core.change_source import preset_named
from tui.core.patch import HostMove, host_and_port, host_of
from tui.core.plan import LeftOut, Reason, RowKey, Target
from tui.core.selection import select
from tui.core.webhook_file.entries import Place, RuleEntry, WebhookEntry, WebhookFile
from tui.core.webhook_file.reader import raise_faults
from tui.i18n import _, number
from tui.model.instance import Instance
from tui.model.text import clean
from tui.model.user_error import UserError
from tui.model.webhook import Values, Webhook

if TYPE_CHECKING:
    from tui.core.session import Session

Wish = tuple[str | bool, Place]
"""A value, and the entry that wants it."""


@dataclass(slots=True)
class _Wanted:
    """The wishes for one webhook by field: ``url``, ``host``, ``flag messagesUpsert``."""

    instance: Instance
    webhook: Webhook
    wishes: dict[str, Wish] = field(default_factory=dict)
    absent: Place | None = None


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
        if entry.is_absent:
            row.absent = entry.place
            return
        if entry.url is not None:
            self._wish(row, "url", entry.url, entry.place)
            self._wish(row, "host", host_and_port(entry.url), entry.place)
        if entry.enabled is not None:
            self._wish(row, "enabled", entry.enabled, entry.place)
        for name, on in entry.options.items():
            self._wish(row, f"option {name}", on, entry.place)
        for flag, on in entry.flags.items():
            self._wish(row, f"flag {flag}", on, entry.place)

    def add_rule(self, rule: RuleEntry) -> None:
        """Collect the wishes of a rule or a change for the webhooks that it selects."""
        found = select(self._instances, rule.selection)
        self.unread += (LeftOut(Reason.NOT_READ, one) for one in found.unread)
        if rule.expect is not None and len(found.rows) != rule.expect:
            problem = _("It expects {expected} webhooks and selects {count}.").format(
                expected=number(rule.expect), count=number(len(found.rows))
            )
            self._note(rule.place, problem, self.mismatches)
        elif not (found.rows or found.unread):
            self._note(rule.place, _("It selects no webhook."))
        preset = None
        if rule.preset is not None:
            try:
                preset = preset_named(self._session, rule.preset)
            except UserError as error:
                self._note(rule.place, f"{error.message} {error.hint}")
        for instance, webhook in found.rows:
            row = self._row(instance, webhook)
            flags = dict(rule.flags)
            if preset is not None:
                chosen = preset.patch.applied_to(webhook.values, instance.name).flags
                named = chosen if preset.rest != "keep" else preset.patch.flags_where_there
                flags = {**{flag: chosen[flag] for flag in named if flag in chosen}, **flags}
            for flag, on in flags.items():
                self._wish(row, f"flag {flag}", on, rule.place)
            if rule.enabled is not None:
                self._wish(row, "enabled", rule.enabled, rule.place)
            if rule.host is not None:
                url = _moved(webhook.url, rule.host)
                self._wish(row, "host", host_and_port(url), rule.place)

    def targets(self) -> Iterator[Target | LeftOut]:
        """Yield a target for each webhook with wishes."""
        for row in self._by_row.values():
            base = row.webhook
            if row.absent is None:
                yield Target(row.instance, base, _values(base, row.wishes))
            elif base.is_new:
                yield LeftOut(Reason.ALREADY_SO, row.instance, base)
            else:
                yield Target(row.instance, base, base.values, deletes=True)

    def _webhook_of(self, entry: WebhookEntry) -> tuple[Instance, Webhook] | None:
        """Return the webhook of an entry, a new one if there is none; note errors."""
        instances = [one for one in self._instances if entry.instance in (one.name, one.id)]
        if len(instances) != 1:
            text = _("There is no instance {name}.")
            if instances:
                text = _("Several instances are called {name}: write the id of one of them.")
            if not (entry.is_absent and not instances):
                self._note(entry.place, text.format(name=clean(entry.instance, 60)))
            return None
        (instance,) = instances
        if instance.webhooks is None:
            self.unread.append(LeftOut(Reason.NOT_READ, instance))
            return None
        names = self._session.capabilities.names
        if entry.name is not None and not names:
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
        if found:
            return instance, found[0]
        if entry.id is not None or (names and not entry.name):
            self._note(entry.place, _("There is no such webhook."))
            return None
        blank = replace(self._session.server.blank(instance), is_new=True)
        if not entry.is_absent and entry.url is None:
            self._note(entry.place, _("There is no such webhook. To make one, add its url."))
            return None
        return instance, replace(blank, name=entry.name or blank.name)

    def _row(self, instance: Instance, webhook: Webhook) -> _Wanted:
        key = Target(instance, webhook, webhook.values).key
        return self._by_row.setdefault(key, _Wanted(instance, webhook))

    def _wish(self, row: _Wanted, what: str, value: str | bool, place: Place) -> None:
        other, by = row.wishes.setdefault(what, (value, place))
        if other != value:
            problem = _("It and {other} want different values for {webhook}: {what}.").format(
                other=_with_line(by),
                webhook=clean(f"{row.instance.name}/{row.webhook.name}", 120),
                what=clean(what, 60),
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


def _values(base: Webhook, wishes: dict[str, Wish]) -> Values:
    values = base.values
    flags, options = dict(values.flags), dict(values.options)
    for what, (value, _place) in wishes.items():
        kind, _blank, name = what.partition(" ")
        match kind:
            case "flag":
                flags[name] = bool(value)
            case "option":
                options[name] = bool(value)
            case "enabled":
                values = replace(values, enabled=bool(value))
            case "url":
                values = replace(values, url=str(value))
    if "url" not in wishes and "host" in wishes:
        values = replace(values, url=_moved(values.url, str(wishes["host"][0])))
    return replace(values, flags=flags, options=options)
