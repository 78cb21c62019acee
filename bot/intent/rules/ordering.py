"""Which step is done first, whatever was said first.

"before you X, Y" and "Y after X" are turned round before the clauses are read; "X, but first
Y" afterwards, because Y may speak of what X named ("there", "it"). Where more than two steps
would have to move, or nobody can tell which way, the order is asked about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.intent.rules.clauses import Clause
from bot.intent.rules.finding import Finding
from bot.intent.rules.tagging import Item
from bot.intent.rules.verbs import DONE, VERBS

_STEPS = frozenset(("wish", "again", "unknown", "place"))


def turned(clauses: list[Clause]) -> tuple[list[Clause], bool]:
    """Put "before X, Y" and "Y after X" into the order of doing."""
    found: list[Clause] = []
    turned = False
    i = 0
    while i < len(clauses):
        clause = clauses[i]
        first = clause.items[0].low if clause.items else ""
        if (
            first in {"before", "after", "prior", "once"}
            and _step_after(clause.items, 1)
            and i + 1 < len(clauses)
        ):
            body = replace(clause, items=_body(clause.items), lead=first)
            main = clauses[i + 1]
            found += (
                [body, main]
                if first in {"after", "once"}
                else [replace(main, marks=(*main.marks, "early")), body]
            )
            turned = True
            i += 2
            continue
        middle = _middle(clause) if first in {"before", "after"} else 0
        if middle:
            body = replace(clause, items=_body(clause.items[:middle]), lead=first)
            main = replace(clause, items=clause.items[middle:], joined="soft")
            found += (
                [body, main]
                if first == "after"
                else [replace(main, marks=(*main.marks, "early")), body]
            )
            turned = True
            i += 1
            continue
        inner = next(
            (
                k
                for k, x in enumerate(clause.items)
                if k
                and x.low in {"before", "after", "prior"}
                and x.kind == "word"
                and _step_after(clause.items, k + 1)
            ),
            0,
        )
        if inner and _gone_by(clause.items[:inner], clause.items[inner:]):
            place = tuple(x for x in clause.items[inner:] if x.kind == "hosts")
            found.append(replace(clause, items=(*clause.items[:inner], *place)))
        elif inner:
            main = replace(clause, items=clause.items[:inner])
            body = replace(clause, items=_body(clause.items[inner:]), lead=clause.items[inner].low)
            found += (
                [main, body]
                if clause.items[inner].low in {"before", "prior"}
                else [replace(body, marks=(*body.marks, "early")), main]
            )
            turned = True
        else:
            found.append(clause)
        i += 1
    return found, turned


_OPPOSITE = {"start": "stop", "stop": "start"}


def _gone_by(main: Sequence[Item], after: Sequence[Item]) -> bool:
    """Whether "start it (again) after you stopped it" only tells what has been done.

    It does when what was done to the same service is what the step takes back, or does once more.
    """
    told = next((DONE[x.low] for x in after if x.kind == "word" and x.low in DONE), "")
    verb = next((x.low for x in main if x.kind == "word" and x.low in VERBS), "")
    body = _body(after)
    if not told or not body or body[0].low != told or verb not in {told, _OPPOSITE.get(told)}:
        return False
    names = {n for x in main if x.kind == "service" for n in x.names}
    rest = [x for x in body[1:] if x.kind not in {"punct", "hosts"}]
    return bool(rest) and all(
        x.kind == "it" or (x.kind == "service" and set(x.names) == names) for x in rest
    )


def _middle(clause: Clause) -> int:
    """Where the main step begins in "before rebooting web-3 stop nginx there"; 0: nowhere."""
    if not _step_after(clause.items, 1):
        return 0
    head = len(clause.items) - len(_body(clause.items))
    return next(
        (k for k in range(head + 1, len(clause.items))
         if clause.items[k].kind == "word" and clause.items[k].low in VERBS
         and clause.items[k - 1].kind == "hosts"),
        0,
    )  # fmt: skip


def _step_after(items: Sequence[Item], k: int) -> bool:
    body = _body(items[k - 1 :])
    return bool(body) and body[0].kind == "word" and body[0].low in VERBS


def _body(items: Sequence[Item]) -> tuple[Item, ...]:
    """What follows "before you", and "stop …" for what follows "after you have"."""
    k = 1
    while k < len(items) and items[k].low in {"you", "to", "and", ",", "doing"}:
        k += 1
    done = k if items[0].low == "after" else len(items)
    while done < len(items) and items[done].low in {"have", "having", "had", "just", "first"}:
        done += 1
    if done < len(items) and items[done].kind == "word" and items[done].low in DONE:
        by_you = done > k or items[k - 1].low == "you"
        if by_you:
            return (replace(items[done], low=DONE[items[done].low]), *items[done + 1 :])
    return tuple(items[k:])


def foremost(findings: Sequence[Finding]) -> list[Finding]:
    """Put "…, but first Y" before what it was said after; ask where that is not clear."""
    found = list(findings)
    for at, finding in enumerate(findings):
        if not {"foremost", "disordered"} & set(finding.clause.marks):
            continue
        before = [k for k, f in enumerate(findings[:at]) if f.kind in _STEPS]
        if not before:
            continue
        two = len(before) == 1 and at == len(findings) - 1
        clear = two and "foremost" in finding.clause.marks
        if not clear or finding.kind != "wish" or findings[before[0]].kind != "wish":
            found[at] = replace(finding, kind="unknown")
            return found
        found.insert(before[0], found.pop(at))
    return found
