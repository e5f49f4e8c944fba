"""Commands in tests: called in this process, or as programs with pipes and signals."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from click.testing import CliRunner
from starlette.requests import Request
from starlette.responses import Response

from tests.e2e.programs import HOOKBOARD
from tui.cli.main import main
from tui.sandbox.any_sandbox import AnySandbox


@dataclass
class Server:
    """A sandbox on a socket."""

    sandbox: AnySandbox
    url: str = ""
    requests: list[str] = field(default_factory=list)
    """The requests that came: ``GET /path``."""
    answer: Callable[[Request], Response | None] = lambda _request: None
    """Answers instead of the sandbox where it returns a response."""
    answered: Callable[[Request], None] = lambda _request: None
    """Called when the sandbox has carried a request out, before its answer is sent."""

    is_held: Callable[[Request], bool] = lambda _request: False
    """Holds a request back as long as this is true of it."""

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables that tell of it."""
        return {
            "HOOKBOARD_URL": self.url,
            "HOOKBOARD_BUSINESS": self.sandbox.business_id,
            "HOOKBOARD_TOKEN": self.sandbox.token,
            "HOOKBOARD_API": self.sandbox.kind,
        }


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its output, read as one JSON document."""
        return json.loads(self.out)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows of its JSON document."""
        rows: list[dict[str, Any]] = self.json["rows"]
        return rows

    @property
    def json_lines(self) -> list[dict[str, Any]]:
        """Its output, read as JSON line by line."""
        return [json.loads(line) for line in self.out.splitlines()]


def hookboard(*arguments: str, stdin: str | None = None) -> Ended:
    """Call a command in this process, without a terminal."""
    ended = CliRunner().invoke(main, arguments, input=stdin, catch_exceptions=False)
    return Ended(ended.exit_code, ended.stdout, ended.stderr)


def program(*arguments: str, **options: Any) -> subprocess.Popen[str]:
    """Start the installed program with pipes, in this process's environment."""
    given: dict[str, Any] = {
        "stdin": subprocess.DEVNULL,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.PIPE,
        **options,
    }
    return subprocess.Popen([HOOKBOARD, *arguments], env=dict(os.environ), text=True, **given)
