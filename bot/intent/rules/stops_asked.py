"""A stop with more around it, or only asked for: "sorry, stop that", "stop it?". Pure.

Where something of theirs goes on or waits in the conversation, that is what it is said of, and no
service. Where that is plain it is done; where it is not, it is asked back. What moves is stopped
before that, as its words come in (`bot.pipeline.stop_said`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.intents import (
    Control,
    Option,
    Outcome,
    ParseContext,
    Question,
    Revision,
    SmallTalk,
)
from bot.domain.redaction import redact
from bot.domain.wording import listed
from bot.intent.patterns import compiled
from bot.intent.rules.control import control, only_asks
from bot.intent.rules.guards import is_pasted
from bot.intent.rules.stop_clauses import StopClause, clause_in

NOTHING = (
    "Nothing of this conversation runs or waits. To stop a service, name it and its host, as in "
    "“stop nginx on web-1”."
)


@dataclass(frozen=True)
class Going:
    """What can be stopped or withdrawn, by its plan's number."""

    number: int
    title: str
    waits: bool
    halted: bool = False
    mine: bool = True


HEADED = compiled(r"^\s*@?(?:overseer|bot) ?: ?(?=\S)", re.IGNORECASE)
"""Whom it is said to, with a colon behind."""


def unheaded(text: str) -> str:
    """A stop without whom it is said to: "overseer: stop it" looks like a pasted turn of talk.

    >>> unheaded("overseer: stop it"), unheaded("overseer: run it")
    ('stop it', 'overseer: run it')
    """
    rest = HEADED.sub("", text)
    return rest if rest != text and (control(rest) or clause_in(rest)) else text


_NO_NEED = compiled(r"\W*no need\W*")
"""It may be said of the plan as well as of its end."""


def stops(text: str, context: ParseContext, read: Callable[[str], Outcome]) -> Outcome | None:
    """What the text says to stop, or asks; None: nothing. `read` reads what else it says."""
    if (whole := _whole(text, context)) is not None:
        return whole
    clause = clause_in(text)
    if clause is None:
        return None
    going = what_goes(context)
    numbered = clause.sure and bool(clause.numbers)
    doubted = clause.numbers and (clause.later or clause.back)
    if (not going and not numbered) or (doubted and not named(clause, going)):
        return _nothing_goes(clause)
    alone = clause.numbers and not clause.why and clause.sure
    if alone and clause.verb == "cancel":  # a request by itself, which `stop 7` is made of
        return None
    if clause.rest and not context.running:
        rest = read(clause.rest)
        if isinstance(rest, Revision) and not only_says_why(rest, context):
            return rest  # it waits for votes anew, and says what is wanted
    meant = named(clause, going)
    if numbered and (clause.every or not meant):
        return by_number(clause)
    if clause.every and clause.sure:
        return _every(clause, going)
    if (clause.names and not meant) or _is_about_others(clause, going):
        return None
    if clause.bare and not clause.rest and (asked := among_people(clause.verb, context)):
        return asked
    if not clause.sure or len(meant) != 1:
        return _asked(clause, _candidates(clause, going))
    return _control(clause, meant[0])


def _asked(clause: StopClause, going: tuple[Going, ...]) -> Question:
    """Whether these are meant; nothing is stopped at a time, so it is said that it is now."""
    asked = question(clause.verb, going)
    if not clause.later:
        return asked
    return asked.model_copy(update={"text": f"I stop at once, and not at a time. {asked.text}"})


def by_number(clause: StopClause) -> Control | None:
    """A stop by number, of whatever conversation that is; None: it may say the contrary.

    Two numbers are as plain as one; whether they may stop them is found out as that is done.
    """
    if _NO_NEED.fullmatch(clause.why):
        return None
    first, *more = dict.fromkeys(clause.numbers)
    also, reason = tuple(more), reason_of(clause)
    return Control(verb=clause.verb, scope=str(first), also=also, reason=reason)


def _whole(text: str, context: ParseContext) -> Outcome | None:
    """What comes of a text that is a stop as a whole, or asks about one."""
    if (whole := control(text)) is not None:
        bare = whole.scope == "thread" and among_people(whole.verb, context)
        return bare or whole
    return _whole_asked(text, context) if only_asks(text) else None


def among_people(verb: str, context: ParseContext) -> Question | None:
    """Whether one's own is meant by a "cancel it" behind somebody else's words, if anything is."""
    going = what_goes(context) if context.between and verb in {"cancel", "kill"} else ()
    return question(verb, going[:1]) if going else None


def only_says_why(changed: Revision, context: ParseContext) -> bool:
    """Whether nothing of the plan is another by it but the reason that is given."""
    former = next((plan.intent for plan in context.open if plan.number == changed.plan), None)
    return former is not None and (
        changed.intent.model_copy(update={"reason": ""}) == former.model_copy(update={"reason": ""})
    )


def named(clause: StopClause, going: tuple[Going, ...]) -> tuple[Going, ...]:
    """Those that the clause can mean: of several without a name, the one that a bare stop means."""
    if clause.numbers:
        return tuple(each for each in going if each.number in clause.numbers)
    if clause.names:
        return tuple(each for each in going if is_called(each.title, clause.names))
    waiting = tuple(each for each in going if each.waits) if clause.withdraws else ()
    return (waiting or going)[:1]


