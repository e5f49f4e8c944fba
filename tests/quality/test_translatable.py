"""Sentences can be translated: each is one literal that goes through ``_`` or ``ngettext``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

TUI = Path(__file__).resolve().parents[2] / "tui"
PLACES_OF_LITERALS = {"_": 1, "ngettext": 2}
"""The functions that look up a text, and the number of literals that each takes."""


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
    """A local ``_`` would hide the function ``_``."""
    hidden = [
        (name, node.lineno)
        for name, tree in modules_that_translate()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Name) and node.id == "_" and isinstance(node.ctx, ast.Store))
        or (isinstance(node, ast.arg) and node.arg == "_")
    ]
    assert hidden == []


def test_every_text_that_is_looked_up_is_one_literal() -> None:
    """No catalogue has a text that is put together at run time."""
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


CHECKED = ("api", "app", "cli", "config", "core", "i18n", "messages", "model", "storage")
"""The folders whose texts for people all go through i18n."""

SQL = ("storage/journal/", "storage/known_names.py")
"""Modules with statements that look like sentences."""

NO_SENTENCES = {
    "api/adapters/codechat_go.py": ("webhook not found", "instance not found"),  # compared
    "api/adapters/codechat_v1.py": ("Cannot convert undefined",),  # compared
    "api/curl.py": ("Content-Type:",),  # a header
    "api/fingerprints.py": ("Cannot POST",),  # compared
    "api/http/auth.py": ("Authorization:",),  # a header
    "api/http/challenge.py": (
        *("AWS WAF", "just a moment", "attention required!", "access denied"),
        *("vercel security", "sucuri website", "pardon our"),
    ),  # names, and titles that are compared
    "api/http/client.py": ("gzip, deflate",),  # a header
    "api/http/content.py": ("the packed content", "raw deflate"),  # never shown
    "api/http/error_mapping.py": ("handshake: wrong", "handshake: record"),  # compared
    "api/http/masking.py": ("f'(?P<host>",),  # a pattern
    "api/http/json_body.py": ("not one list", "not JSON"),  # never shown
    "cli/log_file.py": ("%(asctime)s",),  # a format of log lines
    "cli/shells.py": ("%(complete_func)s() {", "#compdef", "function %(complete_func)s"),  # scripts
    "model/secret.py": ("a Secret cannot be copied or pickled",),  # for programmers
    "model/secret_names.py": ("accept agent", "app application"),  # words in names of headers
    "model/server_kind.py": ("CodeChat Go",),  # a name
    "storage/tokens.py": ("pass show hookboard",),  # a command
}
"""Texts in checked folders that are not for translation, by how they begin."""

NOT_FOR_PEOPLE = ("DEFAULT_CSS", "BINDINGS", "AUTO_FOCUS")
"""Class attributes for Textual."""

_WORD = re.compile(r"(?<![\w-])[^\W\d_]{2,}(?![\w-])")


def texts_not_looked_up(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the texts of two words or more that people may read and that are not looked up.

    Docstrings, assertions, log lines, patterns, types and widget classes are for programmers.
    """
    match node:
        case ast.Expr(value=ast.Constant()) | ast.Assert() | ast.Subscript():
            return
        case ast.AnnAssign(annotation=ast.Name(id="TypeAlias")) | ast.keyword(arg="classes"):
            return
        case ast.Call(func=ast.Name(id=name)) if name in PLACES_OF_LITERALS:
            return
        case ast.Call(func=ast.Attribute(value=ast.Name(id="log" | "re"))):
            return
        case ast.Assign(targets=[ast.Name(id=name)]) if name in NOT_FOR_PEOPLE:
            return
        case ast.JoinedStr():
            parts = [part.value for part in node.values if isinstance(part, ast.Constant)]
            if len(_WORD.findall(" ".join(map(str, parts)))) > 1:
                yield node.lineno, ast.unparse(node)
            for place in node.values:
                if isinstance(place, ast.FormattedValue):
                    yield from texts_not_looked_up(place.value)
        case ast.Constant(value=str(text)) if len(_WORD.findall(text)) > 1 and " " in text:
            yield node.lineno, text
        case _:
            for child in ast.iter_child_nodes(node):
                yield from texts_not_looked_up(child)


@cache
def texts_left() -> tuple[tuple[str, int, str], ...]:
    """Return the texts of the checked folders that are not looked up: module, line, text."""
    modules = [
        (path, path.relative_to(TUI).as_posix())
        for folder in CHECKED
        for path in sorted((TUI / folder).rglob("*.py"))
    ]
    return tuple(
        (name, line, text.strip())
        for path, name in modules
        if not name.startswith(SQL)
        for line, text in texts_not_looked_up(ast.parse(path.read_text("utf-8")))
    )


def test_the_checked_folders_look_up_all_their_sentences() -> None:
    left = [
        (name, line, text)
        for name, line, text in texts_left()
        if not text.startswith(NO_SENTENCES.get(name, ()))
    ]
    assert left == []


def test_every_text_that_need_not_be_looked_up_is_still_there() -> None:
    gone = [
        (name, beginning)
        for name, beginnings in NO_SENTENCES.items()
        for beginning in beginnings
        if not any(name == there and text.startswith(beginning) for there, _, text in texts_left())
    ]
    assert gone == []
