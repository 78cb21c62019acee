"""A run that waits for a decision is decided in words as by its buttons, in its own thread."""

import pytest

from bot.domain.messages import Outside, ThreadRef
from bot.domain.runs import RunState
from tests.scenario.rooms import PEOPLE, ROOM, Rooms, meets_silence, silent
from tests.scenario.stage import RESTART, words

pytestmark = pytest.mark.asyncio
GUILD = ThreadRef(surface="discord", channel="7", thread="71")
BOTH = PEOPLE.replace("'slack:UBEN'", "'slack:UBEN', 'discord:2'")
ROOMS = pytest.mark.parametrize(("account", "thread"), [("UBEN", ROOM), ("2", GUILD)])


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path, people=BOTH) as made:
        for host in ("web-1", "web-2"):
            made.service(host, "nginx", "active")
        yield made


async def halted(stage, account="UBEN", thread=ROOM, hosts="web-1"):
    """A run of Ben's on which web-1 has failed."""
    stage.broken.add(("web-1", "nginx"))
    await stage.hear(account, f"restart nginx on {hosts}", thread=thread)
    await stage.press("ana", "approve", await stage.card_in(thread, 1))
    assert (await stage.card_in(thread, 1)).state == "NEEDS A DECISION"


async def pressed(stage):
    return [(e.person, e.data["button"]) for e in await stage.events("run.decided")]


@ROOMS
@pytest.mark.parametrize(
    "text", ["retry", "try again", "Retry it, please", "again", "retry web-1", "run it again", "retry #1"]
)  # fmt: skip
async def test_what_failed_is_tried_again(stage, account, thread, text):
    await halted(stage, account, thread)
    stage.broken.clear()
    await stage.hear(account, text, thread=thread, addressed=False)
    assert await pressed(stage) == [("ben", "retry")]
    assert (await stage.card_in(thread, 1)).state == "DONE"
    assert "again." in words((await stage.ears.thread(thread))[-1].card)
    assert stage.changes() == [("web-1", RESTART)] * 2


@ROOMS
@pytest.mark.parametrize("text", ["skip it", "skip", "skip web-1", "go on without web-1"])
async def test_what_failed_is_left_out(stage, account, thread, text):
    await halted(stage, account, thread)
    await stage.hear(account, text, thread=thread, addressed=False)
    assert await pressed(stage) == [("ben", "skip")]


@pytest.mark.parametrize("text", ["retry", "skip it", "skip web-1", "go on"])
async def test_others_are_not_heard_without_a_mention(stage, text):
    await halted(stage)
    before = await stage.items()
    assert silent(await stage.hear("UCHRIS", text, addressed=False))
    assert (await stage.items(), await pressed(stage)) == (before, [])


async def test_who_may_decide_is_judged_as_at_the_button(stage):
    await halted(stage)
    await stage.hear("UVERA", "retry")
    assert "Only Ben, an approver or an admin decides about #1." in words(await stage.card())
    assert await pressed(stage) == []
    await stage.hear("UCHRIS", "skip it")
    assert await pressed(stage) == [("chris", "skip")]


@pytest.mark.parametrize("text", ["go on", "continue", "roll back", "check again"])
async def test_what_the_card_does_not_offer_is_answered_with_what_it_does(stage, text):
    await halted(stage)
    await stage.hear("UBEN", text, addressed=False)
    told = words(await stage.card())
    assert "#1 waits for a decision: say `retry`, `skip` or `stop here`, or press a button" in told
    assert await pressed(stage) == []


async def test_said_once_it_is_done_once_whatever_happens(stage):
    await halted(stage)
    stage.broken.clear()
    for _ in range(2):
        await stage.hear("UBEN", "try again", event="C1/50.1", addressed=False)
    assert await pressed(stage) == [("ben", "retry")]
    assert [c.plan for c in await stage.cards() if c.plan is not None] == [1]


async def test_an_answer_that_could_not_be_written_decides_nothing_anew(stage):
    await halted(stage)
    stage.broken.clear()
    stage.says_nothing_once()
    await stage.hear("UBEN", "try again", addressed=False)
    await stage.later(minutes=1)
    assert await pressed(stage) == [("ben", "retry")]
    assert [c.plan for c in await stage.cards() if c.plan is not None] == [1]
    assert "#1 tries what failed again." in words(await stage.card())


async def test_what_is_skipped_is_left_out_also_where_nothing_else_is_left(stage):
    await halted(stage)
    await stage.hear("UBEN", "skip", addressed=False)
    assert await pressed(stage) == [("ben", "skip")]
    assert "#1 leaves out what failed." in words(await stage.card())


@pytest.mark.parametrize("text", ["retry", "skip it", "retry the upload", "skip lunch"])
async def test_where_nothing_has_halted_it_is_talk(stage, text):
    await stage.hear("UBEN", "is nginx up on web-1?")
    await meets_silence(stage, "UBEN", text)


async def test_of_a_plan_that_waits_a_host_is_left_out_as_before(stage):
    await halted(stage)
    stage.service("web-3", "nginx")
    await stage.hear("UBEN", "restart nginx on web-2 and web-3")
    await stage.hear("UBEN", "skip web-2", addressed=False)
    assert (await stage.card(2)).revision == 2
    assert await pressed(stage) == []


