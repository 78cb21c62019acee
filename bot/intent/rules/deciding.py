"""What is said to a run that waits for a decision: "retry", "skip web-1", "roll it back", "go on". Pure.

Each is what a button of its card does, and only the whole of a sentence counts: "retry the upload"
and "skip lunch" name something else. Where nothing has halted, they mean what they mean elsewhere.
Where something has, they are no new request, and no answer to a question about something else.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.domain.intents import (
    Deciding,
    OpenPlan,
    Option,
    Outcome,
    ParseContext,
    Question,
    SmallTalk,
)
from bot.domain.repeats import asks_again, is_exclaimed
from bot.domain.thread_runs import HaltedRun
from bot.domain.wording import listed
from bot.intent.patterns import compiled
from bot.intent.rules import deciding_abroad, deciding_loosely
from bot.intent.rules.rewriting import withdrawing

_LEAD = r"(?:(?:please|pls|ok|okay|yes|yep|now|just|let's|lets|hey|well|then|overseer|(?:can|could|would|will) you|and|go ahead and)[\s,.!]+|(?:thanks|thank you|thx|great|perfect|cool|nice)[,.!]+\s+)*"
_TAIL = (
    r"(?:[\s,]+(?:please|pls|plz|then|now|thanks|thank you|thx|for now|and go on|and continue))*"
)
_HOST = r"(?!(?:please|pls|plz|then|now|thanks|thank|thx|for|and|as|continue|proceed|carry|go|again|once|one)\b(?![.-]))[a-z0-9][\w.-]*"
_HOSTS = rf"{_HOST}(?:(?:,| and| &|, and) {_HOST})*"
_WHAT = (
    r"(?: (?:on )?(?:it|this|that|all|them|both|everything|(?:this|that) one|(?:the|this|that|those|these) (?:run|plan|step|hosts?|servers?|failed (?:hosts?|ones?|targets?|steps?))|"
    rf"(?:plan |run )?#?(?P<{{0}}>\d{{{{1,9}}}})|(?P<{{0}}host>{_HOSTS})(?: (?:of|in|on|from) (?:plan |run )?#?(?P<{{0}}of>\d{{{{1,9}}}}))?))?"
)
_ONCE_MORE = r"(?:again|once more|one more time)"
_WORDS = {
    "retry": (
        rf"(?:re-?try|rerun|re-run){_WHAT.format('a')}(?: {_ONCE_MORE})?",
        rf"(?:try|run){_WHAT.format('b')[:-1]} {_ONCE_MORE}",
        r"give it another (?:try|go)",
    ),
    "skip": (
        rf"skip{_WHAT.format('a')}",
        rf"(?:(?:go|carry) on|continue|proceed) without{_WHAT.format('b')}",
        rf"(?:ignore|leave out|without) (?P<ahost>{_HOSTS})(?:,? and (?:go on|continue|carry on|proceed))?|leave (?P<bhost>{_HOSTS}) out",
    ),
    "mark_done": (rf"(?:mark|count){_WHAT.format('a')} (?:as )?done",),
    "end": (r"end (?:it|this|that|(?:the|this|that) (?:run|plan)|(?:plan |run )?#?(?P<a>\d{1,9}))(?: here)?|end here",),
    "rollback": (rf"roll ?back{_WHAT.format('a')}", rf"roll{_WHAT.format('a')[:-1]} back"),
    "recheck": (rf"(?:re-?check|check again|look again){_WHAT.format('a')}",),
    "again": (r"(?:look again,? )?ask (?:for (?:it|that|this) )?(?:again|anew)(?: for)?(?: (?:plan )?#?(?P<a>\d{1,9}))?",),
    "": (rf"(?:go on|continue|carry on|proceed|keep going)(?: with)?{_WHAT.format('a')}",),
}  # fmt: skip
_AGAIN = rf"(?:(?:try|run|do) (?:(?:it|this|that)(?: all)? )?)?{_ONCE_MORE}"
"""What repeats whatever was asked last (`once_more`): the run, where that is what was."""
_BACK = (
    rf"(?:un-?do|revert|reverse){_WHAT.format('a')}|(?:take|put) (?:it|this|that|them|everything|(?:the|this|that) (?:run|plan|change|step)) back|"
    r"take back (?:it|this|that|everything|(?:the|this|that) (?:run|plan|change|step))"
)
"""What takes back whatever was done last."""
_NOT = r"(?:(?:do not|don't|dont|never|not|no|no more|let's not|lets not|better not)(?: (?:to|try to))?)"
_DEEDS = r"(?:re-?try(?:ing)?|rerun|skip(?:ping)?|roll(?:ing)? ?back|undo|revert|re-?check|check again|mark|go on|continue|carry on|proceed)"


def _compiled(words: str) -> re.Pattern[str]:
    return compiled(rf"{_LEAD}(?:{words}){_TAIL}[\s.!]*")


_RULES = tuple(
    (button, _compiled(words)) for button, ways in _WORDS.items() for words in ways
)  # fmt: skip
_REPEATS = _compiled(_AGAIN)
_TAKES_BACK = _compiled(_BACK)
_DENIES = _compiled(
    rf"(?:(?:no+|nope|nah|wait)[\s,.!]+)*(?:{_NOT} {_DEEDS}{_WHAT.format('a')}(?: (?:as )?done| {_ONCE_MORE})?(?: yet)?|{_NOT} (?:try|run|do|roll|take)(?: (?:it|this|that|them|all))? (?:again|back))"
)
_GOES_ON = compiled(
    rf"{_LEAD}(?:go on|continue|carry on|proceed|keep going)(?! (?:with )?(?:everything|all)\b).*"
)
_ASKS_FOR_IT = compiled(r"(?:(?:please|pls|hey|ok|okay)[\s,]+)*(?:can|could|would|will) you\b")
_DROPS = compiled(rf"{_LEAD}skip (?:it|this|that){_TAIL}")
_AND = compiled(r",| and | & ")
_LONGEST = 80
_HARMLESS = frozenset({"retry", "recheck", ""})
"""What does no more than was approved, or only looks: behind other words it is not asked about."""
SAYABLE = {"retry": "retry", "skip": "skip", "recheck": "check again", "mark_done": "mark it done",
           "rollback": "roll back", "again": "ask again", "end": "stop here"}  # fmt: skip
"""Buttons of a run that waits for a decision, and words that do the same."""


_VAGUE = compiled(r"\b(?:it|this|that|(?:the|this|that) (?:one|plan))\b")


@dataclass(frozen=True)
class _Said:
    """A button, the plan's number (0: none was said) and the hosts that were named.

    `last` is True for what is said of whatever was last ("again", "roll it back"), and `undo` for
    what of that may as well take back something that is done. `vague` is for what may as well be
    said of a plan ("skip it"), `denied` for what says that it shall not be done, and `asks` for
    what only may ask for it: people ask each other, too.
    """

    button: str
    number: int = 0
    hosts: tuple[str, ...] = ()
    last: bool = False
    undo: bool = False
    vague: bool = False
    denied: bool = False
    asks: bool = False


def decided(
    text: str, context: ParseContext, is_host: Callable[[str], object]
) -> Deciding | Question | None:
    """The decision about a halted run of the thread that the whole text is, or None.

    `is_host` tells of a word whether a host is called so.
    """
    if is_exclaimed(text):
        return None
    if (ways := deciding_loosely.asks_ways(_plain(text))) is not None:
        return _ways(*ways, context)
    if (said := _read(text)) is not None:
        asks = "?" in text and said.button != "retry"
        return _meant(replace(said, asks=asks), context, is_host)
    if (said := _read(deciding_loosely.corrected(_plain(text)))) is not None:
        asks = context.between or said.button not in _HARMLESS  # it may answer a colleague
        return _meant(replace(said, asks=asks), context, is_host)
    for rest in deciding_loosely.beside_report(_plain(text)):
        if (said := _read(rest)) is not None:
            return _meant(replace(said, asks=said.button not in _HARMLESS), context, is_host)
    said = _read(deciding_loosely.explained(_plain(text)))
    if said is not None and said.button not in _HARMLESS and not said.denied:
        return _meant(replace(said, asks=True), context, is_host)
    return None


def _ways(leaves: bool, host: str, context: ParseContext) -> Deciding | Question | None:
    """The ways, told by the card; what leaves things as they are may be said of a plan, too."""
    busy = context.running or any(plan.mine and plan.waits for plan in context.open)
    said = _Said("", hosts=(host,) if host else ())
    runs = [run for run in context.halted if _has(run, said.hosts)]
    return None if not runs or (leaves and busy) else _which(said, runs)


def is_no_answer(text: str, context: ParseContext, is_host: Callable[[str], object]) -> bool:
    """Whether words are a decision, and so neither drop an open question nor name what it asks for.

    "skip it" drops one that is about something else.
    """
    if not context.halted or is_host(_plain(text)) or deciding_loosely.asks_ways(_plain(text)):
        return False
    if _DROPS.fullmatch(_plain(text)) and not _asks_which(context.question):
        return False
    return decided(text, context, is_host) is not None


def dropped(text: str, told: Outcome, context: ParseContext) -> Outcome:
    """What is told of a question that was dropped by words that a run may have been meant by."""
    said = _read(text) if context.halted else None
    if said is None or not said.button or not isinstance(told, SmallTalk):
        return told
    which = listed([f"#{run.number}" for run in context.halted])
    verb = "waits" if len(context.halted) == 1 else "wait"
    says = way(said.button, context.halted[0].number)
    still = f"{which} still {verb} for a decision: say `{says}`, if you mean that."
    return told.model_copy(update={"text": f"{told.text} {still}"})


def _asks_which(question: Question | None) -> bool:
    """Whether it asks which run is meant."""
    return question is not None and any(
        (said := _read(option.says)) is not None and said.number for option in question.options
    )


def decides(outcome: Outcome, context: ParseContext) -> bool:
    """Whether it is a decision about a halted run of the thread, or asks which run it is about."""
    if isinstance(outcome, Question):
        return any(decided(option.says, context, _no_host) for option in outcome.options)
    return isinstance(outcome, Deciding)


def _no_host(_: str) -> bool:
    """An option names runs of the thread, and their hosts alone."""
    return False


def goes_on(text: str) -> bool:
    """Whether it says to go on with something, and not that everything shall be resumed."""
    return _GOES_ON.fullmatch(_plain(text)) is not None


def way(button: str, number: int, host: str = "") -> str:
    """What presses this button on the card of a plan, said in its thread."""
    which = f"{host} of #{number}" if host else f"#{number}"
    if button == "mark_done":
        return f"mark {which} done"
    return f"{'end' if button == 'end' else SAYABLE[button]} {which}"


def _read(text: str) -> _Said | None:
    """What the whole of a text says to decide, of whatever run."""
    said = _plain(text)
    if len(said) > _LONGEST:
        return None
    if _DENIES.fullmatch(said):
        return _Said("", denied=True)
    for button, rule in _RULES:
        if (match := rule.fullmatch(said)) is not None and not _REPEATS.fullmatch(said):
            return _named(button, match)
    if (match := _TAKES_BACK.fullmatch(said)) is not None:
        return replace(_named("rollback", match), undo=True)
    if _REPEATS.fullmatch(said) or asks_again(text):
        return _Said("retry", last=True)
    if (there := deciding_abroad.abroad(text)) is not None:
        button, number, host = there
        hosts = (host,) if host else ()
        back = button == "rollback" and not number
        return _Said(button, number, hosts, last=back, undo=back)
    return None


def _named(button: str, match: re.Match[str]) -> _Said:
    found = {name: value for name, value in match.groupdict().items() if value}
    number = next((found[name] for name in ("a", "b", "aof", "bof") if name in found), "0")
    hosts = found.get("ahost") or found.get("bhost") or ""
    named = tuple(re.findall(r"[\w.-]+", _AND.sub(" ", hosts)))
    vague = not named and not int(number) and _VAGUE.search(match[0]) is not None
    last = button == "rollback" and not named and not int(number)
    return _Said(button, int(number), named, last=last, vague=vague)


def _meant(
    said: _Said, context: ParseContext, is_host: Callable[[str], object]
) -> Deciding | Question | None:
    of = [run for run in context.halted if said.number in (0, run.number)]
    runs = [run for run in of if _has(run, said.hosts)]
    if said.hosts and not said.number:
        failed = [run for run in runs if _has_failed(run, said.hosts)]
        if not failed and any(_leaves_out(plan, said) for plan in context.open):
            return None  # "skip web-1" leaves it out of the plan that waits
        runs = failed or runs
    if not runs:
        known = all(is_host(host) for host in said.hosts)
        return _without(said, of) if of and said.hosts and known else None
    ends = said.button == "end" and not said.number and context.running
    if ends or ((said.last or said.vague) and _waits_beside(said, context)):
        return _last(said, runs, context)
    if said.last and not any(run.newest for run in runs):
        return _last(said, runs, context)
    if len(runs) > 1 or said.denied:
        return _which(said, runs)
    asks = said.asks and said.button
    return _asked_back(said, runs[0]) if asks else _of(said, runs[0])


def _asked_back(said: _Said, run: HaltedRun) -> Question:
    """Whether that is wanted, which can't be taken back."""
    host = _name(run, said.hosts[0]) if len(said.hosts) == 1 else ""
    says = way(said.button, run.number, host)
    does = says if host else SAYABLE[said.button]
    text = f"#{run.number} needs a decision. Shall I {does}?"
    return Question(about="plan", text=text, options=(Option(label=says, says=says),))


