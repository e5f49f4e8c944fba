"""Why a command is held back, and the option that lets it go on."""

from __future__ import annotations

from tui.core.command.safety import HeldBack, Rule
from tui.i18n import _, number


def held_back_words(held: HeldBack) -> tuple[str, str]:
    """Say why a command is held back, and what to do."""
    match held.rule:
        case Rule.READ_ONLY:
            return (
                _("This server is read-only."),
                _("Leave out --read-only, HOOKBOARD_READ_ONLY or read_only in the profile."),
            )
        case Rule.NOT_CONFIRMED:
            return (
                _("{profile} is a production server.").format(profile=held.detail),
                _("Add --confirm {profile}.").format(profile=held.detail),
            )
        case Rule.NOT_ALLOWED:
            said = {
                "off": _("Webhooks would be turned off."),
                "create": _("Webhooks would be created."),
                "delete": _("Webhooks would be deleted."),
            }
            return said[held.detail], _("Add --allow {word}.").format(word=held.detail)
        case Rule.TOO_MANY:
            return (
                _("{count} of {total} webhooks would change.").format(
                    count=number(held.amount), total=number(held.of)
                ),
                _("Add --max-changes {count}, or apply a stored plan.").format(count=held.amount),
            )
        case Rule.NOT_AS_EXPECTED:
            return (
                _("{count} webhooks are selected, and --expect says {expected}.").format(
                    count=number(held.amount), expected=number(held.of)
                ),
                _("Look at them with --dry-run."),
            )