async def test_of_two_runs_the_one_that_is_meant_is_asked_for(stage):
    await halted(stage)
    stage.broken.add(("web-2", "nginx"))
    await stage.hear("UBEN", "restart nginx on web-2")
    await stage.press("ana", "approve", await stage.card(2))
    await stage.hear("UBEN", "retry", addressed=False)
    question = await stage.card()
    assert "#1 and #2 need a decision. Which do you mean?" in words(question)
    stage.broken.clear()
    await stage.hear("UBEN", "1", addressed=False)
    assert (await stage.card(1)).state == "DONE"
    assert (await stage.card(2)).state == "NEEDS A DECISION"
    answered = next(c for c in await stage.cards() if c.id == question.id)
    assert (answered.state, answered.buttons) == ("ANSWERED", ())
    await stage.hear("UBEN", "2")
    assert await pressed(stage) == [("ben", "retry")], "that answers nothing any more"


async def test_where_others_read_along_nothing_goes_on_by_words_either(stage):
    stage.home.settings.write_text("chat: {shared: true}\n")
    await stage.app.reload(by="ana")
    await halted(stage)
    await stage.hear("UBEN", "retry", addressed=False, outside=Outside.SHARED)
    assert await pressed(stage) == []
    assert "another organisation" in words(await stage.card())


async def ended(stage):
    """How the card and the store tell of the end of #1."""
    run = await stage.app.store.read(lambda u: u.run(1))
    return (await stage.card_in(ROOM, 1)).state, run.state, run.why


@pytest.mark.parametrize("text", ["stop here", "Stop here!", "stop", "stop #1", "cancel #1"])
async def test_stop_here_ends_it_as_its_button_does(stage, text):
    await halted(stage)
    await stage.hear("UBEN", text, addressed=False)
    assert "#1 stops here." in words(await stage.card())
    assert await ended(stage) == ("FAILED", RunState.FAILED, "stopped here")
    assert await stage.app.store.read(lambda u: u.holders(["web-1"])) == {}


async def test_and_the_button_as_the_words(stage):
    await halted(stage)
    await stage.press("ben", "end", await stage.card_in(ROOM, 1))
    assert await ended(stage) == ("FAILED", RunState.FAILED, "stopped here")


async def test_once_it_is_handed_over_stop_here_is_its_receivers_to_say(stage):
    await halted(stage)
    await stage.press("ben", "handover", await stage.card_in(ROOM, 1), text="chris")
    await stage.hear("UBEN", "stop here")
    assert "#1 was handed to Chris: Chris or an admin decides" in words(await stage.card())
    assert (await stage.card_in(ROOM, 1)).state == "NEEDS A DECISION"
    await stage.hear("UCHRIS", "stop here")
    assert (await stage.card_in(ROOM, 1)).state == "FAILED"


async def test_what_goes_on_meanwhile_is_stopped_all_the_same(stage):
    await halted(stage, hosts="web-1 and web-2")
    stage.broken.clear()
    stage.hosts.hang(RESTART)
    decisions = stage.app.pipeline._decisions
    end = decisions.end

    async def late(*args, **more):
        await stage.press("chris", "retry", await stage.card_in(ROOM, 1), settle=False)
        await stage.until(lambda: stage.app.pipeline._executor.live(1))
        await end(*args, **more)

    decisions.end = late
    await stage.hear("UBEN", "stop here", addressed=False)
    assert "#1 starts nothing more" in words(await stage.card())
    stage.release(RESTART)
    await stage.settle()
    assert (await stage.card_in(ROOM, 1)).state == "STOPPED"


# -- "go on" ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["go on", "Go on!", "continue", "carry on", "ok go on please"])
async def test_unmentioned_go_on_lifts_no_stop_of_everything(stage, text):
    await stage.hear("UCHRIS", "is nginx up on web-1?")
    await stage.hear("UANA", "stop everything")
    await meets_silence(stage, "UCHRIS", text)
    assert (await stage.ears.status()).frozen


async def test_what_begins_so_and_asks_for_something_is_a_request(stage):
    await stage.hear("UBEN", "is nginx up on web-1?")
    await stage.hear("UBEN", "go on and restart nginx on web-2", addressed=False)
    assert (await stage.card()).state == "WAITING"


async def test_nor_does_it_beside_a_halted_run(stage):
    await halted(stage)
    await stage.hear("UANA", "stop everything")
    await stage.hear("UBEN", "go on", addressed=False)
    assert "#1 waits for a decision" in words(await stage.card())
    assert (await stage.ears.status()).frozen


@pytest.mark.parametrize(
    ("text", "addressed"),
    [("go on", True), ("continue", True), ("resume", False), ("continue everything", False)],
)
async def test_what_is_said_to_overseer_or_of_everything_does(stage, text, addressed):
    await stage.hear("UCHRIS", "is nginx up on web-1?")
    await stage.hear("UANA", "stop everything")
    await stage.hear("UCHRIS", text, addressed=addressed)
    assert not (await stage.ears.status()).frozen


async def test_and_so_it_does_beside_a_run_that_halted(stage):
    await halted(stage)
    await stage.hear("UANA", "stop everything")
    await stage.hear("UANA", "go on")
    assert not (await stage.ears.status()).frozen


async def test_with_a_mention_it_means_the_run_that_halted_while_nothing_is_stopped(stage):
    await halted(stage)
    await stage.hear("UCHRIS", "go on")
    assert "#1 waits for a decision" in words(await stage.card())


# -- why -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["why did it fail?", "why?", "why #1?"])
async def test_why_tells_of_the_host_the_step_and_how_it_failed(stage, text):
    await halted(stage, hosts="web-1 and web-2")
    await stage.hear("UBEN", text, addressed=False)
    told = words(await stage.card())
    assert "“restart nginx” failed on web-1: exit 1. It was approved by Ana." in told
    assert "on web-2:" not in told
