"""What a command's result says: whether a condition holds, a check passes, and why not. Pure."""

from __future__ import annotations

from bot.domain.commands import CommandResult, Condition
from bot.domain.plans import Check


def holds(condition: Condition, result: CommandResult) -> bool:
    """Whether an `unless` says that it is so already."""
    return result.ok and (condition.stdout is None or result.stdout.strip() == condition.stdout)


def passes(check: Check, result: CommandResult) -> bool:
    """Whether a check's read says what it must."""
    said = result.stdout.strip()
    return result.ok and (check.stdout is None or said in {check.stdout, *check.or_stdout})


def why(result: CommandResult) -> str:
    """One line on why a command failed: `exit 1`, `ended by KILL`, `no end after 300 s`."""
    if result.error:
        return result.error
    if result.timed_out:
        return f"no end after {result.duration_s:.0f} s"
    if result.signal:
        return f"ended by {result.signal}"
    return f"exit {result.exit_status}"
