"""The folder of drafts: with damaged, foreign or hostile files, full, or without locks."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import socket
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.storage.drafts_support import HOOK, LOJA, SERVER, begin, files, left, named, names
from tui.model.user_error import UserError
from tui.storage.drafts import FORMAT, LIMIT, Drafts
from tui.storage.drafts.record import decode
from tui.storage.kept import STALE

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@pytest.fixture
def drafts(tmp_path: Path) -> Drafts:
    return Drafts(tmp_path / "data" / "drafts")


def content(path: Path, **changed: Any) -> bytes:
    return json.dumps(json.loads(path.read_bytes()) | changed).encode()


def test_drafts_of_wrong_clocks_are_listed_too(drafts: Drafts) -> None:
    for moment in ("0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59-00:00"):
        path = left(drafts)
        path.write_bytes(content(path, kept_at=moment))
    left(drafts)
    assert [draft.kept_at.year for draft in drafts.free(SERVER).records] == [
        9999,
        datetime.now(UTC).year,
        1,
    ]


def test_thousands_of_drafts_are_all_found(drafts: Drafts) -> None:
    path = left(drafts)
    for count in range(2999):
        path.with_name(f"{path.name[:33]}{count:016x}.json").write_bytes(path.read_bytes())
    found = drafts.free(SERVER)
    assert (len(found.records), found.problems) == (3000, ())


BAD = {
    "empty": b"",
    "no JSON": b"\x00\xff\x1b[31m",
    "deep": b"[" * 200_000,
    "a long number": b'{"format": 1' + b"0" * 5000 + b"}",
    "not an object": b"[]",
    "only a version": b'{"format": 1}',
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_file_that_is_no_draft_is_reported_and_left_alone(drafts: Drafts, bad: bytes) -> None:
    path = left(drafts)
    path.write_bytes(bad)
    left(drafts, "good")

    found = drafts.free(SERVER)

    assert names(found) == ["good"]
    (problem,) = found.problems
    assert problem.message == f"{path} is not a complete draft"
    assert problem.hint
    assert path.read_bytes() == bad


@given(data=st.data())
def test_a_truncated_draft_is_reported_and_never_read_in_part(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    drafts = Drafts(tmp_path_factory.mktemp("drafts"))
    path = left(drafts)
    whole = path.read_bytes()
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    assert [len(part) for part in (drafts.free(SERVER).records, drafts.free(SERVER).problems)] == [
        0,
        1,
    ]


@given(data=st.data(), wrong=JSON)
def test_a_value_of_the_wrong_type_anywhere_is_at_most_reported(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, wrong: Any
) -> None:
    drafts = Drafts(tmp_path_factory.mktemp("drafts"))
    path = left(drafts)
    whole = json.loads(path.read_bytes())
    places = [whole, whole["base"], whole["values"], whole["values"]["flags"]]
    place = data.draw(st.sampled_from(places))
    key = data.draw(st.sampled_from(sorted(place)))
    right, place[key] = place[key], wrong
    path.write_text(json.dumps(whole))

    found = drafts.free(SERVER)

    assert len(found.records) + len(found.problems) <= 1
    for draft in found.records:  # a draft only where Hookboard could have written it
        assert type(wrong) is type(right) or (key, wrong) == ("format", 1)
        assert draft.kept_at.utcoffset() is not None


@pytest.mark.parametrize("wrong", ["2026-01-01T00:00:00", "9999-12-31T23:59:59-01:00", "soon"])
def test_an_impossible_time_is_reported(drafts: Drafts, wrong: str) -> None:
    path = left(drafts)
    path.write_bytes(content(path, kept_at=wrong))
    assert len(drafts.free(SERVER).problems) == 1


def test_a_draft_of_a_later_version_is_left_alone(drafts: Drafts) -> None:
    path = left(drafts)
    later = json.dumps({"format": FORMAT + 1, "anything": "else"}).encode()
    path.write_bytes(later)
    (problem,) = drafts.free(SERVER).problems
    assert problem.problem == "is from a later version of Hookboard"
    assert path.read_bytes() == later


def test_a_file_name_of_another_webhook_is_reported(drafts: Drafts) -> None:
    path = left(drafts)
    other = path.with_name("0" * 32 + path.name[32:])
    path.rename(other)
    (problem,) = drafts.free(SERVER).problems
    assert problem.problem == "is the draft of another webhook than its name says"
    assert other.exists()


def test_links_are_not_followed_and_pipes_not_waited_for(
    drafts: Drafts, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = left(drafts)
    kinds = [path.with_name(f"{path.name[:33]}{count:016x}.json") for count in range(5)]
    kinds[0].symlink_to(path)
    kinds[1].symlink_to("nowhere")
    kinds[2].mkdir()
    os.mkfifo(kinds[3])
    monkeypatch.chdir(drafts.folder)  # the name alone is short enough for a socket
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(kinds[4].name)

    found = drafts.free(SERVER)

    assert names(found) == ["edited"]
    assert [problem.message.split()[0] for problem in found.problems] == list(map(str, kinds))
    assert files(drafts) == sorted([path, *kinds])


def test_other_files_are_named_in_clean_text_and_hidden_ones_ignored(
    drafts: Drafts,
) -> None:
    left(drafts)
    foreign = ["notes.txt", "\x1b]52;c;eA==\x07.json", ".hidden", "\udcff"]
    for name in foreign:
        (drafts.folder / name).write_text("mine")
    problems = [problem.message for problem in drafts.free(SERVER).problems]
    assert len(problems) == 3
    assert all(text.isprintable() and "is not a draft" in text for text in problems)
    assert [(drafts.folder / name).read_text() for name in foreign] == ["mine"] * 4


def test_a_forged_draft_opens_no_other_file(drafts: Drafts) -> None:
    path = left(drafts)
    (offered,) = drafts.free(SERVER).records
    for file in ("", "../drafts/" + path.name, str(path)):
        with pytest.raises(UserError, match="is not a draft"):
            drafts.take(replace(offered, file=file))
    assert files(drafts) == [path]


def test_half_written_files_are_removed_when_old_and_without_a_writer(drafts: Drafts) -> None:
    path = left(drafts)
    parts = [drafts.folder / f".part-{path.name[:33]}{count:016x}.json" for count in range(3)]
    for part in parts:
        part.write_bytes(b"{")
    long_ago = parts[0].stat().st_mtime - 2 * STALE
    for part in parts[:2]:
        os.utime(part, (long_ago, long_ago))
    with parts[1].open() as being_written:
        fcntl.flock(being_written, fcntl.LOCK_EX)
        found = drafts.free(SERVER)
    assert (names(found), found.problems) == (["edited"], ())
    assert files(drafts) == sorted([path, *parts[1:]])


def test_a_file_in_the_place_of_the_folder_is_reported_and_the_edit_is_written_later(
    drafts: Drafts,
) -> None:
    drafts.folder.parent.mkdir()
    drafts.folder.write_text("a file")
    draft = drafts.begin(SERVER, LOJA, HOOK)
    draft.note(HOOK.values, named("edited"))
    for attempt in (draft.write, draft.leave, lambda: drafts.free(SERVER)):
        with pytest.raises(UserError, match="could not be") as caught:
            attempt()
        assert caught.value.hint
        assert str(drafts.folder) in caught.value.message

    drafts.folder.unlink()
    draft.leave()
    assert names(drafts.free(SERVER)) == ["edited"]


def test_the_rest_of_a_failed_write_does_not_prevent_the_next(drafts: Drafts) -> None:
    draft = begin(drafts, "edited")
    (path,) = files(drafts)
    path.with_name(f".part-{path.name}").write_bytes(b"{")
    draft.note(HOOK.values, named("edited more"))
    draft.leave()
    assert names(drafts.free(SERVER)) == ["edited more"]
    assert files(drafts) == [path]


def test_a_draft_that_is_too_large_to_read_is_not_written(drafts: Drafts) -> None:
    draft = begin(drafts, "edited")
    draft.note(HOOK.values, named("x" * LIMIT))
    with pytest.raises(UserError, match="too large"):
        draft.leave()
    draft.note(HOOK.values, named("\U0001f6a8" * 100_000))
    draft.leave()
    assert names(drafts.free(SERVER)) == ["\U0001f6a8" * 100_000]


def test_a_draft_replaced_between_opening_and_locking_is_not_free(
    drafts: Drafts, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = begin(drafts, "edited")
    real = fcntl.flock

    def flock(descriptor: int, operation: int) -> None:
        if operation & fcntl.LOCK_SH:
            draft.note(HOOK.values, named("edited more"))
            draft.write()
        real(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", flock)
    assert Drafts(drafts.folder).free(SERVER).records == ()
    assert draft.draft.values.name == "edited more"


def test_without_locks_own_drafts_are_known_and_the_draft_of_another_program_is_not_lost(
    drafts: Drafts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def flock(descriptor: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", flock)
    another_program = Drafts(drafts.folder)
    own, other = begin(drafts, "own"), begin(another_program, "other")
    assert names(drafts.free(SERVER)) == ["other"]

    taken = drafts.take(drafts.free(SERVER).records[0])
    assert taken is not None
    other.note(HOOK.values, named("other, typed on"))
    for one in (own, taken, other):
        one.leave()
    assert set(names(drafts.free(SERVER))) == {"own", "other", "other, typed on"}


def test_a_folder_behind_a_link_keeps_its_mode(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)
    (tmp_path / "drafts").symlink_to(shared)
    path = left(Drafts(tmp_path / "drafts"))
    modes = [stat.S_IMODE(one.stat().st_mode) for one in (shared, path)]
    assert modes == [0o755, 0o600]


def test_all_open_drafts_are_written_at_once(drafts: Drafts) -> None:
    edits = [begin(drafts, name) for name in ("first", "second", "third")]
    for number, edit in enumerate(edits):
        edit.note(HOOK.values, named(f"newest-{number}"))
    edits[0].discard()
    drafts.write_all()
    edits[1].note(HOOK.values, named("not written"))
    assert sorted(decode(file.read_bytes()).values.name for file in files(drafts)) == [
        "newest-1",
        "newest-2",
    ]
