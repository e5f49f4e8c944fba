"""Someone who calls commands while their server fails, and checks what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tests.cli.support import Ended, hookboard
from tests.robustness.faults.command_service import CommandService
from tests.robustness.faults.faults import LATE, LOST, NO_HTTP, Fault
from tui.sandbox.codechat_v2.server import Sandbox
from tui.sandbox.codechat_v2.store import Store
from tui.sandbox.records import Webhook

OK, FAILED, DIFFERS, NO_ACCESS, INCOMPLETE, NOT_REACHED = 0, 1, 3, 4, 5, 7
"""Exit codes, as the design has them."""

SHOP = ("--where", "instance=loja-norte")
OLD, NEW = "old.example", "new.example"
FILE = f"""hookboard = 1
[[rule]]
where = "instance=loja-norte"
host = "{NEW}"
"""
HEADER = "h3ader-value-8813-of-the-crm"

READING: dict[str, tuple[str, ...]] = {
    "list": ("list", "--json"),
    "get": ("get", "loja-norte", "--json"),
    "export": ("export", "--json"),
    "plan": ("plan", "FILE", "--json"),
    "drift": ("drift", "FILE", "--json"),
    "check": ("config", "check"),
}
"""The commands that read the list, by a name for each."""

WRITING: dict[str, tuple[str, ...]] = {
    "set": ("set", *SHOP, "--move-host", f"{OLD}={NEW}", "--yes", "--json"),
    "apply": ("apply", "FILE", "--yes", "--json"),
    "restore": ("restore", "--run", "RUN", "--yes", "--json"),
    "resume": ("apply", "--resume", "CUT OFF", "--yes", "--json"),
    "retry": ("apply", "--retry", "CUT OFF", "--yes", "--json"),
}
"""The commands that read the list and write."""

_CODES = {
    "could not be reached": NOT_REACHED,
    "did not accept the connection": NOT_REACHED,
    LOST: NOT_REACHED,
    LATE: NOT_REACHED,
    NO_HTTP: NOT_REACHED,
    "answered 401": NO_ACCESS,
    "answered 403": NO_ACCESS,
}
"""The exit code of a command that could read nothing, by what is said; otherwise it is 5."""


def code_of_reading(fault: Fault) -> int:
    """Return the exit code where nothing could be read because of a fault."""
    return next((code for words, code in _CODES.items() if words in fault.says), INCOMPLETE)


def code_of_writing(fault: Fault) -> int:
    """Return the exit code where nothing was written because of a fault of the write."""
    code = code_of_reading(fault)
    return code if code == NO_ACCESS else INCOMPLETE


class Clerk:
    """Calls commands of a shop, in whose journal are a run that was saved and one that stopped."""

    def __init__(self, shop: CommandService, home: Path) -> None:
        self.shop = shop
        self._file = home / "webhooks.toml"
        self._file.write_text(FILE)
        self._set_hosts("first.example")
        self._run = self.ran(OK, "--move-host", f"first.example={OLD}")
        self._cut_off = ""

    def ran(self, code: int, *change: str) -> str:
        """Run a change of the shop that ends with a code; return the id of the run."""
        ended = hookboard("set", *SHOP, *change, "--yes", "--json")
        assert ended.code == code, ended.err
        run = ended.json["run"]
        assert isinstance(run, str)
        return run

    def starts_anew(self) -> None:
        """Put the webhooks back to where they were at first."""
        self._set_hosts(OLD)

    def has_a_run_that_stopped(self, refused: Fault) -> None:
        """Have a new run whose first row was refused, so that the other was not reached."""
        self.starts_anew()
        with self.shop.failing(refused, "PUT"):
            self._cut_off = self.ran(INCOMPLETE, "--move-host", f"{OLD}={NEW}")

    def call(self, *arguments: str) -> Ended:
        """Call a command; ``FILE``, ``RUN`` and ``CUT OFF`` stand for those of this clerk."""
        known = {"FILE": str(self._file), "RUN": self._run, "CUT OFF": self._cut_off}
        ended = hookboard(*(known.get(one, one) for one in arguments))
        for secret in (self.shop.sandbox.token, HEADER):
            assert secret not in ended.out + ended.err
        assert "Traceback" not in ended.err
        return ended

    def hosts(self) -> dict[str, str]:
        """Return the host of each webhook, by its id."""
        return {one.id: one.url.split("/")[2] for one in self._webhooks()}

    def _set_hosts(self, host: str) -> None:
        """Give all webhooks of the shop a host, past the API."""
        for one in self._webhooks():
            path = one.url.split("/", 3)[3]
            self._store.save(
                replace(one, url=f"https://{host}/{path}", headers={"authorization": HEADER})
            )

    def _webhooks(self) -> Sequence[Webhook]:
        return [
            webhook
            for instance in self._store.connected()
            if instance.name == "loja-norte"
            for webhook in self._store.webhooks(instance.id)
        ]

    @property
    def _store(self) -> Store:
        assert isinstance(self.shop.sandbox, Sandbox)
        return self.shop.sandbox.store


def assert_said(fault: Fault, said: str) -> None:
    """Hold what is said against the sentences of the dashboard, without its keys."""
    # A reset may arrive before the connection counts as made.
    assert fault.says in said or (fault.name == "reset at once" and "reset by peer" in said)
    for words in fault.also:
        assert words in said
    assert "inside Hookboard" not in said
    assert not [one for one in ("^", "{c", "{r", "esc") if one in said], said
