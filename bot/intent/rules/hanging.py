"""A change that hangs on the answer to a look before it.

"is web-1 down? then reboot it", "check that web-2 is up, then reboot web-1": a plan would do the
second whatever the first finds, so it is asked about. "check nginx on web-1, then reload it"
only says what is done one after the other.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from bot.intent.patterns import compiled
from bot.intent.rules.finding import Finding
from bot.intent.rules.vocabulary import Vocabulary

_WHETHER = frozenset("is are was were does do did has have can if whether".split())
_FIRST = _WHETHER | {"any", "anything", "anybody", "anyone", "there"}
_HOW = frozenset("what who when where why how which".split())
_STATES = frozenset(
    "up down healthy unhealthy ok okay fine good well alive dead running stopped started active inactive failed online "
    "offline reachable unreachable responding full empty idle busy back free clean ready working broken low stuck".split()
)
_CHECKS = r"^\W*(?:please |then |and |so )*(?:double[- ]?|re-?)?(?:check(?:ing)?|test(?:ing)?|see(?:ing)?|look(?:ing)?|make sure|making sure|make certain|ensur\w+|verify\w*|confirm\w*|validat\w+|assert\w*)"
_TOLD_APART = compiled(rf"\b(?:if|whether)\b|{_CHECKS} that (?=\w)")
_STATED = compiled(
    rf"{_CHECKS}\b.*?\b(?:is|are|isn't|aren't|runs?|works?|has|have|responds?|answers?)\b"
)
_ASSURED = compiled(
    r"^\W*(?:please |then |and |so )*(?:make sure|making sure|make certain|ensur\w+|verify\w*|confirm\w*|validat\w+|assert\w*)\b"
)
_STATUS = frozenset(("host.status", "service.status"))


class _Doubt(Enum):
    """What the change may hang on: nothing, the same host, the step just before, or whatever it is."""

    NONE = 0
    SAME = 1
    NEXT = 2
    ALWAYS = 3


def hangs(findings: Sequence[Finding], text: str, vocabulary: Vocabulary) -> bool:
    """Whether one of the changes hangs on a look that comes before it."""
    looks: list[tuple[_Doubt, Finding]] = []
    for finding in findings:
        if finding.kind == "negated" and finding.clause.asked and not _DEED & _words(finding):
            looks.append((_Doubt.ALWAYS, finding))  # "no errors on web-1? reload it"
        if finding.kind != "wish":
            continue
        shape = vocabulary.actions.get(finding.action)
        if shape is None or not shape.changes:
            looks.append((_doubt(finding, text), finding))
            continue
        then = finding.clause.joined == "then"
        for at, (doubt, look) in enumerate(looks):
            same = bool(set(look.hosts) & set(finding.hosts))
            last = at == len(looks) - 1
            between = text[look.clause.end : finding.clause.start].casefold()
            answered = last and look.clause.asked and not _BESIDE.search(between)
            if doubt is _Doubt.ALWAYS or (last and _ONLY_THEN.search(between)):
                return True
            if doubt is not _Doubt.NONE and last and then:
                return True
            if doubt is _Doubt.SAME and (same or answered):
                return True
    return False


_ONLY_THEN = compiled(r"\bonly (?:then|afterwards?|after that)\b")
_BESIDE = compiled(r"\b(?:and|also|plus|besides|next|too|please|can you|could you)\b")
_DEED = frozenset("reboot restart reload start stop upgrade update patch do touch".split())


def _words(finding: Finding) -> set[str]:
    return {i.low for i in finding.clause.items if i.kind != "punct"}


def _doubt(finding: Finding, text: str) -> _Doubt:
    raw = text[finding.clause.start : finding.clause.end].casefold()
    lows = [i.low for i in finding.clause.items if i.kind != "punct"]
    words = _words(finding)
    if _TOLD_APART.search(raw) or _ASSURED.match(raw):
        return _Doubt.ALWAYS
    if not words & _HOW and _STATED.match(raw):
        return _Doubt.ALWAYS
    asked = finding.clause.asked and not words & _HOW
    if finding.action in _STATUS and words & _WHETHER:
        return _Doubt.SAME
    if asked or (lows and lows[0] in _FIRST and not words & _HOW):
        return _Doubt.SAME
    told = lows and lows[0] in {"qhosts", "qservice", "qit"} and words & _STATES
    return _Doubt.NEXT if told else _Doubt.NONE
