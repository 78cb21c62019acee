"""What a thread adds: answers to an open question, "it", "again", and a first start's one host."""

import pytest

from bot.domain.intents import Control, Intent, ParseContext, Question, Refusal, SmallTalk
from bot.intent.at_once import wants_reading
from bot.intent.parser import Parser
from bot.intent.phrase_rules import understand
from tests.unit.intent.vocabularies import OWN, catalog, lonely, own, read_inventory

NOTHING = ParseContext()


def ask(text, context=NOTHING, vocabulary=None):
    return understand(text, vocabulary or own(), context)


def steps(outcome):
    assert isinstance(outcome, Intent), outcome
    return [(w.action, w.params) for w in outcome.wishes]


@pytest.mark.parametrize(
    ("answer", "hosts"),
    [
        ("2", ["app-2"]),
        ("#1", ["app-1"]),
        ("the third", ["app-3"]),
        ("App2 please", ["app-2"]),
        ("on app-4", ["app-4"]),
        ("app-1 and app-3", ["app-1", "app-3"]),
        ("all of them", ["app-1", "app-2", "app-3", "app-4"]),
        ("the edge hosts", ["edge-berlin", "edge-paris"]),
    ],
)
def test_an_answer_continues_the_request(answer, hosts):
    question = ask("restart caddy on app-9")
    assert isinstance(question, Question)
    assert question.about == "app-9"
    after = ask(answer, ParseContext(question=question))
    assert steps(after) == [("service.restart", {"service": "caddy", "hosts": hosts})]


def test_every_option_of_a_question_is_understood():
    for text in ("restart caddy on app-9", "restart caddy", "restart app-1", "reboot the app box",
                 "restart nginx on app-1", "reboot n\u200bas"):  # fmt: skip
        question = ask(text)
        assert isinstance(question, Question)
        assert question.options, text
        for option in question.options:
            assert isinstance(ask(option.says), Intent), option


@pytest.mark.parametrize("text", ["never mind", "cancel", "no", "forget it", "leave it"])
def test_a_request_can_be_dropped(text):
    question = ask("restart caddy")
    assert isinstance(ask(text, ParseContext(question=question)), SmallTalk)


def test_all_means_all_hosts_when_hosts_were_asked_for():
    question = ask("restart caddy")
    after = ask("all", ParseContext(question=question))
    assert len(steps(after)[0][1]["hosts"]) == 10


def test_another_request_beside_an_open_question_is_a_new_one():
    after = ask("how is nas?", ParseContext(question=ask("restart caddy")))
    assert steps(after) == [("host.status", {"hosts": ["nas"]})]


def test_an_answer_is_guarded_like_a_request():
    question = ask("restart caddy")
    assert isinstance(ask("app-1; rm -rf /", ParseContext(question=question)), Refusal)


EARLIER = ParseContext(
    hosts=("app-1",), service="caddy", action="service.restart", request="restart caddy on app-1"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the same on app-2", ("service.restart", {"service": "caddy", "hosts": ["app-2"]})),
        ("again", ("service.restart", {"service": "caddy", "hosts": ["app-1"]})),
        ("reboot the host", ("host.reboot", {"hosts": ["app-1"]})),
        ("reload it", ("service.reload", {"service": "caddy", "hosts": ["app-1"]})),
        ("show me its logs", ("service.logs", {"service": "caddy", "hosts": ["app-1"]})),
    ],
)
def test_the_thread_says_what_it_is(text, expected):
    assert steps(ask(text, EARLIER)) == [expected]


def test_a_change_never_takes_its_hosts_from_the_thread_unasked():
    question = ask("restart redis", EARLIER)
    assert isinstance(question, Question)
    assert question.options[0].says == "restart redis on app-1"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("how is localhost?", ("host.status", {"hosts": ["localhost"]})),
        (
            "what's eating memory?",
            ("host.processes", {"hosts": ["localhost"], "sort_by": "memory"}),
        ),
        ("is ssh up on localhost?", ("service.status", {"service": "ssh", "hosts": ["localhost"]})),
        (
            "restart cron on localhost",
            ("service.restart", {"service": "cron", "hosts": ["localhost"]}),
        ),
        ("how full are the disks?", ("host.disk", {"hosts": ["localhost"]})),
    ],
)
def test_a_first_start_with_one_host(text, expected):
    assert steps(ask(text, vocabulary=lonely())) == [expected]


def test_a_change_without_a_host_asks_even_when_there_is_one_host():
    question = ask("restart cron", vocabulary=lonely())
    assert isinstance(question, Question)
    assert [o.says for o in question.options] == ["restart cron on localhost"]


