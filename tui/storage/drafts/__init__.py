"""Drafts on disk: unsaved edits of webhooks, a file for each; see :mod:`tui.storage.kept`."""

from tui.storage.drafts.folder import Drafts
from tui.storage.drafts.open_draft import OpenDraft
from tui.storage.drafts.record import FORMAT, LIMIT, Draft

__all__ = ["FORMAT", "LIMIT", "Draft", "Drafts", "OpenDraft"]
