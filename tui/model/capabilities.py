"""What a kind of server can do. The screens follow it: nothing is offered that it cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a kind of server can do, and why it cannot do the rest."""

    many: bool = True
    """Whether an instance has any number of webhooks; else it has one at most."""
    names: bool = True
    """Whether a webhook has a name."""
    deletes: bool = True
    """Whether a webhook can be deleted."""
    business: bool = True
    """Whether its instances belong to a business, which has to be named to list them."""
    lists_webhooks: bool = True
    """Whether the list of instances tells of their webhooks; else each has to be asked for."""
    flags_alone: bool = True
    """Whether flags can be written without the rest of the webhook."""
    flags: tuple[str, ...] = ()
    """The flags a new webhook has, by wire name."""
    names_all_flags: bool = True
    """Whether a webhook names every flag there is; else those that are known are offered."""
    flags_begin_on: bool = False
    """Whether a new webhook begins with them on."""
    options: tuple[str, ...] = ()
    """Switches of a webhook that are neither ``enabled`` nor flags, by the name they are sent
    under."""
    flag_words: Mapping[str, str] = field(default_factory=dict)
    """When the events of some flags are sent, where that is not as on other kinds."""
    never_sent: Mapping[str, str] = field(default_factory=dict)
    """Flags that the server accepts and never sends an event for, and what to say of each."""
    url_bytes: int | None = None
    """The longest URL in bytes, where the server counts bytes; else characters count."""
    no_flags: str = ""
    """Why an enabled webhook cannot have all flags off; empty where it can."""
    none_shown: str = ""
    """What a server may have all the same where it shows no webhook; empty for nothing."""
    off_forgets: str = ""
    """What is lost when a webhook is turned off, and what becomes of it; empty for nothing."""
    no_delete: str = ""
    """Why a webhook cannot be deleted, and what to do instead."""


ANY_SERVER = Capabilities()
"""What is taken for granted where no server is named."""
