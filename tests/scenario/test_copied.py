"""What is said in a direct message below, or beside, the card of a plan that was asked elsewhere."""

import pytest

from bot.conversation.copied import below
from bot.conversation.threads import context_of
from bot.domain.cards import Card
from bot.domain.messages import ThreadRef
from bot.domain.posts import Notice, PostKind, direct
from bot.domain.runs import PlanState
from bot.pipeline.outdated import decision_key, reminder_key, votes_key
from tests.scenario.rooms import PEOPLE, Rooms
from tests.scenario.stage import RESTART, words

pytestmark = pytest.mark.asyncio
COPIES = {1: "55.1", 2: "55.2"}
BELOW = {n: ThreadRef(surface="slack", channel="D7", thread=remote) for n, remote in COPIES.items()}
BESIDE = ThreadRef(surface="slack", channel="D7", thread="99.9")


@pytest.fixture
async def stage(tmp_path):
    both = PEOPLE.replace("'slack:UCHRIS'", "'slack:UCHRIS', 'discord:77'")
    async with Rooms(tmp_path, people=both) as made:
        for number, host in ((1, "web-1"), (2, "web-2")):
            made.service(host, "nginx", "active")
            room = ThreadRef(surface="slack", channel="C1", thread=f"17.{number}")
            await made.hear("UBEN", f"restart nginx on {host}", thread=room)
            await made.app.store.write(lambda u, n=number: copied(u, n))
        yield made


def copied(unit, number, account="UCHRIS", *, reader="chris", remote=""):
    """The plan's card stands in somebody's direct messages."""
    copy = unit.owe_card(direct("slack", account), unit.card(f"plan-{number}")[1], reader)
    unit.sent(copy.id, remote or COPIES[number], copy.version)


@pytest.mark.parametrize("text", ["lgtm", "👍", "approve", "approved"])
@pytest.mark.parametrize(("thread", "number"), [(BELOW[1], 1), (BELOW[2], 2), (BESIDE, 2)])
async def test_applause_there_is_no_vote_and_says_so(stage, thread, number, text):
    told = await stage.hear("UCHRIS", text, thread=thread)
    assert told.text == (f"That is no vote on #{number}: press *Approve* or *Deny…* on its card.")
    assert not await stage.events("vote.cast")
    assert await stage.ears.thread(thread) == ()


async def test_where_its_card_tells_that_it_is_decided_nothing_is_hinted(stage):
    await stage.press("ana", "deny", await stage.card(1))
    told = await stage.hear("UCHRIS", "lgtm", thread=BELOW[1])
    assert told.text == ""


@pytest.mark.parametrize(("thread", "host"), [(BELOW[1], "web-1"), (BESIDE, "web-2")])
async def test_why_there_is_about_the_plan_of_that_card(stage, thread, host):
    await stage.hear("UCHRIS", "why?", thread=thread)
    said = words(await stage.card_in(thread))
    assert "nothing to explain" not in said
    assert f"This changes production ({host})" in said


async def test_another_persons_cards_are_none_of_it(stage):
    theirs = ThreadRef(surface="slack", channel="D8", thread="1.1")
    await stage.hear("UANA", "why?", thread=theirs)
    assert "nothing to explain" in words(await stage.card_in(theirs))
    assert not (await stage.hear("UANA", "lgtm", thread=theirs)).text


# -- stops -----------------------------------------------------------------------------------------

TOP = ThreadRef(surface="slack", channel="D7", thread="99.8")
APART = ThreadRef(surface="discord", channel="700", thread="dm")


async def state(stage, number):
    return (await card(stage, number)).state


async def card(stage, number):
    return await stage.app.store.read(lambda u: u.card(f"plan-{number}")[1])


async def told(stage, text, thread, account="UCHRIS"):
    await stage.hear(account, text, thread=thread)
    return words(await stage.card_in(thread)).strip()


async def runs(stage, number):
    stage.hosts.hang(RESTART, host=f"web-{number}")
    await stage.press("ana", "approve", await card(stage, number))
    assert await state(stage, number) == "RUNNING"