@pytest.mark.parametrize(
    ("text", "verb", "scope"),
    [
        ("stop", "stop", "thread"),
        ("STOP!!", "stop", "thread"),
        ("stop everything", "stop", "all"),
        ("stop --all", "stop", "all"),
        ("Stop \u2014all!", "stop", "all"),
        ("please ./overseer stop --all", "stop", "all"),
        ("overseer stop --all --kill", "kill", "all"),
        ("stop --kill", "kill", "thread"),
        ("stop 58 --kill", "kill", "58"),
        ("cancel everything", "stop", "all"),
        ("resume", "resume", "thread"),
        ("please stop plan 12", "stop", "12"),
        ("stop 12", "stop", "12"),
        ("kill 12 now", "kill", "12"),
    ],
)
def test_stop_is_a_control(text, verb, scope):
    assert ask(text) == Control(verb=verb, scope=scope)
    assert wants_reading(text)


@pytest.mark.parametrize("text", ["stop 58 --all", "stop nginx --all", "stop --most"])
def test_a_flag_that_the_command_line_would_not_take_stops_nothing(text):
    assert isinstance(ask(text), Refusal)


def test_options_reason_and_corrections_are_kept():
    outcome = ask(
        "restrat caddy on all app hosts, two at a time, roll back if it fails, because the cert is new"
    )
    assert isinstance(outcome, Intent)
    assert outcome.options.batch == 2
    assert outcome.options.on_failure == "rollback"
    assert outcome.reason == "the cert is new"
    assert [(c.said, c.read) for c in outcome.corrections] == [("restrat", "restart")]


def test_the_odd_character_is_named():
    question = ask("restart caddy on арp-1")
    assert isinstance(question, Question)
    assert "U+0430 CYRILLIC SMALL LETTER A" in question.text
    assert question.options[0].says == "restart caddy on app-1"


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("\u202e", []),
        (" \u200b\u202e ", []),
        ("restart caddy \u202e on app-1", ["restart caddy on app-1"]),
        ("\u202e restart caddy on app-1", ["restart caddy on app-1"]),
    ],
)
def test_a_sign_alone_that_nobody_sees_is_no_name_to_quote_or_to_offer(text, offered):
    question = ask(text)
    assert isinstance(question, Question)
    assert "which nobody can see" in question.text
    assert "“”" not in question.text
    assert [option.says for option in question.options] == offered
    assert all(option.label for option in question.options)


def test_a_pasted_secret_is_to_be_redacted():
    refusal = ask("the password is hunter22, restart caddy on app-1")
    assert isinstance(refusal, Refusal)
    assert refusal.redact


async def test_the_parser_keeps_its_vocabulary_until_the_inventory_changes():
    parser, inventory = Parser(), read_inventory(OWN / "inventory.yaml")
    first = parser.vocabulary(inventory, catalog())
    assert parser.vocabulary(inventory, catalog()) is first
    moved = inventory.model_copy(update={"version": "2"})
    assert parser.vocabulary(moved, catalog()) is not first
    understood = await parser.parse("how is nas?", NOTHING, inventory, catalog())
    assert understood.read_by == "rules"
    assert isinstance(understood.outcome, Intent)


@pytest.mark.parametrize(
    ("text", "steps_then"),
    [
        ("never mind, reload caddy on nas", [("service.reload", {"hosts": ["nas"], "service": "caddy"})]),
        ("oh, never mind then - how is nas?", [("host.status", {"hosts": ["nas"]})]),
        ("forget it. reboot nas", [("host.reboot", {"hosts": ["nas"]})]),
    ],
)  # fmt: skip
def test_what_is_asked_for_in_the_place_of_a_question_is_not_dropped_with_it(text, steps_then):
    assert steps(ask(text, ParseContext(question=ask("restart caddy")))) == steps_then


def test_a_question_or_a_stop_in_the_place_of_a_question_counts():
    asked = ParseContext(question=ask("restart caddy"))
    which = ask("never mind, reboot", asked)
    assert isinstance(which, Question)
    assert which.text != asked.question.text
    assert ask("never mind, stop everything", asked).kind == "control"


@pytest.mark.parametrize(
    "text",
    ["never mind, then", "nvm, I did it myself", "forget it, thanks", "never mind, stop",
     "never mind, the thing with caddy", "never mind, don't restart caddy on nas",
     "never mind the restart of caddy on nas"],
)  # fmt: skip
def test_whoever_drops_a_question_and_asks_for_nothing_has_nothing_done(text):
    assert isinstance(ask(text, ParseContext(question=ask("restart caddy"))), SmallTalk)
