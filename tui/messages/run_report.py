"""A run in sentences: the result of each row, the progress, and the totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from tui.core.run.report import asked_of
from tui.core.run.row import RunRow
from tui.core.run.run import IN_A_ROW, SHARE, Pause, Phase, Progress
from tui.i18n import _, ngettext, number
from tui.messages.change_words import change_words, names, title, visible_value
from tui.messages.plan_words import duration_words, row_name
from tui.messages.save_report import objections
from tui.model.counting import listed
from tui.model.diff import Change, Conflict
from tui.model.row_outcome import RowOutcome
from tui.model.sentence import Sentence, Wording
from tui.storage.journal import Action

OUTCOMES: Mapping[RowOutcome, str] = {
    RowOutcome.SAVED: _("saved"),
    RowOutcome.ALREADY_SO: _("already so"),
    RowOutcome.SAVED_AFTER_ALL: _("saved after all"),
    RowOutcome.PARTLY: _("partly"),
    RowOutcome.CONFLICT: _("conflict"),
    RowOutcome.REFUSED: _("refused"),
    RowOutcome.NO_ACCESS: _("no access"),
    RowOutcome.NOT_SAVED: _("not saved"),
    RowOutcome.NOT_KNOWN: _("not known"),
    RowOutcome.GONE: _("gone"),
    RowOutcome.INVALID: _("invalid"),
    RowOutcome.NOT_REACHED: _("not reached"),
}
"""The words for outcomes, in the order in which they are counted."""

PAUSES: Mapping[Pause, Sentence] = {
    Pause.FIRST_NOT_SAVED: Sentence(
        _("The first webhook was not saved. Look at it before the others are changed.")
    ),
    Pause.FAILURES_IN_A_ROW: Sentence(
        ngettext(
            "{count} webhook in a row was not saved. "
            "Something is wrong with the server or the plan.",
            "{count} webhooks in a row were not saved. "
            "Something is wrong with the server or the plan.",
            IN_A_ROW,
        ).format(count=number(IN_A_ROW))
    ),
    Pause.MANY_FAILURES: Sentence(
        _("More than {percent} % of the webhooks were not saved. Look at what went wrong.").format(
            percent=number(round(SHARE * 100))
        )
    ),
    Pause.NO_ACCESS: Sentence(
        _("The server refused the token. {credentials}: enter another one; then the run goes on.")
    ),
    Pause.JOURNAL: Sentence(
        _("The journal cannot be written: no further webhook is changed. Make room on its disk.")
    ),
}
"""The reasons why a run pauses, and what to do."""

GO_ON_OR_END = Sentence(_("{run.go-on} goes on with the others, {run.close} ends the run here."))
STOPPING = _("Stopping: no further webhook is begun; those under way end.")
ELSEWHERE = _(
    "Another Hookboard is carrying this run out. These are its rows so far; open it again for more."
)
CUT_OFF = Sentence(
    _(
        "This run was cut off. {run.go-on} goes on with the other webhooks, {run.leave-as-is} "
        "leaves them as they are. Each is read first: a write may have arrived."
    )
)


def row_words(row: RunRow) -> str:
    """Say how a row ended, in a line."""
    result = row.result
    match result.outcome:
        case RowOutcome.CONFLICT if result.conflicts:
            return listed(_conflict_words(one) for one in result.conflicts)
        case RowOutcome.CONFLICT:
            return _("others changed it: {changes}").format(
                changes=listed(map(change_words, result.missing))
            )
        case RowOutcome.PARTLY:
            kept = listed(map(_kept_words, result.missing))
            return _("the server kept {values}").format(values=kept)
        case RowOutcome.INVALID if result.objection:
            return listed(map(str, objections(result.objection, result.field_errors).values()))
        case RowOutcome.GONE:
            return _("the webhook or its instance is not there any more")
        case RowOutcome.NOT_REACHED:
            return _("the run ended before")
        case RowOutcome.SAVED:
            return _done_words(row)
        case RowOutcome.SAVED_AFTER_ALL:
            return listed(filter(None, (_done_words(row), _told(row))))
        case RowOutcome.ALREADY_SO:
            return _("nothing was written")
    return _told(row)


def failure_words(row: RunRow) -> str:
    """Say beside the name of a webhook that the last run did not save it, and why."""
    return _("✗ last run: {outcome}, {why}").format(
        outcome=OUTCOMES[row.outcome], why=brief_row_words(row)
    )


def _done_words(row: RunRow) -> str:
    """Say how the webhook of a row was changed."""
    match row.action:
        case Action.DELETE:
            return _("deleted")
        case Action.CREATE:
            return _("made")
        case Action.CHANGE:
            return _saved_words(row)


def _told(row: RunRow) -> str:
    """Return the error of a row, and the server's own words."""
    return " ".join(filter(None, (row.result.what, *(f"“{one}”" for one in row.result.said))))


