"""The requests made in this run, and one of them in full, secrets masked."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll

from tui.api.curl import exchange_as_curl
from tui.api.http.exchange import Exchange
from tui.app.commands import bindings
from tui.app.key_hints import with_keys
from tui.app.screens.base import HookboardScreen
from tui.app.widgets.frame import Rule
from tui.app.widgets.line_widget import Line, LineWidget, Role, Span, Text, fit_end, line, wrap
from tui.app.widgets.row_list import RowList, empty_message
from tui.core.session import Session
from tui.i18n import _, ngettext, number
from tui.model.sentence import Sentence
from tui.model.text import clean

GO_BACK = Sentence(_("{close} goes back."))

_MOST_LINES = 400
"""Lines of a body that are shown; the others are counted."""


class _Exchanges(RowList):
    """One row a request: when, method, path, status, milliseconds, bytes."""

    def __init__(self, exchanges: Sequence[Exchange]) -> None:
        super().__init__(id="exchanges")
        self._by_key = {str(place): one for place, one in enumerate(exchanges)}

    def on_mount(self) -> None:
        """List the requests sent until now."""
        self.show_rows(
            list(self._by_key), empty_message(_("Nothing was sent yet."), with_keys(GO_BACK, self))
        )

    @property
    def exchange(self) -> Exchange | None:
        """The request under the cursor."""
        return self._by_key.get(self.key or "")

    def row(self, key: str) -> tuple[Span, ...]:
        """Draw a request."""
        one = self._by_key[key]
        path = _path_cells(self.size.width)
        return (
            (f"{one.at.astimezone():%H:%M:%S} ", "muted"),
            (f"{one.method:<6} ", "text"),
            (fit_end(_path(one), path) + " ", "text"),
            (f"{_status(one):>4} ", _role(one)),
            (f"{one.seconds * 1000:>7,.0f} ms ", "text"),
            (f"{_size(one.received_bytes):>9} ", "muted"),
        )


class _Headings(LineWidget):
    """The headings of the columns of the list."""

    def line_at(self, y: int) -> Line:
        """Draw the headings over their columns."""
        path = _path_cells(self.size.width)
        headings = (
            f"   {_('time'):<9}{_('method'):<7}{_('path'):<{path}}"
            f" {_('code'):>4} {_('took'):>10} {_('size'):>9}"
        )
        return line((headings, "muted"))


class RequestsScreen(HookboardScreen[None]):
    """Lists the requests, newest first."""

    BINDINGS = bindings("requests", "closable")
    SCOPES = ("requests", "closable")

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        sent = session.request_log
        made = (*sent, *(request.exchange for request in sent.pending))
        self._rows = _Exchanges(made[::-1])
        self._count = _count(len(made))

    def compose_content(self) -> ComposeResult:
        """Give the list all the room."""
        yield Rule(_("Requests made in this run"))
        yield _Headings()
        yield self._rows

    def on_mount(self) -> None:
        """Say at the top which server they were sent to."""
        self.top_line.show(place=self._session.place, marks=self._session.marks, count=self._count)
        self._rows.focus()

    @on(RowList.Opened)
    def action_open(self) -> None:
        """Show the request under the cursor in full."""
        if exchange := self._rows.exchange:
            self.app.push_screen(ExchangeScreen(self._session, exchange))

    def action_copy(self) -> None:
        """Copy the request under the cursor as a curl command, secrets masked."""
        if exchange := self._rows.exchange:
            self.app.copy(exchange_as_curl(exchange), _("the curl command, secrets masked"))

    def action_close(self) -> None:
        """Go back."""
        self.dismiss(None)

    def action_requests(self) -> None:
        """Go back: the key that opened this screen also closes it."""
        self.dismiss(None)


class ExchangeScreen(HookboardScreen[None]):
    """One request and its answer in full."""

    BINDINGS = bindings("exchange", "closable")
    SCOPES = ("exchange", "closable")

    def __init__(self, session: Session, exchange: Exchange) -> None:
        super().__init__()
        self._session = session
        self._exchange = exchange

    def compose_content(self) -> ComposeResult:
        """Put everything into one scrolling column."""
        one, width = self._exchange, self.app.size.width
        with VerticalScroll(id="exchange"):
            yield Text(*_head(one, width, self._session.request_log.proxy))
            yield Rule(_("Sent, {size}").format(size=_size(one.sent_bytes)))
            yield Text(*_body(one.request_text, width))
            yield Rule(_("Received, {size}").format(size=_size(one.received_bytes)))
            yield Text(*_body(one.answer_text, width))

    def on_mount(self) -> None:
        """Say at the top which server it was sent to."""
        self.top_line.show(place=self._session.place, marks=self._session.marks, count=_count(1))
        self.query_one("#exchange").focus()

    def action_copy(self) -> None:
        """Copy the request as a curl command, secrets masked."""
        self.app.copy(exchange_as_curl(self._exchange), _("the curl command, secrets masked"))

    def action_close(self) -> None:
        """Go back to the list."""
        self.dismiss(None)


def _head(one: Exchange, width: int, proxy: str) -> list[Line]:
    answered = _answered(one)
    lines, method = [line()], f" {one.method} "
    for part in wrap(one.url, width - 3 - len(method), 6):
        lines.append(line((method + part, "strong")))
        method = " " * len(method)
    said = f" {one.at.astimezone():%Y-%m-%d %H:%M:%S}, {one.seconds * 1000:,.0f} ms"
    lines.append(line((said, "muted")))
    for part in wrap(answered, width - 4, 4):
        lines.append(line((f" {part}", _role(one))))
    if proxy:
        lines += [
            line((f" {part}", "muted"))
            for part in wrap(_("through the proxy {proxy}").format(proxy=proxy), width - 4, 2)
        ]
    return [*lines, line()]


def _answered(one: Exchange) -> str:
    """Say how a request was answered, which attempt it was, and where it was redirected to."""
    if one.is_pending:
        answered = _("no answer yet")
    elif one.status:
        answered = f"{one.status}"
    else:
        answered = _("no answer: {problem}").format(problem=one.trouble)
    if one.sends_to:
        redirected = _("{answer}: to {address}, which was not followed")
        answered = redirected.format(answer=answered, address=one.sends_to)
    if one.attempt > 1:
        repeated = _("attempt {attempt}: {answer}")
        answered = repeated.format(attempt=one.attempt, answer=answered)
    return answered


def _body(text: str, width: int) -> list[Line]:
    if not text:
        return [line((f" {_('nothing')}", "muted")), line()]
    lines: list[Line] = []
    rows = text.split("\n")
    for row in rows[:_MOST_LINES]:
        indent = " " * min(len(row) - len(row.lstrip()), 20)
        cells = max(width - 4 - len(indent), 20)
        lines += [line(f" {indent}{part}") for part in wrap(row.lstrip(), cells, 8)]
    if len(rows) > _MOST_LINES:
        more = len(rows) - _MOST_LINES
        said = ngettext("… {count} more line", "… {count} more lines", more)
        lines.append(line((f" {said.format(count=number(more))}", "muted")))
    return [*lines, line()]


def _path(one: Exchange) -> str:
    """Return the path of a request, the number of the attempt, and where it was redirected to."""
    parts = urlsplit(one.url)
    path = clean(f"{parts.path}?{parts.query}" if parts.query else parts.path)
    if one.attempt > 1:
        path = _("{path} (attempt {attempt})").format(path=path, attempt=one.attempt)
    return f"{path} → {one.sends_to}" if one.sends_to else path


def _path_cells(width: int) -> int:
    """Return the cells that the other columns leave for the path."""
    return max(width - 4 - 9 - 7 - 5 - 10 - 11, 10)


def _status(one: Exchange) -> str:
    return "…" if one.is_pending else str(one.status or "✗")


def _role(one: Exchange) -> Role:
    if one.is_pending:
        return "muted"
    if one.status is None or one.status >= 500:
        return "error"
    return "success" if one.status < 300 else "warning"


def _size(size: int) -> str:
    """Write a number of bytes: ``9,999 B``, ``10 KB``."""
    if size < 10_000:
        return f"{number(size)} B"
    return f"{number(round(size / 1000))} KB"


def _count(requests: int) -> str:
    return ngettext("{count} request", "{count} requests", requests).format(count=number(requests))
