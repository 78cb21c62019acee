"""Questions about a set of hosts that may be the wider or the narrower one."""

# ruff: noqa: E501 - sentences read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.intents import Option, Question
from bot.intent.patterns import compiled
from bot.intent.rules.finding import Finding
from bot.intent.rules.questions import ANSWER, listed, whole

_FEW = 6


def _shown(hosts: Sequence[str]) -> str:
    return listed(hosts) if len(hosts) <= _FEW else f"{len(hosts)} hosts"


def of_a_list(finding: Finding, text: str) -> Question | None:
    """ "web and db hosts in staging": all of web, or what of it is in staging?"""
    selection, item = finding.selection, finding.item
    if selection is None or item is None or not selection.narrow:
        return None
    wide, narrow = selection.hosts, selection.narrow
    start, end = whole(finding, item)
    fill = text[:start] + ANSWER + text[end:]
    options = tuple(
        Option(label=_shown(hosts), says=fill.replace(ANSWER, listed(hosts)))
        for hosts in (narrow, wide)
    )
    return Question(
        about="hosts",
        text=f"“{text[start:end]}” may be {_shown(narrow)}, or {_shown(wide)}. Which do you mean?",
        options=options,
        fill=fill,
    )


def of_an_exception(out: Sequence[str], others: Sequence[Finding], text: str) -> Question:
    """ "nginx on web and cron on production except web-2": does nginx spare it, too?"""
    kept, spared = text, text
    for other in sorted(others, key=lambda f: -f.clause.start):
        if other.item is None:
            continue
        start, end = whole(other, other.item)
        left = [h for h in other.hosts if h not in out]
        kept = kept[:start] + listed(other.hosts) + kept[end:]
        spared = spared[:start] + listed(left) + spared[end:]
    said = text[others[0].clause.start : others[0].clause.end]
    return Question(
        about="hosts",
        text=f"Does the exception of {listed(list(out))} hold for “{said}” as well?",
        options=(Option(label="yes, for both", says=spared), Option(label="no", says=kept)),
    )


def idle(out: Sequence[str]) -> Question:
    """An exception that takes nothing away may be a slip."""
    names = _shown(out)
    verb = "is" if len(out) == 1 else "are"
    return Question(
        about="hosts",
        text=f"You leave out {names}, but {names} {verb} not among them. Say it again without the exception, or "
        "with the hosts by their names.",
    )


_EXCEPTING = compiled(
    r"\b(?:but|although|though|however|instead|rather|only|just|yet|merely)\b\s*", re.IGNORECASE
)

_BEHIND = compiled(r"^[\s,]*(?:instead|only|rather)\b", re.IGNORECASE)


def of_a_step(wide: Finding, narrow: Finding, text: str) -> Question:
    """ "reboot all staging hosts, but only check ci-1": instead of the reboot, or as well?"""
    apart = [h for h in wide.hosts if h not in narrow.hosts]
    shared = [h for h in wide.hosts if h in narrow.hosts]
    first = text[wide.clause.start : wide.clause.end]
    options: tuple[Option, ...] = ()
    if wide.item is not None:
        start, end = whole(wide, wide.item)
        step = " ".join(_EXCEPTING.sub("", text[narrow.clause.start : narrow.clause.end]).split())
        head, tail, rest = (
            text[:start],
            text[end : wide.clause.end],
            _BEHIND.sub("", text[narrow.clause.end :]),
        )
        left = f"{head}{listed(apart)}{tail}; {step}{rest}" if apart else ""
        both = f"{head}{listed(wide.hosts)}{tail}, then {step}{rest}"
        options = (Option(label="instead of it", says=left),) if left else ()
        options += (Option(label="as well", says=both),)
    return Question(
        about="request",
        text=f"Shall {_shown(shared)} be left out of “{first}”, or is that asked of {_shown(shared)} as well?",
        options=options,
    )
