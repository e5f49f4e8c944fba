"""How a save ended, in sentences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tui.model.changes import Change, Conflict, Value
from tui.model.events import label
from tui.saving import Outcome, SaveResult

_MOST_NAMED = 6


@dataclass(frozen=True, slots=True)
class Report:
    """What to say: the first sentence is what happened, then what to do and the details."""

    kind: str
    """``on`` for good news, ``warning``, ``error``."""
    sentences: tuple[str, ...]


def report(result: SaveResult, changed: int) -> Report | None:
    """Say how a save of ``changed`` changes ended; ``None`` where the fields say it all."""
    others = _others(result.merged)
    match result.outcome:
        case Outcome.NO_CHANGES:
            return Report("on", ("No changes: nothing was sent.",))
        case Outcome.SAVED:
            return Report("on", (f"Saved {count(changed, 'change')}.", *others))
        case Outcome.SAVED_AFTER_ALL:
            return Report("on", (f"Saved after all: {_what(result)}, but it is there.", *others))
        case Outcome.CONFLICT:
            return None
        case Outcome.INVALID:
            return None
        case Outcome.PARTLY:
            return Report("warning", (*_partly(result), *others))
        case Outcome.UNKNOWN:
            return Report(
                "error",
                (
                    f"It is not known whether this was saved: {_what(result)}.",
                    "^r reads what the server has now. Your changes are kept.",
                    *_said(result),
                ),
            )
        case Outcome.REFUSED:
            return _refused(result)
        case Outcome.UNAUTHORISED:
            return _unauthorised(result, changed)
        case Outcome.NOT_SAVED:
            to_do = result.error.to_do if result.error else ""
            kept = "Your changes are kept; ^s tries again."
            return Report(
                "error", (f"Not saved: {_what(result)}.", f"{to_do} {kept}", *_said(result))
            )


def count(number: int, thing: str) -> str:
    """Return ``1 change``, ``3 changes``."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def shown(value: Value) -> str:
    """Write a value for people."""
    match value:
        case None:
            return "(not there)"
        case bool():
            return "on" if value else "off"
        case "":
            return "(empty)"
        case _:
            return value


def change_words(change: Change) -> str:
    """Write a change: ``presenceUpdate on → off``."""
    return f"{title(change)} {shown(change.old)} → {shown(change.new)}"


def title(change: Change | Conflict) -> str:
    """Name what a change or conflict is about."""
    if change.is_flag:
        return label(change.key)
    return "URL" if change.key == "url" else change.key


def names(changes: Iterable[Change | Conflict]) -> str:
    """Name some changes in a line, the first few and how many more."""
    return _listed(map(title, changes))


def _refused(result: SaveResult) -> Report | None:
    fields = getattr(result.error, "fields", {})
    elsewhere = tuple(
        f"{label(key)}: {words}"
        for key, sentences in fields.items()
        if key not in ("name", "url", "enabled")
        for words in sentences
    )
    said = (*_said(result), *elsewhere)
    if fields and not said:
        return None
    said = said or ("The server gives no reason.",)
    return Report("error", (f"Not saved: {_what(result)}.", *said))


def _unauthorised(result: SaveResult, changed: int) -> Report:
    kept = f"^t another token, and the save goes on. Your {count(changed, 'change')}"
    kept += " is kept." if changed == 1 else " are kept."
    return Report("error", (f"Not saved: {_what(result)}.", kept, *_said(result)))


def _partly(result: SaveResult) -> tuple[str, ...]:
    missing = result.missing
    if all(change.is_flag for change in missing):
        details = f"Details saved; {count(len(missing), 'flag')} not: {names(missing)}."
        if result.error is None:
            # `old` is what the server has, `new` what was asked for.
            kept = _listed(f"{title(one)} {shown(one.old)}" for one in missing)
            return (f"Saved, but the server kept {count(len(missing), 'flag')}: {kept}.",)
    else:
        details = f"Only partly saved. The server does not have: {names(missing)}."
    why = (f"{_what(result)}.", *_said(result)) if result.error else ()
    return (details, "^s saves again what is missing.", *why)


def _others(merged: tuple[Change, ...]) -> tuple[str, ...]:
    if not merged:
        return ()
    return (f"Changed by others meanwhile, and kept: {_listed(map(change_words, merged))}.",)


def _listed(words: Iterable[str]) -> str:
    """Join the first few in a line, and say how many more there are."""
    listed = list(words)
    more = len(listed) - _MOST_NAMED
    return ", ".join(listed[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _what(result: SaveResult) -> str:
    return result.error.what if result.error else "it did not go through"


def _said(result: SaveResult) -> tuple[str, ...]:
    return tuple(
        f"The server says: “{words}”" for words in (result.error.said if result.error else ())
    )
