"""A first start: one host, no services listed, perhaps no units to be read."""

import pytest

from bot.domain.intents import Intent, ParseContext, Question
from bot.intent.phrase_rules import understand
from tests.unit.intent.vocabularies import lonely

NOTHING = ParseContext()
HERE = {"hosts": ["localhost"]}
SEVERAL = (*(f"unit{n:02}" for n in range(40)), "nginx", "redis-server", "getty@")


def ask(text, units=()):
    return understand(text, lonely(units), NOTHING)


def steps(outcome):
    assert isinstance(outcome, Intent), outcome
    return [(w.action, w.params) for w in outcome.wishes]


@pytest.mark.parametrize(
    ("text", "action", "service"),
    [
        ("restart cron on localhost", "service.restart", "cron"),
        ("is ssh up on localhost?", "service.status", "ssh"),
        ("is nginx up?", "service.status", "nginx"),
        ("show me the postgres logs", "service.logs", "postgres"),
        ("restart nginx.service on localhost", "service.restart", "nginx"),
        ("restart Nginx on localhost", "service.restart", "nginx"),
        ("stop NetworkManager on localhost", "service.stop", "NetworkManager"),
        ("start wg-quick@wg0 on localhost", "service.start", "wg-quick@wg0"),
        ("restart apt-daily on localhost", "service.restart", "apt-daily"),
    ],
)
def test_a_plain_word_is_a_service_when_none_is_known(text, action, service):
    assert steps(ask(text)) == [(action, {**HERE, "service": service})]


def test_what_was_done_with_a_service_can_be_asked_before_any_is_known():
    both = {**HERE, "service": "cron"}
    assert steps(ask("who restarted cron on localhost, and why?")) == [("plan.history", both)]
    assert steps(ask("who restarted cron?")) == [("plan.history", {"service": "cron"})]
    gone = {**HERE, "service": "nginx"}
    assert steps(ask("who restarted nginx on localhost?", ("ssh",))) == [("plan.history", gone)]
    assert not isinstance(ask("who restarted nginx?", ("ssh",)), Intent)


@pytest.mark.parametrize("name", ["auditd", "cups", "rsyslog", "tuned", "upower", "dante"])
def test_a_name_near_a_word_of_ours_is_no_slip(name):
    outcome = ask(f"restrat {name} on localhost")
    assert steps(outcome) == [("service.restart", {**HERE, "service": name})]
    assert [c.said for c in outcome.corrections] == ["restrat"]


def test_several_steps_and_several_names():
    assert steps(ask("stop nginx and start redis on localhost")) == [
        ("service.stop", {**HERE, "service": "nginx"}),
        ("service.start", {**HERE, "service": "redis"}),
    ]
    names = ask("restart nginx, redis and my-app on localhost")
    assert [p["service"] for _, p in steps(names)] == ["nginx", "redis", "my-app"]


def test_a_change_without_a_host_asks_with_the_only_host_first():
    question = ask("restart nginx")
    assert isinstance(question, Question)
    assert question.about == "hosts"
    assert question.options[0].says == "restart nginx on localhost"


@pytest.mark.parametrize(
    "text",
    [
        "restart nginx quickli on localhost",
        "restart nginx postfix on localhost",
        "restart frobnicated nginx on localhost",
        "restart web-1 on localhost",
        "reboot apollo",
        "restart ng\u0456nx on localhost",
        "restart nginx on apollo",
        "restart it on localhost",
        "restart everything on localhost",
        "restart 7 on localhost",
        "restart the weather on localhost",
        "don't restart nginx on localhost",
        "restart nginx -x on localhost",
    ],
)
def test_what_is_no_plain_name_in_a_service_s_place_changes_nothing(text):
    assert not isinstance(ask(text), Intent)


def test_a_name_beside_known_units_is_a_question_with_the_nearest():
    question = ask("restart ngnix on localhost", SEVERAL)
    assert isinstance(question, (Question, Intent))
    question = ask("restart redis-srv on localhost", SEVERAL)
    assert isinstance(question, Question)
    assert question.about == "redis-srv"
    assert question.options[0].says == "restart redis-server on localhost"
    assert question.fill == "restart {answer} on localhost"
    far = ask("restart zzz on localhost", SEVERAL)
    assert isinstance(far, Question)
    assert far.options == ()


def test_an_instance_of_a_known_family_is_known():
    assert steps(ask("restart getty@tty1 on localhost", SEVERAL)) == [
        ("service.restart", {**HERE, "service": "getty@tty1"})
    ]
