"""Every command on another key: no sentence on any screen names its default key."""

from __future__ import annotations

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.app.desk import Desk
from tests.app.own_keys import DEFAULTS, LIE, OWN, edit, own, tells_no_lie
from tests.app.support import (
    Cable,
    change,
    hook,
    listing,
    record,
    refusing,
    started,
    terminal,
)
from tui.app.app import HookboardApp
from tui.app.commands import COMMANDS
from tui.app.key_names import key_label
from tui.app.keymap import read_keymap
from tui.app.widgets.frame import Banner
from tui.model.sentence import Sentence
from tui.sandbox.codechat_v2.server import open_sandbox
from tui.storage.drafts import Drafts


def test_every_command_has_a_key_of_its_own_here() -> None:
    keymap = read_keymap(OWN)
    assert keymap.problems == ()
    assert set(keymap.keys) == {command.id for command in COMMANDS}
    assert {key_label(key) for key in OWN.values()} & DEFAULTS == set()


@pytest.mark.parametrize(
    "lie", ["^s saves.", "and esc goes back", "r reads it", "D lists them", "enter chooses", "F3:"]
)
def test_a_default_key_in_a_sentence_is_found(lie: str) -> None:
    assert LIE.search(lie)


async def test_the_dashboard_while_it_reads_and_when_it_cannot() -> None:
    async with terminal(keys=OWN, loaded=False) as at:
        gate = at.cable.hold()
        await tells_no_lie(at, "The keys work meanwhile: ")
        await at.press(*own("dashboard.back"))
        await tells_no_lie(at, "You stopped waiting: the list was not read whole.", "tries again")
        gate.set()
        at.cable.answer = refusing(401, "jwt expired", method="POST")
        await at.press(*own("refresh"))
        await tells_no_lie(at, "answered 401", "enter another token; then the list is read.")
        at.cable.answer = listing()
        await at.press(*own("refresh"))
        await tells_no_lie(at, "There are no instances here.", "reads the list again.")


async def test_the_key_of_the_filter_stands_before_it() -> None:
    async with terminal(keys=OWN) as at:
        await at.sees(key_label(OWN["filter"]))


async def test_the_dashboard_and_the_screens_over_it() -> None:
    async with terminal(keys=OWN, size=(120, 60)) as at:
        await at.press(*own("filter"), *"zzz")
        await tells_no_lie(at, "No instance matches", "clears the filter.")
        await at.press(*own("dashboard.back", "headers"))
        await tells_no_lie(at, "Its headers are shown, secrets too: ")
        for command_id, said in (
            ("delete", "Delete the webhook"),
            ("copy", "curl"),
            ("drafts", "No draft."),
            ("credentials", "Another token for profile loja"),
            ("help", "closes this"),
            ("requests", "Copy as curl"),
        ):
            await at.press(*own(command_id))
            await tells_no_lie(at, said)
            closes = "close" if command_id in ("drafts", "help", "requests") else "dialog.close"
            await at.press(*own(closes))
            await at.loses(said)
        await at.press("ctrl+c")
        await at.hears("quits.")
        await tells_no_lie(at)


async def test_an_instance_without_a_webhook_and_a_deletion_that_is_not_known() -> None:
    async with terminal(keys=OWN, loaded=False) as at:
        at.cable.answer = listing(record("loja", webhooks=[]))
        await at.sees("1 instance")
        await tells_no_lie(at, "No webhook.", "makes one.")
        await at.press(*own("edit"))
        await tells_no_lie(at, "loja has no webhook to edit.")
    async with terminal(keys=OWN) as at:
        await at.press(*own("delete"))
        await at.sees("Delete the webhook")
        at.cable.cut = True
        await at.press("d")
        await tells_no_lie(at, "Not deleted.")


