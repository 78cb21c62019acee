"""A stop with more around it: "sorry, stop that", "stop, the sale is on". Pure.

`control` reads the whole of a text, and so what stops whatever goes on anywhere. In a hurry people
say why, and how sorry they are. Which of it is a stop is found here; whether something goes on that
it can mean is for the caller to look up. What says when, or what somebody else has said, is no stop
by itself, and where what stands around it may say which one is meant, or what else is wanted, it is
not `sure`: then it is asked about, and nothing is done.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final, Literal

from bot.intent.patterns import compiled

Verb = Literal["stop", "kill", "cancel"]

_LONG: Final = 300
"""Characters; whoever says more says something else."""
_SPLIT: Final = compiled(
    r"[,;!?\u2026\n]+|\.(?!\d)(?<!\bno\.)(?<!\bnr\.)|\s[-\u2013\u2014]+\s|\s(?:because|cuz|bc|since)\s"
)
_NO_COMMA: Final = compiled(
    r"(?P<stop>(?:^|(?<=[ ,]))(?:stop|halt|abort|kill|cancel)(?: (?:it|that|this|now|please)(?!'| is | are | was | has | have ))*+) (?=(?:it|that|this|something|everything|we|they)(?:'s|'re| is| are| was| has| have) )"
)
"""People in a hurry leave it out: "stop it's broken"."""
_DUE_TO: Final = compiled(r",? (?:due to|owing to|on account of|because of) ")
_HEADED: Final = compiled(
    r"^(?P<head>(?:@?overseer|@?bot|urgent|emergency|incident|attention)) ?: ?(?=\D)"
)
"""A colon that stands behind what is the matter, or whom it is said to, tells of nobody's words."""
_NO_ORDER: Final = compiled(
    r"[()\"`]|:(?!\d\d)|\b(?:if|when|whenever|once|after|until|till|unless|while|as soon as|in case|before|next time|on (?:errors?|failures?)|(?<!the )first|then|one by one|one at a time|full stop|"
    r"no need to|need not|needn't|no reason|without|nobody|(?<!i )said|says|say|saying|wrote|writes|told|tells|asked|asks|reads|heard|alert|runbook|"
    r"ha(?:ha)+|lol|lmao|rofl|he(?:he)+|hihi|jk|kidding|joking)\b|;\)|[\U0001f600-\U0001f606\U0001f923]"
)
"""Conditions and times, what somebody else says, and laughter: none of it is an order."""
_LEAD: Final = (
    r"sorry|apologies|hm+|ugh+|uh+|um+|er+|oh|ah+|argh+|no+|nope|nah|ok|okay|yes|yeah|yep|well|wait|hey|hang on|actually|damn(?: it)?|dammit|shit|crap|fuck|ffs|wtf|omg|jeez|god|"
    r"please|pls|plz|just|better|best|quick|quickly|now|so|guys|folks|team|all|everyone|everybody|somebody|someone|@?overseer|@?bot|whoa|yikes|panic|urgent(?:ly)?|emergency|incident|attention|simply|on second thoughts?|my bad|my mistake|oops|whoops|"
    r"i (?:said|meant|say)|you (?:should|must|need to|have to|better)|(?:we|i) (?:should|had better)|let'?s|"
    r"i(?:'d| would) (?:like|prefer|love)(?: you)? to|i want(?: you)? to|i wanna|make (?:it|that|this)(?= stop)|(?:can|could|will|would) you|seriously"
)
_NEEDS: Final = r"(?:we|i) (?:must|need to|have to|gotta)|(?:need|have|got) to|gotta|time to|it has to|this has to"
"""With these people speak of themselves, unless they say what is to be stopped."""
_TAIL: Final = (
    r"please|pls|plz|a\.?s\.?a\.?p|thx|thanks|thank you|ty|now|already|right now|right away|right there|right here|this instant|immediately|at once|at this point|sorry|guys|folks|quickly|quick|fast|for now|"
    r"man|mate|dude|team|ffs|all|there|here|ok|okay|will you|would you|for me|everyone|everybody|after all|again|\U0001f64f"
)
_ASIDE: Final = compiled(
    rf"(?>(?:(?:that's |that is )?enough|no need(?: any ?more)?|already done|done by hand|never ?mind|nvm|forget it|(?:it'?s |that's |this is )?(?:no longer|not) needed(?: any ?more)?|(?:we|i) (?:don't|no longer) need (?:it|this|that)(?: any ?more)?|on second thoughts?|it'?s? (?:was )?my (?:fault|mistake)|thank god|{_LEAD}|{_TAIL}|tonight|today|tomorrow)(?:\s+|$))++"
)
"""What says nothing of what is to be stopped, nor why."""
_WHY: Final = compiled(r"\b(?:needed|need|done|mistake|fault|enough)\b")
"""An aside that says why all the same."""
_TIME: Final = (
    r"later(?: on)?|soon|tonight|today|tomorrow(?: (?:morning|afternoon|evening|night))?|(?:at|by|around) (?:\d{1,2}(?::\d\d)?(?: ?[ap]\.?m\b\.?)?|noon|midnight)|"
    r"in (?:an?|half an|\d{1,3}|a few|a couple of|some) (?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|moment|bit|while)|(?:on |next )?(?:mon|tues|wednes|thurs|fri|satur|sun)day"
)
"""Behind the stop it says when: nothing is stopped then, nor before it."""
_LATER: Final = compiled(rf" (?:{_TIME})\b")
_RATHER: Final = r"instead|rather"
_BACK: Final = compiled(
    r"(?:(?:ok|okay|oh|sorry|please|actually|hm+|well) )*+(?:no+|nope|nah|wait|hang on|hold on|never ?mind|nvm|forget it|not yet|on second thoughts?|just kidding)"
    r"(?: (?:no+|wait|sorry|please|actually|hang on|hold on|never ?mind|nvm|forget it|not yet|on second thoughts?))*+"
)
"""Behind a stop it may take it back."""
_DISMAY: Final = compiled(r"no+(?: no+)+")
"""Nobody takes it back so: "STOP! no no no"."""
_TAKEN_BACK: Final = compiled(rf"(?<=[\w!]) (?={_BACK.pattern}$)")
"""Where the comma is left out: "stop it no wait"."""
_STATES: Final = compiled(
    r"\b(?:is|are|was|were|be|am|has|have|had|went|goes|got|gets|broke|breaks|broken|crashed|crashes|fails|failing|wrong|mistake|outage|down|complain|lose|losing|lost|see|seeing|need|needs|happens|happened)\b|(?:'s|'re|'m|'ve)\b"
)
"""Why it is to be stopped has one of these in it."""
_ELSE: Final = compiled(
    r"[#\d]|\b(?:not|don't|dont|never|only|also|except|but|keep|fine|good|great|instead|other|another|else|rather|meant?|continue|resume|go on|can go|restart|start|reload|reboot|deploy|install|upgrade|update|run|do|try|make|move|one|ones)\b"
)
"""It may say which one is meant, or what is wanted besides."""
_VERBS: Final[dict[Verb, str]] = {
    "stop": r"sto+p+|stopp?it|stpo|sotp|stahp|basta|halt|abort|abrot|interrupt|terminate|end|break off",
    "kill": r"kill",
    "cancel": r"cancel+|cancle|cancell|cancal|canel|cacnel|cancl|withdraw|revoke|retract|call off|scrap",
}
_BARE: Final = frozenset({"end", "scrap", "revoke", "retract", "kill", "break off", "interrupt"})
"""What says nothing of a run by itself."""
_WITHDRAWS: Final = frozenset({"withdraw", "revoke", "retract", "scrap"})
_NUMBER: Final = r"(?:(?:the )?(?:plan|run|number|no\.?|nr\.?) ?)?#?\d{1,9}"
_MANY: Final = r"both(?: of (?:them|those|these))?|them(?: both| all)?|all of (?:them|those|these)|the (?:first|second|third|other|last|former|latter|older|newer)(?: (?:one|two))?"
_BOTH: Final = compiled(r"both(?: of (?:them|those|these))?|them both")
_EITHER: Final = compiled(r"/|\bor\b")
_OF_OURS: Final = r"(?:(?:the|this|that|my|our|your|its|current|running|whole|last|latest) )+"
_WHOLE: Final = r"run|plan|request|rollout|roll-out|operation|execution|maintenance|thing|one"
_DEED: Final = r"restart|reboot|reload|upgrade|update|installation|install|deployment|deploy"
_VAGUE: Final = r"job|command|change|process|task|order"
_DOING: Final = r"restarting|reloading|rebooting|upgrading|updating|installing|deploying"
_OBJECT: Final = (
    rf"(?:(?P<number>{_NUMBER}(?:(?: and | & |/| or ){_NUMBER})*)|(?P<many>{_MANY})|(?P<it>it|that|this|it all|all this|all that|mine)|"
    rf"(?P<ours>{_OF_OURS})?(?P<name>(?:[\w.@-]+ ){{0,2}}?)(?:(?:{_WHOLE})s?|(?P<deed>{_DEED})s?|(?P<vague>{_VAGUE})s?)|"
    rf"(?P<doing>{_DOING})(?: (?:the |it|that|this)?(?P<done>[\w.@-]*))?)"
)
_CLAUSES: Final = tuple(
    (
        verb,
        compiled(
            rf"(?:(?:{_LEAD}|(?P<needs>{_NEEDS})) )*(?P<said>{words})(?P<object> {_OBJECT})?(?: (?:{_TAIL}|{_TIME}|{_RATHER}))*"
        ),
    )
    for verb, words in _VERBS.items()
)
_ASKING: Final = compiled(
    r"(?:(?:can|could|should|shall|may|must) (?:we|i)|(?:is|would|isn'?t) it (?:be )?possible to|is there (?:a|any) way to|possible to|"
    r"how (?:do|can|could|would|should) (?:i|we|you)|(?:do|don't|shouldn't|should)(?:n't)? (?:we|i|you) (?:need to|have to|want to)?|perhaps|maybe|what if we|i think we should) "
)
_SHUT_DOWN: Final = compiled(
    rf"(?:(?:{_LEAD}) )*(?:shut (?:it|that|this) (?:down|off)|shut (?:down|off) (?:it|that|this)|take (?:it|that|this) down)(?: (?:{_TAIL}))*"
)
_POLITE: Final = compiled(r".*\b(?:can|could|will|would) you\b")
_NO_NAMES: Final = frozenset({"it", "that", "this", "the", "whole", "same", "a", "all"})
_BETWEEN: Final = frozenset(
    {"on", "in", "at", "for", "of", "to", "from", "and", "or", "with", "the"}
)
_STEMS: Final = {"installation": "install", "deployment": "deploy"}


