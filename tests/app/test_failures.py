"""Internal errors: reported in a line, without a traceback and without values."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from tests.app.support import Cable, started, terminal
from tui.app.app import HookboardApp
from tui.core.session import Session
from tui.model.user_error import UserError
from tui.sandbox.codechat_v2.server import open_sandbox

PLANTED = "planted-secret-77"


def fail(_: Request) -> None:
    raise LookupError(PLANTED)


async def test_an_internal_error_while_saving_keeps_the_form() -> None:
    async with terminal() as at:
        await at.edit()
        at.cable.answer = fail
        await at.press("x", "ctrl+s")
        await at.sees("Something went wrong inside Hookboard (LookupError).")
        await at.sees("What you typed is kept.", "1 change, not saved")
        assert PLANTED not in at.picture
        assert "Traceback" not in at.picture
        at.cable.answer = lambda _: None
        await at.press("ctrl+s")
        await at.sees("Saved 1 change.")


async def test_an_internal_error_while_reading_the_list_is_reported() -> None:
    async with terminal(loaded=False) as at:
        at.cable.answer = fail
        await at.sees("Something went wrong inside Hookboard (LookupError).")
        at.cable.answer = lambda _: None
        await at.press("r")
        await at.sees("12 instances")


async def test_a_fatal_error_is_one_sentence(
    capfd: pytest.CaptureFixture[str],
) -> None:
    def boom() -> None:
        raise LookupError(PLANTED)

    said = []

    async def end_it() -> None:
        async with terminal() as at:
            at.app.call_later(boom)
            await at.until(lambda: at.app.exit_message, "it says goodbye")
            said.append(at.app.exit_message)

    with pytest.raises(LookupError):  # for tests, Textual raises what ended the program
        await end_it()
    (exit_message,) = said
    assert exit_message.startswith("hookboard: ended by an internal error (LookupError).")
    assert PLANTED not in exit_message
    out, err = capfd.readouterr()
    assert "Traceback" not in out + err
    assert PLANTED not in out + err


async def test_problems_of_the_configuration_are_printed_after_the_terminal_is_restored() -> None:
    def opener() -> Session:
        second = UserError("is no address", "Write https://host.", subject="url", key="url")
        raise UserError("cannot be read", "Make it yours.", subject="FILE", others=[second])

    with open_sandbox() as sandbox:
        app = HookboardApp(opener)
        async with started(app, sandbox, Cable(sandbox.app)) as at:
            await at.until(lambda: app.return_code is not None, "it ended")
    assert app.return_code == 2
    assert app.exit_message.splitlines() == [
        "hookboard: FILE cannot be read",
        "           Make it yours.",
        "hookboard: url is no address",
        "           Write https://host.",
    ]
