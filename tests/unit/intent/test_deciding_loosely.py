"""A decision about a halted run among other words, and words there that decide nothing."""

import pytest

from bot.domain.intents import Deciding, Intent, OpenPlan, ParseContext, Question, Wish
from bot.domain.thread_runs import HaltedRun, MovingRun
from bot.intent.rules.deciding import is_no_answer
from tests.unit.intent.grounds import rules, vocabulary
from tests.unit.intent.test_deciding import ONE, TWO

WISH = Wish(action="service.restart", params={"hosts": ["web-1", "db-1"], "service": "redis"})
PLAN = OpenPlan(
    number=8, revision=1, title="restart redis", request="restart redis on web-1 and db-1",
    intent=Intent(wishes=(WISH,)), owner="ben", mine=True, newest=True, waits=True,
)  # fmt: skip
WAITS = ONE.model_copy(update={"open": (PLAN,)})
RUNS = ONE.model_copy(update={"moving": (MovingRun(number=8, mine=True),)})


@pytest.mark.parametrize(
    ("text", "button", "host"),
    [
        ("fixed it, try again", "retry", ""), ("I fixed it, retry please", "retry", ""),
        ("web-1 is back up now. Retry!", "retry", ""), ("the disk is free again, retry web-1", "retry", "web-1"),
        ("it's fine now, go on", "", ""), ("all good now - retry", "retry", ""),
        ("I\u2019ve restarted redis by hand, check again", "recheck", ""),
        ("thanks, retry", "retry", ""), ("go ahead and retry", "retry", ""), ("please retry, I fixed the disk", "retry", ""), ("retry, it is fine now", "retry", ""),
        ("fixed it and now retry", "retry", ""), ("that should be fixed so try again", "retry", ""),
        ("it works now, please retry", "retry", ""), ("ok, repaired the mount; retry", "retry", ""),
        ("mark as done", "mark_done", ""), ("mark web-1 as done", "mark_done", "web-1"),
        ("end it", "end", ""), ("end here", "end", ""), ("end the run", "end", ""), ("end #7", "end", ""),
        ("ignore web-1 and continue", "skip", "web-1"), ("without web-1", "skip", "web-1"),
        ("leave web-1 out", "skip", "web-1"), ("leave out web-1 please", "skip", "web-1"),
        ("ignore web-1", "skip", "web-1"),
    ],
)  # fmt: skip
def test_it_is_decided(text, button, host):
    assert rules(text, ONE) == Deciding(button=button, plan=7, host=host)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("skip it, web-1 is being rebuilt", "skip #7"), ("skip it, we don't need it", "skip #7"),
        ("end it, nobody needs it", "end #7"), ("fixed it, skip it", "skip #7"), ("I fixed it, mark it done", "mark #7 done"),
        ("web-2 is fine, skip web-1", "skip web-1 of #7"), ("it's fine now, end it", "end #7"),
        ("all good now, roll it back", "roll back #7"),
    ],
)  # fmt: skip
def test_what_gives_something_up_is_asked_about_behind_a_report(text, says):
    asked = rules(text, ONE)
    assert isinstance(asked, Question)
    assert [option.says for option in asked.options] == [says]
    found = rules(says, ONE)
    assert isinstance(found, Deciding)
    assert found.plan == 7


@pytest.mark.parametrize(
    "text",
    [
        "if it's fixed, retry", "when web-1 is back, retry", "it is not fixed, retry", "is it fixed? retry",
        "restart nginx on web-3, retry", "chris, retry", "once it is fixed, try again", "hello, retry",
        "thanks retry", "great retry", "skip it, but not yet", "skip it, if it fails again", "retry, but not yet", "retry, it is not fixed", "retry, chris",
        "it will be fine, retry", "that can be fixed, try again", "somebody said, retry",
    ],
)  # fmt: skip
def test_what_is_no_report_decides_nothing(text):
    assert not isinstance(rules(text, ONE), Deciding)


@pytest.mark.parametrize(
    "text",
    [
        "leave it", "leave it alone", "just leave that for now", "not web-1", "what now?", "What next?",
        "now what", "what's next?", "what should I do now?", "retry in 5 minutes", "retry later",
        "try again tomorrow at 9", "retry when web-1 is back", "skip it if it fails again", "go on in an hour",
    ],
)  # fmt: skip
def test_what_decides_nothing_yet_is_told_the_ways(text):
    assert rules(text, ONE) == Deciding(button="", plan=7)
    asked = rules(text, TWO)
    if text != "not web-1":
        assert isinstance(asked, Question)
        assert asked.text == "#7 and #9 need a decision: press a button on a card."
    assert not is_no_answer(text, ONE, vocabulary().host)


@pytest.mark.parametrize(
    "text", ["no, don't retry", "No. Do not skip it.", "nope, don't roll back"]
)
def test_a_no_before_it_presses_nothing(text):
    assert rules(text, ONE) == Deciding(button="", plan=7, denied=True)


@pytest.mark.parametrize(
    "text", ["not bad", "not web-3", "leave it to me", "what is next on web-1?"]
)
def test_words_about_something_else_are_none(text):
    assert not isinstance(rules(text, ONE), Deciding)


@pytest.mark.parametrize("context", [WAITS, RUNS], ids=["waits", "runs"])
@pytest.mark.parametrize("text", ["leave it", "not web-1"])
def test_beside_a_plan_what_leaves_it_may_be_about_that(text, context):
    assert not isinstance(rules(text, context), Deciding)


def test_nor_is_an_end_that_may_be_of_either():
    asked = rules("end it", WAITS)
    assert isinstance(asked, Question)
    assert asked.options[0].says == "end #7"
    for text in ("end it", "end here", "end the run"):
        asked = rules(text, RUNS)
        assert isinstance(asked, Question)
        assert [option.says for option in asked.options] == ["end #7", "stop 8"]
    assert rules("end #7", RUNS) == Deciding(button="end", plan=7)


def test_where_nothing_has_halted_none_of_it_is_a_decision():
    for text in ("fixed it, try again", "end it", "what now?", "without web-1", "leave it"):
        assert not isinstance(rules(text, ParseContext()), Deciding)


def test_of_more_hosts_that_were_named_all_that_failed_are_left_out():
    both = HaltedRun(number=7, hosts=("web-1", "web-2"), failed=("web-1", "web-2"), newest=True)
    found = rules("ignore web-1 and web-2 and go on", ParseContext(halted=(both,)))
    assert found == Deciding(button="skip", plan=7)
