"""How a save ended, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.api.errors import ApiError, FlagsRefused, NotAddressable, NotFound, Refused
from tui.core.save_result import Outcome, SaveResult
from tui.messages.change_words import change_words, names, title, visible
from tui.messages.severity import Severity
from tui.model.counting import count, listed
from tui.model.diff import Change, changes
from tui.model.flag_words import label
from tui.model.sentence import Sentence, Wording, joined
from tui.model.webhook import FIELDS

if TYPE_CHECKING:
    from tui.core.edit_session import Reading

READ_AGAIN = Sentence("{reread} reads what the server has now.")
ENTER_TOKEN = Sentence("{credentials}: enter another token; then the save goes on.")


@dataclass(frozen=True, slots=True)
class Report:
    """What to say: the first sentence is what happened, then what to do and the details."""

    severity: Severity
    sentences: tuple[Wording, ...]
    passes: bool = False
    """Whether it is out of date with the next change, though it is no good news alone."""


def report(result: SaveResult, changed: int) -> Report | None:
    """Say how a save of ``changed`` changes ended; ``None`` where the fields say it all."""
    others = _others(result)
    good: Severity = "warning" if result.besides or result.restored or result.headers else "success"
    match result.outcome:
        case Outcome.NO_CHANGES:
            return Report("success", ("No changes: nothing was sent.",))
        case Outcome.SAVED:
            return Report(good, (f"Saved {count(changed, 'change')}.", *others), passes=True)
        case Outcome.SAVED_AFTER_ALL:
            said = f"Saved after all: the server has it, although {_what(result)}."
            return Report(good, (said, *others), passes=True)
        case Outcome.CONFLICT:
            return None
        case Outcome.INVALID:
            return None
        case Outcome.PARTLY:
            return Report("warning", (*_partly(result), *others))
        case Outcome.UNKNOWN:
            return Report("error", _unknown(result))
        case Outcome.REFUSED:
            return _refused(result)
        case Outcome.UNAUTHORISED:
            return _unauthorised(result, changed)
        case Outcome.NOT_SAVED:
            return _not_saved(result)


def field_errors(result: SaveResult) -> dict[str, Wording]:
    """Return what either side said of the fields of the form, and of the flags as a whole."""
    if result.outcome is Outcome.SAVED_AFTER_ALL:
        return {}  # whatever was said of them, they are there
    said = _said_by_field(result)
    theirs = {name: "; ".join(said[name]) for name in (*FIELDS, "flags") if name in said}
    return {**theirs, **dict(result.field_errors)}


def stopped_saving(*, wrote: bool) -> tuple[Wording, ...]:
    """Say what is known of a save that nobody waits for any more."""
    if not wrote:
        return (
            "You stopped waiting: nothing was written.",
            Sentence("Your changes are kept. {save} saves them."),
        )
    return (
        "You stopped waiting: it is not known whether this was saved.",
        joined(READ_AGAIN, "Your changes are kept."),
    )


def not_read(error: ApiError) -> tuple[Wording, ...]:
    """Say that what stands in a form was not read again when it was opened."""
    as_listed = "What stands here is as it was listed."
    sentences: tuple[Wording, ...]
    match error:
        case NotFound():
            sentences = (f"{error.what}. It may have been deleted.", as_listed)
        case NotAddressable():
            sentences = (f"Not read again: {error.what}.", joined(as_listed, error.to_do))
        case _:
            again = Sentence("{reread} reads it again.")
            sentences = (f"Not read again: {error.what}.", joined(as_listed, again))
    return *sentences, *error.server_says


def read_again(reading: Reading, *, quiet: bool) -> Report | None:
    """Say what reading again showed. Quietly, what is as it was is worth no word."""
    others = reading.merge.from_theirs
    theirs = tuple(change_words(change) for change in others if change.matters)
    if reading.sent is not None:
        missing = changes(reading.webhook.values, reading.sent)
        if not missing:
            return Report("success", ("It was saved after all: the server has what was sent.",))
        return Report(
            "warning",
            (
                f"The server did not store: {names(missing)}.",
                Sentence("{save} saves it again."),
            ),
        )
    if theirs:
        return Report("warning", (f"Changed on the server since it was read: {listed(theirs)}.",))
    if reading.done:
        return Report(
            "success", ("The server has these changes already: nothing is left to save.",)
        )
    return (
        None
        if quiet
        else Report("success", ("Read again: nothing else has changed on the server.",))
    )


def _not_saved(result: SaveResult) -> Report:
    kept = Sentence("Your changes are kept. {save} tries again.")
    to_do = joined(result.error.to_do, kept) if result.error else kept
    sentences = (f"Not saved: {_what(result)}.", to_do, *_said(result), *_others(result))
    return Report("error", sentences)


def _refused(result: SaveResult) -> Report | None:
    if isinstance(result.error, FlagsRefused):
        return _not_saved(result)
    fields = _said_by_field(result)
    said, others = (*_said(result), *_said_of_others(result)), _others(result)
    if fields and not said and not others:
        return None
    said = said or (() if fields else ("The server gives no reason.",))
    return Report("error", (f"Not saved: {_what(result)}.", *said, *others))


def _unknown(result: SaveResult) -> tuple[Wording, ...]:
    """Say what was sent and is not known to be stored, why, and how to find out."""
    put_back = listed(map(change_words, result.restored))
    flags = names(one for one in result.unsettled if one not in result.restored)
    if flags:
        what = f"The details were taken; it is not known whether the flags were ({flags})"
    elif put_back:
        what = "The details were taken; the rest is not known"
    else:
        what = "It is not known whether this was saved"
    reading = result.reading_error
    unread = reading.what if reading and reading is not result.error else ""
    find_out = ENTER_TOKEN if result.needs_token else READ_AGAIN
    sentences: tuple[Wording, ...] = (
        f"{what}: {_what(result)}.",
        f"Reading it again failed, too: {unread}." if unread else "",
        *(reading.server_says if reading and unread else ()),
        joined(find_out, "Your changes are kept."),
        f"Reset by the server with this save; it is not known whether it was put back: {put_back}."
        if put_back
        else "",
        *_said(result),
        *_said_of_others(result),
    )
    return tuple(sentence for sentence in sentences if sentence)


def _unauthorised(result: SaveResult, changed: int) -> Report:
    kept = f"Your {count(changed, 'change')} {'is' if changed == 1 else 'are'} kept."
    to_do = joined(ENTER_TOKEN, kept)
    sentences = (f"Not saved: {_what(result)}.", to_do, *_said(result), *_others(result))
    return Report("error", sentences)


def _partly(result: SaveResult) -> tuple[Wording, ...]:
    missing = result.missing
    if all(change.is_flag for change in missing):
        details = f"Details saved; {count(len(missing), 'flag')} not: {names(missing)}."
        if result.error is None:
            flags = count(len(missing), "flag")
            kept = f"Saved, but the server kept {flags}: {_kept(missing)}."
            return (kept, Sentence("{save} tries again."))
    else:
        details = f"Only partly saved. The server does not have: {names(missing)}."
    why = (f"{_what(result)}.", *_said(result)) if result.error else ()
    return (details, Sentence("{save} saves again what is missing."), *why)


def _others(result: SaveResult) -> tuple[Wording, ...]:
    """Say what is not of this save's asking, a sentence for each kind."""
    said: list[Wording] = []
    if result.merged:
        theirs = listed(map(change_words, result.merged))
        said.append(f"Changed by others meanwhile, and kept: {theirs}.")
    if result.besides:
        found = listed(map(change_words, result.besides))
        said.append(f"Changed on the server while this was saved, and left so: {found}.")
    if result.restored:
        reset = listed(map(change_words, result.restored))
        said.append(f"Reset by the server with this save, and put back: {reset}.")
    if result.flags_chosen:
        said.append("The server wanted the flags, which nobody had chosen: all are stored as on.")
    if result.crossed:
        theirs = f"Somebody else's value stands there: {_kept(result.crossed)}."
        said.append(joined(theirs, Sentence("{save} asks which value to keep.")))
    if result.headers:
        headers = listed(result.headers)
        said.append(
            f"Headers on the server are not as they were: {headers}. Nothing here changes "
            "headers; look at them there."
        )
    return tuple(said)


def _kept(missing: Iterable[Change]) -> str:
    """Name what the server has in the place of what was asked for."""
    return listed(f"{title(one)} {visible(one.old, one.key)}" for one in missing)


def _what(result: SaveResult) -> str:
    return result.error.what if result.error else f"the server has {_kept(result.missing)}"


def _said_by_field(result: SaveResult) -> Mapping[str, tuple[str, ...]]:
    return result.error.fields if isinstance(result.error, Refused) else {}


def _said_of_others(result: SaveResult) -> tuple[str, ...]:
    """Return what the server said of flags and headers, which have no place beside them."""
    return tuple(
        f"{label(key)}: {words}"
        for key, sentences in _said_by_field(result).items()
        if key not in ("name", "url", "enabled")
        for words in sentences
    )


def _said(result: SaveResult) -> tuple[str, ...]:
    return result.error.server_says if result.error else ()
