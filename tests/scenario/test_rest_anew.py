"""What a run has left when its votes have expired: its run ends as that is asked for, or not at all."""

from dataclasses import replace

import pytest

from bot.domain.plans import Decision
from bot.domain.runs import PlanState, RunState
from bot.errors import StoreBusyError
from tests.scenario.stage import Stage, keys, words

pytestmark = pytest.mark.asyncio
NO_CHANGE = """
@id("nothing-now")
@reason("Nothing changes now.")
forbid (principal, action in Action::"change", resource == May::"request");
"""
ANEW = "The votes on #1 have expired, so I ask anew for what is left."
BUSY = "(on web-2) is changing the same host; wait for it, stop it, or queue behind it."
STAYS = "So #1 waits for its decision as before."


@pytest.fixture
async def stage(tmp_path):
    """Ben's run on web-1 and web-2 waits for a decision, and its votes have expired."""
    async with Stage(tmp_path) as made:
        await halts(made, "restart nginx on web-1 and web-2")
        yield made


async def halts(stage, text, *, since=10):
    for host in ("web-1", "web-2"):
        stage.service(host, "nginx", "active")
    stage.broken.add(("web-2", "nginx"))
    await stage.say("ben", text)
    await stage.later(minutes=25)
    await stage.press("chris", "approve", await stage.card(1))
    await stage.later(minutes=since)
    stage.broken.clear()


async def retry(stage, who="ben"):
    return await stage.press(who, "retry", await stage.card(1))


async def stands(stage):
    """The state of the old run, that of the plan for its rest (None: there is none), who holds."""

    def look(unit):
        rest = unit.plan(2)
        return unit.run(1).state, rest and rest.state, unit.holders(["web-1", "web-2"])

    return await stage.app.store.read(look)


WAITS = (RunState.NEEDS_DECISION, None, {"web-1": 1, "web-2": 1})
ASKED = (RunState.FAILED, PlanState.WAITING, {})


async def test_the_run_ends_and_its_rest_is_asked_for(stage):
    reply = await retry(stage)
    assert (reply.accepted, reply.text) == (True, ANEW)
    assert await stands(stage) == ASKED
    assert (await stage.card(1)).state == "FAILED"
    card = await stage.card(2)
    assert (card.state, "#1" in words(card)) == ("WAITING", False), "nobody is in its way"
    verdict = (await stage.app.store.read(lambda u: u.plan(2))).plan.verdict
    assert verdict.decision is Decision.ASK
    await stage.press("chris", "approve", card)
    assert (await stage.card(2)).state == "DONE"
    assert len(stage.changes()) == 3


async def test_both_are_in_one_commit(stage):
    seen = []
    write = stage.app.store.write

    async def watched(work, **more):
        given = await write(work, **more)
        seen.append((await stands(stage))[:2])
        return given

    stage.app.store.write = watched
    await retry(stage)
    assert set(seen) <= {WAITS[:2], ASKED[:2]}


@pytest.mark.parametrize("error", [StoreBusyError("The database is busy."), RuntimeError("x")])
async def test_what_can_not_be_stored_ends_nothing(stage, error):
    speaker = stage.app.pipeline._asking._speaker
    drawn_in = speaker.drawn_in

    def fails(*_):
        raise error

    speaker.drawn_in = fails
    reply = await retry(stage)
    assert not reply.accepted
    assert await stands(stage) == WAITS
    card = await stage.card(1)
    assert card.state == "NEEDS A DECISION"
    assert {each.plan for each in await stage.cards()} == {1}
    speaker.drawn_in = drawn_in
    assert (await retry(stage)).text == ANEW
    assert await stands(stage) == ASKED


async def test_who_is_killed_meanwhile_finds_the_decision_again(stage):
    asking = stage.app.pipeline._asking

    async def dies(*_):
        await stage.app.store.close()
        raise AssertionError("killed")

    asking._keep = dies
    with pytest.raises(Exception):  # noqa: B017 - nobody is there to hear of it
        await retry(stage)
    await stage.crash()
    await stage.revive()
    await stage.settle()
    assert await stands(stage) == WAITS
    assert (await retry(stage)).text == ANEW
    assert await stands(stage) == ASKED


