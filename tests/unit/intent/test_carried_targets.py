"""A step that names no host goes where its service was spoken of, or is asked about."""

import pytest

from bot.domain.intents import Intent, ParseContext, Question
from bot.intent.phrase_rules import understand
from tests.unit.intent.vocabularies import own

NOTHING = ParseContext()


def steps(text):
    outcome = understand(text, own(), NOTHING)
    assert isinstance(outcome, Intent), outcome
    return [(w.action.split(".")[1], w.params.get("service", ""), *w.params["hosts"]) for w in outcome.wishes]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("stop redis on cache-2, reboot app-3, then start it", ("start", "redis", "cache-2")),
        ("stop redis on cache-2, reboot app-3, start redis", ("start", "redis", "cache-2")),
        ("stop redis on cache-2, upgrade app-3, start redis again", ("start", "redis", "cache-2")),
        ("stop redis on cache-2, check app-3, start it again", ("start", "redis", "cache-2")),
        ("stop cron on nas, look at the disk of mail-1, then start cron", ("start", "cron", "nas")),
        ("stop redis on cache-2, reboot app-3 and check redis", ("status", "redis", "cache-2")),
        ("stop caddy on app-3, restart redis on cache-2 and start caddy", ("start", "caddy", "app-3")),
        ("stop cron on app-3 and app-4, reboot app-4, start cron", ("start", "cron", "app-3", "app-4")),
        ("stop redis on cache-2, show the logs of caddy on app-1, start redis", ("start", "redis", "cache-2")),
        ("stop redis on cache-2, reboot app-3, then start the service", ("start", "redis", "cache-2")),
        ("stop caddy on app-3 and redis on cache-2, reboot app-3, start caddy", ("start", "caddy", "app-3")),
        ("restart redis on cache-2, restart caddy on app-3 and reload redis", ("reload", "redis", "cache-2")),
    ],
)  # fmt: skip
def test_a_service_is_meant_where_it_was_named(text, last):
    assert steps(text)[-1] == last


def test_each_service_goes_back_to_its_own_host():
    text = "stop caddy on app-3; stop cron on app-4; start caddy; start cron"
    assert steps(text)[-2:] == [("start", "caddy", "app-3"), ("start", "cron", "app-4")]


@pytest.mark.parametrize(
    "text",
    [
        "stop cron on app-1, stop cron on app-2, reboot app-2, start cron",
        "stop caddy on app-3, stop redis on cache-2, reboot app-4, start caddy and redis",
        "stop redis on cache-2, reboot app-3, then start redis there",
        "restart redis on cache-2, stop caddy and start cron on app-3",
        "stop caddy on app-3 and redis on cache-2, reboot app-3, start redis and caddy",
        "stop cron on app-1, start it on app-2, then reload caddy, then stop cron",
    ],
)
def test_where_a_service_may_be_on_several_hosts_it_is_asked(text):
    outcome = understand(text, own(), NOTHING)
    assert isinstance(outcome, Question), outcome
    assert outcome.about == "hosts"


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("stop redis on cache-2, reboot cache-2, then start it", ("start", "redis", "cache-2")),
        ("stop redis on cache-2, reboot the host, then start redis again", ("start", "redis", "cache-2")),
        ("stop caddy on app-3, reboot it and start caddy again", ("start", "caddy", "app-3")),
        ("stop redis on cache-2, reboot cache-2 and start redis there", ("start", "redis", "cache-2")),
        ("stop caddy and cron on app-3, reboot it, start both", ("start", "cron", "app-3")),
        ("restart caddy on app-1, then show its logs", ("logs", "caddy", "app-1")),
        ("stop redis on cache-2, then restart cron", ("restart", "cron", "cache-2")),
        ("restart caddy on app-1, then restart caddy on app-2", ("restart", "caddy", "app-2")),
        ("stop caddy and start redis on app-1", ("start", "redis", "app-1")),
    ],
)  # fmt: skip
def test_what_is_clear_goes_on_as_it_did(text, last):
    assert steps(text)[-1] == last
