"""The answers about plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.cards import Block, Heading, Output, Row, Table, Tone, plain
from bot.domain.wording import count, duration, folded, listed
from bot.skillkit.contract import HostResult, Report

SHOWN_LINES = 6
_BAD = {"failed", "denied"}
_ASKS = {"waiting", "needs_decision", "drifted", "interrupted"}


def history(p: Any, results: Sequence[HostResult]) -> Report:
    """Former plans as a table, newest first."""
    found: Sequence[Mapping[str, Any]] = results[0].result.data or []
    if not found:
        return Report(says="There is no such plan in the history.")
    rows = tuple(
        (
            f"#{plan['plan']}",
            str(plan["at"]),
            str(plan["requester"]),
            str(plan["title"]),
            _state(plan),
            str(plan.get("outcome") or plan.get("reason") or ""),
        )
        for plan in found
    )
    columns = ("plan", "when", "who", "what", "state", "outcome")
    blocks: list[Block] = [Table(columns=columns, rows=rows, right=(0,))]
    open_ones = [f"#{plan['plan']}" for plan in found if plan["state"] in _ASKS]
    verb = "wants" if len(open_ones) == 1 else "want"
    waits = f"; {listed(open_ones)} {verb} a decision" if open_ones else ""
    return Report(says=f"{count(len(found), 'plan')}{waits}.", blocks=tuple(blocks))


def show(p: Any, results: Sequence[HostResult]) -> Report:
    """One plan: who, what, which commands, what came of it."""
    plan: Mapping[str, Any] | None = results[0].result.data
    if not plan:
        return Report(says=f"There is no plan #{p.plan}; `history` lists them.")
    blocks: list[Block] = [_row("asked", plan.get("request") or plan["title"], str(plan["at"]))]
    if plan.get("reason"):
        blocks.append(_row("because", plan["reason"]))
    if plan.get("decided_by") or plan.get("voters"):
        who = listed(list(plan.get("voters") or [])) or str(plan["decided_by"])
        blocks.append(_row("decided", who, str(plan.get("decided_at") or "")))
    if plan.get("digest"):
        blocks.append(_row("digest", str(plan["digest"])))
    for step in plan.get("steps") or []:
        title = f"{step['number']}  {step['title']}"
        blocks.append(Heading(text=title, aside=folded(step["hosts"])))
        if step.get("commands"):
            blocks += [_command(text) for text in step["commands"]]
    blocks += [_attempt(attempt) for attempt in plan.get("attempts") or []]
    outcome = f": {plan['outcome']}" if plan.get("outcome") else ""
    says = (
        f"#{plan['plan']} {plan['title']}, asked by {plan['requester']}: {_state(plan)}{outcome}."
    )
    return Report(says=says, blocks=tuple(blocks))


def cancel(p: Any, results: Sequence[HostResult]) -> Report:
    """What became of it."""
    data: Mapping[str, Any] = results[0].result.data or {}
    text = data.get("text") or f"#{p.plan} is cancelled; it runs no more."
    return Report(says=str(text))


def _command(text: str) -> Output:
    """A command; of a long script its beginning, the plan's own file has all of it."""
    lines = f"$ {text}".splitlines()
    return Output(
        text="\n".join(lines[:SHOWN_LINES]), hidden_lines=max(0, len(lines) - SHOWN_LINES)
    )


def _attempt(attempt: Mapping[str, Any]) -> Row:
    state = str(attempt["state"])
    took = attempt.get("duration_s")
    good = state in {"succeeded", "skipped", "undone"}
    return Row(
        label=state[:9],
        spans=plain(f"{attempt['host']}  {attempt.get('note') or ''}".rstrip()),
        aside=duration(float(took)) if took is not None else "",
        tone=Tone.GOOD if good else Tone.BAD if state in _BAD else Tone.WARNING,
    )


def _state(plan: Mapping[str, Any]) -> str:
    return str(plan["state"]).replace("_", " ")


def _row(label: str, text: Any, aside: str = "") -> Row:
    return Row(label=label, spans=plain(str(text)), aside=aside)