async def test_of_two_who_ask_one_does(stage):
    asking = stage.app.pipeline._asking
    keep = asking._keep

    async def late(*args):
        asking._keep = keep
        assert (await retry(stage, "chris")).text == ANEW
        return await keep(*args)

    asking._keep = late
    reply = await retry(stage, "ben")
    assert (reply.accepted, reply.text) == (False, "#1 waits for no decision.")
    assert (await stage.app.store.read(lambda u: u.plan(2))).plan.requester == "chris"
    assert await stage.app.store.read(lambda u: u.plan(3)) is None


async def test_whose_decision_it_is_no_longer_asks_for_nothing(stage):
    asking = stage.app.pipeline._asking
    keep = asking._keep

    async def late(*args):
        asking._keep = keep
        card = await stage.card(1)
        assert (await stage.press("ben", "handover", card, text="ana")).accepted
        return await keep(*args)

    asking._keep = late
    reply = await retry(stage, "chris")
    assert not reply.accepted
    assert "#1 was handed to Ana" in reply.text
    assert await stands(stage) == WAITS


async def forbidden(stage):
    stage.home.policies.write_text(stage.home.policies.read_text() + NO_CHANGE)
    await stage.app.reload(by="ana")


async def unread(stage):
    stage.hosts.machine("web-2").down = True


async def gone(stage):
    stage.service("web-2", "nginx", "missing")


async def in_the_way(stage):
    gate = stage.app.world.gate
    judge = gate.judge

    def judged(question):  # what this run holds is another's to change by then
        anew = question.plan is not None and question.plan.id != 1
        return judge(replace(question, holders={"web-2": 7}) if anew else question)

    gate.judge = judged


@pytest.mark.parametrize(
    ("becomes", "why"),
    [
        (forbidden, "Nothing changes now."),
        (in_the_way, f"I won't yet: plan #7 {BUSY}"),
        (unread, "web-2 did not answer."),
        (gone, "There is no nginx on web-2, so I can't restart it; nothing ran."),
    ],
)
async def test_a_decision_is_not_lost_to_a_plan_that_goes_nowhere(stage, becomes, why):
    await becomes(stage)
    reply = await retry(stage, "ana")  # of whom nobody asks whether they may ask for it
    assert (reply.accepted, reply.text) == (False, f"{why} {STAYS}")
    assert await stands(stage) == WAITS
    card = await stage.card(1)
    assert {"end", "handover"} < set(keys(card))
    assert {each.plan for each in await stage.cards()} == {1}
    assert (await stage.press("ben", "end", card)).accepted


async def test_nor_where_nothing_is_left_to_do(tmp_path):
    async with Stage(tmp_path) as stage:
        await halts(stage, "stop nginx on web-1 and web-2, one at a time")
        stage.service("web-2", "nginx", "inactive")
        reply = await retry(stage)
        assert (reply.accepted, reply.text) == (False, f"Nginx is not running on web-2. {STAYS}")
        assert await stands(stage) == WAITS


# -- the card says so as soon as the votes end ------------------------------------------------------


@pytest.fixture
async def held(tmp_path):
    """The same run, whose votes hold for five minutes more."""
    async with Stage(tmp_path) as made:
        await halts(made, "restart nginx on web-1 and web-2", since=0)
        assert labels(await made.card(1))["retry"] == "Retry web-2"
        yield made


def labels(card):
    return {b.id: b.label for b in card.buttons}


async def offers_the_rest(stage):
    card = await stage.card(1)
    assert "skip" not in keys(card)
    assert labels(card)["retry"] == "Ask anew for what is left"
    assert "Retry and Skip: the votes ended" in card.footer[0]
    assert (await stage.press("ben", "retry", card)).text == ANEW
    assert await stands(stage) == ASKED


async def test_the_card_is_drawn_again_as_its_votes_end(held):
    await held.later(minutes=4, seconds=50)
    assert {"retry", "skip"} <= keys(await held.card(1))
    await held.later(seconds=10)
    await offers_the_rest(held)


async def test_and_is_after_a_start_between(held):
    await held.crash()
    await held.revive()
    await held.settle()
    await held.later(minutes=5)
    await offers_the_rest(held)