@dataclass(frozen=True)
class StopClause:
    """What says to stop, as it was `said`. `names` are words of its title, `numbers` plans.

    `rest` is what else is said that is more than an aside, `why` what of it and of asides says why,
    as it was typed; `every`: two of them are meant, by their numbers or as "both". It is `sure`
    where nothing of that can say which one is meant, or what is wanted besides, and nothing is only
    asked, put off (`later`) or taken `back`. `bare`: it says nothing of what is stopped but "it";
    `withdraws`: it is rather said of what has not begun; `behind`: something stands before it.
    """

    verb: Verb
    said: str = ""
    names: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    rest: str = ""
    why: str = ""
    every: bool = False
    sure: bool = True
    bare: bool = False
    withdraws: bool = False
    behind: bool = False
    later: bool = False
    back: bool = False


def clause_in(text: str) -> StopClause | None:
    """The stop that a text begins or ends with, or is; None: it says none.

    >>> clause_in("stop, the sale is on").rest, clause_in("stop nginx on web-1")
    ('the sale is on', None)
    >>> clause_in("stop the nginx restart - wrong host").names, clause_in("can we stop this?").sure
    (('nginx', 'restart'), False)
    >>> clause_in("if it fails, stop"), clause_in("otto, stop it"), clause_in("stop it, #1").sure
    (None, None, False)
    """
    if len(text) > _LONG:
        return None
    plain = " ".join(text.casefold().replace("\u2019", "'").replace("\n", " , ").split())
    plain = _HEADED.sub(r"\g<head>, ", plain)
    if _NO_ORDER.search(plain):
        return None
    plain = _DUE_TO.sub(" , it is due to ", _NO_COMMA.sub(r"\g<stop> , ", plain))
    parts = [part for each in _SPLIT.split(plain) if (part := each.strip())]
    parts = [part for each in parts for part in _apart(each)]
    places = (0, len(parts) - 1, 1)
    for n in dict.fromkeys(place for place in places if 0 <= place < len(parts)):
        asking = _ASKING.match(parts[n])
        found = _clause(parts[n][asking.end() :] if asking else parts[n])
        if found is not None:
            asks = asking is not None or ("?" in plain and not _POLITE.match(plain))
            around = _around(replace(found, sure=found.sure and not asks), parts, n)
            return replace(around, why=_typed(text, around.why)) if around is not None else None
    return None


