"""The board in sentences: marks, staged changes, and the cell under the cursor."""

from __future__ import annotations

from tui.api.errors import ApiError
from tui.core.board.board import Board
from tui.core.board.flag_state import FlagState, flag_state
from tui.core.board.row import BoardRow
from tui.core.session import Session
from tui.i18n import _, ngettext, number
from tui.messages import list_status
from tui.messages.list_status import Notice
from tui.model.sentence import Sentence, Wording
from tui.model.text import clean
from tui.model.webhook import Values, Webhook

BETWEEN = " · "
"""The separator of two facts in a line."""


def webhook_count(board: Board) -> str:
    """Count the webhooks, those that are shown, and the instances that were not read."""
    read = board.webhook_count
    if board.filter.is_empty:
        counts = ngettext("{count} webhook", "{count} webhooks", read).format(count=number(read))
    else:
        text = ngettext("{shown} of {count} webhook", "{shown} of {count} webhooks", read)
        counts = text.format(shown=number(board.shown_count), count=number(read))
    if unread := board.unread_count:
        text = ngettext("{count} instance not read", "{count} instances not read", unread)
        counts = f"{counts}, {text.format(count=number(unread))}"
    return counts


def choice_words(board: Board) -> str:
    """Count marks and staged changes: ``500 marked, 12 hidden · staged: 948 changes in 500``."""
    marked, hidden, staged = len(board.marks), board.marks.hidden, len(board.staging)
    said = [_("marking a range")] if board.marks.in_range else []
    if hidden:
        text = _("{count} marked, {hidden} hidden")
        said.append(text.format(count=number(marked), hidden=number(hidden)))
    elif marked:
        said.append(_("{count} marked").format(count=number(marked)))
    if staged:
        changes = board.change_count
        text = ngettext(
            "staged: {changes} change in {count}", "staged: {changes} changes in {count}", changes
        )
        said.append(text.format(changes=number(changes), count=number(staged)))
    return BETWEEN.join(said)


def no_rows(session: Session, board: Board, *, failed: bool) -> Notice:
    """Say why the board shows no row."""
    if board.typed and len(session.store):
        none = _("No webhook matches “{filter}”.").format(filter=board.typed)
        return none, Sentence(_("{board.back} clears the filter."))
    if session.store.loading:
        meanwhile = _("The keys work meanwhile: {board.back} goes back, {quit} quits.")
        return _("Reading the instances…"), Sentence(meanwhile)
    return list_status.no_instances(session.store, session.trouble, failed=failed)


def nothing_here(row: BoardRow | None) -> Wording:
    """Say why there is nothing to mark or to change in a row."""
    if row is None:
        return _("There is no webhook here.")
    if row.is_unread:
        text = _("The webhooks of {instance} are not read yet. {board.refresh} reads again.")
    else:
        text = _("{instance} has no webhook. {board.open} makes one.")
    return Sentence(text, {"instance": clean(row.instance.name, 60)})


def nothing_marked(board: Board) -> Wording:
    """Say that no row is marked, or that all marked rows are hidden."""
    if board.marks.hidden:
        return Sentence(
            _("All marked webhooks are hidden by the filter. {board.back} clears the filter.")
        )
    return Sentence(
        _("No webhook is marked. {board.mark} marks one, {board.mark-shown} marks all shown.")
    )


def nothing_staged() -> Wording:
    """Say that there is nothing to review yet."""
    return Sentence(_("Nothing is staged yet. {board.switch} on a flag stages it."))


def nothing_to_undo(board: Board) -> str:
    """Say why no staging can be taken back."""
    if len(board.staging):
        return _("What is left was staged at an earlier start: quitting offers to discard it.")
    return _("There is no staged change to take back.")


def staged(board: Board, chosen: int, changed: int) -> str:
    """Say in how many of the chosen webhooks a change was staged, and why not in all."""
    said = [
        ngettext(
            "Staged in {count} of {chosen} webhook.",
            "Staged in {count} of {chosen} webhooks.",
            chosen,
        ).format(count=number(changed), chosen=number(chosen))
    ]
    if same := chosen - changed:
        text = ngettext(
            "{count} webhook needs no change.",
            "{count} webhooks need no change.",
            same,
        )
        said.append(text.format(count=number(same)))
    if hidden := board.marks.hidden:
        text = ngettext(
            "{count} marked webhook is hidden and was left as it is.",
            "{count} marked webhooks are hidden and were left as they are.",
            hidden,
        )
        said.append(text.format(count=number(hidden)))
    return " ".join(said)


def not_read(error: ApiError | None, *, reading: bool) -> str:
    """Say in a row why the webhooks of an instance are not known."""
    if error is None:
        return _("… not read yet") if reading else _("? not read")
    return _("? not read: {why}").format(why=error.what)


def flag_now(webhook: Webhook, wanted: Values | None, flag: str) -> str:
    """Say whether a flag is on, and any staged change of it; ``wanted`` are the staged values."""
    match flag_state(webhook, wanted, flag):
        case FlagState.ON:
            return _("on")
        case FlagState.OFF:
            return _("off")
        case FlagState.TURNS_ON:
            return _("on staged, was off")
        case FlagState.TURNS_OFF:
            return _("off staged, was on")
        case FlagState.UNKNOWN:
            return _("not told")
        case FlagState.MISSING:
            return _("not there")


def flag_count_words(board: Board, flag: str) -> str:
    """Count the webhooks in which a flag is on, and the staged changes of it."""
    count = board.count(flag)
    said = [_("on in {on} of {count}").format(on=number(count.on), count=number(count.there))]
    if count.turns_on:
        said.append(_("on staged in {count}").format(count=number(count.turns_on)))
    if count.turns_off:
        said.append(_("off staged in {count}").format(count=number(count.turns_off)))
        stays = number(count.on - count.turns_off)
        said.append(_("stays on in {count}").format(count=stays))
    return BETWEEN.join(said)
