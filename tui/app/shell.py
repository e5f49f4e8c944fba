"""The interface of the app for screens and widgets."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from tui.app.commands import Command, Need, Scope
from tui.app.textual_internals import HookedApp
from tui.config.overrides import Overrides
from tui.core.session import Session
from tui.model.sentence import Wording
from tui.storage.blocking_calls import Waiting

if TYPE_CHECKING:
    from tui.app.run_control import RunControl
    from tui.core.run.run import Run
    from tui.model.instance import Instance
    from tui.model.webhook import Webhook
    from tui.storage.drafts import Draft


class Shell(HookedApp):
    """The part of the app that screens and widgets may use."""

    keys: Mapping[str, str] = {}
    """Textual's names of the keys that ``[keys]`` binds, by command id."""
    overrides = Overrides()
    """Settings from the command line."""
    waiting = Waiting()
    """The local call that the start waits for, such as a keyring's."""
    exit_message = ""
    """Text for standard error after the terminal is restored."""
    demo = False
    """Whether the servers are sample data, without a configuration."""

    @property
    @abstractmethod
    def session(self) -> Session | None:
        """The server of the screen in front."""

    @property
    @abstractmethod
    def sessions(self) -> Mapping[str, Session]:
        """The servers opened in this run, by profile."""

    @abstractmethod
    def edits_open(self, profile: str) -> int:
        """Count the open edits of a profile that have unsaved changes."""

    @abstractmethod
    def go_to(self, session: Session | None, draft: Draft | None = None) -> None:
        """Bring a server's screens to the front as they were left; ``None`` changes nothing.

        A ``draft`` of that server is opened there.
        """

    @abstractmethod
    def show_help(self, scopes: Sequence[Scope]) -> None:
        """Show the commands of these places and their keys."""

    @abstractmethod
    def show_requests(self, session: Session) -> None:
        """Show the requests made to a server in this run."""

    @abstractmethod
    def show_history(
        self, session: Session, instance: Instance, webhook: Webhook, on_left: Callable[[], None]
    ) -> None:
        """Show what changed in a webhook; call ``on_left`` once that screen is left."""

    @abstractmethod
    def show_profiles(self) -> None:
        """Show the servers to switch to."""

    @property
    def run_words(self) -> str:
        """The progress of the run under way, for the top line; empty if there is none."""
        return ""

    @abstractmethod
    def run_of(self, session: Session) -> RunControl | None:
        """Return the last run on a server that was begun here, ended or not."""

    @abstractmethod
    async def begin_run(
        self, session: Session, control: RunControl, on_end: Callable[[Run], None] | None = None
    ) -> None:
        """Carry a run out, whichever screens are open; return when it has begun.

        Raises :class:`UserError` if it cannot begin.
        """

    @abstractmethod
    def offer_run(self, session: Session, control: RunControl) -> None:
        """Make an earlier run, which was cut off, the last one on its server."""

    @abstractmethod
    def take_results(self, session: Session) -> bool:
        """Have the board of a server take the rows of the last run that ended since.

        Returns whether there are any.
        """

    @abstractmethod
    def show_run(self, session: Session) -> None:
        """Show the last run on a server, if there is one."""

    @abstractmethod
    def copy(self, text: str, what: str) -> None:
        """Send a text to the terminal's clipboard and say so; ``what`` names it for people."""

    @abstractmethod
    def say(self, sentence: Wording) -> None:
        """Show a message in the corner."""

    def offers(self, command: Command) -> bool:
        """Whether a command works on the server in front."""
        if (session := self.session) is None:
            return True
        return all(_meets(session, need) for need in command.needs)


def _meets(session: Session, need: Need) -> bool:
    match need:
        case "writes":
            return not session.read_only
        case "deletes":
            return session.capabilities.deletes
        case "many":
            return session.capabilities.many
