"""The answer about waiting updates: security first, equal hosts together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.cards import Block, Row, Table, Tone, plain
from bot.domain.wording import count, duration, folded, listed
from bot.skillkit.contract import HostResult, Report
from skills.package.facts import Updates, parse_updates

MOST = 20
"""Rows of one host's table; the rest is counted."""

STALE_S = 7 * 86400


def check_updates(p: Any, results: Sequence[HostResult]) -> Report:
    """What waits where."""
    blocks: list[Block] = []
    read: list[tuple[str, Updates]] = []
    for each in results:
        try:
            if each.result.error or each.result.exit_status is None:
                raise ValueError(each.result.error or "no answer in time")
            state = parse_updates(each.result)
            if state.error:
                raise ValueError(state.error)
            read.append((each.host, state))
        except ValueError as error:
            blocks.append(_row("no answer", each.host, str(error), Tone.BAD))
    read.sort(key=lambda pair: (-len(pair[1].security), -len(pair[1].updates), pair[0]))
    for host, state in read:
        blocks += _remarks(host, state)
    waiting = [(host, state) for host, state in read if state.updates]
    if len(read) == 1 and waiting:
        blocks.append(_packages(waiting[0][1]))
        if (more := len(waiting[0][1].updates) - MOST) > 0:
            blocks.append(Row(label="", spans=plain(f"and {count(more, 'more', 'more')}")))
    elif waiting:
        blocks.append(_hosts(waiting))
    current = [
        host for host, state in read if state.family and not state.updates and state.lists != 0
    ]
    if current and len(read) > 1:
        blocks.append(_row("current", folded(current), "", Tone.GOOD))
    return Report(says=_sentence(read, waiting), blocks=tuple(blocks))


def _sentence(read: Sequence[tuple[str, Updates]], waiting: Sequence[tuple[str, Updates]]) -> str:
    if not read:
        return "No host answered."
    if not waiting and all(state.lists == 0 for _, state in read):
        return f"I can't tell: {listed([host for host, _ in read])} has no package lists yet."
    if not waiting:
        where = listed([host for host, _ in read]) if len(read) < 4 else f"all {len(read)} hosts"
        return f"Nothing waits on {where}."
    total = sum(len(state.updates) for _, state in waiting)
    security = sum(len(state.security) for _, state in waiting)
    where = waiting[0][0] if len(waiting) == 1 else count(len(waiting), "host")
    verb = "waits" if total == 1 else "wait"
    urgent = f", {security} of them for security" if security else ""
    return f"{count(total, 'update')} {verb} on {where}{urgent}."


def _remarks(host: str, state: Updates) -> list[Block]:
    rows: list[Block] = []
    if not state.family:
        rows.append(_row("unknown", host, "neither apt nor dnf there", Tone.WARNING))
    if state.lists == 0:
        rows.append(_row("no lists", host, "apt-get update was never run there", Tone.WARNING))
    elif state.age_s is not None and state.age_s >= STALE_S:
        rows.append(_row("old lists", host, f"{duration(state.age_s)} old", Tone.WARNING))
    if state.held:
        rows.append(_row("kept back", host, folded(state.held), Tone.NEUTRAL))
    return rows


def _packages(state: Updates) -> Table:
    ordered = sorted(state.updates, key=lambda u: (not u.security, u.name))[:MOST]
    rows = tuple((u.name, u.old, u.new, "security" if u.security else "") for u in ordered)
    return Table(columns=("package", "installed", "waiting", ""), rows=rows)


def _hosts(waiting: Sequence[tuple[str, Updates]]) -> Table:
    rows = tuple(
        (
            host,
            str(len(state.updates)),
            str(len(state.security)) if state.family == "apt" else "?",
            ", ".join(u.name for u in (state.security or state.updates)[:3]),
        )
        for host, state in waiting
    )
    return Table(columns=("host", "updates", "security", "such as"), rows=rows, right=(1, 2))


def _row(label: str, host: str, text: str, tone: Tone) -> Row:
    return Row(label=label, spans=plain(host), aside=text, tone=tone)