async def test_the_editor_and_the_ends_of_a_save() -> None:
    async with terminal(keys=OWN, size=(120, 40)) as at:
        await edit(at)
        await at.press("x")
        for status, said in ((401, "then the save goes on."), (500, "Your changes are kept.")):
            at.cable.answer = refusing(status, "no")
            await at.press(*own("save"))
            await tells_no_lie(at, f"answered {status}", said)
        at.cable.answer = lambda _: None
        at.cable.hold()
        await at.press(*own("save"))
        await at.sees("saving…")
        await at.press(*own("back"))
        await tells_no_lie(at, "You stopped waiting: nothing was written.", "saves them.")
        await at.press(*own("reread"))
        await at.sees("reading…")
        await at.press(*own("back"))
        await tells_no_lie(at, "You stopped waiting: nothing was read.", "reads again.")
        at.cable.release()
        await at.press(*own("back"))
        await tells_no_lie(at, "crm has 1 unsaved change.", "goes back")
        await at.press(*own("dialog.close", "review"))
        await tells_no_lie(at, "The request")


async def test_flags_and_a_conflict() -> None:
    async with terminal(keys=OWN, size=(120, 40)) as at:
        await edit(at)
        await at.press("x", *own("focus.next", "focus.next", "focus.next"))
        await tells_no_lie(at, "all", "none", "invert", "undo")
        change(at.sandbox, name="theirs")
        await at.press(*own("reread"))
        await tells_no_lie(at, "Changed on the server too. Choose which value to keep")
        await at.press(*own("conflict.save"))
        await tells_no_lie(at, "1 field not decided: ")
        await at.press(*own("conflict.mine"))
        await tells_no_lie(at, "Everything is decided: ", "goes on editing.")
        await at.press(*own("conflict.save"))
        await tells_no_lie(at, "Decided. Nothing is saved yet; ")


async def test_the_first_start() -> None:
    with open_sandbox() as sandbox:
        app = HookboardApp(lambda: None, keys=OWN)
        async with started(app, sandbox, Cable(sandbox.app)) as at:
            await tells_no_lie(at, "Connect to a server")
            for command_id, said in (
                ("profiles", "Connect first, or leave with "),
                ("credentials", "A token cannot be given yet"),
                ("requests", "Nothing was sent yet"),
            ):
                await at.press(*own(command_id))
                await tells_no_lie(at, said)


async def test_drafts(desk: Desk) -> None:
    await desk.leave_draft()
    async with terminal(desk.sandbox(), keys=OWN, drafts=Drafts(desk.folder)) as at:
        await at.press(*own("drafts"))
        await tells_no_lie(at, "Saved drafts", "1 draft")
        await at.press(*own("drafts.discard"))
        await tells_no_lie(at, "Discard the draft of ")


HOSTILE = "{save} {credentials} {0} {}"


async def test_braces_in_a_servers_text_are_shown_as_received() -> None:
    def refuse(request: Request) -> Response | None:
        body = {"statusCode": 500, "error": "Error", "message": [HOSTILE]}
        return JSONResponse(body, 500) if request.method == "PUT" else None

    async with terminal(size=(120, 40)) as at:
        await at.edit()
        at.cable.answer = refuse
        await at.retype(HOSTILE)
        await at.press("ctrl+s")
        await at.sees(f"The server says: “{HOSTILE}”", "^s tries again.")
        change(at.sandbox, hook(at.sandbox), name="{reread}")
        await at.press("ctrl+r")
        await at.sees("{reread}", HOSTILE)


async def test_on_typing_screens_hints_name_a_key_that_types_nothing() -> None:
    async with terminal(keys={"reread": "R,f5"}) as at:
        await at.edit()
        banner = at.app.screen.query_one(Banner)
        banner.say("warning", Sentence("{reread} reads again."))
        assert banner.sentences == ("F5 reads again.",)


async def test_a_message_already_in_the_corner_is_not_repeated() -> None:
    async with terminal() as at:
        for _ in range(3):
            await at.press("ctrl+c")
        assert at.toasts == ["^q quits."]
        at.app.say("Something else.")
        await at.hears("Something else.")
