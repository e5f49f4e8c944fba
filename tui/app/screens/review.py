"""The review of an edit: its changes and the exact request that a save would send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import VerticalScroll

from tui.api.curl import as_curl
from tui.api.port import Preview
from tui.app.commands import bindings
from tui.app.screens.base import HookboardScreen
from tui.app.screens.conflict import distinct_parts
from tui.app.screens.dialogs import Answer, ask
from tui.app.widgets.frame import Rule
from tui.app.widgets.line_widget import Line, Role, Span, Text, line, wrap
from tui.core.edit import Edit
from tui.i18n import _, ngettext, number
from tui.messages.change_words import title, unsaved_words, value_words, visible_value
from tui.model.diff import Change
from tui.model.place import Mark, Place
from tui.model.validation import Checked
from tui.model.webhook import FlagsTold


class ReviewScreen(HookboardScreen[bool | None]):
    """Lists the changes with old and new values, and the request. Answers whether to save.

    For a new webhook it lists the values it will have.
    """

    BINDINGS = bindings("review", "closable")
    SCOPES = ("review", "closable")

    def __init__(self, place: Place, marks: Sequence[Mark], edit: Edit, preview: Preview) -> None:
        super().__init__()
        self._flags_note = _flags_note(edit)
        self._checked = edit.checked
        self._unsaved = unsaved_words(edit.base, edit.values) if edit.summary else ""
        self._place = place
        self._marks = marks
        self._changes = edit.description if edit.base.is_new else edit.changes
        self._preview = preview

    def compose_content(self) -> ComposeResult:
        """Put everything into one scrolling column."""
        width = self.app.size.width
        with VerticalScroll(id="review"):
            yield Text(*_checked_lines(self._checked, width))
            yield Text(*change_lines(self._changes, width))
            yield Text(*_note_lines(self._flags_note, width))
            yield Rule(_("The request"))
            yield Text(*_request(self._preview, width))

    def on_mount(self) -> None:
        """Say at the top which edit is reviewed."""
        self.top_line.show(place=self._place, count=self._unsaved, marks=self._marks)

    def action_save(self) -> None:
        """Go back and save."""
        self.dismiss(True)

    def action_close(self) -> None:
        """Go back."""
        self.dismiss(None)

    def action_copy_all(self) -> None:
        """Copy the request as it is sent, with its secrets, after asking."""
        self.start(self._copy_all, "copy", exclusive=True)

    async def _copy_all(self) -> None:
        answers = (
            Answer(False, "n", _("do not copy")),
            Answer(True, "c", _("copy it with the token: whoever sees the clipboard has it")),
        )
        question = _("Copy the command with the token and the hidden headers?")
        if await ask(self.app, question, answers):
            self.app.copy(self._preview.runnable.reveal(), _("the curl command, with its secrets"))

    def action_copy(self) -> None:
        """Copy the request as a curl command, secrets masked."""
        self.app.copy(as_curl(self._preview), _("the curl command, secrets masked"))


def change_lines(changes: tuple[Change, ...], width: int) -> list[Line]:
    """List changes with old and new values, in lines for a screen of ``width`` cells.

    For a new webhook only the new values.
    """
    if not changes:
        return [line(), line(f" {_('No changes: a save would send nothing.')}"), line()]
    room = min(max(cell_len(title(change)) for change in changes), 40) + 2
    lines = [line()]
    cells = max(width - room - 6, 10)
    for change in changes:
        name: Span = (f"   {title(change)[:40]:<{room}}", "strong")
        if change.old is None and not change.is_flag:
            for part in wrap(visible_value(change.new, change.key), cells, 8):
                lines.append(line(name, (part, "changed")))
                name = (" " * (room + 3), "text")
            continue
        if isinstance(change.old, bool) or isinstance(change.new, bool):
            lines.append(
                line(name, f"{value_words(change.old)} → ", (value_words(change.new), "changed"))
            )
            continue
        old, new = distinct_parts(
            [visible_value(one, change.key) for one in (change.old, change.new)], cells
        )
        sides: tuple[tuple[str, str, Role], ...] = (("  ", old, "muted"), ("→ ", new, "changed"))
        for mark, value, role in sides:
            for part in wrap(value, cells, 8):
                lines.append(line(name, (mark + part, role)))
                name = (" " * (room + 3), "text")
                mark = "  "
    return [*lines, line()]


def _checked_lines(checked: Checked, width: int) -> list[Line]:
    """List the errors that Hookboard itself would refuse a save for, and the warnings."""
    lines = [line()] if checked.errors or checked.warnings else []
    if checked.errors:
        lines.append(line((f" ✗ {_('A save would be refused here, and send nothing:')}", "error")))
    found_by_role: tuple[tuple[str, Role, Mapping[str, str]], ...] = (
        ("  ", "error", checked.errors),
        (" !", "warning", checked.warnings),
    )
    for mark, role, found in found_by_role:
        for words in found.values():
            for part in wrap(words, max(width - 5, 20), 3):
                lines.append(line((f"{mark} {part}", role)))
                mark = "  "
    return lines


def _flags_note(edit: Edit) -> str:
    """Say what happens to flags that are not among the changes; empty where nothing does."""
    return _never_chosen(edit) or _forgotten(edit)


def _never_chosen(edit: Edit) -> str:
    """Say what a save does with flags that were never chosen."""
    if edit.base.flags_told is not FlagsTold.NEVER_CHOSEN or not edit.changes:
        return ""
    if edit.flags_told is FlagsTold.NEVER_CHOSEN:
        return _(
            "No flag was ever chosen, and none is sent: the server goes on sending every event. "
            "If the server requires the flags, all are sent as on."
        )
    return _(
        "No flag was ever chosen until now, and the server sent every event. "
        "This save chooses all of them: those not named here stay on."
    )


def _forgotten(edit: Edit) -> str:
    """Say what happens to flags where the server forgets those of a webhook that is off."""
    forgets = edit.capabilities.off_forgets
    if not forgets or not edit.changed("enabled"):
        return ""
    if not edit.values.enabled:
        return forgets
    flags = edit.values.flags_on
    return ngettext(
        "It is turned on with {count} flag; the server stores none while it is off.",
        "It is turned on with {count} flags; the server stores none while it is off.",
        flags,
    ).format(count=number(flags))


def _note_lines(note: str, width: int) -> list[Line]:
    if not note:
        return []
    return [
        *(line((f"   {part}", "warning")) for part in wrap(note, max(width - 4, 20), 4)),
        line(),
    ]


def _request(preview: Preview, width: int) -> list[Line]:
    lines = [line()]
    room = max(width - 4, 20)
    lines += [
        line((f" {part}", "strong")) for part in wrap(f"{preview.method} {preview.url}", room, 6)
    ]
    lines += [line((f" {name}: {value}", "muted")) for name, value in preview.headers]
    lines.append(line())
    for row in preview.body.split("\n"):
        indent = " " * (len(row) - len(row.lstrip()))
        lines += [line(f" {indent}{part}") for part in wrap(row.lstrip(), room - len(indent), 8)]
    return [*lines, line()]
