"""Runs the program that prints a profile's token."""

from __future__ import annotations

import atexit
import os
import selectors
import shlex
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import partial

from tui.model.secret import MASK
from tui.model.text import clean
from tui.model.user_error import UserError, reason

COMMAND_SECONDS = 10.0
"""How long a token command may take, in seconds."""

MOST = 16 * 1024
"""Bytes of its output that are looked at; a token and what a person may keep below it are less."""


def arguments(command: str | list[str]) -> list[str]:
    """Return program and arguments; a string is split as a shell would, but never given to one.

    Raises ``ValueError`` for a quotation mark that is not closed.
    """
    return shlex.split(command) if isinstance(command, str) else command


def run_token_command(
    command: str | list[str], source: str, env: Mapping[str, str], seconds: float
) -> str:
    """Return the first line a command prints; ``source`` names it in errors.

    The command gets no shell, no terminal (the screen is in use; a helper that has to ask needs
    an agent), no standard input and no ``HOOKBOARD_TOKEN``. Raises :class:`UserError` when it
    is missing, fails or takes longer than ``seconds``; it is stopped then, and also when it
    goes on printing after :data:`MOST` bytes.
    """
    words = arguments(command)
    try:
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={name: value for name, value in env.items() if name != "HOOKBOARD_TOKEN"},
            start_new_session=True,
        )
    except (OSError, ValueError) as error:  # ValueError: a NUL in an argument
        said = reason(error) if isinstance(error, OSError) else "not a command"
        program = clean(words[0], 80)
        raise UserError(
            f"could not start {program}: {said}", "Check token_command.", subject=source
        ) from None
    stop = partial(_kill, process)
    atexit.register(stop)  # should the program end before it does
    try:
        with process:
            output, complaint = _finish(process, source, seconds)
    finally:
        atexit.unregister(stop)
    token = _first_line(output)
    if len(output) > MOST:
        return _of_many(output, token, source)
    if process.returncode != 0:
        said = _first_line(complaint)
        said = said.replace(token, MASK) if token else said
        ended = _ending(process.returncode)
        raise UserError(
            f"failed ({ended}): {clean(said, 200)}" if said else f"failed ({ended})",
            "Run the command by hand to see more.",
            subject=source,
        )
    return token


def _finish(process: subprocess.Popen[bytes], source: str, seconds: float) -> tuple[bytes, bytes]:
    """Return the beginning of what a command prints and complains of, once it is over."""
    ends = time.monotonic() + seconds
    try:
        output, complaint = _read(process, ends)
        if len(output) > MOST:
            _kill(process)
        process.wait(timeout=max(ends - time.monotonic(), 0))
    except subprocess.TimeoutExpired:
        _kill(process)
        raise UserError(
            f"did not finish within {seconds:g} s",
            "It has no terminal to ask on: unlock its agent first, or use --token-file.",
            subject=source,
        ) from None
    return output, complaint


def _read(process: subprocess.Popen[bytes], ends: float) -> tuple[bytes, bytes]:
    """Read until both streams end, or until there is too much of the output.

    A complaint is read to its end, so that it holds nobody up, and only its beginning kept.
    """
    assert process.stdout is not None
    assert process.stderr is not None
    output, complaint = bytearray(), bytearray()
    with selectors.DefaultSelector() as streams:
        streams.register(process.stdout, selectors.EVENT_READ, output)
        streams.register(process.stderr, selectors.EVENT_READ, complaint)
        while streams.get_map() and len(output) <= MOST:
            left = ends - time.monotonic()
            if left <= 0:
                raise subprocess.TimeoutExpired(process.args, left)
            for stream, _ in streams.select(left):
                read = os.read(stream.fd, MOST)
                stream.data.extend(read[: MOST + 1 - len(stream.data)])
                if not read:
                    streams.unregister(stream.fileobj)
    return bytes(output), bytes(complaint)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the command and what it started: a helper of a helper would hang on."""
    with suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)


def _of_many(output: bytes, token: str, source: str) -> str:
    """Return the first of many lines; raise when what is there has no end of one."""
    if len(_text(output).lstrip().splitlines()) > 1:
        return token
    raise UserError(
        f"printed more than {MOST // 1024} KB without a token on a line of its own",
        "Its first line must be the token alone.",
        subject=source,
    )


def _ending(code: int) -> str:
    return f"exit status {code}" if code > 0 else f"signal {-code}"


def _first_line(output: bytes) -> str:
    text = _text(output).strip()
    return text.splitlines()[0].strip() if text else ""


def _text(output: bytes) -> str:
    return output.decode("utf-8", "replace")
