"""The keyring of the system, where there is one: it may be locked, refuse, or never answer.

It is asked in a thread with a deadline: behind it may be a service that is silent, or a
question on a screen that nobody sees. It is imported only when it is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tui.storage.blocking_calls import LeftOut, Waiting

T = TypeVar("T")

KEYRING = "the keyring"
"""What the keyring of the system is called."""

SERVICE = "hookboard"
"""The service name of every entry in it."""

SECONDS = 10.0
"""How long it may take to answer; somebody may have to type a password for it."""


class NoKeyring(Exception):
    """There is no keyring that keeps anything, as is normal on a server."""


class KeyringRefused(Exception):
    """There is a keyring that does not do what it is asked; the text says why, in words."""


def get(account: str, waiting: Waiting) -> str | None:
    """Return what is kept for an account. Raises :class:`NoKeyring`, :class:`KeyringRefused`."""

    def work() -> str | None:
        import keyring

        return keyring.get_password(SERVICE, account)

    return _asked(work, waiting)


def keep(account: str, secret: str, waiting: Waiting) -> None:
    """Keep a secret for an account. Raises :class:`NoKeyring`, :class:`KeyringRefused`."""

    def work() -> bool:
        import keyring

        keyring.set_password(SERVICE, account, secret)
        # The null back end takes everything and keeps nothing.
        return keyring.get_password(SERVICE, account) == secret

    if not _asked(work, waiting):
        raise NoKeyring


def delete(account: str, waiting: Waiting) -> None:
    """Remove what is kept for an account, if anything is.

    Raises :class:`NoKeyring` and :class:`KeyringRefused`.
    """

    def work() -> None:
        import keyring
        from keyring.errors import PasswordDeleteError

        try:
            keyring.delete_password(SERVICE, account)
        except PasswordDeleteError:
            return  # nothing is kept

    _asked(work, waiting)


def _asked(work: Callable[[], T], waiting: Waiting) -> T:
    """Return what the keyring answers; back ends raise exceptions of their own of any kind."""
    try:
        return waiting.call(KEYRING, SECONDS, work)
    except TimeoutError:
        raise KeyringRefused(f"did not answer within {SECONDS:g} s") from None
    except LeftOut:
        raise KeyringRefused("was left out") from None
    except ImportError:
        raise NoKeyring from None
    except Exception as error:
        from keyring.errors import KeyringLocked, NoKeyringError

        if isinstance(error, NoKeyringError):
            raise NoKeyring from None
        if isinstance(error, KeyringLocked):
            raise KeyringRefused("is locked") from None
        # The words of a back end are not repeated: they may hold what it was given.
        raise KeyringRefused(f"refuses ({type(error).__name__})") from None
