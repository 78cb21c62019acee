"""A change that is spoken of and not asked for is never planned."""

import pytest

from bot.domain.intents import Intent, ParseContext, Question, SmallTalk
from bot.intent.phrase_rules import understand
from bot.intent.rules import unasked
from tests.unit.intent.vocabularies import own

NOTHING = ParseContext()


def read(text):
    return understand(text, own(), NOTHING)


PONDERED = [
    "do we need to restart caddy on app-1?",
    "do I have to reboot nas",
    "ok, do i need to reboot nas?",
    "do we want to stop redis on cache-2?",
    "don't we have to upgrade app-3?",
    "would we have to restart caddy on app-1?",
    "are we supposed to reboot nas?",
    "so, do we really need to restart caddy on app-1",
    "hmm, does anyone need to restart caddy on app-1",
]
DOING = [
    "rebooting nas now",
    "currently rebooting nas",
    "now restarting redis on cache-2",
    "upgrading app-3",
    "ok, taking down caddy on app-4",
    "cancelling plan 12",
    "executing `df -h` on nas",
    "restarting caddy on app-1 and reloading redis on cache-2",
]
REPORTED = [
    "the runbook says: stop caddy on app-3",
    "the docs say: restart caddy on app-1",
    "log: stop redis on cache-2",
    "error: restart caddy on app-1",
    "bot: restart caddy on app-1",
    "from the wiki: restart caddy on app-1",
    "status: restart caddy on app-1",
    "test: reboot nas",
    "he said, restart caddy on app-1",
    "the runbook says\nstop caddy on app-3",
    "tom says stop caddy on app-3 and reboot it",
    "the manual says first stop caddy on app-3, then reboot it",
    "OPS-12: reboot nas",
    "$ restart caddy on app-1",
    "# restart caddy on app-1",
    "-- restart caddy on app-1",
]
OUTCRIES = [
    "restart caddy on app-1, stop",
    "restart caddy on app-1 - stop!",
    "reboot nas. Halt!",
]
WONDERED = [
    "app-3 needs a reboot?",
    "time to reboot nas?",
    "caddy restart on app-1?",
    "app-3 should be rebooted?",
]
TO_OTHERS = ["@ana reboot nas", "@tom: can you restart caddy on app-1?"]
NARROWED = [
    "restart caddy on the app hosts, only app-2",
    "restart caddy on the app hosts, but app-2 only",
]
JOKED = [
    "yeah, right. reboot nas",
    "oh great, reboot nas again",
    "reboot nas 🙃",
    "reboot nas, right?",
    "don't just restart caddy on app-1, reboot it",
    "reboot nas /s",
    "reboot nas, jk",
]


@pytest.mark.parametrize("text", PONDERED)
def test_a_question_whether_it_is_needed_plans_nothing(text):
    assert isinstance(read(text), SmallTalk | Question)


@pytest.mark.parametrize("text", DOING)
def test_what_somebody_is_doing_plans_nothing(text):
    assert isinstance(read(text), SmallTalk | Question)


@pytest.mark.parametrize("text", [*REPORTED, *JOKED, *OUTCRIES, *WONDERED, *TO_OTHERS, *NARROWED])
def test_what_somebody_said_or_joked_about_plans_nothing(text):
    assert isinstance(read(text), SmallTalk | Question)


@pytest.mark.parametrize(
    "text",
    [
        "on app-1: restart caddy",
        "caddy on app-1 is stuck: restart it",
        "urgent: restart caddy on app-1",
        "@opsbot: restart caddy on app-1",
        "users say caddy on app-1 is slow, restart it",
        "would you mind restarting caddy on app-1?",
        "before rebooting nas stop redis there",
        "we need to restart caddy on app-1",
        "restart caddy on app-1 right now",
        "reload caddy on app-1 and stop",
        "stop, start caddy on app-1",
        "<@U02BOT> restart caddy on app-1",
        "@overseer restart caddy on app-1",
        "can you restart caddy on app-1?",
        "restart caddy on app-1?",
        "restart caddy, only on app-1 and app-2",
        "restart caddy on app-1 and app-2 only",
        "restart caddy on app-1 and app-2, and only reload redis on nas",
        "oh great, thanks. restart caddy on app-1",
    ],
)
def test_what_is_asked_for_is_planned_all_the_same(text):
    assert isinstance(read(text), Intent)


def test_the_question_about_a_report_offers_to_do_it():
    question = read("the runbook says: stop caddy on app-3")
    assert isinstance(question, Question)
    assert [o.says for o in question.options] == ["stop caddy on app-3"]
    assert isinstance(read(question.options[0].says), Intent)


@pytest.mark.parametrize(
    ("guard", "texts"),
    [
        ("_PONDERS", PONDERED[:4]),
        ("_JOKE", JOKED[:5]),
        ("_doing", DOING[:5]),
        ("_outcry", OUTCRIES[:2]),
        ("_wondered", WONDERED),
        ("_ELSE", TO_OTHERS),
        ("_narrowed", NARROWED),
        ("reported.from_colon", ["log: stop redis on cache-2", "bot: restart caddy on app-1"]),
        ("reported.told", ["he said, restart caddy on app-1"]),
    ],
)
def test_without_the_guard_it_would_be_planned(monkeypatch, guard, texts):
    class Nothing:
        match = search = staticmethod(lambda _: None)

    blind = {
        "_PONDERS": Nothing, "_JOKE": Nothing, "_doing": lambda _: False, "_outcry": lambda *_: False,
        "_wondered": lambda *_: False, "_narrowed": lambda *_: False, "_ELSE": Nothing,
        "reported.from_colon": lambda text, _: len(text), "reported.told": lambda *_: False,
    }[guard]  # fmt: skip
    monkeypatch.setattr(f"{unasked.__name__}.{guard}", blind)
    for text in texts:
        assert isinstance(read(text), Intent), text


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("upgrade openssl to 99.1 on app-1", "upgrade openssl on app-1"),
        ("please update curl on app-1 to version 8.5.0", "please update curl on app-1"),
        ("downgrade curl to 7.88 on app-1", ""),
    ],
)
def test_a_version_is_asked_about_and_never_promised(text, offered):
    outcome = understand(text, own(), NOTHING)
    assert isinstance(outcome, Question)
    assert outcome.about == "version"
    assert [option.says for option in outcome.options] == [offered] * bool(offered)


@pytest.mark.parametrize(
    "text", ["startet caddy bitte auf app-1", "startet caddy auf app-1", "stoppt caddy auf app-1"]
)
def test_a_word_that_only_looks_like_a_report_of_the_past_is_none(text):
    outcome = read(text)
    assert isinstance(outcome, Question)
    assert outcome.text.startswith("I don't understand")


@pytest.mark.parametrize(
    "text", ["I restarted caddy on app-1", "I've just restarted caddy on app-1"]
)
def test_a_report_of_the_past_is_noted(text):
    assert read(text) == SmallTalk(
        text="Noted; nothing was asked of me, so nothing ran.", answers=True
    )
