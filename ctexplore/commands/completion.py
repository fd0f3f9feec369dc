"""``ctexplore completion bash|zsh|fish``: what a shell needs to ask for what may stand next.

The shells ask the program itself, at each tab: so commands, options and their values are those of
its parsers, and profiles, buckets and accounts those of this host.
"""

from __future__ import annotations

import argparse
from typing import Final

from ctexplore.commands.failure import Failure

SHELLS: Final = ("bash", "zsh", "fish")
_ASK: Final = "ask"  # what the functions below call; no word for people

_BASH: Final = r"""
_ctexplore() {
    local line
    COMPREPLY=()
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(
        "$1" completion ask -- "${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null)
    case "${COMPREPLY[0]}" in *:|*=|*/) compopt -o nospace ;; esac
}
complete -o default -o bashdefault -F _ctexplore ctexplore
"""
_ZSH: Final = r"""
_ctexplore() {
    local -a offered names
    local line
    while IFS= read -r line; do offered+=("$line"); done < <(
        "${words[1]}" completion ask -- "${(j: :)words[1,CURRENT]}" 2>/dev/null)
    if (( ! ${#offered} )); then _files; return; fi
    local -a open closed
    for line in "${offered[@]}"; do
        if [[ $line == *[:=/] ]]; then open+=("$line"); else closed+=("$line"); fi
    done
    (( ${#open} )) && compadd -Q -S '' -- "${open[@]}"
    (( ${#closed} )) && compadd -Q -- "${closed[@]}"
    [[ ${words[CURRENT]} == -* ]] || _files
}
compdef _ctexplore ctexplore
"""
_FISH: Final = r"""
function __ctexplore_ask
    ctexplore completion ask -- (commandline -cp) 2>/dev/null
end
complete -c ctexplore -a '(__ctexplore_ask)'
"""
_SCRIPTS: Final = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", metavar="SHELL", choices=(*SHELLS, _ASK), help=" or ".join(SHELLS))
    parser.add_argument("asked", nargs="*", help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Exit status 0."""
    if args.shell != _ASK:
        if args.asked:
            raise Failure(f"unrecognized arguments: {' '.join(args.asked)}")
        print(_SCRIPTS[args.shell].lstrip(), end="")
        return 0
    from ctexplore.commands.offered import offered

    line, *word = args.asked
    for text in offered(line, args.commands, last=word[0] if word else None):
        print(text)
    return 0
