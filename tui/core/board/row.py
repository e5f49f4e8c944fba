"""One row of the board, with the texts in which a filter looks, made once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tui.core.plan.plan import RowKey
from tui.model.instance import Instance
from tui.model.search import Searched, folded
from tui.model.url_host import host_and_port
from tui.model.webhook import Webhook


@dataclass(slots=True, eq=False)
class BoardRow:
    """A webhook; or an instance that has none, or whose webhooks are not read."""

    id: str
    """Unique among the rows of the board."""
    instance: Instance
    webhook: Webhook | None
    _texts: Searched
    """The texts of the instance, with those of all its webhooks."""
    _text: str | None = None
    _host: str | None = None

    @property
    def key(self) -> RowKey:
        """The key of its webhook among all webhooks of the server."""
        return RowKey(self.instance.id, self.webhook.id if self.webhook else "")

    @property
    def is_unread(self) -> bool:
        """Whether the webhooks of the instance are not read."""
        return self.instance.webhooks is None

    @property
    def text(self) -> str:
        """The names of instance and webhook and the URL, case-folded."""
        if self._text is None:
            own, of_webhooks = self._texts
            if self.webhook and len(self.instance.webhooks or ()) > 1:
                of_webhooks = folded(self.webhook.name, self.webhook.url)
            self._text = f"{own}\n{of_webhooks}"
        return self._text

    @property
    def host(self) -> str:
        """The host of the webhook's URL with its port, case-folded; empty for none."""
        if self._host is None:
            self._host = host_and_port(self.webhook.url).casefold() if self.webhook else ""
        return self._host


def rows_of(instance: Instance, texts: Searched) -> Iterator[BoardRow]:
    """Yield the rows of an instance: one for each webhook, or one for itself."""
    for webhook in instance.webhooks or (None,):
        row_id = _row_id(instance.id, webhook.id if webhook else "")
        yield BoardRow(row_id, instance, webhook, texts)


def instance_part(row_id: str) -> str:
    """Return the part of a row's id that all rows of its instance have in common."""
    return row_id.partition("/")[0]


def ids_of(rows: Iterable[BoardRow]) -> list[str]:
    """Return the ids of rows."""
    return [row.id for row in rows]


def _row_id(instance_id: str, webhook_id: str) -> str:
    """Join two ids, which may have any character, so that no other two give the same text."""
    escaped = instance_id.replace("%", "%25").replace("/", "%2F")
    return f"{escaped}/{webhook_id}"
