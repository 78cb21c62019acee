"""Words that bind two ways are asked about: a change is never planned of the likelier reading."""

import pytest

from bot.domain.intents import Intent, ParseContext, Question
from bot.intent import phrase_rules
from bot.intent.phrase_rules import understand
from tests.unit.intent.vocabularies import own


def read(text):
    return understand(text, own(), ParseContext())


DENIED = [
    "don't reboot nas after stopping redis on it",
    "please don't reboot nas after stopping memcached",
    "do not reboot app-3 before stopping caddy there",
    "don't reboot app-3 before you stop caddy on it",
    "never stop redis on cache-2 before stopping caddy on app-3",
    "don't reboot app-3 and before that stop caddy",
    "don't stop redis on cache-2 and reboot it",
    "don't stop redis on cache-2, then reboot it",
    "don't reboot cache-2 and restart redis there",
    "do not restart caddy on app-1 then stop it",
]
EXCEPTED = [
    "reboot all staging hosts but only check cache-2",
    "upgrade the app hosts and only check for updates on app-1",
    "restart caddy on app-1 and app-2 but only check it on app-2",
    "restart caddy on the app hosts, just check app-1",
    "restart caddy on the app hosts, but reload it on app-2",
    "restart caddy on all app hosts. On app-1 only reload it.",
    "restart caddy on all app hosts, instead reload it on app-1",
    "restart caddy on the app hosts although reload it on app-1",
    "stop cron on the app hosts but restart it on app-4",
    "restart caddy on the app hosts. Reload it on app-2 instead.",
    "restart caddy on the app hosts, reload it on app-2 only",
    "restart caddy on the app hosts, then only reload it on app-2",
]
AFTER_BOTH = [
    "upgrade nas after stopping redis on it and caddy on app-3",
    "reboot app-1 after stopping caddy there and cron on app-2",
    "reboot app-1 after upgrading it and stopping caddy",
    "reboot app-3 after you stop caddy and redis on cache-2",
    "upgrade cache-2 after stopping redis, caddy on app-3",
    "reboot app-1 and app-2, app-2 after stopping caddy",
    "after rebooting app-3 start caddy, and redis on cache-2",
]
PRONOUNS = [
    "restart caddy on the app hosts except app-1, reload it there",
    "stop redis on all cache hosts except cache-1 and restart it there instead",
    "stop redis on cache-1, check caddy on app-1, start it again",
    "stop redis on cache-1, reload caddy on app-1, bring it back up",
    "stop redis on cache-1, check cron on app-1, start it again on cache-1",
    "stop redis on cache-1, same on cache-2, then start it",
    "stop redis on cache-1, check it on cache-2, start it",
]
CROSSED = [*DENIED, *EXCEPTED, *AFTER_BOTH, *PRONOUNS]
LIMITED = [
    "reboot app-1 and app-2, but app-2 only after stopping caddy",
    "upgrade app-3 and nas but nas only once redis was stopped",
    "upgrade app-3 and nas, the latter after stopping redis",
    "reboot app-1 only after stopping caddy, app-2 right away",
    "restart both caddy on app-1 and the host nas",
    "app-1 -> app-2: restart caddy",
]


@pytest.mark.parametrize("text", [*CROSSED, *LIMITED])
def test_what_may_be_meant_in_two_ways_is_asked_about(text):
    assert isinstance(read(text), Question)


