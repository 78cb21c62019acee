"""A circuit breaker, told what came of calls and checks."""

from datetime import UTC, datetime

import pytest

from bot.errors import (
    ModelAnswerError,
    ModelAuthError,
    ModelAwayError,
    ModelBusyError,
    ModelUnknownError,
    ModelUnlistedError,
)
from bot.intent.model.breaker import COOL_S, COOLEST_S, FAILURES, LONGEST_REST_S, Breaker, State

AT = datetime(2026, 3, 1, 14, 2, tzinfo=UTC)
AWAY = ModelAwayError("No connection.", model="m")
BUSY = ModelBusyError("Too many.", model="m")
AUTH = ModelAuthError("No key.", model="m")


def opened(error=AWAY):
    breaker = Breaker()
    for _ in range(FAILURES):
        breaker.failed(error, 0.0, AT)
    return breaker


@pytest.mark.parametrize("error", [AWAY, BUSY])
def test_it_opens_after_failures_in_a_row_and_says_since_when(error):
    breaker = Breaker()
    for _ in range(FAILURES - 1):
        breaker.failed(error, 0.0, AT)
    assert breaker.state(0.0) is State.CLOSED
    breaker.failed(error, 0.0, AT)
    assert breaker.state(0.0) is State.OPEN
    assert not breaker.admits(0.0)
    assert (breaker.why, breaker.since) == (error, AT)


@pytest.mark.parametrize("answer", [None, ModelAnswerError("No JSON.", model="m")])
def test_an_answer_in_between_ends_the_row(answer):
    breaker = Breaker()
    for _ in range(FAILURES - 1):
        breaker.failed(AWAY, 0.0, AT)
    breaker.answered() if answer is None else breaker.failed(answer, 0.0, AT)
    breaker.failed(AWAY, 0.0, AT)
    assert breaker.state(0.0) is State.CLOSED


def test_after_a_while_one_probe_is_let_through():
    breaker = opened()
    assert breaker.state(COOL_S - 0.1) is State.OPEN
    assert breaker.state(COOL_S) is State.HALF_OPEN
    assert breaker.admits(COOL_S)
    assert breaker.enter(COOL_S)
    assert not breaker.admits(COOL_S), "one at a time"
    breaker.leave()
    assert breaker.admits(COOL_S), "it was cancelled: another may"
    breaker.answered()
    assert breaker.state(COOL_S) is State.CLOSED
    assert not breaker.enter(COOL_S), "a call through a closed one is no probe"


def test_a_probe_that_fails_opens_it_for_longer_each_time():
    breaker, now, waits = opened(), COOL_S, []
    for _ in range(6):
        assert breaker.enter(now)
        breaker.failed(AWAY, now, AT)
        breaker.leave()
        began = now
        while breaker.state(now) is State.OPEN:
            now += 1
        waits.append(now - began)
    assert waits == [COOL_S * 2, COOL_S * 4, COOL_S * 8, COOLEST_S, COOLEST_S, COOLEST_S]
    breaker.answered()
    for _ in range(FAILURES):
        breaker.failed(AWAY, now, AT)
    assert breaker.state(now + COOL_S) is State.HALF_OPEN, "well again, it begins anew"


@pytest.mark.parametrize("error", [AUTH, ModelUnknownError("No such model.", model="m")])
def test_what_waiting_does_not_mend_opens_it_at_once_until_a_check_passes(error):
    breaker = Breaker()
    breaker.failed(error, 0.0, AT)
    assert breaker.lasting
    assert breaker.state(1e9) is State.OPEN
    breaker.checked(None, 50.0, AT)
    assert breaker.state(50.0) is State.HALF_OPEN
    assert not breaker.lasting
    breaker.failed(error, 60.0, AT)
    assert breaker.lasting, "the probe met the same again"


