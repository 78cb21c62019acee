"""As everything is stopped, or resumed, all that waits says so: however many, and over a crash."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from bot.domain.messages import ThreadRef
from bot.domain.runs import PlanState
from bot.errors import StoreBusyError
from bot.execution.ledger import FREEZES
from bot.pipeline import meant, outdated, standstill
from bot.pipeline.standstill import SHOWN, TOLD
from tests.scenario.rooms_told import stage  # noqa: F401
from tests.scenario.test_votes_while_stopped import STOPPED, drawn

pytestmark = pytest.mark.asyncio
MANY = 5


@pytest.fixture
async def waiting(stage, monkeypatch):
    """Five plans wait, and two follow at a time; a start draws no more than one."""
    monkeypatch.setattr(standstill, "PAGE", 2)
    monkeypatch.setattr(meant, "REDRAWN", 1)
    for n in range(1, MANY + 1):
        await stage.say(
            "ben", "restart nginx on web-1", thread=thread(n), event=f"C1/{n}.1", remote=f"{n}.1"
        )  # fmt: skip
    await stage.owed()
    return stage


def thread(number):
    return ThreadRef(surface="slack", channel="C1", thread=f"{number}.1")


async def frozen(stage, *, so=True):
    await stage.app.pipeline.freeze(stage.app.world.people.named("ana"), frozen=so)


async def rested(stage):
    """All that may follow by itself does."""
    await stage.owed()
    await drawn(stage)


async def say_so(stage):
    """The plans whose cards, and whose notices, say that everything is stopped."""

    def work(unit):
        numbers = range(1, MANY + 1)
        cards = [n for n in numbers if "Everything is stopped" in str(unit.card(f"plan-{n}")[1])]
        posts = {n: unit.posted(thread(n), f"votes:{n}:1") for n in numbers}
        return cards, [n for n, post in posts.items() if STOPPED in post.body.text]

    return await stage.app.store.read(work)


EVERY = list(range(1, MANY + 1))


async def test_all_cards_and_notices_say_so_and_none_after_resume(waiting):
    for _ in range(2):
        await frozen(waiting)
        await rested(waiting)
        assert await say_so(waiting) == (EVERY, EVERY)
        await frozen(waiting, so=False)
        await rested(waiting)
        assert await say_so(waiting) == ([], [])


async def test_it_is_told_at_once_and_not_at_the_next_tick(waiting):
    await frozen(waiting)
    await waiting.app._noticing._task
    await drawn(waiting)
    assert await say_so(waiting) == (EVERY, EVERY)


async def test_a_tick_has_nothing_to_do_once_all_follow(waiting):
    await frozen(waiting)
    await rested(waiting)
    task = waiting.app.pipeline._standstill._task
    await waiting.app.pipeline.tick()
    assert waiting.app.pipeline._standstill._task is task


async def test_no_unit_of_work_is_about_more_than_a_few(waiting):
    written = []
    waiting.app.store.subscribe_posts(
        lambda posts: written.append({p.key for p in posts if p.key.startswith("votes:")})
    )
    await frozen(waiting)
    await rested(waiting)
    told = [keys for keys in written if keys]
    assert told == [{"votes:5:1", "votes:4:1"}, {"votes:3:1", "votes:2:1"}, {"votes:1:1"}]


async def test_what_needs_a_decision_says_so_though_it_is_old(waiting):
    waiting.broken.add(("web-1", "nginx"))
    card = (await waiting.app.store.read(lambda u: u.card("plan-1")))[1]
    await waiting.press("ana", "approve", card)
    assert (await waiting.app.store.read(lambda u: u.card("plan-1")))[1].state == "NEEDS A DECISION"
    await frozen(waiting)
    await rested(waiting)
    assert (await say_so(waiting))[0] == EVERY


# -- a crash, and a database that is busy ----------------------------------------------------------


async def dies_after(stage, monkeypatch, pages):
    """The process dies when so many pages of notices and of cards follow."""
    follows, done = standstill._Walk.follows, {TOLD: 0, SHOWN: 0}

    async def cut(self, page, *work):
        if done[self._key] == pages:
            raise StoreBusyError("It dies before that.")
        await follows(self, page, *work)
        done[self._key] += 1

    with monkeypatch.context() as patch:
        patch.setattr(standstill._Walk, "follows", cut)
        await frozen(stage)
        await rested(stage)
        assert (await say_so(stage))[1] == EVERY[-2 * pages :]
        await stage.crash()
    assert done == {TOLD: pages, SHOWN: pages}


async def test_what_a_crash_left_follows_after_it_and_nothing_twice(waiting, monkeypatch):
    await dies_after(waiting, monkeypatch, 1)
    await waiting.revive()
    again = []
    shown = waiting.app.pipeline._standstill._drawn

    async def counted(plan):
        again.append(plan)
        await shown(plan)

    monkeypatch.setattr(waiting.app.pipeline._standstill, "_drawn", counted)
    await waiting.app.pipeline.tick()
    await rested(waiting)
    assert await say_so(waiting) == (EVERY, EVERY)
    assert again == [3, 2, 1]


async def test_it_is_begun_anew_where_it_was_resumed_meanwhile(waiting, monkeypatch):
    await dies_after(waiting, monkeypatch, 1)
    await waiting.revive()
    await frozen(waiting, so=False)
    await waiting.app.pipeline.tick()
    await rested(waiting)
    assert await say_so(waiting) == ([], [])


@pytest.mark.parametrize("key", [TOLD, SHOWN])
async def test_resumed_between_two_pages_all_follow_that(waiting, monkeypatch, key):
    follows, resumed = standstill._Walk.follows, []

    async def slow(self, page, *work):
        if self._key == key and 4 in page and not resumed:
            resumed.append(page)
            await frozen(waiting, so=False)
        await follows(self, page, *work)

    monkeypatch.setattr(standstill._Walk, "follows", slow)
    await frozen(waiting)
    await rested(waiting)
    await waiting.later(seconds=1)
    await rested(waiting)
    assert resumed
    assert await say_so(waiting) == ([], [])


async def test_what_was_counted_before_is_not_written_down_as_following(waiting):
    """Where nobody has heard of it yet: between a commit and what is told of it."""
    walk = standstill._Walk(waiting.app.store, "test", standstill._for_people)
    await waiting.app.store.write(lambda u: u.put(FREEZES, [7, 7]))
    page = await walk.page()
    await waiting.app.store.write(lambda u: u.put(FREEZES, [8, 7]))
    done = []
    await walk.follows(page, done.append)
    assert done == []
    assert await walk.page() == page == (5, 4)


async def test_what_is_heard_while_it_looks_is_looked_at_again(waiting):
    walk = standstill._Walk(waiting.app.store, "test", standstill._for_people)
    looks = []

    def look(unit):
        looks.append(unit)
        walk.anew = len(looks) == 1
        return None if len(looks) == 1 else standstill._Left([1, 0], (5,))

    walk._look = look
    assert await walk.page() == (5,)


class Busy:
    """A store of which the first request of one kind is refused."""

    def __init__(self, store, kind):
        self.store, self.kind, self.refused = store, kind, False

    def __getattr__(self, name):
        return self.refuse if name == self.kind and not self.refused else getattr(self.store, name)

    async def refuse(self, _work):
        self.refused = True
        raise StoreBusyError("The database is busy.")


@pytest.mark.parametrize("key", [TOLD, SHOWN])
@pytest.mark.parametrize("busy", ["page", "follows"])
async def test_what_could_not_be_read_or_written_follows_with_the_next_tick(
    waiting, monkeypatch, key, busy
):
    walks = {
        TOLD: waiting.app._noticing._retelling._walk,
        SHOWN: waiting.app.pipeline._standstill._walk,
    }
    store = Busy(waiting.app.store, {"page": "read", "follows": "write"}[busy])
    monkeypatch.setattr(walks[key], "_store", store)
    await frozen(waiting)
    await waiting.settle()
    await waiting.later(seconds=1)
    await rested(waiting)
    assert store.refused
    assert await say_so(waiting) == (EVERY, EVERY)


async def test_a_notice_that_can_not_be_read_keeps_the_others_from_nobody(waiting):
    await waiting.app.store.write(
        lambda u: u.keep(outdated.STANDING, "4", [["no place", "votes:"]])
    )
    await waiting.app.store.write(lambda u: u.keep(outdated.STANDING, "", "nor a plan"))
    await frozen(waiting)
    await rested(waiting)
    assert (await say_so(waiting))[1] == [1, 2, 3, 5]


async def test_what_does_not_wait_any_more_is_left_alone(waiting):
    await waiting.press(
        "ana", "deny", (await waiting.app.store.read(lambda u: u.card("plan-3")))[1]
    )
    await waiting.owed()
    await frozen(waiting)
    await rested(waiting)
    assert await say_so(waiting) == ([1, 2, 4, 5], [1, 2, 4, 5])
    assert (await waiting.app.store.read(lambda u: u.plan(3))).state is PlanState.DENIED