def _typed(text: str, said: str) -> str:
    """What a part of the plain words is in the text."""
    typed = " ".join(text.split())
    at = typed.casefold().replace("\u2019", "'").find(said)
    same = at >= 0 and len(typed) == len(typed.casefold())
    return (typed[at : at + len(said)] if same else said).strip(" .!")


def _around(found: StopClause, parts: list[str], at: int) -> StopClause | None:
    """The clause with what stands around it; None where that is somebody who is called, or talk."""
    sure, rest, why = found.sure, [], []
    again = [n for n, part in enumerate(parts) if n == at or _is_bare(part)]
    taken = [n for n, part in enumerate(parts) if n > at and _BACK.fullmatch(part)]
    dismay = _DISMAY.fullmatch(" ".join(parts[n] for n in taken)) is not None
    back = not dismay and any(n > again[-1] for n in taken)
    sure = sure and not back
    for n, part in enumerate(parts):
        if n in again[1:] or n in taken:
            continue
        if n != at and (not _ASIDE.fullmatch(part) or _WHY.search(part)):
            why.append(part)
        if n == at or _ASIDE.fullmatch(part):
            continue
        says = _ELSE.search(part) is not None
        if not says and _STATES.search(part) is None and len(part.split()) < 3:
            return None
        sure = sure and not says and _STATES.search(part) is not None
        rest.append(part)
    around = replace(found, rest=", ".join(rest), why=", ".join(why), behind=at > 0)
    return replace(around, sure=sure, back=back)


