"""What is said when no plan comes of a sentence: looks to choose from, and honest answers."""

import re
from dataclasses import replace

import pytest

from bot import __version__
from bot.domain.intents import Control, Intent, ParseContext, Question, Refusal, SmallTalk
from bot.domain.inventory import Host, Inventory, Service
from bot.intent.phrase_rules import Vocabulary, understand
from tests.unit.intent.vocabularies import catalog, own, templates

PLACES = (("web-1", "production"), ("web-3", "staging"), ("ops-1", "production"))


def shop():
    hosts = tuple(Host(name=n, groups=(n.split("-")[0],), environment=e) for n, e in PLACES)
    services = (
        Service(name="nginx", aliases=("web server", "web server proxy")),
        Service(name="ssh"),
    )
    return Vocabulary.build(
        Inventory(hosts=hosts, services=services, version="shop"), catalog(), templates=templates()
    )  # fmt: skip


SHOP = shop()


def ask(text, vocabulary=SHOP):
    return understand(text, vocabulary, ParseContext())


def steps(text):
    found = ask(text)
    assert isinstance(found, Intent), found
    return [(w.action, w.params) for w in found.wishes]


@pytest.mark.parametrize(
    "text",
    ["delete /var/log on web-1", "stop everything on web-3", "install htop", "wie geht es web-1?",
     "and web-3?", "frobnicate web-1", "scale nginx on web-1", "clean up web-1", "stp nginx on web-1"],
)  # fmt: skip
def test_nothing_that_changes_is_offered_where_nothing_was_understood(text):
    asked = ask(text)
    assert isinstance(asked, Question)
    assert asked.options[-1].says == "help"
    for option in asked.options:
        found = ask(option.says)
        assert isinstance(found, Intent), option
        assert not any(SHOP.actions[w.action].changes for w in found.wishes), option


def test_a_look_at_the_host_that_was_named_comes_first():
    assert ask("wie geht es web-1?").options[0].says == "how is web-1?"


def test_an_example_that_may_change_something_is_never_called_a_look():
    for vocabulary in (SHOP, own()):
        for said in vocabulary.examples(looks=True):
            found = ask(said, vocabulary)
            assert isinstance(found, Intent), said
            assert not any(vocabulary.actions[w.action].changes for w in found.wishes), said


@pytest.mark.parametrize(
    ("text", "said", "read"),
    [
        ("rstart nginx on web-1", "rstart", "restart"),
        ("resart nginx on web-1", "resart", "restart"),
        ("reastrt nginx on web-1", "reastrt", "restart"),
    ],
)
def test_a_mended_word_is_told(text, said, read):
    found = ask(text)
    assert isinstance(found, Intent)
    assert [w.action for w in found.wishes] == ["service.restart"]
    assert [(c.said, c.read) for c in found.corrections] == [(said, read)]


@pytest.mark.parametrize(
    ("text", "action", "hosts"),
    [
        ("restart the web server on web-3", "service.restart", ["web-3"]),
        ("bounce web server on web-3", "service.restart", ["web-3"]),
        ("is the web server up on web-3?", "service.status", ["web-3"]),
        ("how is the web server on web-1?", "service.status", ["web-1"]),
        ("show me the logs of the web server on web-1", "service.logs", ["web-1"]),
        ("restart the web server proxy on web-3", "service.restart", ["web-3"]),
    ],
)
def test_a_service_of_several_words_wins_over_a_group_s_word(text, action, hosts):
    assert steps(text) == [(action, {"service": "nginx", "hosts": hosts})]


def test_a_service_of_several_words_stands_in_lists():
    found = ask("restart the web server and ssh on web-3")
    assert [w.params["service"] for w in found.wishes] == ["nginx", "ssh"]


