"""The output of ``hookboard config``: the paths in use, and the effective configuration."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from tui.i18n import _
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
    """Return all paths in use as pairs: what it is for, and the path."""
    places = (
        (_("configuration"), paths.config_file(env)),
        (_("data"), paths.data_dir()),
        (_("tokens"), paths.tokens_dir()),
        (_("drafts"), paths.drafts_dir()),
        (_("staged changes"), paths.staged_dir()),
        (_("flags"), paths.flags_dir()),
        (_("journal"), paths.journal_file()),
    )
    return [(what, _with_state(path)) for what, path in places]


def _with_state(path: Path) -> str:
    """Write a path, and why it cannot be used, if so."""
    unreadable = _("{path} (cannot be read: {reason})")
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return _("{path} (not there yet)").format(path=shown(path))
    except OSError as error:  # it may exist all the same
        return unreadable.format(path=shown(path), reason=reason(error))
    if not os.access(path, os.R_OK):
        return unreadable.format(path=shown(path), reason=_("permission denied"))
    return shown(path)


def show(config: Config, token_source: str = "") -> str:
    """Return the effective configuration as TOML, each value with its origin as a comment.

    ``token_source``, from :class:`tui.config.resolve.ResolvedProfile`, says where the token of the
    profile in use came from; the token itself is never shown. A profile that cannot be used has
    the reasons above it, and no values where they could not be read.
    """
    import tomlkit

    from tui.config.profiles import table_name

    document = tomlkit.document()
    for words in _heading(config, token_source):
        document.add(tomlkit.comment(words))
    settings = config.settings
    values = {"default": settings.default, "theme": settings.theme, "mouse": settings.mouse}
    _fill(document, values, config)
    keys = tomlkit.table()
    _fill(keys, config.settings.keys, config, "keys")
    document.add("keys", keys)
    if config.settings.presets:
        document.add("presets", _presets_table(config))
    document.add("profiles", _profiles_table(config))
    for name in config.faults:
        if name not in config.settings.profiles:
            document.add(tomlkit.nl())
            for words in (table_name(("profiles", name)), *_why_not(config, name)):
                document.add(tomlkit.comment(words))
    return _escaped(tomlkit.dumps(document))


def _presets_table(config: Config) -> Table:
    import tomlkit

    presets = tomlkit.table(is_super_table=True)
    for name, preset in config.settings.presets.items():
        table = tomlkit.table()
        _fill(table, asdict(preset), config, "presets", name)
        presets.add(name, table)
    return presets


def _profiles_table(config: Config) -> Table:
    import tomlkit

    profiles = tomlkit.table(is_super_table=True)
    for name, profile in config.settings.profiles.items():
        table = tomlkit.table()
        for words in _why_not(config, name):
            table.add(tomlkit.comment(words))
        _fill(table, _masked(profile.values()), config, "profiles", name)
        profiles.add(name, table)
    return profiles


def _heading(config: Config, token_source: str) -> Iterator[str]:
    yield _("file: {path}").format(path=shown(config.path))
    yield _("profile in use: {name}").format(name=clean(config.profile or _("none")))
    if token_source:
        yield _("token: {source}").format(source=token_source)


def _escaped(toml: str) -> str:
    """Return TOML with escapes in place of characters that a terminal would obey or hide."""
    return "".join(
        one if one == "\n" or clean(one) == one else f"\\U{ord(one):08X}" for one in toml
    )


def _masked(values: Mapping[str, object]) -> Mapping[str, object]:
    """Return the settings of a profile, the arguments of its token command masked."""
    match values:
        case {"token_command": str(command)}:
            program, *rest = arguments(command)
            masked: object = " ".join((shlex.quote(program), *([MASK] if rest else ())))
        case {"token_command": [program, *rest]}:
            masked = [program, *[MASK] * len(rest)]
        case _:
            return values
    return {**values, "token_command": masked}


def _why_not(config: Config, name: str) -> list[str]:
    """Say why a profile cannot be used and what to do; empty where it can."""
    if (fault := config.faults.get(name)) is None:
        return []
    reasons = [words for problem in fault.problems for words in (problem.message, problem.hint)]
    return [_("cannot be used:"), *reasons]


def _fill(
    table: Table | TOMLDocument, values: Mapping[str, object], config: Config, *path: str
) -> None:
    """Add values with their origins; TOML has no null, so a missing value is a comment."""
    import tomlkit

    for key, value in values.items():
        origin = _origin(config, *path, key)
        if value is None:
            words = _("{setting} is not set ({origin})").format(setting=key, origin=origin)
            table.add(tomlkit.comment(words))
        else:
            table.add(key, tomlkit.item(value).comment(origin))


def _origin(config: Config, *key: str) -> str:
    origin = config.origin(*key)
    return {"file": _("file"), "default": _("default")}.get(origin, origin)
