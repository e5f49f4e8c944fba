"""The folder of drafts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tui.i18n import _
from tui.model.address import normalise
from tui.model.instance import Instance
from tui.model.webhook import Webhook
from tui.storage import paths
from tui.storage.drafts.open_draft import OpenDraft
from tui.storage.drafts.record import LIMIT, Draft, decode, key_of
from tui.storage.kept import KeptFolder


class Drafts(KeptFolder[Draft, OpenDraft]):
    """The drafts in one folder."""

    LIMIT = LIMIT
    WRONG_NAME = _("is not a draft")
    OTHER_KEY = _("is the draft of another webhook than its name says")

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__(folder or paths.drafts_dir())

    def begin(self, server: str, instance: Instance, webhook: Webhook) -> OpenDraft:
        """Begin the draft of an edit; the first written change makes its file.

        Raises :class:`tui.model.address.AddressError` when ``server`` is not an address, or has
        a password in it, which must not get into a file.
        """
        values, now = webhook.values, datetime.now(UTC)
        place = (normalise(server), instance.id, instance.name, webhook.id)
        return self.reopened(Draft(*place, values, values, now))

    def decode(self, content: bytes, file: str, *, is_elsewhere: bool) -> Draft:
        """Return the draft in the content of a file. Raises :class:`NotKept`."""
        return replace(decode(content), file=file, is_elsewhere=is_elsewhere)

    def key_of(self, record: Draft) -> str:
        """Return the digits that stand for its webhook."""
        return key_of(record)

    def reopened(self, record: Draft) -> OpenDraft:
        """Return a draft as an open one."""
        return OpenDraft(self.folder, key_of(record), record, self._own)
