"""Sentences can be translated: ``_`` is never hidden, and what it is given is one literal."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

TUI = Path(__file__).resolve().parents[2] / "tui"
PLACES_OF_LITERALS = {"_": 1, "ngettext": 2}
"""The functions that look a text up, and how many literals each is given."""


def modules_that_translate() -> Iterator[tuple[str, ast.Module]]:
    """Yield the modules that import ``_`` or ``ngettext``, parsed."""
    for path in sorted(TUI.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        imported = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "tui.i18n"
            for alias in node.names
        }
        if imported & set(PLACES_OF_LITERALS):
            yield str(path.relative_to(TUI)), tree


def test_no_module_that_translates_uses_the_underscore_for_something_else() -> None:
    """A local ``_`` would hide the function in the whole of its own function."""
    hidden = [
        (name, node.lineno)
        for name, tree in modules_that_translate()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Name) and node.id == "_" and isinstance(node.ctx, ast.Store))
        or (isinstance(node, ast.arg) and node.arg == "_")
    ]
    assert hidden == []


def test_every_text_that_is_looked_up_is_one_literal() -> None:
    """What is put together at run time is in no catalogue."""
    made = [
        (name, node.lineno)
        for name, tree in modules_that_translate()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in PLACES_OF_LITERALS
        and not all(
            isinstance(text, ast.Constant) and isinstance(text.value, str)
            for text in node.args[: PLACES_OF_LITERALS[node.func.id]]
        )
    ]
    assert made == []
