"""Shortening the place to fit the top line: the most important part is cut last."""

from __future__ import annotations

from rich.cells import cell_len

from tui.app.widgets.line_widget import fit
from tui.model.place import Place

_SEPARATORS = {"profile": "", "kind": " · ", "instance": " · ", "webhook": " › ", "host": " · "}
"""The separator before each part."""

_CUTS = (
    # A kind is shown whole or not at all.
    ("kind", 0),
    ("host", 10),
    ("profile", 8),
    ("instance", 10),
    ("webhook", 16),
    # Not even the shortened parts fit.
    ("host", 0),
    ("profile", 0),
    ("instance", 0),
    ("webhook", 1),
)
"""The parts to shorten, in this order, and the cells that each keeps."""

_MIN_CELLS = 4
"""Cells below which a part says nothing."""

_MAX_MEASURED = 250
"""Characters of a part that are measured; some names have 100,000."""


def fit_place(place: Place, cells: int) -> str:
    """Return the place in at most ``cells`` cells.

    The name of the webhook is cut last: other screens show profile and host too, but not it.
    """
    named = {
        "profile": place.profile,
        "kind": place.kind,
        "instance": place.instance,
        "webhook": place.webhook,
        "host": place.host,
    }
    parts = {name: text[:_MAX_MEASURED] for name, text in named.items() if text}
    widths = {name: cell_len(text) for name, text in parts.items()}
    for name, kept in _CUTS:
        if (excess := _width(widths) - cells) <= 0:
            break
        if name in widths:
            widths[name] = max(widths[name] - excess, min(kept, widths[name]))
            if not kept and (name == "kind" or widths[name] < _MIN_CELLS):
                del widths[name]
    first = next(iter(widths), "")
    return "".join(
        ("" if name == first else _SEPARATORS[name]) + fit(parts[name], width)
        for name, width in widths.items()
    )


def _width(widths: dict[str, int]) -> int:
    separators = sum(len(_SEPARATORS[name]) for name in list(widths)[1:])
    return sum(widths.values()) + separators
