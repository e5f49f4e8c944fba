"""Finding and keeping tokens.

The order of sources: ``--token-file``, ``HOOKBOARD_TOKEN``, the profile's ``token_command``, the
OS keyring, a file of mode 0600. The last three belong to a saved profile at its saved address
and are used for no other. The keyring is imported only when no source before it has a token.
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

from tui.i18n import _
from tui.model import address
from tui.model.secret import Secret
from tui.model.user_error import UserError
from tui.storage import system_keyring
from tui.storage.blocking_calls import Skipped, Waiting
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
"""Bytes that file systems allow for the name of a file."""

STDIN = _("standard input")
THE_TOKEN = _("the token")


@dataclass(frozen=True)
class TokenSources:
    """The sources of one server's token."""

    profile: str
    url: str
    """The normalised address that the token will be sent to."""
    token_file: str | None = None
    """``--token-file``; ``-`` is standard input."""
    command: str | list[str] | None = None
    saved_url: str | None = None
    """The address in the saved profile; ``None`` for a server that is not saved."""


@dataclass(frozen=True)
class Found:
    """A token and its source in words; or, without a token, the reason."""

    token: Secret | None
    source: str


@dataclass(frozen=True)
class TokenPlace:
    """The place where a token was stored: the keyring or a file."""

    file: Path | None = None
    """The file; ``None`` for the keyring."""
    refusal: str = ""
    """Why the keyring did not take it, as a clause; empty where there is no keyring."""

    def __str__(self) -> str:
        if self.file is None:
            return KEYRING
        text = _("the file {path} ({refusal})") if self.refusal else _("the file {path}")
        return text.format(path=shown(self.file), refusal=self.refusal)


def find_token(
    sources: TokenSources,
    env: Mapping[str, str],
    *,
    stdin: BinaryIO | None = None,
    seconds: float = COMMAND_SECONDS,
    waiting: Waiting | None = None,
) -> Found:
    """Return the token of the first source that has one.

    A source with a faulty token raises :class:`UserError`; the next source is not tried.
    ``seconds`` limits the token command and a token file that is a pipe; ``stdin`` defaults to
    the process's own. ``waiting`` names what is waited for, and lets the user skip it: then
    there is no token.
    """
    waiting = waiting or Waiting()
    try:
        return _first(sources, env, stdin, seconds, waiting)
    except Skipped:
        text = _("no token: you did not wait for {source}")
        return Found(None, text.format(source=waiting.skipped))


def _first(
    sources: TokenSources,
    env: Mapping[str, str],
    stdin: BinaryIO | None,
    seconds: float,
    waiting: Waiting,
) -> Found:
    if sources.token_file == "-":
        return Found(checked(_read_stdin(stdin), STDIN), STDIN)
    if sources.token_file is not None:
        return _from_file(Path(sources.token_file).expanduser(), seconds, waiting)
    if text := env.get(TOKEN_VARIABLE):
        return Found(checked(text, TOKEN_VARIABLE), TOKEN_VARIABLE)
    if sources.saved_url is None:
        return Found(None, _("no token given"))
    if not address.same_origin(sources.url, sources.saved_url):
        text = _("none: the token of profile {profile} is for {server} only")
        server = address.origin(sources.saved_url)
        return Found(None, text.format(profile=sources.profile, server=server))
    if sources.command is not None:
        source = _("the token command of profile {profile}").format(profile=sources.profile)
        run = partial(run_token_command, sources.command, source, env, seconds)
        # It raises a UserError of its own in time, so wait a little longer.
        return Found(checked(waiting.call(source, seconds + 1, run), source), source)
    return _kept(sources.profile, sources.url, waiting)


def store_token(profile: str, url: str, token: Secret) -> TokenPlace:
    """Keep a token for a profile at its address, and return where.

    That is the keyring where one works, else a file of mode 0600. The token in the other place
    is removed, so that an old one cannot come back. Raises :class:`UserError`.
    """
    checked(token.reveal(), THE_TOKEN)
    refusal = ""
    try:
        system_keyring.keep(account(profile, url), token.reveal(), Waiting())
    except NoKeyring:
        pass
    except KeyringRefused as error:
        refusal = str(error)
    else:
        with suppress(OSError):
            token_path(profile, url).unlink()
        return TokenPlace()
    with suppress(NoKeyring, KeyringRefused):
        system_keyring.delete(account(profile, url), Waiting())
    path = token_path(profile, url)
    try:
        make_private(path.parent)
    except OSError as error:
        raise unwritten(path.parent, error) from None
    write_private(path, token.reveal().encode() + b"\n")
    return TokenPlace(path, refusal)


