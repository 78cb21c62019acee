"""Nothing that a request names is dropped beside a change: it is planned, or asked about."""

import pytest

from bot.domain.intents import Intent, ParseContext, Question
from bot.intent.phrase_rules import understand
from bot.intent.rules import lost
from tests.unit.intent.vocabularies import own


def read(text):
    return understand(text, own(), ParseContext())


LOST = [
    "restart caddy on app-1; app-2 too; not app-3",
    "restart caddy on app-1; app-2 too, app-3 not",
    "restart caddy on app-1. app-2 as well. Not app-3.",
    "reboot app-3; nas as well; not cache-2",
    "stop caddy on app-1, not app-2, and on app-3",
    "restart caddy on app-1, not on app-2, also on app-3",
    "restart caddy on app-1, not on app-2, on app-3 too",
    "reboot app-3 but not cache-2, nas too",
    "upgrade app-3 and reboot; cache-2 just upgrade",
    "upgrade app-3 and reboot; for cache-2 just upgrade",
    "reboot app-3; cache-2 only upgrade",
    "reboot app-1 and app-2, caddy stopped first",
    "reboot app-3, caddy stopped beforehand",
    "reboot app-3, caddy down first",
    "caddy stopped on app-3, reboot app-3",
    "reboot cache-2, redis and memcached stopped first",
    "reboot app-3, caddy stopped before that",
    "upgrade cache-2, redis stopped meanwhile",
    "upgrade cache-2, redis stopped",
    "restart caddy on app-1 and redis stopped on cache-2",
    "reboot cache-2, redis started afterwards",
    "caddy stopped on nas, nas upgraded, caddy started",
    "i want caddy stopped on nas, nas upgraded, caddy started",
]


@pytest.mark.parametrize("text", LOST)
def test_a_part_that_no_step_takes_is_asked_about(text):
    assert isinstance(read(text), Question)


@pytest.mark.parametrize("text", LOST)
def test_without_the_guard_the_part_would_be_dropped(monkeypatch, text):
    monkeypatch.setattr(lost, "lost", lambda *_: None)
    assert isinstance(read(text), Intent)


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("restart caddy on app-1, then on app-2", [("service.restart", ["app-1"]), ("service.restart", ["app-2"])]),
        ("restart caddy on app-1 but not on app-2 and app-3", [("service.restart", ["app-1"])]),
        ("restart caddy on app-1, not on app-2, and not on app-3", [("service.restart", ["app-1"])]),
        ("restart caddy on the app hosts, not app-2 and app-3", [("service.restart", ["app-1", "app-4"])]),
        ("on app-1: restart caddy", [("service.restart", ["app-1"])]),
        ("caddy stopped on app-1, start it", [("service.status", ["app-1"]), ("service.start", ["app-1"])]),
        ("caddy on app-1 stopped responding, restart it", [("service.restart", ["app-1"])]),
        ("reboot nas, stop redis first", [("service.stop", ["nas"]), ("host.reboot", ["nas"])]),
        ("reboot app-3; check cache-2 for updates", [("host.reboot", ["app-3"]), ("package.check_updates", ["cache-2"])]),
        ("is caddy stopped on app-1?", [("service.status", ["app-1"])]),
    ],
)  # fmt: skip
def test_what_is_wholly_taken_is_planned_all_the_same(text, steps):
    outcome = read(text)
    assert isinstance(outcome, Intent), outcome
    assert [(w.action, w.params["hosts"]) for w in outcome.wishes] == steps


def test_an_exception_that_breaks_off_is_read_all_the_same():
    assert not isinstance(read("don't everything but the"), Intent)
