"""What the rules made of a change that they did not plan and a model did. Pure.

So it is with a sentence of a model's that was picked (`of_own`): what the person had said before
may hang on a condition or a time, or have been more, and the sentence leave it out.

They may have read a condition, an order that somebody else gave, or half of what was asked; the
model may have passed over a name or a whole deed. Whoever approves sees it in a sentence. Where a
deed is missing it is asked before there is a plan.

The limits: deeds are recognised by the names of actions, and in German, French, Spanish, Italian
and Dutch by common verbs; conditions, denials, rhythms and who is told of are found in those
languages and in English; names are those of hosts, services and known programs, and what stands in
backticks or quotes. None is looked for where the rules planned too, for then both must agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from bot.domain.intents import (
    Intent,
    OnFailure,
    Outcome,
    ParseContext,
    Question,
    Revision,
    SmallTalk,
)
from bot.domain.marked import literal
from bot.domain.plans import ONCE_APPROVED
from bot.domain.wording import listed
from bot.intent.model.clocks import at_once, is_said, names_a_time, rhythm_in
from bot.intent.model.conditions import condition_in, without_condition
from bot.intent.model.denials import denials_in
from bot.intent.model.failing import rollback_in
from bot.intent.model.grounds import Grounds
from bot.intent.model.inflected import LEADING
from bot.intent.model.ordered import orders_in, unmet
from bot.intent.model.overlooked import overlooked, unlike
from bot.intent.model.readings import option
from bot.intent.model.reporters import reporter_in
from bot.intent.model.unordered import is_ordered, unordered
from bot.intent.model.unwanted import unwanted
from bot.intent.model.words import Words, words_of
from bot.intent.patterns import compiled
from bot.intent.phrase_rules import understand
from bot.intent.rules import not_understood, options, scheduling
from bot.intent.rules.combining import BEYOND_ME, LEFT_AS_IT_IS
from bot.intent.rules.quoted import PLAIN_NAME
from bot.intent.rules.real_words import SOFTWARE
from bot.intent.rules.since_then import without_since
from bot.intent.rules.words import plain, tokens

_SENTENCE = compiled(r"(?<=[.!?])\s")
TIME_LEFT_OUT = (
    f"The request names a time, and this plan leaves it out: {ONCE_APPROVED} begins at once."
)
TIME_KEPT = "The request names a time, and this plan keeps the one that it had."
NOT_PLACED = "The rules read a time here that they could not place; look when it begins."
ASKED_FIRST = "The rules would have asked first: "
NO_ORDER = "The rules found no order here."
_AILING = compiled(
    r"\b(?:(?:will|does|did|would|could) not|(?:wo|does|did|would|could|ca)n't|can ?not|never"
    r"|refuses? to|refused to|fails? to|failed to|unable to) (?:even |really |properly |fully )?"
    r"(?:re)?(?:start|load|boot|stop|upgrade|update)\b"
)
"""What something would not do is no deed that is missed: "nginx won't start, restart it"."""
_REQUEST = compiled(r"^The request ")
_SHOWN = 200
"""Characters of the rules' own sentence."""


def doubts(rules: Outcome, model: Intent, grounds: Grounds) -> tuple[str, ...]:
    """Sentences on why the rules would not have planned this change, and what it leaves out."""
    return tuple(_as_said(lambda held: _doubts(rules, model, held), grounds))


def _as_said(found: Callable[[Grounds], Iterable[str]], grounds: Grounds) -> Iterator[str]:
    """The sentences, none of which lays words that led to a question to the request itself."""
    said = list(found(grounds))
    if not grounds.answered or grounds.said is not None:
        yield from said
        return
    alone = set(found(replace(grounds, answered="")))
    for each in said:
        yield each if each in alone else _REQUEST.sub("What was said so far ", each)


def own_reading(grounds: Grounds) -> Outcome:
    """What the rules read in the person's own words."""
    context = grounds.context.model_copy(update={"question": None})
    return understand(grounds.spoken, grounds.vocabulary, context)


def of_own(chosen: Intent, own: Outcome, grounds: Grounds) -> Iterator[str]:
    """What a picked sentence makes otherwise of the person's own words; `own` is their reading.

    Of a look nothing is told: it changes nothing, whenever it is had.
    """
    if not any(grounds.catalog.action(wish.action).effect.changes for wish in chosen.wishes):
        return
    yield from unplanned(own, grounds)
    if time_left_out(chosen, own, grounds):
        yield TIME_LEFT_OUT
    planned = planned_of(own)
    if planned is None:
        yield from overlooked(chosen, grounds)
    elif not same(planned, chosen):
        said = literal(option(own, grounds).says[:_SHOWN])
        yield f"The rules read the request otherwise: “{said}”."


def planned_of(outcome: Outcome) -> Intent | None:
    """The plan that an outcome asks for, if any."""
    intent = outcome.intent if isinstance(outcome, Revision) else outcome
    return intent if isinstance(intent, Intent) else None


