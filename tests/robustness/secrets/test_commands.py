"""Secrets are planted everywhere, every command is called in every form, and none comes out."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.cli.conftest import home as home
from tests.cli.conftest import server as server
from tests.cli.support import Ended, Server, hookboard, program
from tests.robustness.secrets.test_flows import HEADER, PIN, holds, log, run_together, secrets_of
from tests.robustness.secrets.test_flows import WINDOW as WINDOW
from tui.sandbox.codechat_v2.server import Sandbox

PASSWORD = "Zu7Kq3vT9xB1-in-the-url"
KEY = "hN8sLc2RmGw4-in-the-query"
WRONG = "wrong-5ecret-T0KEN-planted-9981"
OF_URLS = {PASSWORD, KEY}
FORMS = {False: ("", "--jsonl"), True: ("--json", "--plain")}
"""Half of them where writes are saved, the others where the server refuses them."""

__all__ = ["home", "log", "server"]


@dataclass
class Planted:
    """A server full of secrets, and everything that commands wrote of it."""

    server: Server
    home: Path
    secrets: set[str]
    written: list[str] = field(default_factory=list)
    kept_apart: set[Path] = field(default_factory=set)
    """Files that hold a secret because the user put it there."""

    def call(self, *arguments: str, stdin: str | None = None) -> Ended:
        ended = hookboard(*(one for one in arguments if one), stdin=stdin)
        self.written += [ended.out, ended.err]
        assert "Traceback" not in ended.err
        return ended

    @property
    def leaks(self) -> list[str]:
        """The texts and files that have a part of a secret."""
        found = [text for text in self.written if leaks(text, {*self.secrets, *OF_URLS})]
        for file in self.home.rglob("*"):
            if file.is_file() and file not in self.kept_apart:
                text = file.read_text("utf-8", "replace")
                # To put a URL back, the journal and a stored plan have it whole.
                keeps_urls = file.name.startswith("journal.sqlite") or file.suffix == ".plan"
                if leaks(text, self.secrets if keeps_urls else {*self.secrets, *OF_URLS}):
                    found.append(str(file))
        return found


def leaks(text: str, secrets: set[str]) -> bool:
    """Whether a text has a part of a secret."""
    parts = {
        secret[start : start + WINDOW]
        for secret in secrets
        for start in range(len(secret) - WINDOW + 1)
    }
    return holds(run_together(text), parts)


@pytest.fixture
def planted(server: Server, home: Path) -> Planted:
    sandbox = server.sandbox
    assert isinstance(sandbox, Sandbox)
    for number, shop in enumerate(sandbox.store.connected()):
        for hook in sandbox.store.webhooks(shop.id):
            url = f"https://ana:{PASSWORD}@crm.example/in?token={KEY}" if number else hook.url
            headers = {"Authorization": f"Bearer {HEADER}", "x-crm-pin": PIN}
            sandbox.store.save(replace(hook, url=url, headers=headers))
    return Planted(server, home, {*secrets_of(sandbox), WRONG})


def repeated(request: Request) -> Response:
    """Refuse a write, and repeat everything that came with it."""
    sent = dict(request.headers)
    values = f"cannot use {PIN} and {HEADER}" if request.method == "PUT" else ""
    said = [
        f"got {sent.get('authorization')}",
        values,
        json.dumps({"headers": sent, "url": PASSWORD_URL}),
    ]
    return JSONResponse({"message": said, "config": {"headers": sent}}, 400)


PASSWORD_URL = f"https://ana:{PASSWORD}@crm.example/in?token={KEY}"


def call_everything(planted: Planted, *, refuses: bool) -> None:
    """Call every command in every form, on webhooks with secrets."""
    call, folder = planted.call, planted.home
    written = {"PUT", "PATCH"} if refuses else set()
    planted.server.answer = lambda request: repeated(request) if request.method in written else None
    backup, plan = str(folder / "backup.toml"), str(folder / "checked.plan")
    rule = '{"hookboard": 1, "rule": [{"where": "instance=*", "host": "new.example"}]}'
    change = ("--move-host", "crm.example=new.example", "--yes")
    back = ("--move-host", "new.example=crm.example", "--yes")
    for form in FORMS[refuses]:
        call("list", form)
        call("get", "loja-norte", form)
        call("get", "loja-sul", form)
        call("plan", "-", form, stdin=rule)
        call("drift", "-", form, stdin=rule)
        ended = call("set", "--all", *change, "--json")
        assert ended.code == (5 if refuses else 0), ended.err
        run = ended.json["run"]
        call("history", form)
        call("history", "--run", run, form)
        call("apply", "--resume", run, "--yes", form)
        call("apply", "--retry", run, "--yes", form)
        call("restore", "--run", run, "--yes", form)
        call("set", "--all", *back, form)
    for form in ("", "--json"):
        call("export", form)
    call("export", "-o", backup)
    call("plan", "-", "-o", plan, stdin=rule)
    call("apply", plan, "--yes")
    call("apply", backup, "--yes")
    call("config", "show")
    call("config", "path")
    call("config", "check")


@pytest.mark.parametrize("refuses", [False, True], ids=["saved", "refused"])
@pytest.mark.usefixtures("log")
def test_no_command_tells_a_secret(planted: Planted, home: Path, refuses: bool) -> None:
    call_everything(planted, refuses=refuses)
    texts = "".join(planted.written)
    assert "new.example" in texts
    assert "x-crm-pin" in texts
    assert any(home.rglob("journal.sqlite"))
    assert (home / "hookboard.log").read_text()
    assert not planted.leaks


def sources(planted: Planted, token: str) -> Iterator[tuple[str, ...]]:
    """Give the token in each way, and yield the options that go with it."""
    home = planted.home
    profile = (
        f'[profiles.loja]\nurl = "{planted.server.url}"\napi = "codechat-v2"\n'
        f'business = "{planted.server.sandbox.business_id}"\n'
    )
    config, file, vault = home / "config.toml", home / "token", home / "vault"
    planted.kept_apart |= {file, vault}
    config.write_text(profile)
    os.environ["HOOKBOARD_TOKEN"] = token
    yield ()
    del os.environ["HOOKBOARD_TOKEN"]
    file.write_text(f"{token}\n")
    file.chmod(0o600)
    yield ("--token-file", str(file))
    vault.write_text(f"#!/bin/sh\necho {token}\necho {token} >&2\nexit ${{STATUS:-0}}\n")
    vault.chmod(0o700)
    config.write_text(f'{profile}token_command = ["{vault}"]\n')
    yield ()
    os.environ["STATUS"] = "3"
    yield ()
    config.write_text(f'{profile}token = "{token}"\n')
    planted.kept_apart.add(config)
    yield ()


@pytest.mark.usefixtures("log")
def test_a_refused_token_is_told_by_no_command_wherever_it_comes_from(
    planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("URL", "BUSINESS", "API", "TOKEN"):
        monkeypatch.delenv(f"HOOKBOARD_{name}")
    monkeypatch.setenv("STATUS", "0")
    monkeypatch.setenv("HOOKBOARD_TOKEN", WRONG)
    codes = []
    for options in sources(planted, WRONG):
        ended = planted.call("list", "--json", *options)
        codes.append(ended.code)
        planted.call("config", "show")
        planted.call("config", "check", *options)
        planted.call("set", "--all", "--off", "newJwt", "--yes", *options)
    assert codes == [4, 4, 4, 2, 2]
    assert not planted.leaks


def test_no_process_has_a_secret_among_its_arguments(planted: Planted) -> None:
    seen: list[str] = []

    def answer(request: Request) -> Response | None:
        seen.extend(
            one.read_bytes().decode("utf-8", "replace")
            for one in Path("/proc").glob("[0-9]*/cmdline")
        )
        return None

    planted.server.answer = answer
    with program("list", "--json") as running:
        out, err = running.communicate()
    assert running.returncode == 0, err
    assert any("hookboard" in one for one in seen)
    planted.written += [out, err, *seen]
    assert not planted.leaks
