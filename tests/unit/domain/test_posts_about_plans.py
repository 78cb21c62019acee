"""Which plan a post is about: by its card, or by the key of what it tells."""

from datetime import UTC, datetime

import pytest

from bot.domain.messages import ThreadRef
from bot.domain.posts import ABOUT_PLANS, ASK_FOR_VOTES, CALL_TO_A_PLAN, Post, PostKind, plan_of

PLACE = ThreadRef(surface="slack", channel="C1", thread="1.1")


def a_post(key, card="", kind=PostKind.NOTICE):
    return Post(place=PLACE, key=key, kind=kind, card=card, at=datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("kind", sorted(ABOUT_PLANS))
def test_a_notice_tells_of_the_plan_whose_number_follows(kind):
    for key in (f"{kind}:17", f"{kind}:17:2:x"):
        assert plan_of(a_post(key)) == 17
        assert (plan_of(a_post(key), CALL_TO_A_PLAN) == 17) == (kind in CALL_TO_A_PLAN)
        assert (plan_of(a_post(key), ASK_FOR_VOTES) == 17) == (kind in ASK_FOR_VOTES)


@pytest.mark.parametrize("key", ["handed:17", "no-vote:17:ben", "votes", "votes:", "votes:x:17"])
def test_what_tells_of_something_else_is_about_none(key):
    assert plan_of(a_post(key)) is None


def test_a_card_is_its_plans_whatever_is_asked_for():
    assert plan_of(a_post("card:plan-17", "plan-17", PostKind.CARD), frozenset()) == 17
    assert plan_of(a_post("file:plan-17:x", "plan-17", PostKind.FILE)) == 17
    assert plan_of(a_post("ended:3", "plan-17")) == 17, "it leads to that card"
    for card in ("q-17", "plan-x", "mark:plan-17"):
        assert plan_of(a_post("votes:17", card)) is None
