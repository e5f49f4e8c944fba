"""Running the program that prints a profile's token."""

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

from tui.i18n import _, number
from tui.model.secret import MASK
from tui.model.text import clean
from tui.model.user_error import UserError, reason

COMMAND_SECONDS = 10.0
"""Seconds that a token command may take."""

MOST = 16 * 1024
"""Bytes read of its output, at most; a token and notes below it are shorter."""


def arguments(command: str | list[str]) -> list[str]:
    """Return program and arguments; a string is split as a shell would, but no shell runs it.

    Raises ``ValueError`` for a quotation mark that is not closed.
    """
    return shlex.split(command) if isinstance(command, str) else command


def run_token_command(
    command: str | list[str], source: str, env: Mapping[str, str], seconds: float
) -> str:
    """Return the first line that a command prints; ``source`` names the command in errors.

    The command gets no shell, no terminal (the screen is in use; a program that has to ask needs
    an agent), no standard input and no ``HOOKBOARD_TOKEN``. Raises :class:`UserError` when it
    is missing, fails or takes longer than ``seconds``; then it is killed. It is killed also when
    it prints more than :data:`MOST` bytes.
    """
    process = _start(arguments(command), source, env)
    stop = partial(_kill, process)
    atexit.register(stop)  # in case Hookboard ends before the command
    try:
        with process:
            output, complaint = _finish(process, source, seconds)
    finally:
        atexit.unregister(stop)
    token = _first_line(output)
    if len(output) > MOST:
        _check_first_line(output, source)
    elif process.returncode != 0:
        said = _first_line(complaint)
        said = said.replace(token, MASK) if token else said
        failed = _("failed ({status}): {error}") if said else _("failed ({status})")
        raise UserError(
            failed.format(status=_ending(process.returncode), error=clean(said, 200)),
            _("Run the command by hand to see more."),
            subject=source,
        )
    return token


def _start(words: list[str], source: str, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={name: value for name, value in env.items() if name != "HOOKBOARD_TOKEN"},
            start_new_session=True,
        )
    except (OSError, ValueError) as error:  # ValueError: a NUL in an argument
        said = reason(error) if isinstance(error, OSError) else _("not a command")
        raise UserError(
            _("could not start {program}: {reason}").format(
                program=clean(words[0], 80), reason=said
            ),
            _("Check token_command."),
            subject=source,
        ) from None


def _finish(process: subprocess.Popen[bytes], source: str, seconds: float) -> tuple[bytes, bytes]:
    """Return the beginning of standard output and standard error, once the command has ended."""
    ends = time.monotonic() + seconds
    try:
        output, complaint = _read(process, ends)
        if len(output) > MOST:
            _kill(process)
        process.wait(timeout=max(ends - time.monotonic(), 0))
    except subprocess.TimeoutExpired:
        _kill(process)
        raise UserError(
            _("did not finish within {seconds} s").format(seconds=f"{seconds:g}"),
            _("It has no terminal to ask on: unlock its agent first, or use --token-file."),
            subject=source,
        ) from None
    return output, complaint


def _read(process: subprocess.Popen[bytes], ends: float) -> tuple[bytes, bytes]:
    """Read until both streams end, or until the output is too long.

    Standard error is read to its end, so that the command is not held up, but only its beginning
    is returned.
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
            for stream, _events in streams.select(left):
                read = os.read(stream.fd, MOST)
                stream.data.extend(read[: MOST + 1 - len(stream.data)])
                if not read:
                    streams.unregister(stream.fileobj)
    return bytes(output), bytes(complaint)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill the command and every program that it started."""
    with suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)


def _check_first_line(output: bytes, source: str) -> None:
    """Raise :class:`UserError` where the beginning of a long output has no whole line."""
    if len(_text(output).lstrip().splitlines()) <= 1:
        said = _("printed more than {size} KB without a token on a line of its own")
        raise UserError(
            said.format(size=number(MOST // 1024)),
            _("Its first line must be the token alone."),
            subject=source,
        )


def _ending(code: int) -> str:
    if code > 0:
        return _("exit status {code}").format(code=code)
    return _("signal {number}").format(number=-code)


def _first_line(output: bytes) -> str:
    text = _text(output).strip()
    return text.splitlines()[0].strip() if text else ""


def _text(output: bytes) -> str:
    return output.decode("utf-8", "replace")
