"""Choosing a preset of flags, for one webhook or for many, with the effect of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from tui.app.commands import bindings
from tui.app.key_hints import with_keys
from tui.app.screens.base import Dialog
from tui.app.shell import Shell
from tui.app.widgets.line_widget import Span, Text, fit, line, wrap
from tui.app.widgets.row_list import RowList
from tui.core.patch.flag_effect import FlagEffect, FlagSets
from tui.core.patch.patch import Patch, like
from tui.core.patch.presets import BUILT_IN, Preset
from tui.i18n import _
from tui.messages.preset_words import effect_words, preset_words, skipped_words
from tui.model.sentence import Sentence
from tui.model.text import clean

_HINT = Sentence(_("{row.open} chooses, {dialog.close} goes back"))
_MOST_ROWS = 12
"""Rows of the list, at most; below them are the words for one preset."""
_NAME_CELLS = 30
"""Cells of a name, at most."""
_LEAST_NAME_CELLS = 12
"""Cells of a name, at least; the effect has priority beyond them."""
_AROUND_NAME = 5
"""Cells for the cursor, the blanks after a name, and the scrollbar."""
_CELLS = 70
"""Cells of a line in the dialog, at most."""
_ABOUT_LINES = 3
"""Lines for the effect of a preset and the flags it skips."""


@dataclass(frozen=True, slots=True)
class FlagChoice:
    """A choice of flags: a preset, or the flags of another webhook."""

    name: str
    """Its name for people, cleaned."""
    patch: Patch
    about: str
    """Its effect on any webhook, in words."""
    effect: FlagEffect
    """Its effect here."""


async def pick_preset(
    app: Shell,
    heading: str,
    presets: Sequence[Preset],
    sets: FlagSets,
    model: tuple[str, Mapping[str, bool]] | None = None,
) -> FlagChoice | None:
    """Ask for a preset for webhooks with these flags; ``None`` if none is chosen.

    ``model`` is the name of a webhook and its flags: copying them is the first choice. To be called
    from a worker.
    """
    choices = [_preset_choice(preset, sets) for preset in presets]
    if model:
        choices.insert(0, _choice_like(*model, sets))
    return await app.push_screen_wait(PresetScreen(heading, choices, len(sets)))


def _preset_choice(preset: Preset, sets: FlagSets) -> FlagChoice:
    flags, patch = sets.flags, preset.patch
    about = preset_words(preset, flags)
    if preset not in BUILT_IN:  # those name the flags of every kind of server
        about = f"{about}. {skipped_words(patch.skipped(flags))}".rstrip(". ")
    return FlagChoice(clean(preset.name, _NAME_CELLS), patch, about, sets.effect(patch))


def _choice_like(name: str, flags: Mapping[str, bool], sets: FlagSets) -> FlagChoice:
    patch = like(flags)
    text = _("like {webhook}").format(webhook=name)
    about = _("the flags of {webhook}, as they are now").format(webhook=name)
    return FlagChoice(text, patch, about, sets.effect(patch))


class _Choices(RowList):
    """One row a choice: its name and its effect."""

    def __init__(self, choices: Sequence[FlagChoice], total: int) -> None:
        super().__init__()
        self._choices = {str(place): choice for place, choice in enumerate(choices)}
        self._total = total
        effects = (effect_words(choice.effect, total) for choice in choices)
        self._name_cells = min(max(cell_len(choice.name) for choice in choices), _NAME_CELLS)
        self._effect_cells = max(map(cell_len, effects))

    def on_mount(self) -> None:
        """Fill the list; its rows never change."""
        self.styles.height = min(len(self._choices), _MOST_ROWS)
        self.show_rows(list(self._choices))

    @property
    def choice(self) -> FlagChoice:
        """The choice under the cursor."""
        return self._choices[self.key or "0"]

    def row(self, key: str) -> tuple[Span, ...]:
        """Draw a choice."""
        choice = self._choices[key]
        changes = bool(choice.effect.webhooks)
        room = self.size.width - _AROUND_NAME - self._effect_cells
        cells = max(min(self._name_cells, room), _LEAST_NAME_CELLS)
        return (
            (f"{fit(choice.name, cells)}  ", "strong"),
            (effect_words(choice.effect, self._total), "changed" if changes else "muted"),
        )


class PresetScreen(Dialog[FlagChoice | None]):
    """A list of presets; see :func:`pick_preset`."""

    BINDINGS = bindings("dialog")

    def __init__(self, heading: str, choices: Sequence[FlagChoice], total: int) -> None:
        super().__init__()
        self._heading = heading
        self._rows = _Choices(choices, total)
        self._about = Text(*(line() for _line in range(_ABOUT_LINES)))

    def compose_content(self) -> ComposeResult:
        """Show the choices, and below them the effect of the one under the cursor."""
        with Vertical(classes="dialog"):
            yield Text(line((f" {self._heading}", "strong")), line())
            yield self._rows
            yield Text(line())
            yield self._about
            yield Text(line((f" {with_keys(_HINT, self)}", "muted")), classes="hint")

    def on_mount(self) -> None:
        """Follow the cursor."""
        self.watch(self._rows, "key", self._show_about)
        self._rows.focus()

    def _show_about(self) -> None:
        cells = min(self.app.size.width - 8, _CELLS)
        parts = wrap(self._rows.choice.about, cells, _ABOUT_LINES)
        parts += [""] * (_ABOUT_LINES - len(parts))
        self._about.show(*(line((f" {part}", "muted")) for part in parts))

    @on(RowList.Opened)
    def action_accept(self) -> None:
        """Close with the choice under the cursor."""
        self.dismiss(self._rows.choice)

    def action_close(self) -> None:
        """Close without a choice."""
        self.dismiss(None)
