"""A time beside an order is when its plan begins, or a question; never nothing, never now."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.intents import (
    Intent,
    OpenPlan,
    ParseContext,
    Question,
    Revision,
    SmallTalk,
)
from bot.intent.phrase_rules import understand
from tests.unit.intent.vocabularies import own

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 1, 14, 14, 0, tzinfo=BERLIN)
CLOCK = ParseContext(now=NOW, zone="Europe/Berlin")


def ask(text, **more):
    return understand(text, own(), CLOCK.model_copy(update=more))


def begins(intent):
    start = intent.options.start
    return f"{start.astimezone(BERLIN):%d %H:%M}" if start else None


@pytest.mark.parametrize(
    ("text", "start", "actions"),
    [
        ("restart caddy on app-1 at 22:00", "14 22:00", ["service.restart"]),
        ("at 22:00 restart caddy on app-1", "14 22:00", ["service.restart"]),
        ("after 22:00, restart caddy on app-1 please", "14 22:00", ["service.restart"]),
        ("reboot nas tonight at 11pm", "14 23:00", ["host.reboot"]),
        ("in half an hour reboot nas", "14 14:30", ["host.reboot"]),
        ("can you restart caddy on app-1 at 22:00?", "14 22:00", ["service.restart"]),
        ("restart caddy on app-1 at 22:00 because of the new certificate", "14 22:00", ["service.restart"]),
        ("upgrade openssl on app-1, app-2 on sunday at 03:00, one at a time", "18 03:00", ["package.upgrade"]),
        ("at 22:00, restart caddy on app-1 and reboot nas", "14 22:00", ["service.restart", "host.reboot"]),
        ("restart caddy and redis on app-1 at 22:00", "14 22:00", ["service.restart", "service.restart"]),
        ("run `date` on app-1 at 22:00", "14 22:00", ["host.run"]),
        ("check caddy on app-1 at 22:00", "14 22:00", ["service.status"]),
        ("show the disks of app-1 in 20 minutes", "14 14:20", ["host.disk"]),
        # a time of something else is none of the plan's
        ("restart caddy on app-1 because it crashed at 12:00", None, ["service.restart"]),
        ("run `at 22:00` on app-1", None, ["host.run"]),
        ("show logs of caddy on app-1 since 12:00", None, ["service.logs"]),
        ("is caddy up on app-1 at 22:00?", None, ["service.status"]),
        ("what did dana change this week?", None, ["plan.history"]),
    ],
)  # fmt: skip
def test_a_plain_time_is_the_start_of_what_it_stands_with(text, start, actions):
    outcome = ask(text)
    assert isinstance(outcome, Intent), outcome
    assert [wish.action for wish in outcome.wishes] == actions
    assert begins(outcome) == start


@pytest.mark.parametrize(
    "text",
    [
        "reboot nas at 6",
        "reboot nas at 13:00",
        "reboot nas tonight",
        "reboot nas by 22:00",
        "reboot nas at 22:00 EST",
        "reboot nas later",
        "restart caddy on app-1, it crashed at 22:00",
        "restart caddy on app-1 every night at 22:00",
        "restart caddy on app-1 at 22:00 if the load is low",
        "restart caddy on app-1 between 22:00 and 23:00",
        "restart caddy on app-1 at 22:00 or 23:00",
        "restart caddy on app-1 now and reboot nas at 22:00",
        "restart caddy on app-1 at 22:00 and reboot nas",
        "restart caddy on app-1 and reboot nas at 22:00",
        "restart caddy on app-1 yesterday at 22:00",
        "I will be there at 22:00, restart caddy on app-1",
        "restart caddy on app-1, i restarted it at 22:00",
        "the demo is at 22:00. restart caddy on app-1",
        "immediately restart caddy on app-1 at 22:00",
    ],
)
def test_any_other_time_is_asked_about_and_each_option_is_a_plan_or_asks_on(text):
    outcome = ask(text)
    assert isinstance(outcome, Question), outcome
    for option in outcome.options:
        assert isinstance(ask(option.says), Intent), option


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("reboot nas at 6", ["14 18:00", "15 06:00"]),
        ("reboot nas at 13:00", ["15 13:00", None]),
        ("reboot nas by 22:00", ["14 22:00", None]),
        ("restart caddy on app-1 and reboot nas at 22:00", ["14 22:00"]),
    ],
)
def test_the_options_are_what_may_be_meant(text, says):
    asked = ask(text)
    assert [begins(ask(option.says)) for option in asked.options] == says


def test_a_question_about_something_else_keeps_the_time():
    asked = ask("restart caddy at 22:00")
    assert asked.about == "hosts"
    answered = ask("app-1", question=asked)
    assert isinstance(answered, Intent)
    assert begins(answered) == "14 22:00"


@pytest.mark.parametrize(
    ("typed", "start"),
    [("at 23:00", "15 23:00"), ("23:00", "15 23:00"), ("tomorrow at 7", "15 07:00"), ("in 20 minutes", "14 14:20")],
)  # fmt: skip
def test_when_is_answered_by_a_time(typed, start):
    answered = ask(typed, question=ask("reboot nas tomorrow"))
    assert begins(answered) == start


def test_a_look_at_what_is_over_is_not_put_off():
    for text in (
        "check caddy on app-1 yesterday at 22:00",
        "check caddy on app-1 already at 22:00",
    ):
        outcome = ask(text)
        assert not isinstance(outcome, Intent) or outcome.options.start is None


def test_without_a_clock_every_time_is_asked_about():
    assert isinstance(understand("reboot nas at 22:00", own(), ParseContext()), Question)


@pytest.mark.parametrize(
    "text",
    ["restart caddy on app-1 when the load is low", "restart caddy on app-1 once app-2 is back"],
)
def test_a_condition_is_asked_about_with_a_look_first_and_now(text):
    asked = ask(text)
    assert asked.about == "condition"
    assert [o.says for o in asked.options] == ["status of app-1", "restart caddy on app-1"]
    assert all(isinstance(ask(o.says), Intent) for o in asked.options)


# -- an open plan ---------------------------------------------------------------------------


def change(said, request="restart caddy on app-1, app-2"):
    intent = ask(request)
    plan = OpenPlan(
        number=7, revision=1, title=request, request=request, intent=intent, owner="ben",
        mine=True, newest=True, waits=True,
    )  # fmt: skip
    return ask(said, open=(plan,), request=request, hosts=("app-1", "app-2"))


@pytest.mark.parametrize(
    ("said", "start", "hosts"),
    [
        ("do it at 22:00", "14 22:00", 2),
        ("at 22:00", "14 22:00", 2),
        ("22:00 please", "14 22:00", 2),
        ("at 22:00 instead", "14 22:00", 2),
        ("make it 22:00", "14 22:00", 2),
        ("postpone it to 22:00", "14 22:00", 2),
        ("wait until 22:00", "14 22:00", 2),
        ("change the time to 22:00", "14 22:00", 2),
        ("can you do it at 22:00?", "14 22:00", 2),
        ("not now, at 22:00", "14 22:00", 2),
        ("delay it until tomorrow at 6", "15 06:00", 2),
        ("run it in 20 minutes", "14 14:20", 2),
        ("not app-2, and after 22:00", "14 22:00", 1),
        ("after 22:00 and not app-2", "14 22:00", 1),
        ("also on app-3 at 22:00", "14 22:00", 3),
        ("#7: at 22:00", "14 22:00", 2),
        ("one at a time, at 22:00", "14 22:00", 2),
    ],
)
def test_an_open_plan_gets_a_time(said, start, hosts):
    outcome = change(said)
    assert isinstance(outcome, Revision), outcome
    assert begins(outcome.intent) == start
    assert len(outcome.intent.wishes[0].params["hosts"]) == hosts


@pytest.mark.parametrize(
    "said",
    ["now instead", "do it now", "right away", "start now", "immediately please", "don't wait"],
)
def test_now_takes_a_time_away_where_there_is_one(said):
    outcome = change(said, "restart caddy on app-1, app-2 at 18:30")
    assert isinstance(outcome, Revision), outcome
    assert begins(outcome.intent) is None
    assert not isinstance(change(said), Revision)


def test_other_changes_leave_the_time_as_it_is():
    outcome = change("not app-2", "restart caddy on app-1, app-2 at 18:30")
    assert begins(outcome.intent) == "14 18:30"


@pytest.mark.parametrize(
    ("said", "starts"),
    [
        ("at 6", ["14 18:00", "15 06:00"]),
        ("not app-2, and at 6", ["14 18:00", "15 06:00"]),
        ("by 22:00", ["14 22:00"]),
        ("tomorrow", ["15 06:00", "15 09:00", "15 22:00"]),
        ("later", ["14 14:30", "14 16:00", "15 06:00"]),
    ],
)
def test_a_time_that_is_not_plain_is_asked_about_and_options_change_the_same_plan(said, starts):
    asked = change(said)
    assert isinstance(asked, Question), asked
    outcomes = [change(option.says) for option in asked.options]
    assert [begins(outcome.intent) for outcome in outcomes] == starts
    hosts = {len(outcome.intent.wishes[0].params["hosts"]) for outcome in outcomes}
    assert hosts == ({1} if "not app-2" in said else {2})


def test_a_time_alone_means_nothing_where_nothing_is_open():
    assert isinstance(ask("do it at 22:00"), SmallTalk)


def test_again_does_not_mean_the_time_that_is_over():
    once = ask("restart caddy on app-1 at 22:00")
    outcome = ask("again", request="restart caddy on app-1 at 22:00", again=once)
    assert isinstance(outcome, Intent)
    assert outcome.options.start is None


@pytest.mark.parametrize(
    ("text", "rest"),
    [("upgrade openssl on app-3, then on app-1 tomorrow", "tomorrow, upgrade openssl on app-3, then on app-1"),
     ("upgrade openssl on app-3, then on app-1 at 22:00", "at 22:00, upgrade openssl on app-3, then on app-1"),
     ("stop caddy on app-1 and start it tomorrow", "tomorrow, stop caddy on app-1 and start it")],
)  # fmt: skip
def test_a_time_behind_the_last_of_several_is_asked_to_be_for_all(text, rest):
    outcome = ask(text)
    assert isinstance(outcome, Question), outcome
    assert "for all of it?" in outcome.text
    assert [option.says for option in outcome.options] == [rest]
    assert "for all of it?" not in getattr(ask(rest), "text", "")
