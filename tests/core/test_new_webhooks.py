"""Creating a webhook on CodeChat v2: exactly one, with the flags of its form."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any, get_args

import httpx
import pytest

from tests.support import Wire, instances, sandbox_server, sandbox_wire, server_at
from tui.api.adapters.codechat_v2 import CodeChatV2
from tui.api.errors import NoAnswer, Refused
from tui.core.edit import Edit
from tui.core.edit_session import EditSession
from tui.core.save import save
from tui.core.save_result import Objection, Outcome, SaveResult
from tui.core.store import Store
from tui.messages.save_report import report
from tui.model.instance import Instance
from tui.model.webhook import Values, Webhook
from tui.sandbox.codechat_v2.bodies import FlagMode
from tui.sandbox.codechat_v2.server import open_sandbox

MODES: tuple[FlagMode, ...] = get_args(FlagMode)
URL = "https://new.example/in"
OFF = ("presenceUpdate", "newJwt")
LATE = httpx.ReadTimeout("late")


@dataclass
class Form:
    """The form of a new webhook of an instance of the sandbox."""

    wire: Wire
    server: CodeChatV2
    others: CodeChatV2
    instance: Instance
    blank: Webhook

    def filled(self, name: str = "new", *off: str, **fields: Any) -> Values:
        flags = {flag: flag not in off for flag in self.blank.flags}
        return replace(self.blank.values, name=name, url=URL, flags=flags, **fields)

    async def save(self, values: Values) -> SaveResult:
        self.wire.requests.clear()
        return await save(self.server, self.instance, self.blank, values)

    async def made(self, name: str = "new") -> list[Webhook]:
        """Return the webhooks of that name, as another user reads them."""
        found = await self.others.webhooks(self.instance)
        return [one for one in found if one.name == name]


@pytest.fixture(params=MODES)
async def form(request: pytest.FixtureRequest) -> AsyncIterator[Form]:
    with open_sandbox(flags=request.param) as sandbox:
        wire = sandbox_wire(sandbox)
        server = sandbox_server(sandbox, wire)
        others = sandbox_server(sandbox, sandbox_wire(sandbox))
        instance = (await instances(server))["loja-norte"]
        yield Form(wire, server, others, instance, server.blank(instance))


@pytest.mark.parametrize("enabled", [True, False])
async def test_a_webhook_is_created_with_the_flags_of_its_form(form: Form, enabled: bool) -> None:
    values = form.filled("new", *OFF, enabled=enabled)
    result = await form.save(values)
    assert (result.outcome, result.missing, result.unrequested) == (Outcome.SAVED, (), ())
    (made,) = await form.made()
    assert result.webhook is not None
    assert (result.webhook.id, result.webhook.values) == (made.id, made.values)
    assert (made.name, made.url, made.enabled) == ("new", URL, enabled)
    assert {flag for flag, on in made.flags.items() if not on} == set(OFF)
    assert form.wire.methods.count("POST") == 1
    assert "WebhookEvents" not in form.wire.bodies("POST")[0]
    said = report(result, 4)
    assert said is not None
    assert said.severity == "success"


async def test_with_every_flag_on_one_request_creates_it(form: Form) -> None:
    assert (await form.save(form.filled())).outcome is Outcome.SAVED
    assert form.wire.methods[:2] == ["GET", "POST"]
    assert not {"PUT", "PATCH"} & set(form.wire.methods)
    (made,) = await form.made()
    assert all(made.flags.values())


async def test_the_next_save_changes_it_and_creates_no_other(form: Form) -> None:
    result = await form.save(form.filled("new", *OFF))
    assert result.webhook is not None
    form.blank = result.webhook
    values = replace(form.blank.values, url="https://other.example")
    assert (await form.save(values)).outcome is Outcome.SAVED
    (made,) = await form.made()
    assert made.url == "https://other.example"


@pytest.mark.parametrize(
    "answer", [LATE, *map(httpx.Response, (201, 302, 400, 401, 403, 404, 409, 429, 500))], ids=repr
)
async def test_a_webhook_whose_answer_is_lost_is_found_by_name_and_url(
    form: Form, answer: httpx.Response | Exception
) -> None:
    form.wire.fail("POST", answer, applied=True)
    result = await form.save(form.filled())
    assert result.outcome is Outcome.SAVED_AFTER_ALL
    (made,) = await form.made()
    assert result.webhook is not None
    assert (result.webhook.id, result.webhook.is_new) == (made.id, False)


async def test_a_webhook_whose_answer_is_lost_is_completed_by_the_next_save(form: Form) -> None:
    form.wire.fail("POST", LATE, applied=True)
    edit = Edit(form.blank, form.filled("new", *OFF))
    editing = EditSession(form.server, Store(), form.instance, edit)
    result = await editing.save()
    assert result is not None
    assert result.outcome is Outcome.PARTLY
    assert {change.key for change in result.missing} == set(OFF)
    assert {change.key for change in edit.changes} == set(OFF)
    result = await editing.save()
    assert result is not None
    assert result.outcome is Outcome.SAVED
    (made,) = await form.made()
    assert {flag for flag, on in made.flags.items() if not on} == set(OFF)


async def test_a_webhook_that_was_not_created_can_be_saved_again(form: Form) -> None:
    form.wire.fail("POST", LATE)
    result = await form.save(form.filled())
    assert result.outcome is Outcome.NOT_SAVED
    assert isinstance(result.error, NoAnswer)
    assert result.webhook is not None
    assert result.webhook.is_new
    assert await form.made() == []
    assert (await form.save(form.filled())).outcome is Outcome.SAVED
    assert len(await form.made()) == 1


@pytest.mark.parametrize("answer", [LATE, *map(httpx.Response, (400, 401, 404, 429))], ids=repr)
async def test_saving_again_after_an_unknown_outcome_creates_no_second(
    form: Form, answer: httpx.Response | Exception
) -> None:
    form.wire.fail("POST", answer, applied=True)
    form.wire.fail("GET", None, *[httpx.ConnectTimeout("late")] * 3)
    result = await form.save(form.filled())
    assert (result.outcome, result.webhook) == (Outcome.UNKNOWN, None)
    form.wire.mend()
    again = await form.save(form.filled())
    assert (again.outcome, again.objection) == (Outcome.INVALID, Objection.EXISTS)
    assert len(await form.made()) == 1


async def test_another_webhook_of_the_same_name_or_the_same_url_may_be_created(form: Form) -> None:
    await form.save(form.filled())
    other = replace(form.filled(), url="https://other.example")
    assert (await form.save(other)).outcome is Outcome.SAVED
    assert (await form.save(form.filled("other"))).outcome is Outcome.SAVED
    assert len(await form.made()) == 2


async def test_a_webhook_that_others_create_at_the_same_time_is_not_mistaken_for_it(
    form: Form,
) -> None:
    theirs = form.others.blank(form.instance)
    results = await asyncio.gather(
        form.save(form.filled("mine", *OFF)),
        save(form.others, form.instance, theirs, form.filled("theirs")),
    )
    assert [result.outcome for result in results] == [Outcome.SAVED] * 2
    (mine,), (other,) = await form.made("mine"), await form.made("theirs")
    assert results[0].webhook is not None
    assert results[0].webhook.id == mine.id
    assert all(other.flags.values())


async def test_a_webhook_that_others_created_is_not_mistaken_for_a_lost_one(form: Form) -> None:
    await save(form.others, form.instance, form.blank, form.filled("theirs"))
    form.wire.fail("POST", LATE)
    result = await form.save(form.filled("mine"))
    assert result.outcome is Outcome.NOT_SAVED
    (theirs,) = await form.made("theirs")
    assert all(theirs.flags.values())


async def test_a_refusal_of_the_server_has_the_field(form: Form) -> None:
    result = await form.save(replace(form.filled(), url="https://a.example:0/"))
    assert result.outcome is Outcome.REFUSED
    assert isinstance(result.error, Refused)
    assert "url" in result.error.fields
    assert result.webhook is not None
    assert result.webhook.is_new


async def test_flags_that_were_not_stored_are_missing_and_the_webhook_exists(form: Form) -> None:
    form.wire.fail("PUT", httpx.Response(500), httpx.Response(500))
    form.wire.fail("PATCH", httpx.Response(500), httpx.Response(500))
    result = await form.save(form.filled("new", *OFF))
    assert result.outcome is Outcome.PARTLY
    assert {change.key for change in result.missing} == set(OFF)
    assert result.webhook is not None
    (made,) = await form.made()
    assert result.webhook.id == made.id


@pytest.mark.parametrize("values", [{"name": ""}, {"url": ""}, {"url": "ftp://a.example"}])
async def test_an_empty_form_is_not_sent(form: Form, values: dict[str, str]) -> None:
    result = await form.save(replace(form.filled(), **values))  # type: ignore[arg-type]
    assert (result.outcome, form.wire.methods) == (Outcome.INVALID, [])


LOJA = Instance("i1", "loja")


@pytest.mark.parametrize("events", [None, {}, {"newJwt": False}])
async def test_a_server_that_begins_with_other_flags_is_no_conflict(
    events: dict[str, bool] | None,
) -> None:
    record: dict[str, Any] = {}

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "GET" and request.url.path.endswith("/w1"):
            return httpx.Response(200, json=record)
        if request.method == "GET":
            return httpx.Response(200, json=[record] if record else [])
        if request.method != "POST":
            return httpx.Response(404, json={"message": "Cannot PATCH"})
        made = {"webhookId": "w1", "name": "new", "url": URL, "enabled": True}
        record.update(made, **({} if events is None else {"WebhookEvents": events}))
        return httpx.Response(201, json=record)

    server = server_at(httpx.MockTransport(answer))
    blank = server.blank(LOJA)
    flags = {**blank.flags, "presenceUpdate": False}
    values = replace(blank.values, name="new", url=URL, flags=flags)
    result = await save(server, LOJA, blank, values)
    assert result.outcome is Outcome.PARTLY
    assert (result.contested, result.restored, result.unrequested) == ((), (), ())
    assert result.webhook is not None
    assert result.webhook.id == "w1"
    assert "presenceUpdate" in {change.key for change in result.missing}
