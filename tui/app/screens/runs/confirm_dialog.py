"""Confirming a large plan, or a plan for production, by typing its number or the profile."""

from __future__ import annotations

from collections.abc import Iterator

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from tui.app.commands import bindings
from tui.app.screens.base import Dialog
from tui.app.screens.dialogs import hint_line, paragraphs
from tui.app.shell import Shell
from tui.app.widgets.field import Field
from tui.app.widgets.line_widget import Text
from tui.core.plan.limits import wants_number_typed
from tui.core.plan.plan import Plan
from tui.core.session import Session
from tui.i18n import _, ngettext, number
from tui.model.sentence import Sentence

HINT = Sentence(_("enter or {dialog.accept} applies, {dialog.close} goes back"))


async def confirm_plan(app: Shell, session: Session, plan: Plan) -> bool:
    """Ask for the confirmation that a plan needs; return whether to apply it.

    To be called from a worker.
    """
    profile = session.profile if session.production else ""
    rows = len(plan.rows) if wants_number_typed(plan) else None
    if not profile and rows is None:
        return True
    return await app.push_screen_wait(ConfirmScreen(plan, profile, rows)) is True


class ConfirmScreen(Dialog[bool]):
    """Asks for the profile's name, for the number of webhooks, or for both."""

    BINDINGS = bindings("dialog")

    def __init__(self, plan: Plan, profile: str, rows: int | None) -> None:
        """Ask for ``profile`` unless it is empty, and for ``rows`` unless that is ``None``."""
        super().__init__()
        self._plan = plan
        self._profile = profile
        self._rows = rows

    def compose_content(self) -> ComposeResult:
        """Show the question, the fields, and the keys."""
        with Vertical(classes="dialog"):
            yield Text(*paragraphs(self, self._question, tuple(self._requests)))
            if self._profile:
                yield Field(_("Profile"), id="confirm-profile", words=True)
            if self._rows is not None:
                yield Field(_("Number"), id="confirm-number")
            yield hint_line(self, HINT)

    @on(Input.Changed)
    def _typed(self) -> None:
        """Withdraw the errors: they are about what was typed before."""
        for field in self.query(Field):
            field.say()

    @on(Input.Submitted)
    def action_accept(self) -> None:
        """Close if everything was typed correctly; else show the error beside its field."""
        wrong = None
        for field in self.query(Field):
            problem = self._problem(field)
            field.say("error", problem)
            if problem and wrong is None:
                wrong = field
        if wrong:
            wrong.input.focus()
        else:
            self.dismiss(True)

    def action_close(self) -> None:
        """Go back to the review."""
        self.dismiss(False)

    def _problem(self, field: Field) -> str:
        typed = field.value.strip()
        if field.id == "confirm-profile":
            right = typed == self._profile
            return "" if right else _("Type {name}.").format(name=self._profile)
        right = typed in (str(self._rows), number(self._rows or 0))
        return "" if right else _("Type {count}.").format(count=self._rows)

    @property
    def _question(self) -> str:
        count = len(self._plan.rows)
        if self._profile:
            text = ngettext(
                "Change {count} webhook in PRODUCTION?",
                "Change {count} webhooks in PRODUCTION?",
                count,
            )
        else:
            text = ngettext("Change {count} webhook?", "Change {count} webhooks?", count)
        return text.format(count=number(count))

    @property
    def _requests(self) -> Iterator[str]:
        """Say what to type."""
        if self._profile:
            yield _("Type the profile's name: {name}.").format(name=self._profile)
        if self._rows is not None:
            text = _("That is a large part of the server's {total} webhooks. Type {count}.")
            yield text.format(total=number(self._plan.total), count=self._rows)
