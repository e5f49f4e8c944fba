"""What ``hookboard config`` prints: the paths in use, and the effective configuration."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tui.model.secret import MASK
from tui.model.text import clean
from tui.model.user_error import reason
from tui.storage import paths
from tui.storage.private_files import shown
from tui.storage.token_command import arguments

if TYPE_CHECKING:
    from tomlkit.items import Table
    from tomlkit.toml_document import TOMLDocument

    from tui.config.load import Config


def paths_report(env: Mapping[str, str] = os.environ) -> list[tuple[str, str]]:
    """Return every path used, as pairs of what it is for and the path."""
    places = (
        ("configuration", paths.config_file(env)),
        ("data", paths.data_dir()),
        ("tokens", paths.tokens_dir()),
        ("drafts", paths.drafts_dir()),
        ("flags", paths.flags_dir()),
        ("journal", paths.journal_file()),
    )
    return [(what, f"{shown(path)}{_state(path)}") for what, path in places]


def _state(path: Path) -> str:
    """Say why a path cannot be used, if so: what cannot be read may well be there."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return " (not there yet)"
    except OSError as error:
        return f" (cannot be read: {reason(error)})"
    return "" if os.access(path, os.R_OK) else " (cannot be read: permission denied)"


def show(config: Config, token_source: str = "") -> str:
    """Return the effective configuration as TOML, each value with its origin as a comment.

    ``token_source``, from :class:`tui.config.resolve.Target`, says in words where the token of
    the profile in use came from. The token itself is no part of a configuration. A profile that
    cannot be used has its reasons above it; without values where these are no profile's.
    """
    import tomlkit

    from tui.config.profiles import table_name

    document = tomlkit.document()
    document.add(tomlkit.comment(f"file: {shown(config.path)}"))
    document.add(tomlkit.comment(f"profile in use: {clean(config.profile or 'none')}"))
    if token_source:
        document.add(tomlkit.comment(f"token: {token_source}"))
    values = config.settings.model_dump(exclude={"keys", "presets", "profiles"})
    _fill(document, values, config)
    keys = tomlkit.table()
    _fill(keys, config.settings.keys, config, "keys")
    document.add("keys", keys)
    if config.settings.presets:
        presets = tomlkit.table(is_super_table=True)
        for name, preset in config.settings.presets.items():
            table = tomlkit.table()
            _fill(table, preset.model_dump(), config, "presets", name)
            presets.add(name, table)
        document.add("presets", presets)
    profiles = tomlkit.table(is_super_table=True)
    for name, profile in config.settings.profiles.items():
        table = tomlkit.table()
        for words in _why_not(config, name):
            table.add(tomlkit.comment(words))
        _fill(table, _masked(profile.model_dump()), config, "profiles", name)
        profiles.add(name, table)
    document.add("profiles", profiles)
    for name in config.faults:
        if name not in config.settings.profiles:
            document.add(tomlkit.nl())
            for words in (table_name(("profiles", name)), *_why_not(config, name)):
                document.add(tomlkit.comment(words))
    return _escaped(tomlkit.dumps(document))


def _escaped(toml: str) -> str:
    """Return TOML with each character that a terminal could obey or hide as its escape."""
    return "".join(
        one if one == "\n" or clean(one) == one else f"\\U{ord(one):08X}" for one in toml
    )


def _masked(values: Mapping[str, object]) -> Mapping[str, object]:
    """Return the settings of a profile without what may be secret: a command's arguments."""
    match values:
        case {"token_command": str(command)}:
            program, *rest = arguments(command)
            masked: object = " ".join((shlex.quote(program), *([MASK] if rest else ())))
        case {"token_command": [program, *rest]}:
            masked = [program, *(MASK for _ in rest)]
        case _:
            return values
    return {**values, "token_command": masked}


def _why_not(config: Config, name: str) -> list[str]:
    """Say why a profile cannot be used and what to do; nothing of one that can."""
    if (fault := config.faults.get(name)) is None:
        return []
    said = [(one.message, one.hint) for one in fault.problems]
    return ["cannot be used:", *(words for both in said for words in both)]


def _fill(
    table: Table | TOMLDocument, values: Mapping[str, object], config: Config, *path: str
) -> None:
    """Add values with their origins; TOML has no word for nothing, so that is a comment."""
    import tomlkit

    for key, value in values.items():
        origin = config.origin(*path, key)
        if value is None:
            table.add(tomlkit.comment(f"{key} is not set ({origin})"))
        else:
            table.add(key, tomlkit.item(value).comment(origin))
