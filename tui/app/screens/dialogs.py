"""Small dialogs: a question with its answers, and a token to enter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from textual import events, on
from textual.app import App, ComposeResult
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
from tui.i18n import _
from tui.model.secret import Secret
from tui.model.sentence import Sentence, Wording
from tui.model.user_error import UserError

QUESTION_HINT = Sentence(_("{row.open} chooses, {dialog.close} goes back"))
TOKEN_HINT = Sentence(_("{dialog.accept} uses it, {dialog.close} goes back"))
SAVE_TOKEN = (
    _("Save the token for this profile"),
    _("Save the token (otherwise it is forgotten at the end)"),
)

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Answer(Generic[Value]):
    """One answer to a question: its value, the key that gives it at once, its words."""

    value: Value
    key: str
    words: str


async def ask(
    app: App[Any], question: Wording, answers: Sequence[Answer[Value]], *details: Wording
) -> Value | None:
    """Ask a question and return the value of the answer; ``None`` if it is closed without one.

    The cursor is on the first answer, so the first must lose nothing. To be called from a
    worker.
    """
    screen = QuestionScreen(question, answers, *details)
    value: Value | None = await app.push_screen_wait(screen)
    return value


class _Answers(RowList, Generic[Value]):
    """The answers as rows; their keys tell them apart."""

    def __init__(self, answers: Sequence[Answer[Value]]) -> None:
        super().__init__()
        self.by_key = {answer.key: answer for answer in answers}

    def on_mount(self) -> None:
        """Fill the list; its rows never change."""
        self.styles.height = len(self.by_key)
        self.show_rows(list(self.by_key))

    def row(self, key: str) -> tuple[Span, ...]:
        """Draw an answer: its key, its words."""
        return ((f"{key:<4}", "key"), (self.by_key[key].words, "text"))

    def on_click(self, event: events.Click) -> None:
        """Give the answer that is clicked; there are no details to show first."""
        event.prevent_default()
        if 0 <= event.y < len(self.by_key):
            self.move_to(event.y)
            self.action_open()


_STEPS = {"focus.next": 1, "focus.previous": -1}
"""How far each key that moves between fields moves between answers."""


class QuestionScreen(Dialog[Value | None], Generic[Value], inherit_bindings=False):
    """A question with a few answers; see :func:`ask`."""

    BINDINGS: ClassVar = [
        *bindings("dialog"),
        *(
            Binding(one.keys, f"step({_STEPS[one.id]})", id=one.id, show=False, priority=True)
            for one in commands_in("focus")
        ),
        HELP_QUIT,
    ]

    def __init__(
        self, question: Wording, answers: Sequence[Answer[Value]], *details: Wording
    ) -> None:
        super().__init__()
        self._question = question
        self._details = details
        self._answers = _Answers(answers)
        for answer in answers:
            assert answer.key not in ("j", "k"), "these move in the list"
            bind_key(self, answer.key, f"answer('{answer.key}')", answer.words)

    def compose_content(self) -> ComposeResult:
        """Show the question, its details, the answers."""
        with Vertical(classes="dialog"):
            yield Text(*paragraphs(self, self._question, self._details))
            yield self._answers
            yield hint_line(self, QUESTION_HINT)

    def on_row_list_opened(self, event: RowList.Opened) -> None:
        """Give the answer under the cursor."""
        self.action_answer(event.key)

    def action_step(self, by: int) -> None:
        """Move to the next answer or the previous one; after the last comes the first."""
        answers = self._answers
        answers.move_to((answers.cursor + by) % len(answers.by_key))

    def action_answer(self, key: str) -> None:
        """Close with the answer that has this key."""
        self.dismiss(self._answers.by_key[key].value)

    def action_close(self) -> None:
        """Close without an answer."""
        self.dismiss(None)

    def action_accept(self) -> None:
        """Do nothing: a question is only answered by choosing."""


@dataclass(frozen=True, slots=True)
class GivenToken:
    """A token that was typed, and whether to save it for the profile."""

    token: Secret
    save: bool


class TokenScreen(Dialog[GivenToken | None]):
    """Takes a token, hidden while it is typed; closed without one it answers ``None``."""

    BINDINGS = bindings("dialog")

    def __init__(self, request: Wording, *details: Wording, can_save: bool) -> None:
        super().__init__()
        self._request = request
        self._details = details
        self._can_save = can_save

    def compose_content(self) -> ComposeResult:
        """Show what the token is for, the field, and whether to save it."""
        with Vertical(classes="dialog"):
            yield Text(*paragraphs(self, self._request, self._details))
            yield Field(_("Token"), id="token", password=True, hint=_("typed or pasted, not shown"))
            if self._can_save:
                yield Toggle("", SAVE_TOKEN, id="keep")
            yield hint_line(self, TOKEN_HINT)

    @on(Input.Submitted)
    def action_accept(self) -> None:
        """Check the token, and close with it."""
        from tui.storage.tokens import checked

        field = self.query_one(Field)
        try:
            token = checked(field.value, _("the token"))
        except UserError as error:
            field.say("error", error.problem)
            field.input.focus()
            return
        save = self._can_save and self.query_one(Toggle).on
        self.dismiss(GivenToken(token, save))

    def action_close(self) -> None:
        """Close without a token."""
        self.dismiss(None)


def hint_line(dialog: ModalScreen[Any], hint: Sentence) -> Text:
    """Return the bottom line of a dialog: its keys."""
    return Text(line((f" {with_keys(hint, dialog)}", "muted")), classes="hint")


def paragraphs(
    dialog: ModalScreen[Any], question: Wording, details: tuple[Wording, ...]
) -> list[Line]:
    """Return the lines of a question and its details, as a dialog shows them."""
    cells = min(dialog.app.size.width - 8, 68)
    lines = [line((f" {part}", "strong")) for part in wrap(with_keys(question, dialog), cells, 3)]
    for detail in details:
        lines += [line(f" {part}") for part in wrap(with_keys(detail, dialog), cells, 4)]
    return [*lines, line()]
