"""Secrets and the whole program: arguments, children, files, terminal output."""

from __future__ import annotations

import re
from base64 import b64decode
from pathlib import Path

from tests.e2e.conftest import Served
from tests.e2e.programs import HOOKBOARD, environment
from tests.e2e.steps import give_token
from tests.e2e.terminal import Terminal
from tui.sandbox.codechat_v2.server import open_sandbox

WRONG = "wrong-5ecret-T0KEN-planted-9981"
COPIED = re.compile(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07")


def family(pid: int) -> list[int]:
    """Return a process and all its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in family(int(child)))]


def arguments() -> str:
    """Return the arguments of all processes."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            found.append((process / "cmdline").read_bytes().replace(b"\0", b" "))
        except OSError:
            continue  # it has ended
    return b"\n".join(found).decode("utf-8", "replace")


def files(folder: Path) -> str:
    return "\n".join(
        one.read_text("utf-8", "replace") for one in folder.rglob("*") if one.is_file()
    )


def test_a_wrong_and_then_a_right_token_are_only_in_the_requests(
    tmp_path: Path,
) -> None:
    with open_sandbox() as sandbox:
        served = Served(sandbox)
        variables = served.told.variables | {"HOOKBOARD_TOKEN": WRONG}
        secrets = (WRONG, sandbox.token)
        log = tmp_path / "hookboard.log"
        command: list[str | Path] = [HOOKBOARD, "--log-file", log]
        try:
            with Terminal(command, env=environment(tmp_path, **variables)) as terminal:
                terminal.wait_for("answered 401")
                give_token(terminal, sandbox.token)
                terminal.wait_for("12 instances")
                terminal.press("tab", "enter")
                terminal.wait_for("no changes")
                terminal.type("x")
                terminal.wait_for("1 change, not saved")
                terminal.press("f3")
                terminal.wait_for("The request")
                terminal.press("y")
                (_, _) = terminal.wait_for_bytes(COPIED)
                at_work = arguments()
                started = family(terminal.process.pid)
                terminal.press("escape", "escape")
                terminal.wait_for("unsaved change")
                terminal.press("p")
                terminal.wait_for("1 draft")
                terminal.press("ctrl+q")
                assert terminal.wait() == 0
                copies = [b64decode(one).decode() for one in COPIED.findall(terminal.output)]
                output = terminal.output.decode()
        finally:
            served.stop()
    assert str(HOOKBOARD) in at_work
    assert "Bearer ••••" in copies[0]
    assert "answered 401" in output
    assert "-> 401" in log.read_text()
    assert len(started) == 1
    for text in (at_work, output, files(tmp_path), *copies):
        assert not [secret for secret in secrets if secret in text]


def test_a_token_command_gets_no_token_and_leaks_none(
    tmp_path: Path,
) -> None:
    with open_sandbox() as sandbox:
        served = Served(sandbox)
        vault = tmp_path / "vault"
        vault.write_text(f"#!/bin/sh\nenv > {tmp_path}/env\necho {sandbox.token}\n")
        vault.chmod(0o700)
        (tmp_path / "config.toml").write_text(
            f'default = "loja"\n[profiles.loja]\nurl = "{served.url}"\n'
            f'business = "{sandbox.business_id}"\ntoken_command = ["{vault}"]\n'
        )
        env = environment(tmp_path, HOOKBOARD_TOKEN="")
        try:
            with Terminal([HOOKBOARD], env=env) as terminal:
                terminal.wait_for("12 instances")
                at_work = arguments()
                terminal.press("ctrl+q")
                assert terminal.wait() == 0
                output = terminal.output.decode()
        finally:
            served.stop()
    vault.unlink()
    seen = (tmp_path / "env").read_text()
    assert "HOME=" in seen
    assert "HOOKBOARD_TOKEN" not in seen
    for text in (at_work, output, files(tmp_path)):
        assert sandbox.token not in text
