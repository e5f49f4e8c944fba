"""The form of a change of many webhooks: another host or URL, on or off, a preset."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Input

from tui.app.commands import bindings
from tui.app.key_hints import TypingScreen, with_keys
from tui.app.screens.base import Dialog
from tui.app.widgets.field import LABEL_CELLS, Field
from tui.app.widgets.line_widget import Span, Text, line
from tui.app.widgets.select_field import Option, SelectField
from tui.core.patch.flag_effect import FlagSets
from tui.core.patch.form import ChangeForm, Hosts
from tui.core.patch.patch import Patch
from tui.core.patch.presets import Preset
from tui.core.session import Session
from tui.i18n import _, ngettext, number
from tui.messages.preset_words import effect_words
from tui.model.sentence import Sentence
from tui.model.text import clean
from tui.model.webhook import Values

_HINT = Sentence(_("{dialog.accept} stages it, {dialog.close} goes back; nothing is sent yet"))
_AS_IT_IS = _("as it is")
_PRESET_LENGTH = 40
"""The most characters of a preset's name."""
_FIELDS = ("old_host", "new_host", "url")


class ChangeScreen(TypingScreen, Dialog[Patch | None]):
    """A form for the change of many webhooks; answers the patch, or ``None``.

    Empty entries change nothing.
    """

    BINDINGS = bindings("dialog")
    AUTO_FOCUS = "#new_host Input"

    def __init__(self, session: Session, webhooks: Iterable[tuple[Values, frozenset[str]]]) -> None:
        """Take the values of each webhook with staged changes, and the flags its server refuses."""
        super().__init__()
        found = tuple(webhooks)
        self._session = session
        self._total = len(found)
        self._hosts = Hosts(values.url for values, _refused in found)
        self._sets = FlagSets((values.flags, refused) for values, refused in found)

    def compose_content(self) -> ComposeResult:
        """Lay out the form; in a low terminal it scrolls."""
        heading = ngettext("Change {count} webhook", "Change {count} webhooks", self._total)
        places = _("{instance} may stand in the path")
        if self._session.capabilities.names:
            places = _("{instance} and {webhook} may stand in the path")
        places = places.format(instance="{instance}", webhook="{webhook}")
        with VerticalScroll(classes="dialog wide", can_focus=False):
            yield Text(
                line((f" {heading.format(count=number(self._total))}", "strong")),
                line((f" {_('Empty fields change nothing.')}", "muted")),
                line(),
            )
            yield Field(_("Host"), id="old_host", hint=_("the host that is replaced"))
            yield Text(line(), id="host-count")
            yield Field(_("New host"), id="new_host", hint=_("empty: the hosts stay"))
            yield Field(_("URL"), id="url", hint=places)
            yield SelectField(_("Enabled"), _switch_options(), id="enabled")
            yield SelectField(_("Preset"), self._preset_options(), id="preset")
            yield Text(line(), id="preset-effect")
            yield Text(line(), line((f" {with_keys(_HINT, self)}", "muted")))

    def on_mount(self) -> None:
        """Begin with the host that most of the webhooks have."""
        self._field("old_host").set_value(self._hosts.most_frequent)
        self._count_hosts()

    @on(Input.Changed)
    def _typed(self) -> None:
        for name in _FIELDS:
            self._field(name).say()
        self._count_hosts()

    @on(SelectField.Changed)
    def _show_effect(self) -> None:
        """Say below the preset what it changes here."""
        preset: Preset | None = self.query_one("#preset", SelectField).value
        effect = effect_words(self._sets.effect(preset.patch), self._total) if preset else ""
        self.query_one("#preset-effect", Text).show(line(" " * LABEL_CELLS, (effect, "muted")))

    @on(Input.Submitted)
    def action_accept(self) -> None:
        """Check the entries, and close with the patch."""
        form = self._form
        errors = form.errors(self._session.capabilities)
        for name in _FIELDS:
            self._field(name).say("error", errors.get(name, ""))
        if wrong := next((name for name in _FIELDS if name in errors), None):
            self._field(wrong).input.focus()
        elif patch := form.patch:
            self.dismiss(patch)
        else:
            self._field("new_host").say("error", _("enter at least one change"))

    def action_close(self) -> None:
        """Close without a change."""
        self.dismiss(None)

    @property
    def _form(self) -> ChangeForm:
        texts = {name: self._field(name).value.strip() for name in _FIELDS}
        enabled: bool | None = self.query_one("#enabled", SelectField).value
        preset: Preset | None = self.query_one("#preset", SelectField).value
        return ChangeForm(**texts, enabled=enabled, preset=preset)

    def _field(self, name: str) -> Field:
        return self.query_one(f"#{name}", Field)

    def _count_hosts(self) -> None:
        """Count the webhooks that have the old host."""
        count = self._hosts.count(self._field("old_host").value.strip())
        said = _("in {count} of {total}").format(count=number(count), total=number(self._total))
        span: Span = (said, "muted" if count else "warning")
        self.query_one("#host-count", Text).show(line(" " * LABEL_CELLS, span))

    def _preset_options(self) -> Sequence[Option[Preset | None]]:
        options: list[Option[Preset | None]] = [Option(None, _AS_IT_IS)]
        for preset in self._session.presets:
            options.append(Option(preset, clean(preset.name, _PRESET_LENGTH)))
        return options


def _switch_options() -> Sequence[Option[bool | None]]:
    return [Option(None, _AS_IT_IS), Option(True, _("on")), Option(False, _("off"))]
