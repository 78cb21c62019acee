"""A dry run is never planned as the real thing, and no flag is left out in silence."""

import pytest

from bot.domain.intents import Intent, ParseContext, Question, Refusal
from bot.intent.phrase_rules import understand
from bot.intent.rules import rehearsal
from tests.unit.intent.vocabularies import own

NOTHING = ParseContext()


def read(text):
    return understand(text, own(), NOTHING)


DRY = [
    "restart caddy on app-1 --dry-run",
    "upgrade app-3 --dry-run",
    "dry run: restart caddy on app-1",
    "restart caddy on app-1 (dry run)",
    "restart caddy on app-1 \u2014dry-run",
    "run `ls` on nas --dry-run",
    "run ls --dry-run on nas",
    "cancel plan 12 --dry-run",
    "restart caddy on app-1 without running it",
    "how is nas --dry-run",
]


@pytest.mark.parametrize("text", DRY)
def test_a_dry_run_is_answered_with_the_command_that_does_one(text):
    question = read(text)
    assert isinstance(question, Question)
    assert "./overseer plan" in question.text
    assert not question.options


def test_the_answer_says_the_request_without_the_flag():
    question = read("restart caddy on app-1 --dry-run")
    assert isinstance(question, Question)
    assert './overseer plan "restart caddy on app-1"' in question.text


@pytest.mark.parametrize("text", ["upgrade app-3 --dryrun", "just simulate restarting caddy on app-1", "plan only: reboot nas",
                                  "pretend to reboot nas", "restart caddy on app-1 --simulate",
                                  "what would happen if you rebooted nas"])  # fmt: skip
def test_no_other_way_to_say_it_is_planned(text):
    assert not isinstance(read(text), Intent)


def test_a_dry_run_inside_a_quoted_command_is_the_commands_own():
    outcome = read("run `apt-get upgrade --dry-run` on app-3")
    assert isinstance(outcome, Intent)
    assert outcome.wishes[0].params["command"] == "apt-get upgrade --dry-run"


@pytest.mark.parametrize("flag", ["--yes", "-y", "--no-wait", "--help", "--force", "-n"])
def test_a_flag_that_means_nothing_here_is_asked_about(flag):
    question = read(f"restart caddy on app-1 one at a time {flag}")
    assert isinstance(question, Question)
    assert question.about == flag
    again = read(question.options[0].says)
    assert isinstance(again, Intent)
    assert again.options.batch == 1


@pytest.mark.parametrize("flag", ["--json", "--now", "--whatever", "-x"])
def test_a_flag_that_nobody_has_is_refused(flag):
    assert isinstance(read(f"restart caddy on app-1 {flag}"), Refusal)


@pytest.mark.parametrize("text", ["run df -h on nas", "last redis logs on cache-1 --lines 5", "restart caddy on app-1 --force-production"])  # fmt: skip
def test_the_flags_of_a_command_and_those_that_are_known_are_kept(text):
    assert isinstance(read(text), Intent)


@pytest.mark.parametrize("text", ["gently restart caddy on app-1", "restart caddy on app-1 gently"])
def test_how_careful_to_be_is_not_left_out(text):
    assert isinstance(read(text), Question)


def test_without_the_guards_it_would_be_planned_or_not_understood(monkeypatch):
    monkeypatch.setattr(rehearsal, "only_tried", lambda *_, **__: None)
    monkeypatch.setattr(rehearsal, "strange_flag", lambda *_: None)
    assert isinstance(read("restart caddy on app-1 without running it"), Intent)
    flagged = read("restart caddy on app-1 --yes")
    assert isinstance(flagged, Question)
    assert flagged.about == "request"
