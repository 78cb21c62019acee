"""A mistake in the command line, with the way out."""

from __future__ import annotations

import shlex
from typing import Any

from bot.cli import EX_USAGE, say


def explain(error: Any, argv: list[str]) -> int:
    """Say what was wrong with the command line, or show the help that was meant."""
    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()
        return EX_USAGE
    context = error.ctx
    path = context.command_path if context else "overseer"
    sentence = error.format_message().strip()
    cure = f"Try: ./{path} --help"
    if path == "overseer" and "No such command" in sentence:
        words = [word for word in argv if not word.startswith("-")]
        if len(words) > 1:
            text = " ".join(words)
            quoted = f'"{text}"' if text.isascii() and text.replace(" ", "").isalnum() else ""
            cure = f"In plain words: ./overseer ask {quoted or shlex.quote(text)}"
    say(sentence if sentence.endswith((".", "?", "!")) else f"{sentence}.", cure)
    return EX_USAGE
