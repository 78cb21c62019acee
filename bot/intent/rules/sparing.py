"""What an exception takes away from the whole of a request, wherever it was said.

"nginx on web and cron on db except web-2" spares web-2 of both; "skip web-2 and restart nginx on
web" does so, too. An exception that takes nothing away anywhere is a slip, and asked about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.intents import Question, Wish
from bot.intent.rules import twofold
from bot.intent.rules.finding import Finding
from bot.intent.rules.vocabulary import fold

_DEEDS = {
    "reboot": {"reboot"}, "restart": {"restart", "reboot"}, "stop": {"stop"}, "start": {"start"},
    "reload": {"reload"}, "running": {"stop"},
}  # fmt: skip
"""What a deed that is denied of some hosts takes from the steps that follow."""


@dataclass
class Planned:
    """The wishes of one finding."""

    finding: Finding
    wishes: list[Wish]


def without(
    planned: Sequence[Planned], findings: Sequence[Finding], text: str
) -> Sequence[Planned] | Finding | Question:
    """The wishes without what is excepted; a finding that is not clear; or a question."""
    for finding in findings:
        if finding.kind == "spared":
            unclear = _apart(finding, planned)
        elif finding.kind in {"wish", "place", "again"}:
            unclear = _trailing(finding, planned, text)
        else:
            continue
        if unclear is not None:
            return unclear
    return planned


def _apart(finding: Finding, planned: Sequence[Planned]) -> Finding | Question | None:
    """ "skip web-2", "leave web-2 alone": a clause of its own."""
    selection = finding.selection
    if selection is None or selection.trouble or (selection.back and planned):
        return finding
    deeds = [_DEEDS[i.low] for i in finding.clause.items if i.low in _DEEDS]
    start = finding.clause.start
    meant = [
        p
        for p in planned
        if p.finding.clause.start < start
        or not deeds
        or any(w.action.partition(".")[2] in deeds[0] for w in p.wishes)
    ]
    hit, empty = _take(selection.hosts, meant, finding.services)
    if empty:
        return finding
    if hit or deeds or finding.services or not meant or all(_by_name(p.finding) for p in meant):
        return None
    return twofold.idle(selection.hosts)


def _trailing(finding: Finding, planned: Sequence[Planned], text: str) -> Finding | Question | None:
    """ "… except web-2" behind the hosts of one step."""
    selection = finding.selection
    if selection is None or selection.trouble or not selection.out:
        return None
    others = [p for p in planned if p.finding is not finding]
    missed = selection.missed
    if missed:
        hit, empty = _take(missed, others)
        if empty:
            return finding
        return None if hit or selection.contrast else twofold.idle(missed)
    also = [
        p.finding
        for p in others
        if set(selection.out) & set(p.finding.hosts)
        and not _by_name(p.finding)
        and p.finding.item is not None
        and finding.clause.joined != "hard"
    ]
    if not also:
        return None
    out = sorted(set(selection.out) & {h for f in also for h in f.hosts})
    return twofold.of_an_exception(out, also, text)


def _take(
    out: Sequence[str], planned: Sequence[Planned], services: Sequence[str] = ()
) -> tuple[bool, bool]:
    """Take these hosts out of the wishes: whether any was there, and whether none is left."""
    hit = False
    for one in planned:
        kept: list[Wish] = []
        for wish in one.wishes:
            hosts = wish.params.get("hosts", [])
            left = [h for h in hosts if h not in out]
            if services and wish.params.get("service") not in services:
                left = list(hosts)
            if hosts and not left:
                return hit, True
            hit = hit or left != list(hosts)
            params = {**wish.params, "hosts": left} if hosts else wish.params
            kept.append(wish.model_copy(update={"params": params}))
        one.wishes = kept
    return hit, False


def _by_name(finding: Finding) -> bool:
    """Whether each host was named: then leaving out another one only says so once more."""
    said = fold(finding.item.text) if finding.item else ""
    return all(fold(host) in said for host in finding.hosts) if said else bool(finding.hosts)
