"""The two lines under the board: the flag under the cursor, or the webhook of the row."""

from __future__ import annotations

from rich.cells import cell_len

from tui.app.widgets.line_widget import Line, fit, line
from tui.core.board.board import Board
from tui.core.board.row import BoardRow
from tui.core.session import Session
from tui.i18n import _
from tui.messages import board_words
from tui.messages.plan_words import row_name
from tui.model.flag_words import label, words
from tui.model.text import clean
from tui.model.webhook import Webhook


def detail_lines(
    session: Session, board: Board, row: BoardRow | None, flag: str | None, why: str, width: int
) -> tuple[Line, Line]:
    """Return the two lines about the cell under the cursor.

    ``why`` says why the webhooks of the row are not known, if so.
    """
    if row is None:
        return line(), line()
    if row.webhook is None:
        name = row_name(row.instance, "")
        return line((f" {name}", "strong")), line((f" {why if row.is_unread else ''}", "muted"))
    if flag is None:
        return _webhook(board, row, row.webhook)
    name, about = label(flag), words(flag, session.capabilities)
    now = board_words.flag_now(row.webhook, board.wanted(row), flag)
    room = width - cell_len(name) - cell_len(now) - 5
    first = line((f" {name}  ", "strong"), fit(about, max(room, 0)), (f" {now}", "changed"))
    return first, line((f" {board_words.flag_count_words(board, flag)}", "muted"))


def _webhook(board: Board, row: BoardRow, webhook: Webhook) -> tuple[Line, Line]:
    name = row_name(row.instance, webhook.name)
    wanted = board.wanted(row)
    url = clean(webhook.url, 200)
    first = line((f" {name}", "strong"), (f"  {_failure(board, row)}", "error"))
    if wanted and wanted.url != webhook.url:
        moved = _("{old} → {new}").format(old=url, new=clean(wanted.url, 200))
        return first, line((f" {moved}", "changed"))
    return first, line((f" {url}", "muted"))


def _failure(board: Board, row: BoardRow) -> str:
    """Say why the last run did not save a webhook; empty where it did."""
    failure = board.failure(row)
    if failure is None:
        return ""
    from tui.messages.run_report import failure_words  # what a run needs comes with the first one

    return failure_words(failure)
