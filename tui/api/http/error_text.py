"""Making readable sentences of the messages in a server's error.

Each sentence goes to the field it names, to be shown beside that field, or to the general
ones. Nothing here raises: a failure to read an error would hide the error.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from tui.api.http.error_body import MOST_MESSAGES, Message, read_messages
from tui.api.http.masking import mask_urls
from tui.i18n import _, number
from tui.model.secret import MASK, Secret
from tui.model.text import clean

MOST_SENTENCES = 20
"""The most sentences kept about one thing; one more counts the rest."""
LONGEST_SENTENCE = 300
"""Characters; a longer sentence ends in an ellipsis."""

FIELDS = ("name", "url", "enabled", "headers")
"""The fields of a webhook, besides its flags, that a sentence can be about."""


@dataclass(frozen=True, slots=True)
class ErrorText:
    """A server's words about what is wrong, cleaned and of limited length; empty for none."""

    general: tuple[str, ...] = ()
    """Sentences that name no field."""
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Sentences by field: one of :data:`FIELDS` or a flag's wire name."""
    unexpected: tuple[str, ...] = ()
    """Properties that the server does not accept, as it named them (``WebhookEvents``,
    ``headers``, ``WebhookEvents.newJwt``); the sentences are among the general ones."""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The values that the server accepts, by the path of the refused value, as it named both
    (``webhook.events[2]``); the sentences are among the general ones."""
    codes: frozenset[str] = frozenset()
    """Error codes, such as ``LICENSE_REQUIRED``."""

    @property
    def sentences(self) -> tuple[str, ...]:
        """All sentences, those without a field first."""
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

    ``content_type`` is the header as it came, or empty. ``flags`` are the wire names of the
    webhook's flags: a sentence that starts with one is about that flag. A flag named by its path
    (``WebhookEvents.newJwt``) is recognised without, so ``fields`` may have one not in ``flags``.
    ``known`` are secrets that the server may repeat; they are redacted.
    """
    messages = read_messages(body, content_type, known)
    found = ((message, text) for message in messages for text in _sentences(message.text))
    read = list(islice(found, MOST_MESSAGES))
    # A status or a code alone is shown only where there is nothing else.
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
        frozenset(message.text for message in messages if _CODE.fullmatch(message.text)),
    )


# Before the sentence: the class of an exception, the call of Prisma (recorded).
_PREAMBLE = re.compile(
    r"(?:(?:[A-Za-z][\w.$]{0,80})?(?:Error|Exception)(?: \[\w+\])?:\s+"
    r"|Invalid `[^`\n]*` invocation(?: in)?:?[ \t]*\n*)+"
)
# Lines of a dump that are not sentences: source code, a query, stack frames.
_SOURCE = re.compile(r"\s++(?![-*•] )|[{}()\]→]|/\S+:\d+|#\d+ |Traceback |Stack trace|goroutine \d")
_FRAME = re.compile(r"\s*at .*:\d+\)?$")
_LONGEST_DUMP = 20_000
_MOST_LINES = 500
_LONGEST_LINE = 6_000


def _sentences(text: str) -> Iterator[str]:
    """Yield the readable lines of one message; of a dump only its sentence."""
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
    """Make one line safe to show: no secrets, no long lists, cleaned, of limited length."""
    line = re.sub(r"[ \t]+", " ", line[:_LONGEST_LINE]).strip(" ")
    line = re.sub(r"^[-*•] ", "", line)
    return clean(_LIST.sub(_some, _TOKEN.sub(MASK, mask_urls(line))), LONGEST_SENTENCE).strip()


def _some(found: re.Match[str]) -> str:
    items = re.split(", ?", found[0])
    return _("{names}, … ({count} in all)").format(
        names=", ".join(items[:4]), count=number(len(items))
    )


_CODE = re.compile("[A-Z]+(?:_[A-Z]+)+")
_PATH = r"[A-Za-z_]\w*(?:[./]\w+|\[\w*\])*"
_QUOTE = r"[\"'`]?"
_FIRST = re.compile(rf"(?:(?:the|property|field|argument) )?{_QUOTE}({_PATH})(?![\w-])", re.I)
_REQUIRES = re.compile(rf"\brequire[sd] (?:property|field):? {_QUOTE}({_PATH})")  # jsonschema
# Sentences about the network that start with the name of a field.
_NO_FIELD = re.compile(r"name (?:resolution|or service)|headers? timeout", re.I)


def _about(place: str, text: str, flags: Collection[str]) -> str | None:
    """Return the field or flag that a message is about: by its property, else by its words."""
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


# An unknown property in the words of class-validator, jsonschema (two versions), Go's
# encoding/json, zod, Prisma and Joi (a guess which servers use them), and of CodeChat Go
# (recorded).
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
    """Return the paths of the properties that ``text`` says should not exist."""
    found = next(filter(None, (pattern.search(text) for pattern in _UNEXPECTED)), None)
    if not found:
        return []
    parent = ".".join(name for name in (found[1] or "").split(".") if name and name not in _ROOTS)
    names = re.findall(r"[\"'`]([^\"'`]+)[\"'`]", found[2]) or [found[2]]
    return [f"{parent}.{name}" if parent else name for name in names]


_CHOICES = re.compile(r"([\w.\[\]]{1,80}) is not one of enum values: ([\w.,-]+)")  # recorded


def _choices(text: str) -> tuple[str, tuple[str, ...]] | None:
    """Return the path of a value and its accepted values, if that is the whole of ``text``."""
    found = _CHOICES.fullmatch(text.strip())
    return (found[1], tuple(found[2].split(","))) if found else None


def _shown(message: Message, text: str, about: str | None) -> str:
    """Return ``text``, with the property it is about in front where nothing else names it."""
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
    rest = _("… and at least {count} more") if cut else _("… and {count} more")
    return (*kept[:MOST_SENTENCES], rest.format(count=number(more)))
