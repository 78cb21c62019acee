"""What is read from a platform's history: what was refused or met silence is no request later, and
nothing that a stop has overtaken begins."""

from datetime import timedelta

import pytest

from bot.domain.messages import Outside, ThreadRef
from bot.errors import StoreBusyError
from bot.ports import PlanFilter
from tests.scenario.rooms import PEOPLE, ROOM, Rooms, silent
from tests.scenario.test_busy_database import full

pytestmark = pytest.mark.asyncio

RESTART = "restart nginx on web-1 because new certificate"
OTHER = ThreadRef(surface="slack", channel="C1", thread="40.1")


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path) as made:
        for host in ("web-1", "web-2"):
            made.service(host, "nginx", "active")
        yield made


async def plans(stage):
    return [
        s.plan.request for s in await stage.app.store.read(lambda u: u.plans(PlanFilter(limit=50)))
    ]


async def restart(stage):
    await stage.crash()
    await stage.revive()
    await stage.settle()


async def again(stage, account, text, event, **more):
    """The same message, from the history."""
    return await stage.hear(account, text, event=event, missed=True, **more)


async def test_what_was_refused_stays_refused_once_the_account_is_linked(stage):
    reply = await stage.hear("UNEW", RESTART, event="C1/17.1", remote="17.1")
    assert not reply.accepted
    assert reply.text
    stage.home.people.write_text(PEOPLE.replace("'slack:UBEN'", "'slack:UBEN', 'slack:UNEW'"))
    await stage.app.reload(by="ana")
    await restart(stage)
    reply = await again(stage, "UNEW", RESTART, "C1/17.1", remote="17.1")
    assert await plans(stage) == []
    assert reply.text == ""
    await stage.hear("UNEW", RESTART, event="C1/17.2", remote="17.2")
    assert await plans(stage) == [RESTART]


async def test_who_was_refused_is_told_once(stage):
    first = await stage.hear("UNEW", RESTART, event="C1/17.1", outside=Outside.GUEST)
    second = await again(stage, "UNEW", RESTART, "C1/17.1", outside=Outside.GUEST)
    assert (bool(first.text), second.text, second.accepted) == (True, "", False)


async def test_words_to_somebody_else_are_no_request_after_a_handover(stage):
    await stage.hear("UBEN", RESTART, event="C1/17.1", remote="17.1")
    words = "restart nginx on web-2 because it is slow"
    assert silent(await stage.hear("UANA", words, event="C1/17.2", remote="17.2", addressed=False))
    await stage.hear("UBEN", "hand over to ana", event="C1/17.3", remote="17.3")
    await restart(stage)
    await again(stage, "UANA", words, "C1/17.2", remote="17.2", addressed=False)
    assert await plans(stage) == [RESTART]
    await stage.hear("UANA", words, event="C1/17.4", remote="17.4", addressed=False)
    assert len(await plans(stage)) == 2


async def test_a_handover_that_was_refused_hands_nothing_over_later(stage):
    await stage.hear("UBEN", RESTART, event="C1/17.1", remote="17.1")
    refused = await stage.hear("UANA", "hand over to vera", event="C1/17.2", remote="17.2")
    assert "Ben's" in refused.text
    await stage.hear("UBEN", "hand over to ana", event="C1/17.3", remote="17.3")
    await again(stage, "UANA", "hand over to vera", "C1/17.2", remote="17.2")
    held = await stage.events("thread.handed")
    assert [e.data["to"] for e in held] == ["ana"]


async def test_what_was_said_in_a_thread_before_it_was_called_in_is_none_of_its_business(stage):
    where = {"thread": OTHER, "addressed": False}
    await stage.hear("UBEN", "how is web-1?", event="C1/40.9", remote="40.9", thread=OTHER)
    await again(stage, "UBEN", RESTART, "C1/40.5", remote="40.5", **where)
    assert RESTART not in await plans(stage)
    await again(stage, "UBEN", RESTART, "C1/40.95", remote="40.95", **where)  # after it
    assert RESTART in await plans(stage)


# -- a stop that was obeyed since -------------------------------------------------------------


