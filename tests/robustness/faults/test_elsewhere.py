"""Faults of names, certificates and redirects are reported and survived; no token leaks."""

from __future__ import annotations

import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.api.faulty_server import Faulty, faulty, raw, saying
from tests.app.support import Cable
from tests.robustness.faults.faults import Fault, Line
from tests.robustness.faults.person import sitting
from tests.robustness.faults.service import Service
from tests.robustness.faults.test_faults import meet_all

NAME = "hookboard.test"


async def test_an_unknown_host_is_reported_and_nothing_is_lost(
    drafts_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {NAME: "127.0.0.1"}
    resolve = socket.getaddrinfo

    def resolver(host: str | bytes | None, *args: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else str(host)
        if name == NAME and name not in known:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return resolve(known.get(name, host), *args, **options)

    @asynccontextmanager
    async def unknown(_: Service) -> AsyncIterator[None]:
        address = known.pop(NAME)
        yield
        known[NAME] = address

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    fault = Fault("unresolvable", "could not be reached: name or service not known", line=unknown)
    async with sitting(lambda cable: Service(cable, host=NAME), drafts_folder) as person:
        await meet_all(person, (fault,))


def certificate(authority: trustme.CA, name: str = "127.0.0.1", **more: Any) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, **more).configure_cert(context)
    return context


def another(context: ssl.SSLContext) -> Line:
    """Return the fault of another certificate in place of the right one."""

    @asynccontextmanager
    async def line(service: Service) -> AsyncIterator[None]:
        right = service.tls
        await service.hang_up()
        service.tls = context
        await service.listen()
        asked = len(service.requests)
        yield
        assert len(service.requests) == asked, "a token went to who knows whom"
        await service.hang_up()
        service.tls = right
        await service.listen()

    return line


@asynccontextmanager
async def plain_text(service: Service) -> AsyncIterator[None]:
    right, service.tls = service.tls, None
    service.on_connection = saying("400 Bad Request", b"This is HTTP")
    await service.hang_up()
    await service.listen()
    asked = len(service.requests)
    yield
    assert len(service.requests) == asked
    service.heal()
    await service.hang_up()
    service.tls = right
    await service.listen()


def tls_faults(authority: trustme.CA) -> tuple[Fault, ...]:
    begun = datetime.now(UTC) - timedelta(days=9)
    expired = certificate(authority, not_before=begun, not_after=begun + timedelta(days=1))
    proof = "could not prove that it is"
    return (
        Fault("TLS: unknown authority", proof, line=another(certificate(trustme.CA())),
              also=("SSL_CERT_FILE",)),
        Fault("TLS: wrong name", proof, line=another(certificate(authority, "other.test")),
              also=("the certificate is for another host",)),
        Fault("TLS: expired", proof, line=another(expired),
              also=("has expired", "needs a new certificate")),
        Fault("TLS: none", "does not speak TLS on this port", line=plain_text),
    )  # fmt: skip


def redirects(service: Service, elsewhere: Faulty) -> tuple[Fault, ...]:
    """Return redirects with every status, to every kind of target."""
    places = {
        "the same host": f"{service.url}/other",
        "a path": "/other",
        "another host": f"http://localhost:{elsewhere.url.rpartition(':')[2]}/",
        "plain http": elsewhere.url,
        "nonsense": "http://[::1",
    }
    sent = {**{place: "302 Found" for place in places}}
    sent |= {"another host": "307 Temporary Redirect", "plain http": "308 Permanent Redirect"}
    says = ": a redirect"
    return (
        *(
            Fault(f"redirect to {place}", says, saying(sent[place], b"", f"location: {url}"))
            for place, url in places.items()
        ),
        Fault("redirect in a loop", says, saying("301 Moved", b"", "location: ?")),
        Fault("redirect to nowhere", says, saying("303 See Other")),
    )


async def test_no_bad_certificate_and_no_redirect_gets_a_token(
    drafts_folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority = trustme.CA()
    bundle = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(bundle))
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))

    def make(cable: Cable) -> Service:
        return Service(cable, "https", tls=certificate(authority))

    async with (
        faulty(raw(b"")) as elsewhere,
        sitting(make, drafts_folder) as person,
    ):
        faults = (*tls_faults(authority), *redirects(person.service, elsewhere))
        await meet_all(person, faults)
        assert elsewhere.connections == 0
        paths = {request.split(b" ")[1] for request in person.service.requests}
        assert all(path.startswith(b"/api/v2/") for path in paths)
