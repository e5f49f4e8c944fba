"""How a save ended, in sentences."""

from __future__ import annotations

import pytest

from tests.support import hook, in_words
from tui.api.errors import ApiError, NoAnswer, Refused, ServerFailed, Unauthorised
from tui.core.save_result import Objection, Outcome, SaveResult
from tui.messages.change_words import change_words, names, title, value_words
from tui.messages.save_report import EXISTS, Report, field_errors, report
from tui.model.diff import Change, Conflict, Value

FAILED = ServerFailed("h answered 500: it failed.", "Try again.", said=("boom",))
OTHERS_CHANGES = (
    Change("url", "https://a", "https://b"),
    Change("newJwt", True, None, is_flag=True),
)


def flag(name: str, *, server: Value = True, asked: Value = False) -> Change:
    return Change(name, server, asked, is_flag=True)


def reported(outcome: Outcome, changed: int = 2, **more: object) -> tuple[str, ...]:
    """Return the severity of the report on a save, then its sentences."""
    banner = report(SaveResult(outcome, hook(), **more), changed)  # type: ignore[arg-type]
    assert banner is not None
    return (banner.severity, *map(in_words, banner.sentences))


def test_no_changes() -> None:
    assert reported(Outcome.NO_CHANGES, 0) == ("success", "No changes: nothing was sent.")


def test_saved() -> None:
    assert reported(Outcome.SAVED, 1) == ("success", "Saved 1 change.")
    assert reported(Outcome.SAVED, 2, merged=OTHERS_CHANGES) == (
        "success",
        "Saved 2 changes.",
        "Changed by others meanwhile, and kept:"
        " URL https://a → https://b, newJwt on → (not there).",
    )


def test_saved_after_all_says_what_seemed_to_fail() -> None:
    assert reported(Outcome.SAVED_AFTER_ALL, error=FAILED) == (
        "success",
        "Saved after all: the server has it. h answered 500: it failed.",
    )


def test_saved_but_the_server_kept_some_flags() -> None:
    kept = (flag("newJwt"), flag("callUpsert", server=False, asked=True), flag("gone", server=None))
    assert reported(Outcome.PARTLY, missing=kept) == (
        "warning",
        "Saved, but the server kept 3 flags: newJwt on, callUpsert off, gone (not there).",
        "{save} tries again.",
    )


def test_many_kept_flags_are_named_in_part_and_counted() -> None:
    kept = tuple(flag(f"flag{number}") for number in range(20))
    _, words, _ = reported(Outcome.PARTLY, missing=kept)
    assert words.startswith("Saved, but the server kept 20 flags: flag0 on, flag1 on, ")
    assert words.endswith("flag5 on and 14 more.")


def test_details_saved_but_not_the_flags() -> None:
    assert reported(
        Outcome.PARTLY, missing=(flag("newJwt"),), error=FAILED, merged=OTHERS_CHANGES[:1]
    ) == (
        "warning",
        "Details saved; 1 flag not: newJwt.",
        "{save} saves the rest.",
        "h answered 500: it failed.",
        "The server says: “boom”",
        "Changed by others meanwhile, and kept: URL https://a → https://b.",
    )


def test_a_field_the_server_did_not_store_is_named() -> None:
    missing = (Change("name", "crm", "crm 2"), flag("newJwt"))
    assert reported(Outcome.PARTLY, missing=missing) == (
        "warning",
        "Only partly saved. The server did not store: name, newJwt.",
        "{save} saves the rest.",
    )


@pytest.mark.parametrize(
    "more, words",
    [
        (
            {"unrequested": OTHERS_CHANGES[:1]},
            "Changed on the server during this save, and left so: URL https://a → https://b.",
        ),
        (
            {"restored": (flag("newJwt"),)},
            "Reset by the server with this save, and put back: newJwt on → off.",
        ),
        (
            {"headers": ("x-team", "authorization")},
            "Headers have changed on the server: x-team, authorization."
            " Hookboard never changes headers; check them on the server.",
        ),
    ],
)
@pytest.mark.parametrize("outcome", [Outcome.SAVED, Outcome.SAVED_AFTER_ALL])
def test_side_effects_of_a_save_are_a_warning(
    outcome: Outcome, more: dict[str, object], words: str
) -> None:
    kind, _, also = reported(outcome, 2, error=FAILED, **more)
    assert (kind, also) == ("warning", words)


def test_the_next_save_asks_about_a_value_that_others_changed_too() -> None:
    mine = Change("name", "theirs", "mine")
    assert reported(Outcome.NOT_SAVED, error=FAILED, missing=(mine,), contested=(mine,))[-1] == (
        "Another user changed it too; the server has name theirs. {save} asks which value to keep."
    )


def test_changes_the_server_ignored_are_not_saved() -> None:
    assert reported(Outcome.NOT_SAVED, missing=(flag("newJwt"),)) == (
        "error",
        "Not saved. The server has newJwt on.",
        "Your changes are kept. {save} tries again.",
    )


def test_a_refusal_is_unknown_when_the_server_cannot_be_read_again() -> None:
    fields = {"url": ("x",), "newJwt": ("must be on",)}
    error = Refused("h answered 400: refused.", "Mend it.", fields=fields)
    reading = Unauthorised("h answered 401 to the business token.", "Give another.")
    assert reported(Outcome.UNKNOWN, error=error, reading_error=reading) == (
        "error",
        "It is not known whether this was saved. h answered 400: refused.",
        "Reading it again failed, too. h answered 401 to the business token.",
        "{credentials}: enter another token; then the save goes on. Your changes are kept.",
        "newJwt: must be on",
    )