@pytest.mark.parametrize("restarts", [False, True])
@pytest.mark.parametrize(
    ("stops", "words", "thread"),
    [
        ("UBEN", "stop", OTHER),  # of the same person, somewhere else
        ("UANA", "stop", ROOM),  # in the same conversation
        ("UANA", "stop everything", OTHER),
    ],
)
async def test_what_was_said_before_a_stop_is_dropped_and_says_so(
    stage, stops, words, thread, restarts
):
    await stage.hear(stops, words, thread=thread, event="C1/50.5", remote="50.5")
    if restarts:
        await restart(stage)
    await again(stage, "UBEN", RESTART, "C1/17.1", remote="17.1")
    assert await plans(stage) == []
    told = (await stage.card_in(ROOM)).model_dump_json()
    assert "Dropped: “restart nginx on web-1" in told


async def stops_unwritten(stage):
    with full(stage):
        stop = stage._message("UBEN", "stop", ROOM, "C1/17.5", remote="17.5")
        await stage.ears.on_message(stop)
        await stage.until(lambda: not stage.app.pipeline._tasks)


@pytest.mark.parametrize("restarts", [False, True])
async def test_a_stop_that_could_not_be_written_is_as_soon_as_it_can_be(stage, restarts):
    await stops_unwritten(stage)
    if restarts:
        await stage.later(seconds=5)
        await restart(stage)
    await again(stage, "UBEN", RESTART, "C1/17.1", remote="17.1")
    assert await plans(stage) == []
    await again(stage, "UBEN", RESTART, "C1/17.6", remote="17.6")
    assert await plans(stage) == [RESTART]


async def test_what_was_said_after_a_stop_that_is_written_late_is_a_request(stage, monkeypatch):
    await stops_unwritten(stage)
    monkeypatch.setattr(stage.app.pipeline._hearing, "_understand", lambda *_, **__: _never())
    await stage.hear("UBEN", RESTART, event="C1/17.6", remote="17.6")
    await stage.later(seconds=5)
    await restart(stage)
    assert await plans(stage) == [RESTART]


async def _never():
    pass


async def test_dropping_that_could_not_be_written_counts_after_a_restart(stage):
    before = stage.clock.now()
    await stage.later(minutes=1)
    with full(stage), pytest.raises(StoreBusyError):
        await stage.ears.drop(stage.app.world.people.named("ben"))
    await stage.later(minutes=1)
    await restart(stage)
    await again(stage, "UBEN", RESTART, "C1/17.1", remote="17.1", at=before)
    assert await plans(stage) == []


async def test_what_would_only_have_been_looked_up_is_dropped_too(stage):
    await stage.hear("UBEN", "stop", event="C1/17.5", remote="17.5")
    await again(stage, "UBEN", "list hosts", "C1/17.1", remote="17.1")
    assert (await stage.card_in(ROOM)).model_dump_json().count("Dropped: “list hosts”")


async def test_dropping_ones_own_on_the_page_drops_what_is_still_missed(stage):
    before = stage.clock.now()
    await stage.later(minutes=1)
    await stage.ears.drop(stage.app.world.people.named("ben"))
    await again(stage, "UBEN", RESTART, "C1/17.1", remote="17.1", at=before)
    assert await plans(stage) == []


async def test_what_was_said_after_it_is_a_request(stage):
    await stage.hear("UBEN", "stop", event="C1/17.1", remote="17.1")
    await again(stage, "UBEN", RESTART, "C1/17.2", remote="17.2")
    assert await plans(stage) == [RESTART]


async def test_a_stop_of_somebody_else_elsewhere_drops_nothing(stage):
    await stage.hear("UCHRIS", "stop", thread=OTHER, event="C1/50.5", remote="50.5")
    await again(stage, "UBEN", RESTART, "C1/17.1", remote="17.1")
    assert await plans(stage) == [RESTART]


async def test_from_another_platform_the_time_tells_which_came_first(stage):
    page = ThreadRef(surface="web", channel="ben", thread="t1")
    before = stage.clock.now()
    await stage.later(minutes=1)
    await stage.say("ben", "stop", thread=page)
    await stage.later(minutes=1)
    identity = {"account": "UBEN", "text": RESTART}
    for number, at in ((1, before), (2, before + timedelta(seconds=90))):
        await stage.hear(
            **identity, event=f"C1/17.{number}", remote=f"17.{number}", missed=True, at=at,
            thread=ThreadRef(surface="slack", channel="C1", thread=f"17.{number}"),
        )  # fmt: skip
    assert await plans(stage) == [RESTART]
