"""The commands for scripts at a terminal: questions, progress, colours and width."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.responses import JSONResponse

from tests.cli.conftest import server as server
from tests.cli.support import Server
from tests.e2e.conftest import Served
from tests.e2e.programs import HOOKBOARD, environment
from tests.e2e.terminal import Terminal
from tui.sandbox.kinds import open_kind
from tui.sandbox.serve import running

CHANGE = "hookboard set --where instance=loja-norte --off messagesSet"
QUESTION = "Write 2 webhooks? [y/N]:"
STYLE = re.compile(rb"\x1b\[[\d;]*m")


def at_a_terminal(home: Path, script: str, told: dict[str, str], *, columns: int = 80) -> Terminal:
    """Run a line of shell at a terminal, with ``hookboard`` on its path and more variables."""
    env = environment(home, **told)
    env["PATH"] = f"{HOOKBOARD.parent}:{env['PATH']}"
    return Terminal(["/bin/sh", "-c", script], env=env, size=(columns, 24))


@pytest.mark.parametrize(
    "answer, code, written",
    [("y\r", 0, 2), ("maybe\rYES\r", 0, 2), ("n\r", 6, 0), ("\r", 6, 0), ("\x04", 6, 0)],
)
def test_a_change_is_shown_and_asked_about(
    served: Served, home: Path, answer: str, code: int, written: int
) -> None:
    with at_a_terminal(home, CHANGE, served.told.variables) as terminal:
        shown = terminal.wait_for(QUESTION)
        assert "loja-norte › crm" in shown
        assert "messagesSet on → off" in shown
        assert served.writes == []
        terminal.type(answer)
        assert terminal.wait() == code
    assert len(served.writes) == written


def test_ctrl_c_at_the_question_writes_nothing(served: Served, home: Path) -> None:
    with at_a_terminal(home, f"exec {CHANGE}", served.told.variables) as terminal:
        terminal.wait_for(QUESTION)
        terminal.type("\x03")
        assert terminal.wait() == 130
        assert "Traceback" not in terminal.text()
    assert served.writes == []


@pytest.mark.parametrize("answer, code", [("\x03", 130), ("n\r", 5), ("\x04", 5)])
def test_a_run_that_pauses_ends_where_the_answer_is_no(
    server: Server, home: Path, answer: str, code: int
) -> None:
    refusal = JSONResponse({"message": ["no"]}, 400)
    server.answer = lambda request: refusal if request.method == "PUT" else None
    script = f"exec {CHANGE} --yes"
    with at_a_terminal(home, script, server.variables) as terminal:
        terminal.wait_for("Go on? [y/N]:")
        terminal.type(answer)
        assert terminal.wait() == code
        shown = terminal.text()
    assert "not reached: loja-norte › auditoria" in shown
    assert "hookboard apply --resume" in shown
    assert sum(one.startswith("PUT") for one in server.requests) == 1


def test_a_run_that_pauses_goes_on_where_the_answer_is_yes(server: Server, home: Path) -> None:
    refusals = [JSONResponse({"message": ["no"]}, 400)]
    server.answer = lambda request: refusals.pop() if refusals and request.method == "PUT" else None
    with at_a_terminal(home, f"{CHANGE} --yes", server.variables) as terminal:
        terminal.wait_for("Go on? [y/N]:")
        terminal.type("y\r")
        assert terminal.wait() == 5
        shown = terminal.text()
    assert "saved: loja-norte › auditoria" in shown


def test_a_production_server_wants_its_name_also_at_a_terminal(served: Served, home: Path) -> None:
    (home / "config.toml").write_text(
        f'[profiles.loja]\nurl = "{served.url}"\napi = "codechat-v2"\nproduction = true\n'
        f'business = "{served.told.business}"\n'
    )
    token = {"HOOKBOARD_TOKEN": served.told.token}
    with at_a_terminal(home, CHANGE, token) as terminal:
        assert terminal.wait() == 6
        assert "Add --confirm loja." in terminal.text()
        assert QUESTION not in terminal.text()
    with at_a_terminal(home, f"{CHANGE} --confirm loja", token) as terminal:
        terminal.wait_for(QUESTION)
        terminal.type("y\r")
        assert terminal.wait() == 0
    assert len(served.writes) == 2


def test_a_list_is_cut_to_the_terminal_and_its_heading_is_bold(served: Served, home: Path) -> None:
    with at_a_terminal(home, "hookboard list -q", served.told.variables) as terminal:
        assert terminal.wait() == 0
        lines = STYLE.sub(b"", bytes(terminal.output)).decode().split("\r\n")
    assert STYLE.search(terminal.output)
    assert len(lines) > 12
    assert max(map(len, lines)) <= 80
    assert "…" in "".join(lines)


@pytest.mark.parametrize("command", ["NO_COLOR=1 hookboard list -q", "TERM=dumb hookboard list"])
def test_there_is_no_colour_where_none_is_wanted(served: Served, home: Path, command: str) -> None:
    with at_a_terminal(home, command, served.told.variables) as terminal:
        assert terminal.wait() == 0
    assert b"INSTANCE" in terminal.output
    assert b"\x1b" not in terminal.output


def test_in_a_pipe_a_list_is_whole_and_plain(served: Served, home: Path) -> None:
    script = "hookboard list | cat -v"
    with at_a_terminal(home, script, served.told.variables, columns=250) as terminal:
        assert terminal.wait() == 0
        lines = bytes(terminal.output).decode().split("\r\n")
    assert "^[" not in "".join(lines)
    assert max(map(len, lines)) > 80


def test_reading_one_by_one_shows_how_far_it_is_and_leaves_nothing(home: Path) -> None:
    with open_kind("evolution-v2") as sandbox, running(sandbox) as url:
        sandbox.latency = 0.15
        told = {"HOOKBOARD_URL": url, "HOOKBOARD_TOKEN": sandbox.token}
        told |= {"HOOKBOARD_API": "evolution-v2"}
        rows = home / "rows"
        with at_a_terminal(home, f"hookboard list --plain > {rows}", told) as terminal:
            terminal.wait_for_bytes(re.compile(rb"reading\S* \d+ of 12"))
            sandbox.latency = 0.0
            assert terminal.wait() == 0
            assert terminal.text().strip() == ""
        assert len(rows.read_text().splitlines()) >= 10
        quiet = f"hookboard list --plain -q > {rows}"
        with at_a_terminal(home, quiet, told) as terminal:
            assert terminal.wait() == 0
        assert terminal.output == b""
