"""Options of the commands that write: their permissions, and the changes to make."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from tui.cli import completers
from tui.cli.options import adding
from tui.i18n import _

if TYPE_CHECKING:
    from tui.cli.plan_work import RunOptions
    from tui.core.patch.patch import HostMove, Patch
    from tui.core.session import Session

_ALLOWED = ("off", "create", "delete")

_RUN_OPTIONS = (
    click.option(
        "--dry-run", is_flag=True, help=_("Show what would be written, and write nothing.")
    ),
    click.option("--yes", is_flag=True, help=_("Write without asking.")),
    click.option(
        "--at-once",
        type=click.IntRange(1, 64),
        metavar="N",
        help=_("The number of webhooks to write at the same time."),
    ),
    click.option(
        "--max-changes",
        metavar="N|N%",
        help=_("The most webhooks that may change. Needed for more than 30% of 10 or more."),
    ),
    click.option(
        "--expect",
        type=click.IntRange(0),
        metavar="N",
        help=_("Write only if exactly this many webhooks are selected."),
    ),
    click.option(
        "--allow",
        metavar="off,create,delete",
        multiple=True,
        help=_("Allow to turn webhooks off, to create or to delete them."),
        shell_complete=lambda context, option, typed: [
            word for word in _ALLOWED if word.startswith(typed)
        ],
    ),
    click.option(
        "--confirm",
        metavar="PROFILE",
        help=_("Needed for a production server: the name of its profile."),
        shell_complete=completers.profiles,
    ),
)

_CHANGES = (
    click.option(
        "--url",
        "new_url",
        metavar="URL",
        help=_("The new URL; {instance} and {webhook} in it stand for the names."),
    ),
    click.option(
        "--move-host", metavar="OLD=NEW", help=_("Another host in the URL; the rest stays.")
    ),
    click.option("--enabled", type=click.Choice(["on", "off"]), help=_("Turn webhooks on or off.")),
    click.option(
        "--on",
        metavar="FLAG",
        multiple=True,
        help=_("Turn a flag on. May be repeated."),
        shell_complete=completers.flags,
    ),
    click.option(
        "--off",
        metavar="FLAG",
        multiple=True,
        help=_("Turn a flag off. May be repeated."),
        shell_complete=completers.flags,
    ),
    click.option(
        "--preset",
        metavar="NAME",
        help=_("A preset of flags, such as messages."),
        shell_complete=completers.presets,
    ),
    click.option(
        "--like",
        metavar="INSTANCE[/WEBHOOK]",
        help=_("Copy the flags of another webhook, those that both have."),
        shell_complete=completers.webhooks,
    ),
)


run_options = adding(*_RUN_OPTIONS)
"""The decorator that adds the options of commands that write."""

change_options = adding(*_CHANGES)
"""The decorator that adds the options that say what to change."""


def run_options_from(given: dict[str, Any]) -> RunOptions:
    """Take the options of a run from the given ones. Raises a usage error."""
    from tui.cli.plan_work import RunOptions
    from tui.core.command.safety import Grants
    from tui.core.plan.limits import ChangeLimit, Permission

    limit_text = given.pop("max_changes")
    limit = ChangeLimit.parse(limit_text) if limit_text is not None else None
    if limit_text is not None and limit is None:
        raise click.UsageError(_("--max-changes must be like 50 or 50%."))
    words = [word for text in given.pop("allow") for word in text.split(",")]
    if unknown := [word for word in words if word not in _ALLOWED]:
        text = _("--allow takes off, create and delete, not {word}.")
        raise click.UsageError(text.format(word=unknown[0]))
    grants = Grants(
        limit,
        given.pop("expect"),
        frozenset(map(Permission, words)),
        given.pop("confirm"),
    )
    return RunOptions(grants, given.pop("yes"), given.pop("dry_run"), given.pop("at_once"))


def patch_from(given: dict[str, Any]) -> Callable[[Session], Patch]:
    """Take the changes to make from the given options.

    Presets and other webhooks are looked up once the list is read. Raises a usage error.
    """
    from tui.core.patch.patch import Patch, UrlTemplate

    url_text, move_text = given.pop("new_url"), given.pop("move_host")
    enabled, preset, like_name = (given.pop(name) for name in ("enabled", "preset", "like"))
    on, off = given.pop("on"), given.pop("off")
    for one, other, names in (
        (url_text, move_text, "--url, --move-host"),
        (preset, like_name, "--preset, --like"),
    ):
        if one and other:
            raise click.UsageError(
                _("Only one of these can be given: {names}.").format(names=names)
            )
    if both := set(on) & set(off):
        text = _("{flag} cannot be on and off.")
        raise click.UsageError(text.format(flag=min(both)))
    url = UrlTemplate(url_text) if url_text else None
    if url and url.unknown_places:
        text = _("--url knows {{instance}} and {{webhook}}, not {{{name}}}.")
        raise click.UsageError(text.format(name=min(url.unknown_places)))
    flags = {**dict.fromkeys(on, True), **dict.fromkeys(off, False)}
    patch = Patch(
        url or (_move(move_text) if move_text else None),
        None if enabled is None else enabled == "on",
        flags,
    )
    if not (preset or like_name) and patch == Patch():
        names = "--url, --move-host, --enabled, --on, --off, --preset, --like"
        raise click.UsageError(_("Say what to change: {names}.").format(names=names))
    return lambda session: _with_flags_of(session, patch, preset, like_name)


def _with_flags_of(
    session: Session, patch: Patch, preset: str | None, like_name: str | None
) -> Patch:
    """Add the flags of a preset or of another webhook. Raises :class:`UserError`."""
    from dataclasses import replace

    from tui.core.command.change_source import flags_like, preset_named

    if preset is not None:
        source = preset_named(session, preset).patch
    elif like_name is not None:
        source = flags_like(session, like_name)
    else:
        return patch
    return replace(patch, flags_where_there=source.flags_where_there, rest=source.rest)


def _move(text: str) -> HostMove:
    from tui.core.patch.patch import HostMove, is_host

    old, separator, new = text.partition("=")
    if not (separator and is_host(old) and is_host(new)):
        raise click.UsageError(
            _("--move-host must be like old.example=new.example:8443, without http://.")
        )
    return HostMove(old, new)