@pytest.mark.parametrize("text", CROSSED)
def test_without_the_guard_one_of_the_two_would_be_chosen(monkeypatch, text):
    monkeypatch.setattr(phrase_rules.crossed, "crossed", lambda *_: None)
    outcome = read(text)
    assert isinstance(outcome, Intent), outcome


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("don't stop redis on cache-2, reboot it", ["host.reboot"]),
        ("don't reboot nas but stop redis there", ["service.stop"]),
        ("don't reboot nas. Restart caddy on app-1", ["service.restart"]),
        ("don't touch app-1 and restart caddy on the app hosts", ["service.restart"]),
        ("reboot nas after stopping redis on it", ["service.stop", "host.reboot"]),
        ("stop redis on nas before rebooting nas and restarting cron on app-1", ["service.stop", "host.reboot", "service.restart"]),
        ("restart caddy on app-1 but first stop redis there", ["service.stop", "service.restart"]),
        ("restart caddy on the app hosts, then check app-1", ["service.restart", "host.status"]),
        ("restart caddy on app-1 but only reload it on app-2", ["service.restart", "service.reload"]),
        ("restart caddy on the app hosts but stop redis on app-1", ["service.restart", "service.stop"]),
        ("reboot app-3 after stopping caddy and redis on app-3", ["service.stop", "service.stop", "host.reboot"]),
        ("after stopping redis and caddy on app-3, reboot app-3", ["service.stop", "service.stop", "host.reboot"]),
        ("reboot app-1 after stopping caddy, then start it", ["service.stop", "host.reboot", "service.start"]),
        ("after rebooting app-3 start caddy and redis there", ["host.reboot", "service.start", "service.start"]),
        ("stop redis on cache-1, check caddy on app-1, start redis again", ["service.stop", "service.status", "service.start"]),
        ("stop redis on nas, reboot it and start redis", ["service.stop", "host.reboot", "service.start"]),
        ("stop redis on cache-1, check cron on cache-1, start redis again", ["service.stop", "service.status", "service.start"]),
        ("restart caddy on the app hosts except app-1 and check caddy on app-2", ["service.restart", "service.status"]),
    ],
)  # fmt: skip
def test_what_is_meant_one_way_is_planned_all_the_same(text, steps):
    outcome = read(text)
    assert isinstance(outcome, Intent), outcome
    assert [w.action for w in outcome.wishes] == steps


@pytest.mark.parametrize("text", EXCEPTED)
def test_an_exception_offers_both_of_its_readings(text):
    question = read(text)
    assert question.options
    for option in question.options:
        outcome = read(option.says)
        assert isinstance(outcome, Intent), (option.says, outcome)
        assert len(outcome.wishes) == 2


def test_the_two_readings_of_an_exception_differ_in_the_hosts_of_the_wide_step():
    question = read("restart caddy on the app hosts, but only reload it on app-2")
    apart, both = (read(option.says).wishes for option in question.options)
    assert apart[0].params["hosts"] == ["app-1", "app-3", "app-4"]
    assert both[0].params["hosts"] == ["app-1", "app-2", "app-3", "app-4"]
    assert [w.params["hosts"] for w in (apart[1], both[1])] == [["app-2"], ["app-2"]]


@pytest.mark.parametrize(
    "text",
    [
        "upgrade staging, upgrade caddy on app-3",
        "upgrade office and caddy on nas",
        "upgrade production then restart caddy on app-3",
        "upgrade cache and restart caddy on app-3",
        "stop redis on cache-2 and upgrade follows",
        "upgrade app-3 halfway",
        "upgrade caddy and friends on app-3",
        "upgrade curl and dependencies on app-3",
        "upgrade whatever on app-3",
        "upgrade caddy plus extras on app-3",
    ],
)
def test_a_group_or_an_everyday_word_is_no_package(text):
    outcome = read(text)
    assert isinstance(outcome, Question)


@pytest.mark.parametrize(
    ("text", "packages"),
    [
        ("upgrade curl and openssl on app-3", ["curl", "openssl"]),
        ("upgrade the friends package on app-3", ["friends"]),
        ("upgrade caddy on the staging hosts", ["caddy"]),
    ],
)
def test_a_package_is_still_upgraded_by_its_name(text, packages):
    outcome = read(text)
    assert isinstance(outcome, Intent), outcome
    assert outcome.wishes[0].params["packages"] == packages


@pytest.mark.parametrize(
    "said", ["the script", "my script", "script", "the program", "bash script"]
)
def test_a_script_is_asked_for_in_quotes(said):
    assert isinstance(read(f"run {said} cleanup.sh on nas"), Question)


def test_a_file_that_is_called_a_script_is_asked_for_in_quotes():
    assert isinstance(read("run cleanup.sh script on nas"), Question)


def test_a_command_in_quotes_is_taken_as_it_stands():
    outcome = read("run `./cleanup.sh` on nas")
    assert isinstance(outcome, Intent)
    assert outcome.wishes[0].params["command"] == "./cleanup.sh"


def test_an_upgrade_of_a_groups_bare_name_offers_its_hosts():
    question = read("upgrade staging")
    assert isinstance(question, Question)
    assert [option.says for option in question.options] == ["upgrade the staging hosts"]
    assert isinstance(read(question.options[0].says), Intent)
