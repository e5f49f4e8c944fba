"""All flags are on after a save: they are left so until a person says that the server did it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from tests.app.support import Terminal, change, hook, terminal
from tui.sandbox.codechat_v2.server import open_sandbox


def resetting(at: Terminal) -> None:
    """Have each PUT turn all flags on."""

    def answer(request: Request) -> Response | None:
        if request.method == "PUT":
            change(at.sandbox, flags=dict.fromkeys(hook(at.sandbox).flags, True))
        return None

    at.cable.answer = answer


def off(at: Terminal) -> set[str]:
    return {flag for flag, on in hook(at.sandbox).flags.items() if not on}


async def test_flags_the_server_turned_on_are_left_on_by_default() -> None:
    async with terminal(open_sandbox(flags="patch")) as at:
        await at.edit()
        resetting(at)
        await at.press("x", "ctrl+s")
        await at.sees("since then all flags are on. 2 flags came on.", "presenceUpdate, newJwt")
        await at.press("l")
        await at.sees("Saved 1 change.", "left so: presenceUpdate off → on", "no changes")
        assert off(at) == set()
        assert at.cable.sent("PATCH") == []


async def test_flags_are_put_back_now_and_after_the_next_save() -> None:
    async with terminal(open_sandbox(flags="patch")) as at:
        before = off(at)
        await at.edit()
        resetting(at)
        await at.press("x", "ctrl+s")
        await at.sees("since then all flags are on")
        await at.press("p")
        await at.sees("Saved 2 changes.", "no changes")
        assert off(at) == before
        await at.press("y", "ctrl+s")
        await at.sees("Saved 1 change.", "Reset by the server with this save, and put back:")
        assert off(at) == before
        assert hook(at.sandbox).name == "crmxy"
