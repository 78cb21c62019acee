"""Since when something is broken, said before the order that mends it. Pure.

"after the update nginx is broken, restart it": how it is since then is told, and nothing waits for it.
"after the update restart nginx" and "once the update is done, restart nginx" order what is to wait. So
the words that say since when are passed over only where they are followed by what is wrong, and
that by something more behind a comma: a state that may be waited for ("is done", "is up", "is
stopped") is none that is wrong.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from typing import Final

from bot.intent.patterns import compiled

EVENT: Final = (
    r"(?:(?:kernel|security|config(?:uration)?|package|os|db|database|nightly|scheduled|planned|unattended|system|firmware|cert(?:ificate)?) )?"
    r"(?:updat(?:e|ing)|upgrad(?:e|ing)|(?:re-?)?deploy(?:ment|ing)?|releas(?:e|ing)|roll-?out|roll-?back|reboot|restart|reload|migration|patch(?:es|ing)?|maintenance(?: window)?|back-?up|restore|fail-?over|"
    r"switch-?over|changes?|move|merge|outage|power (?:cut|outage|failure)|install(?:ation)?|renewal|crash|import|clean-?up|snapshot)s?"
)
_LEAD: Final = (
    rf"(?P<lead>(?:ever )?(?:after|since|following) (?:(?:the|this|that|our|my|your|its|a|an|today's|yesterday's|last night's|this morning's|monday's|friday's) )?"
    rf"(?:(?:last|latest|recent|new|big|today's|yesterday's) )?{EVENT}(?: (?:last night|yesterday|this morning|today|earlier|just now|to v?\d[\w.]*))?)"
)
_ORDER: Final = r"(?:re-?starts?|re-?boots?|re-?loads?|starts?|stops?|bounce|kill|upgrade|update|patch|install|run|check|show|please|pls|can|could|would|should|must|shall|let|if|when|once|unless)"
WELL: Final = r"(?:respond\w*|answer\w*|work\w*|run\w*|reachable|up|well|ok|okay|healthy|fine|start\w*|com(?:e|es|ing) (?:up|back)|load\w*|boot\w*|react\w*|listening|serv\w+|available|stable|right)"
_ILL: Final = (
    r"(?:broken|down|dead|stuck|hanging|hung|failing|failed|crashing|crashed|slow|unresponsive|unreachable|unavailable|offline|unhealthy|degraded|flaky|flapping|sluggish|laggy|unstable|"
    r"erroring|timing out|misbehaving|acting up|acting weird|weird|looping|crash-?looping|leaking|eating (?:all )?memory|spinning|wedged|frozen|freezing|dying|toast|kaputt|restarting (?:itself|all the time)|throwing \w+|giving \w+|returning \w+)"
)
_VERY: Final = r"(?:(?:all|now|just|still|again|completely|totally|very|really|so|too|quite|a bit|only|constantly|always|suddenly|sometimes) )*"
_WRONG: Final = (
    rf"(?:(?:is|are|was|were|seems?|looks?|stays?|keeps?|remains?|went|goes|has been|have been|got|gets) (?:to be )?{_VERY}{_ILL}"
    rf"|(?:(?:is|are|was|were|does|do|did|has|have|wo|ca|ca|can|could|would)n't|won't|can't|cannot|(?:is|are|was|were|does|do|did|will|would|can|could|has|have) (?:not|no longer)|no longer|never) {_VERY}(?:be |been )?{WELL}"
    rf"|{_VERY}(?:fails?|hangs?|crash(?:es|ed)|broke|leaks?|died|dies|flaps?|loops?|times? out|timed out|acts? up|misbehaves?|spins?|stalls?|stalled|failed|hung|freezes|froze|lags?|"
    rf"(?:throws?|gives?|returns?|logs?|shows?) (?:only |nothing but )?(?:\w+ )?(?:errors?|50\d\w*|4\d\d\w*|timeouts?|garbage)|stopped (?:working|responding|answering|serving)))"
)
_SINCE: Final = compiled(
    rf"^\W*(?:(?:hi|hey|hello|ok|so|and|but|fyi|well|folks|team|overseer)\W+)*{_LEAD},? (?=(?:(?!{_ORDER}\b)[^\s,;.!?:]+ ){{1,7}}?{_WRONG}\b[^,;.!?:\n]{{0,80}}(?:[,;.!:]|\s[-\u2013\u2014])\s*\w)",
    re.IGNORECASE,
)


_TOLD: Final = compiled(rf"\b(?:{_ILL}|{_WRONG})\b", re.IGNORECASE)


def is_wrong(words: str) -> bool:
    """Whether they tell of something that it does not work as it should."""
    return _TOLD.search(words) is not None


def without_since(text: str) -> str:
    """The text, with blanks where it says since when something is wrong that is to be mended.

    >>> without_since("after the update nginx is broken, restart it")
    '                 nginx is broken, restart it'
    >>> without_since("after the update is done, restart nginx")
    'after the update is done, restart nginx'
    """
    found = _SINCE.match(text)
    if found is None:
        return text
    start, end = found.start("lead"), found.end()
    return text[:start] + " " * (end - start) + text[end:]
