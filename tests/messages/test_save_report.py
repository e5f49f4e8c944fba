"""How a save ended, in the words a person reads."""

from __future__ import annotations

import pytest

from tests.support import hook, in_words
from tui.api.errors import ApiError, NoAnswer, Refused, ServerFailed, Unauthorised
from tui.core.save_result import Outcome, SaveResult
from tui.messages.change_words import change_words, names, shown, title
from tui.messages.save_report import Report, field_errors, report
from tui.model.counting import count
from tui.model.diff import Change, Conflict, Value

FAILED = ServerFailed("h answered 500: it failed", "Try again.", said=("boom",))
BY_OTHERS = (Change("url", "https://a", "https://b"), Change("newJwt", True, None, is_flag=True))


def flag(name: str, *, server: Value = True, asked: Value = False) -> Change:
    return Change(name, server, asked, is_flag=True)


def said(outcome: Outcome, changed: int = 2, **more: object) -> tuple[str, ...]:
    """Return the kind of a report, then its sentences."""
    told = report(SaveResult(outcome, hook(), **more), changed)  # type: ignore[arg-type]
    assert told is not None
    return (told.severity, *map(in_words, told.sentences))


def test_nothing_changed() -> None:
    assert said(Outcome.NO_CHANGES, 0) == ("success", "No changes: nothing was sent.")


def test_saved() -> None:
    assert said(Outcome.SAVED, 1) == ("success", "Saved 1 change.")
    assert said(Outcome.SAVED, 2, merged=BY_OTHERS) == (
        "success",
        "Saved 2 changes.",
        "Changed by others meanwhile, and kept:"
        " URL https://a → https://b, newJwt on → (not there).",
    )


def test_saved_after_all_says_what_seemed_to_fail() -> None:
    assert said(Outcome.SAVED_AFTER_ALL, error=FAILED) == (
        "success",
        "Saved after all: the server has it, although h answered 500: it failed.",
    )


def test_saved_but_the_server_kept_some_flags() -> None:
    kept = (flag("newJwt"), flag("callUpsert", server=False, asked=True), flag("gone", server=None))
    assert said(Outcome.PARTLY, missing=kept) == (
        "warning",
        "Saved, but the server kept 3 flags: newJwt on, callUpsert off, gone (not there).",
        "{save} tries again.",
    )


def test_of_many_kept_flags_the_first_are_named_and_the_rest_counted() -> None:
    kept = tuple(flag(f"flag{number}") for number in range(20))
    _, words, _ = said(Outcome.PARTLY, missing=kept)
    assert words.startswith("Saved, but the server kept 20 flags: flag0 on, flag1 on, ")
    assert words.endswith("flag5 on and 14 more.")


def test_details_saved_and_flags_not() -> None:
    assert said(Outcome.PARTLY, missing=(flag("newJwt"),), error=FAILED, merged=BY_OTHERS[:1]) == (
        "warning",
        "Details saved; 1 flag not: newJwt.",
        "{save} saves again what is missing.",
        "h answered 500: it failed.",
        "The server says: “boom”",
        "Changed by others meanwhile, and kept: URL https://a → https://b.",
    )


def test_a_field_that_the_server_did_not_take_is_named() -> None:
    missing = (Change("name", "crm", "crm 2"), flag("newJwt"))
    assert said(Outcome.PARTLY, missing=missing) == (
        "warning",
        "Only partly saved. The server does not have: name, newJwt.",
        "{save} saves again what is missing.",
    )


@pytest.mark.parametrize(
    "more, words",
    [
        (
            {"besides": BY_OTHERS[:1]},
            "Changed on the server while this was saved, and left so: URL https://a → https://b.",
        ),
        (
            {"restored": (flag("newJwt"),)},
            "Reset by the server with this save, and put back: newJwt on → off.",
        ),
        (
            {"headers": ("x-team", "authorization")},
            "Headers on the server are not as they were: x-team, authorization."
            " Nothing here changes headers; look at them there.",
        ),
    ],
)
@pytest.mark.parametrize("outcome", [Outcome.SAVED, Outcome.SAVED_AFTER_ALL])
def test_what_else_is_different_after_a_save_is_a_warning(
    outcome: Outcome, more: dict[str, object], words: str
) -> None:
    kind, _, also = said(outcome, 2, error=FAILED, **more)
    assert (kind, also) == ("warning", words)


def test_what_others_put_in_the_place_of_a_change_is_said_to_be_asked_about() -> None:
    mine = Change("name", "theirs", "mine")
    assert said(Outcome.NOT_SAVED, error=FAILED, missing=(mine,), crossed=(mine,))[-1] == (
        "Somebody else's value stands there: name theirs. {save} asks which value to keep."
    )


def test_what_a_server_kept_without_an_error_is_not_saved() -> None:
    assert said(Outcome.NOT_SAVED, missing=(flag("newJwt"),)) == (
        "error",
        "Not saved: the server has newJwt on.",
        "Your changes are kept. {save} tries again.",
    )


def test_after_a_refusal_it_is_not_known_where_the_server_could_not_be_read() -> None:
    fields = {"url": ("x",), "newJwt": ("must be on",)}
    error = Refused("h answered 400: refused", "Mend it.", fields=fields)
    reading = Unauthorised("h answered 401 to the business token", "Give another.")
    assert said(Outcome.UNKNOWN, error=error, reading_error=reading) == (
        "error",
        "It is not known whether this was saved: h answered 400: refused.",
        "Reading it again failed, too: h answered 401 to the business token.",
        "{credentials}: enter another token; then the save goes on. Your changes are kept.",
        "newJwt: must be on",
    )


