"""The webhooks of one instance, and the details of one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from rich.cells import cell_len

from tui.app.widgets.found_text import match_spans
from tui.app.widgets.instance_table import flag_count
from tui.app.widgets.line_widget import Line, LineWidget, Span, fit, line, pack, wrap
from tui.app.widgets.row_list import RowList
from tui.i18n import _, ngettext, number
from tui.model.counting import flags_on
from tui.model.flag_words import label
from tui.model.search import Words
from tui.model.secret_names import is_harmless
from tui.model.text import clean
from tui.model.time import age
from tui.model.validation import is_test_address, url_error, url_warning
from tui.model.webhook import FlagsTold, Webhook

MAX_VALUE = 500
"""Characters shown of a header's value."""

_AGE_CELLS = 13
"""Cells for the age of the last update and the gap before it."""

_NOTE_LINES = 6
"""Lines for a note, at most: it may name a file by its whole path."""

_MIN_URL_CELLS = 8
"""Cells below which a URL says nothing."""


class WebhookTable(RowList):
    """One row for each webhook: enabled, name, number of flags on, URL, age of the last update."""

    def __init__(self, now: Callable[[], datetime], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._now = now
        self._webhooks: dict[str, Webhook] = {}
        self._name_cells = 8
        self._drafted: frozenset[str] = frozenset()
        self._words: Words = ()
        self._matches: frozenset[str] = frozenset()
        self._match_shown: tuple[str, Words] | None = None

    def mark(self, drafted: Iterable[str]) -> None:
        """Mark the webhooks, by id, that have a draft."""
        self._drafted = frozenset(drafted)
        self.repaint()

    def mark_matches(self, instance_id: str, words: Words, found: frozenset[str]) -> None:
        """Mark the webhooks, by id, that match the words of the filter.

        The cursor goes to the first match, once for each instance and filter.
        """
        if (words, found) != (self._words, self._matches):
            self._words, self._matches = words, found
            self.repaint()
        if (instance_id, words) != self._match_shown and (found or not words):
            self._match_shown = (instance_id, words)
            self.move_to_first(found)

    def is_match(self, key: str) -> bool:
        """Whether the filter matches a webhook."""
        return key in self._matches

    @property
    def webhook(self) -> Webhook | None:
        """The webhook under the cursor."""
        return self._webhooks.get(self.key or "")

    def show_webhooks(self, webhooks: Sequence[Webhook], message: Sequence[Line] = ()) -> None:
        """Show the webhooks of an instance; ``message`` says why there are none."""
        self._webhooks = {webhook.id: webhook for webhook in webhooks}
        longest = max((cell_len(webhook.name[:40]) for webhook in webhooks), default=8)
        self._name_cells = max(8, min(longest, 24))
        self.show_rows(list(self._webhooks), message)

    def row(self, key: str) -> tuple[Span, ...]:
        """Draw a webhook."""
        webhook, words = self._webhooks[key], self._words
        name, url, when = self._cells()
        updated = f"{age(webhook.updated_at, self._now()):>11} " if when else ""
        return (
            (fit(_("on"), 3), "on") if webhook.enabled else (fit(_("off"), 3), "off"),
            ("*" if key in self._drafted else " ", "changed"),
            *match_spans(webhook.name.strip() or _("(no name)"), name, "text", words),
            ("  ", "text"),
            (f"{flag_count(webhook):>5}  ", "text"),
            *match_spans(webhook.url, url, "text", words),
            ("  ", "text"),
            (updated, "text"),
        )

    def _cells(self) -> tuple[int, int, bool]:
        """Return the cells of name and URL, and whether the age fits too.

        The details below the list show the age anyway.
        """
        room = self.size.width - 4 - 4 - 9
        if (url := room - self._name_cells - _AGE_CELLS) >= _MIN_URL_CELLS:
            return self._name_cells, url, True
        name = min(self._name_cells, room // 2)
        return name, room - name, False


class WebhookDetail(LineWidget):
    """The details of the webhook under the cursor, as many as fit."""

    nothing: Sequence[Line] = ()
    """The lines to show without a webhook."""

    def __init__(self, now: Callable[[], datetime], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._now = now
        self._webhook: Webhook | None = None
        self._lines: list[Line] = []
        self._shown = ("", "")
        """The ids of instance and webhook. Webhooks of different instances may share an id."""
        self._revealed = False

    def reveal_headers(self) -> bool | None:
        """Show the values of the webhook's headers, or hide them again.

        Returns whether they are shown now, or ``None`` without headers. Another webhook hides
        them again.
        """
        if not (self._webhook and self._webhook.headers):
            return None
        self._revealed = not self._revealed
        self._lay_out()
        return self._revealed

    def show_webhook(self, webhook: Webhook | None, instance_id: str) -> None:
        """Show a webhook of an instance, or the lines of ``nothing``."""
        if webhook is not self._webhook:
            shown = (instance_id, webhook.id if webhook else "")
            self._revealed = self._revealed and shown == self._shown
            self._webhook, self._shown = webhook, shown
            self._lay_out()
        elif webhook is None:
            self.repaint()

    def line_at(self, y: int) -> Line:
        """Return a line of the details."""
        lines = self._lines if self._webhook else self.nothing
        return lines[y] if y < len(lines) else Line()

    def on_resize(self) -> None:
        """Lay the details out for the new size."""
        self._lay_out()

    def _lay_out(self) -> None:
        width, height = max(self.size.width - 2, 20), self.size.height
        webhook = self._webhook
        self._lines = (
            _lines(webhook, self._now(), width, height, revealed=self._revealed) if webhook else []
        )
        self.repaint()


def _lines(
    webhook: Webhook, now: datetime, width: int, height: int, *, revealed: bool
) -> list[Line]:
    roomy = height > 7
    facts = [_state(webhook)]
    facts += [
        (_("{option} on") if is_on else _("{option} off")).format(option=option)
        for option, is_on in webhook.options.items()
    ]
    name = fit(webhook.name, min(cell_len(webhook.name[:60]), 40)) + "  " if webhook.name else ""
    if cell_len(name + facts[0]) <= width:
        name, facts[0] = "", f"{name}{facts[0]}"
    head = [line(f" {part}") for part in (name.rstrip(), *pack(facts, width, ", ")) if part]
    url = [line(f" {part}") for part in wrap(webhook.url, width, 4 if roomy else 1)]
    url += _url_problem(webhook.url, width)
    headers = _headers(webhook, width, revealed=revealed, most=3 if roomy else 1)
    if revealed:
        headers = _that_fit(headers, max(height - len(head) - len(url), 2))
    lines = [*head, *url, *headers]
    times = f" {_times(webhook, now)}"
    # The id of a webhook without a name says nothing to people.
    shown_id = f" {_('id {id}').format(id=clean(webhook.id, 60))}" if webhook.name else ""
    if not roomy:
        flags = _flags(webhook, width, most=2)
        facts_below = [*lines, *flags, line((f"{times}  {shown_id}", "muted"))]
        return [*_note(webhook, width, most=max(height - len(facts_below), 3)), *facts_below]
    note = _note(webhook, width, most=_NOTE_LINES)
    below = [line((times, "muted")), line((shown_id, "muted")), *note]
    # The flags get the remaining lines.
    flags = _flags(webhook, width, most=max(height - len(lines) - len(below), 4))
    return [*lines, *flags, *below]


def _note(webhook: Webhook, width: int, *, most: int) -> list[Line]:
    parts = wrap(webhook.note, width, most) if webhook.note else []
    return [line((f" {part}", "warning")) for part in parts]


def _state(webhook: Webhook) -> str:
    text = _("enabled; {flags}") if webhook.enabled else _("disabled; {flags}")
    flags = flags_on(webhook.flags_on, len(webhook.flags), webhook.flags_told)
    return text.format(flags=flags)


def _times(webhook: Webhook, now: datetime) -> str:
    updated, created = webhook.updated_at, webhook.created_at
    times = [_("updated {age}").format(age=age(updated, now))] if updated else []
    times += [_("created {age}").format(age=age(created, now))] if created else []
    return ", ".join(times)


def _url_problem(url: str, width: int) -> list[Line]:
    """Say what is wrong with a URL; the server stored it nevertheless."""
    problem = url_error(url) or (url_warning(url) if is_test_address(url) else None)
    return [line((f" {part}", "warning")) for part in wrap(problem, width, 2)] if problem else []


def _headers(webhook: Webhook, width: int, *, revealed: bool, most: int) -> list[Line]:
    if not webhook.headers:
        # Say it only on kinds of server whose webhooks have headers or names.
        return [line(f" {_('no headers')}")] if webhook.headers is not None or webhook.name else []
    if revealed:
        values = [
            f"{clean(name, 60)}: {clean(str(value), MAX_VALUE)}"
            for name, value in webhook.headers.items()
        ]
        return [line(f" {part}") for value in values for part in wrap(value, width, max(most, 2))]
    shown = (
        f"{clean(name, 40)}: {clean(value, 60)}"
        if isinstance(value, str) and is_harmless(name, value)
        else _("{name} (hidden)").format(name=clean(name, 40))
        for name, value in webhook.headers.items()
    )
    parts = _at_most(most, pack([*shown], width - 9, ", "), width - 9)
    title = _("headers")
    return [line(f" {title if part is parts[0] else '':<7} {part}") for part in parts]


def _that_fit(headers: list[Line], room: int) -> list[Line]:
    """Return the lines of headers that fit; the last one says how many do not."""
    if len(headers) <= room:
        return headers
    left_out = len(headers) - room + 1
    text = ngettext(
        "… {count} more line; a taller terminal shows it",
        "… {count} more lines; a taller terminal shows them",
        left_out,
    )
    more = text.format(count=number(left_out))
    return [*headers[: room - 1], line((f" {more}", "muted"))]


def _flags(webhook: Webhook, width: int, *, most: int) -> list[Line]:
    """List the flags that are off, or those that are on if they are fewer."""
    if not webhook.flags:
        return [line(f" {_('no flags')}")]
    if webhook.flags_told is FlagsTold.NOTHING:
        return []
    few_off = webhook.flags_on * 2 > len(webhook.flags)
    names = [label(flag) for flag, on in webhook.flags.items() if on != few_off]
    parts = _at_most(most, pack(names, width - 6), width - 6) or [_("nothing")]
    title = _("off") if few_off else _("on")
    return [line(f" {title if part is parts[0] else '':<4} {part}") for part in parts]


def _at_most(most: int, lines: Sequence[str], width: int) -> Sequence[str]:
    """Return at most ``most`` lines; the last one is cut after as much as fits."""
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], fit(" ".join(lines[most - 1 :]), width)]
