"""Whom a model's additions to a look are asked of, and what no button of a question carries."""

import pytest

from bot.domain.intents import Intent, PlanOptions, Question
from bot.intent.model.agreeing import TWO_WAYS, agreed, overruled
from bot.intent.model.answer import Choice
from bot.intent.model.checking import checked
from bot.intent.model.choices import offered
from bot.testing.scripted_models import act, plan
from tests.unit.intent.grounds import catalog, grounds, rules

LOOK = "läuft nginx auf web-3?"
SPARES = "starte nginx auf allen web neu, aber web-2 nicht"


def both(text, said):
    held = grounds(text)
    return agreed(rules(text), checked(said, held).outcome, held)


def status(*hosts, words=LOOK):
    return act("service.status", words, service="nginx", hosts=list(hosts))


def restart(*hosts, words=SPARES):
    return act("service.restart", words, service="nginx", hosts=list(hosts))


def test_a_look_that_was_said_is_no_question():
    assert isinstance(both(LOOK, plan(status("web-3"))), Intent)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (plan(status("web-1", "db-1")), "“db-1” and “web-1”"),
        (plan(status("web-3"), ways=[{"name": "batch", "value": 1}]), "“one at a time”"),
        (plan(status("web-3"), act("host.disk", LOOK, hosts=["web-3"], path="/etc")), "“/etc”"),
    ],
)
def test_what_was_put_into_a_look_is_asked_of_its_requester_and_is_theirs_by_the_press(said, told):
    found = both(LOOK, said)
    assert isinstance(found, Question)
    assert f"Did you mean {told}?" in found.text
    (option,) = found.options
    assert not any(wish.unsaid for wish in option.means.wishes)
    assert option.means.options.unsaid == PlanOptions().unsaid


def test_how_far_back_a_look_goes_stands_on_its_button_and_may_be_typed():
    text = "die Logs von nginx auf web-3"
    since = act("service.logs", text, service="nginx", hosts=["web-3"], since="3h")
    (option,) = both(text, plan(since)).options
    assert option.says == "show the log of nginx on web-3 since 3h"
    assert rules(option.says).wishes[0].params == option.means.wishes[0].params


def test_a_change_beside_the_look_keeps_the_marks_of_both():
    text = "starte nginx auf web-3 neu"
    found = both(text, plan(restart("web-3", words=text), status("web-1", words=text)))
    assert [wish.unsaid for wish in found.wishes] == [(), ("web-1",)]


def test_a_look_is_offered_without_what_is_to_be_left_alone():
    text = "zeig nginx auf allen web, nur web-2 nicht"
    found = both(text, plan(status("web-1", "web-2", "web-3", words=text)))
    assert "You left web-2 out" in found.text
    assert "Did you mean" not in found.text
    assert [option.means.wishes[0].params["hosts"] for option in found.options] == [
        ["web-1", "web-3"]
    ]


def test_what_is_to_be_left_alone_is_not_asked_about_beside_what_is():
    text = "läuft nginx auf web, aber nicht auf web-2?"
    found = both(text, plan(status("web-1", "web-2", "web-3", "db-1", words=text)))
    assert "Did you mean “db-1”?" in found.text
    assert "You left web-2 out" in found.text


def test_of_two_readings_that_differ_in_what_is_to_be_left_alone_the_rules_count():
    text = "restart nginx on web except web-2"
    held = grounds(text)
    theirs = checked(plan(restart("web-1", "web-2", "web-3", words=text)), held).outcome
    assert agreed(rules(text), theirs, held) == rules(text)
    assert "took in web-2, which you said to leave alone" in overruled(
        rules(text), theirs, "m", held
    )
    other = both(text, plan(restart("web-2", "web-3", "db-1", words=text)))
    assert other.text.startswith(TWO_WAYS)
    assert [o.means.wishes[0].params["hosts"] for o in other.options] == [
        ["web-1", "web-3"], ["db-1", "web-3"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("says", "kept"),
    [
        ("restart nginx on web-2", False),
        ("restart nginx on web", False),
        ("restart nginx on web-1", True),
        ("restart nginx on web except web-2", True),
    ],
)
def test_no_choice_names_what_is_to_be_left_alone(says, kept):
    assert bool(offered([Choice(label="", says=says)], grounds(SPARES))) is kept


def test_the_reading_of_the_rules_is_never_cut():
    text = "restart nginx on web-2, not on web-1"
    assert all(catalog().action(w.action).effect.changes for w in rules(text).wishes)
    assert both(text, plan(restart("web-2", words=text))) == rules(text)
