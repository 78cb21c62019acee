"""A stop with more around it: "sorry, stop that", "stop, the sale is on". Pure.

`control` reads the whole of a text, and so what stops whatever goes on anywhere. In a hurry people
say why, and how sorry they are. Which of it is a stop is found here; whether something goes on that
it can mean is for the caller to look up: without that it may as well be said of a service.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final, Literal

Verb = Literal["stop", "kill", "cancel"]

_LONG: Final = 300
"""Characters; whoever says more says something else."""
_SPLIT: Final = re.compile(
    r"[,;:!?\u2026()\n]+|\.(?!\d)(?<!\bno\.)(?<!\bnr\.)|\s[-\u2013\u2014]+\s|\s(?:because|cuz|bc|since)\s",
    re.IGNORECASE,
)
_LEAD: Final = (
    r"sorry|apologies|hm+|ugh+|uh+|um+|er+|oh|ah+|argh+|no+|nope|nah|ok|okay|yes|yeah|yep|well|wait|hey|hang on|actually|damn(?: it)?|dammit|shit|crap|fuck|ffs|wtf|omg|jeez|god|"
    r"please|pls|plz|just|better|best|quick|quickly|now|then|so|guys|folks|team|all|everyone|overseer|bot|on second thoughts?|my bad|my mistake|oops|whoops|"
    r"i (?:said|meant|say)|you (?:should|must|need to|have to|better)|(?:we|i) (?:should|must|need to|have to|had better)|(?:need|have|got) to|gotta|time to|"
    r"let'?s|i(?:'d| would) (?:like|prefer|love)(?: you)? to|i want(?: you)? to|i wanna|make (?:it|that|this)(?= stop)|"
    r"(?:can|could|will|would) you|enough|that'?s enough|no need|already done|done by hand|seriously"
)
_TAIL: Final = (
    r"please|pls|plz|asap|a\.?s\.?a\.?p|thx|thanks|thank you|ty|now|already|right now|right away|immediately|at once|at this point|sorry|guys|folks|then|quickly|quick|fast|for now|"
    r"man|mate|dude|all|there|here|ok|okay|will you|would you|for me|everyone|everybody|tonight|today|tomorrow|instead|after all|again|\U0001f64f"
)
_VERBS: Final[dict[Verb, str]] = {
    "stop": r"stop+|stopp?it|stoop|stpo|sotp|stahp|basta|halt|abort|abrot|interrupt|terminate|quit|end|break off",
    "kill": r"kill",
    "cancel": r"cancel+|cancle|cancell|cancal|canel|cacnel|cancl|withdraw|revoke|call off|scrap",
}
_BARE: Final = re.compile(r"end|quit|scrap|revoke|kill|break off|interrupt")
"""What says nothing of a run by itself."""
_OWN: Final = r"(?:(?:the|this|that|my|our|your|its|current|running|whole|last|latest) )*"
_NUMBER: Final = r"(?:(?:the )?(?:plan|run|number|no\.?|nr\.?) ?)?#?\d{1,9}"
_MANY: Final = r"both(?: of (?:them|those|these))?|them(?: both| all)?|all of (?:them|those|these)|the (?:first|second|third|other|last|former|latter|older|newer)(?: (?:one|two))?"
_NOUN: Final = (
    r"(?:run|plan|request|restart|rollout|roll-out|operation|execution|job|deployment|deploy|upgrade|update|reboot|"
    r"reload|install|installation|change|command|maintenance|one|thing)"
)
_DOING: Final = r"(?:restarting|reloading|rebooting|upgrading|updating|installing|deploying|running|doing|removing|changing)"
_OBJECT: Final = (
    rf"(?:(?P<number>{_NUMBER}(?:(?: and | & |/| or ){_NUMBER})*)|(?P<many>{_MANY})|it|that|this|it all|all this|all that|mine|{_OWN}(?P<name>(?:[\w.@-]+ ){{0,2}}?){_NOUN}s?|"
    rf"{_DOING}(?: (?:the |it|that|this)?(?P<doing>[\w.@-]*))?)"
)
_CLAUSES: Final = tuple(
    (
        verb,
        re.compile(
            rf"(?:(?:{_LEAD}) )*(?P<said>{words})(?P<object> {_OBJECT})?(?: (?:{_TAIL}))*",
            re.IGNORECASE,
        ),
    )
    for verb, words in _VERBS.items()
)
_ASKING: Final = re.compile(
    r"(?:(?:can|could|should|shall|may|must) (?:we|i)|(?:is|would|isn'?t) it (?:be )?possible to|is there (?:a|any) way to|possible to|"
    r"how (?:do|can|could|would|should) (?:i|we|you)|(?:do|don't|shouldn't|should)(?:n't)? (?:we|i|you) (?:need to|have to|want to)?|perhaps|maybe|what if we|i think we should) "
)


@dataclass(frozen=True)
class StopClause:
    """What says to stop. `names` are a service or host of it, `rest` is what else is said.

    `numbers` are plans. `asks`: it may only be asked whether, or how, or which of several.
    """

    verb: Verb
    names: tuple[str, ...] = ()
    rest: str = ""
    asks: bool = False
    numbers: tuple[int, ...] = ()


def clause_in(text: str) -> StopClause | None:
    """The stop that a text begins or ends with, or is; None: it says none.

    >>> clause_in("sorry, stop that").rest, clause_in("stop nginx on web-1")
    ('sorry', None)
    >>> clause_in("stop the nginx restart - wrong host").names, clause_in("can we stop this?").asks
    (('nginx',), True)
    """
    if len(text) > _LONG or not {"`", '"'}.isdisjoint(text):
        return None
    plain = " ".join(text.casefold().replace("\u2019", "'").replace("\n", " , ").split())
    parts = [part.strip() for part in _SPLIT.split(plain)]
    said = [n for n, part in enumerate(parts) if part]
    for n in dict.fromkeys((*said[:1], *said[-1:], *said[1:2])):
        asking = _ASKING.match(parts[n])
        found = _clause(parts[n][asking.end() :] if asking else parts[n])
        if found is None:
            continue
        rest = ", ".join(parts[m] for m in said if m != n)
        asks = asking is not None or ("?" in plain and not _POLITE.match(plain))
        return replace(found, rest=rest, asks=found.asks or asks)
    return None


_POLITE: Final = re.compile(r".*\b(?:can|could|will|would) you\b")


def _clause(part: str) -> StopClause | None:
    if _SHUT_DOWN.fullmatch(part):  # as much a service as what is done with it
        return StopClause("stop", asks=True)
    for verb, rule in _CLAUSES:
        if (match := rule.fullmatch(part)) is None:
            continue
        found = match.groupdict()
        if _BARE.fullmatch(found["said"]) and found["object"] is None:
            return None
        names = " ".join(filter(None, (found["name"], found["doing"]))).split()
        numbers = tuple(int(n) for n in re.findall(r"\d+", found["number"] or ""))
        return StopClause(
            verb,
            names=tuple(name for name in names if name not in _NO_NAMES),
            numbers=numbers,
            asks=found["many"] is not None or len(numbers) > 1,
        )
    return None


_SHUT_DOWN: Final = re.compile(
    rf"(?:(?:{_LEAD}) )*(?:shut (?:it|that|this) (?:down|off)|shut (?:down|off) (?:it|that|this)|take (?:it|that|this) down)(?: (?:{_TAIL}))*"
)
_NO_NAMES: Final = frozenset({"it", "that", "this", "the", "whole", "same", "a", "all"})
