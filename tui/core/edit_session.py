"""An edit session: one edit, saved and read again until it has no unsaved changes.

It decides what follows a save, for every way to edit a webhook: the new base, the changes that
stay unsaved, and when to send again. Its :class:`Owner` shows that and makes the user's choices.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import Enum, auto

from tui.api.port import WebhookServer
from tui.core.edit import Edit
from tui.core.recorder import Recorder
from tui.core.save import read_again, save
from tui.core.save_result import Outcome, SaveResult
from tui.core.store import Store
from tui.model.diff import Change, Conflict, Merge, merge
from tui.model.instance import Instance
from tui.model.time import utc_now
from tui.model.webhook import Values, Webhook


class Doing(Enum):
    """An activity of an edit session."""

    READING = auto()
    """Reading the webhook again: waiting for the server."""
    DECIDING = auto()
    """Saving: waiting for a choice of the owner."""
    SENDING = auto()
    """Saving: waiting for the server."""


@dataclass(slots=True, eq=False)
class Work:
    """A running save or reading."""

    doing: Doing
    save_again: bool = False
    """Whether the owner asked for another save meanwhile."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of reading the webhook again."""

    webhook: Webhook
    merge: Merge
    """The edit, merged with the changes of others."""
    sent: Values | None
    """The values of a save whose outcome was unknown until this reading."""
    done: bool
    """Whether the server has all edited values."""


class Owner:
    """The owner of an edit: shows it, and makes the choices that a save needs.

    This base class is for an edit without a screen: it shows nothing and declines every choice.
    """

    def collect(self) -> None:
        """Put typed values that the edit does not have yet into it."""

    def edit_changed(self, before: Webhook) -> None:
        """Show and keep the edit, which the session has changed; its base was ``before``."""

    def work_changed(self) -> None:
        """Show what the session is doing."""

    def save_ended(self, result: SaveResult, tried: Edit) -> None:
        """Report how a save ended; ``tried`` is the edit as it was sent."""

    async def may_send(self) -> bool:
        """Check the edit, and ask the user where needed; return whether to send it."""
        return True

    async def choose_sides(self, merging: Merge) -> Collection[Conflict] | None:
        """Return the conflicts in which the server's value is kept; ``None`` to choose nothing."""
        return None

    async def may_put_back(self, flags: tuple[Change, ...]) -> bool:
        """Return whether to turn off flags again that the server may have turned on."""
        return False

    async def may_save_without(self, flags: Collection[str]) -> bool:
        """Turn off flags that the server refused, or not; return whether to save again."""
        return False


