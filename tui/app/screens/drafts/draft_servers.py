"""The server of a draft: already open, opened by its profile, or connected to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui.app.screens.base import HookboardScreen
from tui.app.screens.connect import ConnectScreen
from tui.app.screens.dialogs import Answer, ask
from tui.app.shell import Shell
from tui.config.load import saved_profiles
from tui.config.overrides import Overrides
from tui.core.draft_place import ProfileNames
from tui.core.open_session import open_profile
from tui.core.session import Session
from tui.i18n import _
from tui.messages.error_sentences import problem_sentences
from tui.model import address
from tui.model.text import clean
from tui.model.user_error import UserError
from tui.storage.disk import LONG, on_disk, within

if TYPE_CHECKING:
    from tui.storage.drafts import Draft


def shown_host(server: str) -> str:
    """Return the host of a draft's server; the cleaned text where a damaged file has no URL."""
    try:
        return address.host(address.normalise(server))
    except address.AddressError:
        return clean(server, 60)


async def profile_names(app: Shell) -> ProfileNames:
    """Return the profiles of each address: those opened in this run, then those of the file."""
    addresses = {name: session.url for name, session in app.sessions.items()}
    if not app.demo:
        try:
            saved = await on_disk(saved_profiles)
        except UserError:
            saved = {}  # the list of servers says what is wrong with the file
        addresses |= {name: one.url for name, one in saved.items() if name not in addresses}
    return {
        url: tuple(name for name, address in addresses.items() if address == url)
        for url in addresses.values()
    }


async def session_of(screen: HookboardScreen[Any], draft: Draft) -> Session | None:
    """Return a session with a draft's server, opened if need be; ``None`` where there is none.

    Without a profile for its address the connect screen asks for the rest. To be called from a
    worker.
    """
    app = screen.app
    names = (await profile_names(app)).get(draft.server, ())
    if not names:
        return await _connect(app, draft)
    name = names[0] if len(names) == 1 else await _ask_for_profile(app, draft, names)
    if name is None:
        return None
    if opened := app.sessions.get(name):
        return opened
    try:
        return await within(LONG, open_profile, name, app.overrides)
    except UserError as error:
        problems = map(problem_sentences, error.problems)
        said = _("{profile} could not be opened:").format(profile=name)
        screen.banner.say("error", said, *problems)
        return None


async def _ask_for_profile(app: Shell, draft: Draft, names: tuple[str, ...]) -> str | None:
    question = _("Several profiles are for {server}. Which one is the draft for?")
    answers = [Answer(name, str(place), name) for place, name in enumerate(names[:9], 1)]
    return await ask(app, question.format(server=clean(draft.server, 100)), answers)


async def _connect(app: Shell, draft: Draft) -> Session | None:
    app.say(_("No profile is for the server of that draft. Connect to it, then the draft opens."))
    overrides = Overrides(read_only=app.overrides.read_only)
    screen = ConnectScreen(overrides, {*app.sessions}, url=draft.server)
    return await app.push_screen_wait(screen)
