"""Patches: what they change, and everything that they leave as it is."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import VALUES, hook
from tui.core.patch.patch import HostMove, Patch, UrlTemplate, host_move, is_host, like
from tui.model.url_host import host_and_port
from tui.model.webhook import Values

HOSTS = st.from_regex(r"[a-z][a-z0-9-]{0,8}(\.[a-z][a-z0-9]{1,5})?", fullmatch=True)
PLACES = st.builds(
    lambda host, port: host + (f":{port}" if port else ""),
    HOSTS,
    st.none() | st.integers(1, 65535),
)
URLS = st.builds(
    lambda scheme, user, host, path: f"{scheme}://{user}{host}{path}",
    st.sampled_from(["http", "https", "HTTPS"]),
    st.sampled_from(["", "user:pass@", "old-host.example@"]),
    PLACES | st.just("[::1]:8080"),
    st.sampled_from(
        ["", "/", "/in?to=old-host.example", "/old-host.example#old-host.example", "?"]
    ),
)
FLAG_MAPS = st.dictionaries(st.sampled_from(["a", "b", "c", "d"]), st.booleans())
PATCHES = st.builds(
    Patch,
    url=st.none()
    | st.builds(HostMove, PLACES, PLACES)
    | st.builds(
        UrlTemplate, st.sampled_from(["https://h/{instance}", "https://h/{webhook}?x={y}"])
    ),
    enabled=st.none() | st.booleans(),
    flags=FLAG_MAPS,
    flags_where_there=FLAG_MAPS,
    rest=st.sampled_from(["keep", "on", "off"]),
)


@given(PATCHES, VALUES, URLS, st.text())
def test_a_patch_applied_twice_changes_no_more_than_once(
    patch: Patch, values: Values, url: str, instance: str
) -> None:
    values = replace(values, url=url)
    once = patch.applied_to(values, instance)
    assert patch.applied_to(once, instance) == once


@given(PATCHES, VALUES, st.text())
def test_the_name_and_the_options_are_never_changed(
    patch: Patch, values: Values, instance: str
) -> None:
    after = patch.applied_to(values, instance)
    assert (after.name, after.options) == (values.name, values.options)


@given(VALUES, st.text())
def test_an_empty_patch_changes_nothing(values: Values, instance: str) -> None:
    assert Patch().applied_to(values, instance) == values


@given(URLS, PLACES)
def test_moving_a_host_leaves_everything_else_as_it_is(url: str, new: str) -> None:
    old = host_and_port(url)
    begin = url.rindex(old, 0, url.index("://") + 3 + len(urlsplit(url).netloc))
    assert HostMove(old, new).applied_to(url) == url[:begin] + new + url[begin + len(old) :]


@given(URLS, PLACES)
def test_a_move_is_recognised_by_what_it_made(url: str, new: str) -> None:
    old = host_and_port(url)
    assert host_move(url, HostMove(old, new).applied_to(url)) == HostMove(old, new)


@pytest.mark.parametrize(
    "old, new",
    [
        ("https://a/x", "https://b/y"),
        ("https://a/x", "http://b/x"),
        ("https://u@a/x", "https://b/x"),
        ("https://a", "not a url"),
        ("", "https://a"),
        ("https:///x", "https://b/x"),
    ],
)
def test_what_is_more_than_a_move(old: str, new: str) -> None:
    assert host_move(old, new) is None


@given(URLS, PLACES)
def test_another_host_is_not_moved(url: str, new: str) -> None:
    assert HostMove("somebody.elses.host", new).applied_to(url) == url


@pytest.mark.parametrize(
    "old, new, url, moved",
    [
        ("a.example", "b.example", "https://a.example/x", "https://b.example/x"),
        ("A.Example", "b.example", "https://a.EXAMPLE", "https://b.example"),
        ("a.example", "b.example", "https://a.example:8443/x", "https://b.example:8443/x"),
        ("a.example", "b.example:1", "https://a.example:8443/x", "https://b.example:1/x"),
        ("a.example:8443", "b.example", "https://a.example:8443/x", "https://b.example/x"),
        ("a.example:443", "b.example", "https://a.example/x", "https://b.example/x"),
        ("a.example:443", "b.example", "http://a.example/x", "http://a.example/x"),
        ("a.example:8443", "b.example", "https://a.example/x", "https://a.example/x"),
        ("a.example", "b.example", "https://a.example.evil/x", "https://a.example.evil/x"),
        ("a.example", "b.example", "https://u:p@a.example/x", "https://u:p@b.example/x"),
        ("a.example", "b.example", "https://a.example@c/x", "https://a.example@c/x"),
        ("[::1]", "n8n:5678", "http://[::1]:80/x", "http://n8n:5678/x"),
        ("a.example", "b.example", "ftp://a.example/x", "ftp://a.example/x"),
        ("a.example", "b.example", "a.example/x", "a.example/x"),
        ("a.example", "b.example", "https://a.example:x/", "https://a.example:x/"),
        ("a.example", "b.example", "", ""),
    ],
)
def test_hosts_with_and_without_ports(old: str, new: str, url: str, moved: str) -> None:
    assert HostMove(old, new).applied_to(url) == moved


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_names_in_a_url_are_percent_encoded(name: str) -> None:
    filled = UrlTemplate("https://h/{instance}/x?w={webhook}").filled(name, name)
    encoded = filled.removeprefix("https://h/").partition("/x?w=")[0]
    assert filled == f"https://h/{encoded}/x?w={encoded}"
    assert unquote(encoded) == name
    assert encoded.isascii()
    assert not set(encoded) & set("/?#& {}")


def test_a_place_that_is_no_name_stays_and_is_told() -> None:
    template = UrlTemplate("https://h/{instance}/{instnace}")
    assert template.unknown_places == {"instnace"}
    assert template.filled("a b", "crm") == "https://h/a%20b/{instnace}"


def test_a_name_with_braces_is_not_filled_again() -> None:
    assert (
        UrlTemplate("https://h/{instance}").filled("{webhook}", "crm") == "https://h/%7Bwebhook%7D"
    )


def test_flags_asked_for_by_name_are_wanted_where_they_are_not_there_too() -> None:
    values = replace(hook().values, flags={"a": True, "b": False})
    patch = Patch(flags={"a": False, "c": True}, flags_where_there={"b": True, "d": True})
    assert patch.applied_to(values, "").flags == {"a": False, "b": True, "c": True}
    assert patch.skipped(values.flags) == ("d",)


@pytest.mark.parametrize(
    "rest, flags",
    [
        ("keep", {"a": False, "b": False, "c": True}),
        ("on", {"a": False, "b": True, "c": True}),
        ("off", {"a": False, "b": False, "c": False}),
    ],
)
def test_what_becomes_of_the_other_flags(rest: str, flags: dict[str, bool]) -> None:
    values = replace(hook().values, flags={"a": True, "b": False, "c": True})
    patch = Patch(flags={"a": False}, rest=rest)  # type: ignore[arg-type]
    assert patch.applied_to(values, "").flags == flags


def test_like_another_webhook_copies_the_flags_that_both_have() -> None:
    values = replace(hook().values, flags={"a": True, "b": False})
    assert like({"a": False, "c": True}).applied_to(values, "").flags == {"a": False, "b": False}


@pytest.mark.parametrize("text", ["a", "a.example", "a.example:8443", "[::1]", "[::1]:80", "n8n:1"])
def test_what_can_be_a_host(text: str) -> None:
    assert is_host(text)


@pytest.mark.parametrize(
    "text", ["", "https://a", "a/x", "a:", "a:65536", "a b", "u@a", "::1", "a:x", "a\n"]
)
def test_what_cannot_be_a_host(text: str) -> None:
    assert not is_host(text)