class EditSession:
    """An edit with its saves and readings. Writes happen one after the other."""

    def __init__(
        self,
        server: WebhookServer,
        store: Store,
        instance: Instance,
        edit: Edit,
        owner: Owner | None = None,
        recorder: Recorder | None = None,
    ) -> None:
        self.instance = instance
        """The webhook's instance, as last read."""
        self.edit = edit
        self.work: Work | None = None
        """The running save or reading."""
        self.unsettled: Values | None = None
        """The sent values, while it is not known whether they were saved."""
        self.waits_for_token = False
        """Whether another token lets the last save go on."""
        self._server = server
        self._store = store
        self._owner = owner or Owner()
        self._recorder = recorder

    @property
    def doing(self) -> Doing | None:
        """The session's activity; ``None`` while it is idle."""
        return self.work.doing if self.work else None

    @property
    def saving(self) -> Work | None:
        """The running save."""
        return self.work if self.doing in (Doing.DECIDING, Doing.SENDING) else None

    def begin(self, doing: Doing) -> Work:
        """Announce a save or reading that runs a moment later, so that no second one begins."""
        self.work = work = Work(doing)
        self._owner.work_changed()
        return work

    def end(self, work: Work) -> None:
        """End a save or reading, unless another has begun meanwhile."""
        if self.work is work:
            self.work = None
            self._owner.work_changed()

    async def save(self, begun: Work | None = None) -> SaveResult | None:
        """Save; again after a choice of the owner, or where another save was asked for meanwhile.

        Returns the last result; ``None`` where the owner decided not to send.
        """
        work = begun or self.begin(Doing.DECIDING)
        try:
            result = await self._save_once(work)
            while result and result.is_saved and self._is_due(work):
                result = await self._save_once(work)
        finally:
            self.end(work)
        return result

    async def read(self) -> Webhook:
        """Read the webhook from the server. Raises :class:`ApiError`."""
        asked_at = utc_now()
        webhook = await read_again(self._server, self.instance, self.edit.base)
        if self._recorder:
            self._recorder.read(self.instance, webhook, asked_at)
        return webhook

    async def take_in(self, webhook: Webhook) -> Reading | None:
        """Take a webhook that was read as the new base; ``None`` where there were conflicts."""
        self._owner.collect()
        merging = merge(self.edit.base.values, webhook.values, self.edit.values)
        if merging.conflicts:
            await self._settle(webhook, merging)
            return None
        sent, self.unsettled = self.unsettled, None
        edited = bool(self.edit.changes)
        self._rebase(webhook)
        return Reading(webhook, merging, sent, done=edited and not self.edit.changes)

    async def _save_once(self, work: Work) -> SaveResult | None:
        if not await self._owner.may_send():
            return None
        while True:
            tried = replace(self.edit)
            result = await self._send(tried, work)
            if not await self._sends_again(tried, result):
                return result

    def _is_due(self, work: Work) -> bool:
        """Tell whether another save was asked for meanwhile and has changes to send."""
        due, work.save_again = work.save_again, False
        self._owner.collect()
        return due and bool(self.edit.changes)

    async def _send(self, tried: Edit, work: Work) -> SaveResult:
        self.unsettled = None

        def writing() -> None:
            self.unsettled = tried.values

        self._set_doing(work, Doing.SENDING)
        try:
            result = await save(self._server, self.instance, tried.base, tried.values, writing)
        except asyncio.CancelledError:
            self._note_interrupted(tried)
            raise
        finally:
            self._set_doing(work, Doing.DECIDING)
        if self._recorder:
            self._recorder.saved(self.instance, tried, result)
        if result.outcome is not Outcome.UNKNOWN:
            self.unsettled = None
        return result

    def _note_interrupted(self, tried: Edit) -> None:
        """Note that a write was under way when nobody waited for it any more."""
        if self._recorder and self.unsettled:
            self._recorder.interrupted(self.instance, tried)

    def _set_doing(self, work: Work, doing: Doing) -> None:
        work.doing = doing
        self._owner.work_changed()

    async def _sends_again(self, tried: Edit, result: SaveResult) -> bool:
        """Go on from a result; return whether the owner made a choice that has to be sent."""
        if result.outcome is Outcome.CONFLICT and result.webhook and result.merge:
            return await self._settle(result.webhook, result.merge)
        if result.webhook:
            # Once all sent values are saved, only edits made meanwhile count as changes.
            self._rebase(result.webhook, tried.base.values if result.missing else tried.values)
        self.waits_for_token = result.needs_token
        self._owner.save_ended(result, tried)
        if result.webhook and result.maybe_reset:
            return await self._put_back(result.maybe_reset)
        if flags := result.refused_flags:
            self.edit.note_refused(flags)
            return await self._owner.may_save_without(flags)
        return False

    async def _settle(self, theirs: Webhook, merging: Merge) -> bool:
        """Have the owner choose a side in each conflict; return whether that happened."""
        given_way = await self._owner.choose_sides(merging)
        if given_way is None:
            return False
        self._rebase(theirs, given_way=given_way)
        return True

    async def _put_back(self, reset: tuple[Change, ...]) -> bool:
        """Undo the reset of flags, if the owner wants that; return whether to send again."""
        if not await self._owner.may_put_back(reset):
            return False
        self._server.resets_flags = True
        self._owner.collect()
        self.edit.apply(reset)
        self._owner.edit_changed(self.edit.base)
        return True

    def _rebase(
        self,
        webhook: Webhook,
        since: Values | None = None,
        given_way: Collection[Conflict] = (),
    ) -> None:
        """Take the server's webhook as the new base, and put it into the list of instances."""
        self._owner.collect()
        before = self.edit.base
        self.edit.rebase(webhook, since)
        self.edit.give_way(given_way)
        instance = self._store.get(self.instance.id) or self.instance
        self.instance = instance if webhook.is_new else instance.with_webhook(webhook)
        self._store.replace(self.instance)
        self._owner.edit_changed(before)
