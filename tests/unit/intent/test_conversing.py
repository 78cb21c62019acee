"""What is said around requests: "why?", "what waits?", and what is only supposed."""

import pytest

from bot.domain.intents import (
    Intent,
    MovingRun,
    Option,
    ParseContext,
    Question,
    Refusal,
    SmallTalk,
    Standing,
    Why,
)
from bot.intent.conversing import spoken
from tests.unit.intent.vocabularies import own


def said(text, context=None):
    return spoken(text, own(), context or ParseContext())


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        ("why?", 0),
        ("Why not?", 0),
        ("but why", 0),
        ("why so?", 0),
        ("how come?", 0),
        ("why does this need approval?", 0),
        ("why does that need two votes?", 0),
        ("why do I have to wait for approval?", 0),
        ("why is approval needed?", 0),
        ("why was that denied?", 0),
        ("why was this request rejected?", 0),
        ("why is it blocked", 0),
        ("why did you refuse?", 0),
        ("why won't you do it?", 0),
        ("why can\u2019t I do that?", 0),
        ("which policy says so?", 0),
        ("which rule is that?", 0),
        ("who may approve this?", 0),
        ("who has to approve it", 0),
        ("explain that please", 0),
        ("why are you asking me?", 0),
        ("why #7", 7),
        ("why plan 7?", 7),
        ("why does #7 need approval?", 7),
        ("explain #7", 7),
    ],
)
def test_the_verdict_is_asked_for(text, plan):
    assert said(text).outcome == Why(plan=plan)


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("why did it fail?", "failed"), ("so why has that failed", "failed"),
        ("why did the restart stop?", "failed"), ("why didn't it work?", "failed"),
        ("how come it failed?", "failed"), ("why does it not start?", "unbegun"),
        ("why doesn\u2019t it start yet?", "unbegun"), ("why is it not running?", "unbegun"),
        ("why hasn't the plan begun?", "unbegun"), ("why has it not run", "unbegun"),
    ],
)  # fmt: skip
def test_what_failed_and_what_does_not_begin_is_asked_for(text, about):
    assert said(text).outcome == Why(about=about)


@pytest.mark.parametrize(
    "text",
    [
        "why does nginx not start?",
        "why did caddy fail on app-1?",
        "who restarted caddy on app-1, and why?",
        "why is redis down on cache-1?",
        "why was caddy restarted on app-1?",
        "why don't you reboot nas",
        "why was my request refused?",
        "tell me why caddy is slow on app-1",
    ],
)
def test_other_whys_are_not_about_a_verdict(text):
    assert not isinstance(said(text).outcome, Why)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("what's running?", Standing(what="running")),
        ("what are you doing right now?", Standing(what="running")),
        ("is anything in progress?", Standing(what="running")),
        ("what waits for me?", Standing(what="mine")),
        ("anything for me to approve?", Standing(what="mine")),
        ("what needs my vote", Standing(what="mine")),
        ("what waits?", Standing(what="open")),
        ("is anything pending?", Standing(what="open")),
        ("what needs a decision?", Standing(what="open")),
        ("which approvals are open?", Standing(what="open")),
        ("are there any pending approvals?", Standing(what="open")),
        ("list the open votes", Standing(what="open")),
        ("welche Freigaben sind offen?", Standing(what="open")),
        ("was muss noch genehmigt werden?", Standing(what="open")),
        ("quelles approbations sont en attente ?", Standing(what="open")),
        ("¿qué aprobaciones están pendientes?", Standing(what="open")),
        ("quali approvazioni sono in attesa?", Standing(what="open")),
        ("welke goedkeuringen staan open?", Standing(what="open")),
        ("cosa sta girando?", Standing(what="running")),
        ("wat draait er?", Standing(what="running")),
        ("cosa mi aspetta?", Standing(what="mine")),
        ("wat wacht op mij?", Standing(what="mine")),
        ("what starts later?", Standing(what="later")),
        ("what is scheduled for tonight?", Standing(what="later")),
        ("is everything stopped?", Standing(what="frozen")),
        ("is it done?", Standing(what="plan", about="come")),
        ("did that work?", Standing(what="plan", about="come")),
        ("how is it going?", Standing(what="plan", about="come")),
        ("who approved that?", Standing(what="plan")),
        ("when does it start?", Standing(what="plan")),
        ("when does the restart begin?", Standing(what="plan")),
        ("who approved #12?", Standing(what="plan", plan=12)),
        ("when does plan 12 start?", Standing(what="plan", plan=12)),
    ],
)
def test_its_own_state_is_asked_for(text, asked):
    assert said(text).outcome == asked


