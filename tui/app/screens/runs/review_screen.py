"""The review of a plan: its changes, its questions, and its estimated time."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult

from tui.app.commands import bindings
from tui.app.screens.base import HookboardScreen
from tui.app.screens.runs.confirm_dialog import confirm_plan
from tui.app.widgets.frame import Rule
from tui.app.widgets.line_widget import Line, Role, Span, Text, fit, line, wrap
from tui.app.widgets.row_list import RowList, empty_message
from tui.core.plan.limits import typical_time
from tui.core.plan.plan import LeftOut, Plan, PlannedRow
from tui.core.session import Session
from tui.i18n import _, ngettext, number
from tui.messages.plan_review import (
    Part,
    ReviewGroup,
    counted,
    member_words,
    plan_text,
    question_count,
    review_groups,
)
from tui.messages.plan_words import heading, size_words

_LOOK, _CHANGES = "look", "changes"
"""The keys of the rules above the rows that deserve a look, and above changes that follow them."""

_FEW_CHANGES = 12
"""The most changes that may stand above what deserves a look: it is in view at 24 lines."""

_WHOLE = 4
"""Lines in which the row under the cursor is shown whole, at most."""


class _Groups(RowList):
    """One row a group; the cursor skips the rules between them.

    What deserves a look is below the changes, or above them if they are many.
    """

    def __init__(self, groups: Sequence[ReviewGroup]) -> None:
        super().__init__(id="plan-groups")
        self._by_key = {str(place): group for place, group in enumerate(groups)}

    def on_mount(self) -> None:
        """List the groups; they never change."""
        changes = [key for key, one in self._by_key.items() if one.part is Part.CHANGES]
        others = [key for key in self._by_key if key not in changes]
        keys = [*changes, _LOOK, *others] if others else changes
        if others and len(changes) > _FEW_CHANGES:
            keys = [_LOOK, *others, _CHANGES, *changes]
        self.show_rows(keys, empty_message(_("Nothing would be changed.")))
        self.move_to(0)

    @property
    def group(self) -> ReviewGroup | None:
        """The group under the cursor."""
        return self._by_key.get(self.key or "")

    def move_to(self, index: int) -> None:
        """Put the cursor on a row, or on the next one in the same direction if it is a rule."""
        down = index >= self.cursor
        index = max(0, min(index, len(self._keys) - 1))
        if self._keys and self._keys[index] in (_LOOK, _CHANGES):
            index += 1 if down or index == 0 else -1
        super().move_to(index)

    def row(self, key: str) -> tuple[Span, ...]:
        """Draw a group."""
        if key in (_LOOK, _CHANGES):
            words = _("Look at these") if key == _LOOK else _("Changes")
            # A cell is left for the scrollbar.
            rule = "─" * max(self.size.width - cell_len(words) - 8, 0)
            return ((f"── {words} ", "strong"), (rule, "rule"))
        group = self._by_key[key]
        match group.part:
            case Part.CHANGES:
                return ((f"{counted(len(group.rows)):>8}  ", "strong"), (group.words, "text"))
            case Part.QUESTIONS:
                return (("! ", "warning"), (group.words, "warning"))
            case Part.LEFT_OUT:
                return (("  ", "text"), (group.words, "muted"))


class PlanReviewScreen(HookboardScreen[bool]):
    """Shows a plan and answers whether to apply it; nothing is sent from here."""

    BINDINGS = bindings("plan", "closable")
    SCOPES = ("plan", "closable")

    def __init__(self, session: Session, plan: Plan) -> None:
        super().__init__()
        self._session = session
        self._plan = plan
        self._review = review_groups(plan)
        self._rows = _Groups(self._review)

    def compose_content(self) -> ComposeResult:
        """Show the groups, the one under the cursor in full, and the size of the plan."""
        yield Rule(heading(self._plan), id="plan-rule")
        yield self._rows
        yield Rule("")
        yield Text(id="plan-whole")
        yield Text(line((f" {self._size_words}", "muted")))

    def on_mount(self) -> None:
        """Say at the top which server it is for."""
        session = self._session
        self.top_line.show(place=session.place, marks=session.marks)
        self.query_one("#plan-rule", Rule).show(heading(self._plan), question_count(self._review))
        self.watch(self._rows, "key", self._show_whole, init=False)
        self._rows.focus()
        self.call_after_refresh(self._show_whole)

    def on_resize(self) -> None:
        """Wrap the sentence for the new width."""
        self._show_whole()

    @on(RowList.Opened)
    def action_open(self) -> None:
        """List the webhooks of the group under the cursor."""
        if group := self._rows.group:
            self.app.push_screen(MembersScreen(self._session, group))

    def action_copy(self) -> None:
        """Copy the whole plan as text."""
        self.app.copy(plan_text(self._plan, self._size_words), _("the plan"))

    def action_apply(self) -> None:
        """Apply the plan, unless there is nothing to apply or the server is read-only."""
        if self._session.read_only:
            self.banner.say("warning", _("READ ONLY: nothing can be changed here."), expires=True)
        elif not self._plan.rows:
            self.banner.say("warning", _("There is nothing to apply."), expires=True)
        else:
            self.start(self._confirm, "confirm", exclusive=True)

    async def _confirm(self) -> None:
        """Answer to apply the plan, once it was confirmed as needed."""
        if await confirm_plan(self.app, self._session, self._plan):
            self.dismiss(True)

    def action_close(self) -> None:
        """Go back; staged changes stay."""
        self.dismiss(False)

    @property
    def _size_words(self) -> str:
        session = self._session
        return size_words(
            self._plan,
            at_once=session.at_once,
            each=typical_time(session.request_log),
            flags_apart=session.server.flags_apart,
        )

    def _show_whole(self) -> None:
        """Show the sentence of the group under the cursor, which its row may cut."""
        group = self._rows.group
        words = wrap(group.words, max(self.size.width - 2, 20), _WHOLE) if group else []
        self.query_one("#plan-whole", Text).show(*(line(f" {part}") for part in words))


class _Members(RowList):
    """One row a webhook: its name, and its changes or why it is left out."""

    def __init__(self, rows: Sequence[PlannedRow | LeftOut]) -> None:
        super().__init__(id="plan-members")
        self._by_key = {str(place): row for place, row in enumerate(rows)}

    def on_mount(self) -> None:
        """List the webhooks; they never change."""
        self.show_rows(list(self._by_key))

    @property
    def row_under_cursor(self) -> PlannedRow | LeftOut | None:
        """The webhook under the cursor."""
        return self._by_key.get(self.key or "")

    def row(self, key: str) -> tuple[Span, ...]:
        """Draw a webhook."""
        name, words = member_words(self._by_key[key])
        room = max(min(self.size.width // 2, 44), 20)
        role: Role = "strong"
        return ((fit(name, room) + " ", role), (words, "text"))


class MembersScreen(HookboardScreen[None]):
    """Lists the webhooks of one group of a review."""

    BINDINGS = bindings("members", "closable")
    SCOPES = ("members", "closable")

    def __init__(self, session: Session, group: ReviewGroup) -> None:
        super().__init__()
        self._session = session
        self._group = group
        self._rows = _Members(group.rows)

    def compose_content(self) -> ComposeResult:
        """Show the group's sentence, its webhooks, and the one under the cursor whole."""
        yield Text(id="members-heading")
        yield self._rows
        yield Rule("")
        yield Text(id="members-whole")

    def on_mount(self) -> None:
        """Say at the top how many webhooks there are."""
        count = len(self._group.rows)
        words = ngettext("{count} webhook", "{count} webhooks", count).format(count=number(count))
        session = self._session
        self.top_line.show(place=session.place, marks=session.marks, count=words)
        self.watch(self._rows, "key", self._show_words, init=False)
        self._rows.focus()
        self.call_after_refresh(self._show_words)

    def on_resize(self) -> None:
        """Wrap the sentences for the new width."""
        self._show_words()

    def action_copy(self) -> None:
        """Copy the list as text."""
        lines = (": ".join(filter(None, member_words(row))) for row in self._group.rows)
        self.app.copy("\n".join((self._group.words, *lines, "")), _("the list"))

    def action_close(self) -> None:
        """Go back to the review."""
        self.dismiss(None)

    def _show_words(self) -> None:
        width = max(self.size.width - 2, 20)
        heading = (line((f" {part}", "strong")) for part in wrap(self._group.words, width, _WHOLE))
        self.query_one("#members-heading", Text).show(*heading, line())
        row = self._rows.row_under_cursor
        words = ": ".join(filter(None, member_words(row))) if row else ""
        whole: list[Line] = [line(f" {part}") for part in wrap(words, width, _WHOLE)]
        self.query_one("#members-whole", Text).show(*whole)