def _waits_beside(said: _Said, context: ParseContext) -> list[OpenPlan]:
    """The plans that may be taken back as well as what has run, or be skipped as it may be."""
    if said.button != "rollback" and not (said.vague and said.button in {"skip", "end"}):
        return []
    return [plan for plan in context.open if plan.mine and plan.waits]


def _last(said: _Said, runs: list[HaltedRun], context: ParseContext) -> Question | None:
    """What is meant by "again", "undo it" or "skip it", where something else may be: it is asked.

    None where it is nothing about a run.
    """
    ways, other = _else(said, context)
    if not other:
        return None
    need = f"{listed([f'#{run.number}' for run in runs])} {'needs' if len(runs) == 1 else 'need'}"
    text = f"{need} a decision, and {other}. Which do you mean?"
    options = (*(_option(said.button, run) for run in runs), *ways)
    return Question(about="plan", text=text, options=options)


def _else(said: _Said, context: ParseContext) -> tuple[list[Option], str]:
    """The ways to what else may be meant, and what is told of that; empty: no run is meant."""
    if waiting := _waits_beside(said, context):
        which = listed([f"#{plan.number}" for plan in waiting])
        return [withdrawing(plan) for plan in waiting], f"{which} can be withdrawn"
    if said.button not in {"rollback", "end"}:
        last = Option(label="what was asked last", says="ask again")
        return [last], "something else was asked since"
    if running := context.running:
        return [Option(label=f"stop #{running}", says=f"stop {running}")], f"#{running} runs"
    opposite = "what has been done since is taken back by asking for the opposite"
    return [], "" if said.undo else opposite


