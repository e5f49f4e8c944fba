"""The two lines under the board: the flag under the cursor, or the webhook of the row."""

from __future__ import annotations

from rich.cells import cell_len

from tui.app.widgets.line_widget import Line, fit, line
from tui.core.board import Board, BoardRow
from tui.core.session import Session
from tui.i18n import _
from tui.messages import board_words
from tui.messages.plan_words import row_name
from tui.model.text import clean


def detail_lines(
    session: Session, board: Board, row: BoardRow | None, flag: str | None, width: int
) -> tuple[Line, Line]:
    """Return the two lines that say what is under the cursor."""
    if row is None:
        return line(), line()
    if flag is None:
        return _webhook(board, row)
    name, about, now = board_words.flag_words(board, row, flag, session)
    room = width - cell_len(name) - cell_len(now) - 5
    first = line((f" {name}  ", "strong"), fit(about, max(room, 0)), (f" {now}", "changed"))
    return first, line((f" {board_words.flag_count_words(board, flag)}", "muted"))


def _webhook(board: Board, row: BoardRow) -> tuple[Line, Line]:
    webhook = row.webhook
    name = row_name(row.instance, webhook.name if webhook else "")
    if webhook is None:
        return line((f" {name}", "strong")), line()
    wanted = board.wanted(row)
    url = clean(webhook.url, 200)
    if wanted and wanted.url != webhook.url:
        moved = _("{old} → {new}").format(old=url, new=clean(wanted.url, 200))
        return line((f" {name}", "strong")), line((f" {moved}", "changed"))
    return line((f" {name}", "strong")), line((f" {url}", "muted"))
