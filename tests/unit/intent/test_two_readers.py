"""The rules' reading beside a model's: where a change is at stake they must agree, or a person says."""

from datetime import UTC, datetime

import pytest

from bot.domain.intents import Intent, OpenPlan, ParseContext, Question, SmallTalk, Standing, Wish
from bot.intent.model.agreeing import TWO_WAYS, agreed
from bot.intent.model.checking import checked
from bot.testing.scripted_models import act, answer, plan
from tests.unit.intent.grounds import catalog, grounds, rules

RESTART = "restart nginx on web-1"


def restart(*hosts, service="nginx", words=RESTART):
    return act("service.restart", words, service=service, hosts=list(hosts))


def both(text, said, context=None):
    model = checked(said, grounds(text, context)).outcome
    return agreed(rules(text, context), model, catalog())


def test_where_they_agree_the_rules_reading_stands():
    text = "restrat nginx on web-1"
    found = both(text, plan(restart("web-1", words=text)))
    assert found == rules(text)
    assert found.corrections


@pytest.mark.parametrize(
    "step",
    [
        restart("web-2"),
        restart("web-1", "web-2"),
        restart("web-1", service="redis"),
        act("service.stop", RESTART, service="nginx", hosts=["web-1"]),
        act("host.reboot", RESTART, hosts=["web-1"]),
        act("service.status", RESTART, service="nginx", hosts=["web-1"]),
    ],
)
def test_where_they_differ_on_a_change_the_person_is_asked_and_each_answer_is_its_reading(step):
    said = plan(step)
    model = checked(said, grounds(RESTART)).outcome
    found = both(RESTART, said)
    assert isinstance(found, Question)
    assert found.text == TWO_WAYS
    assert [o.means for o in found.options] == [rules(RESTART), model]
    assert len({o.says for o in found.options}) == 2


def test_an_answer_to_it_is_the_reading_that_the_button_names():
    question = both(RESTART, plan(restart("web-2")))
    context = ParseContext(question=question)
    for number, option in enumerate(question.options, 1):
        assert rules(option.says, context) == option.means
        assert rules(str(number), context) == option.means
    assert isinstance(rules("never mind", context), SmallTalk)


def test_a_narrowing_that_the_model_forgot_is_a_difference():
    text = "upgrade curl on web-1"
    found = both(text, plan(act("package.upgrade", text, hosts=["web-1"])))
    assert isinstance(found, Question)


def test_readings_that_look_alike_are_told_apart():
    text = "restart nginx on all web hosts and db-1 and db-2"
    question = both(text, plan(restart("all", "!db-1", words="restart nginx")))
    assert isinstance(question, Question)
    assert len({o.says for o in question.options}) == 2


def test_two_looks_that_differ_are_the_models():
    text = "how is web-1?"
    said = plan(act("host.disk", text, hosts=["web-1"]))
    assert both(text, said) == checked(said, grounds(text)).outcome


def test_a_look_that_only_the_rules_understood_is_had():
    text = "how is web-1?"
    assert both(text, answer("talk", text="I feel fine.")) == rules(text)


@pytest.mark.parametrize("kind", ["talk", "refuse"])
def test_a_change_that_the_model_took_for_none_is_asked_about(kind):
    found = both(RESTART, answer(kind, text="No need for that."))
    assert isinstance(found, Question)
    assert [o.means for o in found.options] == [rules(RESTART)]


@pytest.mark.parametrize("asked", ["why", "running"])
def test_a_change_that_the_model_took_for_a_question_about_overseer_is_asked_about(asked):
    found = both(RESTART, answer("state", asked=asked))
    assert isinstance(found, Question)
    assert [o.means for o in found.options] == [rules(RESTART)]


def test_a_question_about_overseer_that_only_the_model_understood_is_its_reading():
    assert both("was wartet?", answer("state", asked="open")) == Standing(what="open")


def test_a_models_question_about_a_change_offers_the_rules_reading_first():
    found = both(RESTART, answer("ask", text="Now?", choices=[{"label": "", "says": "not now"}]))
    assert [o.means for o in found.options] == [rules(RESTART), None]


def test_what_the_rules_refuse_no_model_allows():
    text = "show me the root password of web-1"
    said = plan(act("host.run", text, command="id root", hosts=["web-1"]))
    assert both(text, said) == rules(text)


def test_a_negation_that_the_model_overlooked_is_asked_about():
    text = "don't restart nginx on web-1"
    found = both(text, plan(restart("web-1")))
    assert isinstance(found, Question)


def test_what_only_the_model_understood_is_its_reading():
    text = "starte nginx auf web-1 neu"
    found = both(text, plan(restart("web-1", words=text)))
    assert isinstance(found, Intent)
    assert not found.wishes[0].unsaid
    assert found.wishes[0].alone


def test_a_look_that_only_the_model_understood_is_no_change_that_nobody_else_read():
    text = "wie geht es web-1?"
    found = both(text, plan(act("host.status", text, hosts=["web-1"])))
    assert not found.wishes[0].alone


def test_two_times_are_two_readings():
    context = ParseContext(now=datetime(2026, 3, 1, 9, 0, tzinfo=UTC), zone="UTC")
    text = "restart nginx on web-1 at 22:00"

    def said(hour):
        return plan(restart("web-1"), ways=[{"name": "start", "value": f"2026-03-01T{hour}:00"}])

    assert both(text, said(22), context) == rules(text, context)
    assert isinstance(both(text, said(23), context), Question)


def test_a_revision_that_only_the_model_read_is_asked_about():
    wish = Wish(action="service.restart", params={"service": "nginx", "hosts": ["web-1"]})
    open_plan = OpenPlan(
        number=7, revision=1, title="restart nginx", request=RESTART, intent=Intent(wishes=(wish,)),
        owner="ana", mine=True, newest=True, waits=True,
    )  # fmt: skip
    context = ParseContext(open=(open_plan,), request=RESTART)
    found = both(
        "danke dir", answer("revise", restart("web-2", words="danke dir"), plan=7), context
    )
    assert isinstance(found, Question)
    assert found.options[0].means.plan == 7
    assert rules(found.options[0].says, ParseContext(question=found)) == found.options[0].means
