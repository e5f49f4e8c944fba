"""Finding instances: the search, its pages and filters, the connected ones, one alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.sandbox_support import ask, business, flags_of, messages, of, record, search
from tui.sandbox.codechat_v2.server import Sandbox, open_sandbox


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with open_sandbox() as opened:
        yield opened


async def names(sandbox: Sandbox, **wanted: Any) -> list[str]:
    return [found["name"] for found in (await search(sandbox, **wanted))["records"]]


async def test_a_search_names_the_business_and_counts_its_instances(sandbox: Sandbox) -> None:
    answer = (await ask(sandbox, "POST", business(sandbox, "search"), {})).json()
    assert answer["businessId"] == sandbox.business_id
    assert answer["name"] == "Lojas Aurora"
    page = answer["BusinessPage"]
    assert (page["totalRecords"], page["totalPages"], page["currentPage"]) == (12, 1, 1)
    assert len(page["records"]) == 12


async def test_a_search_without_a_body_finds_everything(sandbox: Sandbox) -> None:
    answer = await ask(sandbox, "POST", business(sandbox, "search"))
    assert answer.json()["BusinessPage"]["totalRecords"] == 12


async def test_the_first_instance_is_the_one_in_the_documentation(sandbox: Sandbox) -> None:
    first = (await search(sandbox))["records"][0]
    assert (first["name"], first["connection"], first["state"]) == ("loja-norte", "open", "active")
    assert first["businessBusinessId"] == sandbox.business_id
    assert first["WhatsApp"]["remoteJid"].startswith("5511900")
    crm, other = first["Webhook"]
    assert crm["url"] == "https://crm.loja.com.br/hooks/whatsapp/entrada"
    assert crm["instanceInstanceId"] == first["instanceId"]
    assert crm["headers"].keys() == {"authorization", "x-team"}
    switches = flags_of(crm)
    assert (sum(switches.values()), len(switches)) == (18, 20)
    assert (other["name"], other["headers"]) == ("auditoria", None)


async def test_every_record_has_a_token_for_its_instance(sandbox: Sandbox) -> None:
    for found in (await search(sandbox))["records"]:
        answer = await ask(sandbox, "GET", of(found), token=found["Auth"]["jwt"])
        assert answer.json() == found


@pytest.mark.parametrize("count, size", [(0, 5), (1, 1), (10, 5), (11, 5), (120, 50)])
async def test_the_pages_hold_every_instance_once(count: int, size: int) -> None:
    with open_sandbox(instances=count, page_size=size) as sandbox:
        first = await search(sandbox)
        met = [found["instanceId"] for found in first["records"]]
        for number in range(2, first["totalPages"] + 1):
            page = await search(sandbox, page=number)
            assert page["currentPage"] == number
            met += [found["instanceId"] for found in page["records"]]
    assert first["totalRecords"] == len(met) == len(set(met)) == count


@pytest.mark.parametrize("page", [2, 10**6, 10**30])
async def test_a_page_after_the_last_is_empty_and_still_counts(sandbox: Sandbox, page: int) -> None:
    answer = await search(sandbox, page=page)
    assert (answer["records"], answer["totalRecords"]) == ([], 12)


@pytest.mark.parametrize(
    "wanted, expected",
    [
        ({"name": "loja-s"}, ["loja-sul"]),
        ({"name": "LOJA-SUL"}, ["loja-sul"]),
        ({"name": "DEPÓSITO"}, ["depósito"]),
        ({"name": "100%"}, []),
        ({"state": "inactive"}, ["loja-campinas"]),
        ({"state": "asleep"}, []),
        ({"connection": "refused"}, ["atendimento-2"]),
        ({"connection": "close", "state": "active"}, ["outlet-br101", "depósito"]),
        ({"search": "19900001006"}, ["depósito"]),
        ({"search": "quiosque"}, ["quiosque-aeroporto"]),
        ({"name": "sul", "page": 1, "state": None, "search": ""}, ["loja-sul"]),
    ],
)
async def test_a_filter_returns_the_matching_instances(
    sandbox: Sandbox, wanted: dict[str, Any], expected: list[str]
) -> None:
    assert await names(sandbox, **wanted) == expected


async def test_an_instance_is_found_by_its_id(sandbox: Sandbox) -> None:
    known = await record(sandbox, "loja-sul")
    assert await names(sandbox, instanceId=known["instanceId"]) == ["loja-sul"]
    assert await names(sandbox, search=known["instanceId"][-8:].lower()) == ["loja-sul"]


async def test_a_filter_counts_its_own_pages() -> None:
    with open_sandbox(page_size=2) as sandbox:
        page = await search(sandbox, connection="open", page=3)
    assert (page["totalRecords"], page["totalPages"], len(page["records"])) == (6, 3, 2)


@pytest.mark.parametrize(
    "wanted, message",
    [
        ({"page": 0}, "page must not be less than 1"),
        ({"page": "2"}, "page must be an integer number"),
        ({"page": True}, "page must be an integer number"),
        ({"page": 1.5}, "page must be an integer number"),
        ({"name": 5}, "name must be a string"),
        ({"instanceId": ["a"]}, "instanceId must be a string"),
        ({"search": {}}, "search must be a string"),
        ([], "The body must be a JSON object"),
    ],
)
async def test_an_invalid_search_is_refused(sandbox: Sandbox, wanted: object, message: str) -> None:
    answer = await ask(sandbox, "POST", business(sandbox, "search"), wanted)
    assert messages(answer, 400) == [message]


async def test_connected_lists_the_open_ones_without_their_webhooks(sandbox: Sandbox) -> None:
    answer = (await ask(sandbox, "GET", business(sandbox, "connected"))).json()
    assert answer["name"] == "Lojas Aurora"
    assert [found["name"] for found in answer["Instances"]] == await names(
        sandbox, connection="open"
    )
    assert all("Webhook" not in found and found["Auth"]["jwt"] for found in answer["Instances"])


async def test_an_instance_without_a_paired_phone_has_no_whatsapp(sandbox: Sandbox) -> None:
    assert (await record(sandbox, "suporte-ti"))["WhatsApp"] is None


async def test_the_token_of_an_instance_stays_the_same(sandbox: Sandbox) -> None:
    first, again = await record(sandbox, "loja-sul"), await record(sandbox, "loja-sul")
    assert first["Auth"]["jwt"] == again["Auth"]["jwt"]


@pytest.mark.parametrize(
    "method, path, words",
    [
        ("POST", "/api/v2/business/other/instance/search", "Business not found"),
        ("GET", "/api/v2/business/other/instance/connected", "Business not found"),
        ("GET", "/api/v2/instance/other", "Instance not found"),
        ("GET", "/api/v2/instance/%00%F0%9F%98%80%5B/webhook", "Instance not found"),
        ("GET", "/", "Cannot GET /"),
        ("GET", "/api/v2/instance/other/", "Cannot GET /api/v2/instance/other/"),
        ("GET", "/api/v1/instance", "Cannot GET /api/v1/instance"),
    ],
)
async def test_a_missing_resource_is_404(
    sandbox: Sandbox, method: str, path: str, words: str
) -> None:
    assert messages(await ask(sandbox, method, path), 404) == [words]


@pytest.mark.parametrize(
    "method, path, allowed",
    [
        ("GET", "business/b/instance/search", {"POST"}),
        ("POST", "business/b/instance/connected", {"GET"}),
        ("DELETE", "instance/i", {"GET"}),
        ("PUT", "instance/i/webhook", {"GET", "POST"}),
        ("POST", "instance/i/webhook/w", {"GET", "PUT", "DELETE"}),
        ("PUT", "instance/i/webhook/w/events", {"PATCH"}),
    ],
)
async def test_a_wrong_method_is_405_and_names_the_right_ones(
    sandbox: Sandbox, method: str, path: str, allowed: set[str]
) -> None:
    answer = await ask(sandbox, method, f"/api/v2/{path}")
    assert messages(answer, 405) == [f"Cannot {method} /api/v2/{path}"]
    assert allowed <= set(answer.headers["allow"].split(", "))
