"""An order that no action carries out is never answered by a look, nor dropped beside a change."""

import pytest

from bot.domain.intents import Intent, ParseContext, Question, SmallTalk
from bot.intent.phrase_rules import understand
from tests.unit.intent.vocabularies import own

NOTHING = ParseContext()
ALONE = [
    "back up app-1",
    "back app-1 up",
    "back up all hosts",
    "back up redis on cache-2",
    "backup /etc on app-1",
    "move load from app-1 to app-2",
    "free up disk space on mail-1",
    "clear the caddy logs on app-1",
    "empty the caddy logs on app-1",
    "truncate the journal of caddy on app-1",
    "archive the caddy logs on app-1",
    "compress the caddy log files on app-1",
    "save the caddy logs on app-1",
    "grow the disk of app-3",
    "extend /var on mail-1",
    "add disk to mail-1",
    "add memory to mail-1",
    "mount /srv on nas",
    "unmount /srv on nas",
    "purge /var/log on app-1",
    "chmod /srv on app-3",
    "set the load of app-1 to zero",
    "set app-1 status to maintenance",
    "change the health check of app-1",
    "export the processes of app-3",
    "email me the caddy logs of app-1",
    "send me the caddy logs of app-1 by mail",
    "drop caches and memory on mail-1",
    "rebalance load on app-1",
    "defragment the disk of app-1",
    "tune memory on mail-1",
    "update the status of app-1",
    "ensure cron is stopped on app-3",
    "improve memory on app-1",
    "watermark the disks of app-1",
]


@pytest.mark.parametrize("text", ALONE)
def test_such_an_order_is_no_look(text):
    assert not isinstance(understand(text, own(), NOTHING), Intent)


@pytest.mark.parametrize("text", [
    *ALONE, "free memory on app-3", "free disk on app-3", "swap memory on mail-1", "get the updates on app-3",
    "updates on app-3", "print the logs of caddy on app-1 to a file", "caddy logs on app-1 to be cleared",
    "log the status of app-1",
])  # fmt: skip
@pytest.mark.parametrize("then", [", then reboot nas", " and restart cron on nas"])
def test_nor_is_the_change_beside_it_planned(text, then):
    assert not isinstance(understand(text + then, own(), NOTHING), Intent)


def test_the_answer_names_what_cannot_be_done_and_what_is_near():
    question = understand("back up app-1 and then upgrade it", own(), NOTHING)
    assert isinstance(question, Question)
    assert "“back up app-1” is nothing that I can plan" in question.text
    assert question.options


@pytest.mark.parametrize(
    "text",
    [
        "check the disk of app-1, then reboot it",
        "free memory on app-3",
        "free disk space on app-3",
        "swap usage on mail-1",
        "mount points on nas",
        "status of app-1, then reboot it",
        "memory on app-3 and then restart cron there",
        "disk usage of app-1, then reboot it",
        "show the logs of caddy on app-1 and restart it",
        "update status of app-1",
        "patch level of app-1",
        "any updates on app-3",
        "updates on app-3",
        "pending updates on app-3, then upgrade it",
        "check for updates on app-3, then upgrade it",
        "send me the caddy logs of app-1",
        "is the disk of app-1 full",
        "how much space is left on nas",
    ],
)
def test_a_look_is_still_a_look(text):
    assert isinstance(understand(text, own(), NOTHING), Intent)


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("upgrade and restart caddy on app-1", [("package.upgrade", {"hosts": ["app-1"], "packages": ["caddy"]}), ("service.restart", {"hosts": ["app-1"], "service": "caddy"})]),
        ("update & reload caddy on app-3", [("package.upgrade", {"hosts": ["app-3"], "packages": ["caddy"]}), ("service.reload", {"hosts": ["app-3"], "service": "caddy"})]),
        ("patch, restart redis on cache-2", [("package.upgrade", {"hosts": ["cache-2"], "packages": ["redis"]}), ("service.restart", {"hosts": ["cache-2"], "service": "redis"})]),
        ("upgrade and reboot app-1", [("package.upgrade", {"hosts": ["app-1"]}), ("host.reboot", {"hosts": ["app-1"]})]),
        ("run the updates on app-3, then reboot it", [("package.upgrade", {"hosts": ["app-3"]}), ("host.reboot", {"hosts": ["app-3"]})]),
        ("do updates on app-3 and reboot it", [("package.upgrade", {"hosts": ["app-3"]}), ("host.reboot", {"hosts": ["app-3"]})]),
        ("run the updates on app-3", [("package.upgrade", {"hosts": ["app-3"]})]),
    ],
)  # fmt: skip
def test_an_upgrade_stays_an_upgrade_beside_another_step(text, steps):
    outcome = understand(text, own(), NOTHING)
    assert isinstance(outcome, Intent), outcome
    assert [(w.action, w.params) for w in outcome.wishes] == steps


@pytest.mark.parametrize("text", ["upgrade, then restart caddy on app-1", "get the updates on app-3 and reboot it"])  # fmt: skip
def test_an_upgrade_of_something_or_of_everything_is_asked_about(text):
    outcome = understand(text, own(), NOTHING)
    assert isinstance(outcome, Question | SmallTalk), outcome
