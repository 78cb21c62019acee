"""A stop that is put off, or taken back in the same breath, is asked about; nothing is done by it."""

from datetime import UTC, datetime

import pytest

from bot.domain.intents import Control, ParseContext, Question, SmallTalk
from bot.domain.thread_runs import MovingRun
from bot.intent.conversing import spoken
from bot.intent.rules.stop_clauses import clause_in
from tests.unit.intent.vocabularies import own

CLOCK = ParseContext(now=datetime(2026, 3, 1, 9, tzinfo=UTC), zone="UTC")
RUN = MovingRun(number=1, title="restart caddy on app-1", mine=True)
RUNS = CLOCK.model_copy(
    update={
        "moving": (RUN,), "request": "restart caddy on app-1", "action": "service.restart",
        "hosts": ("app-1",), "service": "caddy",
    }
)  # fmt: skip

LATER = (
    "stop #1 tomorrow", "stop it tonight", "stop it today", "stop tomorrow", "stop it later", "stop later", "kill #1 tonight",
    "stop #1 at 22:00", "stop it at 10pm", "stop #1 in 5 minutes", "abort it on monday", "cancel it tomorrow morning",
    "please stop it tonight, it is broken", "stop both tomorrow",
)  # fmt: skip
BACK = (
    "stop #1, no wait", "stop it, no wait", "stop #1 no wait", "stop it no wait", "stop, no", "stop! wait", "stop it, never mind",
    "stop it, actually no", "abort #1, sorry no", "stop it, hold on", "stop, wrong host, no wait", "stop it. on second thought",
)  # fmt: skip
RATHER = ("stop instead", "no, stop instead", "stop rather")
NOW = (
    "stop it now", "no no stop", "wait, stop it", "never mind, stop it", "stop, wrong host", "stop it, it's broken today",
    "stop, no wait, stop", "no, stop it", "stop it, sorry", "stop it, no longer needed", "hang on, stop #1",
    "STOP! no no no", "stop it, no, no!",
)  # fmt: skip


def read(text, context=RUNS):
    return spoken(text, own(), context).outcome


@pytest.mark.parametrize("text", LATER)
def test_a_stop_at_a_time_is_asked_and_said_to_be_one_at_once(text):
    outcome = read(text)
    assert isinstance(outcome, Question), outcome
    assert outcome.text.startswith("I stop at once, and not at a time. Shall I ")
    assert outcome.options[0].says in {"stop 1", "kill 1"}


@pytest.mark.parametrize("text", BACK + RATHER)
def test_a_stop_that_is_taken_back_is_asked_about(text):
    outcome = read(text)
    assert isinstance(outcome, Question), outcome
    assert [option.says for option in outcome.options] == ["stop 1"]


@pytest.mark.parametrize("text", LATER + BACK + RATHER)
def test_none_of_them_is_done_as_it_comes_in(text):
    clause = clause_in(text)
    assert clause is not None
    assert not clause.sure


@pytest.mark.parametrize("text", NOW)
def test_what_is_said_before_a_stop_takes_nothing_back(text):
    clause = clause_in(text)
    assert clause is not None
    assert clause.sure
    assert isinstance(read(text), Control)


@pytest.mark.parametrize("text", ["stop it, I can't wait", "stop it, we can not wait"])
def test_what_ends_in_such_a_word_takes_nothing_back(text):
    clause = clause_in(text)
    assert clause is not None
    assert not clause.back


@pytest.mark.parametrize("text", ["stop #7 tomorrow", "stop 7, no wait", "kill plan 7 later"])
@pytest.mark.parametrize("context", [CLOCK, RUNS])
def test_one_of_another_conversation_is_asked_about_by_its_number(text, context):
    outcome = read(text, context)
    assert isinstance(outcome, Question)
    assert outcome.options[0].says in {"stop 7", "kill 7"}


def test_where_nothing_goes_on_a_stop_at_a_time_may_be_one_of_a_service():
    done = RUNS.model_copy(update={"moving": ()})
    assert not isinstance(read("stop it at 22:00", done), Control | SmallTalk)
