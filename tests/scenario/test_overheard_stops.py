"""What people say to each other in a room: which of it stops something, and what that costs."""

import pytest

from bot.domain.runs import PlanState
from bot.pipeline import admitting, stoppable
from tests.scenario.rooms import PEOPLE, ROOM, Rooms, meets_silence, said_there
from tests.scenario.stage import RESTART, words

OTTO = "  otto: {display: Otto, roles: [operator], identities: ['web:otto', 'slack:UOTTO']}\n"
ELSEWHERE = ROOM.model_copy(update={"thread": "17.9"})


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path, people=PEOPLE + OTTO) as stage:
        for host in ("web-1", "web-2"):
            stage.service(host, "nginx", "active")
        yield stage


@pytest.fixture
async def run(stage):
    """A run of Ben's that Ana let begin, and that hangs on its host."""
    stage.hosts.hang(RESTART)
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.click("UANA", "approve")
    yield 1
    stage.release(RESTART)


async def goes_on(stage, plan=1):
    found = await stage.app.store.read(lambda u: u.run(plan))
    return found.state.value == "running" and not found.stopping


# -- what looking at it costs ---------------------------------------------------------------------


@pytest.mark.parametrize("account", ["UVERA", "UCHRIS"])
@pytest.mark.parametrize(
    "text",
    ["did anybody look at the redis graphs? they looked odd to me", "is #12 merged?", "hm",
     "can you restart nginx on web-1 please", "we close the old ticket tomorrow",
     "that will take 20 minutes\nand then zoe had a look at web-1 " * 40],
)  # fmt: skip
async def test_nothing_of_chatter_is_read_in_full_nor_looked_up(
    stage, run, account, text, monkeypatch
):
    def never(*_, **__):
        raise AssertionError(text)

    monkeypatch.setattr(stage.app.pipeline._door, "_read", never)
    monkeypatch.setattr(admitting, "has_own", never)
    await meets_silence(stage, account, text)


async def test_what_of_the_waiting_is_somebody_elses_is_not_read(stage, monkeypatch):
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.hear("UBEN", "restart nginx on web-1", thread=ELSEWHERE)
    await stage.hear("UOTTO", "restart nginx on web-2", thread=ELSEWHERE)
    read, every = [], stoppable.every
    monkeypatch.setattr(stoppable, "every", lambda u, want: read.append(want) or every(u, want))
    await stage.hear("UOTTO", "stop everything")
    assert words(await stage.card_in(ROOM)).strip().endswith("Of yours, #3 waits: say `stop 3`.")
    assert [want.person for want in read] == ["otto"]


async def test_what_was_handed_over_is_ones_own_wherever_it_is(stage):
    await stage.hear("UBEN", "restart nginx on web-1", thread=ELSEWHERE)
    await stage.hear("UBEN", "hand over to otto", thread=ELSEWHERE)
    await stage.hear("UOTTO", "stop everything")
    assert words(await stage.card_in(ROOM)).strip().endswith("Of yours, #1 waits: say `stop 1`.")


# -- who is called --------------------------------------------------------------------------------


TO_ALL = pytest.mark.parametrize("text", ["@here stop", "@channel stop it", "@everyone stop", "@overseer stop", "@Overseer: stop #1", "@here, please stop"])  # fmt: skip


@TO_ALL
@pytest.mark.parametrize("account", ["UANA", "UCHRIS", "UBEN"])
async def test_a_stop_that_calls_all_or_overseer_is_heard(stage, run, account, text):
    await stage.hear(account, text, addressed=False)
    assert not await goes_on(stage)


async def test_so_is_one_of_everything(stage, run):
    await stage.hear("UANA", "@here stop everything", addressed=False)
    assert words(await stage.card_in(ROOM)).strip().startswith("Everything is stopped")


ANOTHERS = "That stopped nothing: Ben, an approver or an admin may stop #1, by `stop 1` or *Stop* on its card."
THEIRS = (
    "That stopped nothing, as it may have been said to somebody here: `stop 1` stops #1, and so does "
    "*Stop* on its card."
)


async def told_alone(stage, account, text):
    """What only they read; nothing is shown in the room."""
    before = said_there(await stage.items())
    reply = await stage.hear(account, text, addressed=False)
    assert said_there(await stage.items()) == before
    return reply.text


@TO_ALL
async def test_who_may_stop_nothing_is_told_once_and_alone_who_may(stage, run, text):
    assert await told_alone(stage, "UOTTO", text) == ANOTHERS
    await meets_silence(stage, "UOTTO", text)
    assert await told_alone(stage, "UVERA", text) == ANOTHERS
    assert await goes_on(stage)


HUSHED = ["whoa stop", "cancel it", "stop it now!!", "abort abort", "please stop this", "pause", "cancel plan 1", "stop everything", "stop, that's the wrong host", "stop both"]  # fmt: skip


@pytest.mark.parametrize("text", HUSHED)
async def test_a_stop_that_is_meant_does_not_meet_silence(stage, run, text):
    assert await told_alone(stage, "UVERA", text) == ANOTHERS
    assert await goes_on(stage)
    await stage.hear("UBEN", "stop 1", addressed=False)
    assert not await goes_on(stage)


