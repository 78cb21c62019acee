"""What is asked of Overseer, its people and its plans has an answer, and is no matter of judgement."""

import pytest

from bot.domain.intents import Intent, ParseContext, Question, SmallTalk, Standing, Why
from bot.domain.messages import Role
from bot.intent.conversing import spoken
from bot.intent.rules.not_understood import is_unclear
from tests.unit.intent.vocabularies import own

NOTHING = ParseContext()
JUDGE = "That is for you to judge: tell me to do it, and I'll plan it."


def read(text, context=NOTHING):
    return spoken(text, own(), context).outcome


@pytest.mark.parametrize(
    ("text", "deed"),
    [
        ("how do I restart caddy on app-1?", "restart caddy on app-1"),
        ("how can I reboot the nas?", "reboot the nas"),
        ("how to upgrade openssl on app-1", "upgrade openssl on app-1"),
    ],
)
def test_how_something_is_done_is_told_by_the_sentence_that_does_it(text, deed):
    outcome = read(text)
    assert isinstance(outcome, Question)
    assert [option.says for option in outcome.options] == [deed]
    assert f"“{deed}”" in outcome.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("how do I restart a service?", "“restart "),
        ("how do I restart redis?", "“restart redis on "),
        ("how can I see the logs?", " logs on "),
        ("how do I reboot web-9?", "“reboot web-9”, and I ask for what is missing"),
        ("how do I approve?", "A vote is a click"),
        ("how do I approve my own plan?", "mostly not who may approve it"),
        ("how can I stop a run?", "`stop 7`"),
    ],
)
def test_where_more_is_needed_an_example_is_told(text, said):
    outcome = read(text)
    assert isinstance(outcome, SmallTalk)
    assert said in outcome.text


@pytest.mark.parametrize("text", ["how do I use you?", "help service"])
def test_help_stays_help(text):
    outcome = read(text)
    assert isinstance(outcome, Intent)
    assert outcome.wishes[0].action == "help.show"


@pytest.mark.parametrize(
    "text",
    ["should I restart caddy on app-1?", "is it safe to reboot nas?", "do we need to reboot nas?"],
)
def test_what_one_should_do_is_for_people_to_judge(text):
    outcome = read(text)
    assert isinstance(outcome, SmallTalk)
    assert outcome.text == JUDGE


@pytest.mark.parametrize(
    "text",
    ["what about redis?", "why does it take so long?", "who won?", "what does openssl do?",
     "what ran between monday and wednesday"],
)  # fmt: skip
def test_what_nobody_reads_is_neither_judged_nor_noted(text):
    outcome = read(text)
    if isinstance(outcome, Question):
        assert is_unclear(outcome)
    else:
        assert isinstance(outcome, SmallTalk)
        assert outcome.text.endswith("Say `help` to see what I can do.")


@pytest.mark.parametrize("text", ["are you there?", "hey, are you up?", "anybody there?"])
def test_overseer_says_that_it_is_there(text):
    outcome = read(text)
    assert isinstance(outcome, SmallTalk)
    assert outcome.text.startswith("I'm here.")


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("who are the admins?", (Role.ADMIN,)),
        ("who is an approver?", (Role.APPROVER,)),
        ("list the operators", (Role.OPERATOR,)),
        ("who approves?", (Role.APPROVER, Role.ADMIN)),
    ],
)
def test_who_holds_a_role_is_a_question_about_people(text, roles):
    assert read(text) == Standing(what="people", roles=roles)


def test_who_approves_is_of_the_plan_where_one_was_asked_for():
    assert read("who approves?", ParseContext(request="restart caddy on app-1")) == Why()


@pytest.mark.parametrize("text", ["who approves #1?", "did anyone approve #1?", "has somebody voted on #1 yet?", "status of #1"])  # fmt: skip
def test_who_decided_a_plan_is_told_of_the_plan(text):
    assert read(text) == Standing(what="plan", plan=1)


@pytest.mark.parametrize("text", ["show me #12", "output of #12", "what about #12?"])
def test_a_plan_is_shown_by_its_number(text):
    outcome = read(text)
    assert isinstance(outcome, Intent)
    assert [(w.action, w.params) for w in outcome.wishes] == [("plan.show", {"plan": 12})]


def test_a_plan_by_its_number_again_is_one_of_ones_own_here():
    for text in ("redo #1", "#1 again", "run #1 again please", "repeat plan 1"):
        other = read(text)
        assert isinstance(other, Question)
        assert [option.says for option in other.options] == ["show plan 1"]


def test_ones_own_plans_are_ones_own():
    for text in ("my plans", "show me my requests", "list all my recent changes"):
        outcome = read(text)
        assert isinstance(outcome, Intent)
        assert outcome.wishes[0].params == {"person": "me"}
