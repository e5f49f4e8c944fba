"""Private names of Textual are used in one module only: a new version may change them."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path

import textual.driver
import textual.message_pump

import tui.app

APP = Path(tui.app.__file__).parent
MODULES = sorted(
    path for path in APP.rglob("*.py") if path.name not in ("__init__.py", "textual_internals.py")
)


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def private_names_of(path: Path) -> tuple[set[str], set[str]]:
    """Return the private attributes that a module uses, and the private names it defines."""
    used: set[str] = set()
    defined: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Attribute(attr=name, ctx=ast.Store()):
                defined.add(name)
            case ast.Attribute(attr=name):
                used.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                defined.add(name)
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.Name(id=name, ctx=ast.Store()):
                defined.add(name)
    return set(filter(is_private, used)), set(filter(is_private, defined))


def private_imports(path: Path) -> Iterator[str]:
    """Yield the private modules and names of Textual that a module imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("textual"):
            names = (*(node.module or "").split("."), *(alias.name for alias in node.names))
            yield from (f"{path.relative_to(APP)}: {name}" for name in filter(is_private, names))


def overridden(module: str) -> Iterator[str]:
    """Yield the private methods of Textual that a module's classes override."""
    bases = textual.message_pump.MessagePump, textual.driver.Driver
    for _, one in inspect.getmembers(importlib.import_module(module), inspect.isclass):
        if one.__module__ != module or not issubclass(one, bases):
            continue
        textuals = (base for base in one.__mro__ if base.__module__.startswith("textual."))
        theirs = {name for base in textuals for name in vars(base)}
        own = {name for name, value in vars(one).items() if inspect.isfunction(value)}
        yield from (f"{module}: {one.__name__}.{name}" for name in filter(is_private, own & theirs))


def test_private_attributes_used_are_our_own() -> None:
    names = {path: private_names_of(path) for path in MODULES}
    ours = {"_exit"}.union(*(defined for _, defined in names.values()))  # os._exit
    foreign = {
        f"{path.relative_to(APP)}: {name}"
        for path, (used, _) in names.items()
        for name in used - ours
    }
    assert not foreign


def test_nothing_private_of_textual_is_overridden_or_imported() -> None:
    modules = [
        ".".join(("tui.app", *path.relative_to(APP).with_suffix("").parts)) for path in MODULES
    ]
    assert not [name for module in modules for name in overridden(module)]
    assert not [name for path in MODULES for name in private_imports(path)]
