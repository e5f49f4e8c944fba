"""The proxy for a server, and its name in errors."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from tests.api.faulty_server import faulty, saying
from tests.support import in_words
from tui.api.errors import ApiError, Refused, Unauthorised, Unreachable
from tui.api.http.auth import Credential
from tui.api.http.client import Http
from tui.api.http.proxy import proxy_for
from tui.api.http.request import Request
from tui.model.secret import Secret
from tui.model.user_error import UserError

PASSWORD = "Hunter2"
SHOP = Credential(Secret("t0k3n-of-the-shop"), "the token", "the test")
READ = Request("GET", ("webhook",), SHOP, once=True)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUEST_METHOD"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.mark.parametrize(
    "url, no_proxy",
    [
        ("http://10.1.2.3:8080", "10.0.0.0/8"),
        ("http://10.1.2.3:8080", "192.168.0.0/16, 10.0.0.0/8"),
        ("http://10.1.2.3", "10.1.2.3"),
        ("http://10.1.2.3:8080", "10.1.2.3:8080"),
        ("http://10.1.2.3", "10.1.2.3:80"),
        ("http://[fd00::5]:8080", "fd00::5"),
        ("http://[fd00::5]:8080", "[fd00::5]"),
        ("http://[fd00::5]:8080", "[fd00::5]:8080"),
        ("http://[fd00::5]:8080", "FD00:0::5"),
        ("http://[fd00::5]", "fd00::/8"),
        ("https://api.example", "api.example"),
        ("https://api.example", "API.Example"),
        ("https://a.api.example", "api.example"),
        ("https://a.api.example", ".api.example"),
        ("https://api.example", ".api.example"),
        ("https://a.api.example", "*.api.example"),
        ("https://api.example", "api.example:443"),
        ("https://api.example", "other.example api.example"),
        ("https://api.example", "other.example,,api.example,"),
        ("https://api.example", "*"),
        ("https://api.example", "other.example,*"),
        ("https://api.example.", "api.example"),
        ("http://localhost:8080", ""),
        ("http://127.0.0.2", ""),
        ("http://[::1]:8080", ""),
    ],
)
def test_a_server_in_no_proxy_is_connected_directly(url: str, no_proxy: str) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        assert proxy_for(url, {"ALL_PROXY": "http://p:3128", name: no_proxy}) is None


@pytest.mark.parametrize(
    "url, no_proxy",
    [
        ("http://11.1.2.3", "10.0.0.0/8"),
        ("http://10.1.2.3", "10.1.2"),
        ("http://10.1.2.30", "10.1.2.3"),
        ("http://10.1.2.3:8080", "10.1.2.3:80"),
        ("http://[fd00::5]:8080", "[fd00::5]:80"),
        ("http://[fd00::5]:8080", "fd00::50"),
        ("https://notapi.example", "api.example"),
        ("https://notapi.example", ".api.example"),
        ("https://api.example", "a.api.example"),
        ("https://api.example:8443", "api.example:443"),
        ("https://api.example", "10.0.0.0/8"),
        ("https://10.example", "10.0.0.0/99"),
        ("https://api.example", "."),
        ("https://api.example", ""),
    ],
)
def test_another_server_is_connected_through_the_proxy(url: str, no_proxy: str) -> None:
    env = {"ALL_PROXY": "http://p:3128", "NO_PROXY": no_proxy}
    assert str(proxy_for(url, env)) == "p:3128 (ALL_PROXY)"


@pytest.mark.parametrize(
    "env, named",
    [
        ({"HTTPS_PROXY": "p"}, "p:80 (HTTPS_PROXY)"),
        ({"https_proxy": "q:1", "HTTPS_PROXY": "p"}, "q:1 (https_proxy)"),
        ({"HTTPS_PROXY": "https://p"}, "https://p:443 (HTTPS_PROXY)"),
        ({"HTTPS_PROXY": "http://[fd00::1]:3128/"}, "[fd00::1]:3128 (HTTPS_PROXY)"),
        ({"HTTPS_PROXY": f"http://bob:{PASSWORD}@p:3128"}, "p:3128 (HTTPS_PROXY)"),
        ({"HTTP_PROXY": "p"}, "None"),
        ({"HTTPS_PROXY": ""}, "None"),
    ],
)
def test_a_proxy_is_named_by_its_variable_and_without_credentials(
    env: dict[str, str], named: str
) -> None:
    proxy = proxy_for("https://api.example", env)
    assert str(proxy) == named
    assert PASSWORD not in repr(proxy)


def test_http_proxy_is_ignored_in_a_cgi_program() -> None:
    env = {"HTTP_PROXY": "http://p:3128", "REQUEST_METHOD": "GET"}
    assert proxy_for("http://api.example", env) is None


def test_credentials_are_decoded() -> None:
    proxy = proxy_for("http://h.example", {"http_proxy": "http://b%40b:Hunter2%2Fxyz@p:3128"})
    assert proxy
    assert proxy.password
    assert (proxy.user, proxy.password.reveal()) == ("b@b", "Hunter2/xyz")


@pytest.mark.parametrize(
    "value",
    [
        f"http://bob:{PASSWORD}/xyz@proxy:3128",
        f"http://bob:3128/{PASSWORD}@proxy:3128",
        f"http://bob:1#{PASSWORD}@proxy:3128",
        f"http://bob:1?{PASSWORD}@proxy:3128",
        f"http://bob:{PASSWORD}@proxy:port",
        f"http://bob:{PASSWORD}@proxy:99999",
        f"http://bob:{PASSWORD}@[proxy",
        f"http://bob:{PASSWORD}@",
        f"ftp://bob:{PASSWORD}@proxy",
        f"bob:{PASSWORD}/x@proxy",
        f"http://bob:{PASSWORD}@a b:1",
    ],
)
def test_a_malformed_proxy_is_reported_without_its_value(
    value: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", value)
    with pytest.raises(UserError) as caught:
        Http("https://api.example", "shop")
    assert caught.value.message.startswith("HTTPS_PROXY names a proxy ")
    assert caught.value.hint
    told = (caught.value.message, caught.value.hint, caplog.text, caught.value.__cause__)
    assert PASSWORD not in repr((told, vars(caught.value)))


@pytest.mark.skipif(find_spec("socksio") is not None, reason="SOCKS works here")
def test_a_socks_proxy_without_its_package_is_reported() -> None:
    with pytest.raises(UserError) as caught:
        proxy_for("https://api.example", {"ALL_PROXY": f"socks5://bob:{PASSWORD}@p:1080"})
    assert caught.value.message.startswith("ALL_PROXY names a SOCKS proxy")
    assert "pip install socksio" in caught.value.hint
    assert PASSWORD not in caught.value.message + caught.value.hint


def test_an_ipv6_address_over_https_through_a_proxy_is_refused() -> None:
    env = {"HTTPS_PROXY": "http://p:3128"}
    with pytest.raises(UserError, match="HTTPS_PROXY"):
        proxy_for("https://[fd00::5]", env)
    assert proxy_for("https://[fd00::5]", env | {"NO_PROXY": "fd00::/8"}) is None


async def error_through(url: str) -> ApiError:
    http = Http(url, "shop")
    with pytest.raises(ApiError) as caught:
        await http.send(READ)
    assert all(PASSWORD not in repr(one) for one in http.request_log)
    await http.close()
    return caught.value


async def test_an_ipv6_address_keeps_its_brackets(monkeypatch: pytest.MonkeyPatch) -> None:
    async with faulty(saying("200 OK", b"[1]")) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        http = Http("http://[fd00::5]:8080/prefix", "shop")
        assert (await http.send(READ)).body == [1]
        await http.close()
    head = proxy.requests[0].lower()
    assert head.startswith(b"get http://[fd00::5]:8080/prefix/webhook http/1.1\r\n")
    assert b"host: [fd00::5]:8080\r\n" in head


@pytest.mark.parametrize("status, kind", [("403 Forbidden", Unauthorised), ("407 Login", Refused)])
async def test_an_error_names_the_proxy_it_may_come_from(
    status: str, kind: type[ApiError], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with faulty(saying(status, b"denied")) as proxy:
        place = proxy.url.removeprefix("http://")
        monkeypatch.setenv("HTTP_PROXY", f"http://bob:{PASSWORD}@{place}")
        error = await error_through("http://api.example")
    assert isinstance(error, kind)
    doubt = ", which may be the one that refuses" if kind is Unauthorised else ""
    assert f"It went through the proxy {place} (HTTP_PROXY){doubt}." in error.what
    assert PASSWORD not in repr((error.what, error.to_do, error.said))
    assert b"proxy-authorization: basic" in proxy.requests[0].lower()


@pytest.mark.parametrize(
    "status, to_do",
    [
        ("403 Forbidden", "Have the proxy let this connection through"),
        ("407 Proxy Authentication Required", "The proxy wants a user and a password"),
    ],
)
async def test_a_proxy_that_refuses_a_tunnel_is_named(
    status: str, to_do: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with faulty(saying(status, b"")) as proxy:
        place = proxy.url.removeprefix("http://")
        monkeypatch.setenv("HTTPS_PROXY", f"http://bob:{PASSWORD}@{place}")
        error = await error_through("https://api.example")
    assert isinstance(error, Unreachable)
    assert error.what == (
        f"api.example could not be reached: the proxy {place} (HTTPS_PROXY) refused the "
        f"connection: {status}."
    )
    assert in_words(error.to_do).startswith(to_do)


async def test_an_unreachable_proxy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, url in (("HTTP_PROXY", "http://a.example"), ("ALL_PROXY", "https://a.example")):
        monkeypatch.setenv(variable, f"http://bob:{PASSWORD}@127.0.0.1:1")
        error = await error_through(url)
        assert isinstance(error, Unreachable)
        assert f"It went through the proxy 127.0.0.1:1 ({variable})." in error.what
        assert PASSWORD not in error.what


async def test_a_missing_certificate_file_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/not/there.pem")
    with pytest.raises(UserError) as caught:
        Http("https://api.example", "shop")
    assert caught.value.message == (
        "SSL_CERT_FILE cannot be used: /not/there.pem: no such file or directory"
    )
    monkeypatch.setenv("SSL_CERT_FILE", __file__)
    with pytest.raises(UserError, match=r"test_proxy\.py: it holds no certificates"):
        Http("https://api.example", "shop")


async def test_basic_auth_is_reported_as_unsupported() -> None:
    answer = saying("401 Unauthorized", b"", 'WWW-Authenticate: Basic realm="proxy"')
    async with faulty(answer) as server:
        error = await error_through(server.url)
    assert "(Basic auth), which Hookboard does not send" in in_words(error.to_do)
