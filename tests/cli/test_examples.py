"""Every example in the README's chapter for scripts works as it is printed."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.support import Server
from tests.e2e.programs import HOOKBOARD
from tests.quality.test_readme import README
from tui.model.server_kind import KINDS
from tui.sandbox.kinds import open_kind
from tui.sandbox.serve import running

CHAPTER = re.search(r"^## Scripts and cron$.*?(?=^## )", README, re.MULTILINE | re.DOTALL)
EXAMPLES = re.findall(r"^```sh\n(.*?)^```$", CHAPTER[0] if CHAPTER else "", re.M | re.S)


@pytest.fixture(params=KINDS)
def shop(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, home: Path
) -> Iterator[Server]:
    """A server of each kind, of which the environment tells; home is the directory."""
    monkeypatch.chdir(home)
    tools = home / "bin"
    tools.mkdir()
    (tools / "mail").write_text("#!/bin/sh\ncat > mail.txt\n")
    (tools / "mail").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{HOOKBOARD.parent}:{os.environ['PATH']}")
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Ana")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "ana@example.com")
    subprocess.run(["git", "init", "-q", str(home)], check=True)
    with open_kind(request.param) as sandbox, running(sandbox) as url:
        server = Server(sandbox, url)
        for name, value in server.variables.items():
            monkeypatch.setenv(name, value)
        yield server


def test_the_chapter_has_examples() -> None:
    assert EXAMPLES


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_works_as_printed(shop: Server, example: str) -> None:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", example],
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert shop.sandbox.token not in done.stdout + done.stderr
