"""Steps of a user at the keyboard; each waits for its effect."""

from __future__ import annotations

from tests.e2e.terminal import Terminal


def edit_first_webhook(terminal: Terminal) -> None:
    """Open the webhook under the cursor in the editor, with the focus on its name."""
    terminal.wait_for_line("▸", "/20")
    terminal.press("e")
    terminal.wait_for("no changes")
    terminal.wait_for_field("Name")


def retype(terminal: Terminal, label: str, text: str) -> None:
    """Replace the text of the focused field with that label."""
    before = terminal.wait_for_field(label)
    terminal.press("ctrl+u")
    terminal.wait_for(before, gone=True)
    terminal.type(text)
    terminal.wait_for_field(label, text[-30:])  # a field shows the end of a long text


def switch_flags(terminal: Terminal, count: int) -> None:
    """Go from the URL to the grid, and toggle its first flags."""
    terminal.press("tab", "tab")
    terminal.wait_for("▸")
    for _ in range(count):
        flags = terminal.line_with("── Flags")
        terminal.press("space")
        terminal.wait_for(flags, gone=True)
        terminal.press("down")


def give_token(terminal: Terminal, token: str) -> None:
    """Open the token dialog, as the banner says, and paste a token."""
    terminal.press("ctrl+t")
    terminal.wait_for("Another token for")
    terminal.wait_for_field("Token")
    terminal.paste(token)
    terminal.wait_for_line("Token", "•" * min(len(token), 40))
    terminal.press("enter")
    terminal.wait_for("Another token for", gone=True)


def quit_program(terminal: Terminal) -> int:
    """Quit from the dashboard, and return the exit code."""
    terminal.press("ctrl+q")
    return terminal.wait()
