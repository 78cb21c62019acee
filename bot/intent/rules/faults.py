"""A fault that is told: "web-1 is not responding", "nginx won't start on web-1", "that didn't help".

What does not work as it should is told with a "not", which denies no order. Nothing is asked by it,
and where nothing else is, a look is offered.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.intents import Option, ParseContext, Question
from bot.domain.wording import listed
from bot.intent.patterns import compiled
from bot.intent.rules import questions
from bot.intent.rules.finding import Finding
from bot.intent.rules.not_understood import FAULT
from bot.intent.rules.since_then import WELL, is_wrong
from bot.intent.rules.verbs import VERBS
from bot.intent.rules.vocabulary import Vocabulary

_THINGS = r"(?:qservice|qhosts|qit|it|that|this|everything|(?:(?:the|our|my) )?(?:site|website|page|shop|app|service|server|host|machine|box|login|api|restart|reboot|reload|upgrade))"
_PEOPLE = r"(?:i|we|they|users|customers|people|clients)"
_VERY = r"(?:(?:still|again|now|just|really|properly|even|yet|longer|quite|completely) )*"
_GOOD = rf"(?:{WELL}|help\w*|fix(?:ed)?|solved?|better|connect\w*|accept\w*)"
_ENTER = r"(?:reach|connect|log ?in|ssh|access|open|get|see|load|use)"
_TOLD = compiled(
    rf"(?:(?:and|but|so|still|fyi|again|now|it (?:seems|looks like)|i (?:think|see)) )*(?:"
    rf"(?:{_THINGS} )+(?:(?:is|are|was|were|does|do|did|has|have|will|would|can|could) {_VERY}not|can not|no longer|never|not) {_VERY}(?:be |been |get |come )?{_GOOD}"
    rf"|(?:not|no longer) {_VERY}(?:{WELL}|better)"
    rf"|{_PEOPLE} {_VERY}(?:can|could) not {_VERY}{_ENTER}|(?:nobody|no one) can {_VERY}{_ENTER}"
    r")\b(?: (?!restart|reboot|reload|start|stop|upgrade|not\b|no\b)[\w-]+){0,4}"
)


def tells_of_one(words: Sequence[str]) -> bool:
    """Whether a clause with a "not" says that something does not work, and denies nothing.

    `words` are its words with the placeholders of what is named: `qhosts is not responding`.
    """
    return _TOLD.fullmatch(" ".join(words)) is not None


_SIGNS = frozenset(
    "error errors timeout timeouts alert alerts warning warnings problem problems issue issues crash crashes outage "
    "500s 501s 502s 503s 504s 5xx 500 502 503 504 spike spikes latency complaints".split()
)
_BESIDE_SIGNS = frozenset(
    "qhosts qservice on from in of with at and lots many more some a an the few again getting seeing we i there are is have "
    "high big serious strange".split()
)


def shows_signs(words: Sequence[str]) -> bool:
    """Whether a clause names signs of a fault and a place, and nothing else: "502s on web-1"."""
    return bool(_SIGNS & set(words)) and set(words) <= _SIGNS | _BESIDE_SIGNS


_TELLING = frozenset(
    "is are was were has have had does do did can could will would should may might not never no any see seeing getting "
    "get it look looks".split()
)
"""What begins a fault that is told, and is a verb of ours all the same."""
_LOOK = "That sounds like a fault; nothing was asked of me, so nothing ran. Shall I look?"
_MOST = 4
_HELP = "help"


def offered(
    findings: Sequence[Finding], text: str, context: ParseContext, vocabulary: Vocabulary
) -> Question | None:
    """The question whether to look, where what was said tells of a fault and asks for nothing.

    Where nothing is named, the fault is of what was spoken of in the conversation. None: no fault
    is told, or nobody knows of what.
    """
    told = [f for f in findings if f.kind == "statement" and _is_one(f, text)]
    if not told or any(f.kind in {"negated", "spared", "pondered"} for f in findings):
        return None
    wanted = next((f for f in findings if _wants(f)), None)
    if wanted is not None:
        return questions.unclear(wanted, text, vocabulary)
    chosen = next((f.selection for f in told if f.selection and not f.selection.back), None)
    if chosen is not None and chosen.trouble:
        return None
    services = [n for f in told for i in f.clause.items if i.kind == "service" for n in i.names]
    if not services and not chosen and context.service:
        services = [context.service]
    hosts = chosen.hosts if chosen else tuple(sorted(context.hosts))
    ways = list(_ways(services[:1], hosts[:_MOST]))
    if not ways:
        return None
    if _HELP in vocabulary.templates.examples:
        ways.append(_HELP)
    return Question(
        about=FAULT, text=_LOOK, options=tuple(Option(label=way, says=way) for way in ways)
    )


def _wants(finding: Finding) -> bool:
    """Whether something is asked for all the same: "restart it, no longer running on web-2"."""
    words = finding.clause.words()
    if finding.kind == "none":
        return not VERBS.isdisjoint(words)
    return finding.kind == "statement" and words[:1] != () and words[0] in VERBS - _TELLING


def _is_one(finding: Finding, text: str) -> bool:
    words = [i.low for i in finding.clause.items if i.kind not in {"punct", "flag", "its"}]
    said = text[finding.clause.start : finding.clause.end].casefold()
    return tells_of_one(words) or shows_signs(words) or is_wrong(said)


def _ways(services: Sequence[str], hosts: Sequence[str]) -> Sequence[str]:
    where = listed(list(hosts)) if hosts else ""
    if services and where:
        (name,) = services
        return (f"is {name} running on {where}?", f"show the logs of {name} on {where}")
    if services:
        return (f"is {services[0]} running?",)
    return (f"how {'is' if len(hosts) == 1 else 'are'} {where}?",) if where else ()
