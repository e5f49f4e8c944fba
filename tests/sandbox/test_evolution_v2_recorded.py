"""The Evolution sandbox answers like the recorded server."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tui.sandbox.evolution_v2.server import EvolutionV2, open_evolution_v2

FOLDER = Path(__file__).parents[1] / "recordings" / "evolution-v2"
GLOBAL = "429683C4C977415CAAFCCE10F7D57E11"
EXCLUDED = {
    32: "the state of a connection: Hookboard reads it from the list",
    33: "the state of a connection: Hookboard reads it from the list",
    131: "If-None-Match: Hookboard sends none, and the sandbox makes no ETag",
    133: "OPTIONS: only browsers ask before they send",
}
DOWN = range(139, 143)
"""The exchanges while the database was down, from a second run with another instance."""

# What differs from run to run, by its look; one value of a recording stands for one of ours.
VOLATILE = (
    re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"),
    re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    re.compile(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}"),
    re.compile(r"c[a-z0-9]{24}"),
)


def recorded() -> Iterator[tuple[int, Any]]:
    for path in sorted(FOLDER.glob("*.json")):
        number = int(path.name[:3])
        if number not in EXCLUDED:
            yield number, json.loads(path.read_text())


@dataclass
class Player:
    """Sends recorded requests to a sandbox, and prepares the answers for comparison."""

    moment: datetime = datetime(2026, 11, 22, 7, 56, 36, tzinfo=UTC)
    ours: dict[str, str] = field(default_factory=dict)
    """The sandbox's value for each volatile value of the recordings."""

    def now(self) -> datetime:
        return self.moment

    async def play(self, sandbox: EvolutionV2, exchange: Any) -> tuple[Any, Any]:
        """Return the recorded and the actual answer: status, content type and body."""
        was = exchange["response"]
        self.moment += timedelta(seconds=3 if "three seconds later" in exchange["name"] else 0.01)
        answer = await self._send(sandbox, exchange["request"])
        body = json.loads(answer.text) if answer.text else ""
        expected = self._translated(by_name(was["body"]), by_name(body))
        return (
            (was["status"], was["headers"].get("Content-Type"), json.dumps(expected)),
            (answer.status_code, answer.headers.get("content-type"), json.dumps(by_name(body))),
        )

    async def _send(self, sandbox: EvolutionV2, request: Any) -> httpx.Response:
        body = request["body"]
        content = body if body is None or isinstance(body, str) else json.dumps(body)
        headers = {
            name: self.ours.get(value, value)
            for name, value in request["headers"].items()
            if name not in ("Host", "Content-Length")
        }
        path = re.sub(r"(?<=instanceId=).*", lambda found: self.ours[found[0]], request["path"])
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(sandbox.app), base_url="http://sandbox", trust_env=False
        ) as client:
            return await client.request(request["method"], path, headers=headers, content=content)

    def _translated(self, was: Any, body: Any) -> Any:
        """Return the recorded body with the sandbox's values in place of volatile ones."""
        if isinstance(was, dict) and isinstance(body, dict):
            return {name: self._translated(value, body.get(name)) for name, value in was.items()}
        if isinstance(was, list) and isinstance(body, list) and len(was) == len(body):
            return [self._translated(*pair) for pair in zip(was, body, strict=True)]
        if isinstance(was, str) and isinstance(body, str):
            alike = any(look.fullmatch(was) and look.fullmatch(body) for look in VOLATILE)
            return self.ours.setdefault(was, body) if alike else was
        return was


def by_name(body: Any) -> Any:
    """Return a list of instances sorted: its order comes from ids, which differ."""
    if isinstance(body, list):
        return sorted(body, key=lambda instance: str(instance["name"]))
    return body


async def play_all() -> dict[int, tuple[Any, Any]]:
    """Play every exchange in the order it was recorded in."""
    pairs: dict[int, tuple[Any, Any]] = {}
    first, second = Player(), Player()
    with open_evolution_v2(instances=0, token=GLOBAL, now=first.now) as sandbox:
        for number, exchange in recorded():
            if number < DOWN.start:
                pairs[number] = await first.play(sandbox, exchange)
    with open_evolution_v2(instances=0, token=GLOBAL, now=second.now) as sandbox:
        for request in STAGE:
            answer = await second._send(sandbox, request)
            assert answer.status_code == 201, answer.text
        for number, exchange in recorded():
            if number >= DOWN.start:
                sandbox.database_down = number in DOWN
                pairs[number] = await second.play(sandbox, exchange)
    return pairs


def _post(path: str, body: Any) -> dict[str, Any]:
    headers = {"apikey": GLOBAL, "Content-Type": "application/json"}
    return {"method": "POST", "path": path, "headers": headers, "body": body}


STAGE = (
    _post(
        "/instance/create",
        {
            "instanceName": "loja-norte",
            "integration": "WHATSAPP-BAILEYS",
            "token": "EVOTOKEN-0000-4000-8000-000000000001",
        },
    ),
    _post(
        "/webhook/set/loja-norte",
        {
            "webhook": {
                "url": "http://127.0.0.1:9099/hook/norte",
                "enabled": True,
                "headers": {"authorization": "Bearer abc"},
                "events": ["QRCODE_UPDATED", "MESSAGES_UPSERT", "CONNECTION_UPDATE"],
                "byEvents": True,
                "base64": True,
            }
        },
    ),
)
"""The first state of the second run, as its last exchange shows it."""


@pytest.fixture(scope="module")
def played() -> dict[int, tuple[Any, Any]]:
    return asyncio.run(play_all())


@pytest.mark.parametrize(
    "number", [pytest.param(number, id=exchange["name"]) for number, exchange in recorded()]
)
def test_the_sandbox_answers_as_recorded(played: dict[int, tuple[Any, Any]], number: int) -> None:
    was, is_now = played[number]
    assert is_now == was


def test_all_recordings_exist_and_exceptions_are_named() -> None:
    numbers = {number for number, _ in recorded()}
    assert numbers | EXCLUDED.keys() == set(range(1, 144))
