"""Behind "on" a name in quotes is a host; what stands in quotes after "run" is the command."""

import pytest

from bot.domain.intents import Intent, ParseContext, Question
from bot.intent.phrase_rules import understand
from tests.unit.intent.vocabularies import own

NOTHING = ParseContext()


def read(text):
    outcome = understand(text, own(), NOTHING)
    if not isinstance(outcome, Intent):
        return outcome
    return [(w.action, w.params.get("command"), list(w.params["hosts"])) for w in outcome.wishes]


@pytest.mark.parametrize(
    ("text", "command", "hosts"),
    [
        ("run `uptime` on `app-1`", "uptime", ["app-1"]),
        ("run `df -h` on `app-1`", "df -h", ["app-1"]),
        ("run `uptime` on `app-1` and `app-2`", "uptime", ["app-1", "app-2"]),
        ('run "df -h /tmp" on "app-1"', "df -h /tmp", ["app-1"]),
        ("execute the command `df -h` on `app-1`", "df -h", ["app-1"]),
        ("please run `df -h` on `app-1` because I want to see it", "df -h", ["app-1"]),
        ("run `echo on app-2` on `app-1`", "echo on app-2", ["app-1"]),
        ("run `ssh app-2` on app-1", "ssh app-2", ["app-1"]),
        ("on `app-1` run `df -h`", "df -h", ["app-1"]),
    ],
)
def test_a_host_in_quotes_is_the_host_that_it_is_without_them(text, command, hosts):
    assert read(text) == [("host.run", command, hosts)]


@pytest.mark.parametrize(
    "text", ["run `app-1` on app-2", "run `caddy` on app-2", "run `caddy` on `app-2`"]
)
def test_what_is_in_quotes_after_run_is_a_command_whatever_it_is_called(text):
    ((action, command, hosts),) = read(text)
    assert (action, command, hosts) == ("host.run", text.split("`")[1], ["app-2"])


@pytest.mark.parametrize(
    "text", ["run `df -h` on `app-1 app-2; reboot`", "run `df -h` on `nowhere-7`", "run on `df -h`"]
)
def test_what_is_no_host_there_is_asked_about(text):
    assert isinstance(read(text), Question)
