"""The history of a webhook in words: who changed it, the changes, and why one cannot be undone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from tui.core.history.history import NoUndo, entry_changes
from tui.core.plan.plan import LeftOut, Reason
from tui.i18n import _
from tui.messages.change_words import change_words, names
from tui.messages.plan_words import reason_words
from tui.model.counting import flags_on, listed
from tui.model.row_outcome import RowOutcome
from tui.model.sentence import Sentence, Wording
from tui.model.text import clean
from tui.model.time import moment
from tui.storage.journal import Entry, Origin, RunRecord, WebhookState

PLACES: Mapping[Origin, str] = {
    Origin.EDITOR: _("editor"),
    Origin.BOARD: _("board"),
    Origin.COMMAND_LINE: _("command line"),
    Origin.RESTORE: _("put back"),
}
"""The places in this program from which changes come."""

NO_UNDO: Mapping[NoUndo, Wording] = {
    NoUndo.FIRST_SEEN: Sentence(
        _("This is no change: it is the first state seen. {history.whole} puts it back.")
    ),
    NoUndo.NOT_KNOWN: _("The result of this change is not known: it cannot be undone."),
    NoUndo.DELETED: Sentence(
        _("The webhook was deleted here. {history.whole} on an older state puts that back.")
    ),
    NoUndo.ONLY_HEADERS: _(
        "Only headers were changed, and the history does not keep their values."
    ),
}


def who_words(entry: Entry, me: str, now: datetime) -> str:
    """Say who made a change and from where: ``you, editor``, ``by others, between … and …``."""
    if entry.origin is Origin.OTHERS and entry.since is not None:
        return _others_words(entry.since, entry.at, now)
    return short_who(entry, me)


def short_who(entry: Entry, me: str) -> str:
    """Say who made a change and from where, in few cells."""
    if entry.origin is Origin.FIRST_SEEN:
        return _("first seen")
    if entry.origin is Origin.OTHERS:
        return _("by others")
    if entry.run:
        place = PLACES[entry.origin]
        return _("run {run}, {place}").format(run=clean(entry.run, 20), place=place)
    return _person(entry.who, entry.origin, me)


def what_words(entry: Entry) -> str:
    """Name the changes of an entry, in a line."""
    before, after = entry.before, entry.after
    if after is None:
        unknown = entry.outcome is RowOutcome.NOT_KNOWN
        return _("result not known") if unknown else _("deleted")
    if entry.origin is Origin.FIRST_SEEN:
        return _state_words(after)
    if before is None:
        return _("made: {state}").format(state=_state_words(after))
    found = entry_changes(entry)
    if header_changes(before, after):
        return listed(filter(None, (names(found), _("headers"))))
    if len(found) == 1 and isinstance(found[0].new, bool):
        return change_words(found[0])
    return names(found)


def run_who(run: RunRecord, me: str) -> str:
    """Say who began a run and from where."""
    return _person(run.who, run.origin, me)


def run_state(run: RunRecord, *, under_way: bool) -> str:
    """Say which run this one undoes or retries, and whether it ended; empty for an ordinary one."""
    of_run = clean(run.of_run, 20)
    text = ""
    if of_run:
        text = _("puts {run} back") if run.origin is Origin.RESTORE else _("tries {run} again")
    end = "" if run.ended else _("under way") if under_way else _("cut off")
    return listed(filter(None, (text.format(run=of_run), end)))


def nothing_to_put_back(left_out: LeftOut) -> str:
    """Say why a change is not undone, or a state not put back."""
    if left_out.reason is Reason.ALREADY_SO:
        return _("Nothing to put back: the webhook is like this already.")
    if left_out.reason is Reason.CONFLICT and left_out.conflicts:
        return _("Nothing to put back: the same values were changed again later, and that stays.")
    return reason_words(left_out.reason, [left_out])


def header_changes(before: WebhookState, after: WebhookState) -> str:
    """Name the headers that were added and removed; empty if none was."""
    old, new = before.headers, after.headers
    came = (_("{name} added").format(name=one) for one in new if one not in old)
    went = (_("{name} removed").format(name=one) for one in old if one not in new)
    return listed((*came, *went))


def _state_words(state: WebhookState) -> str:
    values = state.values
    flags = flags_on(values.flags_on, len(values.flags), state.flags_told)
    return flags if values.enabled else _("disabled, {flags}").format(flags=flags)


def _person(who: str, origin: Origin, me: str) -> str:
    if who == me:
        return _("you, {place}").format(place=PLACES[origin])
    return _("{who}, {place}").format(who=clean(who, 40), place=PLACES[origin])


def _others_words(since: datetime, at: datetime, now: datetime) -> str:
    """Say between which two readings others changed a webhook."""
    first, last = since.astimezone(), at.astimezone()
    if first.date() != last.date():
        return _("by others, after {time}").format(time=moment(since, now))
    times = {"first": f"{first:%H:%M}", "last": f"{last:%H:%M}"}
    if times["first"] == times["last"]:
        return _("by others, at {last}").format(**times)
    return _("by others, between {first} and {last}").format(**times)
