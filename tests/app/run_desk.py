"""How the tests begin a run in front of the program, and what its server answers."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.app.fleet import fleet, moved, planned, review
from tests.app.support import Answering, Terminal
from tui.core.plan.plan import Plan
from tui.storage.journal import Journal


async def begun(at: Terminal, of: Plan) -> None:
    """Review a small plan and apply it."""
    review(at, of)
    await at.sees("^s Apply")
    await at.press("ctrl+s")


def answering(number: int, response: Response) -> Answering:
    """Answer the writes with this response, from the first on, as many as told."""
    left = [number]

    def answer(request: Request) -> Response | None:
        if request.method != "PUT" or not left[0]:
            return None
        left[0] -= 1
        return response

    return answer


def refused() -> Response:
    message = ["url must be a URL address"]
    return JSONResponse({"statusCode": 400, "error": "Bad Request", "message": message}, 400)


def server_error() -> Response:
    """Fail without a change: the row may be tried again."""
    return JSONResponse({"statusCode": 500, "error": "Internal Server Error"}, 500)


async def cut_off(path: Path) -> None:
    """Begin a run of three webhooks, and end the program while the first is under way."""
    async with fleet(journal=Journal(path)) as at:
        of = planned(at, moved, 3)
        at.cable.hold()
        await begun(at, of)
        await at.sees("0 of 3")
        at.app.exit(0)
