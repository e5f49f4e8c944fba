"""``hookboard completion``: the script by which a shell completes words with ``tab``.

The shell calls the program with the line so far, and click finds what the word may be.
"""

from __future__ import annotations

import os

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ZshComplete,
    add_completion_class,
    get_completion_class,
    split_arg_string,
)

from tui.cli.call import COMPLETE
from tui.i18n import _

SHELLS = ("bash", "zsh", "fish")

_END = "\0"
"""Stands for the cursor while a line is split: no argument can hold it."""


@add_completion_class
class Bash(BashComplete):
    """bash, which takes a word apart at ``=`` and ``:`` and replaces only the last part.

    click's own script takes these parts for words. Here the line is split again, and what bash
    keeps of the word is left out of the answer. A value with blanks is quoted.
    """

    source_template = """\
%(complete_func)s() {
    local IFS=$'\\n' response answer type value word="${COMP_WORDS[COMP_CWORD]}"
    response=$(env COMP_LINE="${COMP_LINE:0:COMP_POINT}" COMP_WORD="$word" \\
        %(complete_var)s=bash_complete "$1" 2> /dev/null)
    COMPREPLY=()
    for answer in $response; do
        type="${answer%%%%,*}" value="${answer#*,}"
        if [[ $type == file ]]; then
            compopt -o default
        elif [[ $type == plain ]]; then
            [[ $word == [\\"\\']* ]] || printf -v value %%q "$value"
            [[ $value == *[=:] ]] && compopt -o nospace
            COMPREPLY+=("$value")
        fi
    done
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the one to complete, and that one as far as it is typed."""
        *words, incomplete = split_arg_string(os.environ["COMP_LINE"] + _END)
        return words[1:], incomplete.removesuffix(_END)

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[str]]:
        """Return what the word may be, from where bash replaces it."""
        found = super().get_completions(args, incomplete)
        word = os.environ["COMP_WORD"].lstrip("\"'")
        replaced = "" if word in ("=", ":") else word
        kept = incomplete.removesuffix(replaced)
        if kept.startswith("--"):  # --where=instance=…: the option is no part of the value
            kept = kept.partition("=")[2]
        for item in found:
            item.value = item.value.removeprefix(kept)
        return found


@add_completion_class
class Zsh(ZshComplete):
    """zsh, which compares what is offered with the word, and quotes it.

    click's own script takes an option off its value (``--where=…``), and ends a word behind which
    more has to be typed (``instance=``).
    """

    source_template = """\
#compdef %(prog_name)s

%(complete_func)s() {
    local -a answers plain open described
    local type value help
    [[ $PREFIX == --*=* ]] && compset -P 1 '*='
    answers=("${(@f)$(env COMP_WORDS="${words[*]}" COMP_CWORD=$((CURRENT-1)) \\
        %(complete_var)s=zsh_complete %(prog_name)s 2> /dev/null)}")
    for type value help in $answers; do
        if [[ $type == file ]]; then
            _path_files -f
        elif [[ $help != _ ]]; then
            described+=("$value:$help")
        elif [[ $value == *[=:] ]]; then
            open+=("$value")
        else
            plain+=("$value")
        fi
    done
    (( $#described )) && _describe -V words described
    (( $#plain )) && compadd -V words -a plain
    (( $#open )) && compadd -V words -S '' -a open
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    compdef %(complete_func)s %(prog_name)s
fi
"""


@add_completion_class
class Fish(FishComplete):
    """fish, which compares what is offered with the word, and quotes it.

    click's own script takes an option off its value (``--where=…``), sorts what is offered, and
    ends it at a comma.
    """

    source_template = """\
function %(complete_func)s
    set -l option (string match -r -- '^--[^=]*=' (commandline -ct))
    set -lx COMP_WORDS (commandline -cp | string collect)
    set -lx COMP_CWORD (commandline -ct | string collect)
    for answer in (env %(complete_var)s=fish_complete %(prog_name)s 2> /dev/null)
        set -l parts (string split -m 1 , -- $answer)
        if test $parts[1] = file
            for path in (__fish_complete_path $parts[2])
                echo "$option"$path
            end
        else
            echo "$option"$parts[2]
        end
    end
end
complete --keep-order --no-files --command %(prog_name)s --arguments "(%(complete_func)s)"
"""


@click.command(
    help=_(
        """Print the script that lets a shell complete commands, options and names with tab.

        Names of instances, webhooks and flags are those of the last list that was read.

        \b
        Examples:
          eval "$(hookboard completion bash)"          in ~/.bashrc
          eval "$(hookboard completion zsh)"           in ~/.zshrc, after compinit
          hookboard completion fish | source           in ~/.config/fish/config.fish
        """
    ),
)
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, /, shell: str) -> None:
    """Print the script for a shell."""
    for_shell = get_completion_class(shell)
    assert for_shell is not None, "click knows these shells"
    script = for_shell(context.find_root().command, {}, "hookboard", COMPLETE)
    # Not source(): click's looks for an old bash on this machine, and says so on each login.
    click.echo(script.source_template % script.source_vars(), nl=False)
