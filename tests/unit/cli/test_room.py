"""Calls inside `with_room` cross no border of Python's pieces of stack, however deep they lie."""

import resource

from bot.cli.room import with_room

DEPTHS = 400
CALLS = 200


def leaf():
    return None


def many_calls_at(depth):
    if depth:
        return many_calls_at(depth - 1)
    before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
    for _ in range(CALLS):
        leaf()
    return resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before


def depths_at_a_border():
    """A piece that is mapped anew for each call is at least a page that was not there."""
    return [depth for depth in range(DEPTHS) if many_calls_at(depth) >= CALLS]


def test_no_depth_is_at_a_border():
    assert with_room(depths_at_a_border) == []


def test_it_gives_what_is_called_gives():
    assert with_room(lambda: 7) == 7
