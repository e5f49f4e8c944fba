"""From what was asked on the command line to a session with a server.

Imports what the first picture does not need (httpx, pydantic, the sandbox) and may block:
it is called in a thread, after that picture.
"""

from __future__ import annotations

import os
from functools import partial
from typing import BinaryIO

from tui.api.servers import open_server
from tui.config.credentials import store_token
from tui.config.errors import ConfigError
from tui.config.files import shown
from tui.config.load import read_only_asked
from tui.config.overrides import Overrides
from tui.config.resolve import Target, resolve
from tui.drafts import Drafts
from tui.model.secret import Secret
from tui.model.text import clean
from tui.session import Session

DEMO_URL = "http://sandbox.demo"
"""Resolves nowhere: requests to it go to the sandbox inside the process."""


def open_session(overrides: Overrides, stdin: BinaryIO | None = None) -> Session | None:
    """Open the configured server; ``None`` when nothing is configured.

    ``stdin`` is what ``--token-file -`` reads. Raises :class:`ConfigError`.
    """
    target = resolve(overrides, os.environ, stdin=stdin)
    if target is None:
        return None
    if not target.business:
        raise ConfigError(
            f"the profile {target.profile} names no business",
            f'Give --business ID, or add business = "ID" to it in {shown(target.config_path)}.',
        )
    return session_for(target)


def session_for(target: Target) -> Session:
    """Open the server of a target; nothing is sent yet.

    Raises :class:`ConfigError` when the environment is in the way: ``SSL_CERT_FILE`` that is
    not there, a proxy of an unknown kind.
    """
    try:
        server = open_server(
            target.url,
            business=target.business,
            profile=target.profile,
            token=target.token,
            token_source=target.token_source,
            read_only=target.read_only,
        )
    except (OSError, ValueError, ImportError) as error:
        raise ConfigError(
            f"no connection to {target.url} can be prepared: {clean(str(error), 200)}",
            "Check SSL_CERT_FILE, SSL_CERT_DIR and the proxy variables.",
        ) from None
    keep = partial(store_token, target.profile, target.url) if target.saved else None
    return Session(
        server,
        target.profile,
        url=target.url,
        production=target.production,
        keep_token=keep,
        drafts=Drafts(),
    )


def open_demo(overrides: Overrides) -> Session:
    """Open a sandbox inside the process, with sample data that is gone afterwards.

    Of flags and environment only READ ONLY counts; no configuration is read.
    """
    from tui.sandbox.server import open_sandbox

    sandbox = open_sandbox()
    server = open_server(
        DEMO_URL,
        business=sandbox.business_id,
        profile="demo",
        token=Secret(sandbox.token),
        token_source="the sandbox",
        read_only=read_only_asked(overrides, os.environ),
        in_process=sandbox.app,
    )
    return Session(server, "demo")
