"""Patches: changes to make, not tied to a webhook.

A patch turns values into values and asks no server. Applied twice it changes no more than once.
The name of a webhook is never changed by one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias
from urllib.parse import quote

from tui.model.url_host import AUTHORITY
from tui.model.webhook import Values

_HOST_AND_PORT = re.compile(
    r"(?P<host>[\w.-]+|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?", re.IGNORECASE
)
_PORTS = {"http": "80", "https": "443"}
_PLACE = re.compile(r"\{([^{}]*)\}")
_PLACES = ("instance", "webhook")


@dataclass(frozen=True, slots=True)
class HostMove:
    """Another host in the URL; scheme, user, path, query and fragment stay as they are.

    Both are hosts, with a port or without, and never with a scheme. An old one without a port
    stands for that host at any port; one with a port only for that port, the scheme's own
    included. The URL keeps its port where neither names one.
    """

    old: str
    new: str

    def applied_to(self, url: str) -> str:
        """Return the URL with the new host, or as it is where the old one is not its host."""
        found, new = self._find(url), _HOST_AND_PORT.fullmatch(self.new)
        if not (found and new):
            return url
        names_port = ":" in self.old.rpartition("]")[2] or new["port"] is not None
        end = found.end() if names_port else found.end("host")
        return f"{url[: found.start('host')]}{self.new}{url[end:]}"

    def finds(self, url: str) -> bool:
        """Whether a URL has the old host."""
        return self._find(url) is not None

    def _find(self, url: str) -> re.Match[str] | None:
        """Return the scheme, the host and the port of a URL whose host is the old one."""
        found, old = AUTHORITY.match(url), _HOST_AND_PORT.fullmatch(self.old)
        if not (found and old) or found["host"].casefold() != old["host"].casefold():
            return None
        port = found["port"] or _PORTS[found["scheme"].lower()]
        return None if old["port"] is not None and int(old["port"]) != int(port) else found


@dataclass(frozen=True, slots=True)
class UrlTemplate:
    """A URL in which ``{instance}`` and ``{webhook}`` stand for names, percent-encoded."""

    text: str

    @property
    def places(self) -> frozenset[str]:
        """The names in braces, known or not."""
        return frozenset(_PLACE.findall(self.text))

    @property
    def unknown_places(self) -> frozenset[str]:
        """The names in braces other than ``instance`` and ``webhook``."""
        return self.places.difference(_PLACES)

    def filled(self, instance: str, webhook: str) -> str:
        """Return the URL for a webhook; unknown places stay as they are."""
        names = {"instance": instance, "webhook": webhook}

        def name(place: re.Match[str]) -> str:
            return quote(names[place[1]], safe="") if place[1] in names else place[0]

        return _PLACE.sub(name, self.text)


UrlChange: TypeAlias = HostMove | UrlTemplate

Rest: TypeAlias = Literal["keep", "on", "off"]
"""What to do with flags that are not named."""


@dataclass(frozen=True, slots=True)
class Patch:
    """Changes to make in webhooks; everything it does not name stays as it is."""

    url: UrlChange | None = None
    enabled: bool | None = None
    flags: Mapping[str, bool] = field(default_factory=lambda: {})
    """Flags requested by name. They become wanted values even of a webhook that lacks them: the
    plan then reports that it cannot have them."""
    flags_where_there: Mapping[str, bool] = field(default_factory=lambda: {})
    """Flags of a preset, which may name those of several kinds of server: flags that a webhook
    lacks are skipped."""
    rest: Rest = "keep"
    """What to do with the other flags of a webhook."""

    def applied_to(
        self, values: Values, instance: str, refused: Collection[str] = frozenset()
    ) -> Values:
        """Return the changed values of a webhook; ``instance`` is the name of its instance.

        Flags that its server refuses (``refused``) are turned on only if they are requested by
        name.
        """
        return replace(
            values,
            url=self._url(values, instance),
            enabled=values.enabled if self.enabled is None else self.enabled,
            flags=self.flags_of(values.flags, refused),
        )

    def skipped(self, flags: Mapping[str, bool]) -> tuple[str, ...]:
        """Return the flags of a preset that are not among these."""
        return tuple(flag for flag in self.flags_where_there if flag not in flags)

    def _url(self, values: Values, instance: str) -> str:
        match self.url:
            case HostMove():
                return self.url.applied_to(values.url)
            case UrlTemplate():
                return self.url.filled(instance, values.name)
        return values.url

    def flags_of(
        self, flags: Mapping[str, bool], refused: Collection[str] = frozenset()
    ) -> Mapping[str, bool]:
        """Return the changed flags of a webhook that has these ones."""
        if not (self.flags or self.flags_where_there or self.rest != "keep"):
            return flags
        rest = dict(flags) if self.rest == "keep" else dict.fromkeys(flags, self.rest == "on")
        there = {flag: on for flag, on in self.flags_where_there.items() if flag in flags}
        chosen = {**rest, **there}
        kept = {flag: flags[flag] for flag in refused if chosen.get(flag)}
        return {**chosen, **kept, **self.flags}


def is_host(text: str) -> bool:
    """Whether a text can be a side of a :class:`HostMove`: a host, with or without a port."""
    found = _HOST_AND_PORT.fullmatch(text)
    return found is not None and int(found["port"] or 0) <= 65535


def host_move(old: str, new: str) -> HostMove | None:
    """Return the move that turns one URL into another; ``None`` if more than the host differs."""
    before, after = AUTHORITY.match(old), AUTHORITY.match(new)
    if not (before and after and before["host"] and after["host"]):
        return None
    at, then_at = before.start("host"), after.start("host")
    if old[:at] != new[:then_at] or old[before.end() :] != new[after.end() :]:
        return None
    return HostMove(old[at : before.end()], new[then_at : after.end()])


def like(flags: Mapping[str, bool]) -> Patch:
    """Return the patch that copies the flags of one webhook to another that has them too."""
    return Patch(flags_where_there=flags)
