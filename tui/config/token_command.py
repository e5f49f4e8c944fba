"""Runs the program that prints a profile's token."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress

from tui.config.errors import ConfigError, reason
from tui.model.secret import MASK
from tui.model.text import clean

COMMAND_SECONDS = 10.0
"""How long a token command may take, in seconds."""


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
    an agent), no standard input and no ``HOOKBOARD_TOKEN``. Raises :class:`ConfigError` when it
    is missing, fails or takes longer than ``seconds``; it is stopped then.
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
        raise ConfigError(
            f"could not start {program}: {said}", "Check token_command.", subject=source
        ) from None
    with process:
        output, complaint = _finish(process, source, seconds)
    token = _first_line(output)
    if process.returncode != 0:
        said = _first_line(complaint)
        said = said.replace(token, MASK) if token else said
        ended = _ending(process.returncode)
        raise ConfigError(
            f"failed ({ended}): {clean(said, 200)}" if said else f"failed ({ended})",
            "Run the command by hand to see more.",
            subject=source,
        )
    return token


def _finish(process: subprocess.Popen[bytes], source: str, seconds: float) -> tuple[bytes, bytes]:
    try:
        return process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        with suppress(OSError):
            # The command and what it started: a helper of a helper would hang on.
            os.killpg(process.pid, signal.SIGKILL)
        raise ConfigError(
            f"did not finish within {seconds:g} s",
            "It has no terminal to ask on: unlock its agent first, or use --token-file.",
            subject=source,
        ) from None


def _ending(code: int) -> str:
    return f"exit status {code}" if code > 0 else f"signal {-code}"


def _first_line(output: bytes) -> str:
    text = output.decode("utf-8", "replace").strip()
    return text.splitlines()[0].strip() if text else ""
