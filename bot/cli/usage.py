"""A mistake in the command line, with the way out."""

from __future__ import annotations

import re
import shlex
import sys
from typing import Any

from bot.cli import EX_USAGE, say


def explain(error: Any, argv: list[str]) -> int:
    """Say what was wrong with the command line, or show the help that was meant."""
    context = error.ctx
    path = context.command_path if context else "overseer"
    sentence = error.format_message().strip()
    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()
        return EX_USAGE
    if sentence == "Missing command." and context:
        print(context.get_help(), file=sys.stderr)  # Typer prints it itself where rich is
        return EX_USAGE
    cure = f"Try: ./{path} --help"
    if path == "overseer" and "No such command" in sentence:
        name = sentence.partition("'")[2].partition("'")[0]
        words = argv[argv.index(name) :] if name in argv else []
        if len(words) > 1:
            text = " ".join(words)
            quoted = f'"{text}"' if re.fullmatch(r"[\w .,?-]+", text) else shlex.quote(text)
            cure = f"In plain words: ./overseer ask {quoted}"
    say(sentence if sentence.endswith((".", "?", "!")) else f"{sentence}.", cure)
    return EX_USAGE
