"""The language of this run: every sentence for people goes through ``_`` or ``ngettext``.

The texts in the source are English, so there is no catalogue to load for them. A sentence is
whole in one literal, with named places for what varies::

    _("{host} answered {status}.").format(host=host, status=status)
    ngettext("{count} change", "{count} changes", changes).format(count=number(changes))

Words are never glued together, and a plural is never made by an added s: other languages have
another order and other plurals.
"""

from __future__ import annotations


def _(text: str) -> str:
    """Return a text in the language of this run."""
    return text


def ngettext(one: str, many: str, amount: int) -> str:
    """Return the text for one thing or the text for many, in the language of this run."""
    return one if amount == 1 else many


def number(amount: int) -> str:
    """Write a whole number as the language of this run does: ``12,345``."""
    return f"{amount:,}"
