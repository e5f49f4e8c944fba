"""The sentences that are read from error bodies of any shape."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tui.api.http.error_text import LONGEST_SENTENCE, MOST_SENTENCES, ErrorText, read_error

JSON = "application/json; charset=utf-8"
FLAGS = ("messagesUpsert", "messagesSet", "newJwt")
RECORDED: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "data" / "error_bodies.json").read_text(encoding="utf-8")
)
"""Error bodies of real servers, with the sentences expected of each, written by hand."""


def read(document: Any) -> ErrorText:
    return read_error(json.dumps(document).encode(), JSON, flags=FLAGS)


def everything(text: ErrorText) -> list[str]:
    return [*text.general, *(each for texts in text.fields.values() for each in texts)]


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: str(case["name"]))
def test_a_recorded_error_is_read(case: dict[str, Any]) -> None:
    text = read_error(json.dumps(case["body"]).encode(), case["content_type"], flags=FLAGS)
    assert list(text.general) == case["general"]
    assert {name: list(texts) for name, texts in text.fields.items()} == case["fields"]
    assert text.unexpected == ()


def test_the_documented_400_puts_each_message_beside_its_field() -> None:
    text = read(
        {
            "statusCode": 400,
            "message": [
                "url must be a URL address",
                "name should not be empty",
                "enabled must be a boolean value",
                "headers must be an object",
                "Too many webhooks",
            ],
            "error": "Bad Request",
        }
    )
    assert text.general == ("Too many webhooks",)
    assert text.fields == {
        "url": ("url must be a URL address",),
        "name": ("name should not be empty",),
        "enabled": ("enabled must be a boolean value",),
        "headers": ("headers must be an object",),
    }


@pytest.mark.parametrize(
    "message, field",
    [
        ("url must be a URL address", "url"),
        ("URL is required", "url"),
        ('"url" is required', "url"),
        ("`webhook.url` is required", "url"),
        ("body/url must match format", "url"),
        ('The "url" cannot be empty', "url"),
        ("Argument `url` is missing.", "url"),
        ('webhook requires property "url"', "url"),
        ("name: too long", "name"),
        ('"name" is not allowed to be empty', "name"),
        ("headers.Authorization must be a string", "headers"),
        ("WebhookEvents.messagesUpsert must be a boolean value", "messagesUpsert"),
        ("webhook.events.newJwt must be a boolean value", "newJwt"),
        ("events.notInTheForm must be a boolean value", "notInTheForm"),
        ("newJwt must be a boolean value", "newJwt"),
        ("'newJwt' must be a boolean value", "newJwt"),
        ("unknownFlag must be a boolean value", None),
        ("WebhookEvents must be an object", None),
        ("events[0] is not one of the values", None),
        ("url-encoded bodies are refused", None),
        ("urls must be an array", None),
        ("The requested URL was not found", None),
        ("name resolution failed", None),
        ("Name or service not known", None),
    ],
)
def test_a_sentence_is_shown_beside_the_field_it_names(message: str, field: str | None) -> None:
    text = read({"message": message})
    assert everything(text) == [message]
    assert list(text.fields) == ([field] if field else [])


@pytest.mark.parametrize(
    "message, named",
    [
        ("property WebhookEvents should not exist", ("WebhookEvents",)),
        ("property headers should not exist", ("headers",)),
        ("webhook.property headers should not exist", ("headers",)),
        ("WebhookEvents.property newJwt should not exist", ("WebhookEvents.newJwt",)),
        ('instance is not allowed to have the additional property "headers"', ("headers",)),
        ('additionalProperty "headers" exists in instance when not allowed', ("headers",)),
        ('events is not allowed to have the additional property "x"', ("events.x",)),
        ('json: unknown field "WebhookEvents"', ("WebhookEvents",)),
        ("Unrecognized key(s) in object: 'WebhookEvents', 'headers'", ("WebhookEvents", "headers")),
        ("Unknown argument `headers`. Available options are marked with ?.", ("headers",)),
        ('"headers" is not allowed', ("headers",)),
    ],
)
def test_a_property_that_should_not_exist_is_named(message: str, named: tuple[str, ...]) -> None:
    assert read({"message": [message]}) == ErrorText((message,), {}, named)


@pytest.mark.parametrize(
    "document",
    [
        {"message": "url is bad"},
        {"message": ["url is bad"]},
        {"message": [["url is bad", "TypeError: url is bad\n    at x (/srv/a.js:1:2)"]]},
        {"message": [[["url is bad"]]]},
        {"message": [{"property": "url", "message": "url is bad"}]},
        {"message": {"message": "url is bad", "error": "Bad Request"}},
        {"message": {"isUrl": "url is bad"}},
        {"message": '{"message": ["url is bad"]}'},
        {"messages": ["url is bad"], "error": "bad-request", "code": "invalid"},
        {"response": {"message": "url is bad"}, "error": "Bad Request"},
        {"error": "url is bad"},
        {"error": {"message": "url is bad", "code": "E1"}},
        {"errors": ["url is bad"], "message": "Bad Request"},
        {"errors": {"url": ["url is bad"]}},
        {"errors": [{"field": "url", "msg": "url is bad"}]},
        {"errors": [{"instancePath": "/webhook/url", "message": "url is bad"}]},
        {"error": {"issues": [{"path": ["url"], "message": "url is bad", "code": "custom"}]}},
        {"detail": [{"loc": ["body", "url"], "msg": "url is bad", "type": "missing"}]},
        {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": "url is bad"},
        {"message": [{"property": "url", "constraints": {"isUrl": "url is bad"}, "children": []}]},
        "url is bad",
        ["url is bad", "url is bad"],
        [{"property": "url", "message": "url is bad"}],
    ],
    ids=lambda document: json.dumps(document)[:60],
)
def test_the_sentence_is_found_in_every_shape(document: Any) -> None:
    assert read(document) == ErrorText((), {"url": ("url is bad",)}, ())


def test_messages_by_property_are_shown_beside_their_fields() -> None:
    text = read({"errors": {"name": ["is taken"], "WebhookEvents": {"newJwt": "is no boolean"}}})
    assert text.fields == {"name": ("is taken",), "newJwt": ("is no boolean",)}


def test_nested_constraints_are_shown_beside_their_flag_without_values() -> None:
    newer = {"property": "newJwt", "constraints": {"isBoolean": "must be a boolean"}, "value": "s3"}
    text = read({"message": [{"property": "WebhookEvents", "children": [newer], "target": "s3"}]})
    assert text == ErrorText((), {"newJwt": ("must be a boolean",)}, ())


def test_a_message_about_another_property_names_it() -> None:
    assert read({"errors": {"timeout": ["is too long"]}}).general == ("timeout: is too long",)
    mongoose = {"timeout": {"path": "timeout", "message": "is too long", "value": 3}}
    assert read({"errors": mongoose}).general == ("timeout: is too long",)
    assert read({"errors": {"timeout": "Timeout is 3"}}).general == ("Timeout is 3",)


@pytest.mark.parametrize(
    "document, said",
    [
        ({"statusCode": 401, "message": "Unauthorized"}, ("Unauthorized",)),
        ({"error": "Bad Request", "message": ["Bad Request", "No space left"]}, ("No space left",)),
        ({"error": "ForbiddenException", "message": []}, ("ForbiddenException",)),
        ({"error": "invalid_token"}, ("invalid_token",)),
        ({"error": "invalid_token", "error_description": "It is expired"}, ("It is expired",)),
        ({"name": "PrismaError", "code": "P2002"}, ("PrismaError (P2002)",)),
        ({"webhookId": 1, "name": "Loja", "url": "https://x.test"}, ()),
        ({"statusCode": 400, "status": 400}, ()),
        ({"code": "E1"}, ("E1",)),
        ({"message": [1, "No"]}, ("No",)),
        ({"message": "BadRequestException", "errors": ["No space left"]}, ("No space left",)),
        ({"message": "It failed", "path": "/api/v2/x", "timestamp": "now"}, ("It failed",)),
    ],
)
def test_a_status_is_shown_only_without_other_messages(
    document: Any, said: tuple[str, ...]
) -> None:
    assert read(document) == ErrorText(said, {}, ())


@pytest.mark.parametrize("document", [None, True, {}, [], "", {"message": [None, {}, ""]}])
def test_an_empty_answer_has_no_sentences(document: Any) -> None:
    assert read(document) == ErrorText((), {}, ())
    assert read_error(b"", "") == ErrorText((), {}, ())


@pytest.mark.parametrize(
    "message, said",
    [
        ("TypeError: no\n    at x (/srv/a.js:1:2)\n    at async y", ("no",)),
        ("Error [ERR_X]: no\n    at x (/srv/a.js:1:2)", ("no",)),
        (["no", "    at x (/srv/a.js:1:2)"], ("no",)),
        ('Traceback (most recent call last):\n  File "a.py", line 1\n    x()\nno', ("no",)),
        ("panic: no\n\ngoroutine 1 [running]:\nmain.main()\n\t/srv/a.go:3", ("panic: no",)),
        ("java.lang.IllegalStateException: no\n\tat a.B.c(B.java:3)", ("no",)),
        ("\nInvalid `prisma.x()` invocation:\n\n\n{\n  where: {\n  }\n}\n\nno", ("no",)),
        ("\nInvalid `prisma.x()` invocation in\n/app/a.ts:1:2\n\n  7 a\n→ 8 x(\nno", ("no",)),
        ("\nInvalid `prisma.x()` invocation:\n\n\nno\n\nPlease start it.", ("no",)),
        ("{id} is required", ("{id} is required",)),
        ("Can't reach it\nPlease start it", ("Can't reach it", "Please start it")),
        ("Refused:\n  - name is required\n  - no", ("Refused:", "no")),
    ],
)
def test_only_the_sentence_of_a_dump_is_shown(message: Any, said: tuple[str, ...]) -> None:
    assert read({"message": message}).general == said


@pytest.mark.parametrize(
    "page, said",
    [
        (
            b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<center>nginx</center>",
            "502 Bad Gateway (a page of HTML, not the API)",
        ),
        (
            b"<body><!-- <h1>x</h1> --><h1>503 <b>Service</b>\nUnavailable</h1>No server",
            "503 Service Unavailable (a page of HTML, not the API)",
        ),
        (
            b"<!DOCTYPE html><title>Error</title><pre>Cannot PUT /a&amp;b<br> &nbsp;at x</pre>",
            "Cannot PUT /a&b (a page of HTML, not the API)",
        ),
        (b"<p>Sign <i>in</i></p><script>x()</script>", "Sign in (a page of HTML, not the API)"),
        (
            b"<title>" + b"x" * 400 + b"</title>",
            "x" * 200 + " (a page of HTML, not the API)",
        ),
        (b"<html></html>", "a page of HTML, not the API"),
        (
            b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>',
            "AccessDenied (a page of XML, not the API)",
        ),
    ],
)
def test_a_page_of_a_proxy_is_shown_by_its_title_or_heading(page: bytes, said: str) -> None:
    assert read_error(page, "text/html").general == (said,)


@pytest.mark.parametrize(
    "body, content_type, said",
    [
        (b"upstream request timeout\n", "text/plain", "upstream request timeout"),
        (b"Bad Gateway", "text/html", "Bad Gateway"),
        (b"Internal failure", JSON, "Internal failure"),
        (b"[error] upstream", "", "[error] upstream"),
        (b"502", JSON, "502"),
        (b'\xef\xbb\xbf{"message": "ol\xc3\xa1"}', JSON, "olá"),
        ('{"message": "olá"}'.encode("utf-16"), JSON, "olá"),
        ('{"message": "olá"}'.encode("latin-1"), "application/json; charset=ISO-8859-1", "olá"),
        ('{"message": "olá"}'.encode("latin-1"), JSON, "ol\ufffd"),
        (b"\x89PNG\x00\x00\x00\x00\xff\xff\xfe\xfe", "image/png", "an answer that is not text"),
        (b'{"a": 1,}', JSON, "an answer that begins as JSON and cannot be read"),
        (b"[" * 200_000, JSON, "an answer that begins as JSON and cannot be read"),
        (b'{"error": "Not Fou', JSON, "Not Fou…"),
        (b'{"message": "it\tsays \\"no\\""}', JSON, 'it says "no"'),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_body_that_is_no_json_is_read_as_far_as_possible(
    body: bytes, content_type: str, said: str
) -> None:
    assert read_error(body, content_type) == ErrorText((said,), {}, ())


def test_a_truncated_body_still_names_the_field() -> None:
    text = read_error(b'{"statusCode":400,"message":["name is empty","url must be \\"htt', JSON)
    assert text == ErrorText((), {"name": ("name is empty",), "url": ('url must be "htt…',)}, ())


@pytest.mark.parametrize("cut", [None, -1])
def test_a_repeated_request_is_not_shown(cut: int | None) -> None:
    echo = {"expose": True, "body": '{"message":"s3cret","url":', "headers": {"token": "s3cret"}}
    keyed = {"url": ["is bad"], "value": "s3cret", "headers": {"x": "s3cret"}}
    body = json.dumps(echo | {"message": keyed}).encode()
    assert "s3cret" not in repr(read_error(body[:cut], JSON))


def test_a_token_in_a_message_is_masked() -> None:
    token = "eyJhbGciOiJIUzI1NiJ9.eyJpbnN0YW5jZSI6MX0.c2lnbmF0dXJl"
    text = read({"message": [f"jwt {token} expired", "Bearer 0123456789abcdefXYZ is unknown"]})
    assert text.general == ("jwt •••• expired", "Bearer •••• is unknown")


def test_control_and_bidirectional_characters_leave_a_mark() -> None:
    text = read({"message": ["a\x1b[31mb\u202ec\ud800", {"property": "x\x1b", "message": "bad"}]})
    assert text.general == ("a␛[31mb\ufffdc\ufffd", "x␛: bad")


def test_many_messages_are_counted_instead_of_shown() -> None:
    text = read({"message": [f"message {number}" for number in range(50)] * 2})
    assert len(text.general) == MOST_SENTENCES + 1
    assert text.general[-1] == "… and 30 more"


def test_a_body_too_long_to_read_counts_at_least_so_many_messages() -> None:
    text = read({"message": [f"url is bad {number}" for number in range(100_000)]})
    assert text.fields["url"][-1].startswith("… and at least ")


def test_an_enumeration_of_many_names_is_cut_short() -> None:
    names = ", ".join(f"EVENT_{number}" for number in range(31))
    text = read({"message": f"type must be one of the following values: {names}"})
    assert text.general == (
        "type must be one of the following values: "
        "EVENT_0, EVENT_1, EVENT_2, EVENT_3, … (31 in all)",
    )


def test_a_long_sentence_ends_in_an_ellipsis() -> None:
    (sentence,) = read({"message": "word " * 1000}).general
    assert len(sentence) == LONGEST_SENTENCE
    assert sentence.endswith("…")


WORDS = st.text(max_size=30) | st.sampled_from(
    ["url is bad", "Bad Request", "property x should not exist", "Error: a\n  at b", "[[{", '{"a']
)
KEYS = st.text(max_size=5) | st.sampled_from(
    [
        *("message", "messages", "error", "errors", "response", "property", "path", "loc"),
        *("constraints", "children", "code", "meta", "cause", "name", "url", "WebhookEvents"),
    ]
)
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=30,
)


def is_safe_to_show(text: ErrorText) -> bool:
    return all(
        sentence.strip()
        and len(sentence) <= LONGEST_SENTENCE
        and not any(ord(char) < 0x20 or 0xD800 <= ord(char) < 0xE000 for char in sentence)
        for sentence in [*everything(text), *text.fields, *text.unexpected]
    )


@given(body=st.binary(max_size=300), content_type=st.sampled_from(["", JSON, "text/html", "\0"]))
@example(body=b'"\\ud800"', content_type=JSON)
@example(body=b"1" * 10_000, content_type=JSON)
@example(body=b"<" * 100_000, content_type="text/html")
def test_any_bytes_give_safe_sentences(body: bytes, content_type: str) -> None:
    assert is_safe_to_show(read_error(body, content_type, flags=FLAGS))


@given(document=DOCUMENTS, kept=st.integers(0, 400))
def test_any_json_gives_safe_sentences_also_when_truncated(document: Any, kept: int) -> None:
    body = json.dumps(document).encode()
    assert is_safe_to_show(read_error(body, JSON, flags=FLAGS))
    assert is_safe_to_show(read_error(body[:kept], JSON, flags=FLAGS))


@given(depth=st.integers(1, 3000))
@example(depth=100_000)
def test_deep_nesting_raises_nothing(depth: int) -> None:
    text = read_error(b'{"message":' * depth + b'"deep down"' + b"}" * depth, JSON)
    assert text.general in {("deep down",), ("an answer that begins as JSON and cannot be read",)}
    assert is_safe_to_show(read_error(b"[" * depth + b"]" * depth, JSON))


def test_secrets_in_addresses_that_a_server_repeats_are_masked() -> None:
    inner = json.dumps({"url": "https://ana:s3cr3t@crm.example/in?token=s3cr3t&a=b"})
    text = read({"message": [f"cannot reach {inner}", "redis://:s3cr3t@cache:6379 is down"]})
    said = " ".join(text.sentences)
    assert "s3cr3t" not in said
    assert "crm.example/in" in said
    assert "cache:6379 is down" in said
