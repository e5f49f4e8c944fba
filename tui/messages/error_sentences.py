"""An error of the API, or of this machine, in sentences."""

from __future__ import annotations

from tui.api.errors import ApiError
from tui.i18n import _
from tui.model.sentence import Sentence, Wording, joined
from tui.model.user_error import UserError


def error_sentences(error: ApiError) -> tuple[Wording, ...]:
    """Say what happened, what to do, and the server's own words."""
    return error.what, error.to_do, *error.server_says


def problem_sentences(error: UserError) -> Sentence:
    """Say what is wrong on this machine, and what to do."""
    return joined(_("{problem}.").format(problem=error.message), error.hint)
