"""Words and groups for the event flags.

The flags themselves are whatever booleans a server sends; this table only says when the event
of a known one is sent. Names and meanings of v2 are from the vendor's page "Update Webhook"
(v2.1.3), its pages on each event and a public client of v2.2.1; of v1 and Evolution from their
sources and recorded deliveries, of Go from the vendor's page. Where a kind of server gives a
name another meaning than the rest, its capabilities have the words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tui.model.capabilities import ANY_SERVER, Capabilities
from tui.model.text import clean

UNLISTED = "Unlisted"
"""The group of flags Hookboard has no words for."""

_OLD_MESSAGES = "when old messages are loaded, in batches"
_STATUS = "when a message is delivered, read or played"
_BY_API = "when a message is sent through the API"
_CONTACTS = "when the contacts are first loaded, after pairing"
_CONTACT = "when a contact changes (name, picture)"
_PRESENCE = "when a contact types, records or goes online"
_CHATS = "when the chats are first loaded, after pairing"
_CHAT = "when a chat changes (unread count, archived)"
_GROUP = "when a group changes (name, description)"
_MEMBERS = "when members join, leave or change role"
_QR_CODE = "when there is a new QR code to scan"
_CONNECTION = "when WhatsApp is connected, connecting or closed"
_NEW_TOKEN = "when the token is renewed; the new one is sent along"
_LABELLED = "when a label is put on a chat or taken off"
_LABEL = "when a label is made, changed or deleted"

_WORDS: dict[str, dict[str, str]] = {
    "Messages": {
        "messagesSet": _OLD_MESSAGES,
        "messagesUpsert": "when a message comes in",
        "messagesUpdate": _STATUS,
        "messagesUpdated": _STATUS,
        "messagesDeleted": "when a message is deleted",
        "messagesStarred": "when a message is starred",
        "messagesUndecryptable": "when a message cannot be decrypted",
        "sendMessage": _BY_API,
        "mediaRetry": "when the phone sends the media of a message again",
        "historySync": "when the phone sends old chats and messages",
        "MESSAGES_SET": _OLD_MESSAGES,
        "MESSAGING_HISTORY_SET": "when all old messages have been loaded",
        "MESSAGES_UPSERT": "when a message comes in, or leaves from the phone",
        "MESSAGES_EDITED": "when a message is edited, or deleted for everyone",
        "MESSAGES_UPDATE": _STATUS,
        "MESSAGES_DELETE": "when a message is deleted, also through the API",
        "SEND_MESSAGE": _BY_API,
        "SEND_MESSAGE_UPDATE": "when a message is edited through the API",
    },
    "Contacts": {
        "contactsSet": _CONTACTS,
        "contactsUpsert": "when a contact is new",
        "contactsUpdate": _CONTACT,
        "contactsUpdated": _CONTACT,
        "presenceUpdate": _PRESENCE,
        "presenceUpdated": _PRESENCE,
        "profilePictureUpdated": "when a contact's picture changes",
        "userAboutUpdated": "when a contact's “about” text changes",
        "identityUpdated": "when a contact's security key changes (new phone)",
        "CONTACTS_SET": _CONTACTS,
        "CONTACTS_UPSERT": "when a contact is new",
        "CONTACTS_UPDATE": "when a contact changes, and with each message",
        "PRESENCE_UPDATE": _PRESENCE,
    },
    "Chats": {
        "chatsSet": _CHATS,
        "chatsUpsert": "when a chat is new",
        "chatsUpdate": _CHAT,
        "chatsUpdated": _CHAT,
        "chatsDelete": "when a chat is deleted",
        "chatsDeleted": "when a chat is deleted",
        "CHATS_SET": _CHATS,
        "CHATS_UPSERT": "when a chat is new",
        "CHATS_UPDATE": _CHAT,
        "CHATS_DELETE": "when a chat is deleted",
    },
    "Groups": {
        "groupsUpsert": "when a group is created or joined",
        "groupUpdate": _GROUP,
        "groupsUpdated": _GROUP,
        "groupParticipantsUpdate": _MEMBERS,
        "groupsParticipantsUpdated": _MEMBERS,
        "GROUPS_UPSERT": "when a group is created or joined",
        "GROUP_UPDATE": _GROUP,
        "GROUP_PARTICIPANTS_UPDATE": _MEMBERS,
    },
    "Connection": {
        "qrcodeUpdate": _QR_CODE,
        "qrcodeUpdated": _QR_CODE,
        "stateInstance": "when the instance is turned on or off, or deleted",
        "statusInstance": "when the server loads or removes the instance",
        "connectionUpdate": _CONNECTION,
        "connectionUpdated": _CONNECTION,
        "settingsUpdated": "when a setting changes, such as the shown name",
        "QRCODE_UPDATED": _QR_CODE,
        "STATUS_INSTANCE": "when WhatsApp ends the connection, with the reason",
        "CONNECTION_UPDATE": _CONNECTION,
        "APPLICATION_STARTUP": "when the server starts",
        "INSTANCE_CREATE": "when the instance is created with its webhook",
        "INSTANCE_DELETE": "when the instance is deleted",
        "REMOVE_INSTANCE": "when the server drops the instance from memory",
        "LOGOUT_INSTANCE": "when the instance is logged out of WhatsApp",
    },
    "Other": {
        "callUpsert": "when somebody calls",
        "newJwt": _NEW_TOKEN,
        "refreshToken": _NEW_TOKEN,
        "newsLetter": "when a channel is followed, left or muted",
        "labelAssociation": _LABELLED,
        "labelsAssociation": _LABELLED,
        "labelEdit": _LABEL,
        "labelsEdit": _LABEL,
        "CALL": "when somebody calls",
        "LABELS_ASSOCIATION": _LABELLED,
        "LABELS_EDIT": _LABEL,
        "TYPEBOT_START": "when a Typebot conversation begins",
        "TYPEBOT_CHANGE_STATUS": "when a Typebot is opened, paused or closed",
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


def words(flag: str, capabilities: Capabilities = ANY_SERVER) -> str:
    """Say when the flag's event is sent on a server, or that nobody knows."""
    here = capabilities.never_sent.get(flag) or capabilities.flag_words.get(flag)
    if here or (group := _GROUP_OF.get(flag)) is None:
        return here or "not in Hookboard's list; sent as the server names it"
    return _WORDS[group][flag]


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
