"""Sandboxes of all kinds are opened and served in the same way."""

from __future__ import annotations

import subprocess
import sys

import httpx
import pytest

from tui.model.server_kind import KINDS
from tui.sandbox.kinds import open_kind
from tui.sandbox.serve import print_access, running


@pytest.mark.parametrize("kind", KINDS)
def test_a_sandbox_of_each_kind_answers_and_prints_its_access(
    kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_kind(kind, instances=3, token="chosen") as sandbox, running(sandbox) as url:
        assert httpx.get(url, trust_env=False).status_code < 500
        print_access(sandbox, url)
    told = dict(line.split() for line in capsys.readouterr().out.splitlines())
    assert (told["URL"], told["Kind"], told["Token"]) == (url, kind, "chosen")
    assert told.get("Business", "") == sandbox.business_id
    assert ("Business" in told) == (kind == "codechat-v2")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_slow(kind: str) -> None:
    with open_kind(kind, latency=1.5) as sandbox:
        assert sandbox.latency == 1.5
        assert sandbox.kind == kind


@pytest.mark.parametrize("kind", KINDS)
def test_only_the_opened_kind_is_imported(kind: str) -> None:
    code = (
        f"import sys; from tui.sandbox.kinds import open_kind; open_kind('{kind}').close();"
        "print(*(name for name in sys.modules if name.startswith('tui.sandbox.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    folders = {name.split(".")[2] for name in done.stdout.split() if name.count(".") == 3}
    assert folders == {kind.replace("-", "_")}


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="no sandbox of the kind codechat-v9"):
        open_kind("codechat-v9")
