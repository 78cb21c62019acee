"""A stop that only a model has read: it is the stop itself, no plan that waits for votes. Pure.

It can only hold something back, and still no model's word alone does it. The words of the request
hold a word that stops something, deny nothing, ask nothing and name no host and no service; the
rules make nothing of them; and what is stopped is a plan that this very person has asked for in
this thread. In any other case the answer is a plan like any other, with its marks and its votes.
"""

from __future__ import annotations

import re
from typing import Final

from bot.domain.became import Became
from bot.domain.intents import Control, Intent, Outcome, Question
from bot.intent.model.grounds import Grounds
from bot.intent.patterns import compiled
from bot.intent.rules.combining import BEYOND_ME
from bot.intent.rules.not_understood import is_unclear

_MOVING: Final = frozenset({Became.RUNNING, Became.WAITING, Became.APPROVED, Became.HALTED})
_STOPS: Final = compiled(
    r"\b(?:stop|stopp\w*|halt\w*|anhalten|angehalten|anzuhalten|abbrech\w*|abgebrochen|abzubrechen|brich|brecht|beende\w*|"
    r"absag\w*|storn\w*|unterbrich|unterbrechen|zur[üu]ckzieh\w*|zieh|abblas\w*|abort\w*|cancel\w*|call|withdraw|"
    r"arr[eê]te\w*|annul\w*|interrom\w*|suspen\w*|par[ae]\w{0,3}|p[aá]ralo|det[eé]n\w*|abort\w*|cancela\w*|interrump\w*|"
    r"ferm\w{1,6}|blocca\w*|sospend\w*|onderbreek\w*|annuleer\w*|afbreken|breek|staak|pare|anul\w*)\b",
    re.IGNORECASE,
)
_DENIES: Final = compiled(
    r"\b(?:nicht|nie|niemals|kein\w*|not|never|no|don['’]?t|ne|n['’]|pas|jamais|nunca|jam[aá]s|non|mai|niet|nooit|geen|"
    r"weiter\w*|wieder|continu\w*|sigue|segui\w*|prosegui\w*|verder|wenn|falls|if|si|se|als|bevor|before|bis|until|nachdem|after)\b",
    re.IGNORECASE,
)
"""A denial, what goes on, or what it hangs on."""


def called_off(model: Outcome, rules: Outcome, grounds: Grounds) -> Control | None:
    """The stop that a model has read, where nothing else can be meant; None: it is none."""
    if not isinstance(model, Intent) or len(model.wishes) != 1 or model.options.start is not None:
        return None
    wish, text = model.wishes[0], grounds.text
    if wish.action != "plan.cancel" or grounds.said is not None or grounds.answered:
        return None
    number = wish.params.get("plan")
    theirs = {one.plan for one in grounds.context.earlier if one.became in _MOVING}
    if number not in theirs or not _says_no_more(rules):
        return None
    if "?" in text or _DENIES.search(text) or not _STOPS.search(text):
        return None
    named = set(re.findall(r"\d+", text)) - {str(number)}
    here = grounds.here
    if named or here.every or here.services or here.sets:
        return None
    return Control(verb="stop", scope=str(number))


def _says_no_more(rules: Outcome) -> bool:
    """Whether the rules have read nothing that is asked for."""
    return rules == BEYOND_ME or (isinstance(rules, Question) and is_unclear(rules))
