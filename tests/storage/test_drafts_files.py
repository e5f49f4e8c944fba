"""Drafts on disk: what is written when, and what comes back."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.storage.drafts_support import HOOK, LOJA, SERVER, begin, files, left, named, names
from tests.support import ANY_TEXT, through_json
from tui.model.address import AddressError
from tui.model.instance import Instance
from tui.model.secret import Secret
from tui.model.webhook import Values
from tui.storage.drafts import Drafts, Found

TEXT = ANY_TEXT.map(through_json)
SWITCHES = st.dictionaries(TEXT, st.booleans())
VALUES = st.builds(Values, TEXT, TEXT, st.booleans(), SWITCHES, SWITCHES)


@pytest.fixture
def drafts(tmp_path: Path) -> Drafts:
    return Drafts(tmp_path / "data" / "drafts")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@given(base=VALUES, values=VALUES, ids=st.tuples(TEXT, TEXT, TEXT))
def test_whatever_was_edited_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory,
    base: Values,
    values: Values,
    ids: tuple[str, str, str],
) -> None:
    instance_id, instance_name, webhook_id = ids
    drafts = Drafts(tmp_path_factory.mktemp("drafts"))
    instance, webhook = Instance(instance_id, instance_name), replace(HOOK, id=webhook_id)
    under_way = drafts.begin(SERVER, instance, webhook)
    under_way.note(base, values)
    under_way.leave()

    found = drafts.free(SERVER)

    assert found.problems == ()
    assert found.drafts == ((under_way.draft,) if base != values else ())
    assert [list(draft.values.flags) for draft in found.drafts] == [
        list(values.flags) for _ in found.drafts
    ]


def test_a_draft_is_a_private_file_in_a_private_folder_whatever_the_umask(drafts: Drafts) -> None:
    before = os.umask(0)
    try:
        path = left(drafts)
    finally:
        os.umask(before)

    assert (mode(path), mode(drafts.folder)) == (0o600, 0o700)
    assert json.loads(path.read_bytes()) == {
        "format": 1,
        "server": SERVER,
        "instance_id": "i1",
        "instance_name": "loja",
        "webhook_id": "w1",
        "base": {
            "name": "crm",
            "url": "https://crm.example/in",
            "enabled": True,
            "flags": {"messagesUpsert": True, "presenceUpdate": False, "newJwt": True},
            "options": {},
        },
        "values": {
            "name": "edited",
            "url": "https://crm.example/in",
            "enabled": True,
            "flags": {"messagesUpsert": True, "presenceUpdate": False, "newJwt": True},
            "options": {},
        },
        "kept_at": drafts.free(SERVER).drafts[0].kept_at.isoformat(),
    }


def test_a_folder_that_stood_open_is_closed_to_others(drafts: Drafts) -> None:
    drafts.folder.mkdir(parents=True, mode=0o755)
    left(drafts)
    assert mode(drafts.folder) == 0o700


def test_tokens_and_headers_are_in_no_file_and_values_in_no_repr(drafts: Drafts) -> None:
    planted = "planted-token-5d1f"
    instance = Instance("i1", "loja", token=Secret(planted))
    sent = {"authorization": planted}
    webhook = replace(HOOK, headers=sent, raw=sent, extra=sent, extra_events=sent)
    under_way = drafts.begin(SERVER, instance, webhook)
    under_way.note(webhook.values, named("edited"))
    under_way.leave()

    (path,) = files(drafts)
    assert planted not in path.read_text() + repr(drafts.free(SERVER)) + path.name
    assert "edited" not in repr(drafts.free(SERVER))


def test_an_address_with_a_password_gets_into_no_file(drafts: Drafts) -> None:
    with pytest.raises(AddressError):
        drafts.begin("https://user:planted@api.example", LOJA, HOOK)
    assert files(drafts) == []


def test_nothing_is_on_disk_before_something_is_changed(drafts: Drafts) -> None:
    under_way = begin(drafts)
    under_way.leave()
    assert files(drafts) == []
    assert drafts.free(SERVER) == Found()


def test_a_change_taken_back_takes_the_file_away_and_another_brings_one(drafts: Drafts) -> None:
    under_way = begin(drafts, "edited")
    under_way.note(HOOK.values, HOOK.values)
    under_way.write()
    assert files(drafts) == []

    under_way.note(HOOK.values, named("again"))
    under_way.leave()
    assert names(drafts.free(SERVER)) == ["again"]


def test_what_is_written_already_is_not_written_again(drafts: Drafts) -> None:
    under_way = begin(drafts, "edited")
    before = [path.stat() for path in files(drafts)]
    under_way.note(HOOK.values, named("edited"))
    under_way.write()
    assert [path.stat() for path in files(drafts)] == before


def test_a_discarded_draft_is_gone_and_a_late_write_does_not_bring_it_back(drafts: Drafts) -> None:
    under_way = begin(drafts, "edited")
    under_way.note(HOOK.values, named("typed before the save came back"))
    under_way.discard()
    under_way.write()
    under_way.discard()
    assert files(drafts) == []


def test_a_draft_under_way_is_offered_once_it_is_left(drafts: Drafts) -> None:
    under_way = begin(drafts, "edited")
    assert drafts.free(SERVER) == Found()
    under_way.note(HOOK.values, named("edited more"))
    under_way.leave()
    assert names(drafts.free(SERVER)) == ["edited more"]


def test_several_drafts_of_one_webhook_are_offered_newest_first(drafts: Drafts) -> None:
    under_way = [begin(drafts, name) for name in ("first", "second", "third")]
    under_way[0].note(HOOK.values, named("first, then last"))
    for one in reversed(under_way):
        one.leave()
    assert names(drafts.free(SERVER)) == ["first, then last", "third", "second"]


def test_only_drafts_of_the_server_asked_for_are_offered(drafts: Drafts) -> None:
    for server in ("https://api.example/", "https://API.example:443", "https://b.example"):
        begin(drafts, server, server).leave()
    assert set(names(drafts.free("HTTPS://api.example"))) == {
        "https://api.example/",
        "https://API.example:443",
    }


def test_a_draft_taken_over_goes_on_and_can_be_discarded(drafts: Drafts) -> None:
    left(drafts)
    (offered,) = drafts.free(SERVER).drafts
    taken = drafts.take(offered)
    assert taken is not None
    assert taken.draft == offered
    assert drafts.free(SERVER) == Found()
    assert drafts.take(offered) is None

    taken.note(offered.base, named("edited more"))
    taken.leave()
    (again,) = drafts.free(SERVER).drafts
    assert again.values.name == "edited more"
    third = drafts.take(again)
    assert third is not None
    third.discard()
    assert files(drafts) == []


def test_the_last_state_noted_stands_however_the_writes_overtake_each_other(
    drafts: Drafts,
) -> None:
    under_way = begin(drafts)
    threads = []
    for count in range(40):
        under_way.note(HOOK.values, named(str(count)))
        threads.append(threading.Thread(target=under_way.write))
        threads[-1].start()
    for thread in threads:
        thread.join()
    (path,) = files(drafts)
    assert json.loads(path.read_bytes())["values"]["name"] == "39"


def test_importing_it_is_cheap() -> None:
    code = "import sys, tui.storage.drafts; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"textual", "httpx", "pydantic", "platformdirs", "tomlkit", "keyring", "asyncio"}
    assert "tui.storage.drafts" in done.stdout.split()
    assert heavy.isdisjoint(done.stdout.split())


def test_a_first_state_can_be_found_while_the_disk_is_still_waited_for(
    drafts: Drafts, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[Path]] = []
    monkeypatch.setattr(os, "fsync", lambda _: seen.append(files(drafts)))
    under_way = begin(drafts)
    under_way.note(HOOK.values, named("edited"))

    under_way.write()

    assert seen == [files(drafts)]
    assert len(files(drafts)) == 1
