"""Addresses: which are accepted, their one form, and which are of the same server."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model import address
from tui.model.address import AddressError, normalise


@pytest.mark.parametrize(
    "typed, kept",
    [
        ("https://api.example.com", "https://api.example.com"),
        ("https://api.example.com/", "https://api.example.com"),
        ("HTTPS://API.Example.COM:443//", "https://api.example.com"),
        ("http://localhost:8084/", "http://localhost:8084"),
        ("http://localhost:80", "http://localhost"),
        ("https://h/codechat/Api/", "https://h/codechat/Api"),
        ("  https://h  ", "https://h"),
        ("https://[::1]:8084/x", "https://[::1]:8084/x"),
        ("https://my_service-1:9000", "https://my_service-1:9000"),
        ("https://loja.açaí.example", "https://loja.açaí.example"),
    ],
)
def test_an_address_has_one_form(typed: str, kept: str) -> None:
    assert normalise(typed) == kept


@pytest.mark.parametrize(
    "typed, problem",
    [
        ("", "is empty"),
        ("api.example.com", "must start with"),
        ("localhost:8084", "must start with"),
        ("ftp://api.example.com", "must start with"),
        ("//api.example.com", "must start with"),
        ("https://", "has no host"),
        ("https:///path", "has no host"),
        ("https://:8084", "has no host"),
        ("https://a b", "white space"),
        ("https://https://h", "two schemes"),
        ("https://http://h:8084", "two schemes"),
        ("https:https://h", "two schemes"),
        ("https://https//h", "two schemes"),
        ("https://a\x1b[2J", "control characters"),
        ("https://h:99999", "host or port"),
        ("https://[::1", "host or port"),
        ("https://user:planted-password@h", "user or password"),
        ("https://good.example\\.evil.example", "characters in its host"),
        ("https://h%2fx", "characters in its host"),
        ("https://h?x=planted-password", "query or fragment"),
        ("https://h#planted-password", "query or fragment"),
        ("https://h/" + "a" * 500, "longer than 500"),
    ],
)
def test_a_wrong_address_is_refused_without_repeating_it(typed: str, problem: str) -> None:
    with pytest.raises(AddressError) as caught:
        normalise(typed)
    assert problem in caught.value.problem
    assert "planted-password" not in f"{caught.value!r} {caught.value.hint}"


@given(st.text() | st.from_regex(r"https?://[\w.:@\[\]-]{1,20}(/[^\s]{0,9})?", fullmatch=True))
def test_any_text_is_an_address_in_its_final_form_or_an_error(typed: str) -> None:
    try:
        kept = normalise(typed)
    except AddressError:
        return
    assert normalise(kept) == kept
    assert address.host(kept)
    assert address.same_origin(typed, kept)


@pytest.mark.parametrize(
    "one, other, same",
    [
        ("https://h/a", "https://H:443/b", True),
        ("https://h", "http://h", False),
        ("https://h", "https://h:8443", False),
        ("https://h", "https://h.evil.example", False),
        ("https://h", "not an address", False),
    ],
)
def test_a_server_is_its_scheme_host_and_port(one: str, other: str, same: bool) -> None:
    assert address.same_origin(one, other) is same


@pytest.mark.parametrize(
    "url, in_clear",
    [
        ("https://api.example.com", False),
        ("http://localhost:8084", False),
        ("http://api.localhost", False),
        ("http://127.0.0.53", False),
        ("http://[::1]:8084", False),
        ("http://localhost.evil.example", True),
        ("http://10.0.0.1", True),
        ("http://codechat:8084", True),
    ],
)
def test_http_to_another_machine_can_be_read_by_others(url: str, in_clear: bool) -> None:
    assert address.sends_in_clear(url) is in_clear
