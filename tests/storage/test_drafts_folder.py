"""The folder of drafts as it may be found: damaged, foreign, hostile, full, or without locks."""

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
from tui.storage.drafts import FORMAT, LIMIT, STALE, Drafts
from tui.storage.drafts.record import decode

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


def test_clocks_that_went_wrong_hide_no_draft(drafts: Drafts) -> None:
    for moment in ("0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59-00:00"):
        path = left(drafts)
        path.write_bytes(content(path, kept_at=moment))
    left(drafts)
    assert [draft.kept_at.year for draft in drafts.free(SERVER).drafts] == [
        9999,
        datetime.now(UTC).year,
        1,
    ]


def test_thousands_of_drafts_are_all_found(drafts: Drafts) -> None:
    path = left(drafts)
    for count in range(2999):
        path.with_name(f"{path.name[:33]}{count:016x}.json").write_bytes(path.read_bytes())
    found = drafts.free(SERVER)
    assert (len(found.drafts), found.problems) == (3000, ())


BAD = {
    "empty": b"",
    "no JSON": b"\x00\xff\x1b[31m",
    "deep": b"[" * 200_000,
    "a long number": b'{"format": 1' + b"0" * 5000 + b"}",
    "not an object": b"[]",
    "only a version": b'{"format": 1}',
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_file_that_is_no_draft_is_named_and_left_alone(drafts: Drafts, bad: bytes) -> None:
    path = left(drafts)
    path.write_bytes(bad)
    left(drafts, "good")

    found = drafts.free(SERVER)

    assert names(found) == ["good"]
    (problem,) = found.problems
    assert problem.message == f"{path} is not a whole draft"
    assert problem.hint
    assert path.read_bytes() == bad


@given(data=st.data())
def test_a_truncated_draft_is_a_problem_and_never_a_part_of_one(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    drafts = Drafts(tmp_path_factory.mktemp("drafts"))
    path = left(drafts)
    whole = path.read_bytes()
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    assert [len(part) for part in (drafts.free(SERVER).drafts, drafts.free(SERVER).problems)] == [
        0,
        1,
    ]


@given(data=st.data(), wrong=JSON)
def test_a_value_of_the_wrong_type_anywhere_is_at_most_a_problem(
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

    assert len(found.drafts) + len(found.problems) <= 1
    for draft in found.drafts:  # it stands only where it could have been written so
        assert type(wrong) is type(right) or (key, wrong) == ("format", 1)
        assert draft.kept_at.utcoffset() is not None


@pytest.mark.parametrize("wrong", ["2026-01-01T00:00:00", "9999-12-31T23:59:59-01:00", "soon"])
def test_a_moment_that_cannot_be_is_a_problem(drafts: Drafts, wrong: str) -> None:
    path = left(drafts)
    path.write_bytes(content(path, kept_at=wrong))
    assert len(drafts.free(SERVER).problems) == 1


def test_a_draft_of_a_later_version_is_left_to_it(drafts: Drafts) -> None:
    path = left(drafts)
    later = json.dumps({"format": FORMAT + 1, "anything": "else"}).encode()
    path.write_bytes(later)
    (problem,) = drafts.free(SERVER).problems
    assert problem.problem == "is of a later Hookboard"
    assert path.read_bytes() == later


def test_a_name_that_lies_about_the_content_is_a_problem(drafts: Drafts) -> None:
    path = left(drafts)
    other = path.with_name("0" * 32 + path.name[32:])
    path.rename(other)
    (problem,) = drafts.free(SERVER).problems
    assert problem.problem == "is not of the webhook its name says"
    assert other.exists()


def test_what_is_not_a_file_is_neither_followed_nor_waited_for(
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


def test_other_files_are_named_with_nothing_a_terminal_obeys_and_hidden_ones_passed_over(
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


def test_a_draft_made_up_by_a_caller_reaches_no_other_file(drafts: Drafts) -> None:
    path = left(drafts)
    (offered,) = drafts.free(SERVER).drafts
    for file in ("", "../drafts/" + path.name, str(path)):
        with pytest.raises(UserError, match="is not a draft"):
            drafts.take(replace(offered, file=file))
    assert files(drafts) == [path]


def test_half_written_files_are_removed_when_old_and_nobodys(drafts: Drafts) -> None:
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


def test_a_file_in_the_place_of_the_folder_is_said_and_the_edit_waits(drafts: Drafts) -> None:
    drafts.folder.parent.mkdir()
    drafts.folder.write_text("a file")
    under_way = drafts.begin(SERVER, LOJA, HOOK)
    under_way.note(HOOK.values, named("edited"))
    for attempt in (under_way.write, under_way.leave, lambda: drafts.free(SERVER)):
        with pytest.raises(UserError, match="could not be") as caught:
            attempt()
        assert caught.value.hint
        assert str(drafts.folder) in caught.value.message

    drafts.folder.unlink()
    under_way.leave()
    assert names(drafts.free(SERVER)) == ["edited"]


def test_what_a_failed_write_left_is_not_in_the_way_of_the_next(drafts: Drafts) -> None:
    under_way = begin(drafts, "edited")
    (path,) = files(drafts)
    path.with_name(f".part-{path.name}").write_bytes(b"{")
    under_way.note(HOOK.values, named("edited more"))
    under_way.leave()
    assert names(drafts.free(SERVER)) == ["edited more"]
    assert files(drafts) == [path]


def test_a_draft_too_large_to_be_read_again_is_not_written(drafts: Drafts) -> None:
    under_way = begin(drafts, "edited")
    under_way.note(HOOK.values, named("x" * LIMIT))
    with pytest.raises(UserError, match="too large"):
        under_way.leave()
    under_way.note(HOOK.values, named("\U0001f6a8" * 100_000))
    under_way.leave()
    assert names(drafts.free(SERVER)) == ["\U0001f6a8" * 100_000]


def test_a_draft_replaced_between_a_look_and_its_lock_does_not_look_free(
    drafts: Drafts, monkeypatch: pytest.MonkeyPatch
) -> None:
    under_way = begin(drafts, "edited")
    real = fcntl.flock

    def flock(descriptor: int, operation: int) -> None:
        if operation & fcntl.LOCK_SH:
            under_way.note(HOOK.values, named("edited more"))
            under_way.write()
        real(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", flock)
    assert Drafts(drafts.folder).free(SERVER).drafts == ()
    assert under_way.draft.values.name == "edited more"


def test_without_locks_ones_own_drafts_are_known_and_a_strangers_is_not_lost(
    drafts: Drafts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def flock(descriptor: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", flock)
    stranger = Drafts(drafts.folder)
    own, other = begin(drafts, "own"), begin(stranger, "other")
    assert names(drafts.free(SERVER)) == ["other"]

    taken = drafts.take(drafts.free(SERVER).drafts[0])
    assert taken is not None
    other.note(HOOK.values, named("other, typed on"))
    for one in (own, taken, other):
        one.leave()
    assert set(names(drafts.free(SERVER))) == {"own", "other", "other, typed on"}


def test_a_folder_that_a_link_leads_to_keeps_its_mode(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)
    (tmp_path / "drafts").symlink_to(shared)
    path = left(Drafts(tmp_path / "drafts"))
    modes = [stat.S_IMODE(one.stat().st_mode) for one in (shared, path)]
    assert modes == [0o755, 0o600]


def test_all_edits_under_way_are_written_at_once(drafts: Drafts) -> None:
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