async def halts(stage, number):
    stage.broken.add((f"web-{number}", "nginx"))
    await stage.press("ana", "approve", await card(stage, number))
    assert await state(stage, number) == "NEEDS A DECISION"


@pytest.mark.parametrize("text", ["stop", "cancel", "stop it", "stop here"])
@pytest.mark.parametrize("number", [1, 2])
async def test_a_stop_below_a_card_means_its_plan(stage, number, text):
    said = await told(stage, text, BELOW[number])
    assert said.startswith(f"#{number} is withdrawn; nothing ran.")
    assert await state(stage, number) == "CANCELLED"
    assert await state(stage, 3 - number) == "WAITING"


async def test_so_it_does_where_that_runs_or_needs_a_decision(stage):
    await runs(stage, 1)
    await halts(stage, 2)
    assert "#1 starts nothing more" in await told(stage, "stop", BELOW[1])
    assert "#2 stops here" in await told(stage, "stop here", BELOW[2])


async def test_below_what_called_somebody_to_decide_it_means_that_run(stage):
    await halts(stage, 1)

    def called(unit):
        post = unit.owe(
            direct("slack", "UCHRIS"), decision_key(unit, unit.run(1)), PostKind.NOTICE,
            Notice(text="#1 needs a decision"), reader="chris",
        )  # fmt: skip
        unit.sent(post.id, "56.1", post.version)

    await stage.app.store.write(called)
    assert "#1 stops here" in await told(
        stage, "stop", BELOW[1].model_copy(update={"thread": "56.1"})
    )


async def test_below_the_card_of_what_is_over_that_is_said(stage):
    await stage.press("ana", "cancel", await card(stage, 1))
    assert await told(stage, "stop", BELOW[1]) == "#1 is not running."
    assert await state(stage, 2) == "WAITING"


async def test_what_was_asked_below_a_card_and_runs_comes_before_the_plan_of_that(stage):
    stage.service("web-3", "nginx", "active")
    stage.hosts.hang(RESTART, host="web-3")
    await stage.hear("UANA", "restart nginx on web-3", thread=BELOW[1])
    await stage.press("chris", "approve", await card(stage, 3))
    assert await state(stage, 3) == "RUNNING"
    assert "#3 starts nothing more" in await told(stage, "stop", BELOW[1])
    assert await state(stage, 1) == "WAITING"


async def test_beside_a_card_nothing_is_guessed_and_what_goes_on_is_named(stage):
    await stage.press("ana", "cancel", await card(stage, 2))
    said = await told(stage, "stop", TOP)
    assert said == "Nothing is stopped. #1 waits: say `stop 1`."
    assert (await told(stage, "stop 1", TOP)).startswith("#1 is withdrawn")


async def test_so_it_is_with_several_what_runs_first(stage):
    await runs(stage, 1)
    said = await told(stage, "stop", TOP)
    assert said == "Nothing is stopped. #1 runs, #2 waits: say `stop 1`."
    assert [await state(stage, n) for n in (1, 2)] == ["RUNNING", "WAITING"]


async def test_what_was_asked_beside_the_cards_and_is_over_hides_none_of_them(stage):
    await stage.hear("UCHRIS", "is nginx up on web-1?", thread=TOP)
    assert (await told(stage, "stop", TOP)).startswith("Nothing is stopped. #2 and #1 wait")


async def test_what_one_asked_in_the_same_messages_is_named_with_them(stage):
    await stage.hear("UCHRIS", "restart nginx on web-2", thread=BESIDE)
    said = await told(stage, "stop", TOP)
    assert said == "Nothing is stopped. #3, #2 and #1 wait: say `stop 3`."


@pytest.mark.parametrize("text", ["stop", "cancel", "stopp"])
async def test_where_a_direct_message_has_no_threads_they_are_named_too(stage, text):
    def there(unit):
        copy = unit.owe_card(direct("discord", "77"), unit.card("plan-1")[1], "chris")
        unit.sent(copy.id, "9001", copy.version)

    await stage.app.store.write(there)
    await runs(stage, 1)
    for _ in range(2):
        assert await told(stage, text, APART, "77") == "Nothing is stopped. #1 runs: say `stop 1`."
        await stage.hear("77", "is nginx up on web-2?", thread=APART)
    assert "#1 starts nothing more" in await told(stage, "stop 1", APART, "77")


