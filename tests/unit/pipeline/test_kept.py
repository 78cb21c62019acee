"""What a plan keeps of what it had come to: never less than the last no of each who said no."""

import pytest

from bot.domain.plans import Before
from bot.pipeline.asked_again import MOST, kept


def taken(n):
    """Somebody else asked for it again, and nobody had said no."""
    return Before(revision=n, how="withdrawn", by="ana", asked="ben", again="ana")


def denied(n, by="chris"):
    return Before(revision=n, how="denied", by=by, why="no", asked="ben", again="ben")


def left(*before):
    return [each.revision for each in kept(before)]


def test_few_are_all_kept():
    assert left(*map(taken, range(MOST))) == list(range(MOST))


def test_of_many_the_oldest_go():
    assert left(*map(taken, range(MOST + 2))) == list(range(2, MOST + 2))


@pytest.mark.parametrize("at", [0, 1, MOST])
def test_what_goes_is_no_denial(at):
    before = [denied(n) if n == at else taken(n) for n in range(MOST * 3)]
    assert at in left(*before)
    assert len(left(*before)) == MOST


def test_a_denial_goes_where_the_same_one_has_denied_it_again():
    before = [denied(0, "chris"), *(denied(n, "dana") for n in range(1, MOST * 2))]
    assert left(*before) == [0, *range(MOST + 1, MOST * 2)]


def test_what_is_no_denial_goes_before_it_even_so():
    before = [denied(0), denied(1), *map(taken, range(2, MOST + 1))]
    assert left(*before) == [0, 1, *range(3, MOST + 1)]


def test_more_people_than_are_kept_may_have_said_no():
    before = [*(denied(n, f"p{n}") for n in range(MOST + 3)), taken(MOST + 3)]
    assert left(*before) == list(range(MOST + 4))


def test_the_newest_stays_whatever_it_is():
    """Who asked for it before is told by it."""
    before = [*(denied(n) for n in range(MOST)), taken(MOST)]
    assert MOST in left(*before)
    assert len(left(*before)) == MOST


def test_what_the_policy_refused_nobody_has_denied():
    before = [Before(how="denied", again="ana", asked="ben"), *map(taken, range(2, MOST + 2))]
    assert left(*before) == list(range(2, MOST + 2))
