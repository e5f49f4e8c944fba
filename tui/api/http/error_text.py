"""Making readable sentences of what a server said was wrong.

Each sentence goes to the field it names, so that it can be shown beside that field, or to
the general ones. Nothing here raises: an error that cannot be read hides the real one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from tui.api.http.error_body import MOST_MESSAGES, Message, read_messages
from tui.model.secret import MASK, Secret
from tui.model.text import clean

MOST_SENTENCES = 20
"""How many sentences are kept of those about one thing; one more says how many there were."""
LONGEST_SENTENCE = 300
"""In characters; what is longer ends in an ellipsis."""

FIELDS = ("name", "url", "enabled", "headers")
"""The fields of a webhook, beside its flags, that a sentence can be about."""


@dataclass(frozen=True, slots=True)
class ErrorText:
    """What a server said was wrong, clean and bounded; all empty when it said nothing."""

    general: tuple[str, ...] = ()
    """Sentences that name no field."""
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Sentences by what they name: one of :data:`FIELDS` or a flag's wire name."""
    unexpected: tuple[str, ...] = ()
    """Properties the server says should not exist, as it named them (``WebhookEvents``,
    ``headers``, ``WebhookEvents.newJwt``); the sentences are among the general ones."""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What the server would accept, by the path of the value that it did not, as it named both
    (``webhook.events[2]``); the sentences are among the general ones."""

    @property
    def sentences(self) -> tuple[str, ...]:
        """All of it, what names no field first."""
        by_field = (sentence for sentences in self.fields.values() for sentence in sentences)
        return (*self.general, *by_field)


def read_error(
    body: bytes,
    content_type: str,
    *,
    flags: Collection[str] = (),
    known: Collection[Secret] = (),
) -> ErrorText:
    """Read an error body of any shape, size and charset into sentences.

    ``content_type`` is the header as it came, or empty. ``flags`` are the wire names the
    webhook has: a sentence that starts with one is about that flag. A flag named by its path
    (``WebhookEvents.newJwt``) needs no such help, so ``fields`` may hold one not in ``flags``.
    ``known`` are secrets that the server may repeat; they are covered.
    """
    messages = read_messages(body, content_type, known)
    found = ((message, text) for message in messages for text in _sentences(message.text))
    read = list(islice(found, MOST_MESSAGES))
    # A status or a code alone is worth a line only where nothing else was said.
    told = [(m, text) for m, text in read if not m.weak] or read[:1]

    general: dict[str, None] = {}
    fields: dict[str, dict[str, None]] = {}
    unexpected: dict[str, None] = {}
    for message, text in told:
        refused = _unexpected(text)
        about = None if refused else _about(message.place, text, flags)
        (fields.setdefault(about, {}) if about else general)[_shown(message, text, about)] = None
        unexpected.update(dict.fromkeys(refused))
    cut = max(len(messages), len(read)) >= MOST_MESSAGES
    return ErrorText(
        _bounded(general, cut),
        {name: _bounded(texts, cut) for name, texts in fields.items()},
        tuple(unexpected),
        dict(filter(None, (_choices(message.text) for message in messages))),
    )


# What comes before the sentence: the class of an exception, what Prisma was asked (recorded).
_PREAMBLE = re.compile(
    r"(?:(?:[A-Za-z][\w.$]{0,80})?(?:Error|Exception)(?: \[\w+\])?:\s+"
    r"|Invalid `[^`\n]*` invocation(?: in)?:?[ \t]*\n*)+"
)
# Lines of a dump that are no sentence: source code, a query, frames of a stack.
_SOURCE = re.compile(r"\s++(?![-*•] )|[{}()\]→]|/\S+:\d+|#\d+ |Traceback |Stack trace|goroutine \d")
_FRAME = re.compile(r"\s*at .*:\d+\)?$")
_LONGEST_DUMP = 20_000
_MOST_LINES = 500
_LONGEST_LINE = 6_000


def _sentences(text: str) -> Iterator[str]:
    """Yield what a person can read of one message: its lines, or the sentence of a dump."""
    text = text[:_LONGEST_DUMP].strip()
    is_dump = False
    if found := _PREAMBLE.match(text):
        is_dump = "` invocation" in found[0]
        text = text[found.end() :]
    lines = [line[0] for line in islice(re.finditer(r"[^\r\n]+", text), _MOST_LINES)]
    lines = [line for line in lines if line.strip()]
    telling = [line for line in lines if not _FRAME.match(line)]
    if len(lines) > 1:
        telling = [line for line in telling if not _SOURCE.match(line)]
    if is_dump or len(telling) < len(lines):
        del telling[1:]
    yield from filter(None, map(_tidy, telling))


_TOKEN = re.compile(r"\beyJ[\w-]{8,}(?:\.[\w-]+)*|(?<=Bearer )[^\s\"',]{16,}")
_LIST = re.compile(r"(?<![\w.-])[\w.-]++(?:, ?[\w.-]++){8,}")


def _tidy(line: str) -> str:
    """Make one line fit to be shown: no tokens, no endless lists, clean and bounded."""
    line = re.sub(r"[ \t]+", " ", line[:_LONGEST_LINE]).strip(" ")
    line = re.sub(r"^[-*•] ", "", line)
    return clean(_LIST.sub(_some, _TOKEN.sub(MASK, line)), LONGEST_SENTENCE).strip()


def _some(found: re.Match[str]) -> str:
    items = re.split(", ?", found[0])
    return f"{', '.join(items[:4])}, … ({len(items)} in all)"


_PATH = r"[A-Za-z_]\w*(?:[./]\w+|\[\w*\])*"
_QUOTE = r"[\"'`]?"
_FIRST = re.compile(rf"(?:(?:the|property|field|argument) )?{_QUOTE}({_PATH})(?![\w-])", re.I)
_REQUIRES = re.compile(rf"\brequire[sd] (?:property|field):? {_QUOTE}({_PATH})")  # jsonschema
# Sentences about the network that happen to start like a field.
_NO_FIELD = re.compile(r"name (?:resolution|or service)|headers? timeout", re.I)


def _about(place: str, text: str, flags: Collection[str]) -> str | None:
    """Return the field or flag a message is about: by its property, else by its words."""
    if place and (about := _field(place, flags)):
        return about
    if (first := _FIRST.match(text)) and not _NO_FIELD.match(text):
        about = _field(first[1], flags)
        # At the start of an English sentence "URL" and "Name" are fields too.
        if about := about or _field(first[1].lower(), ()):
            return about
    required = _REQUIRES.search(text)
    return _field(required[1], flags) if required else None


_ROOTS = frozenset({"body", "data", "instance", "webhook"})
_EVENTS = frozenset({"WebhookEvents", "events"})


def _field(path: str, flags: Collection[str]) -> str | None:
    """Return the field or flag that a path names: ``webhook.url``, ``events.newJwt``."""
    names: list[str] = re.findall(r"[^./\[\]]+", path[:200])
    while len(names) > 1 and names[0] in _ROOTS:
        del names[0]
    match names:
        case [parent, flag, *_] if parent in _EVENTS and flag.isidentifier():
            return clean(flag)
        case [name, *_] if name in FIELDS or name in flags:
            return name
    return None


# How validators say that a property is not known: class-validator, jsonschema (two versions),
# Go's encoding/json, zod, Prisma, Joi. Which of them a server uses is a guess; the last is
# CodeChat Go's (recorded).
_UNEXPECTED = (
    re.compile(rf"(?:(?<![\w.])({_PATH})\.)?property {_QUOTE}([\w$.-]+){_QUOTE} should not exist"),
    re.compile(
        rf"(?<![\w.])(?:({_PATH}) )?is not allowed to have the additional property \"([^\"]+)\""
    ),
    re.compile(r"()\badditionalProperty \"([^\"]+)\" exists in instance when not allowed"),
    re.compile(r"()\bunknown field \"([^\"]+)\""),
    re.compile(r"()\bUnrecognized key(?:\(s\)|s)?(?: in object)?: (.+)"),
    re.compile(r"()\bUnknown argument `([^`]+)`"),
    re.compile(r"()^\"([\w.-]+)\" is not allowed(?! to\b)"),
    re.compile(r"()^unsupported webhook event: (\S+)$"),
)


def _unexpected(text: str) -> list[str]:
    """Return the properties that ``text`` says should not exist, below their parent's path."""
    found = next(filter(None, (pattern.search(text) for pattern in _UNEXPECTED)), None)
    if not found:
        return []
    parent = ".".join(name for name in (found[1] or "").split(".") if name and name not in _ROOTS)
    names = re.findall(r"[\"'`]([^\"'`]+)[\"'`]", found[2]) or [found[2]]
    return [f"{parent}.{name}" if parent else name for name in names]


_CHOICES = re.compile(r"([\w.\[\]]{1,80}) is not one of enum values: ([\w.,-]+)")  # recorded


def _choices(text: str) -> tuple[str, tuple[str, ...]] | None:
    """Return the path of a value and what it may be, where ``text`` says that; not of a part."""
    found = _CHOICES.fullmatch(text.strip())
    return (found[1], tuple(found[2].split(","))) if found else None


def _shown(message: Message, text: str, about: str | None) -> str:
    """Return ``text``, after the property it is about where nothing else would say so."""
    place = clean(message.place, 80)
    if about or not place or re.split("[./]", place)[-1].lower() in text.lower():
        return text
    return clean(f"{place}: {text}", LONGEST_SENTENCE)


def _bounded(texts: Iterable[str], cut: bool) -> tuple[str, ...]:
    """Keep the first :data:`MOST_SENTENCES`; ``cut`` when not all of the body was read."""
    kept = tuple(texts)
    more = len(kept) - MOST_SENTENCES
    if more <= 0:
        return kept
    return (*kept[:MOST_SENTENCES], f"… and {'at least ' if cut else ''}{more} more")
