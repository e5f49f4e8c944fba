"""No sentence names a key, and every command in a sentence exists."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tui.app.commands import COMMANDS

TUI = Path(__file__).resolve().parents[2] / "tui"
MAY_NAME_KEYS = ("app/commands.py", "app/key_names.py", "app/keymap.py", "app/terminal", "sandbox/")
"""The modules that define and read keys; and the sandbox, which has no screen."""

KEY = re.compile(
    r"(?<!\[)\^[a-zA-Z]\b|\besc\b|\bctrl\+\w (?=\w)|\bF\d\b"
    r"|(^|[.;:,] )[b-zB-HJ-Z] [a-z]+s\b"
)
"""A key with a modifier, a function key, or a letter with a verb: ``r reads``."""
PLACE = re.compile(r"\{([a-z][a-z0-9_.-]*)\}")


def texts_of(path: Path) -> Iterator[str]:
    """Yield the texts in a file, without docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.value


def literals_of(template: ast.expr, named: dict[str, list[ast.expr]]) -> Iterator[str]:
    """Yield the texts that a template can be; for a name, all texts assigned to it."""
    match template:
        case ast.Constant(value=str(text)):
            yield text
        case ast.Call(func=ast.Name(id="_" | "ngettext"), args=texts):
            for each in texts:
                yield from literals_of(each, {})
        case ast.IfExp(body=one, orelse=other):
            yield from literals_of(one, named)
            yield from literals_of(other, named)
        case ast.Name(id=name):
            for value in named.get(name, []):
                yield from literals_of(value, {})


def sentences_of(path: Path) -> Iterator[tuple[str, set[str]]]:
    """Yield the templates of the sentences in a file, with the names of their values."""
    tree = ast.parse(path.read_text("utf-8"))
    whole = assigned_in(tree)
    scopes: dict[ast.AST, ast.AST] = dict.fromkeys(ast.walk(tree), tree)
    for function in ast.walk(tree):  # the inner ones come later
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            scopes.update(dict.fromkeys(ast.walk(function), function))
    for node, scope in scopes.items():
        match node:
            case ast.Call(func=ast.Name(id="Sentence"), args=[template, *more]):
                given = more[0].keys if more and isinstance(more[0], ast.Dict) else []
                values = {str(key.value) for key in given if isinstance(key, ast.Constant)}
                for text in literals_of(template, whole | assigned_in(scope)):
                    yield text, values


def assigned_in(scope: ast.AST) -> dict[str, list[ast.expr]]:
    """Return what is assigned to each name in a function or module."""
    named: dict[str, list[ast.expr]] = {}
    for node in ast.walk(scope):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                named.setdefault(name, []).append(value)
    return named


def sources() -> list[tuple[str, Path]]:
    return [(str(path.relative_to(TUI)), path) for path in sorted(TUI.rglob("*.py"))]


def test_no_text_names_a_key() -> None:
    named = [
        (name, text)
        for name, path in sources()
        if not name.startswith(MAY_NAME_KEYS)
        for text in texts_of(path)
        if KEY.search(text)
    ]
    assert named == []


def test_every_command_in_a_sentence_exists() -> None:
    known = {command.id for command in COMMANDS}
    found = [(name, *one) for name, path in sources() for one in sentences_of(path)]
    assert len(found) > 20
    wrong = [
        (name, place)
        for name, text, values in found
        for place in PLACE.findall(text)
        if place not in known | values
    ]
    assert wrong == []
