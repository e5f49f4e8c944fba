"""Fixtures of the tests of faults: no proxy, early drafts and their folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.app.screens import autosave


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUEST_METHOD"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(autouse=True)
def _drafts_sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(autosave, "SOON", 0.02)


@pytest.fixture
def drafts_folder(tmp_path: Path) -> Path:
    """The folder of the drafts."""
    return tmp_path / "drafts"
