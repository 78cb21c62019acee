"""What was open for words that were said before a *Change…* was pressed."""

import pytest

from bot.conversation.open_plans import as_said
from bot.domain.intents import Intent, OpenPlan


def an_open(number, **more):
    return OpenPlan(
        number=number, revision=2, title="", request="", intent=Intent(wishes=()), owner="ben",
        mine=True, **more,
    )  # fmt: skip


@pytest.mark.parametrize("then", [None, (3, 1), (2, 2)])
def test_a_later_change_is_not_theirs_and_opens_no_plan_for_them(then):
    waits, by_that = an_open(1, waits=True), an_open(3, changing=True)
    assert as_said((by_that, waits), then) == (waits,)


@pytest.mark.parametrize("still", ["newest", "waits"])
def test_a_plan_that_is_open_besides_stays_so(still):
    (found,) = as_said((an_open(3, changing=True, **{still: True}),), None)
    assert (found.number, found.changing) == (3, False)


def test_a_change_that_was_pressed_before_is_theirs():
    found = (an_open(3, changing=True), an_open(1, waits=True))
    assert as_said(found, (3, 2)) == found
