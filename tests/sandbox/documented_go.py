"""A CodeChat Go server with the addresses of the vendor's page instead of the public ones."""

from __future__ import annotations

from starlette.routing import Route

from tui.sandbox.codechat_go.server import CodeChatGo


class DocumentedGo(CodeChatGo):
    """The server at the addresses of the vendor's page only; no such server was seen."""

    def _routes(self) -> list[Route]:
        webhook = "/instance/{name}/webhook"
        return [
            Route("/instance", self._list),
            Route(webhook, self._find, methods=["GET"]),
            Route(webhook, self._set, methods=["PUT"]),
        ]
