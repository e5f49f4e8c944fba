"""The program that prints a profile's token."""

import os
import select
import sys
from pathlib import Path

import pytest

from tui.config.errors import ConfigError
from tui.config.token_command import arguments, run_token_command

PLANTED = "planted-token-91c2"
NAME = "the token command of profile loja"


def run(code: str, *, seconds: float = 30, **env: str) -> str:
    command = [sys.executable, "-c", code]
    return run_token_command(command, NAME, {**os.environ, **env}, seconds)


def failing(code: str, *, seconds: float = 30) -> str:
    with pytest.raises(ConfigError) as caught:
        run(code, seconds=seconds)
    assert caught.value.hint
    return caught.value.message


@pytest.mark.parametrize(
    "printed, token",
    [("tok", "tok"), ("tok\\nuser: me\\n", "tok"), ("\\r\\n tok \\r\\n", "tok"), ("", "")],
)
def test_the_first_line_printed_is_the_token(printed: str, token: str) -> None:
    assert run(f"print('{printed}')") == token


def test_a_string_is_split_but_never_given_to_a_shell() -> None:
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


def test_a_failure_shows_the_first_line_of_its_complaint_cleaned() -> None:
    code = "import sys; print('gpg: \\x1b[31mno key\\nmore', file=sys.stderr); sys.exit(2)"
    assert failing(code) == f"{NAME} failed (exit status 2): gpg: ␛[31mno key"


def test_a_failure_without_a_word_and_by_a_signal_are_told_too() -> None:
    assert failing("import sys; sys.exit(3)") == f"{NAME} failed (exit status 3)"
    assert failing("import os; os.kill(os.getpid(), 9)") == f"{NAME} failed (signal 9)"


def test_a_failure_never_shows_what_was_printed_as_the_token() -> None:
    code = f"import sys; print('{PLANTED}'); sys.exit('refused {PLANTED}')"
    message = failing(code)
    assert message == f"{NAME} failed (exit status 1): refused ••••"


@pytest.mark.parametrize("junk", ["os.urandom(3000)", "bytes(range(256))", "b'\\xff\\xfe'"])
def test_junk_is_returned_as_text_for_the_check_to_refuse(junk: str) -> None:
    assert isinstance(run(f"import os, sys; sys.stdout.buffer.write({junk})"), str)


def test_a_program_that_is_missing_is_named(tmp_path: Path) -> None:
    missing = str(tmp_path / "nowhere")
    with pytest.raises(ConfigError, match=r"could not start .*nowhere: no such file"):
        run_token_command([missing], NAME, {}, 30)
    with pytest.raises(ConfigError, match=r"could not start .*: permission denied"):
        run_token_command([str(tmp_path)], NAME, {}, 30)
    with pytest.raises(ConfigError, match="not a command"):
        run_token_command(["a\0b"], NAME, {}, 30)


def test_a_command_that_hangs_is_stopped_with_all_it_started(tmp_path: Path) -> None:
    pipe = tmp_path / "held"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        # The command and its child both hold the pipe open; it ends when both are gone.
        code = f"import os, time; os.fork(); held = open({str(pipe)!r}, 'w'); time.sleep(60)"
        assert "did not finish within 0.5 s" in failing(code, seconds=0.5)
        readable, _, _ = select.select([reader], [], [], 30)
        assert readable
        assert os.read(reader, 1) == b""
    finally:
        os.close(reader)
