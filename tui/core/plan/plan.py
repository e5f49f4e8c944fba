"""Plans: which webhooks to change and how, and which are left out and why.

Making one sends nothing. The board reviews a plan, the command line prints or stores it, and a run
carries it out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import NamedTuple

from tui.api.http.path_segments import is_plain
from tui.model.capabilities import Capabilities
from tui.model.diff import Change, Conflict, changes, merge
from tui.model.instance import Instance
from tui.model.validation import check
from tui.model.webhook import FlagsTold, Values, Webhook


class RowKey(NamedTuple):
    """The identity of a webhook among all of a server."""

    instance: str
    """The instance's id."""
    webhook: str
    """The webhook's id; empty for a new one."""
    new_name: str = ""
    """The name of a new webhook."""


@dataclass(frozen=True, slots=True)
class Target:
    """A webhook to change: as it was read, and as it is wanted."""

    instance: Instance
    base: Webhook
    wanted: Values
    deletes: bool = False
    """Whether to delete it: then ``wanted`` are its present values."""

    @property
    def key(self) -> RowKey:
        """The identity of its webhook."""
        if self.base.id:
            return RowKey(self.instance.id, self.base.id)
        return RowKey(self.instance.id, "", self.wanted.name)


class Question(Enum):
    """The reason why a planned change deserves a look before it is applied."""

    TURNS_OFF = auto()
    """A webhook that is enabled would be turned off."""
    FORGETS_FLAGS = auto()
    """It would be turned off on a server that forgets its flags then."""
    NO_FLAG_ON = auto()
    """It would be enabled with no flag on, and receive no events."""
    FLAGS_UNKNOWN = auto()
    """Flags would be written although the server did not tell which are on: flags that were not
    chosen may be turned off."""
    NEVER_SENT = auto()
    """A flag would be turned on that the server never sends an event for."""
    NAME_NOT_PLAIN = auto()
    """The server opens no instance whose name must be percent-encoded: likely to fail."""
    URL = auto()
    """The new URL is allowed but doubtful, such as http to a public host."""
    CREATES = auto()
    """A webhook would be created."""
    DELETES = auto()
    """A webhook would be deleted."""


@dataclass(frozen=True, slots=True)
class Concern:
    """A question about one planned row."""

    question: Question
    detail: str = ""
    """The details in words, or the wire name of a flag; rows with equal ones are shown together."""


