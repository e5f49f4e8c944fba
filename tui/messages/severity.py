"""How good or bad a message is."""

from __future__ import annotations

from typing import Literal

Severity = Literal["success", "warning", "error"]