def is_called(title: str, names: tuple[str, ...]) -> bool:
    """Whether all of these are words of a title.

    >>> is_called("restart nginx on web-1", ("nginx",)), is_called("restart nginx", ("start",))
    (True, False)
    """
    return set(names) <= set(re.findall(r"[\w.@-]+", title.casefold()))


def _nothing_goes(clause: StopClause) -> Outcome | None:
    """What a stop comes to where there is nothing: what a bare one comes to, and no service's.

    What "it" is may be said with it: then it is read as a request. A number that is put off, or
    taken back, is asked about.
    """
    if clause.numbers and (clause.later or clause.back):
        return _asked(clause, tuple(Going(n, "", waits=False) for n in clause.numbers))
    if not clause.bare or clause.rest or clause.later:
        return None
    return Control(verb=clause.verb) if clause.sure else SmallTalk(text=NOTHING, answers=True)


def _candidates(clause: StopClause, going: tuple[Going, ...]) -> tuple[Going, ...]:
    """Of which it is asked whether they are meant, in their order: those of which it speaks."""
    said = set(re.findall(r"[\w.@-]+", f"{clause.said} {clause.rest}"))
    numbered = [each for each in going if str(each.number) in said]
    spoken_of = [each for each in going if said & set(_hosts(each.title))]
    found = numbered or spoken_of or going
    return tuple(sorted(found, key=lambda each: each.number))


def _is_about_others(clause: StopClause, going: tuple[Going, ...]) -> bool:
    """Whether hosts are named before it, and none of what goes on: "it" is something of theirs."""
    if not clause.behind:
        return False
    named = set(re.findall(r"[a-z]\w*-\d+", clause.rest))
    return bool(named) and not any(named & set(_hosts(each.title)) for each in going if each.title)


def _hosts(title: str) -> list[str]:
    """The names of a title, without the words that every title has."""
    words = re.findall(r"[\w.@-]+", title.casefold())
    return [word for word in words[1:] if word not in {"on", "and", "the", "of", "in", "to"}]


def _whole_asked(text: str, context: ParseContext) -> Question | None:
    """ "stop it?", "kill #7?", "stop everything?": a stop with a question mark."""
    meant = control(text.rstrip(" ?!."))
    if meant is None or meant.verb == "resume":
        return None
    verb = "kill" if meant.verb == "kill" else "stop"
    if meant.scope == "all":
        everything = Option(label=f"{verb} everything", says=f"{verb} everything")
        return Question(about="plan", text="Shall I stop all that runs?", options=(everything,))
    going = what_goes(context)
    if meant.scope.isdecimal():
        number = int(meant.scope)
        known = [each for each in going if each.number == number]
        return question(verb, tuple(known) or (Going(number, "", waits=False),))
    return question(verb, going[:1]) if going else None


def question(verb: str, going: tuple[Going, ...]) -> Question:
    """Whether this, or which of these, shall be stopped."""
    says = "kill" if verb == "kill" else "stop"
    options = tuple(
        Option(label=f"{_does(says, e)} #{e.number}", says=f"{says} {e.number}", aside=e.title)
        for e in going
    )
    if len(going) == 1:
        text = f"Shall I {options[0].label}?"
    else:
        which = listed([f"#{each.number}" for each in going])
        text = f"{which} go on or wait. Which shall I stop?"
    return Question(about="plan", text=text, options=options)


def _does(verb: str, going: Going) -> str:
    return "withdraw" if going.waits else verb


def _control(clause: StopClause, meant: Going) -> Control:
    """A bare stop is left to find out what it means now; of a name it is known."""
    told = clause.names or clause.numbers or clause.withdraws
    scope = str(meant.number) if told else "thread"
    return Control(verb=clause.verb, scope=scope, reason=reason_of(clause))


def _every(clause: StopClause, going: tuple[Going, ...]) -> Control | Question:
    """Both, where two of their own go on or wait and no third; else it is asked which."""
    own = sorted(each.number for each in going if each.mine and not each.halted)
    if len(own) != 2 or len(going) != 2:
        return question(clause.verb, _candidates(clause, going))
    return Control(
        verb=clause.verb, scope=str(own[0]), also=(own[1],), reason=reason_of(clause)
    )  # fmt: skip


def reason_of(clause: StopClause) -> str:
    """Why it is to be stopped, as it may be stored."""
    return "" if is_pasted(clause.why) else redact(clause.why)


def what_goes(context: ParseContext) -> tuple[Going, ...]:
    """What of the conversation is theirs to stop: what moves, what has halted, then what waits.

    Their own come before what only their role lets them stop.
    """
    found = [
        (not run.mine, 0, Going(run.number, run.title, waits=run.queued, mine=run.mine))
        for run in context.moving
        if run.mine or context.decides
    ]
    found += [(False, 1, Going(run.number, "", waits=False, halted=True)) for run in context.halted]
    found += [
        (not plan.mine, 2, Going(plan.number, plan.title, waits=True, mine=plan.mine))
        for plan in context.open
        if plan.waits and (plan.mine or context.decides)
    ]
    return tuple(each for *_, each in sorted(found, key=lambda each: each[:2]))