def same(one: Intent, other: Intent) -> bool:
    """Whether they do the same in the same order, from the same moment on."""
    if one.options.start != other.options.start:
        return False
    return [(w.action, w.params) for w in one.wishes] == [
        (w.action, w.params) for w in other.wishes
    ]


def time_left_out(chosen: Intent, own: Outcome, grounds: Grounds) -> bool:
    """Whether the person's own words say when it is to begin, and the sentence does not."""
    if chosen.options.start is not None:
        return False
    planned = planned_of(own)
    if planned is not None:  # "… because it crashed at 22:00" is no time of it
        return planned.options.start is not None
    found = scheduling.found_in(grounds.spoken, grounds.context)
    return bool(found or names_a_time(grounds.spoken))


def _doubts(rules: Outcome, model: Intent, grounds: Grounds) -> Iterator[str]:
    ordered = rules != LEFT_AS_IT_IS and is_ordered(grounds.spoken)  # where the rules read no word
    told = {NO_ORDER} if ordered else set()
    told |= {NOT_PLACED} if _begins_as_said(model, grounds) else set()
    told |= _no_condition(model, grounds)
    yield from (said for said in unplanned(rules, grounds) if said not in told)
    if grounds.said is not None:
        yield from of_own(model, own_reading(grounds), grounds)
    elif (
        model.options.start is None
        and not _placed(rules)
        and not all(grounds.catalog.action(wish.action).in_process for wish in model.wishes)
        and names_a_time(without_condition(grounds.spoken))  # of that it is told already
    ):
        yield TIME_LEFT_OUT
    if planned_of(rules) is None:
        yield from _told_of(model, grounds)
        yield from unordered(model, grounds, found_none=not_understood.asks_nothing(rules))
        yield from overlooked(model, grounds)
    if names := _passed_over(model, grounds):
        said = listed([f"“{name}”" for name in names])
        yield f"The request names {said}, and no step does."
    yield from unwanted(model, grounds)


def of_revision(model: Revision, rules: Outcome, grounds: Grounds) -> Iterator[str]:
    """The same of a revision that only a model read; what the plan had already is not missed."""
    yield from _as_said(lambda held: _of_revision(model, rules, held), grounds)


def _of_revision(model: Revision, rules: Outcome, grounds: Grounds) -> Iterator[str]:
    intent = model.intent
    talk = rules == BEYOND_ME  # a correction is seldom an order by itself, in whatever language
    told = {NO_ORDER} if talk else set()
    told |= {NOT_PLACED, NO_ORDER} if _begins_as_said(intent, grounds) else set()
    yield from (said for said in unplanned(rules, grounds) if said not in told)
    if grounds.said is not None:
        yield from of_own(intent, own_reading(grounds), grounds)
    former = next((p.intent for p in grounds.context.open if p.number == model.plan), intent)
    kept = intent.options.start == former.options.start and not at_once(grounds.timed)
    if kept and not _placed(rules) and names_a_time(grounds.timed):
        yield TIME_LEFT_OUT if intent.options.start is None else TIME_KEPT
    yield from _told_of(intent, grounds)
    yield from unlike(intent, grounds)
    had = {host for wish in former.wishes for host in wish.params.get("hosts", ())}
    used = " ".join(_values(former)).casefold()
    missed = [n for n in _passed_over(intent, grounds) if n not in had and n not in used]
    if missed:
        said = listed([f"“{literal(name)}”" for name in missed])
        yield f"The request names {said}, and no step does."


def _hangs_on(condition: str) -> str:
    return (
        f"The request has a condition, “{literal(condition)}”, and a plan waits for none: "
        f"{ONCE_APPROVED} runs."
    )


def _no_condition(model: Intent, grounds: Grounds) -> set[str]:
    """What sounds like a condition and is the way that the plan takes: "if it fails, undo it"."""
    back = rollback_in(grounds.spoken) if model.options.on_failure is OnFailure.ROLLBACK else ""
    rest = " ".join(grounds.spoken.split()).replace(back, " ") if back else ""
    if not back or condition_in(rest):  # another one beside it is still told
        return set()
    return {_hangs_on(condition_in(grounds.spoken))}


def _begins_as_said(model: Intent, grounds: Grounds) -> bool:
    """Whether it begins at the very moment that the words name, in another language."""
    start = model.options.start
    return start is not None and is_said(start, grounds.timed, grounds.context)


def _told_of(model: Intent, grounds: Grounds) -> Iterator[str]:
    """What another language says of the order, and no plan can: never, again and again, by whom."""
    on = {host for wish in model.wishes for host in wish.params.get("hosts", ())}
    for denial, clause in denials_in(grounds.spoken):
        names = words_of(clause, ParseContext(), grounds.vocabulary).every
        if not names or names & on:
            yield f"The request says “{literal(denial)}”: that may be an order not to do it."
    if rhythm := rhythm_in(grounds.spoken):
        yield f"The request asks for it again and again, “{literal(rhythm)}”; this plan runs once."
    if reporter := reporter_in(grounds.spoken):
        yield f"The request tells what was said, “{literal(reporter)}”: it may be no order."


