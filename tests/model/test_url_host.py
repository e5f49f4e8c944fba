"""The host in the URL of a webhook."""

from __future__ import annotations

import pytest

from tui.model.url_host import host_and_port, host_of, origin


@pytest.mark.parametrize(
    "url, host, place, begin",
    [
        ("https://a.example/in", "a.example", "a.example", "https://a.example"),
        ("HTTP://a.example:8443?x", "a.example", "a.example:8443", "HTTP://a.example:8443"),
        ("https://me:pw@a.example#x", "a.example", "a.example", "https://me:pw@a.example"),
        ("http://[::1]:80/in", "[::1]", "[::1]:80", "http://[::1]:80"),
        ("https://a.example:/in", "a.example", "a.example", "https://a.example:"),
        ("ftp://a.example/in", "", "", ""),
        ("https://a.example:port/in", "", "", ""),
        ("", "", "", ""),
    ],
)
def test_the_host_of_a_url(url: str, host: str, place: str, begin: str) -> None:
    assert (host_of(url), host_and_port(url), origin(url)) == (host, place, begin)
