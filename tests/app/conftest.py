"""Fixtures for the tests of the app."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring

from tests.app.desk import Desk
from tests.app.office import Office
from tui.sandbox.codechat_v2.server import open_sandbox
from tui.sandbox.serve import running


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A sandbox with the sample data, and no draft yet."""
    return Desk(tmp_path / "drafts", tmp_path / "sandbox.db")


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A machine without configuration and without a keyring. Returns where the file will be."""
    for name in ("URL", "BUSINESS", "TOKEN", "API", "PROFILE", "READ_ONLY"):
        monkeypatch.delenv(f"HOOKBOARD_{name}", raising=False)
    monkeypatch.setenv("HOOKBOARD_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]
    yield tmp_path / "config.toml"
    keyring.set_keyring(before)


@pytest.fixture
def office(tmp_path: Path, config: Path) -> Iterator[Office]:
    """Two servers with the sample data, one of them with three instances; no keyring."""
    with ExitStack() as stack:
        loja = stack.enter_context(open_sandbox())
        filial = stack.enter_context(open_sandbox(instances=3))
        yield Office(config, tmp_path / "token", loja, filial, stack.enter_context(running(filial)))
