"""The review: the request that would be sent, with secrets masked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.app.support import change, hook, terminal
from tests.support import hook as webhook
from tui.api.adapters.evolution_v2 import EvolutionV2
from tui.api.port import Preview
from tui.app.screens.review import ReviewScreen
from tui.core.edit import Edit
from tui.model.place import Place
from tui.model.secret import Secret
from tui.sandbox.codechat_v2.server import open_sandbox


async def test_it_lists_old_and_new_and_the_request_with_secrets_masked() -> None:
    async with terminal(size=(120, 60)) as at:
        jwt = at.sandbox.instance_jwt(hook(at.sandbox).instance_id)
        await at.edit()
        await at.press("x", "tab")
        await at.retype("https://crm.loja.com.br/v2")
        await at.press("tab", "space", "tab", "space", "f3")
        await at.sees("loja · loja-norte › crm · sandbox.test", "4 changes, not saved")
        assert at.row("   name").split() == ["name", "crm"]
        assert "→ crmx" in at.picture
        await at.sees("https://crm.loja.com.br/hooks/whatsapp/entrada → https://crm.loja.com.br/v2")
        await at.sees("enabled on → off", "messagesSet on → off")
        first = hook(at.sandbox)
        path = f"/api/v2/instance/{first.instance_id}/webhook/{first.id}"
        await at.sees(f"PUT http://sandbox.test{path}", "Authorization: Bearer ••••")
        await at.sees('"name": "crmx"', '"enabled": false', '"messagesSet": false')
        await at.sees('"authorization": ••••', '"x-team": "vendas"')
        for secret in (jwt, at.sandbox.token, "aurora-crm-7c1d40", "webhookEventsId"):
            assert secret not in at.picture


async def test_without_changes_it_says_that_a_save_would_send_nothing() -> None:
    async with terminal() as at:
        await at.edit()
        await at.press("f3")
        await at.sees("No changes: a save would send nothing.")


async def test_it_saves_what_it_shows() -> None:
    async with terminal() as at:
        await at.edit()
        await at.press("x", "f3")
        await at.sees("crmx")
        await at.press("ctrl+s")
        await at.sees("Saved 1 change.", "Flags")
        assert hook(at.sandbox).name == "crmx"


async def test_escape_goes_back_to_the_form_as_it_was() -> None:
    async with terminal() as at:
        await at.edit()
        await at.press("x", "tab", "f3", "escape")
        await at.sees("1 change, not saved", "Flags")
        await at.stands_on("url")
        assert at.cable.sent("PUT") == []


async def test_it_is_copied_as_a_curl_command_without_secrets() -> None:
    async with terminal() as at:
        await at.edit()
        await at.press("x", "f3", "y")
        await at.hears("the curl command, secrets masked")
        command = at.app.clipboard
        assert command.startswith("curl -X PUT http://sandbox.test/api/v2/instance/")
        assert "Bearer ••••" in command
        assert '"name": "crmx"' in command
        assert "aurora-crm-7c1d40" not in command
        assert at.sandbox.token not in command


async def test_a_long_request_can_be_scrolled() -> None:
    async with terminal() as at:
        await at.edit()
        await at.press("f3")
        await at.sees("The request")
        assert '"newJwt"' not in at.picture
        await at.press("end")
        await at.sees('"newJwt": false')


async def test_long_values_are_cut_to_where_they_differ() -> None:
    sandbox = open_sandbox()
    start = "https://crm.loja.com.br/" + "hooks/" * 20
    change(sandbox, url=start + "entrada")
    async with terminal(sandbox) as at:
        await at.edit()
        await at.press("tab")
        await at.retype(start + "saída")
        await at.press("f3")
        await at.sees("The request")
        old, new = at.rows[2:4]
        assert old.split()[0] == "URL"
        assert old.split()[1].startswith("…")
        assert old.endswith("/hooks/entrada")
        assert new.split()[1].startswith("…")
        assert new.endswith("/hooks/saída")


@pytest.mark.parametrize(
    "before, said",
    [
        (True, EvolutionV2.capabilities.off_forgets),
        (False, "It is turned on with 2 flags; the server stores none while it is off."),
    ],
)
async def test_where_a_server_forgets_flags_it_says_what_happens_to_them(
    before: bool, said: str
) -> None:
    edit = Edit.of(webhook(enabled=before), EvolutionV2.capabilities)
    edit.set(enabled=not before)
    request = Preview("POST", "http://sandbox.test", (), "{}", Secret("curl"))
    async with terminal() as at:
        at.app.push_screen(ReviewScreen(Place("loja"), (), edit, request))
        await at.sees("enabled", said, "The request")
        at.app.pop_screen()
        elsewhere = replace(edit, capabilities=replace(edit.capabilities, off_forgets=""))
        at.app.push_screen(ReviewScreen(Place("loja"), (), elsewhere, request))
        await at.sees("enabled", "The request")
        assert said[:20] not in at.words


@pytest.mark.parametrize(
    "url, shown, words",
    [
        ("crm.example/in", "→ crm.example/in", "the URL must begin with http:// or https://"),
        ("https://crm.example/in ", "→ https://crm.example/in·", "must not have white space"),
        ("https://crm.example/a b", "→ https://crm.example/a·b", "must not have white space"),
        ("https://https://crm.example", "→ https://https://", "begins with two schemes"),
    ],
)
async def test_errors_are_listed_before_the_request(url: str, shown: str, words: str) -> None:
    async with terminal(size=(120, 60)) as at:
        await at.edit()
        await at.press("tab", "end", "ctrl+u", *url)
        await at.press("f3")
        await at.sees("✗ A save would be refused here, and send nothing:", words)
        assert shown.replace("→ ", "") in at.picture
        await at.press("ctrl+s")
        await at.stands_on("url")
        assert at.cable.sent("PUT") == []


async def test_warnings_are_listed_beside_the_request() -> None:
    async with terminal(size=(120, 60)) as at:
        await at.edit()
        await at.press("end", "ctrl+u", *" crm  2 ", "tab")
        await at.retype("https://n8n.example/webhook-test/x")
        await at.press("f3")
        await at.sees("! /webhook-test/ is n8n's test address", "→ ·crm··2·")
        assert "would be refused" not in at.picture
