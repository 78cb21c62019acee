"""A stored plan's wishes, to look at the hosts afresh: what is done already is left out."""

import pytest

from bot.domain.revisions import intent_of
from bot.errors import RequestError
from tests.scenario.a_run import a_call, a_plan, a_step


def hosts(step, *names):
    return a_step(step, *names).model_copy(update={"params": {"hosts": list(names)}})


def wishes(plan, *over):
    found = intent_of(plan, without=over)
    return [(w.action, w.params.get("hosts")) for w in found.wishes]


def test_a_step_that_keeps_no_host_goes():
    plan = a_plan(hosts("s1", "a"), hosts("s2", "a", "b"))
    assert wishes(plan, ("s1", "a"), ("s2", "b")) == [("test.s2", ["a"])]


def test_what_was_done_inside_overseer_is_not_done_again():
    plan = a_plan(a_call("s1"), hosts("s2", "a"))
    assert wishes(plan, ("s1", "overseer")) == [("test.s2", ["a"])]
    assert wishes(plan) == [("test.s1", None), ("test.s2", ["a"])]


def test_when_nothing_is_left_it_says_so():
    with pytest.raises(RequestError, match="No host is left"):
        wishes(a_plan(a_call("s1"), hosts("s2", "a")), ("s1", "overseer"), ("s2", "a"))
