"""What people say around a decision about a halted run: "fixed it, try again", "what now?". Pure.

beside_report what is decided beside a report of how things are: nobody orders with such a report
corrected     what is decided instead of what was asked
asks_ways     words that want something of the run which is no decision, or not one for now
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.intent.patterns import compiled

_DONE: Final = r"(?:fixed|repaired|solved|sorted(?: out)?|resolved|cleared|freed|cleaned|restored|replaced|rebooted|restarted|mounted|remounted|corrected|patched|done|finished|changed|renewed|reconnected)"
_FINE: Final = rf"(?:fine|ok|okay|good|great|up|back|free|clean|healthy|working|ready|reachable|online|better|alive|gone|{_DONE})"
_BE: Final = r"(?:is|are|was|were|has|have|looks?|seems?|should(?: be| have)?|'s|'re|'ve)"
_REST: Final = r"(?: [^\s,;]+){0,8}"
_REPORTS: Final = compiled(
    r"(?:(?:ok|okay|well|so|hey|hi|yes|alright|right)[\s,.!]+)*(?:"
    rf"(?:(?:i|we|he|she|they)(?:'ve| have)? )?(?:(?:just|already|now|have|has|all) )*{_DONE}{_REST}|"
    rf"(?:(?:the|my|our|this|that|it|all|everything|[\w.-]+)(?: [\w.-]+){{0,3}}? ?{_BE})(?: [\w-]+){{0,3}}? {_FINE}{_REST}|"
    rf"(?:all |everything |now )?{_FINE}(?: (?:now|again|here|up))*|(?:(?:it|that|this|all|everything) )?(?:(?:now )?works?|should work)(?: (?:now|again|fine))*"
    r")"
)
"""How things are, or what somebody has done about them."""
_NO_REPORT: Final = compiled(
    r"\?|\b(?:if|when|once|after|before|unless|until|till|as soon as|whether|my|your|his|her|their|not|no|never|none|nothing|nobody|don't|dont|without|why|who|what|how|where|shall|can|could|would|will|maybe|perhaps|hope|later|soon|tomorrow|but|please)\b|n't\b"
)
_BETWEEN: Final = compiled(
    r"\s*[,;.!:\u2026\u2013\u2014]+\s+(?:(?:and|so|now|you can)\s+)*|\s+-+\s+|\s+(?:and|so)\s+(?:now\s+)?"
)
_NO: Final = compiled(r"(?:(?:no+|nope|nah)\s*[,.!;:\u2013\u2014-]+\s*)+")
_LONGEST: Final = 160
_CONDITION: Final = compiled(
    r"\?|\b(?:if|when|once|after|before|unless|until|till|as soon as|whether|but|yet|later|soon|tomorrow|tonight|instead|rather|or|then|and)\b"
)
"""With one of these there is more to it than why."""

_VERB: Final = r"(?:re-?try|re-?run|(?:try|run)(?: (?:it|this|that))? again|go on|continue|carry on|proceed|check again|re-?check|skip|roll ?back|roll (?:it|this|that) back)"
_WAYS: Final = compiled(
    r"(?:(?:ok|okay|well|so|hey|and|hm+|just|please|pls|alright)[\s,.!]+)*(?:"
    r"(?:what|how)(?:'s| is)? (?:now|next)|now what|now|what (?:do|can|should|must|could|shall) (?:i|we) (?:do|say)(?: (?:now|here|about (?:it|that|this)))?|what are (?:my|the|our) (?:options|choices|ways)|how (?:do|can|does) (?:i|we|it|this) go on|"
    r"(?P<leave>leave (?:it|that|this|them)(?: (?:alone|be|as (?:it is|they are)|like (?:that|this)|for now|now))*|do nothing)|not (?P<host>[a-z0-9][\w.-]*)|"
    rf"{_VERB}(?: (?:it|this|that|all|web|everything|[a-z]+-\d+))? (?:in (?:an? |half an |some |\d+ ?|one |two |five |ten )\w+.*|at \d.*|later(?: on| today| tonight)?|tomorrow.*|tonight.*|soon|(?:when|once|if|as soon as|after|before|until|unless) .+)"
    r")[\s,.]*(?:(?:please|then|overseer|thanks)[\s,.]*)*"
)


def beside_report(said: str) -> Iterator[str]:
    """What may be decided behind or before a report, in lower case; each is to be read as a whole.

    >>> list(beside_report("i fixed it, retry please")), list(beside_report("retry, it's fine now"))
    (['retry please'], ['retry'])
    >>> list(beside_report("if it's fixed, retry")), list(beside_report("web-3 is next, retry"))
    ([], [])
    """
    if len(said) > _LONGEST:
        return
    for found in _BETWEEN.finditer(said):
        report = said[: found.start()].strip(" ,.!")
        if _is_report(report):
            yield said[found.end() :]
        if _is_report(said[found.end() :].strip(" ,.!")):
            yield said[: found.start()]


def corrected(said: str) -> str:
    """What is said behind a no, in lower case, that may contradict what was asked; or nothing.

    >>> corrected("no, retry"), corrected("no retry"), corrected("nope. go on")
    ('retry', '', 'go on')
    """
    found = _NO.match(said) if len(said) <= _LONGEST else None
    return said[found.end() :] if found is not None else ""


def explained(said: str) -> str:
    """What is said before a reason for it, in lower case; empty: there is no such.

    >>> explained("skip it, web-1 is being rebuilt"), explained("skip it, but not yet")
    ('skip it', '')
    """
    found = _BETWEEN.search(said)
    if found is None or len(said) > _LONGEST or _CONDITION.search(said):
        return ""
    return said[: found.start()] if len(said[found.end() :].split()) > 1 else ""


def _is_report(said: str) -> bool:
    return not _NO_REPORT.search(said) and _REPORTS.fullmatch(said) is not None


def asks_ways(said: str) -> tuple[bool, str] | None:
    """Whether it wants nothing done, and the host that it says "not" of; None: it is no such.

    >>> asks_ways("what now"), asks_ways("leave it"), asks_ways("not web-1")
    ((False, ''), (True, ''), (True, 'web-1'))
    >>> asks_ways("retry in 5 minutes"), asks_ways("retry")
    ((False, ''), None)
    """
    found = _WAYS.fullmatch(said.rstrip(" ?!."))
    if found is None or len(said) > _LONGEST:
        return None
    host = found["host"] or ""
    return bool(found["leave"] or host), host
