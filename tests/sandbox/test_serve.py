"""The sandbox on a real socket: its start, its answers, its end."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.sandbox.sandbox_support import business, messages
from tui.sandbox.codechat_v2.server import Sandbox, open_sandbox
from tui.sandbox.serve import print_access, running, serve

PROGRAM = """
import sys
from tui.sandbox.serve import serve
from tui.sandbox.codechat_v2.server import open_sandbox
with open_sandbox(data=sys.argv[1], latency=float(sys.argv[2])) as sandbox:
    serve(sandbox, port=0)
"""
WAIT = 30
"""Seconds after which a test fails; a test normally takes much less."""


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with open_sandbox() as opened:
        yield opened


def count(sandbox: Sandbox, url: str) -> int:
    headers = {"authorization": f"Bearer {sandbox.token}"}
    answer = httpx.post(
        url + business(sandbox, "search"), json={}, headers=headers, trust_env=False, timeout=WAIT
    )
    return int(answer.json()["BusinessPage"]["totalRecords"])


@contextlib.contextmanager
def program(data: Path, latency: float = 0) -> Iterator[subprocess.Popen[str]]:
    """Run the sandbox as its own process, and always end it."""
    command = [sys.executable, "-c", PROGRAM, str(data), str(latency)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def announced(process: subprocess.Popen[str]) -> dict[str, str]:
    """Return the four lines that the process writes once it is ready."""
    assert process.stdout is not None
    lines = [process.stdout.readline().split() for _ in range(4)]
    return {name: value for name, value in lines}


def test_a_client_reaches_the_sandbox_over_http(sandbox: Sandbox) -> None:
    with running(sandbox) as url:
        assert url.startswith("http://127.0.0.1:")
        assert count(sandbox, url) == 12


def test_after_the_block_the_port_is_closed(sandbox: Sandbox) -> None:
    before = threading.enumerate()
    with running(sandbox) as url:
        assert len(threading.enumerate()) > len(before)
    with pytest.raises(httpx.ConnectError):
        count(sandbox, url)
    assert set(threading.enumerate()) <= set(before)


def test_the_sandbox_can_restart_on_its_port(sandbox: Sandbox) -> None:
    with running(sandbox) as url:
        assert count(sandbox, url) == 12
    with running(sandbox, port=int(url.rpartition(":")[2])) as again:
        assert again == url
        assert count(sandbox, url) == 12


def test_a_connected_client_does_not_delay_the_end(sandbox: Sandbox) -> None:
    with httpx.Client(trust_env=False) as client:
        with running(sandbox) as url:
            assert client.get(url).status_code == 404
        with pytest.raises(httpx.ConnectError):
            client.get(url)


def test_simultaneous_clients_get_their_own_answers(sandbox: Sandbox) -> None:
    with running(sandbox) as url:
        counts: list[int] = []
        threads = [
            threading.Thread(target=lambda: counts.append(count(sandbox, url))) for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert counts == [12] * 8


def test_latency_can_be_set_while_it_runs(sandbox: Sandbox) -> None:
    with running(sandbox) as url:
        sandbox.latency = 60
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(url, timeout=httpx.Timeout(WAIT, read=0.05), trust_env=False)
        sandbox.latency = 0
        assert count(sandbox, url) == 12


def test_an_unexpected_error_is_500_in_the_documented_shape(sandbox: Sandbox) -> None:
    with running(sandbox) as url:
        sandbox.close()
        headers = {"authorization": f"Bearer {sandbox.token}"}
        answer = httpx.get(
            url + business(sandbox, "connected"), headers=headers, trust_env=False, timeout=WAIT
        )
    assert messages(answer, 500) == ["Internal server error"]


def test_a_port_in_use_is_an_os_error(sandbox: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match="in use") as caught:
            serve(sandbox, port=port)
        assert caught.value.errno == errno.EADDRINUSE


def test_an_ipv6_address_is_written_in_brackets(sandbox: Sandbox) -> None:
    if not _has_ipv6():
        pytest.skip("this machine has no IPv6 loopback")
    with running(sandbox, host="::1") as url:
        assert url.startswith("http://[::1]:")
        assert count(sandbox, url) == 12


def _has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


def test_the_printed_access_is_what_a_client_needs(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    print_access(sandbox, "http://127.0.0.1:8084")
    assert capsys.readouterr().out.splitlines() == [
        "URL       http://127.0.0.1:8084",
        "Kind      codechat-v2",
        f"Business  {sandbox.business_id}",
        f"Token     {sandbox.token}",
    ]


@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_ends_with_exit_0_and_no_output(tmp_path: Path, times: int) -> None:
    data = tmp_path / "sandbox.db"
    with program(data) as process:
        told = announced(process)
        with open_sandbox(data=data) as same:
            assert told["Token"] == same.token
            assert count(same, told["URL"]) == 12
        for _ in range(times):
            process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=WAIT)
    assert (process.returncode, out, err) == (0, "", "")


def test_ctrl_c_ends_while_a_request_waits(tmp_path: Path) -> None:
    with program(tmp_path / "sandbox.db", latency=600) as process:
        host, _, port = announced(process)["URL"].removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port))) as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=WAIT)
    assert (process.returncode, err) == (0, "")


def test_the_data_file_is_intact_after_a_kill(tmp_path: Path) -> None:
    data = tmp_path / "sandbox.db"
    with program(data) as process:
        told = announced(process)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=WAIT)
    with open_sandbox(data=data) as again:
        assert again.token == told["Token"]
