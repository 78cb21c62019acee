"""What commands printed, as it was kept: one text, which says what was not."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.commands import CommandResult
from bot.domain.wording import count


def captured(results: Sequence[CommandResult]) -> str:
    """Everything that was captured, in the order of the commands; empty: they printed nothing."""
    parts: list[str] = []
    for result in results:
        parts += [text for text in (result.stdout, result.stderr) if text]
        if said := not_kept(result):
            parts.append(f"[{said}]\n")
    return "".join(part if part.endswith("\n") else part + "\n" for part in parts)


def not_kept(result: CommandResult) -> str:
    """`101,749 bytes were not kept`; empty where all was."""
    dropped = result.dropped_bytes
    if not dropped:
        return ""
    return f"{count(dropped, 'byte')} {'was' if dropped == 1 else 'were'} not kept"
