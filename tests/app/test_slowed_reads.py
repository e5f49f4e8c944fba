"""A proxy with a request rate: the dashboard says that it reads slowly, and reads on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest

from tests.api.rate_limit import Rate
from tests.app.kinds import board
from tests.app.support import Terminal
from tui.sandbox.codechat_v2.server import Sandbox, open_sandbox
from tui.sandbox.evolution_v2.server import EvolutionV2, open_evolution_v2

MANY = 60


@pytest.fixture
def evolution() -> Iterator[EvolutionV2]:
    """An Evolution server; webhooks are read instance by instance."""
    with open_evolution_v2(instances=MANY) as sandbox:
        yield sandbox


def behind(sandbox: EvolutionV2 | Sandbox, **limits: Any) -> Rate:
    """Put a proxy in front of a server."""
    rate = Rate(sandbox.app, **limits)
    cast(Any, sandbox).app = rate
    return rate


def filled(at: Terminal) -> int:
    return sum(at.store[key].webhooks is not None for key in at.store.ids)


@pytest.mark.parametrize("status", [429, 503])
async def test_slow_reading_is_reported_and_reads_all_rows(
    evolution: EvolutionV2, status: int
) -> None:
    behind(evolution, status=status, rate=30)
    async with board(evolution, whole=False) as at:
        await at.sees(
            f"takes fewer requests at once: it answered {status}.", "more slowly", "esc stops"
        )
        await at.until(lambda: "% read, slowly" in at.top, "the top line says so")
        await at.until(lambda: filled(at) == MANY, "all are read")
        await at.until(lambda: at.top.endswith(f"{MANY} instances"), "it has ended")
        assert at.banner == ""
        assert "not read" not in at.picture


async def test_a_list_in_pages_that_comes_slowly_is_reported_and_read_to_its_end() -> None:
    with open_sandbox(instances=MANY, page_size=2) as sandbox:
        behind(sandbox, part="/instance/search", rate=30, burst=5)
        async with board(sandbox, whole=False) as at:
            await at.sees("The other instances are read more slowly", "esc stops")
            await at.until(lambda: len(at.store) == MANY, "all are read")
            await at.loses("more slowly")
            assert at.banner == ""


async def test_the_servers_retry_after_is_reported(evolution: EvolutionV2) -> None:
    behind(evolution, headers={"retry-after": "90"})
    async with board(evolution, whole=False) as at:
        await at.sees("It asks to wait 1 min.", "more slowly")
        await at.press("escape")
        await at.sees("You stopped waiting: not every webhook was read.")


async def test_escape_stops_slow_reading(evolution: EvolutionV2) -> None:
    rate = behind(evolution, rate=5)
    async with board(evolution, whole=False) as at:
        await at.sees("takes fewer requests at once")
        await at.press("escape")
        await at.sees("You stopped waiting: not every webhook was read.", "r reads again.")
        assert not at.working("find")
        asked = len(rate.arrived)
        assert "read" not in at.top
        assert 0 < filled(at) < MANY
        rate.rate = rate.burst = rate._tokens = 1e9
        await at.press("r")
        await at.until(lambda: filled(at) == MANY, "all are read")
        await at.until(lambda: at.top.endswith(f"{MANY} instances"), "it has ended")
        assert len(rate.arrived) == asked + MANY
        assert at.banner == ""


async def test_another_message_is_not_cleared(evolution: EvolutionV2) -> None:
    behind(evolution, rate=30)
    async with board(evolution, whole=False) as at:
        await at.sees("takes fewer requests at once")
        await at.press("delete")
        await at.sees("Evolution v2 cannot delete a webhook")
        await at.until(lambda: filled(at) == MANY, "all are read")
        await at.until(lambda: at.top.endswith(f"{MANY} instances"), "it has ended")
        assert "cannot delete" in at.banner
