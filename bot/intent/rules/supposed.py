""" "What would happen if I restarted nginx on web-1?": the request in it, to be shown and not asked for.

Also "what would restarting nginx do?", "show me what … would do", "dry run: …", "simulate …". What
is left once the supposing is taken away must itself be a request; who calls this judges that.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re

from bot.intent.patterns import compiled
from bot.intent.rules import rehearsal

_LEAD = r"^(?:(?:and|but|so|ok|okay|hey|hi|please|just|tell me|show me|i wonder|i want to know|let me see|let me know|can you (?:tell|show) me|could you (?:tell|show) me|overseer)[\s,:!-]+)*"
_WHO = r"(?:i|we|you|somebody|someone|one|they|overseer|i were to|we were to|you were to|i was to)"
_SAID = r"(?:(?:said|say|typed|asked(?: you)? (?:for|to)|ask(?: you)? (?:for|to)|told you to|tell you to) )?"
_WOULD = r"(?:would|will|does|might|could|is going to|'d)"
_HAPPENS = rf"what(?:'s| is)? (?:{_WOULD} )?(?:happens?|be done|going to happen|break|the effect be|you do|you run|run)"
_DOES = r"(?: (?:actually|really|then))? (?:do|mean|break|change|touch|run|affect|cause|entail|involve)(?: (?:exactly|there|here))?"
_SHAPES = (
    rf"{_HAPPENS}(?: (?:there|exactly))?,? (?:if|when|should) {_WHO} {_SAID}(?P<x>.+)",
    rf"{_HAPPENS}(?: exactly)?,? if (?P<passive>.+? (?:were|was|got|gets|is|are) (?:re)?(?:started|booted|loaded|stopped|upgraded|updated)\b.*)",
    rf"what if {_WHO} (?P<b>.+)",
    rf"what {_WOULD} (?P<c>.+?){_DOES}",
    rf"what (?P<d>.+?) (?:would|will|does){_DOES}",
    rf"how {_WOULD} (?:you|overseer) (?P<e>.+)",
    r"(?:(?:a )?(?:dry[ -]?run|simulation|rehearsal|preview)|plan only|only plan|just plan|what if)\s*(?:[:,-]|of|for|on)\s*(?P<f>.+)",
    r"(?:dry[ -]?run|simulate|rehearse|preview|pretend to|pretend you)\s+(?P<g>.+)",
    r"(?:only |just )?show (?:me )?(?:only |just )?(?:the |a )?plan (?:for|of|to)\s+(?P<h>.+)",
)
_FORMS = tuple(compiled(f"{_LEAD}(?:{shape})$", re.IGNORECASE | re.DOTALL) for shape in _SHAPES)
_ACT = r"(?P<again>re)?(?P<stem>start|boot|load)|(?P<other>stopp?|upgrad|updat|patch|cancel+|runn?|execut|check|show|list|bounc|kill)"
_DEED = compiled(rf"(?<![\w-])(?:(?:{_ACT})(?:ed|ing|e?d|es|s)?)(?![\w-])", re.IGNORECASE)
_NOUN = compiled(
    r"^(?:an? |the )?(?:full |quick |rolling |simple )?(?P<deed>restart|reboot|reload|stop|start|upgrade|update|shutdown) of (?=\S)",
    re.IGNORECASE,
)
_PASSIVE = compiled(
    r"^(?P<what>.+?) (?:were|was|got|gets|is|are) (?P<deed>(?:re)?(?:started|booted|loaded|stopped|upgraded|updated))(?P<rest>.*)$",
    re.IGNORECASE,
)
_STEMS = {
    "stop": "stop", "stopp": "stop", "upgrad": "upgrade", "updat": "update", "patch": "patch",
    "cancel": "cancel", "cancell": "cancel", "run": "run", "runn": "run", "execut": "execute",
    "check": "check", "show": "show", "list": "list", "bounc": "bounce", "kill": "kill",
}  # fmt: skip
_RAN = compiled(r"^ran\b", re.IGNORECASE)
_HIDDEN = compiled(r"`[^`]*`|\"[^\"]*\"")
_LONGEST = 1_000


def request_in(text: str) -> str:
    """The request that is only supposed, as an order; empty when the text supposes none."""
    said = " ".join(text.split()).replace("\u2019", "'")
    if not said or len(said) > _LONGEST:
        return ""
    bare = said.rstrip(" ?.!")
    for form in _FORMS:
        match = form.match(bare)
        if match:
            found = next(part for part in match.groups() if part)
            return _as_order(found.strip(" :,\"“”'"))
    return rehearsal.without(said)


def _as_order(said: str) -> str:
    """ "restarted nginx", "restarting nginx", "a restart of nginx": restart nginx."""
    passive = _PASSIVE.match(said)
    if passive:
        said = f"{passive['deed']} {passive['what']}{passive['rest']}"
    said = _NOUN.sub(lambda m: f"{m['deed']} ", said)
    said = _RAN.sub("run", said)
    parts, at = [], 0
    for quoted in _HIDDEN.finditer(said):
        parts += [_DEED.sub(_infinitive, said[at : quoted.start()]), quoted[0]]
        at = quoted.end()
    return "".join([*parts, _DEED.sub(_infinitive, said[at:])])


def _infinitive(match: re.Match[str]) -> str:
    word = match[0].casefold()
    if not word.endswith(("ed", "ing")):
        return match[0]
    if match["stem"]:
        return f"{match['again'] or ''}{match['stem']}".casefold()
    return _STEMS.get(match["other"].casefold(), match[0])
