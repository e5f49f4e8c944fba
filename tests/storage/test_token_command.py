"""The program that prints a profile's token."""

import os
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tui.model.user_error import UserError
from tui.storage.token_command import MOST, arguments, run_token_command

PLANTED = "planted-token-91c2"
NAME = "the token command of profile loja"


def run(code: str, *, seconds: float = 30, **env: str) -> str:
    command = [sys.executable, "-c", code]
    return run_token_command(command, NAME, {**os.environ, **env}, seconds)


def failing(code: str, *, seconds: float = 30) -> str:
    with pytest.raises(UserError) as caught:
        run(code, seconds=seconds)
    assert caught.value.hint
    return caught.value.message


@contextmanager
def held_by(folder: Path, code: str) -> Iterator[str]:
    """Let a command and its child hold a pipe open; at the end both have to be gone."""
    pipe = folder / "held"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        yield f"import os; os.fork(); held = open({str(pipe)!r}, 'w')\n{code}"
        readable, _, _ = select.select([reader], [], [], 30)
        assert readable
        assert os.read(reader, 1) == b""
    finally:
        os.close(reader)


@pytest.mark.parametrize(
    "printed, token",
    [("tok", "tok"), ("tok\\nuser: me\\n", "tok"), ("\\r\\n tok \\r\\n", "tok"), ("", "")],
)
def test_the_first_line_printed_is_the_token(printed: str, token: str) -> None:
    assert run(f"print('{printed}')") == token


def test_a_string_is_split_without_a_shell() -> None:
    assert arguments("pass show 'my shop' | cat > $HOME") == [
        "pass",
        "show",
        "my shop",
        "|",
        "cat",
        ">",
        "$HOME",
    ]
    assert arguments(["a b", "$c"]) == ["a b", "$c"]


def test_the_command_sees_the_environment_without_the_token() -> None:
    code = "import os; print(os.environ.get('HOOKBOARD_TOKEN', 'hidden') + os.environ['VAULT'])"
    assert run(code, HOOKBOARD_TOKEN=PLANTED, VAULT="-v1") == "hidden-v1"


def test_the_command_has_no_input_and_no_terminal() -> None:
    code = "import os, sys; print(repr(sys.stdin.read()), os.getsid(0) == os.getpid())"
    assert run(code) == "'' True"


def test_a_failure_shows_the_first_line_of_standard_error_cleaned() -> None:
    code = "import sys; print('gpg: \\x1b[31mno key\\nmore', file=sys.stderr); sys.exit(2)"
    assert failing(code) == f"{NAME} failed (exit status 2): gpg: ␛[31mno key"


def test_a_failure_without_words_shows_the_status_or_signal() -> None:
    assert failing("import sys; sys.exit(3)") == f"{NAME} failed (exit status 3)"
    assert failing("import os; os.kill(os.getpid(), 9)") == f"{NAME} failed (signal 9)"


def test_a_failure_never_shows_the_printed_token() -> None:
    code = f"import sys; print('{PLANTED}'); sys.exit('refused {PLANTED}')"
    message = failing(code)
    assert message == f"{NAME} failed (exit status 1): refused ••••"


@pytest.mark.parametrize("junk", ["os.urandom(3000)", "bytes(range(256))", "b'\\xff\\xfe'"])
def test_junk_is_returned_as_text_for_the_check_of_tokens_to_refuse(junk: str) -> None:
    assert isinstance(run(f"import os, sys; sys.stdout.buffer.write({junk})"), str)


def test_a_program_that_is_missing_is_named(tmp_path: Path) -> None:
    missing = str(tmp_path / "nowhere")
    with pytest.raises(UserError, match=r"could not start .*nowhere: no such file"):
        run_token_command([missing], NAME, {}, 30)
    with pytest.raises(UserError, match=r"could not start .*: permission denied"):
        run_token_command([str(tmp_path)], NAME, {}, 30)
    with pytest.raises(UserError, match="not a command"):
        run_token_command(["a\0b"], NAME, {}, 30)


def test_the_first_line_is_taken_from_a_command_that_prints_without_end() -> None:
    endless = f"while True: print({PLANTED!r} * 9, flush=True)"
    assert run(endless) == PLANTED * 9
    assert run(f"print({PLANTED!r}); print('note ' * {MOST})") == PLANTED


@pytest.mark.parametrize("what", ["'y' * 999, end=''", "''"])
def test_a_command_whose_first_line_has_no_end_is_killed_with_all_it_started(
    tmp_path: Path, what: str
) -> None:
    code = f"while True: print({what}, flush=True)"
    with held_by(tmp_path, code) as held:
        assert "printed more than 16 KB without a token" in failing(held)


def test_standard_error_without_end_is_stopped_in_time_and_only_its_beginning_kept() -> None:
    endless = "while True: print('no', file=sys.stderr)"
    assert "did not finish within 0.5 s" in failing(f"import sys\n{endless}", seconds=0.5)
    long = f"print('locked', file=sys.stderr); sys.stderr.write('x' * {50 * MOST}); sys.exit(2)"
    assert failing(f"import sys; {long}") == f"{NAME} failed (exit status 2): locked"


@pytest.mark.parametrize("quiet", ["", "os.close(1); os.close(2); "])
def test_a_command_that_hangs_is_killed_with_all_it_started(tmp_path: Path, quiet: str) -> None:
    with held_by(tmp_path, f"import time; {quiet}time.sleep(60)") as code:
        assert "did not finish within 0.5 s" in failing(code, seconds=0.5)
