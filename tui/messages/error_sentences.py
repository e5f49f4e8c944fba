"""An error of the API in sentences."""

from __future__ import annotations

from tui.api.errors import ApiError
from tui.i18n import _
from tui.model.sentence import Wording


def error_sentences(error: ApiError) -> tuple[Wording, ...]:
    """Say what happened, what to do, and the server's own words."""
    return what_happened(error), error.to_do, *error.server_says


def what_happened(error: ApiError) -> str:
    """Say what happened."""
    return _("{what}.").format(what=error.what)