def test_a_failed_check_opens_it_until_one_passes():
    breaker = Breaker()
    breaker.checked(AWAY, 0.0, AT)
    assert breaker.state(1e9) is State.OPEN
    breaker.checked(AWAY, 10.0, datetime(2026, 3, 1, 15, tzinfo=UTC))
    assert breaker.since == AT, "since the first of them"
    breaker.checked(None, 20.0, AT)
    assert breaker.admits(20.0)


def test_a_check_that_says_too_many_requests_says_that_somebody_is_there():
    breaker = Breaker()
    breaker.checked(BUSY, 0.0, AT)
    assert breaker.state(0.0) is State.CLOSED


UNLISTED = ModelUnlistedError("No list.", model="m")


def test_a_check_that_can_not_tell_opens_nothing():
    breaker = Breaker()
    breaker.checked(UNLISTED, 0.0, AT)
    assert breaker.state(0.0) is State.CLOSED
    cooling = opened()
    cooling.checked(UNLISTED, 1.0, AT)
    assert cooling.state(1.0) is State.OPEN, "nor does it end a cooling"
    assert cooling.state(COOL_S) is State.HALF_OPEN


@pytest.mark.parametrize("error", [AUTH, AWAY])
def test_where_only_a_check_could_close_it_and_none_can_tell_a_call_is_let_through(error):
    breaker = Breaker()
    breaker.checked(error, 0.0, AT)
    breaker.checked(UNLISTED, 50.0, AT)
    assert breaker.state(50.0) is State.HALF_OPEN
    breaker.failed(AUTH, 51.0, AT)
    assert breaker.state(1e9) is State.OPEN


def test_a_wrong_key_found_while_it_cools_outlasts_the_cooling():
    breaker = opened()
    breaker.failed(AUTH, 1.0, AT)
    assert breaker.state(COOL_S) is State.OPEN
    assert breaker.why is AUTH


def test_a_server_that_says_when_rests_and_has_not_failed():
    breaker = Breaker()
    for _ in range(FAILURES + 1):
        breaker.failed(ModelBusyError("Later.", model="m", retry_after_s=7), 100.0, AT)
    assert breaker.state(100.0) is State.CLOSED
    assert breaker.rests_until == 107.0
    breaker.failed(ModelBusyError("Later.", model="m", retry_after_s=1e9), 100.0, AT)
    assert breaker.rests_until == 100.0 + LONGEST_REST_S


USELESS = ModelAnswerError("Nothing of use.", model="m")


def judged(breaker, *people, useful=False, now=0.0):
    for person in people:
        breaker.judged(USELESS, now, AT, useful=useful, person=person)
    return breaker


def test_one_persons_odd_requests_leave_a_model_to_those_whom_it_serves_well():
    breaker = judged(Breaker(), "ben", useful=True)
    judged(breaker, *["ana"] * FAILURES * 2)
    assert breaker.state(1.0) is State.CLOSED
    judged(breaker, "ben")
    assert breaker.state(1.0) is State.OPEN, "it is of no use to anybody now"


def test_it_is_left_out_where_nobody_else_was_served():
    """Who is alone would pay for each of them."""
    for served in ((), ("ana",)):
        breaker = judged(Breaker(), *served, useful=True)
        judged(breaker, *["ana"] * FAILURES)
        assert breaker.state(1.0) is State.OPEN


@pytest.mark.parametrize("error", [AWAY, AUTH, USELESS])
def test_who_asks_for_it_has_one_probe_let_through_at_once(error):
    """As a reload does: what was wrong may have been mended."""
    breaker = opened() if error is AWAY else Breaker()
    if error is AUTH:
        breaker.failed(AUTH, 0.0, AT)
    if error is USELESS:
        judged(breaker, *["ana"] * FAILURES)
    assert not breaker.admits(1.0)
    assert breaker.try_again(1.0)
    assert breaker.state(1.0) is State.HALF_OPEN
    assert breaker.enter(1.0)
    assert not breaker.admits(1.0)
    assert not Breaker().try_again(1.0), "what is asked anyway is not tried again"
