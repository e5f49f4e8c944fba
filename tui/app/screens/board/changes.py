"""Staging changes on the board, undoing and reviewing them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from textual.message import Message

from tui.app.screens.base import HookboardScreen
from tui.core.board.board import Board
from tui.core.board.row import BoardRow
from tui.core.patch.patch import Patch
from tui.core.session import Session
from tui.i18n import _, ngettext, number
from tui.messages import board_words
from tui.messages.plan_words import row_name
from tui.model.sentence import Sentence, Wording
from tui.model.webhook import Values


class BoardChanges:
    """Stages changes for rows of the board; nothing is sent. It sends the screen :class:`Staged`.

    Changes of many rows are staged for rows that are marked and shown.
    """

    class Staged(Message, bubble=False):
        """A change was staged or undone."""

    def __init__(self, screen: HookboardScreen[None], session: Session, board: Board) -> None:
        self._screen = screen
        self._session = session
        self._board = board

    def toggle(self, row: BoardRow, flag: str) -> None:
        """Stage the opposite state of a flag of a row."""
        webhook = row.webhook
        if webhook is None or self._refuses():
            return
        values = self._board.wanted(row) or webhook.values
        if flag not in webhook.flags:
            said = _("This webhook has no flag {flag}.").format(flag=flag)
            self._warn(said)
            return
        self._board.stage([row], Patch(flags={flag: not values.flags.get(flag, False)}))
        self._screen.post_message(self.Staged())

    def stage_flag(self, flag: str | None, *, on: bool) -> None:
        """Stage a flag on or off for the rows that are marked and shown."""
        if flag is None:
            self._warn(Sentence(_("This is not a flag. {board.right} goes to the flags.")))
        elif rows := self.chosen():
            self.stage(rows, Patch(flags={flag: on}))

    def chosen(self) -> Sequence[BoardRow]:
        """Return the rows that are marked and shown; say so if there are none."""
        if self._refuses():
            return ()
        self._board.marks.end_range(keep=True)
        if not (rows := self._board.chosen):
            self._warn(board_words.nothing_marked(self._board))
        return rows

    def stage(self, rows: Sequence[BoardRow], patch: Patch) -> None:
        """Stage a patch for rows as one step, and say how many changed."""
        changed = self._board.stage(rows, patch)
        said = board_words.staged(self._board, len(rows), changed)
        self._screen.banner.say("success" if changed else "warning", said, expires=True)
        self._screen.post_message(self.Staged())

    def change(self) -> None:
        """Ask for a change of the rows that are marked and shown, and stage it."""
        if rows := self.chosen():
            self._screen.start(partial(self._change, rows), "change", exclusive=True)

    async def _change(self, rows: Sequence[BoardRow]) -> None:
        from tui.app.screens.board.change_dialog import ChangeScreen

        dialog = ChangeScreen(self._session, self._values(rows))
        patch = await self._screen.app.push_screen_wait(dialog)
        if patch is not None:
            self.stage(self._now(rows), patch)

    def preset(self, model: BoardRow | None) -> None:
        """Ask for a preset for the rows that are marked and shown; the first: like ``model``."""
        if rows := self.chosen():
            self._screen.start(partial(self._preset, rows, model), "change", exclusive=True)

    async def _preset(self, rows: Sequence[BoardRow], model: BoardRow | None) -> None:
        from tui.app.screens.preset_picker import pick_preset
        from tui.core.patch.flag_effect import FlagSets

        sets = FlagSets((values.flags, refused) for values, refused in self._values(rows))
        like = None
        for values, _refused in self._values([model] if model else ()):
            assert model is not None
            like = row_name(model.instance, values.name), values.flags
        heading = ngettext(
            "Preset of flags for {count} webhook", "Preset of flags for {count} webhooks", len(rows)
        ).format(count=number(len(rows)))
        presets = self._session.presets
        choice = await pick_preset(self._screen.app, heading, presets, sets, like)
        if choice is not None:
            self.stage(self._now(rows), choice.patch)

    def _values(self, rows: Iterable[BoardRow]) -> Iterator[tuple[Values, frozenset[str]]]:
        """Yield the values of rows with staged changes, and the flags their server refuses."""
        for row in rows:
            if row.webhook:
                values = self._board.wanted(row) or row.webhook.values
                yield values, row.webhook.refused

    def _now(self, rows: Iterable[BoardRow]) -> Sequence[BoardRow]:
        """Return rows with their webhooks as they are now: the list may have been read again."""
        return [now for row in rows if (now := self._board.row(row.id))]

    def undo(self) -> None:
        """Undo the last staging."""
        if self._board.undo():
            self._screen.banner.clear()
            self._screen.post_message(self.Staged())
        else:
            self._warn(board_words.nothing_to_undo(self._board))

    def review(self) -> None:
        """Review the staged changes, and apply them if that is chosen."""
        if self._refuses():
            return
        if not len(self._board.staging):
            self._warn(board_words.nothing_staged())
            return
        self._screen.start(self._review, "review", exclusive=True)

    async def _review(self) -> None:
        from tui.app.screens.runs.review_plan import review_plan

        # A plan for a thousand webhooks would hold up keys that come meanwhile.
        plan = await asyncio.to_thread(self._board.plan, self._session.capabilities)
        await review_plan(self._screen.app, self._session, plan)

    def _refuses(self) -> bool:
        """Say that a read-only server allows no changes; return whether the server is read-only."""
        if self._session.read_only:
            self._warn(_("READ ONLY: nothing can be changed here."))
        return self._session.read_only

    def _warn(self, said: Wording) -> None:
        self._screen.banner.say("warning", said, expires=True)
