"""The default time limit for an answer, which a profile may change."""

from __future__ import annotations

TIMEOUT = 15
"""Seconds without a byte after which Hookboard gives up waiting for an answer."""
