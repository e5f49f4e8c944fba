"""A secret that cannot be printed by accident."""

from __future__ import annotations

MASK = "••••"

TYPED = "what was typed"
"""Where a token came from that somebody typed in."""


class Secret:
    """Holds a token so that neither ``repr``, ``str``, ``format`` nor a traceback shows it.

    Ask for the text with :meth:`reveal`, only where it is sent or stored.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the secret itself."""
        return self._text

    @property
    def fits_header(self) -> bool:
        """Whether a header can carry it as one word."""
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
        import hmac  # 2 ms, which the first picture does not need

        mine, theirs = (text.encode("utf-8", "surrogatepass") for text in (self._text, other._text))
        return hmac.compare_digest(mine, theirs)

    def __hash__(self) -> int:
        return hash(self._text)

    def __getstate__(self) -> object:
        raise TypeError("a Secret is not copied to anywhere")
