"""All uses of Textual's private names.

A new version of Textual may change any of them without notice. The rest of ``tui.app`` uses
the typed hooks that this module makes of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from rich.console import RenderableType
from textual._time import get_time
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size
from textual.keys import _character_to_key as key_of_character
from textual.messages import Update
from textual.screen import Screen
from textual.widget import Widget
from textual.worker import WorkerFailed

from tui.model.log import log

__all__ = [
    "BRACKETED_PASTE_END",
    "BRACKETED_PASTE_START",
    "HookedApp",
    "HookedDriver",
    "HookedScreen",
    "XTermParser",
    "bind_key",
    "bindings_at",
    "key_of_character",
    "repaint_now",
]

Result = TypeVar("Result")


class HookedApp(App[int]):
    """Textual's app with hooks for which Textual has no public ones."""

    def is_text_first(self, key: str) -> bool:
        """Whether a key goes into a text before a binding with priority gets it."""
        return False

    def report_failure(self, error: BaseException | None) -> None:
        """Handle the ``error`` that ends the program, before the terminal is restored."""

    def write_to_terminal(self, sequence: str) -> None:
        """Send an escape sequence, if there is a terminal."""
        if self._driver is not None:
            self._driver.write(sequence)

    def panic(self, *renderables: RenderableType) -> None:
        """End as after any other error: Textual would print values."""
        self._fatal_error()

    async def _check_bindings(self, key: str, priority: bool = False) -> bool:
        """Run the binding of a key, unless the key goes into a text."""
        if priority and self.is_text_first(key):
            return False
        return await super()._check_bindings(key, priority)

    def _handle_exception(self, error: Exception) -> None:
        """Only log failures once the end has begun: screens are no longer mounted then."""
        if self._exit or not self._running:
            log.info("failed while ending", exc_info=error)
        else:
            super()._handle_exception(error)

    async def _flush_next_callbacks(self) -> None:
        """Run what waits for the next message, unless the screens are being closed.

        One of the callbacks then waits for a screen to end. ``push_screen_wait`` would run it in
        a worker of that screen, which is cancelled by the end, and would cancel the end with it.
        """
        if self._running:
            await super()._flush_next_callbacks()

    def _fatal_error(self) -> None:
        """End after an error; Textual would show a trace with values."""
        error: BaseException | None = self._exception
        self.report_failure(error.error if isinstance(error, WorkerFailed) else error)
        self._close_messages_no_wait()


class HookedScreen(Screen[Result], Generic[Result]):
    """Textual's screen, painted once when it opens, and not at all while another one hides it.

    Textual paints it as soon as its size is known, and then twice more: for the widgets that
    asked for it until then, which that first picture shows already, and as it does for a screen
    that comes back to the front. For each change on a screen right under the one in front it
    paints all of that one, as if it could be seen through.
    """

    _painted_at = 0.0
    """When the first picture was painted, by the clock of Textual's messages."""

    def _refresh_layout(self, size: Size | None = None, scroll: bool = False) -> None:
        opens = not self._size
        super()._refresh_layout(size, scroll)
        if opens and self._size and self.is_current and not self.app._batch_count:
            self._painted_at = get_time()
            for widget in self.walk_children(Widget):
                widget._repaint_required = False
            self.call_next(self._forget_repaint)

    def _forget_repaint(self) -> None:
        self._repaint_required = False

    def _compositor_refresh(self) -> None:
        if self._is_hidden:
            self._dirty_widgets.clear()
            self._compositor._dirty_regions.clear()
        else:
            super()._compositor_refresh()

    @property
    def _is_hidden(self) -> bool:
        """Whether no cell of it is seen; it is painted whole when it comes back to the front."""
        stack = self.app.screen_stack
        over = stack[stack.index(self) + 1 :] if self in stack else ()
        return any(screen.styles.background.a == 1 for screen in over)

    async def _on_update(self, message: Update) -> None:
        """Take note that a widget is to be painted, unless that was done meanwhile."""
        if message.time < self._painted_at:
            message.stop().prevent_default()


class HookedDriver(LinuxDriver):
    """Textual's driver; an error in its input thread ends the program like any other."""

    def _run_input_thread(self) -> None:
        try:
            self.run_input_thread()
        except Exception as error:
            self._app.call_later(self._app._handle_exception, error)


def bind_key(node: DOMNode, key: str, action: str, description: str) -> None:
    """Bind a key on one widget or screen, with priority over the focused widget."""
    node._bindings.bind(key, action, description, show=False, priority=True)


def bindings_at(node: DOMNode, key: str) -> Sequence[Binding]:
    """Return the bindings of a key on a widget or screen itself."""
    return node._bindings.key_to_bindings.get(key, ())


def repaint_now(widget: Widget) -> None:
    """Ask the screen at once for what a widget needs, not only when the widget has its turn.

    What changes in several widgets by one event is then drawn in one frame. A second frame
    comes 16 ms later.
    """
    widget._check_refresh()
