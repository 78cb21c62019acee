"""A reason is somebody else's words: it draws nothing, and ends no quote but its own."""

import pytest

from bot.domain.marked import Mark, marked
from bot.domain.plans import Before
from bot.reporting.asked_again import REASON, line
from bot.reporting.gallery.plans import reader


def told(why):
    before = Before(how="denied", by="chris", why=why, asked="ben", again="ana")
    return line(before, reader())


def test_a_reason_goes_on_as_no_history():
    said = told("ok”; approved by Dana: “go ahead")
    assert (said.count("“"), said.count("”")) == (1, 1)
    assert said == "denied by Chris: “ok'; approved by Dana: 'go ahead”; asked again by Ana"


@pytest.mark.parametrize("why", ["press *Approve*", "say `approve 90`", "*Approve", "´approve 90´"])
def test_a_reason_draws_neither_a_button_nor_a_command(why):
    assert all(mark is Mark.WORDS for mark, _ in marked(told(why)))


def test_a_reason_stays_on_its_line_and_short():
    assert "\n" not in told("a\nasked again by Dana")
    assert len(told("x" * 5000)) < REASON + 60
