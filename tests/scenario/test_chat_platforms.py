"""A chat platform beside the page: its cards arrive, and its troubles are nobody else's."""

import asyncio

import pytest

from bot.adapters.secrets import SecretStore
from bot.cli import platforms
from bot.cli.platforms import platforms_of
from bot.domain.messages import Bookmark, ThreadRef
from bot.errors import ConfigError
from bot.testing.recorded_platform import RecordedPlatform
from tests.scenario.stage import PEOPLE, Stage

pytestmark = pytest.mark.asyncio
CHANNEL = ThreadRef(surface="slack", channel="C1", thread="17.1")


class RoomStage(Stage):
    """A stage with one chat platform, which outlives the process."""

    def __init__(self, path, **given):
        people = PEOPLE.replace("['web:ben']", "['web:ben', 'slack:UBEN']")
        super().__init__(path, people=people, **given)
        self.home.settings.write_text(self.home.settings.read_text() + "\nslack: {enabled: true}\n")
        self.platform = RecordedPlatform(self.clock)

    async def _start(self):
        self.hosts = self._made_hosts()
        self.app = await self._built()
        for host, name in self.units:
            self._script(host, name)
        self.rooms = platforms_of(self.app, lambda _app, _name: self.platform)
        self.app.attach([self], self.rooms)
        await self.app.start()

    async def arrived(self, seconds=4):
        """Let what is owed arrive."""
        for turn in range(1000):
            await self.clock.advance(0.25)
            await self.stored()
            on = self.platform.ears is not None
            owed = await self.app.store.read(lambda u: u.how_many_owed("slack"))
            if turn >= seconds * 4 and not (on and owed):
                break
        return self.platform.cards(CHANNEL)


@pytest.fixture
async def stage(tmp_path):
    async with RoomStage(tmp_path) as made:
        made.service("web-3", "nginx", "active")
        yield made


async def test_a_request_is_answered_in_its_thread_by_one_card(stage):
    await stage.say("ben", "restart nginx on web-3", thread=CHANNEL)
    (card,) = await stage.arrived()
    assert (card.plan, card.state) == (1, "WAITING")
    assert len(stage.platform.messages) == 1


async def test_a_plan_is_approved_on_another_surface_and_its_card_follows(stage):
    await stage.say("ben", "restart nginx on web-3", thread=CHANNEL)
    (card,) = await stage.arrived()
    await stage.press("chris", "approve", card)
    (card,) = await stage.arrived()
    assert card.state == "DONE"
    assert len(stage.platform.messages) == 1


async def test_a_stop_shows_the_last_state_first(stage):
    await stage.say("ben", "restart nginx on web-3", thread=CHANNEL)
    (card,) = await stage.arrived()
    await stage.press("chris", "deny", card, text="not now")
    stopping = asyncio.ensure_future(stage.app.stop())
    while not stopping.done():  # the platform's own pace takes its time
        await stage.clock.advance(0.25)
        await asyncio.sleep(0.002)
    (card,) = stage.platform.cards(CHANNEL)
    assert card.state == "DENIED"
    await stage.revive()


async def test_a_platform_that_cant_start_says_so_and_is_tried_again(tmp_path):
    made = RoomStage(tmp_path)
    made.platform.unusable = "Slack does not know the bot token."
    async with made as stage:
        stage.service("web-3", "nginx", "active")
        assert stage.ears is not None  # the page is there
        status = await stage.app.pipeline.status()
        assert status.chats == ("slack off for now: Slack does not know the bot token.",)
        await stage.say("ben", "restart nginx on web-3", thread=CHANNEL)
        assert await stage.arrived() == []
        stage.platform.unusable = ""
        (card,) = await stage.arrived(30)
        assert card.state == "WAITING"
        assert (await stage.app.pipeline.status()).chats == ("slack on",)


async def test_a_platform_that_cant_be_made_keeps_nothing_else_from_starting(tmp_path):
    def broken(_app, _name):
        raise ConfigError("There is no secret slack-bot.")

    async with RoomStage(tmp_path) as stage:
        (room,) = platforms_of(stage.app, broken)
        assert await room.line() == "off until the next start: There is no secret slack-bot."
        for odd in (ImportError("No module named 'slack_bolt'"), RuntimeError("odd")):

            def raises(_app, _name, odd=odd):
                raise odd

            (room,) = platforms_of(stage.app, raises)
            assert str(odd) in await room.line()


async def test_what_is_switched_off_is_not_made(tmp_path):
    async with Stage(tmp_path) as stage:
        assert platforms_of(stage.app, lambda *_: pytest.fail("made")) == []


async def test_a_platform_is_given_what_it_needs(stage, monkeypatch):
    given = []

    class Made:
        def __init__(self, *args, **named):
            given.append((args, named))

    class Folder:
        SlackPlatform = Made

    monkeypatch.setattr(platforms, "import_module", lambda name: Folder)
    platforms.platform_of(stage.app, "slack")
    ((settings, secrets, clock, people), named) = given[0]
    assert settings == stage.app.world.settings.slack
    assert isinstance(secrets, SecretStore)
    assert clock is stage.app.clock
    assert people() == stage.app.world.people
    assert named == {
        "books": stage.app.books, "ids": stage.app.ids, "store": stage.app.store,
    }  # fmt: skip


async def test_while_a_message_is_taken_in_nothing_else_begins(stage, monkeypatch):
    hearing, begun = stage.app.pipeline._hearing, []
    taken = hearing.take

    async def slow(message, person):
        async def other():
            async with hearing.locks.turn(message.thread):
                begun.append(message.event_id)

        beside = asyncio.create_task(other())
        for _ in range(20):
            await asyncio.sleep(0)
        assert begun == []
        reply = await taken(message, person)
        beside.cancel()
        return reply

    monkeypatch.setattr(hearing, "take", slow)
    assert (await stage.say("ben", "restart nginx on web-3", thread=CHANNEL)).accepted


async def test_a_bookmark_is_kept_over_a_crash_for_each_surface(tmp_path):
    async with Stage(tmp_path) as stage:
        left = Bookmark(seen="17", recent=("16", "17"), direct=("9",))
        await stage.ears.keep_bookmark("discord", left)
        await stage.crash()
        await stage.revive()
        assert await stage.ears.bookmark("discord") == left
        assert await stage.ears.bookmark("slack") == Bookmark()