def _apart(part: str) -> list[str]:
    """A stop and what takes it back; of anything else the whole: "I can't wait"."""
    pieces = _TAKEN_BACK.split(part, maxsplit=1)
    return pieces if len(pieces) > 1 and _clause(pieces[0]) is not None else [part]


def _is_bare(part: str) -> bool:
    """Whether a part says to stop, and nothing else."""
    found = _clause(part)
    return found is not None and found.bare


def _clause(part: str) -> StopClause | None:
    if _SHUT_DOWN.fullmatch(part):  # as much a service as what is done with it
        return StopClause("stop", said=part, sure=False, bare=True)
    for verb, rule in _CLAUSES:
        match = rule.fullmatch(part)
        if match is not None:
            return _read(verb, part, match.groupdict())
    return None


def _read(verb: Verb, part: str, found: dict[str, str | None]) -> StopClause | None:
    said, deed = found["said"] or "", found["deed"] or ""
    if found["object"] is None and (said in _BARE or found["needs"]):
        return None
    by_itself = found["object"] is None or any(
        found[each] is not None for each in ("it", "number", "many", "ours", "doing")
    )
    if not by_itself and not (deed and (verb == "cancel" or said.startswith("ab"))):
        return None  # "stop update" is a service's name, "cancel restart" hardly one
    words = " ".join(filter(None, (found["name"], found["done"]))).split()
    if not _BETWEEN.isdisjoint(words):
        return None
    doing = found["doing"] or ""
    stem = _STEMS.get(deed, deed) or re.sub(r"(?:(?<=grad|pdat)|(?<=upd))ing$|ing$", "", doing)
    stem = {"upgrad": "upgrade", "updat": "update"}.get(stem, stem)
    names = tuple(word for word in (*words, stem) if word and word not in _NO_NAMES)
    numbers = tuple(int(n) for n in re.findall(r"\d+", found["number"] or ""))
    plainly = found["object"] is None or found["it"] is not None
    joined = len(numbers) == 2 and _EITHER.search(found["number"] or "") is None
    later = _LATER.search(part) is not None
    rather = re.search(rf" (?:{_RATHER})\b", part) is not None
    if rather and found["object"] is not None:
        return None  # "stop it instead" may as well be what a plan shall do
    every = joined or _BOTH.fullmatch(found["many"] or "") is not None
    return StopClause(
        verb,
        said=part,
        names=names,
        numbers=numbers,
        every=every,
        sure=not (later or rather)
        and (every or (found["many"] is None and found["vague"] is None and len(numbers) < 2)),
        later=later,
        bare=plainly,
        withdraws=said in _WITHDRAWS,
    )
