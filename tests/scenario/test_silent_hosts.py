"""A host that has gone silent: go on waiting for it, or give it up alone."""

import pytest

from bot.domain.runs import StepState
from bot.errors import ConflictError
from tests.scenario.a_run import RunState, a_plan, a_step, bench, do
from tests.scenario.stage import RESTART, Stage, keys, words


async def test_what_is_given_up_fails_alone_and_the_others_go_on(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a", "b"), a_step("s2", "a", "b", needs=("s1",))))
        b.hosts.hang(do("s1", "b"))
        assert await b.begin(plan) == {}
        await b.ran(do("s1", "b"))
        said = await b.decisions.give_up(1, by="ana", host="b")
        assert "b is given up" in said
        assert await b.rest() is RunState.NEEDS_DECISION
        attempts = await b.attempts()
        assert (attempts["s1", "b"].state, attempts["s1", "b"].note) == (
            StepState.FAILED, "given up by ana"
        )  # fmt: skip
        assert attempts["s1", "a"].state is StepState.SUCCEEDED
        with pytest.raises(ConflictError, match="Nothing of #1 runs on b"):
            await b.decisions.give_up(1, by="ana", host="b")


async def test_a_read_is_given_up_as_well(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a", "b", effect="read")))
        b.hosts.hang(do("s1", "b"))
        assert await b.begin(plan) == {}
        await b.ran(do("s1", "b"))
        await b.decisions.give_up(1, by="ana", host="b")
        await b.rest()
        assert (await b.attempts())["s1", "b"].note == "given up by ana"
        assert (await b.attempts())["s1", "a"].state is StepState.SUCCEEDED


async def test_what_may_not_be_ended_halfway_is_not_given_up(tmp_path):
    async with bench(tmp_path) as b:
        plan = b.answers(a_plan(a_step("s1", "a", killable=False)))
        b.hosts.hang(do("s1", "a"))
        assert await b.begin(plan) == {}
        await b.ran(do("s1", "a"))
        with pytest.raises(ConflictError, match="may not be ended halfway"):
            await b.decisions.give_up(1, by="ana", host="a")
        b.hosts.release(do("s1", "a"))
        assert await b.rest() is RunState.SUCCEEDED


async def silent(stage):
    """A restart of two hosts at once, of which one says nothing for long."""
    for host in ("web-3", "db-2"):
        stage.service(host, "nginx")
    stage.hosts.hang(RESTART, host="db-2")
    await stage.say("ben", "restart nginx on web-3 and db-2, both at once")
    await stage.press("chris", "approve")
    return await later(stage)


async def later(stage):
    """The card after a minute and more: the reporter's heartbeat, which draws it, is real time."""
    await stage.later(seconds=45)
    await stage.app._speaker.shown(1)
    return await stage.card()


async def test_an_unusual_silence_offers_to_wait_and_to_give_up(tmp_path):
    async with Stage(tmp_path) as stage:
        card = await silent(stage)
        offered = {b.id: (b.label, b.value) for b in card.buttons}
        assert offered["wait"] == ("Wait for db-2", "db-2")
        assert offered["giveup"] == ("Give up on db-2", "db-2")
        refused = await stage.press("vera", "giveup", value="db-2")
        assert (refused.accepted, "Only Ben" in refused.text) == (False, True)
        refused = await stage.press("ben", "giveup", value="web-3")
        assert "Nothing of #1 runs on web-3" in refused.text

        await stage.press("ben", "wait", value="db-2")
        assert "giveup" not in keys(await stage.card())
        assert "SLOW" in words(await stage.card())
        assert "giveup" in keys(await later(stage))

        await stage.press("chris", "giveup", value="db-2")
        card = await stage.card()
        assert (card.state, "given up by Chris" in words(card)) == ("NEEDS A DECISION", True)
        assert {"retry", "skip"} <= keys(card)
        assert "Chris gave up on db-2" in words(card)


async def test_a_host_that_speaks_or_is_not_slow_is_left_in_peace(tmp_path):
    async with Stage(tmp_path) as stage:
        stage.service("web-3", "nginx")
        stage.hosts.hang(RESTART, host="web-3")
        await stage.say("ben", "restart nginx on web-3")
        await stage.press("chris", "approve")
        await stage.app._speaker.shown(1)
        assert not {"wait", "giveup"} & keys(await stage.card())
        await stage.press("ben", "stop")
        assert not {"wait", "giveup"} & keys(await later(stage))
