"""Where a token comes from, and where it is kept.

The order: ``--token-file``, ``HOOKBOARD_TOKEN``, the profile's ``token_command``, the OS
keyring, a file of mode 0600. The last three belong to a saved profile at its saved address
and are used for no other. The keyring is imported only when nothing before it had a token.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote, urlsplit

from tui.model import address
from tui.model.secret import Secret
from tui.model.user_error import UserError
from tui.storage import system_keyring
from tui.storage.blocking_calls import LeftOut, Waiting
from tui.storage.paths import tokens_dir
from tui.storage.private_files import (
    LIMIT,
    make_private,
    read_private,
    shown,
    unwritten,
    write_private,
)
from tui.storage.system_keyring import KEYRING, KeyringRefused, NoKeyring
from tui.storage.token_command import COMMAND_SECONDS, run_token_command

TOKEN_VARIABLE = "HOOKBOARD_TOKEN"
LONGEST_NAME = 255
"""Bytes that file systems take for the name of a file."""


@dataclass(frozen=True)
class TokenSources:
    """Where the token of one server may be looked for."""

    profile: str
    url: str
    """Where the token will be sent; normalised."""
    token_file: str | None = None
    """``--token-file``; ``-`` is standard input."""
    command: str | list[str] | None = None
    saved_url: str | None = None
    """The address the profile was saved with; ``None`` for a server that is not saved."""


@dataclass(frozen=True)
class Found:
    """A token and, in words for a person, where it came from; or why there is none."""

    token: Secret | None
    source: str


def find_token(
    sources: TokenSources,
    env: Mapping[str, str],
    *,
    stdin: BinaryIO | None = None,
    seconds: float = COMMAND_SECONDS,
    waiting: Waiting | None = None,
) -> Found:
    """Return the first token there is; the first source that is wrong raises, none is skipped.

    ``seconds`` limits a token file that is a pipe and the token command; ``stdin`` is the
    process's own when left out. ``waiting`` says what is waited for, and lets it be left out:
    there is no token then. Raises :class:`UserError`.
    """
    waiting = waiting or Waiting()
    try:
        return _first(sources, env, stdin, seconds, waiting)
    except LeftOut:
        return Found(None, f"no token: you did not wait for {waiting.left_out}")


def _first(
    sources: TokenSources,
    env: Mapping[str, str],
    stdin: BinaryIO | None,
    seconds: float,
    waiting: Waiting,
) -> Found:
    if sources.token_file == "-":
        return Found(checked(_read_stdin(stdin), "standard input"), "standard input")
    if sources.token_file is not None:
        return _from_file(Path(sources.token_file).expanduser(), seconds, waiting)
    if text := env.get(TOKEN_VARIABLE):
        return Found(checked(text, TOKEN_VARIABLE), TOKEN_VARIABLE)
    if sources.saved_url is None:
        return Found(None, "no token given")
    if not address.same_origin(sources.url, sources.saved_url):
        kept_for = address.origin(sources.saved_url)
        return Found(None, f"none: the token of profile {sources.profile} is for {kept_for} only")
    if sources.command is not None:
        source = f"the token command of profile {sources.profile}"
        run = partial(run_token_command, sources.command, source, env, seconds)
        # It stops itself when its time is over, and says so.
        return Found(checked(waiting.call(source, seconds + 1, run), source), source)
    return _kept(sources.profile, sources.url, waiting)


def store_token(profile: str, url: str, token: Secret) -> str:
    """Keep a token for a profile at its address; returns where it went, in words.

    That is the keyring where one works, else a file of mode 0600; a keyring that refuses is
    named. What the other place had is removed, so that an old token cannot come back. Raises
    :class:`UserError`.
    """
    checked(token.reveal(), "the token")
    refusal = ""
    try:
        system_keyring.keep(account(profile, url), token.reveal(), Waiting())
    except NoKeyring:
        pass
    except KeyringRefused as error:
        refusal = f" ({KEYRING} {error})"
    else:
        with suppress(OSError):
            token_path(profile, url).unlink()
        return KEYRING
    with suppress(NoKeyring, KeyringRefused):
        system_keyring.delete(account(profile, url), Waiting())
    path = token_path(profile, url)
    try:
        make_private(path.parent)
    except OSError as error:
        raise unwritten(path.parent, error) from None
    write_private(path, token.reveal().encode() + b"\n")
    return f"the file {shown(path)}{refusal}"


def account(profile: str, url: str) -> str:
    """Return what a kept token is filed under: the profile and the host it is for.

    The host is part of it so that a profile edited to another address finds no token.
    """
    return f"{profile}@{urlsplit(address.origin(url)).netloc}"


def token_path(profile: str, url: str) -> Path:
    """Return the file that keeps a token where there is no keyring."""
    name = quote(account(profile, url), safe="@ ")
    if len(name) > LONGEST_NAME:
        name = sha256(name.encode()).hexdigest()
    return tokens_dir() / name


def checked(text: str, source: str) -> Secret:
    """Return ``text`` as a token without white space around it.

    Raises :class:`UserError` when it cannot be one: a header takes printable ASCII without
    white space. The error names ``source`` and does not show the text.
    """
    text = text.strip()
    if not text:
        raise UserError(
            "gives no token: it is empty", "Put the token there, alone.", subject=source
        )
    if len(text) >= LIMIT:
        raise UserError(
            "gives something too long for a token", "Give the token alone.", subject=source
        )
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'`":
        raise UserError(
            "gives a token in quotation marks", "Take the quotation marks away.", subject=source
        )
    if any(character.isspace() for character in text):
        raise UserError(
            "gives a token with white space in it",
            'Give the token alone: one line, without the word "Bearer".',
            subject=source,
        )
    if not (text.isascii() and text.isprintable()):
        raise UserError(
            "gives a token with control or non-ASCII characters in it",
            "Copy the token again.",
            subject=source,
        )
    return Secret(text)


def _text(content: bytes, source: str) -> str:
    try:
        return content.decode("utf-8-sig")  # editors on Windows put a mark in front
    except UnicodeDecodeError:
        raise UserError("is not text", "It must hold the token alone.", subject=source) from None


def _read_stdin(stdin: BinaryIO | None) -> str:
    stream = stdin or (sys.stdin.buffer if sys.stdin else None)
    try:
        if stream is None or stream.isatty():
            raise UserError(
                "is not a pipe or a file",
                "Give the token like this: pass show hookboard | hookboard --token-file -",
                subject="standard input",
            )
        return _text(stream.read(LIMIT), "standard input")
    except (OSError, ValueError):
        raise UserError(
            "could not be read", "Use a file: --token-file FILE.", subject="standard input"
        ) from None


def _from_file(path: Path, seconds: float, waiting: Waiting) -> Found:
    source = f"--token-file {shown(path)}"
    try:
        content = waiting.call(source, seconds, partial(read_private, path))
    except FileNotFoundError:
        raise UserError("does not exist", "Check the path.", subject=source) from None
    except TimeoutError:
        raise UserError(
            f"gave nothing within {seconds:g} s",
            "Check that something writes to it and closes it.",
            subject=source,
        ) from None
    return Found(checked(_text(content, source), source), source)


def _kept(profile: str, url: str, waiting: Waiting) -> Found:
    """Look where :func:`store_token` keeps tokens."""
    refusal = ""
    try:
        if text := system_keyring.get(account(profile, url), waiting):
            return Found(checked(text, KEYRING), KEYRING)
    except NoKeyring:
        pass
    except KeyringRefused as error:
        refusal = f"; {KEYRING} {error}"
    path = token_path(profile, url)
    source = f"the file {shown(path)}"
    try:
        content = read_private(path)
    except FileNotFoundError:
        return Found(None, f"no token kept for profile {profile}{refusal}")
    return Found(checked(_text(content, source), source), source)
