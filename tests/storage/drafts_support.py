"""Edits of a webhook for the tests of drafts: begun, changed and left."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tui.model.instance import Instance
from tui.model.webhook import Values, Webhook
from tui.storage.drafts import Draft, Drafts, OpenDraft
from tui.storage.kept import Found

SERVER = "https://api.example"
LOJA = Instance("i1", "loja")
HOOK = Webhook(
    "w1",
    "crm",
    "https://crm.example/in",
    enabled=True,
    flags={"messagesUpsert": True, "presenceUpdate": False, "newJwt": True},
)


def named(name: str) -> Values:
    return replace(HOOK.values, name=name)


def begin(drafts: Drafts, name: str = "", server: str = SERVER) -> OpenDraft:
    """Begin the draft of a webhook, and change its name when one is given."""
    draft = drafts.begin(server, LOJA, HOOK)
    draft.note(HOOK.values, named(name or HOOK.name))
    draft.write()
    return draft


def left(drafts: Drafts, name: str = "edited") -> Path:
    """Leave a free draft in the folder, and return its file."""
    before = set(files(drafts))
    begin(drafts, name).leave()
    (path,) = set(files(drafts)) - before
    return path


def files(drafts: Drafts) -> list[Path]:
    return sorted(drafts.folder.iterdir()) if drafts.folder.exists() else []


def names(found: Found[Draft]) -> list[str]:
    return [draft.values.name for draft in found.records]