@pytest.mark.parametrize(
    "text",
    [
        "what's running on app-1?",
        "is it running?",
        "did it start?",
        "how is it doing?",
        "is caddy done?",
        "what is waiting for approval?",
        "is plan 12 done?",
        "how is #12 going?",
    ],
)
def test_what_may_be_about_a_host_or_is_a_look_of_its_own_is_left_to_the_rules(text):
    assert not isinstance(said(text).outcome, Standing | Why)


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("what would happen if I restarted caddy on app-1?", "service.restart"),
        ("what happens if we restart caddy on app-1", "service.restart"),
        ("what would happen if caddy on app-1 were restarted?", "service.restart"),
        ("what if I stopped redis on cache-1?", "service.stop"),
        ("what would you do if I said restart caddy on app-1", "service.restart"),
        ("what would restarting caddy on app-1 do?", "service.restart"),
        ("what would a restart of caddy on app-1 break?", "service.restart"),
        ('what would "reboot nas" do?', "host.reboot"),
        ("show me what reboot nas would do", "host.reboot"),
        ("show me the plan for rebooting nas", "host.reboot"),
        ("dry run: reboot nas", "host.reboot"),
        ("dry-run reboot nas", "host.reboot"),
        ("reboot nas --dry-run", "host.reboot"),
        ("reboot nas as a dry run please", "host.reboot"),
        ("simulate a reboot of nas", "host.reboot"),
        ("simulate upgrading openssl on app-1", "package.upgrade"),
        ("preview: upgrade openssl on app-1", "package.upgrade"),
        ("reboot nas, but only plan", "host.reboot"),
        ("reboot nas without running it", "host.reboot"),
        ("what would happen if I ran `date` on nas?", "host.run"),
    ],
)
def test_a_supposed_request_is_planned_only(text, action):
    understood = said(text)
    assert isinstance(understood.outcome, Intent), understood
    assert [wish.action for wish in understood.outcome.wishes] == [action]
    assert understood.plan_only


def test_a_supposed_request_that_lacks_its_host_asks_and_stays_supposed():
    understood = said("what would happen if I restarted caddy?")
    assert isinstance(understood.outcome, Question)
    assert understood.plan_only


@pytest.mark.parametrize(
    "text",
    [
        "run `rsync --dry-run a b` on nas",
        "reboot nas",
        "what does plan 12 do?",
        "what would happen if the network broke?",
        "what would happen if I deleted the audit log?",
        "what happened on app-1?",
        "dry run",
    ],
)
def test_what_supposes_no_change_is_read_as_ever(text):
    assert not said(text).plan_only


def test_what_is_refused_is_refused_when_it_is_only_supposed():
    understood = said("dry run: wipe all disks on every host")
    assert isinstance(understood.outcome, Refusal)
    assert not understood.plan_only


RUNS = ParseContext(moving=(MovingRun(number=7, title="restart caddy", mine=False, queued=False),))
ASKS = Question(
    about="hosts", text="Which?", options=(Option(label="app-1", says="restart caddy on app-1"),)
)


@pytest.mark.parametrize("text", ["let it run", "leave it running", "leave it alone"])
def test_let_it_run_is_said_to_what_runs_unless_something_is_asked(text):
    assert said(text, RUNS).outcome == SmallTalk(text="#7 goes on.", answers=True)
    asked = said(text, RUNS.model_copy(update={"question": ASKS})).outcome
    assert getattr(asked, "text", "") != "#7 goes on.", "the question is answered, or open still"


ONE = ParseContext(
    hosts=("app-1",), service="caddy", action="service.restart", request="restart caddy on app-1"
)


@pytest.mark.parametrize(
    "text",
    [
        "how long?",
        "how did it end?",
        "which machines?",
        "who decides?",
        "what's the error?",
        "what went wrong?",
    ],
)
def test_what_is_asked_behind_a_colleagues_words_is_asked_of_them(text):
    assert isinstance(said(text, ONE).outcome, Standing | Why)
    between = said(text, ONE.model_copy(update={"between": True})).outcome
    assert not isinstance(between, Standing | Why)
