"""No answer of any size, encoding or shape fills the memory or blocks the keys."""

from __future__ import annotations

import asyncio
import gzip
import json
import sys
import zlib
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.api.faulty_server import Talk, faulty, saying
from tests.support import ANY_TEXT
from tui.api.errors import ApiError, BadAnswer, ServerFailed
from tui.api.http import json_body
from tui.api.http.auth import Credential
from tui.api.http.client import Http
from tui.api.http.content import ANSWER, LIST, TooLarge, UnsupportedEncoding, read_content
from tui.api.http.request import Request
from tui.model.secret import Secret
from tui.model.server_kind import KINDS, Api

MOST = 200
"""The most megabytes of memory for an answer."""
READ = Request("GET", ("webhook",), Credential(Secret("t0k3n"), "the token", "the test"))
Parts = Callable[[], Iterable[bytes]]


def streaming(parts: Parts, *headers: str) -> Talk:
    """Return a talk that sends the parts one by one, without keeping them."""

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = ("HTTP/1.1 200 OK", "content-type: application/json", *headers, "", "")
        writer.write("\r\n".join(head).encode())
        for part in parts():
            writer.write(part)
            await writer.drain()

    return talk


async def reading(url: str, kind: Api) -> dict[str, Any]:
    """Read the list in another process; return the result and the memory it took."""
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.api.http.reading", url, kind, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await program.communicate()
    found: dict[str, Any] = json.loads(output)
    return found


def record(name: str, events: dict[str, bool], **more: str) -> bytes:
    webhook = {"url": "http://h", "enabled": True, "events": events}
    whole = {"name": name, "connectionStatus": "ONLINE", "Auth": {}, "Webhook": webhook, **more}
    return json.dumps(whole, ensure_ascii=False).encode()


def listed(records: Iterable[bytes]) -> Iterable[bytes]:
    yield b"["
    for one in records:
        yield one + b","
    yield record("last", {}) + b"]"


@cache
def bomb(layers: int) -> bytes:
    """Compress 256 MB of blanks so many times."""
    return gzip.compress(bomb(layers - 1) if layers > 1 else b" " * 256 * 2**20, 6)


SHAPES: dict[str, Parts] = {
    "empty lists, 60 MB": lambda: listed([b"[],[]," * 200_000 + b"[]"] * 50),
    "empty objects": lambda: listed([b"{},{}," * 50_000 + b"{}"] * 4),
    "short objects": lambda: listed([b'{"":1}'] * 300_000),
    "one record": lambda: listed([b"[" + b"[1]," * 200_000 + b"[]]"]),
    "long texts": lambda: listed([b'"' + b"x" * 2**18 + b'"'] * 170),
    "long texts with one wide character": lambda: listed(
        ['"😀'.encode() + b"x" * 2**18 + b'"'] * 170
    ),
    "long names": lambda: listed(record(f"{i}😀" + "x" * 2**18, {}) for i in range(170)),
    "flags by the thousand": lambda: listed(
        record(str(i), {f"f{i}x{j}": True for j in range(1_000)}) for i in range(900)
    ),
    "an object": lambda: [b'{"a":[', *[b"1," * 2**19] * 40, b"1]}"],
}


@pytest.mark.parametrize("parts", SHAPES.values(), ids=SHAPES.keys())
async def test_a_list_of_any_shape_takes_limited_memory(parts: Parts) -> None:
    async with faulty(streaming(parts)) as server:
        found = await reading(server.url, "codechat-v1")
    assert found["megabytes"] < MOST
    assert ("cut off" in found["said"]) == (found["instances"] == 0)


@pytest.mark.parametrize("kind", KINDS)
async def test_the_decompressed_size_is_limited(kind: Api) -> None:
    async with faulty(saying("200 OK", bomb(1), "content-encoding: gzip")) as server:
        found = await reading(server.url, kind)
    assert "MB and was cut off" in found["said"]
    assert found["megabytes"] < MOST


@pytest.mark.parametrize("kind", KINDS)
async def test_nested_encodings_are_refused_before_decompressing(kind: Api) -> None:
    assert len(bomb(3)) < 2_000
    headers = "content-encoding: gzip, gzip, gzip"
    async with faulty(saying("200 OK", bomb(3), headers)) as server:
        found = await reading(server.url, kind)
    assert "sent an answer with the encoding gzip, gzip, gzip" in found["said"]
    assert found["megabytes"] < 50


@pytest.mark.parametrize(
    "headers",
    [
        ("content-encoding: br",),
        ("content-encoding: zstd",),
        ("content-encoding: deflate, gzip",),
        ("content-encoding: gzip", "content-encoding: gzip"),
        ("content-encoding: \x1b[31mred",),
    ],
)
async def test_an_unsupported_encoding_is_named(headers: tuple[str, ...]) -> None:
    async with faulty(saying("200 OK", b"[]", *headers)) as server:
        error = await error_of(server.url)
    assert isinstance(error, BadAnswer)
    names = ", ".join(header.partition(": ")[2] for header in headers).replace("\x1b", "␛")
    assert error.what.endswith(f"sent an answer with the encoding {names}.")