def _of(said: _Said, run: HaltedRun) -> Deciding | Question | None:
    """What is said to this one run."""
    names = _names(run, said.hosts)
    if said.button == "again" and not run.newest and not said.number:
        return None  # what was asked last is asked for again
    if said.button == "rollback" and names and set(names) != set(run.hosts):
        text = f"*Roll back* takes back all that #{run.number} has changed, not on one host alone."
        return Question(about="plan", text=text, options=(_option("rollback", run),))
    if len(names) < 2 or set(run.failed) <= set(names):
        host = names[0] if len(names) == 1 else ""
        return Deciding(button=said.button, plan=run.number, host=host)
    options = [_option(said.button, run, name) for name in names if name in run.failed]
    all_of = _option(said.button, run).model_copy(update={"label": "all that failed"})
    text = f"In #{run.number} that is for one host, or for all that failed. Which do you mean?"
    return Question(about="plan", text=text, options=(*options, all_of))


def _which(said: _Said, runs: list[HaltedRun]) -> Deciding | Question | None:
    """Which of several runs is meant; of a denial, that nothing was done."""
    if len(runs) == 1 and not said.button:
        return Deciding(button="", plan=runs[0].number, denied=said.denied)
    which = listed([f"#{run.number}" for run in runs])
    if said.button == "again" and not any(run.newest for run in runs):
        return None  # as in `_of`
    if not said.button:
        nothing = "Nothing was pressed. " if said.denied else ""
        text = f"{nothing}{which} need a decision: press a button on a card."
        return Question(about="plan", text=text)
    host = said.hosts[0] if len(said.hosts) == 1 else ""
    options = tuple(_option(said.button, run, _name(run, host)) for run in runs)
    return Question(
        about="plan", text=f"{which} need a decision. Which do you mean?", options=options
    )


