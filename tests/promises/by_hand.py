"""A plan that a model read, beside the same one typed by hand."""

import re
from dataclasses import replace
from enum import Enum
from typing import Literal, get_args, get_origin

from bot.domain.intents import PlanOptions
from bot.domain.plans import Decision
from bot.domain.revisions import intent_of
from bot.intent.rules import options
from bot.pipeline.judging import question_of
from bot.planning.planner import outline
from bot.ports import GateQuestion

STRICTER = (Decision.ALLOW, Decision.ASK, Decision.DENY)


def as_strict(verdict, by_hand):
    """The verdict on what a model read lets nothing through that the other holds back."""
    assert STRICTER.index(verdict.decision) >= STRICTER.index(by_hand.decision)
    if verdict.decision is by_hand.decision is Decision.ASK:
        assert verdict.votes >= by_hand.votes
        assert set(verdict.approvers) <= set(by_hand.approvers)


def typed(plan, world, catalog):
    """The verdict on the same plan without what a model chose of its ways: first and second."""
    intent = intent_of(plan)
    said = {n: v for n, v in plan.asked.model_dump().items() if n not in plan.asked.unsaid}
    bare = intent.model_copy(
        update={
            "options": PlanOptions.model_validate({**said, "unsaid": ()}),
            "wishes": tuple(
                w.model_copy(update={"unsaid": (), "alone": False}) for w in intent.wishes
            ),
            "doubts": (),
        }
    )
    draft = outline(bare, catalog, world.inventory, world.settings.run)
    requester = world.people.named(plan.requester)
    first = world.gate.judge(
        GateQuestion(
            person=requester, asks=draft.asks(), inventory=world.inventory, people=world.people,
            force_production=plan.force_production, reason=plan.reason,
        )
    )  # fmt: skip
    if first.decision is Decision.DENY:
        return first
    steps = zip(plan.steps, draft.steps, strict=True)
    made = plan.model_copy(
        update={"steps": tuple(s.model_copy(update={"batch": d.batch}) for s, d in steps)}
    )
    question = question_of(made, world, catalog)
    asks = tuple(replace(a, unsaid=(), alone=False) for a in question.asks)
    return world.gate.judge(replace(question, asks=asks, ways=PlanOptions(), doubts=()))


def chooses(kind):
    """Whether a parameter of this type is one of a few words that its action names itself."""
    if get_origin(kind) is Literal or (isinstance(kind, type) and issubclass(kind, Enum)):
        return True
    return any(map(chooses, get_args(kind)))


SPELT = {"zwei": "2", "drei": "3"}


def spelt(name, value):
    """How a value stands in a sentence: a switch by its name, a length of time by its number."""
    if isinstance(value, bool):
        return name
    length = re.fullmatch(r"(\d+)[smhdw]", str(value))
    return length[1] if length else str(value).casefold()


COUNTED = re.compile(r"(?:[\w.-]+, )*[\w.-]+ and (\d+) more\b")


def counted(hosts, low):
    """Whether a sentence counts these: it names some of them, and says how many more there are."""
    for found in COUNTED.finditer(low):
        named = re.split(r", | and ", found[0].removesuffix(f" and {found[1]} more"))
        if set(named) <= set(hosts) and len(named) + int(found[1]) == len(hosts):
            return True
    return False


def made_up(plan, said, world, catalog):
    """What of a plan stands nowhere in the words, found without the marks.

    Which of a look's own few words is meant may be the model's: people say it in any language.
    """
    low = said.casefold()
    numbers = {SPELT.get(word, word) for word in re.findall(r"\w+", low)}
    read = [options.take(text).options for text in said.split("\n")]
    for name, value in plan.asked.model_dump(exclude_defaults=True, exclude={"keep_order"}).items():
        if all(getattr(one, name) != value for one in read):
            yield name, value
    for step in plan.steps:
        action = catalog.action(step.action)
        for name, value in step.params.items():
            field = action.params.model_fields[name]
            if name == "hosts" and counted(value, low):
                continue
            if name == "hosts":
                for host in value:
                    of = world.inventory.host(host)
                    words = {host, *of.groups, of.environment, "all"}
                    if not words & set(re.findall(r"[\w-]+", low)):
                        yield name, host
            elif (
                (chooses(field.annotation) and not action.effect.changes and not action.raw)
                or action.in_process
                or (not field.is_required() and value == field.default)
            ):
                continue
            elif spelt(name, value) not in low and spelt(name, value) not in numbers:
                yield name, value
