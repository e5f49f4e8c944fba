"""The form: fields, marks and counts, and the errors and warnings before anything is sent."""

from __future__ import annotations

from tests.app.support import change, hook, terminal
from tui.sandbox.codechat_v2.server import open_sandbox


async def test_it_opens_on_the_name_and_tab_goes_round_the_form() -> None:
    async with terminal() as at:
        await at.edit()
        order = ["name", "url", "enabled", "FlagGrid"]
        seen = [at.focused]
        for _ in range(4):
            await at.press("tab")
            seen.append(at.focused)
        assert seen == [*order, "name"]
        await at.press("shift+tab")
        await at.stands_on("FlagGrid")


async def test_it_shows_the_values_of_the_webhook() -> None:
    async with terminal() as at:
        await at.edit("loja-sul", 1)
        await at.sees("loja · loja-sul › auditoria · sandbox.test", "Flags 3/20 on", "no changes")
        assert at.row("Name").split() == ["▸", "Name", "auditoria"]
        assert at.row("URL").split() == ["URL", "https://audit.loja.com.br/in"]
        assert at.row("Enabled").split() == ["Enabled", "[", "]", "off"]


async def test_every_changed_field_is_marked_and_counted_and_unmarked_when_put_back() -> None:
    async with terminal() as at:
        await at.edit()
        await at.press("x", "tab", "y", "tab", "space")
        assert at.row("Name").startswith(" * Name")
        assert at.row("URL").startswith(" * URL")
        assert at.row("Enabled").startswith("▸* Enabled")
        assert "3 changes, not saved" in at.top
        await at.press("space", "shift+tab", "backspace", "shift+tab", "backspace")
        assert at.top.endswith("no changes")
        assert "*" not in at.picture


async def test_letters_that_are_commands_elsewhere_are_typed_into_the_fields() -> None:
    async with terminal() as at:
        await at.edit()
        await at.retype("")
        await at.press(*"qanirey?", "slash")
        assert at.field("name").value == "qanirey?/"


async def test_an_empty_name_and_a_url_without_scheme_are_reported_beside_their_fields() -> None:
    async with terminal() as at:
        await at.edit()
        await at.retype("   ")
        await at.press("tab")
        await at.retype("crm.loja.com.br/hooks/v2")
        await at.press("tab", "tab", "ctrl+s")
        assert "the name must not be empty" in at.field("name").message
        assert "the URL must begin with http:// or https://" in at.field("url").message
        await at.stands_on("name")
        assert at.cable.sent("PUT") == []


async def test_a_wrong_url_is_reported_and_focused_until_it_is_changed() -> None:
    async with terminal() as at:
        await at.edit()
        for url, said in {
            "": "the URL must not be empty",
            "ftp://files.example.com": "the scheme ftp:// is not supported",
            "https://": "the URL names no host",
            "https://a b.example.com": "must not have white space",
            "https://example.com:99999/": "the URL is not well-formed",
            "https://example.com/" + "x" * 500: "the URL has 520 characters; at most 500",
        }.items():
            at.field("url").input.focus()
            await at.retype(url)
            await at.press("tab", "ctrl+s")
            await at.sees(said)
            await at.stands_on("url")
            await at.press("x")
            assert at.field("url").message == ""
        assert at.cable.sent("PUT") == []


async def test_a_doubtful_url_is_saved_with_a_warning() -> None:
    async with terminal() as at:
        await at.edit()
        await at.press("tab")
        for url, said in {
            "http://crm.loja.com.br/in": "http to a public host",
            "http://localhost:3000/in": "localhost is the server's own machine",
            "https://user:pass@crm.loja.com.br/in": "credentials in the URL",
            "https://n8n.loja.com.br/webhook-test/x": "n8n's test address",
        }.items():
            await at.retype(url)
            await at.press("ctrl+s")
            await at.sees("Saved 1 change.", "no changes")
            assert hook(at.sandbox).url == url
            assert said in at.field("url").message


async def test_a_host_in_a_private_network_gives_no_warning() -> None:
    async with terminal() as at:
        await at.edit()
        await at.press("tab")
        await at.retype("http://n8n:5678/webhook/x")
        await at.press("ctrl+s")
        await at.sees("Saved 1 change.")
        assert at.field("url").message == ""


async def test_a_faulty_value_on_the_server_does_not_stop_another_change() -> None:
    sandbox = open_sandbox()
    change(sandbox, url="not a url")
    async with terminal(sandbox) as at:
        await at.edit()
        await at.press("tab", "tab", "space", "ctrl+s")
        await at.until(lambda: at.cable.sent("PUT"), "the save was sent")
        await at.sees("url must be a URL address")


async def test_enabled_with_no_flag_on_is_asked_about_and_e_goes_on_editing() -> None:
    async with terminal() as at:
        await at.edit()
        await at.press("tab", "tab", "tab", "n", "ctrl+s")
        await at.sees("It is enabled with no flag on: nothing will be sent to it.")
        await at.press("e")
        await at.sees("18 changes, not saved")
        assert at.cable.sent("PUT") == []
        await at.press("ctrl+s", "escape")
        await at.sees("18 changes, not saved")
        assert at.cable.sent("PUT") == []


async def test_enabled_with_no_flag_on_is_saved_when_confirmed() -> None:
    async with terminal() as at:
        await at.edit()
        await at.press("tab", "tab", "tab", "n", "ctrl+s", "s")
        await at.sees("Saved 18 changes.")
        assert not any(hook(at.sandbox).flags.values())


async def test_the_cursor_reaches_both_ends_of_a_long_value() -> None:
    sandbox = open_sandbox()
    change(sandbox, name="n" * 200)
    async with terminal(sandbox) as at:
        await at.edit()
        await at.press("end", "E", "home", "S")
        assert at.field("name").value == "S" + "n" * 200 + "E"
        assert at.row("Name").split()[-1].startswith("Snnn")
