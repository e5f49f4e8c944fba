"""Drafts on disk: when they are written, and that they come back unchanged."""

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
from tui.storage.drafts import Drafts
from tui.storage.kept import Found

TEXT = ANY_TEXT.map(through_json)
SWITCHES = st.dictionaries(TEXT, st.booleans())
VALUES = st.builds(Values, TEXT, TEXT, st.booleans(), SWITCHES, SWITCHES)


@pytest.fixture
def drafts(tmp_path: Path) -> Drafts:
    return Drafts(tmp_path / "data" / "drafts")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@given(base=VALUES, values=VALUES, ids=st.tuples(TEXT, TEXT, TEXT))
def test_any_edit_comes_back_unchanged(
    tmp_path_factory: pytest.TempPathFactory,
    base: Values,
    values: Values,
    ids: tuple[str, str, str],
) -> None:
    instance_id, instance_name, webhook_id = ids
    drafts = Drafts(tmp_path_factory.mktemp("drafts"))
    instance, webhook = Instance(instance_id, instance_name), replace(HOOK, id=webhook_id)
    opened = drafts.begin(SERVER, instance, webhook)
    opened.note(base, values)
    opened.leave()

    found = drafts.free(SERVER)

    assert found.problems == ()
    assert found.records == ((opened.draft,) if base != values else ())
    assert [list(draft.values.flags) for draft in found.records] == [
        list(values.flags) for _ in found.records
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
        "kept_at": drafts.free(SERVER).records[0].kept_at.isoformat(),
    }


def test_a_folder_that_others_could_read_becomes_private(drafts: Drafts) -> None:
    drafts.folder.mkdir(parents=True, mode=0o755)
    left(drafts)
    assert mode(drafts.folder) == 0o700


def test_no_file_has_tokens_or_headers_and_no_repr_has_values(drafts: Drafts) -> None:
    planted = "planted-token-5d1f"
    instance = Instance("i1", "loja", token=Secret(planted))
    sent = {"authorization": planted}
    webhook = replace(HOOK, headers=sent, raw=sent, extra=sent, extra_events=sent)
    draft = drafts.begin(SERVER, instance, webhook)
    draft.note(webhook.values, named("edited"))
    draft.leave()

    (path,) = files(drafts)
    assert planted not in path.read_text() + repr(drafts.free(SERVER)) + path.name
    assert "edited" not in repr(drafts.free(SERVER))


def test_an_address_with_a_password_gets_into_no_file(drafts: Drafts) -> None:
    with pytest.raises(AddressError):
        drafts.begin("https://user:planted@api.example", LOJA, HOOK)
    assert files(drafts) == []


def test_nothing_is_written_before_the_first_change(drafts: Drafts) -> None:
    draft = begin(drafts)
    draft.leave()
    assert files(drafts) == []
    assert drafts.free(SERVER) == Found()


def test_an_undone_change_removes_the_file_and_the_next_change_makes_one(drafts: Drafts) -> None:
    draft = begin(drafts, "edited")
    draft.note(HOOK.values, HOOK.values)
    draft.write()
    assert files(drafts) == []

    draft.note(HOOK.values, named("again"))
    draft.leave()
    assert names(drafts.free(SERVER)) == ["again"]


def test_the_same_state_is_not_written_again(drafts: Drafts) -> None:
    draft = begin(drafts, "edited")
    before = [(path, path.stat().st_ino, path.stat().st_mtime_ns) for path in files(drafts)]
    draft.note(HOOK.values, named("edited"))
    draft.write()
    after = [(path, path.stat().st_ino, path.stat().st_mtime_ns) for path in files(drafts)]
    assert after == before


def test_a_discarded_draft_is_gone_and_a_late_write_does_not_bring_it_back(drafts: Drafts) -> None:
    draft = begin(drafts, "edited")
    draft.note(HOOK.values, named("typed before the save came back"))
    draft.discard()
    draft.write()
    draft.discard()
    assert files(drafts) == []


def test_an_open_draft_is_free_once_it_is_left(drafts: Drafts) -> None:
    draft = begin(drafts, "edited")
    assert drafts.free(SERVER) == Found()
    draft.note(HOOK.values, named("edited more"))
    draft.leave()
    assert names(drafts.free(SERVER)) == ["edited more"]


def test_several_drafts_of_one_webhook_are_listed_newest_first(drafts: Drafts) -> None:
    draft = [begin(drafts, name) for name in ("first", "second", "third")]
    draft[0].note(HOOK.values, named("first, then last"))
    for one in reversed(draft):
        one.leave()
    assert names(drafts.free(SERVER)) == ["first, then last", "third", "second"]


def test_only_drafts_of_the_named_server_are_listed(drafts: Drafts) -> None:
    for server in ("https://api.example/", "https://API.example:443", "https://b.example"):
        begin(drafts, server, server).leave()
    assert set(names(drafts.free("HTTPS://api.example"))) == {
        "https://api.example/",
        "https://API.example:443",
    }


def test_a_draft_taken_over_goes_on_and_can_be_discarded(drafts: Drafts) -> None:
    left(drafts)
    (offered,) = drafts.free(SERVER).records
    taken = drafts.take(offered)
    assert taken is not None
    assert taken.draft == offered
    assert drafts.free(SERVER) == Found()
    assert drafts.take(offered) is None

    taken.note(offered.base, named("edited more"))
    taken.leave()
    (again,) = drafts.free(SERVER).records
    assert again.values.name == "edited more"
    third = drafts.take(again)
    assert third is not None
    third.discard()
    assert files(drafts) == []


def test_the_last_noted_state_wins_in_whatever_order_the_writes_end(
    drafts: Drafts,
) -> None:
    draft = begin(drafts)
    threads = []
    for count in range(40):
        draft.note(HOOK.values, named(str(count)))
        threads.append(threading.Thread(target=draft.write))
        threads[-1].start()
    for thread in threads:
        thread.join()
    (path,) = files(drafts)
    assert json.loads(path.read_bytes())["values"]["name"] == "39"


def test_importing_the_drafts_imports_nothing_heavy() -> None:
    code = "import sys, tui.storage.drafts; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"textual", "httpx", "pydantic", "platformdirs", "tomlkit", "keyring", "asyncio"}
    assert "tui.storage.drafts" in done.stdout.split()
    assert heavy.isdisjoint(done.stdout.split())


def test_the_first_state_is_found_while_the_disk_is_still_slow(
    drafts: Drafts, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[Path]] = []
    monkeypatch.setattr(os, "fsync", lambda _: seen.append(files(drafts)))
    draft = begin(drafts)
    draft.note(HOOK.values, named("edited"))

    draft.write()

    assert seen == [files(drafts)]
    assert len(files(drafts)) == 1
