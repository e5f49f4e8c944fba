"""The names of the presets that are there without a configuration; cheap to import."""

from __future__ import annotations

EVERYTHING = "everything"
NOTHING = "nothing"
MESSAGES = "messages"
MESSAGES_AND_CONNECTION = "messages-and-connection"
QUIET = "quiet"

BUILT_IN_NAMES = (EVERYTHING, NOTHING, MESSAGES, MESSAGES_AND_CONNECTION, QUIET)
"""In the order they are offered."""
