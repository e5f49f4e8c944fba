"""Files of webhooks: whatever a server has, an export of it differs nowhere."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.support import ANY_TEXT
from tui.api.connection import connect
from tui.core.plan.plan import Plan, plan
from tui.core.session import Session
from tui.core.webhook_file.export import export_json, export_toml
from tui.core.webhook_file.reader import read_file
from tui.core.webhook_file.targets import targets_of
from tui.messages.selection_words import condition_words
from tui.model.instance import Instance
from tui.model.secret import Secret
from tui.model.text import clean
from tui.model.webhook import FlagsTold, Webhook
from tui.storage.server_memory import ServerMemory

URL = "http://server.test"

NAMES = ANY_TEXT.map(clean) | st.sampled_from(["crm", "a/b", "[[webhook]]", 'x"y', "#", "é"])
FLAGS = st.dictionaries(NAMES, st.booleans(), max_size=31)
WEBHOOKS = st.builds(
    Webhook,
    id=st.uuids().map(str),
    name=NAMES,
    url=NAMES.map(lambda text: f"https://crm.example/{text}")
    | st.sampled_from(["https://a:s3cr3t@b", "https://b/?token=s3cr3t", ""]),
    enabled=st.booleans(),
    flags=FLAGS,
    options=st.dictionaries(st.sampled_from(["byEvents", "base64"]), st.booleans()),
    headers=st.none() | st.dictionaries(NAMES, st.just("s3cr3t")),
    flags_told=st.sampled_from(FlagsTold),
)
INSTANCES = st.lists(
    st.builds(
        Instance,
        id=st.uuids().map(str),
        name=NAMES,
        webhooks=st.lists(WEBHOOKS, max_size=3).map(tuple),
    ),
    max_size=4,
)


def session_with(instances: list[Instance]) -> Session:
    """Return a session whose list was read."""
    connection = connect(
        URL,
        kind="codechat-v2",
        business="b1",
        profile="loja",
        token=Secret("t"),
        token_source="the test",
        memory=ServerMemory(None, URL),
    )
    session = Session(connection, "loja", url=URL)
    session.store.begin()
    session.store.add(instances)
    session.store.finish()
    return session


def planned(session: Session, text: str) -> Plan:
    """Return the plan of a file."""
    file = read_file(text.encode(), "the file", condition_words)
    return plan(targets_of(session, file), session.capabilities, total=0)


@given(INSTANCES)
def test_a_plan_of_an_export_is_empty(instances: list[Instance]) -> None:
    session = session_with(instances)
    rows = [(one, webhook) for one in instances for webhook in one.webhooks or ()]
    for export in (export_toml, export_json):
        text = "".join(f"{line}\n" for line in export(URL, instances, rows))
        assert "s3cr3t" not in text
        found = planned(session, text)
        assert found.rows == ()
        assert len(found.left_out) == len(rows)
