"""The board in sentences: how much is marked and staged, and what is under the cursor."""

from __future__ import annotations

from tui.api.errors import ApiError
from tui.core.board import Board, BoardRow, FlagState, flag_state
from tui.core.session import Session
from tui.i18n import _, ngettext, number
from tui.messages import list_status
from tui.messages.list_status import Notice
from tui.model.flag_words import label, words
from tui.model.sentence import Sentence

BETWEEN = " · "
"""What stands between two facts in a line."""


def webhook_count(board: Board) -> str:
    """Say how many webhooks there are, and of how many instances they are not read."""
    read = board.webhook_count
    counts = ngettext("{count} webhook", "{count} webhooks", read).format(count=number(read))
    if unread := board.unread_count:
        text = ngettext("{count} instance not read", "{count} instances not read", unread)
        counts = f"{counts}, {text.format(count=number(unread))}"
    return counts


def choice_words(board: Board) -> str:
    """Say what is marked and what is staged."""
    marked, hidden, staged = board.marked_count, board.hidden_marks, len(board.staging)
    said = []
    if hidden:
        text = ngettext(
            "{count} marked, {hidden} of them hidden and left as it is",
            "{count} marked, {hidden} of them hidden and left as they are",
            hidden,
        )
        said.append(text.format(count=number(marked), hidden=number(hidden)))
    elif marked:
        said.append(_("{count} marked").format(count=number(marked)))
    if staged:
        text = ngettext("staged in {count} webhook", "staged in {count} webhooks", staged)
        said.append(text.format(count=number(staged)))
    return BETWEEN.join(said)


def no_rows(session: Session, board: Board, *, failed: bool) -> Notice:
    """Say why the board shows no row."""
    if board.typed and len(session.store):
        none = _("No webhook matches “{filter}”.").format(filter=board.typed)
        return none, Sentence(_("{board.back} clears the filter."))
    return list_status.no_instances(session.store, session.trouble, failed=failed)


def not_read(error: ApiError | None, *, reading: bool) -> str:
    """Say in a row why the webhooks of an instance are not known."""
    if error is None:
        return _("… not read yet") if reading else _("? not read")
    return _("? not read: {why}").format(why=error.what)


def flag_words(board: Board, row: BoardRow, flag: str, session: Session) -> tuple[str, str, str]:
    """Say of the flag under the cursor what it is called, what it does, and what it is."""
    name = label(flag)
    if row.webhook is None:
        return name, words(flag, session.capabilities), ""
    match flag_state(row.webhook, board.wanted(row), flag):
        case FlagState.ON:
            now = _("on")
        case FlagState.OFF:
            now = _("off")
        case FlagState.TURNS_ON:
            now = _("on staged, was off")
        case FlagState.TURNS_OFF:
            now = _("off staged, was on")
        case FlagState.UNKNOWN:
            now = _("not told")
        case FlagState.MISSING:
            now = _("not there")
    return name, words(flag, session.capabilities), now


def flag_count_words(board: Board, flag: str) -> str:
    """Say in how many webhooks a flag is on, and what is staged of it."""
    count = board.count(flag)
    said = [_("on in {on} of {count}").format(on=number(count.on), count=number(count.there))]
    if count.turns_on:
        said.append(_("on staged in {count}").format(count=number(count.turns_on)))
    if count.turns_off:
        said.append(_("off staged in {count}").format(count=number(count.turns_off)))
        stays = number(count.on - count.turns_off)
        said.append(_("stays on in {count}").format(count=stays))
    return BETWEEN.join(said)
