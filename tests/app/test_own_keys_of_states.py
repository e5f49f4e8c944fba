"""Commands on other keys: servers, drafts, questions, saves, slow reads and the palette."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.api.rate_limit import Rate
from tests.app.desk import Desk
from tests.app.kinds import board
from tests.app.office import Office
from tests.app.own_keys import DEFAULTS, OWN, edit, own, tells_no_lie
from tests.app.support import URL, Terminal, change, refusing, terminal
from tui.sandbox.codechat_v2.server import open_sandbox
from tui.sandbox.evolution_v2.server import open_evolution_v2
from tui.storage.drafts import Drafts


async def test_the_list_of_servers(office: Office) -> None:
    office.write(office.profile("loja"), office.profile("filial", command="false"))
    async with office.start(keys=OWN, size=(120, 40)) as at:
        await at.press(*own("profiles"))
        await tells_no_lie(at, "2 servers", "not opened yet")
        at.row_list("#servers").move_to_key("filial")
        await at.press(*own("profiles.open"))
        await tells_no_lie(at, "filial could not be opened:")
        await at.press(*own("close"))
        office.config.unlink()
        await at.press(*own("profiles"))
        await tells_no_lie(at, "No server is saved in", "connects to one and saves it")


async def test_quitting_with_an_edit_open_on_another_server(office: Office) -> None:
    async with office.start(keys=OWN) as at:
        await edit(at)
        await at.press("x", *own("profiles"))
        await at.sees("2 servers")
        at.row_list("#servers").move_to_key("filial")
        await at.press(*own("profiles.open"))
        await tells_no_lie(at, "3 instances")
        await at.press(*own("quit"))
        await tells_no_lie(at, "crm has 1 unsaved change.", "goes back")


async def test_the_question_before_a_save_in_production(office: Office) -> None:
    async with office.start(keys=OWN, production=True, size=(120, 40)) as at:
        await edit(at)
        await at.press("x", *own("focus.next", "focus.next", "focus.next", "flag.none", "save"))
        await tells_no_lie(at, "in PRODUCTION (profile loja)?", "nothing will be sent to it")


async def test_a_draft_of_a_webhook_that_is_gone(desk: Desk) -> None:
    async with desk.start() as at:
        instance = at.store[at.store.visible[0]]
        webhook = replace((instance.webhooks or ())[0], id="w-gone")
        draft = Drafts(desk.folder).begin(URL, instance, webhook)
        draft.note(webhook.values, replace(webhook.values, name="crmx"))
        draft.leave()
    async with desk.start(OWN) as at:
        await at.sees("1 draft")
        await at.press(*own("drafts"))
        await tells_no_lie(at, "gone from the server")
        await at.press(*own("drafts.open"))
        await tells_no_lie(at, "is gone from the server", "copies")


async def test_a_draft_that_is_open_elsewhere(desk: Desk) -> None:
    async with desk.start() as other:
        await desk.typed(other, "x")
        async with desk.start(OWN) as at:
            await at.sees("1 elsewhere")
            await at.press(*own("drafts"))
            await tells_no_lie(at, "open elsewhere")
            await at.press(*own("drafts.open"))
            await tells_no_lie(at, "Another Hookboard on this machine has", "copies")


async def test_a_draft_that_is_offered(desk: Desk) -> None:
    await desk.leave_draft()
    async with desk.start(OWN) as at:
        await at.press(*own("edit"))
        await tells_no_lie(at, "has a draft with")


async def test_a_save_that_ends_partly() -> None:
    async with terminal(open_sandbox(flags="patch"), keys=OWN) as at:
        await edit(at)
        at.cable.answer = refusing(500, "no", method="PATCH")
        await at.press("x", *own("focus.next", "focus.next", "focus.next", "flag.toggle", "save"))
        await tells_no_lie(at, "Details saved; 1 flag not: messagesSet.")


@pytest.mark.parametrize("stored", [True, False])
async def test_a_save_whose_end_is_unknown(stored: bool) -> None:
    async with terminal(keys=OWN, size=(120, 40)) as at:
        await edit(at)
        await unknown_save(at)
        await tells_no_lie(at, "it is not known whether this was saved.")
        at.cable.answer = lambda _: None
        at.cable.pass_on()
        if stored:
            change(at.sandbox, name="crmx")
        await at.press(*own("reread"))
        said = "It was saved after all" if stored else "The server did not store: name."
        await tells_no_lie(at, said)


async def unknown_save(at: Terminal) -> None:
    """Stop waiting for a save while its write is held."""

    def hold_the_write(request: Request) -> None:
        if request.method == "GET":
            at.cable.hold()

    at.cable.answer = hold_the_write
    await at.press("x", *own("save"))
    await at.until(lambda: at.cable.sent("PUT"), "it is being written")
    await at.press(*own("back"))


async def test_a_save_of_which_nothing_can_be_read_back() -> None:
    async with terminal(keys=OWN, size=(120, 40)) as at:
        await edit(at)

        def fail_after_the_write(request: Request) -> Response | None:
            written = at.cable.sent("PUT")
            return JSONResponse({"message": "proxy gave up"}, 504) if written else None

        at.cable.answer = fail_after_the_write
        await at.press("x", *own("save"))
        await tells_no_lie(at, "not known whether")


async def test_reads_that_are_slowed() -> None:
    with open_evolution_v2(instances=60) as evolution:
        cast(Any, evolution).app = Rate(evolution.app, rate=5)
        async with board(evolution, whole=False, keys=OWN) as at:
            await tells_no_lie(at, "takes fewer requests at once", "more slowly")
            await at.press(*own("dashboard.back"))
            await tells_no_lie(at, "You stopped waiting: not every webhook was read.")


async def test_a_server_with_one_webhook_for_each_instance() -> None:
    with open_evolution_v2() as evolution:
        async with board(evolution, keys=OWN) as at:
            await at.press(*own("new"))
            await tells_no_lie(at, "and can have only one.")


async def test_the_palette_names_the_keys_as_they_are_bound() -> None:
    async with terminal(keys=OWN, size=(120, 60)) as at:
        for keys in ((), own("edit")):
            await at.press(*keys, *own("commands"))
            await tells_no_lie(at, "Servers (")
            assert [key for key in DEFAULTS if f"({key})" in at.words] == []
            await at.press("escape")
            await at.loses("Servers (")
