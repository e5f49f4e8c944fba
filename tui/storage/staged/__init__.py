"""Staged changes on disk, a file for each open board; see :mod:`tui.storage.kept`."""

from tui.storage.staged.folder import OpenStaged, StagedFolder
from tui.storage.staged.record import FORMAT, LIMIT, Staged

__all__ = ["FORMAT", "LIMIT", "OpenStaged", "Staged", "StagedFolder"]
