"""A word that may bind to several members of a list, or an exception that takes nothing away."""

import pytest

from bot.domain.intents import Intent, ParseContext, Question
from bot.intent.phrase_rules import understand
from tests.unit.intent.vocabularies import own

NOTHING = ParseContext()


def read(text):
    return understand(text, own(), NOTHING)


def hosts(text):
    outcome = read(text)
    assert isinstance(outcome, Intent), outcome
    return [w.params["hosts"] for w in outcome.wishes]


@pytest.mark.parametrize(
    "said",
    [
        "app and cache hosts in staging",
        "the app and cache hosts in staging",
        "app and cache staging hosts",
        "staging app and cache hosts",
        "production app, cache and edge hosts",
        "staging and production app hosts",
        "app hosts in production and staging",
        "production in app and cache",
        "app hosts and cache hosts in staging",
        "staging app hosts and cache hosts",
        "staging and production app hosts and mail hosts",
    ],
)
def test_a_change_is_asked_about_where_a_word_may_bind_to_one_or_to_all(said):
    question = read(f"restart cron on {said}")
    assert isinstance(question, Question), question
    assert question.about == "hosts"
    assert len(question.options) == 2
    both = [hosts(option.says)[0] for option in question.options]
    assert set(both[0]) < set(both[1])


def test_an_exception_holds_for_both_readings():
    question = read("restart cron on staging app and cache hosts except app-3")
    assert isinstance(question, Question)
    assert [hosts(o.says)[0] for o in question.options] == [
        ["app-4", "cache-2"],
        ["app-4", "cache-1", "cache-2"],
    ]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("the production and staging hosts of app", ["app-1", "app-2", "app-3", "app-4"]),
        ("app and cache hosts", ["app-1", "app-2", "app-3", "app-4", "cache-1", "cache-2"]),
        ("the staging app hosts and all cache hosts", ["app-3", "app-4", "cache-1", "cache-2"]),
        ("production app hosts", ["app-1", "app-2"]),
        ("app hosts in production", ["app-1", "app-2"]),
        ("staging and office", ["app-3", "app-4", "cache-2", "nas"]),
        ("app-1 and the cache hosts in staging", ["app-1", "cache-2"]),
        ("the production app and edge hosts", ["app-1", "app-2", "edge-berlin", "edge-paris"]),
    ],
)
def test_where_both_readings_are_one_it_is_planned(said, found):
    assert hosts(f"restart cron on {said}") == [found]


def test_a_look_is_not_worth_a_question():
    assert hosts("status of app and cache hosts in staging")


@pytest.mark.parametrize(
    "text",
    [
        "restart caddy on app and cron on cache except app-2",
        "restart caddy on app and redis on cache, but not on app-2",
        "restart caddy on app then redis on cache, sparing app-2",
        "stop cron on app and start it on cache, except on app-2",
        "skip app-2 and restart caddy on app",
        "don't touch app-2, restart caddy on the app hosts",
        "leave app-2 alone and restart caddy on app",
    ],
)
def test_an_exception_holds_wherever_it_takes_something_away(text):
    assert hosts(text)[0] == ["app-1", "app-3", "app-4"]


@pytest.mark.parametrize(
    "text",
    [
        "restart caddy on the app hosts except cache-1",
        "restart caddy on app-1 except app-2",
        "restart caddy on the app hosts, but leave cache-1 alone",
        "restart caddy on app and skip cache-1",
        "skip cache-1 and restart caddy on app",
        "restart cron on staging except app-1",
        "restart cron on app and redis on cache but not on nas",
    ],
)
def test_an_exception_that_takes_nothing_away_is_asked_about(text):
    question = read(text)
    assert isinstance(question, Question), question
    assert "not among them" in question.text


@pytest.mark.parametrize(
    "text",
    [
        "restart caddy on app and cron on production except app-2",
        "restart caddy on app and cron on production, but not on app-2",
    ],
)
def test_an_exception_of_the_last_part_that_is_in_an_earlier_one_is_asked_about(text):
    question = read(text)
    assert isinstance(question, Question), question
    assert [hosts(o.says)[0] for o in question.options] == [
        ["app-1", "app-3", "app-4"],
        ["app-1", "app-2", "app-3", "app-4"],
    ]


def test_an_exception_of_the_first_part_that_is_in_a_later_one_is_asked_about():
    question = read("restart caddy on the app hosts, skipping app-2, then reboot the app hosts")
    assert isinstance(question, Question), question
    assert [hosts(o.says)[1] for o in question.options] == [
        ["app-1", "app-3", "app-4"],
        ["app-1", "app-2", "app-3", "app-4"],
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("restart caddy on app except app-2", ["app-1", "app-3", "app-4"]),
        ("restart caddy on app-1, not app-2", ["app-1"]),
        ("restart cron on staging but not on app-3", ["app-4", "cache-2"]),
        ("restart caddy on app except app-2 and cron on cache", ["app-1", "app-3", "app-4"]),
        ("reboot app-2, then restart caddy on app except app-2", ["app-2"]),
    ],
)
def test_a_plain_exception_is_planned(text, found):
    assert hosts(text)[0] == found
