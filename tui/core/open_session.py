"""Opening a session with a server, from the command line and the configuration.

Imports modules that the first picture does not need (httpx, the sandbox) and may
block: it is called in a thread, after that picture.
"""

from __future__ import annotations

import os
from asyncio import get_running_loop
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from tui.api.connection import connect
from tui.api.http.timeouts import Timeouts
from tui.config.load import read_only_asked
from tui.config.overrides import Overrides
from tui.config.resolve import ResolvedProfile, resolve
from tui.core.session import Session
from tui.i18n import _
from tui.model.log import log
from tui.model.secret import Secret
from tui.model.server_kind import ServerKind, needs_business, title
from tui.model.user_error import UserError
from tui.storage.blocking_calls import Waiting
from tui.storage.paths import CONFIG_VARIABLE, drafts_dir, flags_dir, journal_file, staged_dir
from tui.storage.private_files import shown
from tui.storage.server_memory import ServerMemory
from tui.storage.tokens import TokenPlace, store_token
from tui.storage.user_data import UserData

if TYPE_CHECKING:
    from tui.core.patch.presets import Preset
    from tui.storage.drafts import Drafts
    from tui.storage.journal import Journal
    from tui.storage.staged import StagedFolder

DEMO_URL = "http://sandbox.demo"
"""An address that is never looked up: its requests go to the sandbox inside the process."""


def open_session(
    overrides: Overrides,
    stdin: BinaryIO | None = None,
    env: Mapping[str, str] = os.environ,
    waiting: Waiting | None = None,
) -> Session | None:
    """Open the configured server; ``None`` when nothing is configured.

    ``stdin`` is read for ``--token-file -``; ``waiting`` names what is waited for on this
    machine. Raises :class:`UserError`.
    """
    resolved = resolve(overrides, env, stdin=stdin, waiting=waiting)
    if resolved is None:
        return None
    kind = resolved.settings.api
    if not resolved.settings.business and needs_business(kind):
        raise UserError(
            _("the profile {profile} names no business, which {kind} needs").format(
                profile=resolved.profile, kind=title(kind)
            ),
            _('Give --business ID, or add business = "ID" to it in {path}.').format(
                path=shown(resolved.config_path)
            ),
        )
    return session_for(resolved)


def open_profile(name: str, overrides: Overrides) -> Session:
    """Open another server of the configuration than the one the program started with.

    Flags and environment are about the first server; only READ ONLY holds for the whole run.
    Raises :class:`UserError`, also when the profile no longer exists.
    """
    env = {
        variable: value
        for variable, value in os.environ.items()
        if variable == CONFIG_VARIABLE or not variable.startswith("HOOKBOARD_")
    }
    mine = Overrides(profile=name, read_only=read_only_asked(overrides, os.environ))
    session = open_session(mine, env=env)
    assert session is not None, "a named profile exists, or an error is raised"
    return session


def session_for(resolved: ResolvedProfile) -> Session:
    """Open the server of a resolved profile; nothing is sent yet.

    Raises :class:`UserError` for a faulty environment: a missing ``SSL_CERT_FILE``, a proxy that
    cannot be understood.
    """
    settings = resolved.settings
    connection = connect(
        settings.url,
        kind=settings.api,
        business=settings.business,
        profile=resolved.profile,
        token=resolved.token,
        token_source=resolved.token_source,
        read_only=settings.read_only,
        memory=ServerMemory(flags_dir(), settings.url),
        timeouts=Timeouts.of(settings.timeout),
    )
    keep = partial(_keep_token, resolved) if resolved.saved else None
    return Session(
        connection,
        resolved.profile,
        url=settings.url,
        production=settings.production,
        keep_token=keep,
        user_data=user_data_in(drafts_dir(), staged_dir(), journal_file()),
        at_once=settings.at_once,
        own_presets=_own_presets(resolved),
        on_found=partial(_remember_kind, resolved) if resolved.keeps_kind else None,
    )


@cache
def user_data_in(drafts: Path, staged: Path, journal: Path) -> UserData:
    """Return what is kept in these places, the same for every server.

    One object knows the open drafts of all servers, and one thread writes the journal.
    """

    def open_drafts() -> Drafts:
        from tui.storage.drafts import Drafts

        return Drafts(drafts)

    def open_staged() -> StagedFolder:
        from tui.storage.staged import StagedFolder

        return StagedFolder(staged)

    def open_journal() -> Journal:
        from tui.storage.journal import Journal

        return Journal(journal)

    return UserData(drafts=open_drafts, staged=open_staged, journal=open_journal)


def _own_presets(resolved: ResolvedProfile) -> tuple[Preset, ...]:
    """Return the presets of the configuration. Raises :class:`UserError`."""
    if not resolved.presets:
        return ()
    from tui.core.patch.presets import own_presets  # takes time that most starts do not need

    return own_presets(resolved.presets)


def _keep_token(resolved: ResolvedProfile, token: Secret) -> TokenPlace:
    return store_token(resolved.profile, resolved.settings.url, token)


def _remember_kind(resolved: ResolvedProfile, kind: ServerKind) -> None:
    """Write the kind of server into the profile, in a thread: the list does not wait for it."""
    get_running_loop().run_in_executor(None, _write_kind, resolved, kind)


def _write_kind(resolved: ResolvedProfile, kind: ServerKind) -> None:
    from tui.config.save import remember_kind  # takes milliseconds that most starts do not need

    try:
        remember_kind(resolved.config_path, resolved.profile, resolved.settings.url, kind)
    except UserError as error:  # the next start finds it out again
        log.info("the kind of server is not kept: %s", error.message)


def _demo_journal() -> Journal:
    from tui.storage.journal import Journal

    return Journal(None)


def open_demo(overrides: Overrides) -> Session:
    """Open a sandbox inside the process, with sample data that is never stored.

    Of flags and environment only READ ONLY and ``--api`` count; no configuration is read.
    """
    from tui.sandbox.kinds import open_kind

    kind = overrides.sandbox_kind
    sandbox = open_kind(kind)
    connection = connect(
        DEMO_URL,
        kind=kind,
        business=sandbox.business_id,
        profile="demo",
        token=Secret(sandbox.token),
        token_source=_("the sandbox"),
        read_only=read_only_asked(overrides, os.environ),
        in_process=sandbox.app,
        memory=ServerMemory(None, DEMO_URL),
    )
    return Session(connection, "demo", user_data=UserData(journal=_demo_journal))
