"""Writes a profile into the configuration file and keeps the rest of the file."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, MutableMapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import InlineTable, Table

from tui.config.load import check_settings, faults_of, read_toml
from tui.config.profiles import Profile, table_name
from tui.i18n import _
from tui.model.server_kind import AUTO, Api
from tui.model.user_error import UserError, reason
from tui.storage.private_files import locked, shown, write_private

_HEADING = _("Hookboard. Tokens are not kept here: see token_command, or the keyring.")
"""The comment at the top of a new file."""

_DETECTED = _('detected by Hookboard; "auto" detects it again')
"""The comment beside a kind of server."""


def save_profile(
    path: Path,
    name: str,
    profile: Profile,
    *,
    make_default: bool = False,
    is_new: bool = False,
) -> None:
    """Write ``profile`` under ``[profiles.NAME]``; comments and order of the file stay.

    Writes only the settings that were given when the profile was made; ``None`` removes a
    setting. With ``is_new`` it replaces no other profile: another program may have saved one of
    that name since the file was read.

    The file is created where there is none, replaced in one step, and has mode 0600 afterwards.
    Raises :class:`UserError` and leaves the file alone when it has a mistake, would have one
    afterwards, or cannot be written. Mistakes in other profiles do not matter.
    """

    def change(document: TOMLDocument) -> TOMLDocument:
        if make_default and "default" not in document:
            # At the very top, where it cannot become part of a table.
            line = tomlkit.dumps({"default": name})
            document = tomlkit.parse(line + tomlkit.dumps(document))
        elif make_default:
            document["default"] = name
        _fill(_table(_table(document, "profiles", above=True), name), profile)
        return document

    with _file_lock(path):
        values = read_toml(path)
        check_settings(values, path)
        if is_new and name in values.get("profiles", {}):
            problem = _("has a profile {name} already").format(name=name)
            raise UserError(problem, _("Choose another name."), subject=shown(path))
        _rewrite(path, name, change)


def _fill(table: Any, profile: Profile) -> None:
    for key, value in profile.values().items():
        if key in profile.given and value is not None:
            table[key] = value
        elif key in profile.given:
            table.pop(key, None)


def remember_kind(path: Path, name: str, url: str, kind: Api) -> None:
    """Write the kind of the server at ``url`` into the profile, in place of ``auto``.

    Writes nothing where the file no longer has this profile, or has another address or a kind
    for it. Raises :class:`UserError` as :func:`save_profile` does.
    """

    def change(document: TOMLDocument) -> TOMLDocument:
        table: Any = _table(_table(document, "profiles"), name)
        value = tomlkit.item(kind)
        commented = "api" in table and table["api"].trivia.comment
        if not commented and not isinstance(table, InlineTable):  # which cannot hold one
            value.comment(_DETECTED)
        if isinstance(table, Table) and "api" not in table:
            # Added at the end, it would come below the comment above the next table.
            table.value._insert_after("url", "api", value)
        else:
            table["api"] = value
        return document

    with _file_lock(path):
        known = check_settings(read_toml(path), path).profiles.get(name)
        if known is not None and (known.url, known.api) == (url, AUTO):
            _rewrite(path, name, change)


def _file_lock(path: Path) -> AbstractContextManager[None]:
    """Keep other Hookboards from changing the file between reading and writing it."""
    return locked(Path(os.path.realpath(path)).parent)


def _rewrite(path: Path, name: str, change: Callable[[TOMLDocument], TOMLDocument]) -> None:
    """Replace the file by the result of ``change``, which is about the profile ``name``."""
    try:
        existing = _content(path)
        document = change(tomlkit.parse(existing or ""))
        text = (f"# {_HEADING}\n" if existing is None else "") + tomlkit.dumps(document)
        faults = faults_of(tomllib.loads(text), path)
    except (TOMLKitError, tomllib.TOMLDecodeError):
        raise UserError(
            _("could not be changed to hold the profile {name}").format(name=name),
            _("Add the table {table} by hand.").format(table=table_name(("profiles", name))),
            subject=shown(path),
        ) from None
    if name in faults:
        raise faults[name]
    write_private(path, text.encode())


def _content(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return None
    except OSError as error:
        problem = _("could not be read: {reason}").format(reason=reason(error))
        raise UserError(problem, _("Check the path."), subject=shown(path)) from None


def _table(parent: MutableMapping[str, Any], key: str, *, above: bool = False) -> Any:
    """Return a table of ``parent``; a missing one is made. ``above``: it holds only tables."""
    if key not in parent:
        inline = isinstance(parent, InlineTable)
        parent[key] = tomlkit.inline_table() if inline else tomlkit.table(is_super_table=above)
    return parent[key]
