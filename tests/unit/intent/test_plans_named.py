"""A plan as the cards write it, a plan without its number, a host behind an @, a sorted list."""

import pytest

from bot.domain.intents import Intent, ParseContext, Question, Refusal, SmallTalk
from bot.intent.phrase_rules import understand
from bot.intent.rules.control import control
from tests.unit.intent.vocabularies import own


def read(text):
    return understand(text, own(), ParseContext())


@pytest.mark.parametrize(
    ("text", "action"),
    [("open #12", "plan.show"), ("show #13", "plan.show"), ("cancel #12", "plan.cancel")],
)
def test_a_number_as_the_cards_write_it_is_a_plan(text, action):
    outcome = read(text)
    assert isinstance(outcome, Intent), outcome
    assert [(w.action, w.params["plan"]) for w in outcome.wishes] == [(action, int(text[-2:]))]


@pytest.mark.parametrize("text", ["merge #12", "restart caddy on app #12", "approve #12", "upgrade #12"])  # fmt: skip
def test_the_number_of_something_else_is_no_plan(text):
    assert isinstance(read(text), Question | Refusal | SmallTalk)


@pytest.mark.parametrize("text", ["cancel that plan", "please cancel this plan.", "stop my plan", "show me that plan again"])  # fmt: skip
def test_a_plan_without_its_number_is_asked_for(text):
    question = read(text)
    assert isinstance(question, Question)
    assert question.about == "plan"


def test_a_host_behind_an_at_sign_is_the_place():
    outcome = read("reload caddy @app-1")
    assert isinstance(outcome, Intent), outcome
    assert outcome.wishes[0].params == {"service": "caddy", "hosts": ["app-1"]}


@pytest.mark.parametrize("text", ["reload caddy @ana", "@app-1 reload caddy"])
def test_somebody_who_is_called_is_no_place(text):
    assert isinstance(read(text), Question)


@pytest.mark.parametrize("matter", ["cpu", "memory"])
def test_the_hungriest_processes_are_sorted_by_what_they_eat(matter):
    outcome = read(f"show the three most {matter}-hungry processes on app-1 and app-2")
    assert isinstance(outcome, Intent), outcome
    assert outcome.wishes[0].params == {
        "sort_by": matter, "limit": 3, "hosts": ["app-1", "app-2"],
    }  # fmt: skip


@pytest.mark.parametrize(
    "text", ["let's resume", "so, resume", "fine, resume everything", "resume then", "we need to resume", "guys, unfreeze",
             "continue the restart", "resume the rollout", "carry on the run", "resume this plan"]
)  # fmt: skip
def test_what_starts_everything_is_said_plainly(text):
    assert control(text) is None


@pytest.mark.parametrize("text", ["resume", "please resume", "resume everything now", "unfreeze right away"])  # fmt: skip
def test_and_then_it_does(text):
    assert control(text).verb == "resume"
