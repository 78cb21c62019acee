"""Ten thousand faulty answers: none crashes anything, none becomes a plan that it does not say."""

import json
import os
import random

from bot.domain.intents import Intent, Outcome, Revision
from bot.intent.model.answer import Answer
from bot.intent.model.checking import WrongAnswerError, checked
from bot.intent.model.selecting import Sets
from bot.ports import Prompt, Turn
from bot.testing.malicious_models import Malice
from bot.testing.scripted_models import act, plan
from tests.unit.intent.grounds import INVENTORY, catalog, grounds

TEXT = "restart nginx on web-1"
ANSWERS = 100_000 if os.environ.get("OVERSEER_LONG") else 10_000


def prompt():
    return Prompt(name="plan@1", stable="", fitted="", turns=(Turn("user", TEXT),), schema=Answer)


def outcome_of(said) -> Outcome | None:
    try:
        return checked(said, grounds(TEXT)).outcome
    except WrongAnswerError as error:
        wrong = error
    assert wrong.faults
    assert all(isinstance(fault, str) and fault for fault in wrong.faults)
    return None


def true_to(said, outcome):
    """Every wish of a plan is a step of the answer, in order, and none is missing."""
    answer = Answer.model_validate_json(said)
    intent = outcome.intent if isinstance(outcome, Revision) else outcome
    assert [w.action for w in intent.wishes] == [s.action for s in answer.steps]
    for wish, step in zip(intent.wishes, answer.steps, strict=True):
        given = {p.name: p.value for p in step.params}
        if "hosts" in given:
            said = [given["hosts"]] if isinstance(given["hosts"], str) else given["hosts"]
            chosen = Sets.of(INVENTORY).chosen(said)
            assert not chosen.unknown
            assert wish.params["hosts"] == list(chosen.hosts)
        assert set(wish.params) <= set(catalog().action(wish.action).params.model_fields)
        assert catalog().params(wish.action, wish.params)
    assert not intent.options.force_production
    assert set(intent.options.unsaid) <= {way.name for way in answer.ways}


def test_answers_of_malice_are_plans_to_the_letter_or_nothing():
    dice = random.Random(4)
    malice = Malice(dice.choice, catalog(), INVENTORY)
    plans = 0
    for _ in range(ANSWERS):
        said = malice(prompt())
        outcome = outcome_of(said)
        if isinstance(outcome, (Intent, Revision)):
            plans += 1
            true_to(said, outcome)
    assert plans > ANSWERS / 20  # malice that is never understood proves nothing


def test_a_right_answer_that_is_cut_or_hit_is_never_another_plan():
    said = plan(
        act("service.restart", TEXT, service="nginx", hosts=["web-1"]),
        act("package.upgrade", TEXT, packages=["curl"], hosts=["db-1"]),
        ways=[{"name": "batch", "value": 1}],
    )
    dice = random.Random(5)
    for at in range(len(said)):
        assert outcome_of(said[:at]) is None
    for _ in range(ANSWERS // 4):
        letters = list(said)
        for _ in range(dice.choice((1, 2, 5))):
            letters[dice.randrange(len(letters))] = chr(dice.randrange(32, 0x2FF))
        outcome = outcome_of("".join(letters))
        if isinstance(outcome, (Intent, Revision)):
            true_to("".join(letters), outcome)


def test_every_type_in_the_place_of_every_other_is_an_error_or_the_same_plan():
    right = json.loads(plan(act("service.restart", TEXT, service="nginx", hosts=["web-1"])))
    values = (
        None,
        0,
        -1,
        1.5,
        True,
        "",
        "x",
        [],
        {},
        ["web-1"],
        [["web-1"]],
        {"name": "x"},
        "9" * 5000,
    )

    def places(node, path=()):
        yield path
        for key in (
            node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
        ):
            yield from places(node[key], (*path, key))

    for path in list(places(right)):
        for value in values:
            changed = json.loads(json.dumps(right))
            node = changed
            for key in path[:-1]:
                node = node[key]
            if path:
                node[path[-1]] = value
            else:
                changed = value
            said = json.dumps(changed)
            outcome = outcome_of(said)
            if isinstance(outcome, (Intent, Revision)):
                true_to(said, outcome)