def test_flags_sent_apart_are_named_when_their_outcome_is_unknown() -> None:
    mine, theirs = flag("newJwt"), flag("callUpsert")
    flags = (mine, theirs)
    assert reported(Outcome.UNKNOWN, error=FAILED, unsettled=flags, restored=(theirs,))[1:] == (
        "The details were saved; it is not known whether the flags were: newJwt. "
        "h answered 500: it failed.",
        "{reread} reads what the server has now. Your changes are kept.",
        "The server reset these flags; it is not known whether they are back: callUpsert on → off.",
        "The server says: “boom”",
    )


def test_saved_after_all_shows_no_errors_beside_the_fields() -> None:
    error = Refused("h answered 400: refused.", "Mend it.", fields={"url": ("x",)})
    assert field_errors(SaveResult(Outcome.SAVED_AFTER_ALL, hook(), error=error)) == {}


def test_a_webhook_that_already_exists_is_reported_beside_its_name() -> None:
    result = SaveResult(Outcome.INVALID, objection=Objection.EXISTS)
    assert field_errors(result) == {"name": EXISTS}


def test_a_rule_broken_only_with_the_changes_of_others_names_these() -> None:
    errors = (("flags", "turn a flag on"),)
    result = SaveResult(Outcome.INVALID, objection=Objection.MERGED, field_errors=errors)
    (words,) = field_errors(result).values()
    assert in_words(words) == (
        "others changed it meanwhile; turn a flag on. {reread} reads their changes"
    )


def test_unknown_outcome() -> None:
    assert reported(Outcome.UNKNOWN, error=NoAnswer("h did not answer in time.", "Try again.")) == (
        "error",
        "It is not known whether this was saved. h did not answer in time.",
        "{reread} reads what the server has now. Your changes are kept.",
    )


def test_not_saved_says_what_to_do_and_that_the_changes_are_kept() -> None:
    assert reported(Outcome.NOT_SAVED, error=FAILED) == (
        "error",
        "Not saved. h answered 500: it failed.",
        "Try again. Your changes are kept. {save} tries again.",
        "The server says: “boom”",
    )


@pytest.mark.parametrize("changed, kept", [(1, "Your 1 change is"), (3, "Your 3 changes are")])
def test_not_authorised_says_who_was_refused_and_how_to_go_on(changed: int, kept: str) -> None:
    error = Unauthorised(
        "h answered 401 to the business token (from x).", "Give another.", said=("jwt expired",)
    )
    assert reported(Outcome.UNAUTHORISED, changed, error=error) == (
        "error",
        "Not saved. h answered 401 to the business token (from x).",
        f"{{credentials}}: enter another token; then the save goes on. {kept} kept.",
        "The server says: “jwt expired”",
    )


def refused(fields: dict[str, tuple[str, ...]], *general: str) -> Report | None:
    error = Refused("h answered 400: refused.", "Mend it.", fields=fields, said=general)
    return report(SaveResult(Outcome.REFUSED, hook(), error=error), 1)


def test_complaints_beside_the_fields_are_not_repeated() -> None:
    assert refused({"url": ("must be a URL",), "name": ("is taken",)}) is None


def test_complaints_without_a_field_are_in_the_banner() -> None:
    banner = refused({"url": ("x",), "newJwt": ("must be on",), "headers": ("are odd",)}, "No.")
    assert banner is not None
    assert banner.severity == "error"
    assert [in_words(sentence) for sentence in banner.sentences] == [
        "Not saved. h answered 400: refused.",
        "The server says: “No.”",
        "newJwt: must be on",
        "headers: are odd",
    ]


def test_a_refusal_without_a_reason() -> None:
    banner = refused({})
    assert banner is not None
    assert banner.sentences[1:] == ("The server gives no reason.",)


@pytest.mark.parametrize("outcome", [Outcome.CONFLICT, Outcome.INVALID])
def test_no_report_where_the_form_shows_the_outcome(outcome: Outcome) -> None:
    assert report(SaveResult(outcome, hook()), 1) is None


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_other_outcome_has_a_report_in_whole_sentences(outcome: Outcome) -> None:
    error = ApiError("it failed.", "Try again.")
    banner = report(SaveResult(outcome, hook(), missing=(flag("newJwt"),), error=error), 1)
    if outcome not in (Outcome.CONFLICT, Outcome.INVALID):
        assert banner is not None
        assert banner.severity in ("success", "warning", "error")
        sentences = [in_words(sentence) for sentence in banner.sentences]
        assert all(sentence.endswith(".") for sentence in sentences)
        assert all(sentence == sentence.strip() for sentence in sentences)


@pytest.mark.parametrize(
    "value, words",
    [(None, "(not there)"), (True, "on"), (False, "off"), ("", "(empty)"), ("a", "a")],
)
def test_a_value_is_written_for_people(value: Value, words: str) -> None:
    assert value_words(value) == words


def test_a_change_and_a_conflict_are_named_alike() -> None:
    assert title(Change("url", "", "")) == title(Conflict("url", "", "", "")) == "URL"
    assert title(Change("name", "", "")) == "name"
    assert title(flag("new\x1bJwt")) == "new␛Jwt"
    assert change_words(flag("presenceUpdate")) == "presenceUpdate on → off"


def test_many_names_are_cut_short() -> None:
    assert names(flag(str(number)) for number in range(6)) == "0, 1, 2, 3, 4, 5"
    assert names(flag(str(number)) for number in range(8)) == "0, 1, 2, 3, 4, 5 and 2 more"
