"""Refusals, challenge pages and redirects in front of a server, the kind known or not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.api.faulty_server import Talk, faulty, saying
from tests.api.single_webhook_support import listed
from tests.support import in_words
from tui.api.connection import connect
from tui.api.errors import (
    ApiError,
    BadAnswer,
    Challenged,
    Refused,
    ServerFailed,
    TryLater,
    Unauthorised,
)
from tui.api.http.timeouts import TIMEOUTS
from tui.api.port import WebhookServer
from tui.core.save import save
from tui.core.save_result import Outcome
from tui.core.session import Session
from tui.model.instance import Instance
from tui.model.secret import Secret
from tui.model.server_kind import AUTO, KINDS, Api
from tui.storage.server_memory import ServerMemory

TOKEN = "t0k3n-of-the-shop"
PATIENT = replace(TIMEOUTS, retry_total=0.05, retry_wait=0.02)
JSON = "content-type: application/json"
HTML = "content-type: text/html; charset=utf-8"


def session_at(url: str, kind: Api) -> Session:
    connection = connect(
        url,
        kind=kind,
        business="b1",
        profile="shop",
        token=Secret(TOKEN),
        token_source="the test",
        timeouts=PATIENT,
        memory=ServerMemory(None, url),
    )
    return Session(connection, "shop")


async def error_of_list(talk: Talk, kind: Api) -> ApiError:
    """Read the list of a server that always answers so, and return the error."""
    async with faulty(talk) as there:
        session = session_at(there.url, kind)
        with pytest.raises(ApiError) as caught:
            await listed(session)
        await session.close()
    assert TOKEN not in repr((caught.value, vars(caught.value)))
    return caught.value


def says(status: str, body: object, *headers: str) -> Talk:
    return saying(status, json.dumps(body).encode(), JSON, *headers)


LICENSE = {
    "error": "service not activated",
    "code": "LICENSE_REQUIRED",
    "message": "Open http://h/manager/login to activate",
}
REFUSALS: dict[str, tuple[Talk, type[ApiError], str, str]] = {
    "a licence": (
        says("503 Unavailable", LICENSE),
        ServerFailed,
        "answered 503",
        "Open http://h/manager/login to activate",
    ),
    "a payment": (
        says("402 Payment Required", {"message": "invoice 17 is open"}),
        Refused,
        "answered 402: payment required",
        "invoice 17 is open",
    ),
    "a list of addresses": (
        says("403 Forbidden", {"message": "IP not on the allow list"}),
        Unauthorised,
        "answered 403",
        "IP not on the allow list",
    ),
    "a login": (
        says("401 Unauthorized", {"detail": "who are you?"}),
        Unauthorised,
        "answered 401",
        "who are you?",
    ),
    "a failure": (
        says("500 Oh", {"message": "disk full"}),
        ServerFailed,
        "answered 500",
        "disk full",
    ),
    "a page of a gateway": (
        saying("502 Bad Gateway", b"<title>Oops, maintenance</title>", HTML),
        ServerFailed,
        "answered 502",
        "Oops, maintenance",
    ),
    "a rate": (
        says("429 Slow Down", {"message": "5 a second"}),
        TryLater,
        "answered 429",
        "5 a second",
    ),
    "a law": (
        says("451 Unavailable", {"message": "by order of"}),
        Refused,
        "answered 451",
        "by order of",
    ),
}


@pytest.mark.parametrize("kind", [AUTO, *KINDS])
@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
async def test_a_server_that_refuses_everything_is_quoted(
    refusal: tuple[Talk, type[ApiError], str, str], kind: Api
) -> None:
    talk, error_type, what, words = refusal
    error = await error_of_list(talk, kind)
    assert isinstance(error, error_type)
    assert what in error.what
    assert words in " ".join(error.said)


async def test_a_missing_licence_has_no_hint_to_try_again() -> None:
    talk, *_rest = REFUSALS["a licence"]
    error = await error_of_list(talk, "evolution-v2")
    assert in_words(error.to_do).startswith("Activate the server's licence")


PAGES: dict[str, tuple[Talk, str]] = {
    "200": (saying("200 OK", b"<html><title>Loja - Entrar</title></html>", HTML), "Loja - Entrar"),
    "404": (saying("404 Not Found", b"<h1>Nothing here</h1>", HTML), "Nothing here"),
    "404 in JSON": (says("404 Not Found", {"message": "no such route"}), "no such route"),
}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
async def test_an_unknown_server_is_quoted_too(page: tuple[Talk, str]) -> None:
    talk, words = page
    error = await error_of_list(talk, AUTO)
    assert isinstance(error, BadAnswer)
    assert "like none of the servers" in error.what
    assert words in " ".join(error.said)


async def test_a_403_with_a_reason_does_not_blame_the_token_alone() -> None:
    talk = says("403 Forbidden", {"message": "IP not on the allow list"})
    assert "unless the server's own words name another reason" in in_words(
        (await error_of_list(talk, AUTO)).to_do
    )
    assert "own words" not in in_words((await error_of_list(saying("403 Forbidden"), AUTO)).to_do)


# a challenge for browsers

MOMENT = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>"
CHALLENGES: dict[str, tuple[Talk, str]] = {
    "by its header": (
        saying("403 Forbidden", MOMENT, HTML, "cf-mitigated: challenge"),
        "Cloudflare",
    ),
    "by its title alone": (saying("503 Unavailable", MOMENT, HTML), "Cloudflare"),
    "with a good status": (
        saying("202 Accepted", b"", HTML, "x-amzn-waf-action: challenge"),
        "AWS WAF",
    ),
    "of another service": (
        saying("429 Too Many", b"<title>x</title>", HTML, "x-vercel-mitigated: challenge"),
        "Vercel",
    ),
}


def assert_challenge(error: ApiError | None, service: str) -> None:
    assert isinstance(error, Challenged)
    assert error.what.startswith(f"{service}, in front of 127.0.0.1:")
    assert "check for browsers" in error.what
    assert "the token is not the reason" in in_words(error.to_do)
    assert TOKEN not in repr((error, vars(error)))


@pytest.mark.parametrize("kind", [AUTO, *KINDS])
@pytest.mark.parametrize("challenge", CHALLENGES.values(), ids=CHALLENGES)
async def test_a_challenge_page_is_recognised(challenge: tuple[Talk, str], kind: Api) -> None:
    talk, service = challenge
    assert_challenge(await error_of_list(talk, kind), service)


LOJA = Instance("loja", "loja")
ASK: dict[str, Callable[[WebhookServer], object]] = {
    "webhooks": lambda server: server.webhooks(LOJA),
    "webhook": lambda server: server.webhook(LOJA, "webhook"),
    "update": lambda server: server.update(
        LOJA, server.blank(LOJA), server.blank(LOJA).values.with_value("url", "https://a.example")
    ),
}


OF_V2: dict[str, Callable[[WebhookServer], object]] = {
    "delete": lambda server: server.delete(LOJA, "w1"),
    "flags": lambda server: server.update_flags(LOJA, "w1", {"newJwt": True}),
}
EVERY = [(kind, call) for kind in KINDS for call in ASK.values()]
EVERY += [("codechat-v2", call) for call in OF_V2.values()]
NAMES = [f"{kind} {name}" for kind in KINDS for name in ASK] + [f"codechat-v2 {n}" for n in OF_V2]


@pytest.mark.parametrize("kind, call", EVERY, ids=NAMES)
async def test_every_operation_recognises_one(kind: Api, call: Callable[..., object]) -> None:
    talk, service = CHALLENGES["by its header"]
    async with faulty(talk) as there:
        session = session_at(there.url, kind)
        with pytest.raises(ApiError) as caught:
            await call(session.server)  # type: ignore[misc]
        await session.close()
    assert_challenge(caught.value, service)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_save_that_gets_a_challenge_page_writes_nothing(
    kind: Api,
) -> None:
    talk, service = CHALLENGES["by its header"]
    async with faulty(talk) as there:
        session = session_at(there.url, kind)
        server = session.server
        base = server.blank(LOJA)
        flags = dict.fromkeys(base.flags, True)
        values = base.values.with_value("url", "https://a.example").with_value("name", "crm")
        result = await save(server, LOJA, base, replace(values, flags=flags))
        await session.close()
    assert result.outcome is Outcome.NOT_SAVED
    assert_challenge(result.error, service)


async def test_an_ordinary_page_is_no_challenge() -> None:
    page = b"<title>Just a moment of your time</title>"
    error = await error_of_list(saying("403 Forbidden", page, HTML), "evolution-v2")
    assert isinstance(error, Unauthorised)


# redirects

ELSEWHERE: dict[str, tuple[str, str, str, str]] = {
    "to https": (
        "301 Moved",
        "https://api.loja.example{path}",
        "to https://api.loja.example/",
        "begin the profile's URL with https://api.loja.example.",
    ),
    "to a login": (
        "302 Found",
        "/login?next=%2Fx&token=p4ss-of-the-query",
        "/login?…,",
        "wants a login in a browser",
    ),
    "to a login on another host": (
        "302 Found",
        "https://bob:s3cret@sso.example/go#p4ss-of-the-query",
        "to https://sso.example/go,",
        "wants a login in a browser",
    ),
    "for ever": (
        "308 Permanent Redirect",
        "https://new.example/api?apikey=p4ss-of-the-query",
        "to https://new.example/api?…,",
        "Check the profile's URL",
    ),
    "with our token in it": (
        "307 Temporary Redirect",
        f"https://new.example/{TOKEN}/x",
        "to https://new.example/••••/x,",
        "Check the profile's URL",
    ),
    "to nowhere": ("302 Found", "", "a redirect,", "Check the profile's URL"),
    "to no address": ("302 Found", "javascript:alert(1)", "a redirect,", "Check the profile's"),
    "to half an address": ("302 Found", "https://[half", "a redirect,", "Check the profile's"),
}
SECRETS = (TOKEN, "s3cret", "p4ss-of-the-query", "bob")


@pytest.mark.parametrize("kind", [AUTO, *KINDS])
@pytest.mark.parametrize("redirect", ELSEWHERE.values(), ids=ELSEWHERE)
async def test_a_redirect_names_its_target_without_secrets(
    redirect: tuple[str, str, str, str], kind: Api
) -> None:
    status, location, where, to_do = redirect

    async def talk(reader: object, writer: object) -> None:
        asked = there.requests[-1].split(b" ")[1].decode()
        await saying(status, b"", f"location: {location.format(path=asked)}")(reader, writer)  # type: ignore[arg-type]

    async with faulty(talk) as there:
        session = session_at(there.url, kind)
        with pytest.raises(ApiError) as caught:
            await listed(session)
        exchanges = list(session.request_log)
        await session.close()
    error = caught.value
    assert isinstance(error, BadAnswer)
    assert where in error.what
    assert "not followed" in error.what
    assert to_do in in_words(error.to_do)
    noted = exchanges[0].sends_to
    assert noted in error.what
    assert bool(noted) is ("a redirect to" in error.what)
    told = repr((error, vars(error), exchanges))
    assert not [secret for secret in SECRETS if secret in told]
