"""When an open plan shall begin instead: "do it at 22:00", "and after 22:00", "now instead"."""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.domain.intents import ParseContext, Question
from bot.intent.patterns import compiled
from bot.intent.rules import scheduling, times
from bot.intent.rules.times import When

_BEGIN = compiled(
    r"(?:^\s*(?:until|till)|\b(?:(?:make|move|change|put|set) (?:it|that|this|the (?:start|time|start time))(?: (?:to|for|at))?"
    r"|(?:postpone|delay|defer|hold|keep|push|put off|reschedule|schedule)(?: (?:it|that|this))?"
    r"(?: (?:off|back))?(?: (?:to|for|until|till))?"
    r"|wait(?: with (?:it|that|this))? (?:until|till|for)"
    r"|(?:start|begin|run|do)(?:ning|ing)? (?:it |that |this |them )?(?:from|only)"
    r"|not now(?: but)?,?|no(?:t|pe)?,? (?:make it)|rather|better))\s+(?=(?:at|on|after|not before|in|today|tonight|tomorrow|\d|noon|midnight|next|mon|tue|wed|thu|fri|sat|sun))",
    re.IGNORECASE,
)
_CLOCK_FIRST = compiled(
    r"^\s*(?=\d{1,2}(?::\d{2}\b| ?[ap]\.?m\b)|noon\b|midnight\b)", re.IGNORECASE
)
_CARRIES = compiled(
    r"\b(?:(?:please |just |only )*(?:do|run|start|begin|make|try|let's do|schedule|postpone|hold|delay)"
    r"(?: (?:it|that|this|them|the plan))?|instead|then|start|begin|only)\b",
    re.IGNORECASE,
)
_NOW = compiled(
    r"(?:(?:do|run|start|begin|make|try) (?:it|that|this|them) )?(?:but )?"
    r"(?:(?:right |just )?now|immediately|at once|right away|straight away|as soon as possible|asap)"
    r"(?: (?:instead|rather|then|after all|please))*"
    r"|(?:start|begin) now|(?:do not|don't|dont) wait(?: (?:for it|until then|any longer))?"
    r"|(?:do|run|start|begin) (?:it|that|this|them) without (?:a |the )?(?:time|start|schedule)",
    re.IGNORECASE,
)
_LATER = compiled(
    r"(?:(?:do|run|start|begin|make|try) (?:it|that|this|them) )?(?:a bit |some time |sometime )?later(?: on)?"
    r"|not (?:right )?now|(?:at )?some other time|(?:postpone|delay|defer|reschedule)(?: (?:it|that|this))?",
    re.IGNORECASE,
)
"""Another time, and nobody knows which."""
_PART = compiled(r"\s*(?:[,;]\s*(?:and |but )?|\s(?:and|but)\s)\s*", re.IGNORECASE)


_A_MOMENT = compiled(
    r"\W*(?:(?:just|only|ok|okay|yes|sure|one sec|wait|hold on|hang on)\W+)*in (?:just )?(?:an?|one|1|two|2|a few|a couple(?: of)?) (?:secs?|seconds?|mins?|minutes?|moments?|bit|tick)(?: or (?:so|two))?\W*(?:(?:please|thanks|ok|okay|guys|folks|sorry)\W*)*",
    re.IGNORECASE,
)
"""People say so that they come to it; nobody gives a plan its start by that."""
_LOOSE = compiled(
    r"in (?:an?|half an?|a quarter of an|a couple(?: of)?) (?:hours?|hrs?|minutes?|mins?)",
    re.IGNORECASE,
)
"""What may be said of anything, where nothing stands beside it."""


_SAME_TIME = compiled(r"\b(?:at )?(?:the )?same (?:time|hour)\b", re.IGNORECASE)


def is_a_moment(text: str) -> bool:
    """Whether it only says that somebody will be a moment: "in a sec", "in a minute".

    >>> is_a_moment("in a sec"), is_a_moment("do it in a minute"), is_a_moment("in 5 minutes")
    (True, False, False)
    """
    return _A_MOMENT.fullmatch(text) is not None


