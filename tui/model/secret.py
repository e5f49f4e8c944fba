"""A secret that cannot be printed by accident."""

from __future__ import annotations

MASK = "••••"

TYPED = "typed"
"""The source of a token that a person typed in."""


class Secret:
    """A token that neither ``repr``, ``str``, ``format`` nor a traceback shows.

    Call :meth:`reveal` for its text, only to send or store it.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the secret itself."""
        return self._text

    @property
    def fits_header(self) -> bool:
        """Whether a header can carry it: one word of printable ASCII."""
        return self._text.isascii() and self._text.isprintable() and " " not in self._text

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __str__(self) -> str:
        return MASK

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        import hmac  # takes 2 ms, and the first picture does not need it

        mine, theirs = (text.encode("utf-8", "surrogatepass") for text in (self._text, other._text))
        return hmac.compare_digest(mine, theirs)

    def __hash__(self) -> int:
        return hash(self._text)

    def __getstate__(self) -> object:
        raise TypeError("a Secret cannot be copied or pickled")
