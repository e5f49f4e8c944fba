"""The effect of a preset on flags, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tui.core.patch.flag_effect import FlagEffect
from tui.core.patch.presets import Preset
from tui.i18n import _, ngettext, number
from tui.model.counting import listed
from tui.model.flag_words import label


def preset_words(preset: Preset, flags: Mapping[str, bool]) -> str:
    """Describe a preset, for webhooks with these flags."""
    named = preset.patch.flags_where_there
    on = sum(named[flag] for flag in named if flag in flags)
    off = sum(not named[flag] for flag in named if flag in flags)
    counts = {"on": number(on), "off": number(off)}
    match preset.rest:
        case "on" if not off:
            return _("every flag on that the server has today; one that it gets later stays off")
        case "on":
            return _("{off} off, every other flag on").format(**counts)
        case "off" if not on:
            return _("every flag off")
        case "off":
            return _("{on} on, every other flag off").format(**counts)
        case "keep" if not off:
            return _("{on} on, the rest as it is").format(**counts)
        case "keep" if not on:
            return _("{off} off, the rest as it is").format(**counts)
    return _("{on} on, {off} off, the rest as it is").format(**counts)


def effect_words(effect: FlagEffect, total: int) -> str:
    """Count the changes, in one webhook or in ``total``: ``448 off, in 448 of 500``."""
    if not effect.webhooks:
        return _("changes nothing")
    flags = _turned(effect)
    if total == 1:
        return flags
    return _("{flags}, in {count} of {total}").format(
        flags=flags, count=number(effect.webhooks), total=number(total)
    )


def _turned(effect: FlagEffect) -> str:
    counts = {"on": number(effect.on), "off": number(effect.off)}
    if not effect.off:
        return _("{on} turned on").format(**counts)
    if not effect.on:
        return _("{off} turned off").format(**counts)
    return _("{on} turned on, {off} off").format(**counts)


def skipped_words(flags: Sequence[str]) -> str:
    """Say which flags of a preset were skipped; empty for none."""
    if not flags:
        return ""
    text = ngettext(
        "Skipped, since there is no such flag here: {flags}.",
        "Skipped, since there are no such flags here: {flags}.",
        len(flags),
    )
    return text.format(flags=listed(map(label, flags)))
