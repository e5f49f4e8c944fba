"""What a plan says before is what the save protocol says then, on every kind of server."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tui.config.overrides import Overrides
from tui.core.open_session import open_demo
from tui.core.patch.patch import HostMove, Patch, UrlTemplate
from tui.core.patch.presets import BUILT_IN
from tui.core.plan.plan import Question, Reason, Target, plan
from tui.core.save import save
from tui.core.save_result import Outcome
from tui.core.selection import Selection, select
from tui.core.session import Session
from tui.core.webhook_loader import read_webhooks
from tui.model.server_kind import KINDS

PATCHES = {
    **{preset.name: preset.patch for preset in BUILT_IN},
    "off": Patch(enabled=False),
    "on": Patch(enabled=True),
    "move": Patch(HostMove("crm.loja.example", "new.example"), rest="on"),
    "template": Patch(UrlTemplate("https://h.example/{instance}")),
    "no url": Patch(UrlTemplate("not a url"), enabled=True),
    "no flag": Patch(enabled=True, rest="off"),
}
EXPECTED = {Reason.ALREADY_SO: Outcome.NO_CHANGES, Reason.INVALID: Outcome.INVALID}


@pytest.fixture(params=KINDS)
async def session(request: pytest.FixtureRequest) -> AsyncIterator[Session]:
    """Open a sandbox of each kind with its list read to the end."""
    opened = open_demo(Overrides(api=request.param))
    opened.store.begin()
    async for page in opened.instances():
        opened.store.add(page.instances)
    opened.store.finish()
    for key in opened.store.ids:
        if opened.store[key].webhooks is None:
            await read_webhooks(opened, opened.store[key])
    yield opened
    await opened.close()


@pytest.mark.parametrize("name", PATCHES)
async def test_a_plan_says_what_the_saves_say(session: Session, name: str) -> None:
    found = select((session.store[key] for key in session.store.ids), Selection())
    targets = [
        Target(instance, webhook, PATCHES[name].applied_to(webhook.values, instance.name))
        for instance, webhook in found.rows
    ]
    made = plan(targets, session.capabilities, total=len(targets))
    assert len(made.rows) + len(made.left_out) == len(targets) > 3

    for row in made.rows:
        target = row.target
        result = await save(session.server, target.instance, target.base, target.wanted)
        locked = any(one.question is Question.NAME_NOT_PLAIN for one in row.concerns)
        assert result.outcome is (Outcome.NOT_SAVED if locked else Outcome.SAVED)
    by_base = {id(target.base): target for target in targets}
    for one in made.left_out:
        target = by_base[id(one.webhook)]
        result = await save(session.server, target.instance, target.base, target.wanted)
        assert result.outcome is EXPECTED[one.reason]
