"""Small dialogs: choose one of a few things, give a token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from tui.app.commands import bindings, commands_in
from tui.app.key_hints import with_keys
from tui.app.screens.base import HELP_QUIT, Dialog
from tui.app.textual_internals import bind_key
from tui.app.widgets.field import Field, Toggle
from tui.app.widgets.line_widget import Line, Span, Text, line, wrap
from tui.app.widgets.row_list import RowList
from tui.model.secret import Secret
from tui.model.sentence import Sentence, Wording
from tui.model.user_error import UserError

CHOOSE_HINT = Sentence("{row.open} chooses, {dialog.close} goes back")
TOKEN_HINT = Sentence("enter or {dialog.accept} uses it, {dialog.close} goes back")
SAVE_TOKEN = (
    "Save the token for this profile",
    "Save the token (otherwise it is forgotten at the end)",
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: its id, the key that chooses it at once, and its words."""

    id: str
    key: str
    words: str


class _Choices(RowList):
    """Choices as rows."""

    def __init__(self, choices: tuple[Choice, ...]) -> None:
        super().__init__()
        self._by_id = {choice.id: choice for choice in choices}

    def on_mount(self) -> None:
        """Fill the list; its rows never change."""
        self.styles.height = len(self._by_id)
        self.show_rows(list(self._by_id))

    def row(self, key: str) -> tuple[Span, ...]:
        """Draw a choice: its key, its words."""
        choice = self._by_id[key]
        return ((f"{choice.key:<4}", "key"), (choice.words, "text"))

    def on_click(self, event: events.Click) -> None:
        """Choose what is clicked; there is nothing to look at before."""
        event.prevent_default()
        if 0 <= event.y < len(self._by_id):
            self.move_to(event.y)
            self.action_open()


_STEPS = {"focus.next": 1, "focus.previous": -1}
"""How the keys that go through fields go through choices."""


class ChooseScreen(Dialog[str | None], inherit_bindings=False):
    """A question with a few answers. ``escape`` answers ``None``: nothing happens.

    The first choice is under the cursor, so it has to be the one that loses nothing.
    """

    BINDINGS: ClassVar = [
        *bindings("dialog"),
        *(
            Binding(one.keys, f"step({_STEPS[one.id]})", id=one.id, show=False, priority=True)
            for one in commands_in("focus")
        ),
        HELP_QUIT,
    ]

    def __init__(self, question: Wording, choices: tuple[Choice, ...], *details: Wording) -> None:
        super().__init__()
        self._question = question
        self._details = details
        self._choices = _Choices(choices)
        self._count = len(choices)
        for choice in choices:
            assert choice.key not in ("j", "k"), "these move in the list"
            bind_key(self, choice.key, f"choose('{choice.id}')", choice.words)

    def compose_content(self) -> ComposeResult:
        """Show the question, what to know, the choices."""
        with Vertical(classes="dialog"):
            yield Text(*_paragraphs(self, self._question, self._details))
            yield self._choices
            yield _hint(self, CHOOSE_HINT)

    def on_row_list_opened(self, event: RowList.Opened) -> None:
        """Answer with the row under the cursor."""
        self.dismiss(event.key)

    def action_step(self, by: int) -> None:
        """Move to the next choice or the one before; the last leads to the first."""
        self._choices.move_to((self._choices.cursor + by) % self._count)

    def action_choose(self, choice: str) -> None:
        """Answer with a choice by its key."""
        self.dismiss(choice)

    def action_close(self) -> None:
        """Answer nothing."""
        self.dismiss(None)

    def action_accept(self) -> None:
        """Nothing is accepted without being chosen."""


@dataclass(frozen=True, slots=True)
class GivenToken:
    """A token somebody typed, and whether to keep it for the profile."""

    token: Secret
    keep: bool


class TokenScreen(Dialog[GivenToken | None]):
    """Takes a token, hidden while it is typed."""

    BINDINGS = bindings("dialog")

    def __init__(self, whose: str, *details: Wording, can_keep: bool) -> None:
        super().__init__()
        self._whose = whose
        self._details = details
        self._can_keep = can_keep

    def compose_content(self) -> ComposeResult:
        """Show what for, the field, whether to keep it."""
        with Vertical(classes="dialog"):
            question = f"Another token for {self._whose}"
            yield Text(*_paragraphs(self, question, self._details))
            yield Field("Token", id="token", password=True, hint="typed or pasted, not shown")
            if self._can_keep:
                yield Toggle("", SAVE_TOKEN, id="keep")
            yield _hint(self, TOKEN_HINT)

    @on(Input.Submitted)
    def action_accept(self) -> None:
        """Check it and answer."""
        from tui.storage.tokens import checked

        field = self.query_one(Field)
        try:
            token = checked(field.value, "the token")
        except UserError as error:
            field.say("error", error.problem)
            field.input.focus()
            return
        keep = self._can_keep and self.query_one(Toggle).on
        self.dismiss(GivenToken(token, keep))

    def action_close(self) -> None:
        """Answer nothing."""
        self.dismiss(None)


def _hint(dialog: ModalScreen[Any], hint: Sentence) -> Text:
    """Return the line at the bottom of a dialog that says which keys there are."""
    return Text(line((f" {with_keys(hint, dialog)}", "muted")), classes="hint")


def _paragraphs(
    dialog: ModalScreen[Any], question: Wording, details: tuple[Wording, ...]
) -> list[Line]:
    cells = min(dialog.app.size.width - 8, 68)
    lines = [line((f" {part}", "strong")) for part in wrap(with_keys(question, dialog), cells, 3)]
    for detail in details:
        lines += [line(f" {part}") for part in wrap(with_keys(detail, dialog), cells, 4)]
    return [*lines, line()]
