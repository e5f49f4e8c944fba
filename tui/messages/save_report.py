"""How a save or a reading ended, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.api.errors import ApiError, FlagsRefused, NotAddressable, NotFound, Refused
from tui.core.save_result import Objection, Outcome, SaveResult
from tui.i18n import _, ngettext, number
from tui.messages.change_words import change_words, names, title, visible_value
from tui.messages.severity import Severity
from tui.model.counting import listed
from tui.model.diff import Change, changes
from tui.model.flag_words import label
from tui.model.sentence import Sentence, Wording, joined
from tui.model.webhook import FIELDS

if TYPE_CHECKING:
    from tui.core.edit_session import Reading

EXISTS = _("a webhook with this name and URL already exists; read the list again to see it")
CHANGES_KEPT = _("Your changes are kept.")
READ_AGAIN = Sentence(_("{reread} reads what the server has now."))
ENTER_TOKEN = Sentence(_("{credentials}: enter another token; then the save goes on."))


@dataclass(frozen=True, slots=True)
class Report:
    """Sentences for a banner: the first says what happened, the others what to do and details."""

    severity: Severity
    sentences: tuple[Wording, ...]
    expires: bool = False
    """Whether the next change removes it from the screen, as it does good news."""


def report(result: SaveResult, changed: int) -> Report | None:
    """Say how a save of ``changed`` changes ended; ``None`` where the fields say it all."""
    match result.outcome:
        case Outcome.NO_CHANGES:
            return Report("success", (_("No changes: nothing was sent."),))
        case Outcome.SAVED:
            text = ngettext("Saved {count} change.", "Saved {count} changes.", changed)
            return _saved(result, text.format(count=number(changed)))
        case Outcome.SAVED_AFTER_ALL:
            said = _("Saved after all: the server has it.")
            return _saved(result, joined(said, _why(result)))
        case Outcome.CONFLICT | Outcome.INVALID:
            return None
        case Outcome.PARTLY:
            return Report("warning", (*_partly(result), *_side_effects(result)))
        case Outcome.UNKNOWN:
            return Report("error", _unknown(result))
        case Outcome.REFUSED:
            return _refused(result)
        case Outcome.UNAUTHORISED:
            return _unauthorised(result, changed)
        case Outcome.NOT_SAVED:
            return _not_saved(result)


def field_errors(result: SaveResult) -> dict[str, Wording]:
    """Return the errors for the fields of the form, and for ``flags`` as a whole."""
    if result.outcome is Outcome.SAVED_AFTER_ALL:
        return {}  # the server has the values in spite of its complaints
    complaints = _complaints_by_field(result)
    servers = {
        name: "; ".join(complaints[name]) for name in (*FIELDS, "flags") if name in complaints
    }
    return {**servers, **objections(result.objection, result.field_errors)}


def objections(
    objection: Objection | None, rules: Iterable[tuple[str, str]]
) -> Mapping[str, Wording]:
    """Say by field why Hookboard itself did not send a save; ``rules`` are those it breaks."""
    match objection:
        case Objection.EXISTS:
            return {"name": EXISTS}
        case Objection.MERGED:
            return {name: _changed_by_others(problem) for name, problem in rules}
        case _:
            return dict(rules)


def _changed_by_others(problem: str) -> Sentence:
    return Sentence(
        _("others changed it meanwhile; {problem}. {reread} reads their changes"),
        {"problem": problem},
    )


def stopped_saving(*, wrote: bool) -> tuple[Wording, ...]:
    """Say what is known of a save after the user stopped waiting for it."""
    if not wrote:
        return (
            _("You stopped waiting: nothing was written."),
            Sentence(_("Your changes are kept. {save} saves them.")),
        )
    return (
        _("You stopped waiting: it is not known whether this was saved."),
        joined(READ_AGAIN, CHANGES_KEPT),
    )


def not_read(error: ApiError) -> tuple[Wording, ...]:
    """Say that the webhook could not be read when its form was opened."""
    not_again = joined(_("The webhook could not be read again."), error.what)
    from_list = _("The form shows the values of the list.")
    sentences: tuple[Wording, ...]
    match error:
        case NotFound():
            gone = joined(error.what, _("It may have been deleted."))
            sentences = (gone, from_list)
        case NotAddressable():
            sentences = (not_again, joined(from_list, error.to_do))
        case _:
            sentences = (not_again, joined(from_list, Sentence(_("{reread} reads it again."))))
    return *sentences, *error.server_says


def read_again(reading: Reading, *, quiet: bool) -> Report | None:
    """Say what reading again showed; ``quiet``: say nothing where nothing has changed."""
    if reading.sent is not None:
        missing = changes(reading.webhook.values, reading.sent)
        if not missing:
            saved = _("It was saved after all: the server has everything that was sent.")
            return Report("success", (saved,))
        not_stored = _("The server did not store: {changes}.").format(changes=names(missing))
        return Report("warning", (not_stored, Sentence(_("{save} saves it again."))))
    theirs = tuple(change_words(change) for change in reading.merge.from_theirs if change.matters)
    if theirs:
        text = _("Changed on the server since it was read: {changes}.")
        return Report("warning", (text.format(changes=listed(theirs)),))
    if reading.done:
        text = _("The server has these changes already: there is nothing left to save.")
        return Report("success", (text,))
    if quiet:
        return None
    return Report("success", (_("Read again: nothing else has changed on the server."),))


def _saved(result: SaveResult, sentence: Wording) -> Report:
    warns = result.unrequested or result.restored or result.headers
    sentences = (sentence, *_side_effects(result))
    return Report("warning" if warns else "success", sentences, expires=True)


def _not_saved(result: SaveResult) -> Report:
    kept = Sentence(_("Your changes are kept. {save} tries again."))
    to_do = joined(result.error.to_do, kept) if result.error else kept
    return _nothing_saved(result, to_do)


def _unauthorised(result: SaveResult, changed: int) -> Report:
    text = ngettext("Your {count} change is kept.", "Your {count} changes are kept.", changed)
    return _nothing_saved(result, joined(ENTER_TOKEN, text.format(count=number(changed))))


def _nothing_saved(result: SaveResult, to_do: Wording) -> Report:
    sentences = (
        joined(_("Not saved."), _why(result)),
        to_do,
        *_server_says(result),
        *_side_effects(result),
    )
    return Report("error", sentences)


def _refused(result: SaveResult) -> Report | None:
    if isinstance(result.error, FlagsRefused):
        return _not_saved(result)
    fields, besides = _complaints_by_field(result), _side_effects(result)
    words = (*_server_says(result), *_complaints_beside_no_field(result))
    if fields and not words and not besides:
        return None
    if not fields and not words:
        words = (_("The server gives no reason."),)
    return Report("error", (joined(_("Not saved."), _why(result)), *words, *besides))


def _unknown(result: SaveResult) -> tuple[Wording, ...]:
    """Say what may have been stored, why that is not known, and how to find out."""
    reading = result.reading_error if result.reading_error is not result.error else None
    sentences: list[Wording] = [_what_is_unknown(result)]
    if reading:
        failed = joined(_("Reading it again failed, too."), reading.what)
        sentences += (failed, *reading.server_says)
    find_out = ENTER_TOKEN if result.needs_token else READ_AGAIN
    sentences.append(joined(find_out, CHANGES_KEPT))
    if result.restored:
        text = _("The server reset these flags; it is not known whether they are back: {changes}.")
        sentences.append(text.format(changes=listed(map(change_words, result.restored))))
    return (*sentences, *_server_says(result), *_complaints_beside_no_field(result))


def _what_is_unknown(result: SaveResult) -> Wording:
    flags = names(change for change in result.unsettled if change not in result.restored)
    if flags:
        text = _("The details were saved; it is not known whether the flags were: {flags}.")
    elif result.restored:
        text = _("The details were saved; it is not known what became of the flags.")
    else:
        text = _("It is not known whether this was saved.")
    return joined(text.format(flags=flags), _why(result))


def _partly(result: SaveResult) -> tuple[Wording, ...]:
    missing = result.missing
    reason = (_why(result), *_server_says(result)) if result.error else ()
    rest = Sentence(_("{save} saves the rest."))
    if not all(change.is_flag for change in missing):
        text = _("Only partly saved. The server did not store: {changes}.")
        return text.format(changes=names(missing)), rest, *reason
    count = number(len(missing))
    if result.error is None:
        text = ngettext(
            "Saved, but the server kept {count} flag: {flags}.",
            "Saved, but the server kept {count} flags: {flags}.",
            len(missing),
        )
        kept = text.format(count=count, flags=_server_values(missing))
        return kept, Sentence(_("{save} tries again."))
    text = ngettext(
        "Details saved; {count} flag not: {flags}.",
        "Details saved; {count} flags not: {flags}.",
        len(missing),
    )
    return text.format(count=count, flags=names(missing)), rest, *reason


def _side_effects(result: SaveResult) -> tuple[Wording, ...]:
    """Say what else changed around a save, a sentence for each kind of change."""
    sentences: list[Wording] = [
        text.format(changes=listed(map(change_words, changed)))
        for text, changed in (
            (_("Changed by others meanwhile, and kept: {changes}."), result.merged),
            (
                _("Changed on the server during this save, and left so: {changes}."),
                result.unrequested,
            ),
            (_("Reset by the server with this save, and put back: {changes}."), result.restored),
        )
        if changed
    ]
    if result.flags_chosen:
        text = _("No flags were chosen and the server requires them: it stored all of them as on.")
        sentences.append(text)
    if result.contested:
        theirs = _("Another user changed it too; the server has {values}.")
        ask = Sentence(_("{save} asks which value to keep."))
        sentences.append(joined(theirs.format(values=_server_values(result.contested)), ask))
    if result.headers:
        text = _(
            "Headers have changed on the server: {headers}. Hookboard never changes headers; "
            "check them on the server."
        )
        sentences.append(text.format(headers=listed(result.headers)))
    return tuple(sentences)


def _server_values(missing: Iterable[Change]) -> str:
    """Name what the server has in place of the wanted values: ``newJwt on, callUpsert off``."""
    return listed(f"{title(change)} {visible_value(change.old, change.key)}" for change in missing)


def _why(result: SaveResult) -> str:
    """Say why a save is not complete."""
    if result.error:
        return result.error.what
    return _("The server has {values}.").format(values=_server_values(result.missing))


def _complaints_by_field(result: SaveResult) -> Mapping[str, tuple[str, ...]]:
    return result.error.fields if isinstance(result.error, Refused) else {}


def _complaints_beside_no_field(result: SaveResult) -> tuple[str, ...]:
    """Return the server's complaints about flags and headers: the form has no place for them."""
    return tuple(
        _("{field}: {complaint}").format(field=label(key), complaint=complaint)
        for key, complaints in _complaints_by_field(result).items()
        if key not in FIELDS
        for complaint in complaints
    )


def _server_says(result: SaveResult) -> tuple[str, ...]:
    return result.error.server_says if result.error else ()
