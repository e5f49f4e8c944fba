"""The installed programs, for the end-to-end tests and the benchmark."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

HOOKBOARD = Path(sysconfig.get_path("scripts")) / "hookboard"
"""The console script of this interpreter."""


@dataclass(frozen=True, slots=True)
class Told:
    """The address and token that a sandbox prints at its start."""

    url: str
    business: str
    token: str = field(repr=False)

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables for Hookboard to use it."""
        return {
            "HOOKBOARD_URL": self.url,
            "HOOKBOARD_BUSINESS": self.business,
            "HOOKBOARD_TOKEN": self.token,
        }


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return an environment with only the PATH of the tests' environment.

    ``home`` takes the configuration and whatever else a program keeps; there is no keyring.
    """
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "HOOKBOARD_CONFIG": str(home / "config.toml"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        **more,
    }


def _told(announced: IO[str]) -> Told:
    """Read the lines that a sandbox prints; the last one has the token."""
    lines = {}
    while "Token" not in lines:
        name, value = announced.readline().split()
        lines[name] = value
    return Told(lines["URL"], lines.get("Business", ""), lines["Token"])


@contextlib.contextmanager
def sandbox_process(home: Path, *options: str) -> Iterator[Told]:
    """Run ``hookboard sandbox`` on a free port until the block is left."""
    command = [str(HOOKBOARD), "sandbox", "--port", "0", *options]
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        env=environment(home),
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            yield _told(process.stdout)
        finally:
            ended = process.poll()
            process.kill()
            if ended is not None:
                raise RuntimeError(f"the sandbox ended by itself, with {ended}")