def test_a_place_and_a_machine_are_still_what_they_were():
    assert steps("reboot the web hosts") == [("host.reboot", {"hosts": ["web-1", "web-3"]})]
    found = ask("reboot the web server")
    assert isinstance(found, Question)  # of two machines, and never nginx
    assert "web-1" in found.text
    assert isinstance(ask("restart ssh on the web server"), Question)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("are you an AI?", "I am a program"),
        ("hey, are you a human?", "I am a program"),
        ("am I talking to a bot?", "I am a program"),
        ("which version of Overseer is this?", __version__),
        ("what version are you?", __version__),
        ("what can you not do?", "`help` lists them"),
        ("what can't you do?", "`help` lists them"),
    ],
)
def test_questions_about_itself_get_an_honest_line(text, part):
    found = ask(text)
    assert isinstance(found, SmallTalk)
    assert part in found.text


@pytest.mark.parametrize("text", ["what can you do?", "who are you?"])
def test_what_it_can_do_is_still_help(text):
    assert steps(text) == [("help.show", {})]


@pytest.mark.parametrize("text", ["retry plan 10", "skip web-1 of plan 10", "roll back #10"])
def test_a_button_that_is_said_is_told_to_be_one(text):
    found = ask(text)
    assert isinstance(found, Question)
    assert "inventory" not in found.text
    assert "#10" in found.text or "button" in found.text


def test_a_command_without_run_is_offered_as_one_and_no_word_of_it_is_a_host():
    found = ask("ps aux on ops-1")
    assert isinstance(found, Question)
    assert "inventory" not in found.text
    assert [o.says for o in found.options] == ["processes of ops-1", "run `ps aux` on ops-1"]
    assert all(isinstance(ask(o.says), Intent) for o in found.options)


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("df -h", "disks of web-1"),
        ("df", "disks of web-1"),
        ("free -m", "status of web-1"),
        ("uptime", "status of web-1"),
        ("ps aux", "processes of web-1"),
        ("top -b -n 1", "processes of web-1"),
        ("systemctl status nginx", "status of nginx on web-1"),
        ("systemctl status nginx.service", "status of nginx on web-1"),
        ("journalctl -u nginx", "logs of nginx on web-1"),
        ("journalctl -u nginx -n 50", "last 50 lines of the nginx logs on web-1"),
        ("apt list --upgradable", "pending updates on web-1"),
        ("ls /tmp", ""),
        ("df -h; rm x", ""),
        ("systemctl stop nginx", ""),
        ("systemctl status frobnicate", ""),
        ("journalctl -u nginx -f", ""),
        ("free && reboot", ""),
    ],
)
def test_a_plain_command_brings_the_look_that_reads_the_same(command, says):
    found = ask(f"run `{command}` on web-1")
    assert isinstance(found, Intent)
    assert (found.wishes[0].action, found.wishes[0].params["command"]) == ("host.run", command)
    assert found.instead == says
    if says:
        looks = ask(f"{says} instead")
        assert isinstance(looks, Intent)
        assert not any(SHOP.actions[w.action].changes for w in looks.wishes)
        assert all(w.params["hosts"] == ["web-1"] for w in looks.wishes)


@pytest.mark.parametrize("says", ["reboot {hosts}", "disks of all hosts", "gibberish {hosts}"])
def test_a_skill_s_sentence_for_a_command_is_offered_only_when_it_looks_at_the_same_hosts(says):
    broken = replace(SHOP.templates, commands=((re.compile("df"), says),))
    found = ask("run `df` on web-1", replace(SHOP, templates=broken))
    assert isinstance(found, Intent)
    assert not found.instead


@pytest.mark.parametrize(
    "text", ["kill everything", "KILL EVERYTHING NOW!", "kill all runs", "kill all"]
)
def test_the_word_that_ends_all_runs_is_no_destruction(text):
    assert ask(text) == Control(verb="kill", scope="all")


@pytest.mark.parametrize(
    "text",
    ["kill everything on all machines", "kill all services on all hosts", "kill all hosts",
     "kill everything on web-1", "destroy everything", "kill all databases"],
)  # fmt: skip
def test_anything_more_than_that_word_is_refused_as_ever(text):
    assert isinstance(ask(text), Refusal)
