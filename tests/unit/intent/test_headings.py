"""A service that is only spoken of takes no verb from the step before it."""

import pytest

from bot.domain.intents import Intent, ParseContext, Question
from bot.intent.phrase_rules import understand
from tests.unit.intent.vocabularies import own

NOTHING = ParseContext()


def read(text):
    return understand(text, own(), NOTHING)


def steps(text):
    outcome = read(text)
    assert isinstance(outcome, Intent), outcome
    return [
        " ".join([w.action.split(".")[1], w.params.get("service", ""), *w.params.get("hosts", ())])
        for w in outcome.wishes
    ]


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("stop redis on cache-2, postfix on mail-1: status", "status postfix mail-1"),
        ("stop redis on cache-2; postfix on mail-1: logs", "logs postfix mail-1"),
        ("stop redis on cache-2; postfix on mail-1: uptime", "status postfix mail-1"),
        ("stop redis on cache-2. postfix on mail-1 - is it up?", "status postfix mail-1"),
        ("stop redis on cache-2; postfix on mail-1, status", "status postfix mail-1"),
        ("stop redis on cache-2, postfix on mail-1, how is it doing?", "status postfix mail-1"),
        ("stop redis on cache-2; postfix on mail-1; status", "status postfix mail-1"),
        ("stop redis on cache-2; postfix - is it healthy on mail-1?", "status postfix mail-1"),
        ("stop redis on cache-2, postfix - is it healthy on mail-1?", "status postfix mail-1"),
        ("stop redis on cache-2; postfix on mail-1 (status)", "status postfix mail-1"),
        ("stop redis on cache-2\npostfix on mail-1: status", "status postfix mail-1"),
        ("- stop redis on cache-2\n- postfix on mail-1: logs", "logs postfix mail-1"),
        ("reload redis on cache-2; on mail-1 postfix: status", "status postfix mail-1"),
        ("restart redis on cache-2, then postfix on mail-1: status", "status postfix mail-1"),
        ("start redis on cache-2, finally postfix on mail-1 - logs", "logs postfix mail-1"),
        ("restart redis on cache-2; cron there: status", "status cron cache-2"),
        ("redis on cache-2: stop; postfix on mail-1: start", "start postfix mail-1"),
        ("redis on cache-2 should be stopped; postfix on mail-1: start", "start postfix mail-1"),
        ("stop redis on cache-2; postfix on mail-1, restart it", "restart postfix mail-1"),
        ("show the logs of redis on cache-2; postfix on mail-1: restart", "restart postfix mail-1"),
        ("don't stop redis on cache-2; postfix on mail-1: status", "status postfix mail-1"),
        ("reboot cache-2, then mail-1: status", "status  mail-1"),
        ("reboot cache-2, after that mail-1 - uptime", "status  mail-1"),
    ],
)
def test_what_is_spoken_of_before_a_wish_takes_no_other_verb(text, last):
    found = steps(text)
    assert (len(found), found[-1]) == (1 if text.startswith("don't") else 2, last)


@pytest.mark.parametrize(
    "text",
    [
        "stop redis on cache-2 and postfix on mail-1: status",
        "stop redis on cache-2, and postfix on mail-1 - is it up?",
        "stop redis on cache-2, also postfix on mail-1: status",
        "stop redis on cache-2, postfix on mail-1, cron on nas: status",
        "stop redis on cache-2; postfix on mail-1 and cron on nas: status",
        "stop redis and memcached on cache-2: status",
        "reboot cache-2, mail-1: status",
        "reboot cache-2 and then mail-1: status",
        "reboot cache-2 and mail-1 - is it up?",
        "reboot cache-2, mail-1, is it up?",
        "upgrade cache-2, mail-1 - disk?",
    ],
)
def test_the_end_of_a_list_that_may_be_spoken_of_alone_is_asked_about(text):
    assert isinstance(read(text), Question)


@pytest.mark.parametrize(
    "text",
    [
        "stop redis on cache-2; postfix on mail-1",
        "stop redis on cache-2, postfix on mail-1, do nothing",
        "stop redis on cache-2; postfix on mail-1: do not touch",
        "stop redis on cache-2; postfix on mail-1: leave it",
        "stop redis on cache-2; postfix on mail-1: who restarted it?",
        "stop redis on cache-2; postfix on mail-1: reboot",
        "stop redis on cache-2, postfix on mail-1 - see plan 12",
    ],
)
def test_what_nobody_ordered_is_asked_about(text):
    assert isinstance(read(text), Question)


@pytest.mark.parametrize(
    ("text", "count", "last"),
    [
        ("stop redis on cache-2 and postfix on mail-1", 2, "stop postfix mail-1"),
        ("stop redis on cache-2, postfix on mail-1", 2, "stop postfix mail-1"),
        ("stop redis on cache-2, postfix on mail-1 and cron on nas", 3, "stop cron nas"),
        ("stop redis on cache-2, then postfix on mail-1", 2, "stop postfix mail-1"),
        ("stop redis on cache-2. postfix on mail-1 too", 2, "stop postfix mail-1"),
        ("stop redis on cache-2; also postfix on mail-1", 2, "stop postfix mail-1"),
        ("stop redis on cache-2; do the same with postfix on mail-1", 2, "stop postfix mail-1"),
        ("stop redis on cache-2, postfix on mail-1 - thanks!", 2, "stop postfix mail-1"),
        ("stop redis on cache-2 and postfix on mail-1, the certs were renewed", 2, "stop postfix mail-1"),
        ("stop redis on cache-2, postfix on mail-1, reboot nas", 3, "reboot  nas"),
        ("stop redis on cache-2 and postfix on mail-1, then check cron on nas", 3, "status cron nas"),
        ("stop redis on cache-2 and postfix on mail-1, show its logs", 3, "logs postfix mail-1"),
        ("stop redis on cache-2, postfix on mail-1, then show its logs", 3, "logs postfix mail-1"),
        ("stop redis on cache-2, postfix on mail-1, show plan 12", 3, "show "),
        ("reboot cache-2 and mail-1 - then check them", 2, "status  cache-2 mail-1"),
        ("reboot cache-2 then mail-1", 2, "reboot  mail-1"),
        ("reboot cache-2 and mail-1, then check them", 2, "status  cache-2 mail-1"),
        ("logs of redis on cache-2; postfix on mail-1", 2, "logs postfix mail-1"),
    ],
)  # fmt: skip
def test_a_list_keeps_its_verb(text, count, last):
    found = steps(text)
    assert (len(found), found[-1]) == (count, last)
