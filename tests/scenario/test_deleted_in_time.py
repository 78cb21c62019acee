"""A message that is deleted while it is read becomes nothing."""

import asyncio

import pytest

from bot.errors import StoreBusyError
from tests.scenario.rooms import Rooms
from tests.scenario.stage import words

pytestmark = pytest.mark.asyncio
SAID = "C1/17.1"


class Slow(Rooms):
    """A stage on which a request is read no sooner than `let` is set."""

    async def __aenter__(self):
        await super().__aenter__()
        self.reading, self.let = asyncio.Event(), asyncio.Event()
        parser = self.app.pipeline._hearing._parser
        self.parse = parser.read

        async def read(*words, **more):
            self.reading.set()
            await self.let.wait()
            return await self.parse(*words, **more)

        parser.read = read
        return self

    async def deleted_while_read(self, text, *, event=SAID):
        hearing = asyncio.ensure_future(self.hear("UBEN", text, event=event))
        await self.reading.wait()
        await self.ears.on_deleted(self.thread, event)
        self.let.set()
        await hearing


@pytest.mark.parametrize(
    "text",
    ["restart nginx on web-1", "is nginx up on web-1?", "restart nginx on web-9", "thanks", "help"],
)
async def test_nothing_comes_of_what_was_deleted_while_it_was_read(tmp_path, text):
    async with Slow(tmp_path) as stage:
        stage.service("web-1", "nginx")
        await stage.deleted_while_read(text)
        assert await stage.cards() == []
        assert stage.hosts.ledger == []
        assert await stage.app.store.read(lambda u: u.plan(1)) is None


async def test_a_receipt_that_is_being_written_while_its_message_is_deleted_counts(tmp_path):
    async with Slow(tmp_path) as stage:
        stage.service("web-1", "nginx")
        deleted = stage.app.pipeline._deleted
        deleted._store = Delayed(deleted._store, deleted._store.write)
        deleted._store.read = _no  # the snapshot is older than the receipt
        await stage.deleted_while_read("restart nginx on web-1")
        assert await stage.cards() == []


async def _no(_):
    return False


def delete_when_looked_at(stage, event):
    """Let a message be deleted when its hosts have been read and nothing is stored yet."""
    asking, store = stage.app.pipeline._asking, stage.app.store
    deleting, fits = [], asking._sealed

    def sealed(plan, verdict):
        deleting.append(asyncio.ensure_future(stage.ears.on_deleted(stage.thread, event)))
        return fits(plan, verdict)

    async def after_the_deletion(work):
        while deleting:
            await deleting.pop()
        return await store.write(work)

    asking._sealed = sealed
    asking._store = Delayed(store, after_the_deletion)


@pytest.mark.parametrize("text", ["restart nginx on web-1", "is nginx up on web-1?"])
async def test_a_plan_that_is_made_while_its_request_is_deleted_is_withdrawn(tmp_path, text):
    async with Rooms(tmp_path) as stage:
        stage.service("web-1", "nginx")
        delete_when_looked_at(stage, SAID)
        await stage.hear("UBEN", text, event=SAID)
        card = await stage.card()
        assert card.state == "CANCELLED"
        assert "its request was deleted" in words(card)
        assert stage.changes() == []
        assert await stage.app.store.read(lambda u: u.run(1)) is None
        [cancelled] = await stage.events("plan.cancelled")
        assert cancelled.person == "ben"
        [drafted] = await stage.events(
            "plan.drafted"
        )  # the log tells of no end without a beginning
        assert drafted.seq < cancelled.seq
        assert not await stage.events("plan.waiting")


async def test_an_open_plan_stays_when_its_revision_is_deleted_while_it_is_made(tmp_path):
    async with Rooms(tmp_path) as stage:
        for host in ("web-1", "web-2"):
            stage.service(host, "nginx")
        await stage.hear("UBEN", "restart nginx on web-1 and web-2", event=SAID)
        delete_when_looked_at(stage, "C1/17.2")
        await stage.hear("UBEN", "not web-2", event="C1/17.2")
        card = await stage.card(1)
        assert (card.state, card.revision) == ("WAITING", 1)
        assert not await stage.events("plan.superseded")
        assert (await stage.click("UANA", "approve")).accepted


class Delayed:
    def __init__(self, store, write):
        self._store, self.write = store, write

    def __getattr__(self, name):
        return getattr(self._store, name)


async def test_a_revision_that_is_deleted_while_it_is_read_changes_nothing(tmp_path):
    async with Slow(tmp_path) as stage:
        for host in ("web-1", "web-2"):
            stage.service(host, "nginx")
        stage.let.set()
        await stage.hear("UBEN", "restart nginx on web-1 and web-2", event=SAID)
        stage.let.clear()
        stage.reading.clear()
        await stage.deleted_while_read("not web-2", event="C1/17.2")
        card = await stage.card(1)
        assert (card.state, card.revision) == ("WAITING", 1)


async def test_a_stop_that_was_deleted_stays_done(tmp_path):
    async with Rooms(tmp_path) as stage:
        stage.service("web-1", "nginx")
        await stage.hear("UBEN", "restart nginx on web-1", event=SAID)
        await stage.hear("UBEN", "stop", event="C1/17.2")
        await stage.ears.on_deleted(stage.thread, "C1/17.2")
        assert (await stage.card(1)).state == "CANCELLED"


async def test_a_stop_that_is_deleted_before_it_is_answered_is_answered_by_the_next_start(tmp_path):
    async with Rooms(tmp_path) as stage:
        stage.service("web-1", "nginx")
        await stage.hear("UBEN", "restart nginx on web-1", event=SAID)
        answers = stage.app.pipeline._answers
        said, answers.say = answers.say, Never()
        await stage.hear("UBEN", "stop", event="C1/17.2")
        await stage.ears.on_deleted(stage.thread, "C1/17.2")
        answers.say = said
        await stage.crash()
        await stage.revive()
        await stage.settle()
        assert (await stage.card(1)).state == "CANCELLED"
        assert "#1 is not running" in str((await stage.cards())[-1])


class Never:
    async def __call__(self, *_, **__):
        raise StoreBusyError("The database can't be written just now.")


async def test_what_is_delivered_after_it_was_deleted_is_not_heard(tmp_path):
    async with Rooms(tmp_path) as stage:
        stage.service("web-1", "nginx")
        await stage.ears.on_deleted(stage.thread, SAID)
        assert (await stage.hear("UBEN", "restart nginx on web-1", event=SAID)).accepted
        assert await stage.items() == ()
