"""Opens a sandbox of any kind."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui.sandbox.any_sandbox import AnySandbox
from tui.sandbox.data_file import IN_MEMORY

if TYPE_CHECKING:
    from tui.sandbox.codechat_v2.bodies import FlagMode
    from tui.sandbox.evolution_v2.server import Release


def open_kind(
    api: str,
    *,
    data: str | Path = IN_MEMORY,
    instances: int = 12,
    latency: float = 0.0,
    token: str | None = None,
    flags: FlagMode = "put",
    page_size: int = 50,
    release: Release = "2.3.6",
) -> AnySandbox:
    """Return a sandbox of the kind ``api``; ``latency`` is in seconds.

    ``flags`` and ``page_size`` are for CodeChat v2, ``release`` is for Evolution v2. Raises like
    ``open_sandbox``, and ``ValueError`` for an unknown kind.
    """
    given: dict[str, Any] = {
        "data": data,
        "instances": instances,
        "latency": latency,
        "token": token,
    }
    match api:
        case "codechat-v2":
            from tui.sandbox.codechat_v2.server import open_sandbox

            return open_sandbox(**given, flags=flags, page_size=page_size)
        case "codechat-v1":
            from tui.sandbox.codechat_v1.server import open_codechat_v1

            return open_codechat_v1(**given)
        case "codechat-go":
            from tui.sandbox.codechat_go.server import open_codechat_go

            return open_codechat_go(**given)
        case "evolution-v2":
            from tui.sandbox.evolution_v2.server import open_evolution_v2

            return open_evolution_v2(**given, release=release)
    raise ValueError(f"there is no sandbox of the kind {api}")
