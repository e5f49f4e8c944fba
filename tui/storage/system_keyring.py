"""The keyring of the system, where there is one: it may be locked, refuse, or never answer.

It is used in a thread with a deadline: its service may be silent, or ask on a screen that
nobody sees. The library is imported only when it is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tui.i18n import _
from tui.storage.blocking_calls import Skipped, Waiting

T = TypeVar("T")

KEYRING = _("the keyring")

SERVICE = "hookboard"
"""The service name of Hookboard's entries."""

SECONDS = 10.0
"""Seconds that it may take to answer; somebody may have to type a password for it."""


class NoKeyring(Exception):
    """There is no keyring that keeps anything, as is normal on a server."""


class KeyringRefused(Exception):
    """A keyring did not do what it was asked; the text says why, as a clause for people."""


def get(account: str, waiting: Waiting) -> str | None:
    """Return the secret of an account, ``None`` where it has none.

    Raises :class:`NoKeyring` and :class:`KeyringRefused`.
    """

    def work() -> str | None:
        import keyring

        return keyring.get_password(SERVICE, account)

    return _ask(work, waiting)


def keep(account: str, secret: str, waiting: Waiting) -> None:
    """Keep a secret for an account. Raises :class:`NoKeyring` and :class:`KeyringRefused`."""

    def work() -> bool:
        import keyring

        keyring.set_password(SERVICE, account, secret)
        # The null back end accepts everything and keeps nothing.
        return keyring.get_password(SERVICE, account) == secret

    if not _ask(work, waiting):
        raise NoKeyring


def delete(account: str, waiting: Waiting) -> None:
    """Remove the secret of an account, if it has one.

    Raises :class:`NoKeyring` and :class:`KeyringRefused`.
    """

    def work() -> None:
        import keyring
        from keyring.errors import PasswordDeleteError

        try:
            keyring.delete_password(SERVICE, account)
        except PasswordDeleteError:
            return  # there was none

    _ask(work, waiting)


def _ask(work: Callable[[], T], waiting: Waiting) -> T:
    """Return the keyring's answer; a back end may raise an exception of any kind."""
    try:
        return waiting.call(KEYRING, SECONDS, work)
    except TimeoutError:
        said = _("the keyring did not answer within {seconds} s")
        raise KeyringRefused(said.format(seconds=f"{SECONDS:g}")) from None
    except Skipped:
        raise KeyringRefused(_("the keyring was skipped")) from None
    except ImportError:
        raise NoKeyring from None
    except Exception as error:
        from keyring.errors import KeyringLocked, NoKeyringError

        if isinstance(error, NoKeyringError):
            raise NoKeyring from None
        if isinstance(error, KeyringLocked):
            raise KeyringRefused(_("the keyring is locked")) from None
        # The error's own text is not shown: it may have the secret in it.
        said = _("the keyring refuses ({error})")
        raise KeyringRefused(said.format(error=type(error).__name__)) from None