def _placed(rules: Outcome) -> bool:
    """Whether the rules have read the time, or asked about it: then that is told."""
    asked = isinstance(rules, Question) and rules.about == scheduling.ABOUT
    return asked or planned_of(rules) is not None


def unplanned(rules: Outcome, grounds: Grounds) -> Iterator[str]:
    """Why the rules would have planned nothing of it, and what no plan waits for."""
    hangs = condition_in(grounds.spoken) if planned_of(rules) is None else ""
    if hangs and not (isinstance(rules, Question) and rules.about == "condition"):
        yield _hangs_on(hangs)
    match rules:
        case Question(about="condition"):
            yield (
                f"The rules read a condition here, and a plan waits for none: {ONCE_APPROVED} runs."
            )
        case Question(about=not_understood.FAULT | not_understood.WONDERED):
            yield NO_ORDER
        case Question(about=scheduling.ABOUT):
            yield NOT_PLACED
        case Question() if not (not_understood.is_unclear(rules) or rules.about in LEADING):
            yield f"{ASKED_FIRST}{_SENTENCE.split(rules.text)[0][:_SHOWN]}"
        case SmallTalk():
            yield NO_ORDER


def left_out(model: Intent, grounds: Grounds) -> tuple[str, ...]:
    """Deeds that the request names and no step does: "reboot"."""
    words = _ordering(grounds)
    words = replace(words, text=_AILING.sub(" ", words.text))
    done = {_verb(wish.action) for wish in model.wishes}
    english = (
        verb
        for verb in _verbs(grounds)
        if verb not in done and (words.named(verb) or words.named(f"{verb}ing"))
    )
    raw = any(grounds.catalog.action(wish.action).raw for wish in model.wishes)
    return tuple(dict.fromkeys([*english, *(() if raw else unmet(grounds.text, done))]))


def lost_orders(look: Intent, grounds: Grounds) -> tuple[str, ...]:
    """Orders to change something that the request gives and a look leaves out: "starte"."""
    done = {_verb(wish.action) for wish in look.wishes}
    return orders_in(
        without_since(grounds.text), [verb for verb in _verbs(grounds) if verb not in done]
    )


def unlooked_at(look: Intent, grounds: Grounds) -> str:
    """A sentence on the hosts and services that the request names and a look leaves out."""
    known = {name.casefold() for name in grounds.words.services} | grounds.words.hosts
    names = [name for name in _passed_over(look, grounds) if name in known]
    if not names:
        return ""
    said = listed([f"“{literal(name)}”" for name in names])
    return f"The request names {said}, too; that was not looked at."


def _verbs(grounds: Grounds) -> Iterable[str]:
    """The names of deeds that change something."""
    changing = (action for action in grounds.catalog if action.effect.changes and not action.raw)
    return dict.fromkeys(_verb(action.name) for action in changing)


def _verb(action: str) -> str:
    return action.rpartition(".")[2]


def _ordering(grounds: Grounds) -> Words:
    """The words of this request alone, without those that say how it runs and why."""
    own = grounds.said is None  # looked at already
    words = grounds.words if own else words_of(grounds.text, grounds.context, grounds.vocabulary)
    said = without_since(plain(grounds.text))
    text = options.take(said, grounds.vocabulary.host).text
    return replace(words, text=" ".join(text.casefold().split()), earlier="")


def _passed_over(model: Intent, grounds: Grounds) -> tuple[str, ...]:
    """Hosts, services and programs that the request names and no parameter of a step does."""
    words, vocabulary = _ordering(grounds), grounds.vocabulary
    said = tokens(words.text)
    quoted = [t.low for t in said if t.kind in {"tick", "quote"} and PLAIN_NAME.fullmatch(t.text)]
    known = [t.low for t in said if t.low in SOFTWARE or vocabulary.service(t.low) is not None]
    used = " ".join(_values(model)).casefold()
    on = {host for wish in model.wishes for host in wish.params.get("hosts", ())}
    hosts = [host for host in sorted(words.hosts - on) if words.named(host)]
    programs = (
        name
        for name in dict.fromkeys([*quoted, *known])
        if words.named(name)
        and name not in used
        and (vocabulary.service(name) or name).casefold() not in used
        and not vocabulary.host(name)
        and name not in vocabulary.group_words
        and name not in vocabulary.environment_words
    )
    return (*hosts, *programs)


def _values(model: Intent) -> Iterator[str]:
    for wish in model.wishes:
        for value in wish.params.values():
            yield from map(str, value if isinstance(value, list) else [value])
