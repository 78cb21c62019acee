"""The answers about services: the failed ones first, equal ones together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.cards import Block, Heading, Output, Row, Tone, plain
from bot.domain.wording import count, duration, folded, listed
from bot.skillkit.contract import HostResult, Report
from skills.service.facts import PROGRAMS, UnitState, parse_unit

_ORDER = ("failed", "missing", "inactive", "activating", "deactivating", "reloading", "active")
_TONES = {"failed": Tone.BAD, "missing": Tone.WARNING, "active": Tone.GOOD, "process": Tone.GOOD}


def status(p: Any, results: Sequence[HostResult]) -> Report:
    """How a service stands on each host."""
    service = p.service.removesuffix(".service")
    groups: dict[tuple[str, str], list[str]] = {}
    silent: list[Block] = []
    sentences: list[str] = []
    said: list[Block] = []
    for each in results:
        try:
            if each.result.error or each.result.exit_status is None:
                raise ValueError(each.result.error or "no answer in time")
            state = parse_unit(service, each.result)
        except ValueError as error:
            silent.append(_row("no answer", [each.host], str(error), Tone.BAD))
            continue
        meant = state.called(p.called)
        for one in (meant,) if meant else (state, *state.twins):
            groups.setdefault((_word(one), _text(one)), []).append(each.host)
            sentences.append(_sentence(one, each.host))
            if one.said:
                said.append(Output(text="\n".join(one.said), title=f"journal of {each.host}"))
    ordered = sorted(groups.items(), key=lambda item: (_rank(item[0][0]), item[1]))
    rows = [_row(w, hosts, text, _TONES.get(w, Tone.NEUTRAL)) for (w, text), hosts in ordered]
    if len(results) == 1 and sentences:
        says = " ".join(sentences)
        if not _has_more(groups):
            rows = []  # the sentence says it all
    else:
        totals: dict[str, int] = {"no answer": len(silent)} if silent else {}
        for (word, _), hosts in ordered:
            totals[word] = totals.get(word, 0) + len(hosts)
        counted = [f"{_spoken(word)} on {number}" for word, number in totals.items()]
        says = f"{service}: {listed(counted)} of {count(len(results), 'host')}."
    return Report(says=says, blocks=(*silent, *rows, *said[:4]))


def _word(state: UnitState) -> str:
    if not state.systemd:
        return "process" if state.processes else "missing"
    return state.active if state.exists else "missing"


def _spoken(word: str) -> str:
    return {"process": "a process runs", "missing": "not there"}.get(word, word)


def _rank(word: str) -> int:
    return _ORDER.index(word) if word in _ORDER else len(_ORDER) - 1


def _text(state: UnitState) -> str:
    """The details, the same for hosts that stand the same."""
    if not state.systemd:
        if not state.processes:
            return "no systemd here, and no process of that name"
        name, where = _first(state)
        return f"no systemd here; a process {name} runs ({where})"
    if not state.exists:
        near = f"; there is {listed(state.near)}" if state.near else ""
        return f"no such unit{near}"
    parts = [state.sub] if state.sub not in {"", state.active} else []
    if state.name != state.service:
        parts.insert(0, f"called {state.name} here")
    if state.masked:
        parts.append("masked")
    if state.active == "failed" and state.result:
        parts.append(state.result)
    if state.for_s is not None:
        parts.append(_lasting(state.for_s))
    if state.enabled and not state.masked:
        parts.append("starts at boot" if state.enabled == "enabled" else state.enabled)
    if state.restarts:
        parts.append(f"restarted itself {count(state.restarts, 'time')}")
    if state.main_pid:
        parts.append(f"pid {state.main_pid}")
    return ", ".join(parts)


def _has_more(groups: Mapping[tuple[str, str], Sequence[str]]) -> bool:
    """Whether systemd told details that a row is for."""
    return not any(word in {"missing", "process"} for word, _ in groups)


def _sentence(state: UnitState, host: str) -> str:
    if not state.systemd:
        if not state.processes:
            called = PROGRAMS.get(state.service, ())
            named = f" ({listed(called, 'or')})" if called not in ((), (state.service,)) else ""
            return (
                f"No process of {state.service}{named} runs on {host}; no systemd is there to ask."
            )
        name, where = _first(state)
        return f"{name} runs on {host} ({where}); there is no systemd to ask for more."
    if not state.exists:
        near = f"; did you mean {listed(state.near, 'or')}?" if state.near else "."
        return f"There is no {state.service} on {host}{near}"
    up = {"active": "is up", "failed": "has failed", "inactive": "is stopped"}
    since = f", {_lasting(state.for_s)}" if state.for_s is not None else ""
    return f"{state.name} {up.get(state.active, f'is {state.active}')} on {host}{since}."


def _first(state: UnitState) -> tuple[str, str]:
    """The first process of a service: its name, and `pid 812 and 3 more`."""
    pid, name = state.processes[0]
    others = len(state.processes) - 1
    return name, f"pid {pid} and {others} more" if others else f"pid {pid}"


def _lasting(seconds: float) -> str:
    return f"for {duration(seconds)}" if seconds >= 1 else "just now"


def _row(word: str, hosts: Sequence[str], text: str, tone: Tone) -> Row:
    label = word.upper() if tone in {Tone.BAD, Tone.WARNING} else word
    return Row(label=label, spans=plain(folded(hosts)), aside=text, tone=tone)


def _oldest_first(lines: Sequence[str]) -> list[str]:
    """The entries of `journalctl -r`, turned; an entry's further lines are indented, or empty."""
    entries: list[list[str]] = []
    for line in lines:
        if entries and (not line or line[0].isspace()):
            entries[-1].append(line)
        else:
            entries.append([line])
    return [line for entry in reversed(entries) for line in entry]


def logs(p: Any, results: Sequence[HostResult]) -> Report:
    """The lines of each host, as they were written."""
    blocks: list[Block] = []
    total = 0
    for each in results:
        result = each.result
        if len(results) > 1:
            blocks.append(Heading(text=each.host))
        lines = result.stdout.splitlines()
        if p.bounded:
            lines = _oldest_first(lines)
        total += len(lines)
        if lines:
            blocks.append(Output(text="\n".join(lines), title=f"{p.service} on {each.host}"))
        else:
            why = result.error or result.stderr.strip() or "nothing was written in that time"
            blocks.append(Row(label=each.host, spans=plain(why), tone=Tone.DIM))
    where = results[0].host if len(results) == 1 else count(len(results), "host")
    return Report(says=f"{count(total, 'line')} of {p.service} on {where}.", blocks=tuple(blocks))
