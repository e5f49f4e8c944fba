"""The completion scripts in the shells themselves, where these are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.support import Server, hookboard
from tests.e2e.programs import HOOKBOARD
from tests.e2e.terminal import Terminal

WORDS = {
    "re": "restore",
    "completion f": "fish",
    "list --all --jsonl --pla": "--plain",
    "--profile of": "oficina",
    "set --enabled of": "off",
    "set --preset qui": "quiet",
    "set --on messagesUps": "messagesUpsert",
    "set --off=messagesUps": "--off=messagesUpsert",
    "get loja-norte/c": "loja-norte/crm",
    "set --like loja-sul/c": "loja-sul/crm",
    "list --where inst": "instance=",
    "list --where instance=loja-n": "instance=loja-norte",
    "list --where=instance=loja-n": "--where=instance=loja-norte",
    "list --not flag:messagesUps": "flag:messagesUpsert=",
    "apply webh": "webhooks.toml",
    "--log-file=webh": "--log-file=webhooks.toml",
}
"""What each line ends with, once its last word is completed."""

# In zsh the shell itself inserts the word; this key tells the line that came of it.
ZSH = """
PS1='%% '
autoload -Uz compinit; compinit -D -u
eval "$(hookboard completion zsh)"
tell() { print -r -- "<<$BUFFER>>"; BUFFER= }
zle -N tell; bindkey -e; bindkey '^X^T' tell
print rea''dy
"""
TAB_AND_TELL = b"\t\x18\x14"


def needs(shell: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(shell) is None, reason=f"{shell} is not installed")


@pytest.fixture
def known(server: Server, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home in which a list was read; it is the current directory."""
    hookboard("list", "--json")
    (home / "config.toml").write_text('[profiles.oficina]\nurl = "https://a.example"\n')
    (home / "webhooks.toml").touch()
    monkeypatch.setenv("PATH", f"{HOOKBOARD.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.chdir(home)
    return home


@pytest.fixture
def zsh(known: Path) -> Iterator[Terminal]:
    (known / "setup").write_text(ZSH)
    with Terminal(["zsh", "-f", "-i"], env={**os.environ, "TERM": "xterm"}) as terminal:
        terminal.type("source ./setup\r")
        terminal.wait_for_bytes(b"ready\r\n")
        yield terminal


@needs("zsh")
def test_zsh_completes_words_of_every_kind(zsh: Terminal) -> None:
    for line, word in WORDS.items():
        before = line.rpartition(" ")[0]
        zsh.send(f"hookboard {line}".encode() + TAB_AND_TELL)
        told = " ".join(filter(None, ("hookboard", before, word)))
        # A space follows unless the word is one to go on with.
        end = "" if word.endswith("=") else " "
        zsh.wait_for_bytes(f"<<{told}{end}>>".encode())


@needs("zsh")
def test_zsh_keeps_an_open_quote(zsh: Terminal) -> None:
    zsh.send(b"hookboard list --where 'instance=loja-n" + TAB_AND_TELL)
    zsh.wait_for_bytes(b"<<hookboard list --where 'instance=loja-norte' >>")


def offered_by_fish(line: str) -> list[str]:
    """Return the words that fish offers for a line, without their descriptions."""
    script = 'hookboard completion fish | source; complete -C "hookboard $argv[1]"'
    done = subprocess.run(
        ["fish", "--no-config", "-c", script, "--", line],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return [one.partition("\t")[0] for one in done.stdout.splitlines()]


@needs("fish")
def test_fish_completes_words_of_every_kind(known: Path) -> None:
    for line, word in WORDS.items():
        assert offered_by_fish(line) == [word]
    assert offered_by_fish("list --where 'instance=loja-n") == ["instance=loja-norte"]


@needs("fish")
def test_fish_shows_whole_descriptions_in_the_order_of_the_help(known: Path) -> None:
    script = 'hookboard completion fish | source; complete -C "hookboard list --js"'
    done = subprocess.run(
        ["fish", "--no-config", "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [
        "--json\tWrite one JSON document.",
        "--jsonl\tWrite JSON, one row on each line.",
    ]
