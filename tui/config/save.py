"""Writes a profile into the configuration file and leaves the rest of it as it was."""

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
from tui.config.profiles import Profile
from tui.model.server_kind import AUTO, Api
from tui.model.user_error import UserError, reason
from tui.storage.private_files import locked, shown, write_private

_HEAD = "# Hookboard. Tokens are not kept here: see token_command, or the keyring.\n"
_FOUND = 'found by Hookboard; "auto" finds out again'


def save_profile(
    path: Path,
    name: str,
    profile: Profile,
    *,
    make_default: bool = False,
    is_new: bool = False,
) -> None:
    """Write ``profile`` under ``[profiles.NAME]``, comments and order of the file kept.

    With ``is_new`` it takes no other profile's place: another program may have saved one of
    that name since the file was read.

    Only what was given when the profile was made is written (``None`` takes a setting out), so
    that what else the file says of it stays. The file is created when it is absent, replaced in
    one step, and mode 0600 afterwards. Raises :class:`UserError`, the file untouched, when it
    is wrong already, would be wrong afterwards, or cannot be written. What is wrong with other
    profiles alone is left as it is.
    """

    def change(document: TOMLDocument) -> TOMLDocument:
        if make_default and "default" not in document:
            # At the very top, where no table can claim it, however the file is written.
            line = tomlkit.dumps({"default": name})
            document = tomlkit.parse(line + tomlkit.dumps(document))
        elif make_default:
            document["default"] = name
        table = _table(_table(document, "profiles", above=True), name)
        for key, value in profile.model_dump(exclude_unset=True).items():
            if value is not None:
                table[key] = value
            else:
                table.pop(key, None)
        return document

    with _alone(path):
        values = read_toml(path)
        check_settings(values, path)
        if is_new and name in values.get("profiles", {}):
            raise UserError(
                f"has another profile {name} by now", "Choose another name.", subject=shown(path)
            )
        _rewrite(path, name, change)


def remember_kind(path: Path, name: str, url: str, kind: Api) -> None:
    """Write which kind of server answered at ``url`` into the profile, in the place of ``auto``.

    Nothing is written where the file says otherwise by now: it has no such profile, another
    address for it, or a kind. Raises :class:`UserError` as :func:`save_profile` does.
    """

    def change(document: TOMLDocument) -> TOMLDocument:
        table: Any = _table(_table(document, "profiles"), name)
        value = tomlkit.item(kind)
        commented = "api" in table and table["api"].trivia.comment
        if not commented and not isinstance(table, InlineTable):  # it has no room for one
            value.comment(_FOUND)
        if isinstance(table, Table) and "api" not in table:
            # As the last setting it would come below what heads the next table.
            table.value._insert_after("url", "api", value)
        else:
            table["api"] = value
        return document

    with _alone(path):
        known = check_settings(read_toml(path), path).profiles.get(name)
        if known is not None and (known.url, known.api) == (url, AUTO):
            _rewrite(path, name, change)


def _alone(path: Path) -> AbstractContextManager[None]:
    """Keep other Hookboards from changing the file between its reading and its writing."""
    return locked(Path(os.path.realpath(path)).parent)


def _rewrite(path: Path, name: str, change: Callable[[TOMLDocument], TOMLDocument]) -> None:
    """Replace the file by what ``change`` makes of it, for the profile ``name``."""
    try:
        existing = _content(path)
        document = change(tomlkit.parse(existing or ""))
        text = (_HEAD if existing is None else "") + tomlkit.dumps(document)
        faults = faults_of(tomllib.loads(text), path)
    except (TOMLKitError, tomllib.TOMLDecodeError):
        raise UserError(
            f"could not be changed to hold the profile {name}",
            f"Add the table [profiles.{name}] by hand.",
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
        raise UserError(
            f"could not be read: {reason(error)}", "Check the path.", subject=shown(path)
        ) from None


def _table(parent: MutableMapping[str, Any], key: str, *, above: bool = False) -> Any:
    """Return a table of ``parent``, made when it is missing; ``above``: has only tables in it."""
    if key not in parent:
        inline = isinstance(parent, InlineTable)
        parent[key] = tomlkit.inline_table() if inline else tomlkit.table(is_super_table=above)
    return parent[key]
