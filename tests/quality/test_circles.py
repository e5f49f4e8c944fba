"""No circles of imports: no module needs itself by way of others."""

from __future__ import annotations

import grimp


def test_no_module_imports_itself_by_way_of_others() -> None:
    """Imports in functions and those for types alone count too."""
    graph = grimp.build_graph("tui", cache_dir=None)
    left = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    while free := {module for module, imported in left.items() if not imported & left.keys()}:
        left = {module: imported for module, imported in left.items() if module not in free}
    # What is left is on a circle, or imports what is.
    assert sorted(left) == []
