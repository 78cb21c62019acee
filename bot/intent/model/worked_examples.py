"""Requests and their answers, for the prompt: derived from the skills' own phrases. Pure.

Each example of `phrases.yaml` is said about made-up hosts and read by the rules, and what they
make of it is written as a model would answer. So an example can't say what the rules do not, and
an own skill brings its examples with it. Three more show what no phrase does: a request without
its hosts becomes a question, a change to an open plan becomes the whole plan anew, and a question
about Overseer's own work is told from one about hosts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.domain.intents import (
    Intent,
    OpenPlan,
    Outcome,
    ParseContext,
    Question,
    Revision,
    Standing,
)
from bot.domain.inventory import Host, Inventory, Service
from bot.intent.model.answer import Act, Answer, Choice, Param
from bot.intent.model.entries import WAYS
from bot.intent.model.selecting import Sets
from bot.intent.phrase_rules import understand
from bot.intent.rules.states import standing
from bot.intent.rules.templates import Templates
from bot.intent.rules.vocabulary import Vocabulary
from bot.skillkit.catalog import Catalog

HOST, GROUP, SERVICE, PLAN = "example-1", "example", "nginx", 90
OF_ITS_OWN = "what is waiting for me?"
_WORLD = Inventory(
    hosts=(
        *(Host(name=f"{GROUP}-{n}", groups=(GROUP,), environment="test") for n in (1, 2, 3, 4)),
        Host(name="sample-1", groups=("sample",), environment="test"),
    ),
    services=(Service(name=SERVICE),),
    version="examples",
)
_SETS = Sets.of(_WORLD)


def examples_of(catalog: Catalog) -> list[dict[str, Any]]:
    """Examples for the prompt, those that show most first.

    Each is `{"request": …, "answer": …}`, with `open_plans` where the answer changes one.
    """
    templates = Templates.build({name: s.phrases for name, s in catalog.skills.items()})
    vocabulary = Vocabulary.build(_WORLD, catalog, templates=templates)
    plain = [one for said in templates.examples if (one := _example(said, vocabulary))]
    rich = [one for one in plain if _shows_more(one)]
    seen: set[str] = set()
    others: list[dict[str, Any]] = []
    for one in plain:
        actions = {step["action"] for step in one["answer"]["steps"]}
        if one not in rich and not actions <= seen:
            others.append(one)
            seen |= actions
    special = [*_asked(templates, vocabulary), *_revised(templates, vocabulary), *_own()]
    return [*special, *rich[:3], *others]


def _example(said: str, vocabulary: Vocabulary) -> dict[str, Any] | None:
    text = said.format(host=HOST, group=GROUP, service=SERVICE)
    outcome = understand(text, vocabulary, ParseContext())
    answer = _answer(outcome, text)
    return {"request": text, "answer": answer.model_dump(mode="json")} if answer else None


def _shows_more(example: dict[str, Any]) -> bool:
    answer = example["answer"]
    return len(answer["steps"]) > 1 or bool(answer["ways"])


def _asked(templates: Templates, vocabulary: Vocabulary) -> Iterator[dict[str, Any]]:
    """A change that names no host."""
    for said in templates.examples:
        if said.endswith(" on {host}"):
            one = _example(said.removesuffix(" on {host}"), vocabulary)
            if one and one["answer"]["kind"] == "ask":
                yield one
                return


def _revised(templates: Templates, vocabulary: Vocabulary) -> Iterator[dict[str, Any]]:
    """One host less."""
    for said in templates.examples:
        text = said.format(host=HOST, group=GROUP, service=SERVICE)
        first = understand(text, vocabulary, ParseContext())
        if "{group}" not in said or not isinstance(first, Intent):
            continue
        plan = OpenPlan(number=PLAN, revision=1, title="", request=text, intent=first,
                        owner="", mine=True, newest=True, waits=True)  # fmt: skip
        change = f"not {HOST}"
        outcome = understand(change, vocabulary, ParseContext(open=(plan,)))
        answer = _answer(outcome, change)
        if (
            answer
            and answer.kind == "revise"
            and any(vocabulary.actions[act.action].changes for act in answer.steps)
        ):
            before = _acts(first, text)
            shown = [{"action": a.action, "params": _plain(a)} for a in before]
            yield {
                "open_plans": [{"plan": PLAN, "request": text, "steps": shown}],
                "request": change,
                "answer": answer.model_dump(mode="json"),
            }
            return


def _own() -> Iterator[dict[str, Any]]:
    """What waits, which is no action."""
    answer = _answer(standing(OF_ITS_OWN), OF_ITS_OWN)
    if answer is not None:
        yield {"request": OF_ITS_OWN, "answer": answer.model_dump(mode="json")}


def _answer(outcome: Outcome | None, text: str) -> Answer | None:
    """What a model would say for an outcome of the rules; None for what is no example."""
    empty: dict[str, Any] = {"steps": [], "plan": 0, "asked": "", "ways": [], "only_show": False,
                             "text": "", "choices": []}  # fmt: skip
    if isinstance(outcome, Question):
        choices = [Choice(label=o.label, says=o.says) for o in outcome.options[:3]]
        return Answer(**{**empty, "kind": "ask", "text": outcome.text, "choices": choices})
    if isinstance(outcome, Revision):
        said = {**empty, **_planned(outcome.intent, text)}
        return Answer(**{**said, "kind": "revise", "plan": outcome.plan})
    if isinstance(outcome, Intent):
        return Answer(**{**empty, **_planned(outcome, text), "kind": "plan"})
    if isinstance(outcome, Standing):
        return Answer(**{**empty, "kind": "state", "asked": outcome.what, "plan": outcome.plan})
    return None


def _planned(intent: Intent, text: str) -> dict[str, Any]:
    ways = [
        Param(name=name, value=value)
        for name, value in intent.options.model_dump(mode="json", exclude_defaults=True).items()
        if name in WAYS
    ]
    return {"steps": _acts(intent, text), "ways": ways}


def _acts(intent: Intent, text: str) -> list[Act]:
    """The steps; in a change their words are those of the change."""
    return [
        Act(
            action=wish.action,
            params=[Param(name=n, value=_said(n, v)) for n, v in sorted(wish.params.items())],
            words=wish.words.rstrip(",") if wish.words in text else text,
        )
        for wish in intent.wishes
    ]


def _said(name: str, value: Any) -> Any:
    return _SETS.said(value) if name == "hosts" else value


def _plain(act: Act) -> dict[str, Any]:
    return {param.name: param.value for param in act.params}