async def test_a_card_that_was_somebody_elses_there_is_none_of_it(stage):
    room = ThreadRef(surface="slack", channel="C1", thread="17.3")
    await stage.hear("UBEN", "restart nginx on web-2", thread=room)
    await stage.app.store.write(lambda u: copied(u, 3, reader="ana", remote="55.3"))
    said = await told(stage, "stop", BELOW[1], "UANA")
    assert said == "Nothing is stopped. #3 waits: say `stop 3`."
    assert await state(stage, 1) == "WAITING"


async def test_what_they_may_not_stop_is_not_named(stage):
    await stage.app.store.write(lambda u: copied(u, 1, "UVERA", reader="vera"))
    theirs = ThreadRef(surface="slack", channel="D9", thread="1.1")
    said = await told(stage, "stop", theirs, "UVERA")
    assert said == "There is nothing to stop here. Say `stop` with a number."


async def test_of_cards_that_are_over_none_is_named(stage):
    for number in (1, 2):
        await stage.press("ana", "cancel", await card(stage, number))
    assert (
        await told(stage, "stop", TOP) == "There is nothing to stop here. Say `stop` with a number."
    )


async def test_below_another_persons_card_a_stop_finds_nothing(stage):
    theirs = ThreadRef(surface="slack", channel="D8", thread=COPIES[1])
    said = await told(stage, "stop", theirs, "UANA")
    assert said == "There is nothing to stop here. Say `stop` with a number."
    assert await state(stage, 1) == "WAITING"


# -- many ------------------------------------------------------------------------------------------

MANY = 501


async def many(stage, reader):
    """So many newer cards of other plans stand in direct messages to somebody."""

    def sent(unit):
        for n in range(100, 100 + MANY):
            card = Card(id=f"plan-{n}", title="restart nginx")
            copy = unit.owe_card(direct("slack", f"U{reader}"), card, reader)
            unit.sent(copy.id, f"7{n}.1", copy.version)

    await stage.app.store.write(sent)


@pytest.mark.parametrize("reader", ["ana", "chris"])
async def test_a_stop_below_a_card_finds_its_plan_however_many_are_newer(stage, reader):
    await runs(stage, 1)
    await many(stage, reader)
    assert "#1 starts nothing more" in await told(stage, "stop", BELOW[1])


@pytest.mark.parametrize("reader", ["ana", "chris"])
async def test_so_does_a_decision(stage, reader):
    await halts(stage, 1)
    await many(stage, reader)
    stage.broken.clear()
    assert await told(stage, "retry", BELOW[1]) == "#1 tries what failed again."


@pytest.mark.parametrize("reader", ["ana", "chris"])
async def test_so_do_a_reason_and_applause(stage, reader):
    for n in range(60):  # more plans than are looked through for one
        other = ThreadRef(surface="slack", channel="C2", thread=f"20.{n}")
        await stage.app.store.write(lambda u, n=n, o=other: _like_the_first(u, 3 + n, o))
    await many(stage, reader)
    told_so = await stage.hear("UCHRIS", "lgtm", thread=BELOW[1])
    assert told_so.text.startswith("That is no vote on #1:")
    assert "(web-1)" in await told(stage, "why?", BELOW[1])


async def test_beside_the_cards_those_of_others_hide_none(stage):
    await many(stage, "ana")
    assert (await told(stage, "stop", TOP)).startswith("Nothing is stopped. #2 and #1 wait")
    assert (await stage.hear("UCHRIS", "lgtm", thread=BESIDE)).text.startswith(
        "That is no vote on #2:"
    )


def _like_the_first(unit, number, thread):
    plan = unit.plan(1).plan.model_copy(update={"id": number, "thread": thread})
    unit.add_plan(plan, PlanState.CANCELLED)


