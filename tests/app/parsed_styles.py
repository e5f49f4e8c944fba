"""Parsed stylesheets, shared by all apps of a process."""

from __future__ import annotations

from typing import Any

from textual.css.stylesheet import Stylesheet


def share_parsed_styles() -> None:
    """Have each stylesheet parsed once, not again for each app."""
    parse = Stylesheet._parse_rules
    parsed: dict[object, Any] = {}

    def parse_once(self: Stylesheet, *source: Any, **more: Any) -> Any:
        key = (frozenset(self._variables.items()), source, frozenset(more.items()))
        if key not in parsed:
            parsed[key] = parse(self, *source, **more)
        return parsed[key]

    Stylesheet._parse_rules = parse_once  # type: ignore[method-assign]
