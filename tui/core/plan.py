"""Plans: which webhooks would be changed and how, and what is left out and why.

Nothing is sent to make one. The board reviews a plan, the command line prints or stores it, and
a run carries it out.
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
    """What tells one webhook of a server from the others."""

    instance: str
    """The instance's id."""
    webhook: str
    """The webhook's id; empty for one that is to be made."""
    new_name: str = ""
    """The name of one that is to be made."""


@dataclass(frozen=True, slots=True)
class Target:
    """A webhook that is to be changed: as it was read, and as it is to be."""

    instance: Instance
    base: Webhook
    wanted: Values
    deletes: bool = False
    """Whether it is to be deleted: then ``wanted`` is what it has."""

    @property
    def key(self) -> RowKey:
        """What tells it from others."""
        if self.base.id:
            return RowKey(self.instance.id, self.base.id)
        return RowKey(self.instance.id, "", self.wanted.name)


class Question(Enum):
    """Why a planned change deserves a look before it is applied."""

    TURNS_OFF = auto()
    """A webhook that is enabled would be turned off."""
    FORGETS_FLAGS = auto()
    """It would be turned off on a server that forgets its flags then."""
    NO_FLAG_ON = auto()
    """It would be enabled with no flag on: nothing would be sent to it."""
    FLAGS_UNKNOWN = auto()
    """Flags would be written where the server did not tell which are on: those that were not
    chosen may be turned off."""
    NEVER_SENT = auto()
    """A flag would be turned on that the server never sends an event for."""
    NAME_NOT_PLAIN = auto()
    """The server opens no instance whose name must be percent-encoded: it is likely to fail."""
    URL = auto()
    """The new URL is allowed and doubtful, such as http to a public host."""
    CREATES = auto()
    """A webhook would be made."""
    DELETES = auto()
    """A webhook would be deleted."""


@dataclass(frozen=True, slots=True)
class Concern:
    """A question about one row."""

    question: Question
    detail: str = ""
    """What it is about, in words or as wire names of flags; equal ones are shown together."""


class Reason(Enum):
    """Why a webhook is left out of a plan."""

    ALREADY_SO = auto()
    NO_SUCH_FLAG = auto()
    """A flag was asked for that the webhook does not have."""
    FLAG_REFUSED = auto()
    """A flag is on that the server does not accept: it is in the way of any save."""
    INVALID = auto()
    """A value is wrong, or cannot be said to this kind of server."""
    CONFLICT = auto()
    """Somebody else changed it since the plan was made, in the same fields where it is not to be
    deleted."""
    NOT_READ = auto()
    """What the server has could not be read."""
    GONE = auto()
    """The webhook is not there any more."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A webhook that a plan does not change, and why."""

    reason: Reason
    instance: Instance
    webhook: Webhook | None = None
    """``None`` where the webhooks of the instance could not be read."""
    details: tuple[str, ...] = ()
    """Wire names of the flags, or sentences that say what is wrong."""
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One webhook that a plan changes."""

    target: Target
    changes: tuple[Change, ...]
    concerns: tuple[Concern, ...] = ()

    @property
    def key(self) -> RowKey:
        """What tells it from others."""
        return self.target.key


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be changed, in order, and what is left out."""

    rows: tuple[PlannedRow, ...]
    left_out: tuple[LeftOut, ...] = ()
    total: int = 0
    """How many webhooks the server has: the measure of how large the plan is."""

    @property
    def change_count(self) -> int:
        """How many fields and flags are changed in all rows."""
        return sum(len(row.changes) for row in self.rows)


def plan(targets: Iterable[Target | LeftOut], capabilities: Capabilities, *, total: int) -> Plan:
    """Sort targets into what is to be written and what is left out.

    What was found to be no target before, such as webhooks that were not read, stays left out.
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
    """Return a target planned earlier as one of what the server has now.

    What others changed since stays. Where they changed the same field, the webhook is left out,
    or with ``keep_theirs`` (undoing) their value stays. A flag that is not there any more is
    still wanted, unless undoing: the plan says that it cannot be had. One that was to be deleted
    is left out when it was changed.
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
    if not keep_theirs:
        wanted = replace(wanted, flags={**wanted.flags, **_asked_and_not_there(target, now)})
    return replace(target, base=now, wanted=wanted)


def _asked_and_not_there(target: Target, now: Webhook) -> Mapping[str, bool]:
    """Return the flags that a target changes and the webhook does not have now."""
    return {
        one.key: bool(one.new)
        for one in changes(target.base.values, target.wanted)
        if one.is_flag and one.new is not None and one.key not in now.flags
    }


def _with(values: Values, key: str, value: object, *, is_flag: bool) -> Values:
    if is_flag:
        return replace(values, flags={**values.flags, key: bool(value)})
    return values.with_value(key, value)
