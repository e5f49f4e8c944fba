"""The version of the JSON that commands and the board write; cheap to import."""

from __future__ import annotations

FORMAT = 1
"""The version of the shape."""