@pytest.mark.parametrize("text", ["whoa stop", "cancel it", "hold it", "pause"])
async def test_by_a_role_what_may_be_said_to_anybody_is_told_what_stops_it(stage, run, text):
    assert await told_alone(stage, "UCHRIS", text) == THEIRS
    await meets_silence(stage, "UCHRIS", text)
    assert await goes_on(stage)
    await stage.hear("UCHRIS", "stop 1", addressed=False)
    assert not await goes_on(stage)


async def test_each_is_told_once_for_each_plan(stage, run):
    assert await told_alone(stage, "UVERA", "stop") == ANOTHERS
    await stage.hear("UBEN", "restart nginx on web-2")
    await stage.click("UANA", "approve")
    assert "may stop #2" in await told_alone(stage, "UVERA", "stop")
    await meets_silence(stage, "UVERA", "stop #1")


@pytest.mark.parametrize("text", ["stop both", "stop #1 and #2", "stop both, the site is down"])
async def test_of_two_both_are_told(stage, run, text):
    await stage.hear("UBEN", "restart nginx on web-2")
    await stage.click("UANA", "approve")
    both = "may stop #1 and #2, by `stop 1 and 2` or *Stop* on their cards."
    assert (await told_alone(stage, "UVERA", text)).endswith(both)
    await meets_silence(stage, "UVERA", "stop #1")


async def test_whoever_has_one_of_two_stops_that_and_is_told_of_the_other(stage, run):
    await stage.hear("UOTTO", "restart nginx on web-2", thread=ELSEWHERE)
    await stage.click("UANA", "approve", thread=ELSEWHERE)
    await stage.hear("UOTTO", "stop #1 and #2", addressed=False)
    assert await goes_on(stage)
    assert not await goes_on(stage, 2)
    assert "Only Ben, an approver or an admin may stop #1." in words(await stage.card_in(ROOM))


@pytest.mark.parametrize("text", ["stop", "whoa stop", "cancel it"])
async def test_where_nothing_runs_it_is_talk(stage, text):
    await stage.hear("UBEN", "restart nginx on web-1")
    await meets_silence(stage, "UVERA", text)
    await stage.click("UANA", "approve")
    await meets_silence(stage, "UVERA", text)


@pytest.mark.parametrize("text", ["@zoe stop", "@ops stop", "@here @zoe stop", "ok @zoe stop", "@zoe cancel plan 1", "hey @zoe: stop everything"])  # fmt: skip
@pytest.mark.parametrize("account", ["UANA", "UOTTO"])
async def test_who_is_called_by_name_is_not_overseer(stage, run, account, text):
    await meets_silence(stage, account, text)
    assert await goes_on(stage)


@pytest.mark.parametrize(("account", "text"), [
    ("UBEN", "@here restart nginx on web-2"), ("UANA", "@here restart nginx on web-2"),
    ("UBEN", "@here is nginx up?"), ("UANA", "@here is nginx up?"),
    ("UANA", "@overseer resume"),  # whose conversation it is calls it so, as by a mention
])  # fmt: skip
async def test_nothing_but_a_stop_is_heard_from_who_calls_all(stage, run, account, text):
    await meets_silence(stage, account, text)


# -- by a role alone ------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["hold plan 1", "pause #1", "well, stop #1", "cancel plan 1", "withdraw #1", "cancel request 1", "we need to stop #1", "stop it please", "ok stop", "don't run #1"])  # fmt: skip
async def test_what_names_its_plan_or_says_nothing_but_stop_is_heard_by_a_role(stage, run, text):
    await stage.hear("UCHRIS", text, addressed=False)
    assert not await goes_on(stage)


@pytest.mark.parametrize("text", ["pause everything", "pause all runs", "hold everything", "guys, stop everything", "yes, stop everything"])  # fmt: skip
async def test_and_so_is_what_stops_everything(stage, run, text):
    await stage.hear("UANA", text, addressed=False)
    assert words(await stage.card_in(ROOM)).strip().startswith("Everything is stopped")


PEOPLE_SAY = pytest.mark.parametrize("text", ["I need to stop", "we have to stop", "yes stop", "well, stop", "right, kill it", "so, stop now", "let\u2019s stop", "stop my run"])  # fmt: skip


@PEOPLE_SAY
async def test_what_colleagues_say_to_each_other_stops_nothing_by_a_role(stage, run, text):
    await meets_silence(stage, "UCHRIS", text)
    assert await goes_on(stage)


@PEOPLE_SAY
async def test_by_whose_it_is_the_same_words_stop_it(stage, run, text):
    await stage.hear("UBEN", text, addressed=False)
    assert not await goes_on(stage)


@pytest.mark.parametrize("text", ["abort plan 1", "drop #1", "cancel 1", "kill plan 1", "plan 1 can go", "scrap plan 1", "please cancel plan number 1"])  # fmt: skip
@pytest.mark.parametrize("addressed", [True, False])
async def test_however_a_plan_is_called_off_by_its_number(stage, text, addressed):
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.hear("UCHRIS", text, addressed=addressed)
    stored = await stage.app.store.read(lambda u: u.plan(1))
    assert stored.state is PlanState.CANCELLED