def is_now(text: str) -> bool:
    """Whether it says that something shall begin at once, and nothing else."""
    return _NOW.fullmatch(text.strip(" .!")) is not None


def take(
    text: str, context: ParseContext, *, asks: bool = False, among: bool = False
) -> tuple[str, When | None, Mapping[str, object]]:
    """The text without its time, a time that is not plain, and the option that a plain one is.

    A plain one that a text only `asks` about ("at noon?") is asked back, and one with nothing beside
    it that is said `among` people behind somebody else's words. "Now" takes a start away from a plan that has one; of others it says nothing.
    """
    if context.now is None:
        return text, None, {}
    text = _with_its_hour(text, context)
    said = _CLOCK_FIRST.sub("at ", _BEGIN.sub(_as_a_start, text))
    found = scheduling.found_in(said, context)
    if not found:
        if _LATER.fullmatch(text.strip(" .!")):
            return "", scheduling.some_time(text.strip(" .!"), context), {}
        later = any(plan.mine and plan.intent.options.start for plan in context.open)
        return _without_now(text) if later else (text, None, {})
    if len(found) > 1:
        return text, None, {}
    when = found[0]
    left = when.blanked(said)
    alone = not left.strip(" ,.;:-!?")
    if when.at and (asks or (alone and (among or _LOOSE.fullmatch(when.said)))):
        when, left = _asked(when, context), left.rstrip(" ?")
    if not _CARRIES.sub("", left).strip(" ,.;:-!?"):
        left = ""
    return left, None if when.at else when, {"start": when.at} if when.at else {}


def _with_its_hour(text: str, context: ParseContext) -> str:
    """With the hour at which the one plan of theirs begins for "the same time" of another day.

    Without a day nothing begins otherwise by it: "add web-2 at the same time" is with the others,
    or when they are done, too.
    """
    starts = [plan.intent.options.start for plan in context.open if plan.mine]
    if len(starts) != 1 or starts[0] is None or context.now is None or not _SAME_TIME.search(text):
        return text
    here = context.now.astimezone(times.zone_of(context.zone, context.now))
    hour = f"at {starts[0].astimezone(here.tzinfo):%H:%M}"
    timed = _SAME_TIME.sub(hour, text)
    if any(when.said.casefold() != hour for when in scheduling.found_in(timed, context)):
        return timed
    without = _SAME_TIME.sub(" ", text)
    whole = bool(_CARRIES.sub("", without).strip(" ,.;:-!?"))
    return without if whole else _SAME_TIME.sub(times.moment(starts[0], here).says, text)


def _asked(when: When, context: ParseContext) -> When:
    """A plain time that may not have been meant as the start: it is asked about."""
    if when.at is None or context.now is None:
        return when
    here = context.now.astimezone(times.zone_of(context.zone, context.now))
    return replace(when, at=None, ways=(times.moment(when.at, here),), why="asked")


def _as_a_start(match: re.Match[str]) -> str:
    after = match.string[match.end() :]
    return "at " if re.match(r"\d|noon|midnight", after, re.IGNORECASE) else ""


def _without_now(text: str) -> tuple[str, None, Mapping[str, object]]:
    """ "now instead", alone or beside another change."""
    parts = [part for part in _PART.split(text) if part.strip(" .!")]
    now = [part for part in parts if _NOW.fullmatch(part.strip(" .!"))]
    if len(now) != 1:
        return text, None, {}
    return ", ".join(part for part in parts if part not in now), None, {"start": None}


def question(
    when: When, beside: str, number: int, context: ParseContext, *, about: str
) -> Question:
    """Which moment is meant; each option is the same change, `beside` it, with that one."""
    rest = beside.strip(" ,;?")
    text = f"#{number}: {rest}, " if rest else f"#{number}: "
    moved = replace(when, start=len(text), end=len(text) + 1)
    asked = scheduling.question(moved, f"{text}?", context)
    says = f"Shall #{number} begin then, “{when.said}”?" if when.why == "asked" else asked.text
    return asked.model_copy(update={"about": about, "text": says})
