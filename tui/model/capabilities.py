"""Abilities of a kind of server. The screens offer only what the server can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Abilities of a kind of server, and the reasons for those it does not have."""

    many: bool = True
    """An instance has any number of webhooks; otherwise one at most."""
    names: bool = True
    """A webhook has a name."""
    deletes: bool = True
    """A webhook can be deleted."""
    business: bool = True
    """Instances belong to a business, which has to be named to list them."""
    lists_webhooks: bool = True
    """The list of instances has their webhooks; otherwise each instance is asked for its own."""
    flags_alone: bool = True
    """Flags can be written without the rest of the webhook."""
    flags: tuple[str, ...] = ()
    """Flags of a new webhook, by wire name."""
    names_all_flags: bool = True
    """A webhook names every flag there is; otherwise Hookboard offers those it knows."""
    flags_begin_on: bool = False
    """A new webhook begins with all flags on."""
    options: tuple[str, ...] = ()
    """Switches of a webhook that are neither ``enabled`` nor flags, by wire name."""
    flag_words: Mapping[str, str] = field(default_factory=dict)
    """Words for flags whose events this kind sends at other times than the rest."""
    never_sent: Mapping[str, str] = field(default_factory=dict)
    """Words for flags that the server accepts but never sends an event for."""
    url_bytes: int | None = None
    """Longest URL in bytes, where the server counts bytes; ``None`` where it counts characters."""
    no_flags: str = ""
    """Reason why an enabled webhook must have a flag on; empty where all may be off."""
    none_shown: str = ""
    """Sentence on what a server may have although it shows no webhook; empty for nothing."""
    off_forgets: str = ""
    """Sentence on what the server forgets when a webhook is disabled; empty for nothing."""
    plain_names: str = ""
    """Reason why an instance whose name needs percent-encoding is not opened; empty where it is."""
    no_delete: str = ""
    """Reason why a webhook cannot be deleted, and what to do instead."""


ANY_SERVER = Capabilities()
"""Abilities assumed while the kind of server is not known."""
