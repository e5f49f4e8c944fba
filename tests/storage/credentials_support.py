"""Keyrings of all kinds for the tests of tokens, and a search for a token in words."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import keyring
from keyring.backend import KeyringBackend
from keyring.compat import properties
from keyring.errors import KeyringLocked

from tui.storage.tokens import TokenSources, find_token

PLANTED = "planted-token-5d1e"
URL = "https://loja.example"


class MemoryKeyring(KeyringBackend):
    """A keyring in memory; the library never chooses it by itself."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.asked = 0

    @properties.classproperty
    def priority(cls) -> float:
        raise RuntimeError("only for these tests")

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class LockedKeyring(MemoryKeyring):
    """A keyring that refuses, as over SSH without a desktop session."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("locked")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise OSError("D-Bus is gone")


class NullKeyring(MemoryKeyring):
    """A keyring that accepts everything and keeps nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        return


class SilentKeyring(MemoryKeyring):
    """A keyring whose service never answers."""

    def get_password(self, service: str, username: str) -> str | None:
        threading.Event().wait()
        raise AssertionError

    def set_password(self, service: str, username: str, password: str) -> None:
        threading.Event().wait()

    def delete_password(self, service: str, username: str) -> None:
        threading.Event().wait()


@contextmanager
def using(backend: KeyringBackend) -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(backend)
    try:
        yield
    finally:
        keyring.set_keyring(before)


def found(sources: TokenSources, **env: str) -> tuple[str, str]:
    result = find_token(sources, {**os.environ, **env}, stdin=io.BytesIO(b"from-stdin\n"))
    return (result.token.reveal() if result.token else "", result.source)