def account(profile: str, url: str) -> str:
    """Return the account name of a kept token: its profile and its host.

    With the host in it, a profile edited to another address finds no token.
    """
    return f"{profile}@{urlsplit(address.origin(url)).netloc}"


def token_path(profile: str, url: str) -> Path:
    """Return the path of the file that keeps a token where there is no keyring."""
    name = quote(account(profile, url), safe="@ ")
    if len(name) > LONGEST_NAME:
        name = sha256(name.encode()).hexdigest()
    return tokens_dir() / name


def checked(text: str, source: str) -> Secret:
    """Return ``text`` as a token without white space around it.

    Raises :class:`UserError` when it cannot be a token: a header takes printable ASCII without
    white space. The error names ``source`` and does not show the text.
    """
    text = text.strip()
    if fault := _fault(text):
        raise UserError(*fault, subject=source)
    return Secret(text)


def _fault(text: str) -> tuple[str, str] | None:
    """Return why a text cannot be a token and what to do; ``None`` where it can."""
    if not text:
        return _("gives no token: it is empty"), _("Put the token there, alone.")
    if len(text) >= LIMIT:
        return _("gives something too long for a token"), _("Give the token alone.")
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'`":
        return _("gives a token in quotation marks"), _("Remove the quotation marks.")
    if any(character.isspace() for character in text):
        hint = _('Give the token alone: one line, without the word "Bearer".')
        return _("gives a token with white space in it"), hint
    if not (text.isascii() and text.isprintable()):
        problem = _("gives a token with control or non-ASCII characters in it")
        return problem, _("Copy the token again.")
    return None


def _text(content: bytes, source: str) -> str:
    try:
        return content.decode("utf-8-sig")  # editors on Windows put a byte order mark in front
    except UnicodeDecodeError:
        raise UserError(
            _("is not text"), _("It must have the token alone in it."), subject=source
        ) from None


def _read_stdin(stdin: BinaryIO | None) -> str:
    stream = stdin or (sys.stdin.buffer if sys.stdin else None)
    try:
        if stream is None or stream.isatty():
            raise UserError(
                _("is not a pipe or a file"),
                _("Give the token like this: {command}").format(
                    command="pass show hookboard | hookboard --token-file -"
                ),
                subject=STDIN,
            )
        return _text(stream.read(LIMIT), STDIN)
    except (OSError, ValueError):
        raise UserError(
            _("could not be read"), _("Use a file: --token-file FILE."), subject=STDIN
        ) from None


def _from_file(path: Path, seconds: float, waiting: Waiting) -> Found:
    source = f"--token-file {shown(path)}"
    try:
        content = waiting.call(source, seconds, partial(read_private, path))
    except FileNotFoundError:
        raise UserError(_("does not exist"), _("Check the path."), subject=source) from None
    except TimeoutError:
        raise UserError(
            _("gave nothing within {seconds} s").format(seconds=f"{seconds:g}"),
            _("Check that a program writes to it and closes it."),
            subject=source,
        ) from None
    return Found(checked(_text(content, source), source), source)


def _kept(profile: str, url: str, waiting: Waiting) -> Found:
    """Return the token that :func:`store_token` kept."""
    refusal = ""
    try:
        if text := system_keyring.get(account(profile, url), waiting):
            return Found(checked(text, KEYRING), KEYRING)
    except NoKeyring:
        pass
    except KeyringRefused as error:
        refusal = str(error)
    path = token_path(profile, url)
    source = str(TokenPlace(path))
    try:
        content = read_private(path)
    except FileNotFoundError:
        if refusal:
            text = _("no token kept for profile {profile}; {refusal}")
        else:
            text = _("no token kept for profile {profile}")
        return Found(None, text.format(profile=profile, refusal=refusal))
    return Found(checked(_text(content, source), source), source)
