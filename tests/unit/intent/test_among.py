"""What is talk among people, and what names something that is known here."""

import pytest

from bot.domain.intents import (
    Intent,
    OpenPlan,
    Option,
    ParseContext,
    Question,
    Revision,
    Understanding,
    Wish,
)
from bot.domain.inventory import Host, Inventory
from bot.domain.thread_runs import HaltedRun, MovingRun
from bot.intent.among import is_talk, names_known
from bot.intent.conversing import spoken
from bot.intent.model.chosen import answer_in
from bot.intent.phrase_rules import Vocabulary
from tests.unit.intent.vocabularies import catalog, lonely, own, templates

PLAIN = ParseContext()
RESTART = Intent(wishes=(Wish(action="service.restart", params={"hosts": ["app-1"]}),))
PLAN = OpenPlan(
    number=7, revision=1, title="t", request="r", intent=RESTART, owner="ben", mine=True, waits=True
)
HOSTS = Question(
    about="hosts", text="On which hosts shall I restart caddy?", fill="restart caddy on {answer}",
    options=(
        Option(label="app-1", says="restart caddy on app-1"),
        Option(label="app-2", says="restart caddy on app-2"),
    ),
)  # fmt: skip


def talk(text, context=PLAIN, vocabulary=None, units=()):
    vocabulary = vocabulary or own()
    read = spoken(text, vocabulary, context)
    if context.question is not None:
        picks = answer_in(text, context, vocabulary)
        read = read.model_copy(update={"picks": picks})
    return is_talk(read, text, context, vocabulary, units)


TALK = [
    "is chris around?", "who is on call?", "how about 22:00?", "destroy everything",
    "git rebase --abort", "caddy -t", "I clicked approve", "chris, could you approve #7?",
    "could you repeat that?", "same!", "ping", "tomorrow works for me", "reboot",
]  # fmt: skip
NO_TALK = [
    "restart caddy", "is caddy up on app-9?", "restart cadddy", "wipe app-1", "reload cron",
    "approve #7", "can you approve this?", "approve it for me", "restart caddy on app-1 --now",
    "the password is hunter2hunter2", "hello", "restart caddy on app-1", "stop #12",
]  # fmt: skip


def test_what_names_nothing_known_is_talk():
    assert [text for text in TALK if not talk(text)] == []


def test_what_is_a_request_or_names_what_is_known_is_none():
    assert [text for text in NO_TALK if talk(text)] == []


def test_a_plan_of_the_conversation_is_known_by_its_number():
    known = ParseContext(
        open=(PLAN,), elsewhere=(8,), halted=(HaltedRun(number=9),), moving=(MovingRun(number=10),)
    )
    for text in ("see #7", "plan 8?", "what of run #9", "number 10"):
        assert names_known(text, known, own()), text
        assert not names_known(text, PLAIN, own()), text
    assert not names_known("see #11, or 7 of them", known, own())


def test_talk_of_who_approves_a_plan_is_talk_with_its_number_too():
    beside = ParseContext(open=(PLAN,))
    assert talk("chris, could you approve #7?", beside)
    assert not talk("approve #7", beside)


def test_a_host_is_known_in_two_words():
    host = Host(name="box-1", environment="office")
    inventory = Inventory(hosts=(host,), version="boxes")
    boxes = Vocabulary.build(inventory, catalog(), templates=templates())
    assert names_known("what of box 1?", PLAIN, boxes)
    assert not names_known("what of a box?", PLAIN, boxes)


def test_names_are_known_as_they_are_said():
    said = ["App-1", "app 1", "app-9", "CADDY", "caddy.service", "the cadddy thing"]
    assert [text for text in said if not names_known(text, PLAIN, own())] == []
    for text in ("JIRA-123", "sounds", "the sale", "24-7", "chris"):
        assert not names_known(text, PLAIN, own()), text
    assert names_known("what of dbus-broker?", PLAIN, own(), ("dbus-broker",))
    assert names_known("frobnicatr", PLAIN, own(), near=("frobnicator",))
    for text in ("frob", "frxbnixxtor", "sound"):
        assert not names_known(text, PLAIN, own(), near=("frobnicator", "sounds")), text


def test_a_question_about_a_plan_is_none():
    asks = Question(about="plan", text="#7 runs. Shall I stop it?")
    by_option = Question(about="x", text="?", options=(Option(label="#7", says="stop 7"),))
    changes = Question(about="change", text="More, or instead?")
    revises = Revision(plan=7, revision=1, intent=RESTART)
    means = Question(about="x", text="?", options=(Option(label="yes", says="y", means=revises),))
    for question in (asks, by_option, changes, means):
        assert not is_talk(Understanding(outcome=question), "hm?", PLAIN, own())
    assert is_talk(Understanding(outcome=Question(about="x", text="?")), "hm?", PLAIN, own())


def test_who_has_pressed_change_does_not_talk():
    changing = PLAN.model_copy(update={"changing": True})
    assert talk("who is on call?", ParseContext(open=(PLAN,)))
    assert not talk("who is on call?", ParseContext(open=(changing,)))


def test_a_long_text_is_not_looked_through():
    assert not talk("who is on call? " * 200)


# -- answers -----------------------------------------------------------------------------------------

ANSWERS = ["app-1", "the second", "2", "all", "everywhere", "srv01", "db.local", "app-9", "both"]
NO_ANSWERS = ["lunch?", "frontend", "the usual", "JIRA-123", "ana"]


def test_an_answer_is_one_that_is_offered_or_names_what_is_known():
    asked = ParseContext(question=HOSTS)
    assert [text for text in ANSWERS if talk(text, asked)] == []
    talked = {t: answer_in(t, asked, own()) for t in NO_ANSWERS if not talk(t, asked)}
    assert talked == {}


@pytest.mark.parametrize("text", ["`frontend`", "frontend"])
def test_what_is_quoted_is_an_answer(text):
    assert talk(text, ParseContext(question=HOSTS)) is (text == "frontend")


def test_where_no_service_is_known_any_word_may_be_one():
    asked = Question(
        about="service", text="Which?", fill="restart {answer} on localhost",
    )  # fmt: skip
    context = ParseContext(question=asked)
    assert not talk("frobnicator", context, lonely(()))
    assert talk("frobnicator", context, lonely())


def test_a_time_answers_when_it_shall_begin():
    asked = Question(about="when", text="When?", fill="restart caddy on app-1 at {answer}")
    now = "2026-03-01T09:00:00+00:00"
    context = ParseContext.model_validate({"question": asked, "now": now})
    assert not talk("22:00", context)


# -- reasons -----------------------------------------------------------------------------------------


def test_why_alone_changes_nothing_among_people():
    def revised(text, reason="chris asked", plan=PLAN, **more):
        told = RESTART.model_copy(update={"reason": reason, **more})
        read = Understanding(outcome=Revision(plan=7, revision=1, intent=told))
        return is_talk(read, text, ParseContext(open=(plan,)), own())

    assert revised("because chris asked")
    assert revised("because I said so", "I said so")
    assert not revised("because the certificate is new", "the certificate is new")
    approved = PLAN.model_copy(update={"approved": True})
    assert revised("because the certificate is new", "the certificate is new", approved)
    assert not revised("reason: chris asked")
    assert not revised("#7: because chris asked")
    assert not revised("because chris asked", wishes=())
