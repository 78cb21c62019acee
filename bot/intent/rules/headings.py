"""What is only spoken of: "stop caddy on web-1; redis on db-2: status" stops no redis.

A bare "redis on db-2" is either the next member of a list, which takes the verb of the step
before it, or the heading of what follows it. It is a heading where a colon, a dash, a
parenthesis or a comma stands behind it and then something that names no other target. Behind
a full stop or a semicolon it is no list any more, so no change is carried over to it. Where
it may be both ("stop caddy on web-1 and redis on db-2: status"), it is asked about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.intent.patterns import compiled
from bot.intent.rules.clauses import Clause
from bot.intent.rules.combining import Request, changes
from bot.intent.rules.finding import Finding, asks
from bot.intent.rules.tagging import Item

_SIGN = compiled(r"[:;,.!?\n(=>→–—]|-(?!\w)")
_COMMA: frozenset[str] = frozenset((",", ""))
_DASHES = frozenset("(-–—")
_ON = compiled(r"\b(?:and|then|but|plus|after\w*|next|finally|while|except|though|followed)\b|&")
_BESIDE = compiled(r"\b(?:and|plus|or|also|too|as well|likewise)\b|&")
_LIKEWISE = compiled(r"\b(?:also|too|as well|likewise|same)\b")
_LISTED = compiled(r",|&|\+|\band\b")


def apart(clauses: Sequence[Clause], text: str) -> list[Clause]:
    """The clauses, each heading marked "heading", and "listed" where it may be a list's end."""
    low = text.casefold()
    found = list(clauses)
    said = sorted(range(len(found)), key=lambda k: found[k].start)
    for n in range(len(said) - 2, -1, -1):
        clause, after = found[said[n]], found[said[n + 1]]
        before = found[said[n - 1]] if n else None
        if before is None or not _bare(clause):
            continue
        listed = bool(_BESIDE.search(_between(before, clause, low) + _between(clause, after, low)))
        if _heads(clause, after, low, listed=listed):
            more = ("heading", "listed") if listed else ("heading",)
            found[said[n]] = replace(clause, joined="hard", marks=(*clause.marks, *more))
        elif _bare(after) and "heading" in after.marks and _runs_on(clause, after, low):
            marks = (*clause.marks, "heading", "listed")
            found[said[n]] = replace(clause, joined="hard", marks=marks)
    return found


def carries(finding: Finding, before: Finding | None, request: Request) -> bool:
    """Whether the verb of the step before may hold for a clause that has none."""
    if before is None or "heading" in finding.clause.marks:
        return False
    if finding.clause.joined != "hard" or not changes(before, request.vocabulary):
        return True
    return _likewise(finding, before, request.text.casefold())


def _likewise(finding: Finding, before: Finding, low: str) -> bool:
    """ "stop caddy on web-1. redis on db-2 too": said to be one more of the same."""
    start, end = sorted((before.clause.end, finding.clause.end))
    ends = _SIGN.search(low, end)
    return bool(_LIKEWISE.search(low[start : ends.start() if ends else None]))


def doubtful(findings: Sequence[Finding], request: Request) -> list[Finding]:
    """The findings, with each marked unknown whose last target may be a heading."""
    low = request.text.casefold()
    found = list(findings)
    for at, finding in enumerate(findings):
        before = findings[at - 1] if at else None
        after = findings[at + 1] if at + 1 < len(findings) else None
        changing = finding.kind == "wish" and changes(finding, request.vocabulary)
        if (
            "listed" in finding.clause.marks
            or (before is not None and _cancelled_too(finding, before, low))
            or (after is not None and changing and _ends_in_heading(finding, after, low))
        ):
            found[at] = replace(finding, kind="unknown")
    return found


def _cancelled_too(finding: Finding, before: Finding, low: str) -> bool:
    """ "cancel plan 12; plan 13 too" is no wish to see plan 13."""
    bare = all(i.kind in {"plan", "punct"} for i in finding.clause.items)
    cancelled = before.kind == "wish" and before.action == "plan.cancel"
    return (
        bare and cancelled and finding.action != before.action and _likewise(finding, before, low)
    )


def _ends_in_heading(finding: Finding, after: Finding, low: str) -> bool:
    """ "reboot web-1, web-2: status": whether the second is rebooted or only looked at."""
    between = _between(finding.clause, after.clause, low)
    joints = _joints(finding.clause.items, low)
    if not joints or after.kind != "wish" or _targets(after.clause.items) or _ON.search(between):
        return False
    match = _SIGN.search(between)
    sign = match[0] if match else ""
    asked = after.clause.asked or asks(after.clause.words())
    return sign in _DASHES | {":"} or (sign == "," and asked and "and" not in joints)


def _bare(clause: Clause) -> bool:
    """Whether it is nothing but services and hosts."""
    kinds = {i.kind for i in clause.items if i.kind != "punct"}
    return bool(kinds) and kinds <= {"service", "hosts"} and not clause.asked


def _between(clause: Clause, after: Clause, low: str) -> str:
    """What stands between two clauses, the signs that they keep themselves included."""
    ends = [i.end for i in clause.items if i.kind != "punct"]
    starts = [i.start for i in after.items if i.kind != "punct"]
    return low[max(ends, default=clause.end) : min(starts, default=after.start)]


def _heads(clause: Clause, after: Clause, low: str, *, listed: bool) -> bool:
    between = _between(clause, after, low)
    match = _SIGN.search(between)
    sign = match[0] if match else ""
    if sign in {":", "=", ">", "→"}:
        return True
    if _ON.search(between) or after.joined == "then" or sign not in _DASHES | _COMMA:
        return False
    own = _targets(after.items) - _targets(clause.items)
    if sign == ",":
        own |= {i.low for i in after.items if i.kind in {"plan", "other"}}
    pronoun = any(i.kind == "it" for i in after.items)
    if own and not pronoun:
        return False
    if sign == "," and listed:  # "… and redis on db-2, show their logs"
        return after.asked or asks(after.words())
    return True


def _runs_on(clause: Clause, after: Clause, low: str) -> bool:
    """Whether the next clause is one more member of the same list."""
    match = _SIGN.search(_between(clause, after, low))
    return (match[0] if match else "") in _COMMA and "then" not in _between(clause, after, low)


def _targets(items: Sequence[Item]) -> set[str]:
    named = {n for i in items if i.kind == "service" for n in (i.names or (i.low,))}
    for item in items:
        if item.kind == "hosts" and item.selection and not item.selection.back:
            named |= set(item.selection.hosts) or {item.low}
    return named


def _joints(items: Sequence[Item], low: str) -> str:
    """What joins the targets of a step where they are several, or nothing."""
    said = [i for i in items if i.kind in {"service", "hosts", "plan"}]
    return " ".join(_LISTED.findall(low[said[0].start : said[-1].end])) if said else ""