class Reason(Enum):
    """The reason why a webhook is left out of a plan."""

    ALREADY_SO = auto()
    NO_SUCH_FLAG = auto()
    """A requested flag is not one of the webhook's."""
    FLAG_REFUSED = auto()
    """A flag is on that the server does not accept: every save would fail."""
    INVALID = auto()
    """A value is wrong, or this kind of server cannot store it."""
    CONFLICT = auto()
    """Somebody else changed it since the plan was made, in the same fields where it is not to be
    deleted."""
    NOT_READ = auto()
    """The webhook could not be read."""
    GONE = auto()
    """The webhook no longer exists."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A webhook that a plan does not change, and why."""

    reason: Reason
    instance: Instance
    webhook: Webhook | None = None
    """``None`` where the webhooks of the instance could not be read."""
    details: tuple[str, ...] = ()
    """Wire names of the flags, or sentences about the errors."""
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One webhook that a plan changes."""

    target: Target
    changes: tuple[Change, ...]
    concerns: tuple[Concern, ...] = ()

    @property
    def key(self) -> RowKey:
        """The identity of its webhook."""
        return self.target.key


@dataclass(frozen=True, slots=True)
class Plan:
    """The webhooks to change, in order, and those that are left out."""

    rows: tuple[PlannedRow, ...]
    left_out: tuple[LeftOut, ...] = ()
    total: int = 0
    """The number of webhooks on the server: the size of the plan is compared with it."""

    @property
    def change_count(self) -> int:
        """The number of changed fields and flags in all rows."""
        return sum(len(row.changes) for row in self.rows)


def plan(targets: Iterable[Target | LeftOut], capabilities: Capabilities, *, total: int) -> Plan:
    """Make a plan: sort targets into rows to write and webhooks to leave out.

    Webhooks that were left out before, such as those that were not read, stay left out.
    """
    rows: list[PlannedRow] = []
    left_out: list[LeftOut] = []
    for target in targets:
        found = _judged(target, capabilities) if isinstance(target, Target) else target
        if isinstance(found, PlannedRow):
            rows.append(found)
        else:
            left_out.append(found)
    return Plan(tuple(rows), tuple(left_out), total)


def _judged(target: Target, capabilities: Capabilities) -> PlannedRow | LeftOut:
    base, wanted = target.base, target.wanted
    if target.deletes:
        if not capabilities.deletes:
            return LeftOut(Reason.INVALID, target.instance, base, (capabilities.no_delete,))
        return PlannedRow(target, (), (Concern(Question.DELETES),))
    found = changes(base.values, wanted)
    if not found and not base.is_new:
        return LeftOut(Reason.ALREADY_SO, target.instance, base)
    if lacking := tuple(one.key for one in found if one.is_flag and one.old is None):
        return LeftOut(Reason.NO_SUCH_FLAG, target.instance, base, lacking)
    if refused := tuple(flag for flag in base.refused if wanted.flags.get(flag)):
        return LeftOut(Reason.FLAG_REFUSED, target.instance, base, refused)
    told = base.flags_told if wanted.flags == base.flags else FlagsTold.EACH
    checked = check(wanted, None if base.is_new else base.values, capabilities, told)
    if checked.errors:
        return LeftOut(Reason.INVALID, target.instance, base, tuple(checked.errors.values()))
    doubt = checked.warnings.get("url", "") if wanted.url != base.url else ""
    return PlannedRow(target, found, _concerns(target, found, capabilities, doubt))


def _concerns(
    target: Target, found: tuple[Change, ...], capabilities: Capabilities, url_doubt: str
) -> tuple[Concern, ...]:
    base, wanted = target.base, target.wanted
    concerns: list[Concern] = []
    if base.is_new:
        concerns.append(Concern(Question.CREATES))
    if base.enabled and not wanted.enabled and not base.is_new:
        concerns.append(Concern(Question.TURNS_OFF))
        if capabilities.off_forgets:
            concerns.append(Concern(Question.FORGETS_FLAGS, capabilities.off_forgets))
    was_mute = base.enabled and not base.flags_on and not base.is_new
    if wanted.enabled and wanted.flags and not wanted.flags_on and not was_mute:
        concerns.append(Concern(Question.NO_FLAG_ON))
    flags = [one for one in found if one.is_flag]
    if flags and base.flags_told is FlagsTold.NOTHING:
        concerns.append(Concern(Question.FLAGS_UNKNOWN))
    for one in flags:
        if one.new and one.key in capabilities.never_sent:
            concerns.append(Concern(Question.NEVER_SENT, one.key))
    if capabilities.plain_names and not is_plain(target.instance.id):
        concerns.append(Concern(Question.NAME_NOT_PLAIN, capabilities.plain_names))
    if url_doubt:
        concerns.append(Concern(Question.URL, url_doubt))
    return tuple(concerns)


def rebased(target: Target, now: Webhook, *, keep_theirs: bool = False) -> Target | LeftOut:
    """Return an earlier target as a target on the webhook as it is now.

    Changes by others since then stay. Where they changed the same field, the webhook is left out,
    or with ``keep_theirs`` (for undoing) their value stays; if nothing else is to be changed, it is
    left out too. A flag that the webhook has lost stays wanted, unless undoing: the plan reports
    it. A webhook to delete is left out if it was changed.
    """
    if target.deletes:
        theirs = changes(target.base.values, now.values)
        if theirs:
            return LeftOut(Reason.CONFLICT, target.instance, now)
        return replace(target, base=now, wanted=now.values)
    merging = merge(target.base.values, now.values, target.wanted)
    wanted = merging.values
    if merging.conflicts and not keep_theirs:
        return LeftOut(Reason.CONFLICT, target.instance, now, conflicts=merging.conflicts)
    for one in merging.conflicts:
        wanted = _with(wanted, one.key, one.theirs, is_flag=one.is_flag)
    if merging.conflicts and wanted == now.values:
        return LeftOut(Reason.CONFLICT, target.instance, now, conflicts=merging.conflicts)
    if not keep_theirs:
        wanted = replace(wanted, flags={**wanted.flags, **_asked_and_not_there(target, now)})
    return replace(target, base=now, wanted=wanted)


def _asked_and_not_there(target: Target, now: Webhook) -> Mapping[str, bool]:
    """Return the flags that a target changes and the webhook no longer has."""
    return {
        one.key: bool(one.new)
        for one in changes(target.base.values, target.wanted)
        if one.is_flag and one.new is not None and one.key not in now.flags
    }


def _with(values: Values, key: str, value: object, *, is_flag: bool) -> Values:
    if is_flag:
        return replace(values, flags={**values.flags, key: bool(value)})
    return values.with_value(key, value)
