"""Plans in sentences: their changes, their questions, and the webhooks that are left out."""

from __future__ import annotations

from collections.abc import Sequence

from tui.core.plan.groups import HOST, EqualChanges
from tui.core.plan.limits import RequestTime, request_count, seconds_for
from tui.core.plan.plan import Concern, LeftOut, Plan, PlannedRow, Question, Reason
from tui.i18n import _, ngettext, number
from tui.messages.change_words import change_words
from tui.model.counting import listed
from tui.model.flag_words import label
from tui.model.instance import Instance
from tui.model.text import clean

_NAME_LENGTH = 60
"""The most characters of a name that a sentence shows."""


def heading(plan: Plan) -> str:
    """Say how much a plan changes: ``948 changes to 500 webhooks``; a single one is named."""
    rows = len(plan.rows)
    if not rows:
        return _("No changes to apply")
    changes = ngettext("{count} change", "{count} changes", plan.change_count)
    counted = changes.format(count=number(plan.change_count))
    if rows == 1:
        target = plan.rows[0].target
        name = row_name(target.instance, target.wanted.name)
        return _("{changes} to {webhook}").format(changes=counted, webhook=name)
    text = ngettext("{changes} to {count} webhook", "{changes} to {count} webhooks", rows)
    return text.format(changes=counted, count=number(rows))


def group_words(group: EqualChanges) -> str:
    """Write the common change of a group of rows."""
    change = group.change
    if change.key == HOST and not change.is_flag:
        text = ngettext(
            "host {old} → {new}; {count} URL, its path kept",
            "host {old} → {new}; {count} different URLs, all paths kept",
            group.urls,
        )
        return text.format(old=change.old, new=change.new, count=number(group.urls))
    if change.key == "url" and change.new is None:
        return _("URL: another one for each webhook")
    return change_words(change)


def concern_words(concern: Concern, rows: Sequence[PlannedRow]) -> str:
    """Ask a question about some rows, and name them."""
    return _concern(concern.question, len(rows)).format(
        count=number(len(rows)),
        names=listed(row_name(row.target.instance, row.target.wanted.name) for row in rows),
        detail=concern.detail,
        flag=label(concern.detail),
    )


def reason_words(reason: Reason, rows: Sequence[LeftOut]) -> str:
    """Say why some webhooks with equal details are left out, and name them."""
    details = rows[0].details
    names = ((one.instance, one.webhook.name if one.webhook else "") for one in rows)
    return _reason(reason, len(rows)).format(
        count=number(len(rows)),
        names=listed(row_name(instance, webhook) for instance, webhook in names),
        flags=listed(map(label, details)),
        details=listed(details),
    )


def size_words(
    plan: Plan, *, at_once: int, each: RequestTime | None, flags_apart: bool = False
) -> str:
    """Estimate the requests of a plan, and its time if that is possible."""
    if not plan.rows:
        return _("nothing would be sent")
    requests = request_count(plan, flags_apart=flags_apart)
    if each is None:
        text = ngettext("about {count} request", "about {count} requests", requests)
        return text.format(count=number(requests))
    if each.is_of_lists:
        text = ngettext(
            "about {count} request, less than {duration} at {at_once} at once",
            "about {count} requests, less than {duration} at {at_once} at once",
            requests,
        )
    else:
        text = ngettext(
            "about {count} request, {duration} at {at_once} at once",
            "about {count} requests, {duration} at {at_once} at once",
            requests,
        )
    seconds = seconds_for(plan, at_once=at_once, seconds_each=each.seconds, flags_apart=flags_apart)
    return text.format(
        count=number(requests), duration=duration_words(seconds), at_once=number(at_once)
    )


def duration_words(seconds: float) -> str:
    """Write an estimated duration: in seconds, from two minutes on in minutes."""
    if seconds < 120:
        return _("{count} s").format(count=number(max(round(seconds), 1)))
    return _("{count} min").format(count=number(round(seconds / 60)))


def row_name(instance: Instance, webhook: str) -> str:
    """Name a webhook for people: ``loja-sul › crm``, by its instance alone where it has no name."""
    name = clean(instance.name, _NAME_LENGTH)
    return f"{name} › {clean(webhook, _NAME_LENGTH)}" if webhook.strip() else name


def _concern(question: Question, rows: int) -> str:
    match question:
        case Question.TURNS_OFF:
            return ngettext(
                "{count} webhook would be turned off: {names}",
                "{count} webhooks would be turned off: {names}",
                rows,
            )
        case Question.FORGETS_FLAGS | Question.NAME_NOT_PLAIN | Question.URL:
            return ngettext(
                "{detail} ({count} webhook: {names})",
                "{detail} ({count} webhooks: {names})",
                rows,
            )
        case Question.NO_FLAG_ON:
            return ngettext(
                "{count} webhook would be on without a flag on: {names}",
                "{count} webhooks would be on without a flag on: {names}",
                rows,
            )
        case Question.FLAGS_UNKNOWN:
            return ngettext(
                "{count} webhook has flags that the server does not tell; those not chosen may be "
                "turned off: {names}",
                "{count} webhooks have flags that the server does not tell; those not chosen may "
                "be turned off: {names}",
                rows,
            )
        case Question.NEVER_SENT:
            return ngettext(
                "{count} webhook would have {flag} on, which the server never sends: {names}",
                "{count} webhooks would have {flag} on, which the server never sends: {names}",
                rows,
            )
        case Question.CREATES:
            return ngettext(
                "{count} webhook would be created: {names}",
                "{count} webhooks would be created: {names}",
                rows,
            )
        case Question.DELETES:
            return ngettext(
                "{count} webhook would be deleted: {names}",
                "{count} webhooks would be deleted: {names}",
                rows,
            )


def _reason(reason: Reason, rows: int) -> str:
    match reason:
        case Reason.ALREADY_SO:
            return ngettext(
                "{count} webhook has these values already",
                "{count} webhooks have these values already",
                rows,
            )
        case Reason.NO_SUCH_FLAG:
            return ngettext(
                "{count} webhook does not have {flags}: {names}",
                "{count} webhooks do not have {flags}: {names}",
                rows,
            )
        case Reason.FLAG_REFUSED:
            return ngettext(
                "{count} webhook has {flags} on, which the server does not accept; turn that off, "
                "too: {names}",
                "{count} webhooks have {flags} on, which the server does not accept; turn that "
                "off, too: {names}",
                rows,
            )
        case Reason.INVALID:
            return ngettext(
                "{count} webhook cannot be changed like this: {details} ({names})",
                "{count} webhooks cannot be changed like this: {details} ({names})",
                rows,
            )
        case Reason.CONFLICT:
            return ngettext(
                "{count} webhook was changed since in the same place: {names}",
                "{count} webhooks were changed since in the same place: {names}",
                rows,
            )
        case Reason.NOT_READ:
            return ngettext(
                "{count} instance could not be read: {names}. {details}",
                "{count} instances could not be read: {names}. {details}",
                rows,
            )
        case Reason.GONE:
            return ngettext(
                "{count} webhook is not there any more: {names}",
                "{count} webhooks are not there any more: {names}",
                rows,
            )
