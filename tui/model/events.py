"""Words and groups for the event flags.

The flags themselves are whatever booleans a server sends; this table only says what the
known ones mean. Names and meanings are from the vendor's page "Update Webhook" (v2.1.3),
the two label flags from a public client of v2.2.1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tui.model.text import clean

UNLISTED = "Unlisted"
"""The group of flags Hookboard has no words for."""

_WORDS: dict[str, dict[str, str]] = {
    "Messages": {
        "messagesSet": "old messages, in batches",
        "messagesUpsert": "each new incoming message",
        "messagesUpdate": "each change of a message, either way",
        "sendMessage": "each message sent through the API",
    },
    "Contacts": {
        "contactsSet": "the first batch of contacts",
        "contactsUpsert": "a new contact, with details",
        "contactsUpdate": "each change of a contact",
        "presenceUpdate": "what a contact does in the chat (typing, online)",
    },
    "Chats": {
        "chatsSet": "all loaded chats",
        "chatsUpsert": "each new chat",
        "chatsUpdate": "each change of a chat",
        "chatsDelete": "a chat deleted",
    },
    "Groups": {
        "groupsUpsert": "a group created",
        "groupUpdate": "a group changed",
        "groupParticipantsUpdate": "a member of a group changed",
    },
    "Connection": {
        "qrcodeUpdate": "the QR code",
        "stateInstance": "the state of the instance",
        "connectionUpdate": "the connection status changed",
    },
    "Other": {
        "callUpsert": "a call",
        "newJwt": "the JSON web token of the instance was renewed",
        "labelAssociation": "a label put on or taken off a chat",
        "labelEdit": "a label changed",
    },
}

_GROUP_OF = {flag: group for group, flags in _WORDS.items() for flag in flags}


@dataclass(frozen=True, slots=True)
class FlagGroup:
    """Flags that belong together, by wire name."""

    title: str
    flags: tuple[str, ...]


def words(flag: str) -> str:
    """Say what the flag sends, or that nobody knows."""
    group = _GROUP_OF.get(flag)
    return _WORDS[group][flag] if group else "not in Hookboard's list; sent as the server names it"


def label(flag: str) -> str:
    """Return the wire name as it may be shown; a server is free to send an empty one."""
    return clean(flag, 64).strip() or "(no name)"


def grouped(flags: Iterable[str]) -> tuple[FlagGroup, ...]:
    """Sort flags into groups, known ones in the table's order, unknown ones last as they came."""
    present = dict.fromkeys(flags)
    groups = [
        FlagGroup(title, tuple(flag for flag in names if flag in present))
        for title, names in _WORDS.items()
    ]
    groups.append(FlagGroup(UNLISTED, tuple(flag for flag in present if flag not in _GROUP_OF)))
    return tuple(group for group in groups if group.flags)
