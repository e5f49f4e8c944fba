"""Answers with a value of the wrong type at every position, one after the other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.robustness.faults.person import INSIDE, Person, sitting
from tests.robustness.faults.service import Service, Tamper
from tests.robustness.faults.table import TABLE
from tests.support import instances, sandbox_server, sandbox_wire, server_at
from tui.api.errors import ApiError
from tui.app.screens.conflict import ConflictScreen
from tui.model.instance import Instance
from tui.model.webhook import Values, Webhook
from tui.sandbox.codechat_v2.server import Sandbox, open_sandbox

WRONG: tuple[Any, ...] = (None, True, 7, -1.5e300, "", "text", [], [[]], {}, {"a": None})
Place = tuple[str | int, ...]


def places(value: Any, here: Place = ()) -> Iterator[Place]:
    """Iterate over every position in a JSON value, the whole first."""
    yield here
    match value:
        case dict():
            for key, inner in value.items():
                yield from places(inner, (*here, key))
        case list():
            for index, inner in enumerate(value[:1]):
                yield from places(inner, (*here, index))


def put(value: Any, place: Place, wrong: Any) -> Any:
    """Return the value with ``wrong`` at one position."""
    if not place:
        return wrong
    changed = deepcopy(value)
    inner = changed
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = wrong
    return changed


def without_flags(found: list[Place]) -> list[Place]:
    """Leave out all flags but the first two: the same code reads them."""
    flags = [place for place in found if len(place) > 1 and place[-2] == "WebhookEvents"]
    return [place for place in found if place not in flags[2:]]


class Saying(httpx.AsyncBaseTransport):
    """A server that answers every request with the same body."""

    def __init__(self, content: Any) -> None:
        self._content = json.dumps(content).encode()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=self._content)


async def answers() -> tuple[dict[str, Any], Instance, Webhook]:
    """Return a server's answer to each operation, with its instance and webhook."""
    with open_sandbox(instances=1) as sandbox:
        wire = sandbox_wire(sandbox)
        server = sandbox_server(sandbox, wire)
        (instance,) = (await instances(server)).values()
        assert instance.webhooks
        webhook = instance.webhooks[0]
        said: dict[str, Any] = {}
        for name, path in (("webhooks", "webhook"), ("webhook", f"webhook/{webhook.id}")):
            said[name] = await _body(sandbox, "GET", f"instance/{instance.id}/{path}")
        said["list"] = await _body(
            sandbox, "POST", f"business/{sandbox.business_id}/instance/search"
        )
        return said, instance, webhook


async def _body(sandbox: Sandbox, method: str, path: str) -> Any:
    transport = httpx.ASGITransport(sandbox.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox.test") as client:
        headers = {"authorization": f"Bearer {sandbox.token}"}
        answer = await client.request(method, f"/api/v2/{path}", headers=headers, json={})
        return answer.raise_for_status().json()


async def ask(
    operation: str, content: Any, instance: Instance, webhook: Webhook
) -> ApiError | None:
    """Ask a server that answers with ``content``, and return the error."""
    server = server_at(Saying(content))
    values = Values("new", webhook.url, webhook.enabled, webhook.flags)
    try:
        match operation:
            case "list":
                assert [page async for page in server.instances()]
            case "webhooks":
                await server.webhooks(instance)
            case "webhook":
                await server.webhook(instance, webhook.id)
            case "update":
                await server.update(instance, webhook, values)
            case "flags":
                await server.update_flags(instance, webhook.id, {"newJwt": True})
    except ApiError as error:
        return error
    return None


@pytest.mark.parametrize("operation", ["list", "webhooks", "webhook", "update", "flags"])
async def test_a_wrong_type_anywhere_is_read_or_reported(operation: str) -> None:
    said, instance, webhook = await answers()
    right = said.get(operation, said["webhook"])
    tried = 0
    for place in places(right):
        for wrong in WRONG:
            error = await ask(operation, put(right, place, wrong), instance, webhook)
            assert error is None or (error.what and error.to_do)
            tried += 1
    assert tried > 100


@pytest.mark.parametrize("operation", ["webhook", "update"])
async def test_another_webhook_than_the_requested_one_is_refused(operation: str) -> None:
    said, instance, webhook = await answers()
    other = {**said["webhook"], "webhookId": "another"}
    error = await ask(operation, other, instance, webhook)
    assert error is not None
    assert "with another webhook than was asked for" in error.what
    assert error.applied_unknown


# at the program


def tampering(place: Place, wrong: Any) -> Tamper:
    return lambda content: json.dumps(put(json.loads(content), place, wrong)).encode()


async def settled(person: Person, group: str) -> None:
    """Wait for an operation, and close the conflict that it may lead to."""
    at = person.at

    def conflict() -> bool:
        return isinstance(at.app.screen, ConflictScreen)

    await at.until(lambda: conflict() or not at.working(group), f"{group} ended")
    if conflict():
        await at.press("escape")
        await at.until(lambda: not at.working(group), f"{group} ended")
    await at.settle()
    assert INSIDE not in " ".join(person.banner.sentences)


async def test_the_program_survives_a_wrong_type_anywhere(drafts_folder: Path) -> None:
    said, _, _ = await answers()
    of_list, of_one = (without_flags([*places(said[one])]) for one in ("list", "webhook"))
    row = TABLE.row(f"wrong types at {len(of_list)} + {len(of_one)} positions")
    row.skipped |= {"escape", "save"}
    row.says = "(all ended in a sentence, or were read)"
    async with sitting(Service, drafts_folder) as person:
        at, service, wrongs = person.at, person.service, cycle(WRONG)
        async with person.watched(row, "list"):
            for place in of_list:
                service.method, service.tamper = "POST", tampering(place, next(wrongs))
                await at.press("r")
                await settled(person, "load")
        service.heal()
        await at.press("r")
        await at.until(lambda: "12 instances" in at.top, "the list is read")
        await at.until(lambda: not person.banner.sentences, "nothing is wrong with it")
        at.cable.requests.clear()
        await at.edit()
        await person.edits()
        async with person.watched(row, "read"):
            for place in of_one:
                service.method, service.tamper = "GET", tampering(place, next(wrongs))
                await at.press("ctrl+r")
                await settled(person, "reread")
                assert person.is_typed
        service.heal()
        await at.press("ctrl+r")
        await settled(person, "reread")
        await person.saves()
        async with person.watched(row, "carried out"):
            await save_through(person, of_one, wrongs)


async def save_through(person: Person, of_one: list[Place], wrongs: Iterator[Any]) -> None:
    """Save with each wrong answer in turn, and check that a reported save is stored."""
    at, service = person.at, person.service
    for number, place in enumerate(of_one):
        name = f"other {number}"
        await at.retype(name)
        service.method, service.tamper = "PUT", tampering(place, next(wrongs))
        await at.press("ctrl+s")
        await settled(person, "save")
        service.heal()
        assert at.field("name").value == name
        if person.banner.severity == "success":
            assert person.stored.name == name
        assert person.stored.name == name  # carried out, whatever the message
