"""Selecting webhooks: conditions written ``KEY=GLOB``, as commands and files give them.

Globs are those of a shell and match the whole text, in whatever case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from fnmatch import translate
from typing import Protocol

from tui.model.condition_keys import FLAG, KEYS, OF_INSTANCES
from tui.model.instance import Instance
from tui.model.text import clean
from tui.model.url_host import host_and_port, host_of
from tui.model.webhook import Webhook

_SWITCHES = {"on": True, "off": False}


class ConditionFault(Enum):
    """The error in the text of a condition."""

    NO_PATTERN = auto()
    """It is not written ``KEY=GLOB``."""
    UNKNOWN_KEY = auto()
    NOT_ON_OR_OFF = auto()
    """``enabled`` and flags are ``on`` or ``off``."""


class ConditionError(ValueError):
    """A condition that is not valid."""

    def __init__(self, fault: ConditionFault, text: str, nearest: str = "") -> None:
        super().__init__(text)
        self.fault = fault
        self.text = text
        self.nearest = nearest
        """The most similar known key; empty if none is similar."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on a webhook."""

    key: str
    pattern: str
    _glob: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_glob", re.compile(translate(self.pattern.casefold())))

    @classmethod
    def parse(cls, text: str) -> Condition:
        """Read ``KEY=GLOB``. Raises :class:`ConditionError`."""
        key, separator, pattern = text.partition("=")
        if not (separator and pattern):
            raise ConditionError(ConditionFault.NO_PATTERN, text)
        is_flag = key.startswith(FLAG) and key != FLAG
        if not is_flag and key not in KEYS:
            raise ConditionError(ConditionFault.UNKNOWN_KEY, key, _nearest(key))
        if (is_flag or key == "enabled") and pattern not in _SWITCHES:
            raise ConditionError(ConditionFault.NOT_ON_OR_OFF, text)
        return cls(key, pattern)

    @property
    def is_of_instances(self) -> bool:
        """Whether it is about the instance alone, so that its webhooks need not be read."""
        return self.key in OF_INSTANCES

    def holds(self, instance: Instance, webhook: Webhook | None) -> bool:
        """Whether a webhook meets it; without a webhook only the instance is compared.

        A flag that the webhook does not have is neither on nor off.
        """
        if webhook is not None and self.key.startswith(FLAG):
            return webhook.flags.get(self.key.removeprefix(FLAG)) is _SWITCHES[self.pattern]
        if webhook is not None and self.key == "enabled":
            return webhook.enabled is _SWITCHES[self.pattern]
        return any(self._glob.match(text.casefold()) for text in self._texts(instance, webhook))

    def _texts(self, instance: Instance, webhook: Webhook | None) -> Iterator[str]:
        if self.key == "instance":
            yield from _spellings(instance)
        elif self.key == "state":
            yield from (instance.state, instance.connection)
        elif webhook is not None and self.key == "webhook":
            yield from _spellings(webhook)
        elif webhook is not None and self.key == "url":
            yield webhook.url
        elif webhook is not None and self.key == "host":
            yield from (host_of(webhook.url), host_and_port(webhook.url))


class Chooses(Protocol):
    """Chooses webhooks of a server."""

    def has(self, instance: Instance, webhook: Webhook) -> bool:
        """Tell whether a webhook is chosen."""
        ...

    def may_have_of(self, instance: Instance) -> bool:
        """Tell whether webhooks of an instance may be chosen, judging by the instance alone."""
        ...


@dataclass(frozen=True, slots=True)
class ByName:
    """Chooses by ``INSTANCE`` or ``INSTANCE/WEBHOOK``, each an id, or a name as sent or as shown.

    Names may have slashes of their own: every way to read the text counts.
    """

    text: str

    def has(self, instance: Instance, webhook: Webhook) -> bool:
        """Tell whether a webhook is chosen."""
        return any(
            self.text in (own, f"{own}/{name}")
            for own in _spellings(instance)
            for name in _spellings(webhook)
        )

    def may_have_of(self, instance: Instance) -> bool:
        """Tell whether the text begins with an instance's name or id."""
        return self.is_instance(instance) or any(
            self.text.startswith(f"{own}/") for own in _spellings(instance)
        )

    def is_instance(self, instance: Instance) -> bool:
        """Tell whether the text is an instance's name or id, and names no webhook of it."""
        return self.text in _spellings(instance)


def _spellings(one: Instance | Webhook) -> tuple[str, ...]:
    """Return what an instance or webhook may be called by; a copied name was cleaned."""
    return one.name, clean(one.name), one.id


@dataclass(frozen=True, slots=True)
class Selection:
    """Conditions that must all hold, and conditions of which none may; without any, all match."""

    where: tuple[Condition, ...] = ()
    but_not: tuple[Condition, ...] = ()

    def has(self, instance: Instance, webhook: Webhook) -> bool:
        """Tell whether a webhook is selected."""
        return all(one.holds(instance, webhook) for one in self.where) and not any(
            one.holds(instance, webhook) for one in self.but_not
        )

    def may_have_of(self, instance: Instance) -> bool:
        """Tell whether webhooks of an instance may be selected, judging by the instance alone."""
        where = all(one.holds(instance, None) for one in self.where if one.is_of_instances)
        return where and not any(
            one.holds(instance, None) for one in self.but_not if one.is_of_instances
        )


@dataclass(frozen=True, slots=True)
class Selected:
    """The result of a selection."""

    rows: tuple[tuple[Instance, Webhook], ...]
    unread: tuple[Instance, ...]
    """Instances whose webhooks were not read, so that some may be missing here."""


def select(instances: Iterable[Instance], selection: Chooses) -> Selected:
    """Find the webhooks of instances that match a selection."""
    rows: list[tuple[Instance, Webhook]] = []
    unread: list[Instance] = []
    for instance in instances:
        if instance.webhooks is None:
            if selection.may_have_of(instance):
                unread.append(instance)
            continue
        rows += ((instance, hook) for hook in instance.webhooks if selection.has(instance, hook))
    return Selected(tuple(rows), tuple(unread))


def _nearest(key: str) -> str:
    from difflib import get_close_matches

    return next(iter(get_close_matches(key, KEYS, n=1)), "")
