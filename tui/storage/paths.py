"""Paths of Hookboard's files on this system.

The directories are those of the platform (XDG on Linux); ``platformdirs`` is imported only
when one of them is needed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

APP = "hookboard"
CONFIG_VARIABLE = "HOOKBOARD_CONFIG"


def config_file(env: Mapping[str, str] = os.environ) -> Path:
    """Return the configuration file: ``HOOKBOARD_CONFIG``, else the platform's ``config.toml``.

    The file need not exist. The path is absolute; ``~`` is understood.
    """
    if named := env.get(CONFIG_VARIABLE):
        return Path(os.path.abspath(os.path.expanduser(named)))
    from platformdirs import user_config_path

    return user_config_path(APP, appauthor=False) / "config.toml"


def data_dir() -> Path:
    """Return the directory for everything that is not configuration."""
    from platformdirs import user_data_path

    return user_data_path(APP, appauthor=False)


def tokens_dir() -> Path:
    """Return the directory of token files, for systems without a keyring (mode 0700)."""
    return data_dir() / "tokens"


def drafts_dir() -> Path:
    """Return the directory of unsaved edits (mode 0700)."""
    return data_dir() / "drafts"


def staged_dir() -> Path:
    """Return the directory of changes that are staged for many webhooks (mode 0700)."""
    return data_dir() / "staged"


def journal_file() -> Path:
    """Return the file of what was changed and seen to be changed (mode 0600)."""
    return data_dir() / "journal.sqlite"


def flags_dir() -> Path:
    """Return the directory of flags that their servers forget (mode 0700)."""
    return data_dir() / "flags"