def test_after_a_write_of_flags_it_is_said_which_are_not_known() -> None:
    mine, theirs = flag("newJwt"), flag("callUpsert")
    flags = (mine, theirs)
    assert said(Outcome.UNKNOWN, error=FAILED, unsettled=flags, restored=(theirs,))[1:] == (
        "The details were taken; it is not known whether the flags were (newJwt): "
        "h answered 500: it failed.",
        "{reread} reads what the server has now. Your changes are kept.",
        "Reset by the server with this save; it is not known whether it was put back: "
        "callUpsert on → off.",
        "The server says: “boom”",
    )


def test_what_the_server_refused_is_not_said_beside_fields_that_it_has() -> None:
    error = Refused("h answered 400: refused", "Mend it.", fields={"url": ("x",)})
    assert field_errors(SaveResult(Outcome.SAVED_AFTER_ALL, hook(), error=error)) == {}


def test_not_known_whether_it_was_saved() -> None:
    assert said(Outcome.UNKNOWN, error=NoAnswer("h did not answer in time", "Try again.")) == (
        "error",
        "It is not known whether this was saved: h did not answer in time.",
        "{reread} reads what the server has now. Your changes are kept.",
    )


def test_not_saved_says_what_to_do_and_that_the_changes_are_kept() -> None:
    assert said(Outcome.NOT_SAVED, error=FAILED) == (
        "error",
        "Not saved: h answered 500: it failed.",
        "Try again. Your changes are kept. {save} tries again.",
        "The server says: “boom”",
    )


@pytest.mark.parametrize("changed, kept", [(1, "Your 1 change is"), (3, "Your 3 changes are")])
def test_not_authorised_says_who_was_refused_and_how_to_go_on(changed: int, kept: str) -> None:
    error = Unauthorised(
        "h answered 401 to the business token (from x)", "Give another.", said=("jwt expired",)
    )
    assert said(Outcome.UNAUTHORISED, changed, error=error) == (
        "error",
        "Not saved: h answered 401 to the business token (from x).",
        f"{{credentials}}: enter another token; then the save goes on. {kept} kept.",
        "The server says: “jwt expired”",
    )


def refused(fields: dict[str, tuple[str, ...]], *general: str) -> Report | None:
    error = Refused("h answered 400: refused", "Mend it.", fields=fields, said=general)
    return report(SaveResult(Outcome.REFUSED, hook(), error=error), 1)


def test_what_is_said_beside_the_fields_is_not_said_again() -> None:
    assert refused({"url": ("must be a URL",), "name": ("is taken",)}) is None


def test_what_has_no_field_in_the_form_is_said_above_it() -> None:
    told = refused({"url": ("x",), "newJwt": ("must be on",), "headers": ("are odd",)}, "No.")
    assert told == Report(
        "error",
        (
            "Not saved: h answered 400: refused.",
            "The server says: “No.”",
            "newJwt: must be on",
            "headers: are odd",
        ),
    )


def test_a_refusal_without_a_word_is_said_to_be_one() -> None:
    told = refused({})
    assert told is not None
    assert told.sentences[1:] == ("The server gives no reason.",)


@pytest.mark.parametrize("outcome", [Outcome.CONFLICT, Outcome.INVALID])
def test_where_the_form_or_a_question_says_it_all_there_is_no_report(outcome: Outcome) -> None:
    assert report(SaveResult(outcome, hook()), 1) is None


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_other_outcome_has_a_report_in_whole_sentences(outcome: Outcome) -> None:
    error = ApiError("it failed", "Try again.")
    told = report(SaveResult(outcome, hook(), missing=(flag("newJwt"),), error=error), 1)
    if outcome not in (Outcome.CONFLICT, Outcome.INVALID):
        assert told is not None
        assert told.severity in ("success", "warning", "error")
        sentences = [in_words(sentence) for sentence in told.sentences]
        assert all(sentence.endswith(".") for sentence in sentences)
        assert all(sentence == sentence.strip() for sentence in sentences)


@pytest.mark.parametrize(
    "value, words",
    [(None, "(not there)"), (True, "on"), (False, "off"), ("", "(empty)"), ("a", "a")],
)
def test_a_value_is_written_for_people(value: Value, words: str) -> None:
    assert shown(value) == words


def test_a_change_and_a_conflict_are_named_alike() -> None:
    assert title(Change("url", "", "")) == title(Conflict("url", "", "", "")) == "URL"
    assert title(Change("name", "", "")) == "name"
    assert title(flag("new\x1bJwt")) == "new␛Jwt"
    assert change_words(flag("presenceUpdate")) == "presenceUpdate on → off"


def test_names_and_numbers_are_short() -> None:
    assert names(flag(str(number)) for number in range(6)) == "0, 1, 2, 3, 4, 5"
    assert names(flag(str(number)) for number in range(8)) == "0, 1, 2, 3, 4, 5 and 2 more"
    assert [count(number, "flag") for number in (0, 1, 2, 1200)] == [
        "0 flags",
        "1 flag",
        "2 flags",
        "1,200 flags",
    ]
