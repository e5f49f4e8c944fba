"""Words and groups for the event flags.

The flags themselves are whatever booleans a server sends; this table only says what the
known ones mean. Names and meanings of v2 are from the vendor's page "Update Webhook" (v2.1.3)
and a public client of v2.2.1; of its siblings the names are recorded (Go: vendor's page), and
the meanings those of v2 under another name, or what the name says.
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
        "messagesUpdated": "each change of a message, either way",
        "messagesDeleted": "a message deleted",
        "messagesStarred": "a message starred",
        "messagesUndecryptable": "a message that could not be decrypted",
        "sendMessage": "each message sent through the API",
        "mediaRetry": "media of a message fetched anew",
        "historySync": "the history, as the telephone sends it",
        "MESSAGES_SET": "old messages, in batches",
        "MESSAGES_UPSERT": "each new incoming message",
        "MESSAGES_EDITED": "a message edited",
        "MESSAGES_UPDATE": "each change of a message, either way",
        "MESSAGES_DELETE": "a message deleted",
        "SEND_MESSAGE": "each message sent through the API",
        "SEND_MESSAGE_UPDATE": "each change of a message sent through the API",
    },
    "Contacts": {
        "contactsSet": "the first batch of contacts",
        "contactsUpsert": "a new contact, with details",
        "contactsUpdate": "each change of a contact",
        "contactsUpdated": "each change of a contact",
        "presenceUpdate": "what a contact does in the chat (typing, online)",
        "presenceUpdated": "what a contact does in the chat (typing, online)",
        "profilePictureUpdated": "a contact's picture changed",
        "userAboutUpdated": "a contact's “about” changed",
        "identityUpdated": "a contact's identity key changed",
        "CONTACTS_SET": "the first batch of contacts",
        "CONTACTS_UPSERT": "a new contact, with details",
        "CONTACTS_UPDATE": "each change of a contact",
        "PRESENCE_UPDATE": "what a contact does in the chat (typing, online)",
    },
    "Chats": {
        "chatsSet": "all loaded chats",
        "chatsUpsert": "each new chat",
        "chatsUpdate": "each change of a chat",
        "chatsUpdated": "each change of a chat",
        "chatsDelete": "a chat deleted",
        "chatsDeleted": "a chat deleted",
        "CHATS_SET": "all loaded chats",
        "CHATS_UPSERT": "each new chat",
        "CHATS_UPDATE": "each change of a chat",
        "CHATS_DELETE": "a chat deleted",
    },
    "Groups": {
        "groupsUpsert": "a group created",
        "groupUpdate": "a group changed",
        "groupsUpdated": "a group changed",
        "groupParticipantsUpdate": "a member of a group changed",
        "groupsParticipantsUpdated": "a member of a group changed",
        "GROUPS_UPSERT": "a group created",
        "GROUP_UPDATE": "a group changed",
        "GROUP_PARTICIPANTS_UPDATE": "a member of a group changed",
    },
    "Connection": {
        "qrcodeUpdate": "the QR code",
        "qrcodeUpdated": "the QR code",
        "stateInstance": "the state of the instance",
        "statusInstance": "the state of the instance",
        "connectionUpdate": "the connection status changed",
        "connectionUpdated": "the connection status changed",
        "settingsUpdated": "the instance's settings changed",
        "QRCODE_UPDATED": "the QR code",
        "STATUS_INSTANCE": "the state of the instance",
        "CONNECTION_UPDATE": "the connection status changed",
        "APPLICATION_STARTUP": "the server was started",
        "INSTANCE_CREATE": "an instance was created",
        "INSTANCE_DELETE": "an instance was deleted",
        "REMOVE_INSTANCE": "the instance was removed from memory",
        "LOGOUT_INSTANCE": "the instance was logged out",
    },
    "Other": {
        "callUpsert": "a call",
        "newJwt": "the JSON web token of the instance was renewed",
        "refreshToken": "the JSON web token of the instance was renewed",
        "newsLetter": "a channel's news",
        "labelAssociation": "a label put on or taken off a chat",
        "labelsAssociation": "a label put on or taken off a chat",
        "labelEdit": "a label changed",
        "labelsEdit": "a label changed",
        "CALL": "a call",
        "LABELS_ASSOCIATION": "a label put on or taken off a chat",
        "LABELS_EDIT": "a label changed",
        "TYPEBOT_START": "a Typebot conversation began",
        "TYPEBOT_CHANGE_STATUS": "a Typebot conversation changed its state",
    },
}

_OPTIONS = {
    "byEvents": "each event to an address of its own",
    "base64": "media inside the event, as base64",
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


def option_words(option: str) -> str:
    """Say what an option does, or nothing where nobody knows."""
    return _OPTIONS.get(option, "")


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
