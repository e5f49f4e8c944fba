"""Presets: named choices of flags, built in and from the configuration.

A preset may name flags of several kinds of server; flags that a webhook lacks are skipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.core.patch.patch import Patch, Rest
from tui.model.capabilities import Capabilities
from tui.model.preset_names import (
    EVERYTHING,
    MESSAGES,
    MESSAGES_AND_CONNECTION,
    NOTHING,
    QUIET,
)

if TYPE_CHECKING:
    from tui.config.profiles import PresetTable

_MESSAGES = (
    "messagesUpsert", "messagesUpdate", "messagesUpdated", "messagesDeleted", "sendMessage",
    "MESSAGES_UPSERT", "MESSAGES_UPDATE", "MESSAGES_EDITED", "MESSAGES_DELETE", "SEND_MESSAGE",
    "SEND_MESSAGE_UPDATE",
)  # fmt: skip
"""Messages that come in or are sent, and what becomes of them. Old ones, which are loaded in
batches after pairing, are not among them."""

_CONNECTION = (
    "qrcodeUpdate", "stateInstance", "connectionUpdate",
    "qrcodeUpdated", "statusInstance", "connectionUpdated",
    "QRCODE_UPDATED", "STATUS_INSTANCE", "CONNECTION_UPDATE", "LOGOUT_INSTANCE",
)  # fmt: skip

_NOISY = (
    "presenceUpdate", "contactsUpdate", "chatsUpdate",
    "presenceUpdated", "contactsUpdated", "chatsUpdated",
    "PRESENCE_UPDATE", "CONTACTS_UPDATE", "CHATS_UPDATE",
)  # fmt: skip
"""Flags of events that are sent far more often than messages, and seldom read."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A named choice of flags."""

    name: str
    on: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    rest: Rest = "keep"
    """What to do with the flags it does not name."""

    @property
    def patch(self) -> Patch:
        """The patch that applies it."""
        named = {**dict.fromkeys(self.on, True), **dict.fromkeys(self.off, False)}
        return Patch(flags_where_there=named, rest=self.rest)


BUILT_IN = (
    Preset(EVERYTHING, rest="on"),
    Preset(NOTHING, rest="off"),
    Preset(MESSAGES, on=_MESSAGES, rest="off"),
    Preset(MESSAGES_AND_CONNECTION, on=(*_MESSAGES, *_CONNECTION), rest="off"),
    Preset(QUIET, off=_NOISY),
)
"""The presets that need no configuration, in the order in which they are offered."""


def presets(own: Iterable[Preset], capabilities: Capabilities) -> tuple[Preset, ...]:
    """Return the presets to offer for a server: the configured ones, then the built-in ones.

    A configured preset replaces the built-in one of the same name. "nothing" is not offered if a
    webhook of this server cannot have all flags off.
    """
    mine = tuple(own)
    taken = {preset.name for preset in mine}
    built_in = (
        preset
        for preset in BUILT_IN
        if preset.name not in taken and not (_is_nothing(preset) and capabilities.no_flags)
    )
    return (*mine, *built_in)


def own_presets(tables: Mapping[str, PresetTable]) -> tuple[Preset, ...]:
    """Return the configured presets."""
    return tuple(
        Preset(name, tuple(table.on), tuple(table.off), table.rest)
        for name, table in tables.items()
    )


def _is_nothing(preset: Preset) -> bool:
    return preset.rest == "off" and not preset.on
