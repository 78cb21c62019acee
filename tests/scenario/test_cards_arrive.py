"""The last state of every card arrives, whatever stood in the way of drawing it."""

import asyncio
import dataclasses
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from bot.domain.events import Event
from bot.domain.runs import RunState
from bot.errors import StoreBusyError
from bot.reporting.progress import view_of_plan
from bot.reporting.thread_reporter import HOPELESS, LONGEST_RETRY_S, ThreadReporter
from bot.testing.manual_clock import ManualClock
from tests.scenario.a_run import a_plan, a_step
from tests.scenario.stage import RESTART, Stage

pytestmark = pytest.mark.asyncio


class Wire:
    """A store of which only the events are heard."""

    def subscribe(self, hear):
        self.hear = hear
        return lambda: None

    def news(self, plan=1):
        self.hear([Event(kind="step.moved", at=datetime(2026, 3, 1, tzinfo=UTC), plan=plan)])


class Drawing:
    """A reporter whose drawings fail while `broken`, and perhaps bring news."""

    def __init__(self):
        self.clock, self.wire = ManualClock(), Wire()
        self.drawn, self.tried = [], []
        self.broken, self.meanwhile = False, 0
        self.reporter = ThreadReporter(self.wire, self.clock, self.draw)
        self.reporter.start()

    async def draw(self, plan):
        self.tried.append((plan, self.clock.monotonic()))
        await asyncio.sleep(0)
        if self.meanwhile:
            self.meanwhile -= 1
            self.wire.news(plan)
        if self.broken:
            raise StoreBusyError("The database is locked.")
        self.drawn.append(plan)
        return False

    async def turns(self, count=50):
        for _ in range(count):
            await asyncio.sleep(0)

    async def passes(self, seconds):
        for _ in range(int(seconds * 4)):
            await self.clock.advance(0.25)
            await self.turns(5)


@pytest.fixture
async def drawing():
    made = Drawing()
    yield made
    await made.reporter.stop()


async def test_news_during_a_drawing_that_fails_lets_everything_else_go_on(drawing):
    drawing.broken, drawing.meanwhile = True, 1
    drawing.wire.news()
    waiting = asyncio.ensure_future(drawing.reporter.caught_up())
    await drawing.turns()  # the loop turns: whoever waits for the cards does not hold it up
    assert not waiting.done()
    drawing.broken = False
    await drawing.passes(1)
    assert waiting.done()
    assert drawing.drawn == [1]


async def test_what_could_not_be_drawn_is_drawn_later_without_further_news(drawing):
    drawing.broken = True
    drawing.wire.news()
    await drawing.passes(600)
    drawing.broken = False
    await drawing.passes(2 * LONGEST_RETRY_S)
    assert drawing.drawn == [1]


async def test_a_card_that_fails_is_tried_ever_more_slowly(drawing):
    drawing.broken = True
    drawing.wire.news()
    await drawing.passes(120)
    times = [at for _, at in drawing.tried]
    waits = [after - before for before, after in pairwise(times)]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_RETRY_S
    assert len(times) < 120 / LONGEST_RETRY_S + HOPELESS


async def test_one_card_that_can_never_be_drawn_keeps_nobody_waiting_for_ever(drawing):
    drawing.broken = True
    drawing.wire.news()
    waiting = asyncio.ensure_future(drawing.reporter.caught_up())
    await drawing.passes(60)
    assert waiting.done()


async def test_caught_up_waits_for_the_drawing_that_is_under_way(drawing):
    drawing.wire.news()
    await asyncio.sleep(0)
    await drawing.reporter.caught_up()
    assert drawing.drawn == [1]


async def test_after_a_stop_nobody_waits_for_cards(drawing):
    drawing.broken = True
    drawing.wire.news()
    drawing.wire.news(2)
    await drawing.reporter.stop()
    await drawing.reporter.caught_up()


async def test_a_skill_that_cannot_report_keeps_no_card_from_its_end(tmp_path, monkeypatch):
    async with Stage(tmp_path) as stage:
        stage.service("web-3", "nginx")

        def report(*_):
            raise KeyError("a skill's fault")

        action = stage.app.catalog.action("service.status")
        monkeypatch.setitem(
            stage.app.catalog._actions, action.name, dataclasses.replace(action, report=report)
        )
        await stage.say("ben", "is nginx up on web-3?")
        assert not (await stage.card()).busy


async def test_the_end_of_a_run_is_shown_once_the_database_is_back(tmp_path):
    async with Stage(tmp_path) as stage:
        stage.service("web-3", "nginx")
        await stage.say("ben", "restart nginx on web-3")
        card = await stage.card()
        mouth, away = stage.app._mouth, True
        showing = mouth.show

        async def show(thread, card):
            if away:
                raise StoreBusyError("The database is locked.")
            await showing(thread, card)

        stage.hosts.hang(RESTART, host="web-3")
        await stage.press("chris", "approve", card, settle=False)
        await stage.until(lambda: stage.changes("web-3"))
        mouth.show = show
        stage.release(RESTART)
        for _ in range(12):
            await stage.clock.advance(1)
            await stage.stored()
        assert (await stage.card(card.plan)).state != "DONE"
        away = False
        await stage.settle()
        assert (await stage.card(card.plan)).state == "DONE"


async def test_what_happens_while_a_view_is_read_is_not_lost_to_it():
    d = Drawing()
    before = view_of_plan(a_plan(a_step("s1", "a")))
    d.reporter.reading(1)
    moved = {"from": "running", "to": "succeeded", "why": "", "decide_by": None}
    over = Event(kind="run.moved", at=datetime(2026, 3, 1, tzinfo=UTC), plan=1, data=moved)
    d.wire.hear([over])
    d.reporter.keep(before)
    assert d.reporter.view(1).state is RunState.SUCCEEDED
    await d.reporter.stop()


async def test_the_card_of_a_run_at_rest_is_drawn_from_the_store_and_not_from_a_view_that_lags(
    tmp_path,
):
    async with Stage(tmp_path) as stage:
        stage.service("web-1", "nginx", "active")
        await stage.say("ben", "restart nginx on web-1")
        await stage.press("chris", "approve")
        lagging = view_of_plan(a_plan(a_step("s1", "web-1")))
        stage.app._speaker._reporter.keep(lagging)
        await stage.app._speaker.refresh(1)
        assert (await stage.card(1)).state == "DONE"
