"""When a plan begins is part of what is approved; a plan without a time is what it always was."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import ValidationError

from bot.domain.intents import PlanOptions
from bot.domain.plans import digest_of
from bot.domain.revisions import difference
from bot.reporting.gallery.scenes import plan

TEN = datetime(2026, 1, 14, 22, 0, tzinfo=UTC)


def at(start):
    return plan(asked=PlanOptions(start=start))


def test_the_time_is_kept_in_utc_however_it_was_given():
    berlin = TEN.astimezone(timezone(timedelta(hours=1)))
    assert PlanOptions(start=berlin).start.tzinfo is UTC
    assert PlanOptions(start=berlin) == PlanOptions(start=TEN)
    assert PlanOptions.model_validate_json(PlanOptions(start=TEN).model_dump_json()).start == TEN


def test_a_time_without_a_zone_is_none():
    with pytest.raises(ValidationError):
        PlanOptions(start=TEN.replace(tzinfo=None))


def test_the_digest_binds_the_time():
    digests = {digest_of(p, "x") for p in (plan(), at(TEN), at(TEN + timedelta(seconds=1)))}
    assert len(digests) == 3
    berlin = TEN.astimezone(timezone(timedelta(hours=1)))
    assert digest_of(at(TEN), "x") == digest_of(at(berlin), "x")


def test_without_a_time_the_digest_says_nothing_of_one():
    """Plans that were stored before there were times keep theirs."""
    assert digest_of(plan(), "x") == digest_of(plan(asked=PlanOptions(batch=2)), "x")


def test_a_revision_tells_that_it_begins_at_another_time():
    assert difference(plan(), at(TEN)).start
    assert difference(at(TEN), plan()).start
    assert not difference(at(TEN), at(TEN)).start


def test_votes_hold_behind_the_deadline_for_them_where_something_begins_later():
    later = plan(expires_at=TEN, holds_until=TEN + timedelta(minutes=30))
    assert later.votes_end == TEN + timedelta(minutes=30)
    assert plan(expires_at=TEN).votes_end == TEN
