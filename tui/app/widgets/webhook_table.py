"""The webhooks of one instance, and the whole of one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from rich.cells import cell_len

from tui.app.widgets.found_text import match_spans
from tui.app.widgets.instance_table import flag_count
from tui.app.widgets.line_widget import Line, LineWidget, Span, fit, line, pack, wrap
from tui.app.widgets.row_list import RowList
from tui.model.counting import flags_on
from tui.model.flag_words import label
from tui.model.search import Words
from tui.model.secret_names import is_harmless
from tui.model.text import clean
from tui.model.time import age
from tui.model.validation import is_test_address, url_error, url_warning
from tui.model.webhook import FlagsTold, Webhook

LONGEST_VALUE = 500
"""Characters that are shown of a header's value."""


_AGE = 13
"""Cells for when a webhook was updated, and what is between."""

_LEAST_URL = 8
"""Cells below which a URL tells nothing."""


class WebhookTable(RowList):
    """One row a webhook: enabled, name, flags on of all, URL, when it was updated."""

    def __init__(self, now: Callable[[], datetime], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._now = now
        self._webhooks: dict[str, Webhook] = {}
        self._name_cells = 8
        self._drafted: frozenset[str] = frozenset()
        self._words: Words = ()
        self._found: frozenset[str] = frozenset()
        self._looked_for: tuple[str, Words] | None = None

    def mark(self, drafted: Iterable[str]) -> None:
        """Mark the webhooks, by id, that have a draft."""
        self._drafted = frozenset(drafted)
        self.repaint()

    def mark_matches(self, instance_id: str, words: Words, found: frozenset[str]) -> None:
        """Mark the webhooks, by id, that the words of the filter were found in.

        The cursor goes to the first of them once for each instance and filter.
        """
        self._words, self._found = words, found
        self.repaint()
        if (instance_id, words) != self._looked_for and (found or not words):
            self._looked_for = (instance_id, words)
            self.move_to_first(found)

    def is_match(self, key: str) -> bool:
        """Whether the filter was found in a webhook."""
        return key in self._found

    @property
    def webhook(self) -> Webhook | None:
        """The webhook under the cursor."""
        return self._webhooks.get(self.key or "")

    def show_webhooks(self, webhooks: Sequence[Webhook], message: Sequence[Line] = ()) -> None:
        """Show the webhooks of an instance, or say why there are none."""
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
            ("on ", "on") if webhook.enabled else ("off", "off"),
            ("*" if key in self._drafted else " ", "changed"),
            *match_spans(webhook.name.strip() or "(no name)", name, "text", words),
            ("  ", "text"),
            (f"{flag_count(webhook):>5}  ", "text"),
            *match_spans(webhook.url, url, "text", words),
            ("  ", "text"),
            (updated, "text"),
        )

    def _cells(self) -> tuple[int, int, bool]:
        """Share the row out between name and URL, and say whether the age has room too.

        The whole of a webhook below says its age again.
        """
        room = self.size.width - 4 - 4 - 9
        if (url := room - self._name_cells - _AGE) >= _LEAST_URL:
            return self._name_cells, url, True
        name = min(self._name_cells, room // 2)
        return name, room - name, False


class WebhookDetail(LineWidget):
    """Everything about the webhook under the cursor, in the room there is."""

    nothing: Sequence[Line] = ()
    """What to say where there is no webhook."""

    def __init__(self, now: Callable[[], datetime], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._now = now
        self._webhook: Webhook | None = None
        self._lines: list[Line] = []
        self._shown = ("", "")
        """The ids of instance and webhook: an instance's only webhook may have any other's id."""
        self._revealed = False

    def reveal_headers(self) -> bool | None:
        """Show the values of the webhook's headers, or hide them again.

        Returns whether they are shown now, ``None`` where there are none. They are hidden when
        another webhook is shown.
        """
        if not (self._webhook and self._webhook.headers):
            return None
        self._revealed = not self._revealed
        self._lay_out()
        return self._revealed

    def show_webhook(self, webhook: Webhook | None, instance_id: str) -> None:
        """Show a webhook of an instance, or nothing."""
        if webhook is not self._webhook:
            shown = (instance_id, webhook.id if webhook else "")
            self._revealed = self._revealed and shown == self._shown
            self._webhook, self._shown = webhook, shown
            self._lay_out()
        elif webhook is None:
            self.repaint()

    def line_at(self, y: int) -> Line:
        """Return a line of what there is to say."""
        lines = self._lines if self._webhook else self.nothing
        return lines[y] if y < len(lines) else Line()

    def on_resize(self) -> None:
        """Break the lines anew."""
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
    state = "enabled" if webhook.enabled else "disabled"
    said = [f"{state}; {flags_on(webhook.flags_on, len(webhook.flags), webhook.flags_told)}"]
    said += [f"{option} {'on' if is_on else 'off'}" for option, is_on in webhook.options.items()]
    name = fit(webhook.name, min(cell_len(webhook.name[:60]), 40)) + "  " if webhook.name else ""
    if cell_len(name + said[0]) <= width:
        name, said[0] = "", f"{name}{said[0]}"
    head = [line(f" {part}") for part in (name.rstrip(), *pack(said, width, ", ")) if part]
    url = [line(f" {part}") for part in wrap(webhook.url, width, 4 if roomy else 1)]
    url += _doubts(webhook.url, width)
    headers = _headers(webhook, width, revealed=revealed, most=3 if roomy else 1)
    lines = [*head, *url, *headers]
    times = " " + ", ".join(
        f"{what} {age(when, now)}"
        for what, when in (("updated", webhook.updated_at), ("created", webhook.created_at))
        if when
    )
    # What has no name has no id either that would tell anybody anything.
    known_as = f" id {clean(webhook.id, 60)}" if webhook.name else ""
    parts = wrap(webhook.note, width, 2) if webhook.note else []
    note = [line((f" {part}", "warning")) for part in parts]
    if not roomy:
        flags = _flags(webhook, width, most=2)
        return [*note, *lines, *flags, line((f"{times}  {known_as}", "muted"))]
    below = [line((times, "muted")), line((known_as, "muted")), *note]
    # The flags have what the others leave.
    flags = _flags(webhook, width, most=max(height - len(lines) - len(below), 4))
    return [*lines, *flags, *below]


def _doubts(url: str, width: int) -> list[Line]:
    """Say what is wrong with a URL, which the server stored all the same."""
    doubt = url_error(url) or (url_warning(url) if is_test_address(url) else None)
    return [line((f" {part}", "warning")) for part in wrap(doubt, width, 2)] if doubt else []


def _headers(webhook: Webhook, width: int, *, revealed: bool, most: int) -> list[Line]:
    if not webhook.headers:
        # Where webhooks have neither names nor headers there is nothing to miss.
        return [line(" no headers")] if webhook.headers is not None or webhook.name else []
    if revealed:
        values = [
            f"{clean(name, 60)}: {clean(str(value), LONGEST_VALUE)}"
            for name, value in webhook.headers.items()
        ]
        return [line(f" {part}") for value in values for part in wrap(value, width, max(most, 2))]
    shown = (
        f"{clean(name, 40)}: {clean(value, 60)}"
        if isinstance(value, str) and is_harmless(name, value)
        else f"{clean(name, 40)} (hidden)"
        for name, value in webhook.headers.items()
    )
    parts = _at_most(most, pack([*shown], width - 9, ", "), width - 9)
    return [line(f" {'headers' if part is parts[0] else '':<7} {part}") for part in parts]


def _flags(webhook: Webhook, width: int, *, most: int) -> list[Line]:
    """Say which flags are off, or on where that is less."""
    if not webhook.flags:
        return [line(" no flags")]
    if webhook.flags_told is FlagsTold.NOTHING:
        return []
    few_off = webhook.flags_on * 2 > len(webhook.flags)
    names = [label(flag) for flag, on in webhook.flags.items() if on != few_off]
    said = _at_most(most, pack(names, width - 6), width - 6) or ["nothing"]
    word = "off" if few_off else "on"
    return [line(f" {word if part is said[0] else '':<4} {part}") for part in said]


def _at_most(most: int, lines: Sequence[str], width: int) -> Sequence[str]:
    """Leave that many lines; the last one has what there is room for of the rest."""
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], fit(" ".join(lines[most - 1 :]), width)]
