"""``hookboard config check``: which server answered, and how."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tui.api.errors import ApiError
from tui.cli.exits import advice
from tui.cli.server_work import open_configured
from tui.cli.table import labelled
from tui.config.overrides import Overrides
from tui.core.session import Session
from tui.i18n import _, ngettext, number
from tui.storage.blocking_calls import DaemonExecutor

_MOST_PROBLEMS = 5
"""How many problems of a page are printed."""

Row = tuple[str, str]
"""A label, empty in a continued line, and the text beside it."""


def check_server(
    overrides: Overrides, show_progress: Callable[[str], None] = lambda words: None
) -> tuple[bool, str]:
    """Request the list of the configured server. Return whether it answered well, and a report.

    Raises :class:`UserError` for a problem on this machine.
    """
    session = open_configured(overrides, show_progress)
    show_progress(_("asking {host}…").format(host=session.host))
    return asyncio.run(_check(session))


async def _check(session: Session) -> tuple[bool, str]:
    asyncio.get_running_loop().set_default_executor(DaemonExecutor())
    configured_kind = session.kind
    try:
        answered, answer = await _answer(session)
    finally:
        await session.close()
    profile, kind = session.profile, str(session.kind)
    if session.read_only:
        profile = _("{profile} (read only)").format(profile=profile)
    if session.kind != configured_kind:
        kind = _("{kind} (detected)").format(kind=kind)
    rows: list[Row] = [
        (_("profile"), profile),
        (_("server"), session.host),
        (_("kind"), kind),
        (_("token"), session.credential_words()),
    ]
    if session.request_log.proxy:
        rows.append((_("proxy"), session.request_log.proxy))
    return answered, "\n".join(labelled((*rows, *answer)))


async def _answer(session: Session) -> tuple[bool, list[Row]]:
    try:
        page = await anext(aiter(session.instances()))
    except ApiError as error:
        return False, [
            (_("failed"), error.what),
            *(("", words) for words in (advice(error), *error.server_says) if words),
        ]
    total = len(page.instances) if page.total is None else page.total
    text = ngettext("as {kind}, with {count} instance", "as {kind}, with {count} instances", total)
    answered = text.format(kind=session.kind, count=number(total))
    return True, [
        (_("answered"), answered),
        *(("", problem) for problem in page.problems[:_MOST_PROBLEMS]),
    ]
