"""What is said to a run that waits for a decision: "retry", "skip web-1", "roll it back", "go on". Pure.

Each is what a button of its card does, and only the whole of a sentence counts: "retry the upload"
and "skip lunch" name something else. Where nothing has halted, they mean what they mean elsewhere.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re

from bot.domain.intents import Deciding, HaltedRun, Option, Outcome, ParseContext, Question
from bot.domain.wording import listed

_LEAD = r"(?:(?:please|pls|ok|okay|yes|yep|now|just|let's|lets|hey|well|then|overseer|can you|could you|and)[\s,.!]+)*"
_TAIL = r"(?:[\s,]+(?:please|pls|then|now|thanks|for now|and go on))*"
_WHAT = (
    r"(?: (?:on )?(?:it|this|that|all|them|that one|(?:the|this|that) (?:run|plan|step|host|server|failed (?:hosts?|ones?|targets?|steps?))|"
    r"(?:plan |run )?#?(?P<{0}>\d{{1,9}})|(?P<{0}host>[a-z0-9][\w.-]*)))?"
)
_WORDS = {
    "retry": (
        rf"(?:re-?try|rerun|re-run){_WHAT.format('a')}",
        r"(?:try|run) (?:(?:plan |run )?#?(?P<b>\d{1,9})|(?P<bhost>[a-z0-9][\w.-]*)) (?:again|once more)",
        r"give it another (?:try|go)",
    ),
    "skip": (
        rf"skip{_WHAT.format('a')}",
        rf"(?:(?:go|carry) on|continue|proceed) without{_WHAT.format('b')}",
    ),
    "mark_done": (rf"(?:mark|count){_WHAT.format('a')} (?:as )?done",),
    "rollback": (rf"roll ?back{_WHAT.format('a')}", r"roll (?:it|this|that) back"),
    "recheck": (rf"(?:re-?check|check again|look again){_WHAT.format('a')}",),
    "": (rf"(?:go on|continue|carry on|proceed|keep going)(?: with)?{_WHAT.format('a')}",),
}
_AGAIN = r"(?:(?:try|run|do) (?:(?:it|this|that)(?: all)? )?)?(?:again|once more|one more time)"
"""What repeats whatever was asked last (`once_more`): the run, where that is what was."""
_RULES = tuple(
    (button, re.compile(rf"{_LEAD}(?:{words}){_TAIL}[\s.!]*"))
    for button, ways in _WORDS.items()
    for words in ways
)
_ONCE_MORE = re.compile(rf"{_LEAD}{_AGAIN}{_TAIL}[\s.!]*")
_GOES_ON = re.compile(
    rf"{_LEAD}(?:go on|continue|carry on|proceed|keep going)(?! (?:with )?(?:everything|all)\b).*"
)
_LONGEST = 80
SAYABLE = {"retry": "retry", "skip": "skip", "recheck": "check again", "mark_done": "mark it done",
           "rollback": "roll back", "end": "stop here"}  # fmt: skip
"""Buttons of a run that waits for a decision, and words that do the same."""


def decided(text: str, context: ParseContext, asked: Question | None) -> Deciding | Question | None:
    """The decision about a halted run of the thread that the whole text is, or None.

    `asked` is a question that is open and that it does not answer.
    """
    said = _plain(text)
    if len(said) > _LONGEST:
        return None
    if _ONCE_MORE.fullmatch(said) and any(run.newest for run in context.halted):
        return _meant("retry", {}, context, asked)
    for button, rule in _RULES:
        match = rule.fullmatch(said)
        if match is not None:
            return _meant(button, match.groupdict(), context, asked)
    return None


def decides(outcome: Outcome, context: ParseContext) -> bool:
    """Whether it is a decision about a halted run of the thread, or asks which run it is about."""
    if isinstance(outcome, Question):
        return any(decided(option.says, context, None) for option in outcome.options)
    return isinstance(outcome, Deciding)


def goes_on(text: str) -> bool:
    """Whether it says to go on with something, and not that everything shall be resumed."""
    return _GOES_ON.fullmatch(_plain(text)) is not None


def _meant(
    button: str, named: dict[str, str | None], context: ParseContext, asked: Question | None
) -> Deciding | Question | None:
    if button == "skip" and asked is not None:  # it may be meant for that
        return None
    host = named.get("ahost") or named.get("bhost") or ""
    number = int(named.get("a") or named.get("b") or 0)
    runs = [run for run in context.halted if number in (0, run.number) and _has(run, host)]
    if not runs or (not number and any(plan.mine and plan.waits for plan in context.open)):
        return None  # it may be meant for the plan that waits, whose host "skip web-1" leaves out
    if len(runs) == 1:
        return Deciding(button=button, plan=runs[0].number, host=_name(runs[0], host))
    which = listed([f"#{run.number}" for run in runs])
    if not button:
        return Question(about="plan", text=f"{which} need a decision: press a button on a card.")
    says = SAYABLE[button]
    options = tuple(Option(label=f"#{r.number}", says=f"{says} #{r.number}") for r in runs)
    return Question(
        about="plan", text=f"{which} need a decision. Which do you mean?", options=options
    )


def _has(run: HaltedRun, host: str) -> bool:
    return not host or bool(_name(run, host))


def _name(run: HaltedRun, host: str) -> str:
    return next((name for name in run.hosts if host and name.casefold() == host), "")


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("\u2019", "'").split()).strip(" .!")
