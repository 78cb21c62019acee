"""What a list of looks names is looked at, each; a bare group that is asked after is its hosts."""

from datetime import UTC, datetime

import pytest

from bot.domain.intents import Intent, ParseContext, Question
from bot.intent.phrase_rules import understand
from tests.unit.intent.vocabularies import own

CLOCK = ParseContext(now=datetime(2026, 3, 1, 9, tzinfo=UTC), zone="UTC")


def ask(text, context=CLOCK):
    return understand(text, own(), context)


@pytest.mark.parametrize(
    ("text", "actions"),
    [
        ("load, memory and disk of app-1", {"host.status", "host.disk"}),
        ("cpu, memory and disk of app-1", {"host.status", "host.disk"}),
        ("how are cpu and disk on app-1?", {"host.status", "host.disk"}),
        ("disk, load and memory of app-1", {"host.status", "host.disk"}),
        ("show status and disks of app-1", {"host.status", "host.disk"}),
        ("caddy status and logs on app-1", {"service.status", "service.logs"}),
        ("show me the logs and the status of caddy on app-1", {"service.status", "service.logs"}),
        ("show me the logs of caddy on app-1", {"service.logs"}),
        ("cpu of app-1", {"host.status"}),
    ],
)
def test_each_look_of_a_list_is_had(text, actions):
    outcome = ask(text)
    assert isinstance(outcome, Intent), outcome
    assert {wish.action for wish in outcome.wishes} == actions
    assert all(wish.params["hosts"] == ["app-1"] for wish in outcome.wishes)


@pytest.mark.parametrize("text", ["staging status", "status of staging", "staging health?", "staging uptime"])  # fmt: skip
def test_a_group_before_what_is_asked_of_it_is_its_hosts(text):
    outcome = ask(text)
    assert isinstance(outcome, Intent), outcome
    (wish,) = outcome.wishes
    assert (wish.action, wish.params["hosts"]) == ("host.status", ["app-3", "app-4", "cache-2"])


@pytest.mark.parametrize("text", ["how about staging?", "what about staging?"])
def test_another_group_is_asked_after_like_the_one_before(text):
    before = {"hosts": ("app-1",), "service": "caddy", "action": "service.status"}
    outcome = ask(text, CLOCK.model_copy(update=before))
    assert isinstance(outcome, Intent), outcome
    (wish,) = outcome.wishes
    assert wish.params == {"service": "caddy", "hosts": ["app-3", "app-4", "cache-2"]}


def test_a_set_of_hosts_is_not_said_to_be_unknown():
    outcome = ask("restart staging")
    assert isinstance(outcome, Question)
    assert outcome.text == "“staging” names a set of hosts, and no service. Which service do you mean?"  # fmt: skip
