"""Changes that are spoken of, and not asked for.

A question whether something needs doing ("do we have to restart …?"), what somebody is doing
("rebooting web-3 now"), what somebody else wrote (see `reported`), and a joke. None of them
is ever planned; a doubtful one is asked about.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.intent.patterns import compiled
from bot.intent.rules import reported
from bot.intent.rules.combining import Request, changes
from bot.intent.rules.finding import Finding
from bot.intent.rules.verbs import VERBS

_PONDERS = compiled(
    r"^(?:\W|(?:so|ok|okay|and|but|or|hm+|hey|hi|hello|well|please|also|then|oh|um+|uh|actually|btw|by the way|question|now|again|anyway|seriously|honestly|tell me)\b)*"
    r"(?:do|does|did|don't|doesn't|didn't|would|wouldn't|will|won't|could|couldn't|should|shouldn't|must|mustn't|shall|may|might|have|has|had|are|aren't|am|is|isn't|was|were)(?: not)? "
    r"(?:we|i|you|they|he|she|it|one|anyone|anybody|someone|somebody|people|everyone|the team)(?: \w+){0,3}? "
    r"(?:need|have|want|got|ought|supposed|meant|required|expected|obliged|intend|intending|plan|planning|going|wish|dare|care) to\b"
)
_ELSE = compiled(
    r"[^\w<]*@(?!\w*bot\b|overseer\b|ops\w*|here\b|all\b|channel\b|everyone\b|team\b)\w"
)
_TIME_TO = compiled(r"\W*(?:(?:so|ok|is it) )*(?:time|need|needed) (?:to|for)\b")
_ONLY = compiled(
    r"(?:[,(;]\s*|\s-\s+|\b(?:but|and)\s+)(?:only|just)\s+(?:(?:on|in|for|the)\s+)*([\w-]+)"
    r"|(?:[,(;]\s*|\s-\s+|\bbut\s+)(?:(?:on|in|for|the)\s+)*(?!(?:and|but|or|then)\b)([\w-]+)\s+only\b"
)
_WHY_NOT = compiled(r"\W*why (?:don't|dont|do not) (?:we\b|you\b.*\?)")
_BESOUGHT = compiled(r"\b(?:mind|minding|about|try)\W*(?:please\W*)?$")
_PLEASE = compiled(r"\b(?:please|pls|plz|kindly|can you|could you|would you)\b")
_KINDLY = compiled(r"\b(?:please|pls|plz|kindly)\b")
_JOKE = compiled(
    r"[\U0001F602\U0001F643\U0001F61C\U0001F61D\U0001F92A\U0001F60F\U0001F923\U0001F921]|\byeah,? right\b(?!,? (?:now|away))"
    r"|\boh (?:great|joy|wonderful|brilliant|fantastic)\b(?!\W+(?:thank|thx))|,? right\s*\?\s*$|(?:\bnot|n't) (?:just|only|merely)\b"
)


def unasked(findings: Sequence[Finding], request: Request) -> list[Finding]:
    """The findings, with each change that nobody asked for marked as what it is."""
    found = list(findings)
    if not any(_changing(f, request) for f in found):
        return found
    low = request.text.casefold()
    joke = bool(_JOKE.search(low) or _ELSE.match(low) or _WHY_NOT.match(low))
    frame = reported.from_colon(request.text, request.vocabulary)
    for at in sorted(range(len(found)), key=lambda k: found[k].clause.start):
        finding = found[at]
        if not _changing(finding, request):
            continue
        before = _before(found, at)
        if _outcry(finding, before, at == len(found) - 1, request.text):
            found[at] = replace(finding, kind="unknown")
            continue
        raw = low[before.clause.end if before else 0 : finding.clause.end]
        if _narrowed(finding, low):
            found[at] = replace(finding, kind="unknown")
        elif (
            joke
            or finding.clause.start >= frame
            or _told(before, finding, request.text)
            or _wondered(finding, raw)
            or _passive(finding, low)
        ):
            found[at] = replace(finding, kind="reported")
        elif _PONDERS.match(raw):
            found[at] = replace(finding, kind="pondered", action="")
        elif _doing(finding) and not _wanted(finding, before, low):
            kind = "unknown" if _PLEASE.search(low) or before else "statement"
            found[at] = replace(finding, kind=kind, action="")
    return found


def _changing(finding: Finding, request: Request) -> bool:
    return finding.kind == "wish" and changes(finding, request.vocabulary)


def _before(findings: Sequence[Finding], at: int) -> Finding | None:
    """The finding whose clause stands before this one in the text."""
    earlier = [f for f in findings if f.clause.end <= findings[at].clause.start]
    return max(earlier, key=lambda f: f.clause.end, default=None)


def _wondered(finding: Finding, raw: str) -> bool:
    """ "web-3 needs a reboot?", "time to reboot web-3?": no order has this shape."""
    first = next((i.low for i in finding.clause.items if i.kind != "punct"), "")
    return finding.clause.asked and (
        first in {"qhosts", "qservice", "qit"} or bool(_TIME_TO.match(raw))
    )


def _passive(finding: Finding, low: str) -> bool:
    """ "can nginx on web-1 be restarted?", "reboot required": a wish, or not; "please" tells."""
    items = [i for i in finding.clause.items if i.kind != "punct"]
    may = items[:1] and items[0].low in {"can", "could", "may", "would"}
    words = [i.low for i in items if i.kind == "word"]
    told = words[-1:] and words[-1] in {"needed", "required", "due", "wanted", "requested"}
    return bool(may or told) and not _KINDLY.search(low)


def _narrowed(finding: Finding, low: str) -> bool:
    """ "the web hosts, only web-2": the set that was read is wider than the one that was meant."""
    item = finding.item
    if item is None or len(finding.hosts) < 2:
        return False
    return any(
        item.start < m.start() <= finding.clause.end and (m[1] or m[2]) not in VERBS
        for m in _ONLY.finditer(low)
    )


def _outcry(finding: Finding, before: Finding | None, last: bool, text: str) -> bool:
    """ "restart nginx on web-1, stop!": no step, but a call to leave it."""
    bare = finding.clause.words() in {("stop",), ("halt",), ("kill",)}
    if not (bare and last and before is not None and finding.clause.joined != "then"):
        return False
    return "and" not in text[before.clause.end : finding.clause.start].casefold().split()


def _told(before: Finding | None, finding: Finding, text: str) -> bool:
    if before is None:
        return False
    said = text[before.clause.start : before.clause.end]
    return reported.told(said, text[before.clause.end : finding.clause.start])


def _doing(finding: Finding) -> bool:
    """ "rebooting web-3": what somebody is doing."""
    first = next((i for i in finding.clause.items if i.kind != "punct"), None)
    return (
        first is not None
        and first.kind == "word"
        and first.low.endswith("ing")
        and first.low not in {"bring", "ping"}
    )


def _wanted(finding: Finding, before: Finding | None, low: str) -> bool:
    """ "would you mind restarting …", "before rebooting …", or one more of the same."""
    if finding.clause.lead or _BESOUGHT.search(low[: finding.clause.start]):
        return True
    return (
        before is not None
        and before.kind == "wish"
        and _doing(before)
        and finding.clause.joined in {"soft", "then"}
    )
