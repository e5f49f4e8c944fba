"""The flags of the command line, for :mod:`tui.config.load`; cheap to import."""

from __future__ import annotations

from typing import NamedTuple

from tui.model.server_kind import AUTO, KINDS, Api, ServerKind


class Overrides(NamedTuple):
    """The flags; ``None`` and ``False`` stand for a flag that was not given."""

    profile: str | None = None
    url: str | None = None
    business: str | None = None
    api: Api | None = None
    timeout: int | None = None
    token_file: str | None = None
    read_only: bool = False
    no_mouse: bool = False
    theme: str | None = None
    demo: bool = False
    """Sample data inside the process instead of a server."""

    @property
    def sandbox_kind(self) -> ServerKind:
        """The kind of server for a sandbox: the first of all kinds, where none is named."""
        return KINDS[0] if self.api is None or self.api == AUTO else self.api
