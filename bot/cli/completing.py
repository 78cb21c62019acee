"""Shell completion: the scripts that a shell loads, and what they ask us at each Tab.

A script asks the very command that stands on the line (`./overseer` in a checkout, `overseer`
where it is installed), so it works from any folder. Typer answers; hosts come from the
inventory, and whatever goes wrong there completes nothing and says nothing.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer

from bot.errors import RequestError

VARIABLE = "_OVERSEER_COMPLETE"

_BASH = """\
_overseer() {
    local IFS=$'\\n'
    COMPREPLY=($(COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD \\
        _OVERSEER_COMPLETE=complete_bash "$1" 2>/dev/null))
    return 0
}
complete -o default -F _overseer overseer
"""
_ZSH = """\
#compdef overseer
_overseer() {
    eval "$(_TYPER_COMPLETE_ARGS="${words[1,$CURRENT]}" \\
        _OVERSEER_COMPLETE=complete_zsh "${(Q)words[1]}" 2>/dev/null)"
}
compdef _overseer overseer
"""
_FISH = """\
function __overseer_complete
    set -l words (commandline -opc)
    env _OVERSEER_COMPLETE=complete_fish _TYPER_COMPLETE_FISH_ACTION=$argv[1] \\
        _TYPER_COMPLETE_ARGS=(commandline -cp | string collect) $words[1] 2>/dev/null
end
complete --command overseer --no-files --arguments "(__overseer_complete get-args)" \\
    --condition "__overseer_complete is-args"
"""
SCRIPTS: Mapping[str, tuple[str, str]] = {
    "bash": (_BASH, "source <(./overseer completion bash)   # in ~/.bashrc, with its full path"),
    "zsh": (_ZSH, "source <(./overseer completion zsh)    # in ~/.zshrc, after compinit"),
    "fish": (_FISH, "./overseer completion fish | source    # in ~/.config/fish/config.fish"),
}
"""Per shell what it loads, and how it is told to."""


def script(shell: str) -> int:
    """Print what a shell loads.

    Raises:
        RequestError: there is none for this shell.
    """
    name = shell or Path(os.environ.get("SHELL", "")).name
    if name not in SCRIPTS:
        said = f"There is no completion for {name}." if name else "Which shell?"
        raise RequestError(said, cure=f"There is one for {', '.join(SCRIPTS)}.")
    text, how = SCRIPTS[name]
    print(f"# {how}\n{text}", end="")
    return 0


def asked() -> bool:
    """Whether a shell wants to know what may follow."""
    return VARIABLE in os.environ


def answer(command: Any) -> None:
    """Print what may follow what stands on the line; leaves by SystemExit."""
    from typer import completion

    completion.completion_init()  # type: ignore[attr-defined]  # it has no other name
    command.main(args=[], prog_name="overseer", complete_var=VARIABLE)


def hosts(context: typer.Context, incomplete: str) -> list[str]:
    """The hosts of the inventory that begin so."""
    from bot.adapters.files.inventory_file import load_inventory
    from bot.cli.commands import choose, home

    try:
        choose(context.find_root().params.get("home"))
        inventory = load_inventory(home().inventory)
    except Exception:  # noqa: BLE001 - Tab must never print an error
        return []
    return sorted(host.name for host in inventory.hosts if host.name.startswith(incomplete))
