"""One request, several steps: where a sentence divides and in which order it is meant.

A full stop, a semicolon, "then" and their like always divide. "and", "," and "but" divide
only before something that begins a new step: a verb, a question word, a negation, or a
service after a host phrase ("nginx on web-1 and redis on db-1"). "before you X, Y" and
"Y after X" turn the order round.
"""

# ruff: noqa: E501 - word lists and sentences read worse when they are cut

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.intent.rules.tagging import Item

VERBS = frozenset((
    "restart restarting reboot rebooting reload reloading start starting stop stopping bounce "
    "bouncing cycle kick kill "
    "halt shut shutdown launch relaunch bring take turn switch fire spin power check checking "
    "show list print "
    "display get fetch pull give tell see view find upgrade upgrading update updating patch "
    "patching install "
    "apply run running execute exec cancel cancelling abort look tail grep verify confirm make "
    "do perform leave keep skip "
    "is are was were what whats who why how when which where has have did does any can could "
    "would will should "
    "destroy delete remove wipe deploy create snapshot roll rollback merge push pull tag bump "
    "release ship cut "
    "silence acknowledge ack submit queue set remember search clean plot graph approve "
    "schedule enable disable "
    "ping inspect report recycle refresh resume pause open close please drop help let don't do "
    "wait ensure test "
    "count sort dump read send post write tear put use exclude ignore omit spare end terminate "
    "order book "
    "reset reinstall call scrap rerun repeat undo revert try go mute sync add change edit move "
    "copy scale drain "
    "unblock trigger summarise summarize explain describe watch monitor follow grab compare "
    "diff name never not"
).split())  # fmt: skip
_NOUNS_TOO = frozenset(
    "status logs log disk disks memory cpu load updates uptime processes top check test".split()
)
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
_THEN = frozenset(
    (
        "then",
        "afterwards",
        "afterward",
        "subsequently",
        "thereafter",
        "finally",
        "lastly",
        "secondly",
        "next",
        "thirdly",
        "followed",
    )
)
_DENIES = frozenset(("do", "not", "never", "please", "ever", ",", "you", "must", "should"))
_HARD = frozenset((";", ".", "!", "?", "\n", "•"))
_SOFT = frozenset(
    (",", "and", "but", "&", "plus", "(", ")", "-", "–", "—", ":", "while", "though", "although")
)


@dataclass(frozen=True)
class Clause:
    """One step's items. `joined` is what stood before it: hard, then, soft or first."""

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
    """The clauses in the order in which they are meant, and whether an order was given."""
    pieces: list[tuple[str, bool, bool, list[Item]]] = []
    current: list[Item] = []
    joined, contrast, ordered = "first", False, False
    i = 0

    def close(asked: bool = False) -> None:
        nonlocal current
        if any(x.kind != "punct" for x in current):
            pieces.append((joined, contrast, asked, current))
        current = []

    while i < len(items):
        item = items[i]
        step, kind = _divider(items, i, current)
        if step:
            if item.low == "?":
                close(asked=True)
            else:
                close()
            ordered = ordered or (kind == "then")
            contrast = item.low == "but" or kind == "hard"
            joined = kind
            i += step
            continue
        current.append(item)
        i += 1
    close()
    clauses = [Clause(tuple(c), j, asked, "", con) for j, con, asked, c in pieces]
    clauses, turned = _turn(_contraries(clauses))
    return clauses, ordered or turned


def _divider(items: Sequence[Item], i: int, current: Sequence[Item]) -> tuple[int, str]:
    """How many items divide here (0: none) and how."""
    item = items[i]
    if item.kind == "punct" and item.low in _HARD:
        j = i + 1
        while j < len(items) and items[j].kind == "punct" and items[j].low in _HARD | {","}:
            j += 1
        return j - i + _connectors(items, j)[0], "then" if _connectors(items, j)[0] else "hard"
    if item.kind not in {"word", "punct"}:
        return 0, ""
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
        steps, _ = _connectors(items, j)
        if steps:
            return j + steps - i, "then"
        if _begins(items, j, current):
            return j - i, "soft"
        if item.low == ":" or item.low in {"(", ")", "-", "–", "—"}:
            return (1, "soft") if current and all(x.kind == "hosts" for x in current) else (0, "")
        return 0, ""
    steps, _ = _connectors(items, i)
    return (steps, "then") if steps else (0, "")


