"""How long a server is waited for, unless a profile says otherwise."""

from __future__ import annotations

TIMEOUT = 15
"""Seconds without a byte after which an answer is given up."""