@pytest.mark.parametrize("remote", ["57.1", "99.7"])
async def test_below_or_beside_a_call_without_a_card_it_is_about_its_plan(stage, remote):
    """Who votes by what they hold in a channel has no card there, and is called all the same."""

    def called(unit):
        post = unit.owe(
            direct("slack", "UVERA"), votes_key(1, 1, 0), PostKind.NOTICE, Notice(text="#1 waits"),
            reader="vera", card="plan-1",
        )  # fmt: skip
        unit.sent(post.id, "57.1", post.version)

    await stage.app.store.write(called)
    theirs = ThreadRef(surface="slack", channel="D9", thread=remote)
    assert "(web-1)" in await told(stage, "why?", theirs, "UVERA")


async def test_so_it_is_below_a_reminder_where_a_newer_card_stands_too(stage):
    def reminded(unit):
        post = unit.owe(
            direct("slack", "UCHRIS"), reminder_key(1, 1), PostKind.NOTICE,
            Notice(text="#1 waits still"), reader="chris",
        )  # fmt: skip
        unit.sent(post.id, "57.2", post.version)

    await stage.app.store.write(reminded)
    there = BELOW[1].model_copy(update={"thread": "57.2"})
    assert "(web-1)" in await told(stage, "why?", there)


async def test_below_what_tells_of_no_plan_nothing_is_found(stage):
    def said(unit):
        post = unit.owe(
            direct("slack", "UCHRIS"), "hello", PostKind.NOTICE, Notice(text="hi"), reader="chris"
        )
        unit.sent(post.id, "58.1", post.version)
        copied(unit, 1, "UX", remote="58.2")

    await stage.app.store.write(said)
    there = BELOW[1].model_copy(update={"thread": "58.1"})
    room = ThreadRef(surface="slack", channel="C1", thread="58.2")

    def found(unit):
        return [below(unit, thread, "chris") for thread in (there, TOP, room)]

    assert await stage.app.store.read(found) == [None, None, None]


# -- decisions -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "button"),
    [("retry", "retry"), ("skip it", "skip"), ("again", "retry"), ("retry #1", "retry")],
)
async def test_a_halted_run_is_decided_below_its_card(stage, text, button):
    await halts(stage, 1)
    stage.broken.clear()
    await told(stage, text, BELOW[1])
    assert [(e.person, e.data["button"]) for e in await stage.events("run.decided")] == [
        ("chris", button)
    ]


@pytest.mark.parametrize("thread", [BELOW[2], TOP])
async def test_below_another_card_or_beside_it_that_decides_nothing(stage, thread):
    await halts(stage, 1)
    await told(stage, "retry", thread)
    assert not await stage.events("run.decided")


async def test_so_it_is_where_something_was_asked_below_it_since(stage):
    await halts(stage, 1)
    await stage.hear("UCHRIS", "is nginx up on web-2?", thread=BELOW[1])
    await told(stage, "skip it", BELOW[1])
    assert [e.data["button"] for e in await stage.events("run.decided")] == ["skip"]


async def test_a_run_that_goes_on_waits_for_no_decision_below_its_card(stage):
    await runs(stage, 1)
    known = await stage.app.store.read(lambda u: context_of(u, BELOW[1], "chris"))
    assert not known.halted
    await halts(stage, 2)
    known = await stage.app.store.read(lambda u: context_of(u, BELOW[1], "chris"))
    assert not known.halted


@pytest.mark.parametrize("text", ["don't run it", "no", "don't restart nginx on web-1", "hold on"])
@pytest.mark.parametrize("there", [BELOW[1], TOP, APART])
async def test_an_objection_there_is_told_what_runs_and_how_to_stop_it(stage, text, there):
    stage.hosts.hang(RESTART)
    await stage.press("ana", "approve", await card(stage, 1), settle=False)
    await stage.until(stage.changes)
    await stage.app.store.write(
        lambda u: u.sent(
            u.owe_card(direct("discord", "77"), u.card("plan-1")[1], "chris").id, "66.1", 1
        )
    )
    await stage.hear("UCHRIS" if there is not APART else "77", text, thread=there)
    assert "#1 runs: `stop 1` stops it." in words(await stage.card_in(there))
    stage.release(RESTART)
