"""Requests that the v1 server refuses, and its words: all recorded unless marked."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message
from http import HTTPStatus
from typing import Any

from starlette.requests import Request

from tui.sandbox.codechat_base import URL_LIMIT, Refusal, parsed
from tui.sandbox.records import Wire

FLAGS = (
    "qrcodeUpdated",
    "messagesSet",
    "messagesUpsert",
    "messagesUpdated",
    "sendMessage",
    "contactsSet",
    "contactsUpsert",
    "contactsUpdated",
    "chatsSet",
    "chatsUpsert",
    "chatsUpdated",
    "chatsDeleted",
    "presenceUpdated",
    "groupsUpsert",
    "groupsUpdated",
    "groupsParticipantsUpdated",
    "connectionUpdated",
    "statusInstance",
    "refreshToken",
    "callUpsert",
    "labelsAssociation",
    "labelsEdit",
)
"""The flags in the order of the server's schema."""

_TOO_LONG = (
    "The provided value for the column is too long for the column's type. Column: (not available)"
)
_NUL = 'Database error. Code: `22021`. Message: `invalid byte sequence for encoding "UTF8": 0x00`'
_NO_RECORD = (
    "An operation failed because it depends on one or more records that were required but not"
    " found. No record was found for a delete."
)
_UNREACHABLE = "Can't reach database server at 127.0.0.1:55432"
_DATABASE_DOWN = {
    "code": "P1001",
    "meta": {
        "modelName": "Instance",
        "driverAdapterError": {
            "name": "DriverAdapterError",
            "cause": {"kind": "DatabaseNotReachable", "host": "127.0.0.1", "port": 55432},
        },
    },
    "clientVersion": "7.10.1",
    "name": "PrismaClientKnownRequestError",
}
_CLIENT = "/srv/codechat/node_modules/@prisma/client/runtime/client.js"
_DATABASE_STACK = f"""
    at vn.handleRequestError ({_CLIENT}:65:8643)
    at vn.handleAndLogRequestError ({_CLIENT}:65:7932)
    at vn.request ({_CLIENT}:65:7639)
    at process.processTicksAndRejections (node:internal/process/task_queues:104:5)
    at async a ({_CLIENT}:99:6935)"""
_NO_EVENTS = "Cannot convert undefined or null to object"
_NO_EVENTS_STACK = """
    at Object.entries (<anonymous>)
    at Proxy.<anonymous> (/srv/codechat/dist/src/repository/repository.service.js:64:67)
    at Generator.next (<anonymous>)
    at fulfilled (/srv/codechat/dist/src/repository/repository.service.js:5:58)
    at process.processTicksAndRejections (node:internal/process/task_queues:104:5)"""


def refusal(status: int, *messages: object) -> Refusal:
    """Return a refusal in the shape of this server; a 401 has no messages."""
    body: Wire = {"status": status, "error": HTTPStatus(status).phrase}
    return Refusal(status, body | {"message": list(messages)} if messages else body)


def database_down() -> Refusal:
    """Return the refusal of most addresses while the database is down."""
    return Refusal(500, _DATABASE_DOWN)


async def read_body(request: Request) -> Any:
    """Return the value of the body, ``{}`` where it is empty or not sent as JSON.

    Raises :class:`Refusal` 400 or 415, before the credentials are checked.
    """
    described = Message()
    described["content-type"] = request.headers.get("content-type", "")
    raw = await request.body()
    if described.get_content_type() != "application/json" or not raw:
        return {}
    charset = described.get_content_charset("utf-8")
    if not charset.startswith("utf-"):
        unsupported = f'unsupported charset "{charset.upper()}"'
        raise Refusal(
            415, {"message": unsupported, "charset": charset, "type": "charset.unsupported"}
        )
    text = raw.decode("utf-8-sig", "replace")
    try:
        if text.lstrip()[:1] in ("{", "["):
            return parsed(text)
    except ValueError:
        pass
    fault = {"expose": True, "statusCode": 400, "status": 400}
    raise Refusal(400, fault | {"body": text, "type": "entity.parse.failed"})


def create_problems(body: Any) -> Iterator[Wire]:
    """Yield the schema's complaints about the body of a new instance."""
    if not isinstance(body, dict):
        yield _problem("instance", "is not of a type(s) object")
        return
    for field in ("instanceName", "description"):
        if not isinstance(body.get(field, ""), str):
            yield _problem(field, "is not of a type(s) string")


def webhook_problems(body: Any) -> Iterator[Wire]:
    """Yield the schema's complaints about a webhook's body; an empty URL only where alone."""
    if not isinstance(body, dict):
        yield _problem("instance", "is not of a type(s) object")
        return
    if not isinstance(body.get("url", ""), str):
        yield _problem("url", "is not of a type(s) string")
    yield from _boolean_problems(body, "enabled")
    events = body.get("events", {})
    if isinstance(events, dict):
        for flag in FLAGS:
            yield from _boolean_problems(events, flag, "events.")
    else:
        yield _problem("events", "is not of a type(s) object")
    for field in ("url", "enabled"):
        if field not in body:
            yield _problem("instance", f'requires property "{field}"')
    if body == {"url": ""}:
        yield {"property": "url", "message": 'The "url" cannot be empty'}


def _boolean_problems(values: Wire, name: str, prefix: str = "") -> Iterator[Wire]:
    if not isinstance(values.get(name, False), bool):
        yield _problem(prefix + name, "is not of a type(s) boolean")
        yield _problem(prefix + name, "is not one of enum values: true,false")


def _problem(name: str, words: str) -> Wire:
    return {"property": name, "message": f"{name} {words}"}


def url_fault(action: str, url: str) -> str:
    """Return the database's complaint about a URL; the server itself does not check it."""
    if len(url) > URL_LIMIT:
        return _invocation(f"webhook.{action}", _TOO_LONG)
    return _invocation(f"webhook.{action}", _NUL) if "\0" in url else ""


def flag_fault(flag: str, value: object) -> str:
    """Return the database's complaint about a flag, which is put into the query as it was sent.

    Recorded for quotes, NUL, texts and objects. Any other value but a boolean is treated like an
    object (guess).
    """
    _, quote, rest = flag.partition("'")
    if quote:
        return _query_fault("42601", f'syntax error at or near "{rest}"')
    if "\0" in flag:
        return _query_fault("08P01", "insufficient data left in message")
    if isinstance(value, str):
        return _query_fault("42703", f'column "{value}" does not exist')
    if not isinstance(value, bool):
        return _query_fault("42601", 'syntax error at or near "["')
    return ""


def deleting_fault() -> str:
    """Return the database's words when the instance to delete does not exist."""
    return _invocation("instance.delete", _NO_RECORD)


def unreachable_fault() -> str:
    """Return the words of a PUT while the database is down."""
    return _invocation("instance.findUnique", _UNREACHABLE)


def with_stack(fault: str) -> list[str]:
    """Return a database fault with its stack trace."""
    return [fault, f"PrismaClientKnownRequestError: {fault}{_DATABASE_STACK}"]


def no_events() -> list[str]:
    """Return the words and stack trace of a loaded instance for a PUT without flags."""
    return [_NO_EVENTS, f"TypeError: {_NO_EVENTS}{_NO_EVENTS_STACK}"]


def _query_fault(code: str, message: str) -> str:
    return _invocation("$queryRaw", f"Raw query failed. Code: `{code}`. Message: `{message}`")


def _invocation(what: str, problem: str) -> str:
    return f"\nInvalid `prisma.{what}()` invocation:\n\n\n{problem}"
