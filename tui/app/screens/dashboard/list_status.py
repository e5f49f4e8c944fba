"""What the dashboard says of its list: how much there is, and why there is nothing."""

from __future__ import annotations

from collections.abc import Callable

from tui.api.errors import ApiError, Unauthorised
from tui.app.widgets.line_widget import Line, Span, line, wrap
from tui.app.widgets.row_list import message
from tui.core.store import Store
from tui.model.counting import count
from tui.model.instance import Instance
from tui.model.sentence import Sentence, Wording, joined

Fill = Callable[[Wording], str]
"""Puts the keys into a sentence."""

MEANWHILE = Sentence("The keys work meanwhile: {dashboard.back} stops, {quit} quits.")
CLEAR_FILTER = Sentence("{dashboard.back} clears the filter.")
TRY_AGAIN = Sentence("{refresh} tries again.")
ENTER_TOKEN = Sentence("{credentials}: enter another token; then the list is read.")
READ_LIST = Sentence("{refresh} reads the list again.")
READ_AGAIN = Sentence("{refresh} reads again.")
HEADERS_SHOWN = Sentence("Its headers are shown, secrets too: {headers} hides them.")
MAKE_ONE = Sentence("{new} makes one.")


def count_words(store: Store, *, failed: bool) -> str:
    """Say how many instances there are, and how many of them have arrived."""
    if store.loading and store.loaded:
        return f"reading again… {count(len(store), 'instance')}"
    if store.loading:
        of = f" of {store.total:,}" if store.total else ""
        return f"{store.arrived:,}{of} instances" if store.arrived else "loading…"
    if store.filter:
        return f"{len(store.visible):,} of {count(len(store), 'instance')}"
    if not store.loaded and len(store) < (store.total or 0):
        return f"{len(store):,} of {store.total:,} instances"
    return count(len(store), "instance") if len(store) or not failed else "not read"


def no_rows(
    store: Store, trouble: ApiError | None, fill: Fill, *, failed: bool
) -> tuple[Line, ...]:
    """Say why no instance is shown, and what to press; ``trouble`` is why it could not be read."""
    if store.loading:
        return message("Reading the instances…", fill(MEANWHILE))
    if len(store):
        return message(f"No instance matches “{store.filter}”.", fill(CLEAR_FILTER))
    if failed:
        again = joined(TRY_AGAIN, ENTER_TOKEN if isinstance(trouble, Unauthorised) else "")
        return message("The list could not be read.", fill(again))
    return message("There are no instances here.", fill(READ_LIST))


def stopped(fill: Fill) -> tuple[Line, ...]:
    """Say that the webhooks of an instance were not waited for."""
    return message("You stopped waiting: nothing was read.", fill(READ_AGAIN))


def webhooks_head(instance: Instance | None, *, one: bool) -> tuple[str, str]:
    """Return the title over the webhooks of an instance, and who it is on WhatsApp."""
    word = "Webhook" if one else "Webhooks"
    if instance is None:
        return word, ""
    number = f"+{instance.number}" if instance.number.isdigit() else instance.number
    return f"{word} of {instance.name}", f"{number} {instance.push_name}".strip()


def no_webhook(maybe: str, width: int, fill: Fill) -> tuple[Line, ...]:
    """Say that an instance has none, and what a server may have all the same."""
    more = (line((f"   {part}", "muted")) for part in wrap(maybe, max(width - 4, 20), 4) if part)
    return (*message("No webhook.", fill(MAKE_ONE)), *more)


def no_webhooks(error: ApiError | None, width: int, fill: Fill) -> tuple[Line, ...]:
    """Say in ``width`` cells that nothing is known of an instance's webhooks, and why."""
    if error is None:
        return message("Nothing was read.", fill(READ_AGAIN))
    told: tuple[Span, ...] = (
        (f"{error.what}.", "text"),
        *((fill(words), "muted") for words in (error.to_do, *error.server_says)),
    )
    return line(), *(
        line((f"   {part}", role))
        for words, role in told
        for part in wrap(words, max(width - 4, 20), 3)
    )
