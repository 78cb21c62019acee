"""What is plainly asked for and cannot be planned: an answer that says so, and a way on.

Undoing what is finished, the same change several times, an upgrade that leaves packages out,
who is logged in. None of them becomes something else by guesswork.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.intents import Option, Question
from bot.intent.patterns import compiled
from bot.intent.rules import reasons
from bot.intent.rules.combining import Request, changes
from bot.intent.rules.finding import Finding
from bot.intent.rules.target_words import UPGRADES
from bot.intent.rules.verbs import DONE

_POLITE = r"(?:(?:please|pls|plz|ok|okay|oh|oops|hey|no|wait|now|then|can|could|would|you|we|i|want|need|to|just|quickly|how|do)\W+)*"
_UNDO = compiled(
    rf"\W*{_POLITE}(?:undo|revert|reverse|roll(?:ing)? ?back|roll (?:it|that|this|everything) back|take (?:it|that|this) back)\b(?P<what>[^.;!?]*)"
)
_DEED_UNDONE = compiled(
    r"\W*(?:(?:please|pls|again|now|thanks|for me|right now)\W*)*|.*\b(?:it|that|this|last|previous|latest|everything|things?|changes?|plan|run|step|restart|reboot|reload|upgrade|update|stop|start|action|what|you|just|did)\b.*|\W*#\d+\W*"
)
_PLAN = compiled(r"(?:\bplan|\brun|#)\s*#?(\d+)")
_TIMES = compiled(
    r",?\s*\b(?:twice|thrice|(?:two|three|four|five|six|ten|several|a few|a couple of|many|\d{1,3}) times|\d{1,3}x|repeatedly|over and over(?: again)?|again and again|in a loop)\b(?! (?:a|an|per|every|each|the|daily|weekly|hourly|nightly|monthly)\b)"
)
_LOGGED_IN = compiled(
    r"\b(?:who|who's|whos|which (?:users?|people)|what users?|how many (?:users|people)|any(?:one|body| users?)|some(?:one|body)|list|show(?: me)?|is there any(?:one|body))\b[^.;!?]*?\b(?:logged[ -]?(?:in|on)|signed in|log(?:in|on)s?|connected|sessions?|users)\b"
    r"|^\W*(?:are there )?any (?:other )?(?:users|people|sessions)\b"
    r"|^\W*(?:so |hey |and )?who(?: else)? (?:uses|is using|works on|is working on)\b"
    r"|^\W*(?:so |hey |and )?who(?:'s| is| else is| all is)(?: currently| now| still| else)* on\b"
)
_CHANGING = frozenset({*DONE.values(), "upgrade", "update", "patch"})
_SPARING = compiled(
    r"\b(?:except(?:ing| for)?|but(?: not)?|excluding|exclude|without|minus|apart from|aside from|other than|save for|leaving out|leave|skip(?:ping)?|not|besides|keep(?:ing)?|hold(?:ing)?)\W+(?:the |on |for |from |out )*$"
)


def beyond(findings: Sequence[Finding], request: Request) -> Question | None:
    """The question that says what can be had instead, or None."""
    low = reasons.masked(request.text).casefold()
    return (
        _undone(low, findings)
        or _repeated(low, findings, request)
        or _left_out(low, findings, request)
        or _logged_in(low, findings, request)
    )


def _undone(low: str, findings: Sequence[Finding]) -> Question | None:
    match = _UNDO.match(low)
    if not match or any(f.kind == "wish" and not f.word for f in findings):
        return None
    if not _DEED_UNDONE.fullmatch(match["what"]):
        return None
    plan = _PLAN.search(match["what"])
    says = f"show plan {plan[1]}" if plan else "show plan history"
    return Question(
        about="undo",
        text="I can't plan an undo. “Roll back” is a button on the card of a run that failed or stopped "
        "halfway, where its steps have an undo; what is finished is taken back by asking for the "
        "opposite, as in “start nginx on web-1” after a stop.",
        options=(Option(label=says, says=says),),
    )


def _repeated(low: str, findings: Sequence[Finding], request: Request) -> Question | None:
    match = _TIMES.search(low)
    if not match or not any(_wants_change(f, request) for f in findings):
        return None
    once = " ".join(f"{request.text[: match.start()]} {request.text[match.end() :]}".split())
    return Question(
        about="times",
        text=f"I can't plan the same thing “{match[0].strip(' ,')}”: one request does it once. "
        "Say it again when it is done. Shall I do it once?",
        options=(Option(label="once", says=once),),
    )


def _wants_change(finding: Finding, request: Request) -> bool:
    if finding.kind == "wish":
        return changes(finding, request.vocabulary)
    return finding.kind == "unknown" and any(
        i.kind == "word" and i.low in _CHANGING for i in finding.clause.items[:2]
    )


def _left_out(low: str, findings: Sequence[Finding], request: Request) -> Question | None:
    """ "upgrade everything on ci-1 but not openssl", "patch ci-1 but leave docker alone"."""
    for at, finding in enumerate(findings):
        upgrading = any(i.low in UPGRADES for f in findings[: at + 1] for i in f.clause.items)
        problem = finding.selection.trouble if finding.selection else None
        if not upgrading or problem is None or problem.kind != "unknown":
            continue
        word = problem.word.casefold()
        place = re.search(rf"(?<![\w.-]){re.escape(word)}(?![\w-])", low)
        if not place or request.vocabulary.looks_like_host(word):
            continue
        if _SPARING.search(low[: place.start()]):
            held = re.match(r"(?:hold|pin)\W+(\w[\w.+-]*)", low[place.start() :])
            return _kept_back(
                held[1] if held else problem.word,
                finding.selection.hosts if finding.selection else (),
            )
    whole = [f for f in findings if f.action == "package.upgrade" and "packages" not in f.params]
    kept = [name for f in findings if f.kind in {"negated", "spared"} for name in f.services]
    return _kept_back(kept[0], whole[0].hosts) if whole and kept else None


def _kept_back(package: str, hosts: Sequence[str]) -> Question:
    ask = f"any pending updates on {', '.join(hosts)}?" if 0 < len(hosts) < _MANY else ""
    return Question(
        about="packages",
        text=f"An upgrade can't leave {package} out: it takes the packages that you name, or all. "
        f"Name those you want, or hold {package} on the host first (`apt-mark hold`).",
        options=(Option(label=ask, says=ask),) if ask else (),
    )


_MANY = 6


def _logged_in(low: str, findings: Sequence[Finding], request: Request) -> Question | None:
    told = any(f.kind in {"wish", "negated", "spared", "statement"} for f in findings)
    if told or not _LOGGED_IN.search(low) or any(_wants_change(f, request) for f in findings):
        return None
    found = next((f.selection for f in findings if f.selection and not f.selection.trouble), None)
    hosts = found.hosts if found and not found.back else ()
    where = ", ".join(hosts)
    said = (f"who changed {where}?", f"show the processes on {where}", f"run `who` on {where}")
    return Question(
        about="logins",
        text="I have no way of my own to see who is logged in. The nearest: what was done there "
        "through me, and what runs there; or ask the host itself, as a raw command that must be approved.",
        options=tuple(Option(label=s, says=s) for s in said) if where else (),
    )
