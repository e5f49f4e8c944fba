"""Words and groups for the event flags.

A server's flags are the booleans it sends; this table says when the event of a known flag is
sent. Names and meanings of v2 are from the vendor's page "Update Webhook" (v2.1.3), its pages
on each event and a public client of v2.2.1; of v1 and Evolution from their sources and recorded
deliveries, of Go from the vendor's page. Where one kind of server gives a name another meaning,
its capabilities have the words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tui.i18n import _
from tui.model.capabilities import ANY_SERVER, Capabilities
from tui.model.text import clean

UNLISTED = _("Unlisted")
"""The group of flags that this table does not know."""

_OLD_MESSAGES = _("when old messages are loaded, in batches")
_STATUS = _("when a message is delivered, read or played")
_BY_API = _("when a message is sent through the API")
_CONTACTS = _("when the contacts are first loaded, after pairing")
_CONTACT = _("when a contact changes (name, picture)")
_PRESENCE = _("when a contact types, records or goes online")
_CHATS = _("when the chats are first loaded, after pairing")
_CHAT = _("when a chat changes (unread count, archived)")
_GROUP = _("when a group changes (name, description)")
_MEMBERS = _("when members join, leave or change role")
_QR_CODE = _("when there is a new QR code to scan")
_CONNECTION = _("when WhatsApp is connected, connecting or closed")
_NEW_TOKEN = _("when the token is renewed; the new one is sent along")
_LABELLED = _("when a label is put on a chat or taken off")
_LABEL = _("when a label is made, changed or deleted")

_WORDS: dict[str, dict[str, str]] = {
    _("Messages"): {
        "messagesSet": _OLD_MESSAGES,
        "messagesUpsert": _("when a message comes in"),
        "messagesUpdate": _STATUS,
        "messagesUpdated": _STATUS,
        "messagesDeleted": _("when a message is deleted"),
        "messagesStarred": _("when a message is starred"),
        "messagesUndecryptable": _("when a message cannot be decrypted"),
        "sendMessage": _BY_API,
        "mediaRetry": _("when the phone sends the media of a message again"),
        "historySync": _("when the phone sends old chats and messages"),
        "MESSAGES_SET": _OLD_MESSAGES,
        "MESSAGING_HISTORY_SET": _("when all old messages have been loaded"),
        "MESSAGES_UPSERT": _("when a message comes in, or leaves from the phone"),
        "MESSAGES_EDITED": _("when a message is edited, or deleted for everyone"),
        "MESSAGES_UPDATE": _STATUS,
        "MESSAGES_DELETE": _("when a message is deleted, also through the API"),
        "SEND_MESSAGE": _BY_API,
        "SEND_MESSAGE_UPDATE": _("when a message is edited through the API"),
    },
    _("Contacts"): {
        "contactsSet": _CONTACTS,
        "contactsUpsert": _("when a contact is new"),
        "contactsUpdate": _CONTACT,
        "contactsUpdated": _CONTACT,
        "presenceUpdate": _PRESENCE,
        "presenceUpdated": _PRESENCE,
        "profilePictureUpdated": _("when a contact's picture changes"),
        "userAboutUpdated": _("when a contact's “about” text changes"),
        "identityUpdated": _("when a contact's security key changes (new phone)"),
        "CONTACTS_SET": _CONTACTS,
        "CONTACTS_UPSERT": _("when a contact is new"),
        "CONTACTS_UPDATE": _("when a contact changes, and with each message"),
        "PRESENCE_UPDATE": _PRESENCE,
    },
    _("Chats"): {
        "chatsSet": _CHATS,
        "chatsUpsert": _("when a chat is new"),
        "chatsUpdate": _CHAT,
        "chatsUpdated": _CHAT,
        "chatsDelete": _("when a chat is deleted"),
        "chatsDeleted": _("when a chat is deleted"),
        "CHATS_SET": _CHATS,
        "CHATS_UPSERT": _("when a chat is new"),
        "CHATS_UPDATE": _CHAT,
        "CHATS_DELETE": _("when a chat is deleted"),
    },
    _("Groups"): {
        "groupsUpsert": _("when a group is created or joined"),
        "groupUpdate": _GROUP,
        "groupsUpdated": _GROUP,
        "groupParticipantsUpdate": _MEMBERS,
        "groupsParticipantsUpdated": _MEMBERS,
        "GROUPS_UPSERT": _("when a group is created or joined"),
        "GROUP_UPDATE": _GROUP,
        "GROUP_PARTICIPANTS_UPDATE": _MEMBERS,
    },
    _("Connection"): {
        "qrcodeUpdate": _QR_CODE,
        "qrcodeUpdated": _QR_CODE,
        "stateInstance": _("when the instance is turned on or off, or deleted"),
        "statusInstance": _("when the server loads or removes the instance"),
        "connectionUpdate": _CONNECTION,
        "connectionUpdated": _CONNECTION,
        "settingsUpdated": _("when a setting changes, such as the shown name"),
        "QRCODE_UPDATED": _QR_CODE,
        "STATUS_INSTANCE": _("when WhatsApp ends the connection, with the reason"),
        "CONNECTION_UPDATE": _CONNECTION,
        "APPLICATION_STARTUP": _("when the server starts"),
        "INSTANCE_CREATE": _("when the instance is created with its webhook"),
        "INSTANCE_DELETE": _("when the instance is deleted"),
        "REMOVE_INSTANCE": _("when the server drops the instance from memory"),
        "LOGOUT_INSTANCE": _("when the instance is logged out of WhatsApp"),
    },
    _("Other"): {
        "callUpsert": _("when somebody calls"),
        "newJwt": _NEW_TOKEN,
        "refreshToken": _NEW_TOKEN,
        "newsLetter": _("when a channel is followed, left or muted"),
        "labelAssociation": _LABELLED,
        "labelsAssociation": _LABELLED,
        "labelEdit": _LABEL,
        "labelsEdit": _LABEL,
        "CALL": _("when somebody calls"),
        "LABELS_ASSOCIATION": _LABELLED,
        "LABELS_EDIT": _LABEL,
        "TYPEBOT_START": _("when a Typebot conversation begins"),
        "TYPEBOT_CHANGE_STATUS": _("when a Typebot is opened, paused or closed"),
    },
}

_OPTIONS = {
    "byEvents": _("each event to an address of its own"),
    "base64": _("media inside the event, as base64"),
}

_GROUP_OF = {flag: group for group, flags in _WORDS.items() for flag in flags}


@dataclass(frozen=True, slots=True)
class FlagGroup:
    """Flags of one topic, by wire name."""

    title: str
    flags: tuple[str, ...]


def words(flag: str, capabilities: Capabilities = ANY_SERVER) -> str:
    """Say when a server sends the flag's event, or that the flag is unknown."""
    if own := capabilities.never_sent.get(flag) or capabilities.flag_words.get(flag):
        return own
    if (group := _GROUP_OF.get(flag)) is None:
        return _("not in Hookboard's list; sent as the server names it")
    return _WORDS[group][flag]


def option_words(option: str) -> str:
    """Say what an option does; empty for an unknown one."""
    return _OPTIONS.get(option, "")


def label(flag: str) -> str:
    """Return a wire name that is safe to show; a server may send an empty one."""
    return clean(flag, 64).strip() or _("(no name)")


def grouped(flags: Iterable[str]) -> tuple[FlagGroup, ...]:
    """Sort flags into groups: known flags in the table's order, then unknown ones as they came."""
    present = dict.fromkeys(flags)
    groups = [
        FlagGroup(title, tuple(flag for flag in names if flag in present))
        for title, names in _WORDS.items()
    ]
    groups.append(FlagGroup(UNLISTED, tuple(flag for flag in present if flag not in _GROUP_OF)))
    return tuple(group for group in groups if group.flags)
