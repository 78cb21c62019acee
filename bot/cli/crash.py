"""A fault of Overseer's own: everything into the log, one sentence for the person."""

from __future__ import annotations

import json
import os
import traceback
from datetime import UTC, datetime
from pathlib import Path

LOG = "overseer.log"


def noted(error: BaseException) -> tuple[str, str]:
    """Write the traceback into the home's log; the sentence and the way out."""
    kind = type(error).__name__
    said = f"This is a fault of Overseer's own ({kind}), not of yours; nothing more was done."
    try:
        from bot.cli.commands import home

        path = home().path / LOG
        _append(path, error)
    except Exception as why:  # noqa: BLE001 - the log is the last resort; say what is known
        frame = traceback.extract_tb(error.__traceback__)[-1:]
        where = f" in {Path(frame[0].filename).name}:{frame[0].lineno}" if frame else ""
        return f"{said} It was: {error}{where}.", f"No log could be written ({why})."
    return said, f"The details are in {path}; please report them."


def _append(path: Path, error: BaseException) -> None:
    line = {
        "event": "a command broke",
        "level": "critical",
        "timestamp": datetime.now(UTC).isoformat(),
        "exception": "".join(traceback.format_exception(error)),
    }
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
