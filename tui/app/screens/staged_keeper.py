"""Keeping the staged changes of a server on disk, and offering those of an earlier start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from tui.app.screens.autosave import Autosave
from tui.app.widgets.line_widget import Span
from tui.core.board.kept_staging import (
    begin_keeping,
    go_on_with,
    kept_by_server,
    kept_changes,
    note,
)
from tui.i18n import _, ngettext, number
from tui.messages.error_sentences import problem_sentences
from tui.model.sentence import Sentence
from tui.model.user_error import UserError
from tui.storage.disk import on_disk

if TYPE_CHECKING:
    from tui.app.screens.background import Background
    from tui.app.screens.board.screen import BoardScreen
    from tui.app.shell import Shell
    from tui.core.board.staging import Staging
    from tui.core.session import Session
    from tui.storage.staged import OpenStaged, Staged

_NOT_APPLIED = Sentence(_("An earlier start left staged changes. {board} goes on with them."))
_ON_ANOTHER = Sentence(
    _("An earlier start left staged changes on another server. {profiles} lists the servers.")
)


class StagedKeeper:
    """Writes the staged changes of a server soon after each change, like drafts.

    It works in the background of the dashboard, since the board may be closed while a run goes on.
    """

    class Looked(Message, bubble=False):
        """The kept changes were read, or the staged ones have changed."""

    def __init__(self, background: Background, session: Session) -> None:
        self._background = background
        self._session = session
        self._staging: Staging | None = None
        self._autosave: Autosave[OpenStaged] = Autosave(background, None)
        self._kept: tuple[Staged, ...] = ()
        """The changes that earlier starts left, newest first."""
        self._elsewhere: tuple[Staged, ...] = ()
        """The changes that are staged in other programs now."""
        self._said = False
        """Whether kept changes were announced."""

    @property
    def staged(self) -> int:
        """The number of webhooks with staged changes."""
        return len(self._staging) if self._staging is not None else 0

    @property
    def marks(self) -> tuple[Span, ...]:
        """The number of webhooks with staged or kept changes, for the top of the screen."""
        rows = self.staged + sum(len(kept.rows) for kept in self._kept)
        if not rows:
            return ()
        said = ngettext("{count} staged", "{count} staged", rows)
        return ((f" {said.format(count=number(rows))} ", "changed"),)

    def look(self) -> None:
        """Look for changes that earlier starts left, in the background."""
        if self._session.staged is not None:
            self._background.start(self._look, "staged", exclusive=True)

    async def _look(self) -> None:
        try:
            found = await on_disk(kept_changes, self._session)
            by_server = await on_disk(kept_by_server, self._session)
        except UserError as error:
            said = _("Staged changes cannot be read: {problem}").format(problem=error.message)
            self._background.say(said)
            return
        if found is not None:
            self._kept, self._elsewhere = found.records, found.elsewhere
            for problem in found.problems[:1]:
                self._background.say(problem_sentences(problem))
            can_go_on = self._staging is None and not self._session.read_only
            if can_go_on and not self._said and (self._kept or by_server):
                self._background.say(_NOT_APPLIED if self._kept else _ON_ANOTHER)
            self._said = True
        self._background.post_message(self.Looked())

    async def begin(self, screen: BoardScreen) -> None:
        """Keep the staged changes of a board from now on; first offer those of earlier starts.

        To be called from a worker.
        """
        if self._staging is not None:
            return
        app, board = screen.app, screen.board
        self._staging = board.staging
        await self._look()
        for kept in () if self._session.read_only else self._kept:
            await self._offer(app, kept)
        if self._elsewhere:
            app.say(_elsewhere_words(sum(len(one.rows) for one in self._elsewhere)))
        if self._autosave.file is None:
            self._autosave.file = begin_keeping(self._session)
        self._staging.on_change = self._changed
        self._changed()
        board.take_kept()
        if screen.is_open:
            screen.show_board()

    async def may_leave(self, app: Shell) -> bool:
        """Ask what to do with staged changes when the program ends; return whether to end.

        To be called from a worker.
        """
        if self._staging is None or not self.staged:
            return True
        from tui.app.screens.staged_dialogs import ask_before_the_end

        keeps, profile = self._autosave.keeps, self._session.profile
        match await ask_before_the_end(app, self.staged, profile, can_keep=keeps):
            case "keep" if self._autosave.file:
                return await self._written(app)
            case "discard":
                self._staging.clear()
                await self._autosave.write()
                return True
        return False

    def write_now(self) -> None:
        """Write at once and wait for the disk: the program is about to end."""
        self._autosave.write_now()

    async def _written(self, app: Shell) -> bool:
        """Write the staged changes; say so if that fails. The file is free after the program."""
        await self._autosave.write()
        if problem := self._autosave.problem:
            app.say(_("The staged changes cannot be kept: {problem}").format(problem=problem))
        return not problem

    async def _offer(self, app: Shell, kept: Staged) -> None:
        """Ask what to do with changes that an earlier start left, and do it."""
        from tui.app.screens.staged_dialogs import ask_to_go_on

        answer = await ask_to_go_on(app, kept, self._session.now())
        if answer in ("resume", "discard"):
            await self._take(app, kept, goes_on=answer == "resume")

    async def _take(self, app: Shell, kept: Staged, *, goes_on: bool) -> None:
        """Take kept changes over, to go on with them or to discard them."""
        assert self._session.staged is not None
        assert self._staging is not None
        try:
            taken = await on_disk(self._session.staged.take, kept)
            if taken is None:
                app.say(_("Another Hookboard has these changes now."))
            elif not goes_on:
                await on_disk(taken.discard)
            else:
                go_on_with(self._staging, self._session, kept)
                await self._join(taken)
        except UserError as error:
            said = _("The staged changes cannot be taken over: {problem}")
            app.say(said.format(problem=error.message))
            return
        self._kept = tuple(one for one in self._kept if one is not kept)

    async def _join(self, taken: OpenStaged) -> None:
        """Keep all staged changes in one file. Raises :class:`UserError`: then both files stay."""
        if self._autosave.file is None:
            self._autosave.file = taken
        elif self._staging is not None:
            note(self._autosave.file, self._staging, self._session.url)
            await on_disk(self._autosave.file.write)
            await on_disk(taken.discard)

    def _changed(self) -> None:
        if self._staging is not None and self._autosave.file:
            note(self._autosave.file, self._staging, self._session.url)
            self._autosave.write_soon()
        self._background.post_message(self.Looked())


def _elsewhere_words(rows: int) -> str:
    said = ngettext(
        "Another Hookboard has changes to {count} webhook of this server staged.",
        "Another Hookboard has changes to {count} webhooks of this server staged.",
        rows,
    )
    return said.format(count=number(rows))
