"""Which halted runs' cards are to be drawn again as their votes end."""

from datetime import timedelta

import pytest

from bot.domain.plans import Effect
from bot.domain.runs import Run, RunState
from bot.pipeline.lapsing import Lapsing
from bot.reporting.gallery.runs import run as card_of
from bot.reporting.gallery.scenes import HALF_FAILED, at, plan, read_step, stop_step

STOPS = plan(stop_step(), id=7)
END = STOPS.votes_end
NOW = END - timedelta(minutes=5)


def run(state=RunState.NEEDS_DECISION):
    return Run(plan=7, revision=1, digest="d", state=state, started_at=at(3))


@pytest.fixture
def lapsing():
    return Lapsing()


def test_it_is_due_at_the_very_moment_and_once(lapsing):
    lapsing.drawn(STOPS, run(), NOW)
    assert lapsing.due(END - timedelta(microseconds=1)) == []
    assert lapsing.due(END) == [7]
    assert lapsing.due(END) == []


def test_drawn_after_that_it_says_so_already(lapsing):
    lapsing.drawn(STOPS, run(), END)
    assert lapsing.due(END) == []


@pytest.mark.parametrize("now", [run(RunState.RUNNING), run(RunState.FAILED), None])
def test_what_waits_for_nobody_by_then_is_not_due(lapsing, now):
    lapsing.drawn(STOPS, run(), NOW)
    lapsing.drawn(STOPS, now, NOW)
    assert lapsing.due(END) == []


def test_a_look_needs_no_votes(lapsing):
    look = plan(read_step(), id=7)
    assert look.effect is Effect.READ
    lapsing.drawn(look, run(), NOW)
    assert lapsing.due(look.votes_end or END) == []


@pytest.mark.parametrize(("minute", "offers"), [(31.99, True), (32, False)])
def test_at_that_moment_the_card_offers_to_go_on_no_more(minute, offers):
    ids = {button.id for button in card_of(plan(), HALF_FAILED, minute).buttons}
    assert ("skip" in ids) is offers
    assert "retry" in ids, "by then it asks anew"