@pytest.mark.parametrize("name", ["br", "gzip", "deflate"])
async def test_an_error_status_counts_even_if_its_content_cannot_be_decompressed(name: str) -> None:
    talk = saying("500 Oh", b"<html>no", f"content-encoding: {name}")
    async with faulty(talk) as server:
        error = await error_of(server.url)
    assert isinstance(error, ServerFailed)
    assert error.said == ()


RAW = zlib.compressobj(wbits=-zlib.MAX_WBITS)
PACKED = {
    "gzip": gzip.compress(b'["a"]'),
    "x-gzip": gzip.compress(b'["a"]'),
    "deflate": zlib.compress(b'["a"]'),
    "Deflate": RAW.compress(b'["a"]') + RAW.flush(),
    "identity": b'["a"]',
    "": b'["a"]',
    "identity, GZIP": gzip.compress(b'["a"]'),
}


@pytest.mark.parametrize("name", PACKED)
async def test_the_supported_encodings_are_read(name: str) -> None:
    talk = saying("200 OK", PACKED[name], f"content-encoding: {name}")
    async with faulty(talk) as server:
        http = Http(server.url, "shop")
        assert (await http.send(READ)).body == ["a"]
        await http.close()


@pytest.mark.parametrize("cut", [1, 8, 20])
async def test_compressed_content_that_ends_too_early_is_an_error(cut: int) -> None:
    talk = saying("200 OK", PACKED["gzip"][:-cut], "content-encoding: gzip")
    async with faulty(talk) as server:
        error = await error_of(server.url)
    assert "cannot be unpacked" in error.what


async def test_no_content_needs_no_decompression() -> None:
    async with faulty(saying("200 OK", b"", "content-encoding: gzip")) as server:
        http = Http(server.url, "shop")
        assert (await http.send(READ)).is_empty
        await http.close()


async def error_of(url: str) -> ApiError:
    http = Http(url, "shop")
    with pytest.raises(ApiError) as caught:
        await http.send(READ)
    await http.close()
    return caught.value


@given(st.binary(max_size=200), st.sampled_from(["gzip", "deflate", "br", "gzip,deflate", ""]))
def test_any_bytes_are_decompressed_or_refused(content: bytes, name: str) -> None:
    headers = {"content-encoding": name} if name else {}
    response = httpx.Response(200, headers=headers, stream=httpx.ByteStream(content))
    try:
        asyncio.run(read_content(response, ANSWER))
    except (UnsupportedEncoding, TooLarge, httpx.DecodingError):
        return
    assert name in ("", "gzip", "deflate")


# decoding

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=20,
)


@pytest.fixture(scope="module")
def _tiny_windows() -> Iterable[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_body, "AT_ONCE", 0)
        patch.setattr(json_body, "WINDOW", 7)
        yield


@pytest.mark.usefixtures("_tiny_windows")
@given(
    st.lists(JSON, max_size=5),
    st.sampled_from([None, 1]),
    st.booleans(),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32-be"]),
)
def test_a_list_decoded_in_windows_is_the_same_list(
    wanted: list[Any], indent: int | None, ascii_only: bool, encoding: str
) -> None:
    text = json.dumps(wanted, indent=indent, ensure_ascii=ascii_only)
    content = bytearray(text.encode(encoding, "surrogatepass"))
    assert repr(asyncio.run(json_body.decode(content))) == repr(json.loads(content))


@pytest.mark.usefixtures("_tiny_windows")
@given(st.lists(JSON, min_size=1, max_size=3), st.data())
def test_a_list_that_is_cut_or_continued_is_no_json(wanted: list[Any], data: st.DataObject) -> None:
    whole = json.dumps(wanted).encode()
    cut = data.draw(st.integers(1, len(whole) - 1))
    for broken in (whole[:cut], whole + b",", whole + b" 1", whole[:-1] + b",]", b"[" + whole):
        with pytest.raises(ValueError):  # noqa: PT011
            asyncio.run(json_body.decode(bytearray(broken)))


@pytest.mark.usefixtures("_tiny_windows")
@pytest.mark.parametrize("number", ["1.5", "1e5", "-0.25E-2", "12345678901234567890.5"])
@pytest.mark.parametrize("blanks", range(8))
def test_a_number_that_crosses_the_end_of_a_window_is_whole(number: str, blanks: int) -> None:
    content = bytearray(f"[{' ' * blanks}{number}]".encode())
    assert asyncio.run(json_body.decode(content)) == [float(number)]


@pytest.mark.usefixtures("_tiny_windows")
def test_a_duplicate_key_is_found_in_windows_too() -> None:
    content = bytearray(b'[{"url": "a"}, {"url": "a", "name": "b", "url": "c"}]')
    with pytest.raises(json_body.DuplicateKey, match="url"):
        asyncio.run(json_body.decode(content))


async def test_decoding_a_long_list_lets_keys_be_handled() -> None:
    content = bytearray(b"[" + b"[[],[]]," * 90_000 + b"[]]")
    decoding = asyncio.create_task(json_body.decode(content))
    turns = 0
    while not decoding.done():
        turns += 1
        await asyncio.sleep(0.001)
    assert len(await decoding) == 90_001
    assert turns > 10  # one call to decode it all would leave one or two
    assert LIST.size > len(content)
