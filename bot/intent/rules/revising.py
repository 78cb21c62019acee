"""An open plan becomes another by an edit (`edits`): the same intent with other targets.

Nothing is guessed. A host that is not in the plan can't be left out, one that is in it can't be
added; two plans that are open, steps on different hosts, or two deeds that contradict each other
bring a question. What comes out is a whole intent: it goes through planner, facts, gate and desk
as if it had been typed. A flag that was given for production falls when anything is added.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.intents import (
    Control,
    Intent,
    OpenPlan,
    Option,
    Outcome,
    ParseContext,
    Question,
    Revision,
    SmallTalk,
)
from bot.domain.thread_runs import MovingRun
from bot.domain.wording import listed
from bot.intent.patterns import compiled
from bot.intent.rules import answers, likewise, not_understood, rescheduling
from bot.intent.rules.contrasting import contrasted
from bot.intent.rules.edits import Edit
from bot.intent.rules.rewriting import ABOUT, Rewriting, held, option, withdrawing
from bot.intent.rules.vocabulary import Vocabulary

NOTHING_RAN = "All right, nothing ran."
DROPPED = "All right, I dropped that question."
"""The same, where something else runs."""
_ASKED_FIRST = (
    "I had asked you something else, so #{n} is as it was; say that once more if you mean #{n}."
)
_DROPPED = compiled(
    r"\W*(?:(?:ok|okay|oh|no|nah|nope|actually|sorry|wait|well|please)\W+)*"
    r"(?:(?:never ?mind|nvm|forget (?:it|that|about it|the plan)|scratch that|drop it|"
    r"(?:withdraw|scrap|bin) (?:it|that|this|(?:the|my) (?:plan|request))|no need(?: any ?more)?|"
    r"(?:do not|don't|dont)(?: (?:do|run|start|execute|begin|apply|launch)"
    r" (?:it|that|this|the plan)| go ahead(?: with (?:it|that|this))?)|"
    r"(?<=please )(?:do not|don't|dont)|"
    r"(?:i )?changed my mind|(?:i )?take (?:(?:it|that|this) back|back (?:it|that|this)))"
    r"(?:\W+|$)){1,3}"
    r"(?:(?:please|thanks|thank you|then|sorry|after all)\W*)*",
    re.IGNORECASE,
)


_WHAT_ABOUT = compiled(
    r"\W*(?:(?:and|so|ok|okay|but|hm+|then|well)\W+)*(?:what|how) about (?:(?:on|for|the) )*"
    r"(?:(?!\w+ing\b)[\w.-]++(?:[,&\s?!]++|\Z)){1,8}",
    re.IGNORECASE,
)
_INSTEAD = compiled(r"\binstead\b(?: of \w+(?: it| them)?)?\W*(?:please\W*)?$", re.IGNORECASE)


_FORBIDS = compiled(
    r"\W*(?:(?:ok|okay|oh|no|nope|actually|sorry|wait|well|please|hey|and|but)\W+)*"
    r"(?:do not|don['\u2019]?t|never|you must not|you mustn['\u2019]?t) (?:ever |just |yet )?"
    r"(?:re)?(?:start|boot|load|set|install|deploy|run|stop|kill|bounce|shut|upgrade|update|patch|"
    r"apply|execute|delete|remove|wipe|roll|merge|push|drain|enable|disable|turn|take|bring|touch)\b",
    re.IGNORECASE,
)


def dropped(text: str, context: ParseContext) -> Outcome | None:
    """ "never mind", "forget it": the change that was begun, else the plan that waits."""
    mine = [plan for plan in context.open if plan.mine]
    if not mine or not _DROPPED.fullmatch(text):
        return None
    for plan in mine:
        if plan.changing:
            how = "; `cancel` withdraws it" if plan.waits else ""
            return SmallTalk(text=f"All right, #{plan.number} stays as it is{how}.", dropped=True)
    waiting = [plan for plan in mine if plan.waits]
    if len(waiting) == 1 and waiting[0].newest and not context.between:
        return Control(verb="cancel", scope=str(waiting[0].number))
    if waiting:
        which = listed([f"#{plan.number}" for plan in waiting])
        verb = "waits" if len(waiting) == 1 else "wait"
        return Question(
            about=ABOUT,
            text=f"{which} still {verb}. Shall I withdraw it?" if len(waiting) == 1
            else f"{which} still {verb}. Which shall I withdraw?",
            options=tuple(withdrawing(plan) for plan in waiting),
        )  # fmt: skip
    return None


def nothing_open(edit: Edit, context: ParseContext) -> SmallTalk:
    """What is said to a change where nothing is open: how a plan of another thread is changed."""
    if context.running:
        text = f"#{context.running} has begun, or is about to, so it can't be changed any more: "
        text += f"`stop {context.running}` stops it before what has not begun."
        return SmallTalk(
            text=text, stands=any(deed.verb in {"drop", "only", "swap"} for deed in edit.deeds)
        )
    if not context.elsewhere:
        text = "Nothing is open to change; ask for the whole, as in “restart nginx on web-1”."
        return SmallTalk(text=text)
    if edit.plan in context.elsewhere:
        return _elsewhere(edit.plan, context)
    which = listed([f"#{number}" for number in context.elsewhere])
    verb = "is" if len(context.elsewhere) == 1 else "are"
    return SmallTalk(
        text=f"Nothing is open to change in this conversation; {which} {verb}, in another. "
        f"{_in_its_own(next(iter(context.beside), context.elsewhere[0]), context)}"
    )


def _elsewhere(number: int, context: ParseContext) -> SmallTalk:
    way = _in_its_own(number, context)
    return SmallTalk(text=f"#{number} is open in another conversation. {way}")


def _in_its_own(number: int, context: ParseContext) -> str:
    where = dict(context.chats).get(number, "")
    if where == "discord":  # its channel may have no threads: a reply is heard in any
        away = ", here above" if number in context.beside else " in Discord"
        return f"To change #{number}, reply to its card{away}."
    if where:
        away = ", here above" if number in context.beside else f" in {where.title()}"
        return f"To change #{number}, answer in the thread of its card{away}."
    return (
        f"To change #{number}, say it there: `./overseer chat {number}`, or in its conversation on "
        "the page."
    )


def answer_of(
    asked: Question, said: str | None, beside: Sequence[OpenPlan], moving: Sequence[MovingRun]
) -> Outcome | None:
    """What an answer is by itself: the request is dropped, or its reading is known already.

    A "no" may have been meant for what waits or runs `beside` the question: it is told of.
    """
    if said == answers.NEVER_MIND:
        goes = still_goes(() if _about_a_plan(asked) else beside, moving)
        runs = any(run.mine for run in moving)
        alone = DROPPED if runs and left_alone(asked) == NOTHING_RAN else left_alone(asked)
        return SmallTalk(text=f"{alone} {goes}".rstrip())
    return next((o.means for o in asked.options if o.means and o.says == said), None)


def option_of(asked: Question | None, outcome: Outcome) -> Option | None:
    """The option whose reading an outcome is, where it was one that was known already."""
    options = asked.options if asked is not None else ()
    return next((o for o in options if o.means is not None and o.means is outcome), None)


def once_more(intent: Intent) -> Intent:
    """The same again: what it began at is over."""
    options = intent.options.changed({"start": None})
    return intent.model_copy(update={"options": options})


def left_alone(asked: Question) -> str:
    """What is said when a question is dropped: of a change, that the plan is still there."""
    if asked.about == ABOUT:
        return "All right, the plan stays as it is."
    spoken_of = {o.means.plan for o in asked.options if isinstance(o.means, Revision)}
    if spoken_of:
        return f"All right, #{max(spoken_of)} stays as it is."
    return NOTHING_RAN


def _about_a_plan(asked: Question) -> bool:
    return asked.about == ABOUT or any(isinstance(o.means, Revision) for o in asked.options)


def revised(
    edit: Edit, vocabulary: Vocabulary, context: ParseContext, *, asked: Question | None = None
) -> Outcome | None:
    """What an edit makes of the plan that it means; None when it means no open plan.

    `asked` is a question that was open and that the edit does not answer.
    """
    plan = _meant(edit, context)
    if plan is None or isinstance(plan, Question | SmallTalk):
        return plan
    bare = any(deed.verb == "bare" for deed in edit.deeds)
    pending = asked is not None and asked.about != ABOUT and not not_understood.is_unclear(asked)
    if pending and not plan.changing and not edit.plan:
        return None if bare else _asked_first(plan)
    if bare:
        return _bare(edit, plan)
    if edit.is_why and plan.approved and not plan.changing:
        return SmallTalk(text=_APPROVED.format(n=plan.number))
    if edit.when is not None:
        return rescheduling.question(edit.when, edit.beside, plan.number, context, about=ABOUT)
    return Rewriting(contrasted(edit, plan), plan, vocabulary).outcome()


def _asked_first(plan: OpenPlan) -> SmallTalk:
    """What is asked is put away: said once more, the edit is to the plan."""
    return SmallTalk(text=_ASKED_FIRST.format(n=plan.number), closes=True, of_question=True)


def instead(intent: Intent, text: str, context: ParseContext, *, changes: bool) -> Revision | None:
    """A whole request after *Change…*, or one with "instead", takes the plan's place.

    A look that does not say so leaves a plan that waits alone. "… instead" says nothing of how
    and why, so these stay as they were said; a whole request after *Change…* says everything.
    """
    plainly = bool(_INSTEAD.search(text))
    mine = [p for p in context.open if p.mine and (changes or plainly or not p.waits)]
    meant = [plan for plan in mine if plan.changing]
    if not meant and len(mine) == 1 and plainly:
        meant = [plan for plan in mine if plan.newest]
    if not meant:
        return None
    plan = meant[0]
    if plainly and not plan.changing:
        intent = _still(intent, plan.intent)
    return Revision(plan=plan.number, revision=plan.revision, intent=intent, whole=True)


def _deeds(intent: Intent) -> set[tuple[str, str]]:
    """Each act, with all that it is done with, on each host."""
    return {
        (f"{wish.action} {sorted((k, str(v)) for k, v in wish.params.items() if k != 'hosts')}", h)
        for wish in intent.wishes
        for h in wish.params.get("hosts") or ("",)
    }


def _still(intent: Intent, former: Intent) -> Intent:
    """Run as it was said before, for the reason that was given, where nothing else is said."""
    options = former.options
    if not _deeds(intent) <= _deeds(former):  # it confirmed something that had been seen
        options = options.changed({"force_production": False})
    options = options.changed(intent.options.model_dump(exclude_defaults=True))
    return intent.model_copy(
        update={
            "options": options.in_order(several=len(intent.wishes) > 1),
            "reason": intent.reason or former.reason,
        }
    )


def elided(intent: Intent, context: ParseContext, text: str) -> Question | None:
    """ "do it on web-3", "restart it on web-3": what names its deed by what is open already.

    As a plan of its own it would wait beside the open one, and both could be approved. "what about
    web-3?" is asked back, whatever has become of what it names its deed by.
    """
    plans = [plan for plan in context.open if plan.mine and plan.newest and plan.waits]
    if not plans or {w.action for w in intent.wishes} - {w.action for w in plans[0].intent.wishes}:
        return likewise.asked(intent) if _WHAT_ABOUT.fullmatch(text) else None
    plan = plans[0]
    named = {h for w in intent.wishes for h in w.params.get("hosts", ())}
    has = held(plan.intent.wishes, "hosts")
    where = ", ".join(sorted(named))
    ways = [f"only on {where}"] if named < has else [f"also on {where}", f"on {where} instead"]
    if not named or named == has:
        return None
    return Question(
        about=ABOUT,
        text=f"#{plan.number} is still open. What about {where} in it? For a plan of its own say "
        "the whole request.",
        options=tuple(Option(label=way, says=f"#{plan.number}: {way}") for way in ways),
    )


def still_waits(open_plans: Sequence[OpenPlan]) -> str:
    """What is said of a denial that is no change, so that nobody thinks the plan is gone."""
    plans = sorted((p for p in open_plans if p.mine and p.waits), key=lambda plan: plan.number)
    if not plans:
        return ""
    if len(plans) > 1:
        which = listed([f"#{plan.number}" for plan in plans])
        first = plans[0].number
        return f"{which} still wait as they are: `stop {first}` withdraws #{first}."
    hosts = sorted(held(plans[0].intent.wishes, "hosts"))
    way = f"“not {hosts[-1]}” leaves out a host" if len(hosts) > 1 else "*Change…* changes it"
    return f"#{plans[0].number} still waits as it is: `cancel` withdraws it, {way}."


def still_goes(open_plans: Sequence[OpenPlan], moving: Sequence[MovingRun]) -> str:
    """What of theirs goes on as before, and how that is ended: what runs, then what waits."""
    runs = [run for run in moving if run.mine]
    told = [_goes([run.number for run in runs if not run.queued], "runs", "run", "stops")]
    queued = [run.number for run in runs if run.queued]
    told.append(_goes(queued, "begins as soon as it can", "begin as soon as they can", "withdraws"))
    return " ".join(filter(None, (*told, still_waits(open_plans))))


def _goes(numbers: Sequence[int], one: str, several: str, ends: str) -> str:
    if not numbers:
        return ""
    which = listed([f"#{number}" for number in numbers])
    first = numbers[0]
    what = "it" if len(numbers) == 1 else f"#{first}"
    return f"{which} {one if len(numbers) == 1 else several}: `stop {first}` {ends} {what}."


def forbids(text: str) -> bool:
    """Whether it says that something of ours shall not be done ("don't worry" does not)."""
    return _FORBIDS.match(text) is not None


_APPROVED = (
    "#{n} is approved as it is, and stays so: a reason would need its votes anew. "
    "`cancel` withdraws it."
)


def needs_a_plan(edit: Edit) -> bool:
    """Whether an edit says nothing where no plan is open; a bare name says nothing either way."""
    return all(deed.verb != "bare" for deed in edit.deeds)


def _meant(edit: Edit, context: ParseContext) -> OpenPlan | Question | SmallTalk | None:
    """The open plan that is spoken of."""
    mine = [plan for plan in context.open if plan.mine]
    if edit.plan:
        named = [plan for plan in context.open if plan.number == edit.plan]
        if not named:
            if edit.plan in context.elsewhere:
                return _elsewhere(edit.plan, context)
            return SmallTalk(text=f"#{edit.plan} is not open here, so it can't be changed.")
        return named[0] if named[0].mine else _of_another(named[0])
    changing = [plan for plan in mine if plan.changing]
    if changing:
        return changing[0]
    adds = all(deed.verb in {"also", "bare"} for deed in edit.deeds) and not edit.options
    if not mine:
        return _of_another(context.open[0]) if context.open and not adds else None
    mine = _with_all(edit, mine)
    if len(mine) > 1:
        mine = sorted(mine, key=lambda plan: plan.number)  # "the first" is the one of them
        return Question(
            about=ABOUT,
            text=f"{listed([f'#{plan.number}' for plan in mine])} are open here. Which one?",
            options=tuple(option(p, f"#{p.number}: {edit.text}") for p in mine),
        )
    if adds and not mine[0].newest:
        only = mine[0]
        if any(deed.verb == "bare" for deed in edit.deeds):
            return None
        return Question(
            about=ABOUT,
            text=f"Do you mean #{only.number}, which is still open? If not, say the whole request.",
            options=(option(only, f"#{only.number}: {edit.text}"),),
        )
    return mine[0]


def _with_all(edit: Edit, plans: list[OpenPlan]) -> list[OpenPlan]:
    """Those that have every host that shall go; all of them where nothing goes, or none has."""
    if not edit.deeds or any(deed.verb != "drop" for deed in edit.deeds):
        return plans
    gone = {n for deed in edit.deeds if deed.what.kind == "hosts" for n in deed.what.names}
    return [plan for plan in plans if gone <= set(plan.hosts)] or plans


def _of_another(plan: OpenPlan) -> SmallTalk:
    way = "*Deny…* it and say" if plan.votes else f"Tell {plan.owner}"
    return SmallTalk(
        text=f"#{plan.number} is {plan.owner}'s to change. {way} what you would rather have, or "
        "ask for that yourself."
    )


def _bare(edit: Edit, plan: OpenPlan) -> Question | None:
    """A name and nothing else: more, or instead?"""
    said = edit.deeds[0].what.said
    target = edit.deeds[0].what
    on = "on " if target.kind == "hosts" and said.casefold() != "everywhere" else ""
    has = held(plan.intent.wishes, target.kind)
    if target.trouble or not has:
        return None
    if set(target.names) <= has:
        ways = [f"only {on}{said}", f"not {on}{said}"] if len(has) > 1 else []
    else:
        ways = [f"also {on}{said}", f"{on}{said} instead"]
    if not ways:
        return None
    return Question(
        about=ABOUT,
        text=f"What about {said} in #{plan.number}?",
        options=tuple(Option(label=way, says=f"#{plan.number}: {way}") for way in ways),
    )