def row_details(row: RunRow) -> tuple[str, ...]:
    """List the requested changes of a row, and once it has ended its result, requests and time."""
    asked = _("{name}: {changes}").format(
        name=row_name(row.target.instance, row.target.wanted.name),
        changes=listed(map(change_words, asked_of(row))) or _("to be deleted"),
    )
    if not row.ended:
        return (asked,)
    result = row.result
    took = ngettext(
        "{count} request, {seconds} s", "{count} requests, {seconds} s", result.requests
    )
    return (
        asked,
        row_words(row),
        took.format(count=number(result.requests), seconds=f"{result.seconds:.1f}"),
    )


def progress_words(progress: Progress) -> str:
    """Say the progress of a run, in a line."""
    failed = sum(count for outcome, count in progress.counts.items() if not outcome.is_as_asked)
    total, ended = number(progress.total), number(progress.ended)
    if progress.seconds_left is None:
        return _("{ended} of {total}, {failed} not as asked").format(
            ended=ended, total=total, failed=number(failed)
        )
    return _("{ended} of {total}, {failed} not as asked, about {duration} left").format(
        ended=ended,
        total=total,
        failed=number(failed),
        duration=duration_words(progress.seconds_left),
    )


def under_way_words(progress: Progress) -> Wording:
    """Say the progress of a run, and how to stop it."""
    how_far = progress_words(progress)
    if progress.phase is not Phase.RUNNING:
        return how_far
    stops = _("{progress} · {run.close} stops after those under way")
    return Sentence(stops, {"progress": how_far})


def ended_words(progress: Progress, seconds: float | None) -> str:
    """Say how a run ended: its rows, its time if that is known, and the outcomes."""
    ended, total = number(progress.ended), number(progress.total)
    counts = ", ".join(_counted(progress.counts))
    if seconds is None:
        return _("{ended} of {total}: {outcomes}").format(ended=ended, total=total, outcomes=counts)
    return _("{ended} of {total} in {duration}: {outcomes}").format(
        ended=ended, total=total, duration=duration_words(seconds), outcomes=counts
    )


def short_progress(progress: Progress, *, waits: bool) -> str:
    """Say the progress of a run for the top line, or that it waits for an answer."""
    if waits:
        return _("run waits for you")
    return _("run {ended}/{total}").format(
        ended=number(progress.ended), total=number(progress.total)
    )


def totals_words(outcomes: Iterable[RowOutcome]) -> str:
    """Count the rows by outcome; outcomes without rows are left out."""
    return ", ".join(_counted(Counter(outcomes)))


def _counted(counts: Mapping[RowOutcome, int]) -> Iterator[str]:
    for one, words in OUTCOMES.items():
        if counts[one]:
            yield _("{outcome} {count}").format(outcome=words, count=number(counts[one]))


def run_text(rows: Sequence[RunRow], *, run: str, url: str) -> str:
    """Return the report of a run as lines of text, rows that need a look first."""
    heading = _("Run {run} on {url}: {totals}").format(
        run=run, url=url, totals=totals_words(row.outcome for row in rows)
    )
    ordered = sorted(rows, key=lambda row: row.outcome.is_as_asked)
    return "\n".join((heading, *map(_line, ordered), ""))


def _line(row: RunRow) -> str:
    return _("{outcome}: {instance} › {webhook}: {words} (asked: {asked})").format(
        outcome=OUTCOMES[row.outcome],
        instance=row.target.instance.name,
        webhook=row.target.wanted.name or _("webhook"),
        words=row_words(row),
        asked=names(asked_of(row)),
    )


def _saved_words(row: RunRow) -> str:
    changed = len(asked_of(row))
    said = ngettext("{count} change", "{count} changes", changed).format(count=number(changed))
    if not row.result.merged:
        return said
    return _("{changes}; also changed, by others or the server: {theirs}").format(
        changes=said, theirs=listed(map(change_words, row.result.merged))
    )


def _kept_words(missing: Change) -> str:
    value = visible_value(missing.old, missing.key)
    return _("{name} {value}").format(name=title(missing), value=value)


def _conflict_words(conflict: Conflict) -> str:
    return _("{name}: the server has {theirs}, wanted {mine}").format(
        name=title(conflict),
        theirs=visible_value(conflict.theirs, conflict.key),
        mine=visible_value(conflict.mine, conflict.key),
    )


def brief_row_words(row: RunRow) -> str:
    """Say briefly how a row ended: by the server's own words, if there are any."""
    if row.result.said:
        return listed(f"“{one}”" for one in row.result.said)
    return row_words(row)
