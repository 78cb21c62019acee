"""Small changes to an open plan, in words: "not web-2", "only web-1", "also on web-3".

An edit is nothing but deeds on targets, and ways to run ("one at a time"). Every word of it must
be one of the forms below or a name: what holds a verb, or a question mark, is a request.
Nothing is applied here, and no plan is known (`revising` does that).
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.domain.intents import ParseContext
from bot.intent.patterns import compiled
from bot.intent.rules import options, rescheduling
from bot.intent.rules.lexicon import COMMON
from bot.intent.rules.ranges import Trouble
from bot.intent.rules.selectors import Grammar
from bot.intent.rules.times import When
from bot.intent.rules.vocabulary import Vocabulary, fold
from bot.intent.rules.words import tokens

Verb = Literal["drop", "only", "also", "swap", "bare"]


@dataclass(frozen=True)
class Target:
    """What a deed is about. `names` are hosts, services, or words that may be packages.

    `named` is False for a described set ("staging"), of which only a part may be in the plan.
    """

    kind: Literal["hosts", "services", "words"]
    names: tuple[str, ...]
    said: str
    named: bool = True
    trouble: Trouble | None = None


@dataclass(frozen=True)
class Deed:
    """One change. `old` is what a swap replaces; None: whatever stands there.

    `likewise`: said as "the same on …", which may mean a plan that has run as well.
    """

    verb: Verb
    what: Target
    old: Target | None = None
    likewise: bool = False


@dataclass(frozen=True)
class Edit:
    """All that one message changes. `plan` is the number that it names, 0 for none.

    `two_ways`: it is to be run one way and another. `when` is a time to begin at that may mean
    more than one moment, or none, and `beside` what is said beside it; a plain one is among the
    options.
    """

    text: str
    deeds: tuple[Deed, ...] = ()
    options: Mapping[str, object] = field(default_factory=dict)
    reason: str = ""
    plan: int = 0
    two_ways: bool = False
    when: When | None = None
    beside: str = ""

    @property
    def is_why(self) -> bool:
        """Whether it says why, and nothing else."""
        return bool(self.reason) and not (self.deeds or self.options or self.when)


_LEAD = compiled(
    r"^(?:(?:please|pls|ok|okay|oh|oops|no(?! (?:more|less|fewer|later|earlier|sooner)\b)|nope|wait|sorry|actually|hmm*|well|so|hey|overseer|but|yes|alright|"
    r"(?:can|could|would|will) (?:you|we)|let's|lets|let us|you can|we should|i would like to|i'd like to)\b[\s,.!:-]*)+",
    re.IGNORECASE,
)
_BIDS = compiled(
    r"\W*(?:(?:please|hey|ok|okay|so|and|overseer)\W+)*(?:can|could|would|will) you\b",
    re.IGNORECASE,
)
"""What asks for something, whatever sign stands behind it."""
_TRAIL = compiled(
    r"(?:[\s,]+(?:please|pls|plz|thanks|thank you|thx|for now|this time|of course))*[\s.!]*$",
    re.IGNORECASE,
)
_PLAN = (
    compiled(r"^(?:(?:in|for|on|change|revise)\s+)?(?:(?:plan|run|request)\s*#?|#)(?P<n>\d{1,9})\s*[:,;-]?\s+(?P<rest>.+)$", re.IGNORECASE | re.DOTALL),
    compiled(r"^(?P<rest>.+?)\s+(?:in|for|of|from)\s+(?:(?:plan|run|request)\s*#?|#)(?P<n>\d{1,9})$", re.IGNORECASE | re.DOTALL),
)  # fmt: skip
_THE_ONE = compiled(r"\bthe (?P<by>[\w.-]+) (?:one|plan|request)\b", re.IGNORECASE)
_NOT = (
    r"(?:(?:and |but )?not(?: on| for)?|without|except(?: for| on)?|excluding|exclude|minus|omit|spare|leave out|leaving out|"
    r"skip(?:ping)?|(?:all|everything|everywhere)(?: of them)? (?:but|except)(?: for| on)?|(?:(?:we|i) )?(?:do not|don't|dont) (?:touch|include|need|want|do)(?: it)?(?: on)?)"
)
_ALSO = r"(?:(?:and|also|plus|as well as|include|including|add)\s+)+(?:do\s+)?(?:(?:it|that|this)\s+(?=on\b))?"
_TOO = r",?\s+(?:too|as well|also)"
_SWAP = r"(?:use|take|make (?:it|that|this)|i meant?|rather|change (?:it|that|(?:the )?(?:hosts?|service|target)) to)"
_DO = r"(?:(?:do|run|make) (?:(?:it|this|that|them) )?)?"
_A, _B = r"(?P<a>\S.*?)", r"(?P<b>\S.*?)"
_SHAPES: tuple[tuple[Verb, str], ...] = (
    ("also", rf"(?P<same>(?:and )?(?:do )?(?:exactly )?(?:the )?same(?: thing)?)(?: (?:again|also))? (?=on|for|with|at){_A}(?:{_TOO})?"),
    ("swap", rf"not {_B},? but (?:rather )?{_A}(?: instead)?"),
    ("swap", rf"(?:{_SWAP} )?{_A} (?:instead of|rather than) {_B}"),
    ("swap", rf"instead of {_B}(?:,? {_SWAP}|,) {_A}"),
    ("swap", rf"(?:{_SWAP} )?{_A},? (?:and |but )?not {_B}"),
    ("swap", rf"(?:{_SWAP} |(?:do|run) (?:it|that|them|this) )?{_A},? instead"),
    ("swap", rf"{_SWAP} {_A}"),
    ("swap", rf"(?:replace|swap|exchange|change) {_B} (?:with|by|for|to) {_A}"),
    ("only", rf"{_DO}(?:only|just|nothing but|keep only|nowhere but)(?: do| run)?(?: it| this| that)?(?: on)? {_A}"),
    ("only", rf"{_DO}{_A} only"),
    ("drop", rf"{_NOT} {_A}"),
    ("drop", rf"(?:leave|take) {_A} (?:out|alone|away)(?: of (?:it|that|this))?"),
    ("drop", rf"(?P<hosts>remove|drop) {_A}(?: from (?:it|that|this|the plan|the list))?"),
    ("also", rf"{_ALSO}{_A}(?:{_TOO})?(?: to (?:it|that|this|the plan|the list))?"),
    ("also", rf"{_DO}{_A}{_TOO}"),
    ("bare", _A),
)  # fmt: skip
_FORMS = tuple((verb, compiled(rf"(?:{shape})", re.IGNORECASE)) for verb, shape in _SHAPES)
_WORDS = frozenset(
    "not only also too instead rather but except without and same just nothing replace swap minus".split()
)
"""No target holds one of these, but for an "and" between names."""
_RUN_ON = frozenset(
    "max at most it them that this those these do make run go with and but please then just rather the plan instead now "
    "thanks be to have everything on but".split()
)
"""What may stand around a way to run: "make it one at a time", "do them two at a time"."""
_PLACE = compiled(r"(?:on|at|in|for|with|to)\s+", re.IGNORECASE)
_NEXT = compiled(
    r"\s*(?:[,;]\s*(?:and |but )?|\s(?:and|but)\s)(?=(?:also|not|without|only|except|add|skip|leave)\b)",
    re.IGNORECASE,
)
_NAME = compiled(r"[A-Za-z0-9][\w.+:@-]*")
_APART = compiled(r"\s*(?:,\s*(?:and\s+)?|\s(?:and|&|\+|plus)\s)\s*", re.IGNORECASE)
_WHY = compiled(r"(?:because|since|reason\b)", re.IGNORECASE)
_EXPLAINS = compiled(
    rf"{_WHY.pattern}|why:|(?:bc|cuz|coz|due to|owing to|on account of|now that|(?:the|my) reason(?! (?:is|has|was) (?:gone|over|obsolete|moot))|(?:as|for) (?:a|an|the|our|its|some|it|they))\b",
    re.IGNORECASE,
)
"""What begins a reason by itself; how things are is said without."""
_LONGEST = 400


def read(text: str, vocabulary: Vocabulary, context: ParseContext) -> Edit | None:
    """The edit that the whole text is, or None. Of the context only clock and open plans count."""
    said = " ".join(text.split())
    if not said or len(said) > _LONGEST or "`" in said or rescheduling.is_a_moment(said):
        return None
    bids = _BIDS.match(said) is not None and not context.between
    rest, plan = _numbered(_LEAD.sub("", said.rstrip(" ?") if bids else said))
    if not plan:
        rest, plan = _described(rest, context)
    explained = _EXPLAINS.match(rest) is not None
    if _WHY.match(rest):
        rest = f"do it {rest}"  # a reason is one only behind something
    taken = options.take(rest, vocabulary.host)
    found = taken.options.model_dump(exclude_unset=True)
    two = len(found) > 0 and options.contradict(rest)
    asks = "?" in said and not bids
    among = context.between and not plan  # it may be the hour of something else
    rest, when, timed = rescheduling.take(taken.text, context, asks=asks, among=among)
    found |= timed
    rest = _bare(rest, around=bool(found or taken.reason or when))
    if not rest and not found and not taken.reason and not when:
        return None
    if taken.reason and not (rest or found or when or explained):
        return None  # "it's slow today" tells how things are
    deeds = _deeds(rest, vocabulary) if rest else ()
    if deeds is None:
        return None
    return Edit(
        text=said, deeds=deeds, options=found, reason=taken.reason, plan=plan, two_ways=two,
        when=when, beside=rest,
    )  # fmt: skip


def _numbered(said: str) -> tuple[str, int]:
    """Without the number of a plan that is named, and that number."""
    for pattern in _PLAN:
        match = pattern.match(said)
        if match:
            return match["rest"], int(match["n"])
    return said, 0


def _described(said: str, context: ParseContext) -> tuple[str, int]:
    """The same of one of several that is told by what it does: "make the redis one at 22:00"."""
    mine = [plan for plan in context.open if plan.mine]
    found = _THE_ONE.search(said)
    if found is None or len(mine) < 2:
        return said, 0
    meant = [plan for plan in mine if found["by"].casefold() in plan.title.casefold().split()]
    if len(meant) != 1:
        return said, 0
    it = "it" if found.start() else ""
    return f"{said[: found.start()]}{it}{said[found.end() :]}".strip(), meant[0].number


def _bare(said: str, *, around: bool) -> str:
    """Without courtesy; with a way to run beside it, also without what only carries that."""
    said = _TRAIL.sub("", _LEAD.sub("", " ".join(said.split()))).strip(" ,;:-")
    if around and {w.strip(",;.").casefold() for w in said.split()} <= _RUN_ON | {""}:
        return ""
    if around:
        said = re.sub(r"(?:[\s,;]+(?:and|but|then|do (?:it|them)|make it))+$", "", said)
        said = re.sub(r"^(?:(?:and|then|do (?:it|them)|make it)[\s,;]+)+(?=(?:not|only|also|on)\b)", "", said)  # fmt: skip
    return said


def _deeds(said: str, vocabulary: Vocabulary) -> tuple[Deed, ...] | None:
    """The one deed that it is, or several side by side."""
    one = _deed(said, vocabulary)
    if one is not None:
        return (one,)
    parts = [part for part in _NEXT.split(said) if part.strip()]
    if len(parts) < 2:
        return None
    deeds = [_deed(part.strip(), vocabulary) for part in parts]
    if any(deed is None or deed.verb == "bare" for deed in deeds):
        return None
    return tuple(deed for deed in deeds if deed is not None)


def _deed(said: str, vocabulary: Vocabulary) -> Deed | None:
    for verb, form in _FORMS:
        match = form.fullmatch(said)
        if not match:
            continue
        parts = match.groupdict()
        what = _target(parts["a"], vocabulary)
        old = _target(parts["b"], vocabulary) if parts.get("b") else None
        if what is None or (old is None and parts.get("b")):
            continue
        if verb == "bare" and what.kind == "words":
            continue
        if what.kind != "hosts" and (parts.get("hosts") or said.casefold().startswith("add ")):
            continue  # "remove nginx" is an order of its own
        if old is not None and not _alike(what, old):
            continue
        return Deed(verb, what, old, likewise=bool(parts.get("same")))
    return None


def _alike(one: Target, other: Target) -> bool:
    """Whether one can stand for the other."""
    return (one.kind == "hosts") == (other.kind == "hosts")


def _target(said: str, vocabulary: Vocabulary) -> Target | None:
    """What these words name, or None when they say anything else."""
    said = said.strip(" ,;")
    placed = _PLACE.match(said)
    bare = said[placed.end() :] if placed else said
    lows = [w.strip(",").casefold() for w in bare.split()]
    if not lows or (_WORDS - {"and"}) & set(lows) or lows[0] == "and" or lows[-1] == "and":
        return None
    names = [n for n in _APART.split(re.sub(r"^(?:the|both)\s+", "", bare)) if n]
    services = tuple(_services(names, vocabulary))
    if services and (placed is None or placed[0].casefold().split()[0] in {"for", "with"}):
        return Target("services", services, bare)
    found = _hosts(bare, vocabulary)
    if found is not None:
        return found
    if placed and placed[0].casefold().split()[0] == "on" and len(names) == 1 and _NAME.fullmatch(names[0]):  # fmt: skip
        return Target("hosts", (), bare, trouble=Trouble("unknown", names[0]))
    known = COMMON | vocabulary.words
    if placed or not all(_NAME.fullmatch(n) and n.casefold() not in known for n in names):
        return None
    return Target("words", tuple(names), bare)


def _services(names: list[str], vocabulary: Vocabulary) -> Iterator[str]:
    """The services of these names, or nothing where one of them is none."""
    bare = [re.sub(r"\s+(?:service|unit|daemon)$", "", name) for name in names]
    found = [
        vocabulary.service(n) or vocabulary.services.get(n.casefold().replace(" ", "-"))
        for n in bare
    ]
    if all(found) and not any(vocabulary.host(n) for n in names):
        yield from dict.fromkeys(name for name in found if name)


def _hosts(said: str, vocabulary: Vocabulary) -> Target | None:
    words = tokens(said)
    grammar = Grammar(words, vocabulary)
    found = grammar.read(0, after_preposition=True)
    if found is None or found.end != len(words) or found.back:
        return None
    if found.trouble is not None:
        return Target("hosts", found.hosts, said, trouble=found.trouble)
    typed = fold(said)
    named = not found.group and not found.wide and all(fold(h) in typed for h in found.hosts)
    return Target("hosts", tuple(sorted(found.hosts)), said, named=named)
