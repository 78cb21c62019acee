"""One request, several steps: where a sentence divides.

A full stop, a semicolon, "then" and their like always divide. "and", "," and "but" divide
only before something that begins a new step: a verb, a question word, a negation, or a
service after a host phrase ("nginx on web-1 and redis on db-1"). Which step is meant to be
done first is for `ordering` to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.intent.rules.sequence import FIRST, connectors, trails
from bot.intent.rules.sequence import marks as marked
from bot.intent.rules.tagging import Item
from bot.intent.rules.verbs import VERBS, doing

_NOUNS_TOO = frozenset(
    "status logs log disk disks memory cpu load updates uptime processes top check test".split()
)
_DENIED = frozenset("reboot restart reload upgrade rebooting restarting upgrades".split())
_TELLERS = frozenset(
    "nobody i we she he they you users someone somebody customers everything nothing people "
    "qit".split()
)
_MATTERS = {
    **dict.fromkeys(("disk", "disks", "storage", "space"), "disk"),
    **dict.fromkeys(("memory", "ram", "cpu", "load", "uptime"), "status"),
    **dict.fromkeys(("processes",), "processes"), **dict.fromkeys(("updates",), "updates"),
}  # fmt: skip
"""What is read of a host: "disk and memory of web-1" are two reads."""
_SUBJECTS = frozenset(
    ("i", "we", "he", "she", "they", "qit", "it", "users", "somebody", "someone", "you")
)
_BE = frozenset(
    (
        "is",
        "are",
        "was",
        "were",
        "has",
        "have",
        "had",
        "keeps",
        "seems",
        "looks",
        "needs",
        "will",
        "am",
        "went",
        "got",
    )
)
_DENIES = frozenset(("do", "not", "never", "please", "ever", ",", "you", "must", "should"))
_TAKING_BACK = frozenset("wait sorry actually rather".split())
"""Behind "no": what was said before is taken back."""
_HARD = frozenset((";", ".", "!", "?", "\n", "•"))
_SOFT = frozenset(
    (
        ",",
        "and",
        "but",
        "&",
        "+",
        "plus",
        "(",
        ")",
        "-",
        "–",
        "—",
        ":",
        "while",
        "though",
        "although",
    )
)


@dataclass(frozen=True)
class Clause:
    """One step's items. `joined` is what stood before it: hard, then, soft or first.

    `marks` says more of its place: "early" (read after the next one, done before it),
    "foremost" (said to come before what stands before it), "disordered" (nobody can tell).
    """

    items: tuple[Item, ...]
    joined: str = "first"
    asked: bool = False
    lead: str = ""
    contrast: bool = False
    marks: tuple[str, ...] = field(default=())

    @property
    def start(self) -> int:
        """Where it begins in the text."""
        return self.items[0].start if self.items else 0

    @property
    def end(self) -> int:
        """Where it ends in the text."""
        return self.items[-1].end if self.items else 0

    def words(self) -> tuple[str, ...]:
        """What the templates may see, punctuation aside."""
        return tuple(i.low for i in self.items if i.kind not in {"punct", "flag", "its"})


def split(items: Sequence[Item]) -> tuple[list[Clause], bool]:
    """The clauses as they are said, and whether an order was given."""
    found: list[Clause] = []
    current: list[Item] = []
    joined, contrast, ordered = "first", False, False
    marks: tuple[str, ...] = ()
    i = 0

    def close(asked: bool = False, trailing: bool = False) -> None:
        nonlocal current
        if any(x.kind != "punct" for x in current):
            clause = Clause(tuple(current), joined, asked, "", contrast, marks)
            found.append(_placed(clause, trailing=trailing) if found else clause)
        current = []

    while i < len(items):
        item = items[i]
        step, kind = _divider(items, i, current)
        if step:
            span = items[i : i + step]
            close(asked=item.low == "?", trailing=trails(span))
            marks = marked(span)
            ordered = ordered or (kind == "then")
            contrast = item.low == "but" or kind == "hard"
            joined = kind
            i += step
            continue
        current.append(item)
        i += 1
    close()
    ordered = ordered or any("foremost" in c.marks for c in found)
    return _contraries(_exceptions(found)), ordered


def _placed(clause: Clause, *, trailing: bool) -> Clause:
    """ "…, but stop nginx there first": such a word at the end tells the place, and goes."""
    last = next(k for k in range(len(clause.items) - 1, -1, -1) if clause.items[k].kind != "punct")
    if (
        not trailing
        and last
        and clause.items[last].low in FIRST
        and clause.items[last].kind == "word"
    ):
        clause, trailing = replace(clause, items=clause.items[:last]), True
    if not trailing or "foremost" in clause.marks:
        return clause
    return replace(clause, marks=("disordered",) if clause.joined == "then" else ("foremost",))


def _divider(items: Sequence[Item], i: int, current: Sequence[Item]) -> tuple[int, str]:
    """How many items divide here (0: none) and how."""
    item = items[i]
    if item.kind == "punct" and item.low in _HARD:
        j = i + 1
        while j < len(items) and items[j].kind == "punct" and items[j].low in _HARD | {","}:
            j += 1
        return j - i + connectors(items, j)[0], "then" if connectors(items, j)[0] else "hard"
    if item.kind not in {"word", "punct"}:
        return 0, ""
    if item.low == "no" and current and i + 1 < len(items) and items[i + 1].low in _TAKING_BACK:
        return 1, "hard"
    if item.low in _SOFT or item.low == ",":
        if {x.low for x in current} <= _DENIES and current:
            return 0, ""
        j = i + 1
        while (
            j < len(items)
            and items[j].low in _SOFT | {"also", "so"}
            and items[j].kind in {"word", "punct"}
        ):
            j += 1
        steps, _ = connectors(items, j)
        if steps:
            return j + steps - i, "then"
        if _begins(items, j, current):
            return j - i, "soft"
        if item.low == ":" or item.low in {"(", ")", "-", "–", "—"}:
            return (1, "soft") if current and all(x.kind == "hosts" for x in current) else (0, "")
        return 0, ""
    steps, _ = connectors(items, i)
    return (steps, "then") if steps else (0, "")


def _begins(items: Sequence[Item], j: int, current: Sequence[Item]) -> bool:
    """Whether a new step begins at `j`."""
    if j >= len(items):
        return False
    low = items[j].low
    after = items[j + 1].low if j + 1 < len(items) else ""
    if low in _SUBJECTS | {"qservice", "qhosts", "qother"} and after in _BE:
        return True
    if low in _TELLERS and after:
        return low != "qit" or after in _BE | VERBS
    if items[j].kind == "word" and low in VERBS and low not in _NOUNS_TOO:
        return low not in {"do", "make"} or bool(after)
    if low in {"check", "test"}:
        return True
    if low in {"after", "before"}:
        return False
    more = _one_more(items, j, current)
    if more is not None:
        return more
    if items[j].kind == "service":
        return any(x.kind == "hosts" for x in current) and any(
            x.kind in {"word", "service"} for x in current
        )
    if items[j].kind == "hosts":
        # "on web-1, stop nginx": nothing but a place so far.
        return False
    return items[j].kind == "word" and bool(current) and all(x.kind == "hosts" for x in current)


def _one_more(items: Sequence[Item], j: int, current: Sequence[Item]) -> bool | None:
    """Whether one more read, denial or repetition begins at `j`; None where neither is said."""
    item = items[j]
    after = items[j + 1].low if j + 1 < len(items) else ""
    placed = any(x.kind == "hosts" for x in current)
    if item.low in _NOUNS_TOO and placed:
        rest = [x for x in items[j:] if x.kind != "punct" and x.low not in _SOFT]
        return any(x.kind == "hosts" for x in rest) or all(x.low in _NOUNS_TOO for x in rest)
    if item.low in _MATTERS and current and current[-1].low in _MATTERS:
        return _MATTERS[item.low] != _MATTERS[current[-1].low]
    if item.kind == "its" and after in _NOUNS_TOO | {"last", "latest", "qlines"}:
        return any(x.kind == "word" and x.low in VERBS | _NOUNS_TOO for x in current)
    if item.low == "no" and after in _DENIED:
        return placed
    if item.low == "same" and item.kind == "word":
        return any(x.kind == "hosts" and x.adjunct for x in items[j + 1 : j + 3])
    return None


EXCEPTING = frozenset(("except", "excepting", "excluding"))


_TOUCHING = frozenset(("touching", "affecting", "disturbing"))


def _excepts(items: Sequence[Item], k: int) -> bool:
    """Whether "except" or "without touching" stands at `k`."""
    after = items[k + 1].low if k + 1 < len(items) else ""
    item = items[k]
    touching = item.low == "without" and after in _TOUCHING
    return item.kind == "word" and (item.low in EXCEPTING or touching)


def _exceptions(clauses: Sequence[Clause]) -> list[Clause]:
    """ "restart nginx except on web-1": nobody said where, and yet where not."""
    found: list[Clause] = []
    for clause in clauses:
        items = clause.items
        cut = next((k for k, _ in enumerate(items) if _excepts(items, k)), 0)
        rest = [x for x in items[cut + 1 :] if x.kind != "punct" and x.low not in _TOUCHING]
        placed = any(x.kind == "hosts" for x in items[:cut])
        if not cut or placed or [x.kind for x in rest] != ["hosts"]:
            found.append(clause)
            continue
        found.append(replace(clause, items=items[:cut], asked=False))
        found.append(Clause(items[cut:], "soft", clause.asked))
    return found


_CONTRARY = frozenset(("instead", "rather", "without"))


def _main(items: Sequence[Item]) -> int:
    """Where what is wanted begins in "instead of stopping redis on nas restart it"; 0: nowhere."""
    return next(
        (
            k
            for k in range(3, len(items))
            if items[k].kind == "word"
            and items[k].low in VERBS
            and items[k - 1].kind in {"hosts", "it"}
        ),
        0,
    )


def _contraries(clauses: Sequence[Clause]) -> list[Clause]:
    """ "… instead of rebooting it", "… without stopping redis": what is not to be done."""
    found: list[Clause] = []
    for clause in clauses:
        items = clause.items
        cut = next((
            k for k, x in enumerate(items) if x.kind == "word" and x.low in _CONTRARY
            and any(doing(after.low) for after in items[k + 1 : k + 3])
        ), None)  # fmt: skip
        if cut is None:
            found.append(clause)
            continue
        if cut:
            found.append(replace(clause, items=items[:cut]))
        lead = "contrary" if items[cut].low != "without" else "without"
        joined = "soft" if cut else clause.joined
        main = 0 if cut else _main(items)
        found.append(Clause(items[cut : main or None], joined, clause.asked, lead))
        if main:
            found.append(Clause(items[main:], "soft", clause.asked, "", clause.contrast))
    return found
