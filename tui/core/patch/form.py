"""The form for changing many webhooks at once, and the patch made from its entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tui.core.patch.check import host_error, template_error
from tui.core.patch.patch import HostMove, Patch, UrlChange, UrlTemplate
from tui.core.patch.presets import Preset
from tui.i18n import _
from tui.model.capabilities import Capabilities
from tui.model.url_host import host_and_port, origin


@dataclass(frozen=True, slots=True)
class ChangeForm:
    """The entries of the form; an empty one or ``None`` changes nothing."""

    old_host: str = ""
    """The host to replace; it has no effect without a new one."""
    new_host: str = ""
    url: str = ""
    """A whole URL, with places for names."""
    enabled: bool | None = None
    preset: Preset | None = None

    def errors(self, capabilities: Capabilities) -> Mapping[str, str]:
        """Return the errors in sentences, by the name of the entry."""
        found: dict[str, str | None] = {}
        if self.new_host:
            found["new_host"] = host_error(self.new_host)
            found["old_host"] = (
                host_error(self.old_host)
                if self.old_host
                else _("write which host the new one replaces")
            )
        if self.url and self.new_host:
            found["url"] = _("choose another host or another URL, not both")
        elif self.url:
            found["url"] = template_error(UrlTemplate(self.url), capabilities)
        return {name: error for name, error in found.items() if error}

    @property
    def patch(self) -> Patch | None:
        """The patch made from the entries; ``None`` if they change nothing."""
        url: UrlChange | None = None
        if self.new_host:
            url = HostMove(self.old_host, self.new_host)
        elif self.url:
            url = UrlTemplate(self.url)
        if url is None and self.enabled is None and self.preset is None:
            return None
        flags = self.preset.patch if self.preset else Patch()
        return Patch(url, self.enabled, flags.flags, flags.flags_where_there, flags.rest)


class Hosts:
    """The hosts in the URLs of many webhooks, which mostly share a few."""

    def __init__(self, urls: Iterable[str]) -> None:
        self._origins = Counter(map(origin, urls))

    @property
    def most_frequent(self) -> str:
        """The most frequent host, with its port where the URLs name one; empty for none."""
        hosts: Counter[str] = Counter()
        for found, amount in self._origins.items():
            hosts[host_and_port(found)] += amount
        hosts.pop("", None)
        return hosts.most_common(1)[0][0] if hosts else ""

    def count(self, host: str) -> int:
        """Return the number of URLs with this host, given with or without a port."""
        move = HostMove(host, "")
        return sum(amount for found, amount in self._origins.items() if move.finds(found))
