"""Fitting the place into the top line: what matters most is cut last."""

from __future__ import annotations

from rich.cells import cell_len

from tui.app.widgets.line_widget import fit
from tui.model.place import Place

_SIGNS = {"profile": "", "kind": " · ", "instance": " · ", "webhook": " › ", "host": " · "}
"""The sign before each part."""

_CUTS = (
    # A kind is told whole or not at all.
    ("kind", 0),
    ("host", 10),
    ("profile", 8),
    ("instance", 10),
    ("webhook", 16),
    # There is no room for all of them, not even shortened.
    ("host", 0),
    ("profile", 0),
    ("instance", 0),
    ("webhook", 1),
)
"""What gives way one after the other, and how many cells it keeps."""

_LEAST = 4
"""Cells below which a part tells nothing."""

_MOST = 250
"""Characters of a part that are measured; names of 100,000 have been seen."""


def fit_place(place: Place, cells: int) -> str:
    """Return the place in at most that many cells.

    The name of the webhook goes last: profile and host are on every screen, it is only here.
    """
    named = {
        "profile": place.profile,
        "kind": place.kind,
        "instance": place.instance,
        "webhook": place.webhook,
        "host": place.host,
    }
    parts = {name: text[:_MOST] for name, text in named.items() if text}
    widths = {name: cell_len(text) for name, text in parts.items()}
    for name, kept in _CUTS:
        excess = _width(widths) - cells
        if excess > 0 and name in widths:
            widths[name] = max(widths[name] - excess, min(kept, widths[name]))
            if not kept and (name == "kind" or widths[name] < _LEAST):
                del widths[name]
    first = next(iter(widths), "")
    return "".join(
        ("" if name == first else _SIGNS[name]) + fit(parts[name], width)
        for name, width in widths.items()
    )


def _width(widths: dict[str, int]) -> int:
    signs = sum(len(_SIGNS[name]) for name in list(widths)[1:])
    return sum(widths.values()) + signs
