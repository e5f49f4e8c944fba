"""Whatever is read and written in whatever order, the journal's states follow from each other."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.storage.journal_support import HOOK, REF, SERVER, at, instance, journal_at, written
from tests.support import ANY_TEXT, VALUES, through_json
from tui.model.row_outcome import RowOutcome
from tui.model.webhook import FlagsTold, Values, Webhook
from tui.storage.journal import Entry, Origin, WebhookRef, WebhookState
from tui.storage.journal.state import decode, encode

JSON_TEXT = ANY_TEXT.map(through_json)

ANY_VALUES = st.builds(
    Values,
    name=JSON_TEXT,
    url=JSON_TEXT,
    enabled=st.booleans(),
    flags=st.dictionaries(JSON_TEXT, st.booleans(), max_size=4),
    options=st.dictionaries(JSON_TEXT, st.booleans(), max_size=2),
)
STATES = st.builds(
    WebhookState,
    ANY_VALUES,
    st.lists(JSON_TEXT, max_size=3).map(tuple),
    st.sampled_from(FlagsTold),
)
HOOKS = VALUES.map(HOOK.with_values)
STEPS = st.lists(
    st.tuples(st.sampled_from(["read", "write", "lost write"]), st.none() | HOOKS, HOOKS),
    max_size=12,
)


@given(STATES)
def test_every_state_comes_back_as_it_was(state: WebhookState) -> None:
    text = encode(state)
    assert text is not None
    assert text.isascii()
    assert decode(text) == state


@settings(max_examples=30)
@given(STATES, ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_every_name_and_id_is_kept_as_the_server_has_it(
    state: WebhookState, instance_id: str, webhook_id: str, name: str
) -> None:
    ref = WebhookRef(SERVER, instance_id, webhook_id, name, name)

    async def kept() -> tuple[Entry, ...]:
        async with journal_at(None) as journal:
            journal.note_read(ref, state, at(0))
            return await journal.history(ref)

    (entry,) = asyncio.run(kept())
    assert (entry.ref, entry.after) == (ref, state)


@settings(max_examples=60)
@given(STEPS)
def test_each_entry_goes_on_from_the_one_before(
    steps: list[tuple[str, Webhook | None, Webhook]],
) -> None:
    """The newest state is what was seen last, and no change is without an entry."""
    entries = asyncio.run(_played(steps))
    for later, earlier in pairwise(entries):
        assert later.origin is not Origin.FIRST_SEEN
        if earlier.after is not None and later.before is not None:
            assert earlier.after.is_same(later.before)
        if later.origin is Origin.OTHERS:
            assert later.since is not None
            assert later.since <= later.at
            assert (later.before is None) != (later.after is None) or not (
                later.before and later.after and later.before.is_same(later.after)
            )
    seen = [after if how == "write" else now for how, now, after in steps if how != "lost write"]
    if steps and steps[-1][0] != "lost write" and entries:
        last = seen[-1]
        now = entries[0].after
        assert (now is None) == (last is None)
        if now is not None and last is not None:
            assert now.is_same(WebhookState.of(last))


async def _played(steps: list[tuple[str, Webhook | None, Webhook]]) -> tuple[Entry, ...]:
    """Carry out the steps on a journal in memory, and return its entries."""
    async with journal_at(None) as journal:
        for number, (how, now, after) in enumerate(steps):
            match how:
                case "read":
                    listed = [instance(*([now] if now else []))]
                    # After every write so far, whose clock goes on by a minute for each.
                    await journal.note_list(SERVER, listed, at(number + 1.5), whole=True)
                case "write":
                    journal.note_write(REF, written(now, after))
                case "lost write":
                    lost = written(now, None, RowOutcome.NOT_KNOWN, replace(after, name="lost"))
                    journal.note_write(REF, lost)
        return await journal.history(REF)
