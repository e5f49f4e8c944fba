"""The one error for what is wrong on this machine, and how the system's own errors are said."""

from __future__ import annotations

from collections.abc import Iterable


class UserError(Exception):
    """Something on this machine is in the way, and the user can put it right.

    Raised for the configuration, the environment, token sources, and the files of tokens, drafts
    and flags. What goes wrong between here and a server is a :class:`tui.api.errors.ApiError`.

    ``message`` is one line of what is wrong and where, ``hint`` one line of what to do. Neither
    ever holds a secret. ``key`` is the setting it is about (``url``), empty when it is about
    none, and ``problem`` is the message without its subject, for showing beside a field.
    ``others`` are further problems found in the same reading.
    """

    def __init__(
        self,
        problem: str,
        hint: str = "",
        *,
        subject: str = "",
        key: str = "",
        others: Iterable[UserError] = (),
    ) -> None:
        self.problem = problem
        self.hint = hint
        self.key = key
        self.message = f"{subject} {problem}".lstrip()
        self.others = tuple(others)
        super().__init__(self.message)

    @property
    def problems(self) -> tuple[UserError, ...]:
        """Every problem found, this one first."""
        return (self, *self.others)


def reason(error: OSError) -> str:
    """Return what the system says is wrong, without the path: ``permission denied``."""
    return (error.strerror or type(error).__name__).lower()