_PHRASES = (
    ("and", "then"), ("after", "that"), ("after", "qit"), ("once", "that", "is", "done"), ("once", "done"),
    ("when", "that", "is", "done"), ("when", "done"), ("once", "qit", "is", "done"), ("when", "finished"),
    ("once", "that", "is", "finished"), ("after", "this"), ("followed", "by"), ("and", "after", "that"),
    ("once", "finished"), ("then",), ("afterwards",), ("afterward",), ("subsequently",), ("thereafter",),
    ("finally",), ("lastly",), ("next",), ("first",), ("firstly",), ("secondly",), ("thirdly",), ("second",),
    ("first", "off"), ("first", "of", "all"), ("first", "all"), ("after", "which"), ("when", "qit", "is", "done"),
    ("as", "next", "step"), ("and", "finally"), ("to", "finish"), ("once", "that", "has", "finished"),
    ("immediately", "after"), ("right", "after", "that"), ("step", "1"), ("step", "2"), ("begin", "with"),
)  # fmt: skip
_ORDERED = tuple(sorted(_PHRASES, key=len, reverse=True))


def _connectors(items: Sequence[Item], i: int) -> tuple[int, str]:
    """Sequence words at `i`, as many as stand there, when a step follows them."""
    j = i
    moved = True
    while moved:
        moved = False
        for phrase in _ORDERED:
            if tuple(x.low for x in items[j : j + len(phrase)]) == phrase:
                j += len(phrase)
                moved = True
                break
        if moved and j < len(items) and items[j].low == ",":
            j += 1
    last = items[j - 1].low if j > i else ""
    if j == i or not _verbish(items, j, counted=last in {"first", "second", "next"}):
        return 0, ""
    return j - i, "then"


def _verbish(items: Sequence[Item], j: int, *, counted: bool) -> bool:
    """Whether a step begins at `j`; behind "first" and "next" only a verb tells."""
    if j >= len(items):
        return not counted
    if items[j].kind == "word" and items[j].low in VERBS | {"please", "before", "after", "same"}:
        return True
    return not counted and items[j].kind in {"service", "hosts", "other", "it", "number", "quote"}


def _begins(items: Sequence[Item], j: int, current: Sequence[Item]) -> bool:
    """Whether a new step begins at `j`."""
    if j >= len(items):
        return False
    low = items[j].low
    after = items[j + 1].low if j + 1 < len(items) else ""
    if low in _SUBJECTS | {"qservice", "qhosts", "qother"} and after in _BE:
        return True
    if (
        low
        in {
            "i",
            "we",
            "she",
            "he",
            "they",
            "you",
            "users",
            "someone",
            "somebody",
            "customers",
            "everything",
            "nothing",
            "people",
            "qit",
        }
        and after
    ):
        return low != "qit" or after in _BE | VERBS
    if items[j].kind == "word" and low in VERBS and low not in _NOUNS_TOO:
        return low not in {"do", "make"} or bool(after)
    if low in _NOUNS_TOO - {"check", "test"} and any(x.kind == "hosts" for x in current):
        return any(x.kind == "hosts" for x in items[j:])
    if low in {"check", "test"}:
        return True
    if low in {"after", "before"}:
        return False
    if items[j].kind == "service":
        return any(x.kind == "hosts" for x in current) and any(
            x.kind in {"word", "service"} for x in current
        )
    if items[j].kind == "hosts":
        # "on web-1, stop nginx": nothing but a place so far.
        return False
    return items[j].kind == "word" and bool(current) and all(x.kind == "hosts" for x in current)


_CONTRARY = frozenset(("instead", "rather", "without"))


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
        found.append(Clause(items[cut:], joined, clause.asked, lead))
    return found


def doing(low: str) -> bool:
    """Whether a word is a verb of ours with its -ing."""
    return low in VERBS and low.endswith("ing") and low not in {"bring", "ping"}


def _turn(clauses: list[Clause]) -> tuple[list[Clause], bool]:
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
                else [replace(main, marks=("early",)), body]
            )
            turned = True
            i += 2
            continue
        middle = _middle(clause) if first in {"before", "after"} else 0
        if middle:
            body = replace(clause, items=_body(clause.items[:middle]), lead=first)
            main = replace(clause, items=clause.items[middle:], joined="soft")
            found += [body, main] if first == "after" else [replace(main, marks=("early",)), body]
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
        if inner:
            main = replace(clause, items=clause.items[:inner])
            body = replace(clause, items=_body(clause.items[inner:]), lead=clause.items[inner].low)
            found += (
                [main, body]
                if clause.items[inner].low != "after"
                else [replace(body, marks=("early",)), main]
            )
            turned = True
        else:
            found.append(clause)
        i += 1
    return found, turned


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
    """What follows "before you"."""
    k = 1
    while k < len(items) and items[k].low in {"you", "i", "we", "to", "and", ",", "doing"}:
        k += 1
    return tuple(items[k:])
