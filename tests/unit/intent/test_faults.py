"""A fault that is told is no denial: a look is offered, or the order beside it is planned."""

import pytest

from bot.domain.intents import Intent, ParseContext, Question, SmallTalk
from bot.intent.phrase_rules import understand
from bot.intent.rules.combining import LEFT_AS_IT_IS
from tests.unit.intent.vocabularies import own

NOTHING = ParseContext()
CADDY = ParseContext(hosts=("app-1",), service="caddy", action="service.restart")


def read(text, context=NOTHING):
    return understand(text, own(), context)


def offered(text, context=NOTHING):
    outcome = read(text, context)
    assert isinstance(outcome, Question), outcome
    assert outcome.about == "fault"
    return [option.says for option in outcome.options]


@pytest.mark.parametrize(
    "text", ["app-1 is not responding", "app-1 is down", "app-1 doesn't respond to pings any more",
             "502s on app-1", "app-1 not responding"],
)  # fmt: skip
def test_a_fault_of_a_host_is_looked_at_where_they_like(text):
    assert offered(text) == ["how is app-1?", "help"]


@pytest.mark.parametrize(
    "text", ["caddy is not running on app-1", "caddy won't start on app-1", "caddy is down on app-1",
             "lots of errors from caddy on app-1"],
)  # fmt: skip
def test_a_fault_of_a_service_is_of_the_service(text):
    ways = offered(text)
    assert ways == ["is caddy running on app-1?", "show the logs of caddy on app-1", "help"]
    look = read(ways[0])
    assert isinstance(look, Intent)
    assert look.wishes[0].action == "service.status"


@pytest.mark.parametrize("text", ["that didn't help", "still not working", "it still doesn't work"])
def test_where_nothing_is_named_it_is_what_was_spoken_of(text):
    assert offered(text, CADDY)[0] == "is caddy running on app-1?"
    assert isinstance(read(text), SmallTalk)
    assert read(text) != LEFT_AS_IT_IS


@pytest.mark.parametrize(
    ("text", "action", "hosts"),
    [
        ("app-1 is not responding, please reboot it", "host.reboot", ["app-1"]),
        ("redis on cache-2 is slow so restart it please", "service.restart", ["cache-2"]),
        ("it's slow so please restart redis on cache-2", "service.restart", ["cache-2"]),
        ("the cert was renewed so reload caddy on app-1 please", "service.reload", ["app-1"]),
        ("we renewed the cert, please restart caddy on app-1", "service.restart", ["app-1"]),
        ("new config is in place, please reload caddy on app-1", "service.reload", ["app-1"]),
        ("502s on app-1, please restart caddy there", "service.restart", ["app-1"]),
    ],
)
def test_an_order_beside_what_is_told_is_planned(text, action, hosts):
    outcome = read(text)
    assert isinstance(outcome, Intent), outcome
    assert [w.action for w in outcome.wishes] == [action]
    assert outcome.wishes[0].params["hosts"] == hosts


@pytest.mark.parametrize(
    "text",
    [
        "make sure redis is not running on cache-2, restart caddy on app-1",
        "we agreed to wait, restart caddy on app-1",
        "502s on app-1, restart caddy on app-2",
    ],
)
def test_what_may_speak_against_the_order_is_asked_about(text):
    assert not isinstance(read(text), Intent)


@pytest.mark.parametrize(
    "text",
    ["is it up?", "is it back?", "check it", "does it work now?", "why is it down?",
     "is the service up?", "when was it restarted?"],
)  # fmt: skip
def test_it_is_the_service_that_was_spoken_of(text):
    outcome = read(text, CADDY)
    assert isinstance(outcome, Intent)
    assert [(w.action, w.params) for w in outcome.wishes] == [
        ("service.status", {"hosts": ["app-1"], "service": "caddy"})
    ]


@pytest.mark.parametrize("text", ["is the host up?", "how is app-1?", "is it reachable?"])
def test_a_host_that_is_named_or_meant_is_the_host(text):
    outcome = read(text, CADDY)
    assert isinstance(outcome, Intent)
    assert outcome.wishes[0].action == "host.status"


def test_it_is_the_host_where_no_service_was_spoken_of():
    context = ParseContext(hosts=("app-1",), action="host.reboot")
    outcome = read("is it up?", context)
    assert isinstance(outcome, Intent)
    assert outcome.wishes[0].action == "host.status"


@pytest.mark.parametrize(
    "text",
    [
        "restart caddy on the app hosts, no longer running on app-2",
        "reload caddy on app-1, no longer up on app-2",
    ],
)
def test_an_order_in_the_same_breath_is_not_left_out(text):
    outcome = read(text)
    assert not isinstance(outcome, Question) or "nothing was asked of me" not in outcome.text
