"""The error for everything that is wrong on this machine, and the system's reasons in words."""

from __future__ import annotations

from collections.abc import Iterable

from tui.i18n import _


class UserError(Exception):
    """A problem on this machine that the user can solve.

    Raised for the configuration, the environment, token sources, and the files of tokens, drafts
    and flags. Trouble with a server is a :class:`tui.api.errors.ApiError`.

    ``problem`` says what is wrong and ``hint`` what to do, in one line each and without secrets.
    Where the problem is also shown beside a field it leaves out its ``subject`` ("is empty");
    ``message`` has both. ``key`` is the setting it is about (``url``), empty for none.
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
        self.message = problem
        if subject:
            self.message = _("{subject} {problem}").format(subject=subject, problem=problem)
        self.others = tuple(others)
        super().__init__(self.message)

    @property
    def problems(self) -> tuple[UserError, ...]:
        """All problems found, this one first."""
        return (self, *self.others)


def as_one(problems: Iterable[UserError]) -> UserError:
    """Return the first of the problems, with the others as its :attr:`~UserError.others`."""
    first, *others = problems
    first.others = tuple(others)
    return first


def reason(error: OSError) -> str:
    """Return the system's words for an error, without the path: ``permission denied``."""
    return (error.strerror or type(error).__name__).lower()
