"""The one error this package raises for what a person can put right."""

from __future__ import annotations

from collections.abc import Iterable


class ConfigError(Exception):
    """Something in the configuration, the environment or a token source is wrong.

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
        others: Iterable[ConfigError] = (),
    ) -> None:
        self.problem = problem
        self.hint = hint
        self.key = key
        self.message = f"{subject} {problem}".lstrip()
        self.others = tuple(others)
        super().__init__(self.message)

    @property
    def problems(self) -> tuple[ConfigError, ...]:
        """Every problem found, this one first."""
        return (self, *self.others)


def reason(error: OSError) -> str:
    """Return what the system says is wrong, without the path: ``permission denied``."""
    return (error.strerror or type(error).__name__).lower()
