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

from tui.core.patch import host_and_port, host_of
from tui.model.instance import Instance
from tui.model.webhook import Webhook

FLAG = "flag:"
"""What a key begins with that names a flag."""

_OF_INSTANCES = ("instance", "state")
_SWITCHES = {"on": True, "off": False}
KEYS = (*_OF_INSTANCES, "webhook", "url", "host", "enabled", f"{FLAG}NAME")
"""The keys of conditions. An instance and a webhook go by name or id, a state is that of the
instance or of its connection, a host counts with its port and without."""


class ConditionFault(Enum):
    """What is wrong with the text of a condition."""

    NO_PATTERN = auto()
    """It is not written ``KEY=GLOB``."""
    UNKNOWN_KEY = auto()
    NOT_ON_OR_OFF = auto()
    """``enabled`` and flags are ``on`` or ``off``."""


class ConditionError(ValueError):
    """A condition that cannot be understood."""

    def __init__(self, fault: ConditionFault, text: str, nearest: str = "") -> None:
        super().__init__(text)
        self.fault = fault
        self.text = text
        self.nearest = nearest
        """The known key that an unknown one is most like; empty for none."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition that a webhook meets or does not."""

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
        """Whether the webhooks need not be read to tell."""
        return self.key in _OF_INSTANCES

    def holds(self, instance: Instance, webhook: Webhook | None) -> bool:
        """Tell whether a webhook meets it; without one only what is said of the instance counts.

        A flag that the webhook does not have is neither on nor off.
        """
        if webhook is not None and self.key.startswith(FLAG):
            return webhook.flags.get(self.key.removeprefix(FLAG)) is _SWITCHES[self.pattern]
        if webhook is not None and self.key == "enabled":
            return webhook.enabled is _SWITCHES[self.pattern]
        return any(self._glob.match(text.casefold()) for text in self._texts(instance, webhook))

    def _texts(self, instance: Instance, webhook: Webhook | None) -> Iterator[str]:
        if self.key == "instance":
            yield from (instance.name, instance.id)
        elif self.key == "state":
            yield from (instance.state, instance.connection)
        elif webhook is not None and self.key == "webhook":
            yield from (webhook.name, webhook.id)
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
        """Tell whether webhooks of an instance may be chosen, by what is known of it alone."""
        ...


@dataclass(frozen=True, slots=True)
class ByName:
    """Chooses by ``INSTANCE`` or ``INSTANCE/WEBHOOK``, each a name or an id.

    Names may have slashes of their own: every way to read the text counts.
    """

    text: str

    def has(self, instance: Instance, webhook: Webhook) -> bool:
        """Tell whether a webhook is chosen."""
        return any(
            self.text in (own, f"{own}/{name}")
            for own in (instance.name, instance.id)
            for name in (webhook.name, webhook.id)
        )

    def may_have_of(self, instance: Instance) -> bool:
        """Tell whether the text begins with an instance's name or id."""
        return any(
            self.text == own or self.text.startswith(f"{own}/")
            for own in (instance.name, instance.id)
        )


@dataclass(frozen=True, slots=True)
class Selection:
    """Conditions that all have to hold, and others of which none may; without any, all."""

    where: tuple[Condition, ...] = ()
    but_not: tuple[Condition, ...] = ()

    def has(self, instance: Instance, webhook: Webhook) -> bool:
        """Tell whether a webhook is selected."""
        return all(one.holds(instance, webhook) for one in self.where) and not any(
            one.holds(instance, webhook) for one in self.but_not
        )

    def may_have_of(self, instance: Instance) -> bool:
        """Tell whether webhooks of an instance may be selected, by what is said of it alone."""
        where = all(one.holds(instance, None) for one in self.where if one.is_of_instances)
        return where and not any(
            one.holds(instance, None) for one in self.but_not if one.is_of_instances
        )


@dataclass(frozen=True, slots=True)
class Selected:
    """What a selection found."""

    rows: tuple[tuple[Instance, Webhook], ...]
    unread: tuple[Instance, ...]
    """Instances whose webhooks were not read, and may be among those meant."""


def select(instances: Iterable[Instance], selection: Chooses) -> Selected:
    """Find the webhooks of instances that a selection is for."""
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