def _without(said: _Said, runs: list[HaltedRun]) -> Question:
    """A host of ours was named that is in none of them."""
    which = listed([f"#{run.number}" for run in runs])
    need = "needs" if len(runs) == 1 else "need"
    where = listed(said.hosts)
    be = "is" if len(said.hosts) == 1 else "are"
    no = "not in" if len(runs) == 1 else "in none of"
    text = f"{where} {be} {no} {which}, which {need} a decision."
    options = tuple(_option(said.button, run) for run in runs) if said.button else ()
    return Question(about="plan", text=text, options=options)


def _option(button: str, run: HaltedRun, host: str = "") -> Option:
    """A run to choose, or one host of it."""
    label = f"{host} of #{run.number}" if host else f"#{run.number}"
    return Option(label=label, says=way(button, run.number, host))


def _leaves_out(plan: OpenPlan, said: _Said) -> bool:
    names = {name.casefold() for name in plan.hosts}
    return said.button == "skip" and plan.mine and names.issuperset(said.hosts)


def _has(run: HaltedRun, hosts: tuple[str, ...]) -> bool:
    return {name.casefold() for name in run.hosts}.issuperset(hosts)


def _has_failed(run: HaltedRun, hosts: tuple[str, ...]) -> bool:
    return {name.casefold() for name in run.failed}.issuperset(hosts)


def _names(run: HaltedRun, hosts: tuple[str, ...]) -> list[str]:
    return [name for name in run.hosts if name.casefold() in hosts]


def _name(run: HaltedRun, host: str) -> str:
    return next(iter(_names(run, (host,))), "")


def _plain(text: str) -> str:
    low = " ".join(text.casefold().replace("\u2019", "'").split()).strip(" .!")
    return low.rstrip(" .!?") if _ASKS_FOR_IT.match(low) else low
