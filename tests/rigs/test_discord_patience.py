"""What Discord says once is heard even if Discord, or the database, does not answer at once."""

import pytest

from bot.adapters.discord.hearing import CLOSED, TRIES, UNHEARD
from bot.adapters.discord.text import words as safe
from bot.domain.messages import Reply
from bot.errors import StoreBusyError
from tests.rigs.discord_guild import BEN, CHANNEL, CHRIS, VERA, direct
from tests.rigs.discord_parts import Quick, connected, place
from tests.rigs.discord_wire import FATES

pytest_plugins = ("tests.rigs.discord_fixtures",)
pytestmark = pytest.mark.asyncio

ASLEEP, OWN = "6000", "5000"


class Hasty(Quick):
    """Time that passes as soon as somebody waits for it."""

    skipped = 0.0

    def monotonic(self):
        return super().monotonic() + self.skipped

    async def sleep(self, seconds):
        await super().sleep(seconds)
        self.skipped += seconds


@pytest.fixture
async def quick(wire, ears):
    """A platform that is connected, and waits for nothing long."""
    async with connected(wire, ears, clock=Hasty()) as made:
        yield made


@pytest.fixture
def asleep(wire):
    """A thread of ours that is in nobody's memory; how often it was asked for, and what came."""
    wire.threads[ASLEEP] = wire.thread(ASLEEP, CHANNEL, "old")
    asked, answers = [], []

    def fate(method, path):
        if (method, path) != ("GET", f"/channels/{ASLEEP}"):
            return ""
        asked.append(path)
        return answers.pop(0) if answers else ""

    wire.fate = fate
    return asked, answers


@pytest.fixture
async def called(wire, ears, quick):
    """Somebody's own thread, to which it was called."""
    wire.dispatch("THREAD_CREATE", {**wire.thread(OWN, CHANNEL, "lunch"), "owner_id": BEN})
    wire.says(BEN, "restart nginx on web-1", channel=OWN)
    await wire.until(lambda: ears.heard)


def locks(ears, times):
    """The database can't be read so many times; how often that was tried."""
    thread, tried = ears.thread, []

    async def busy(where, after=0):
        tried.append(where)
        if len(tried) <= times:
            raise StoreBusyError("locked")
        return await thread(where, after)

    ears.thread = busy
    return tried


@pytest.mark.parametrize("mention", [False, True])
@pytest.mark.parametrize("fault", ["drop", "busy", "broken"])
async def test_a_thread_that_was_asleep_is_asked_for_again(
    wire, ears, quick, asleep, mention, fault
):
    asleep[1].extend([fault] * 3)
    wire.says(BEN, "make it web-2", channel=ASLEEP, mention=mention)
    await wire.until(lambda: ears.heard)
    (heard,) = ears.heard
    assert (heard.text, heard.thread) == ("make it web-2", place(ASLEEP))
    assert asleep[1] == []


async def test_what_is_said_there_is_heard_in_its_order_once_discord_answers_again(
    wire, ears, quick, asleep
):
    asked, answers = asleep
    answers.extend(["broken"] * 40)  # for a quarter of an hour
    said = [wire.says(BEN, f"make it web-{n}", channel=ASLEEP) for n in (1, 2, 3)]
    await wire.until(lambda: len(asked) > TRIES + 1)
    assert ears.heard == []
    assert [quick._catching._progress.heard(int(each)) for each in said] == [True] * 3
    await wire.until(lambda: len(ears.heard) == 3)
    assert [(m.remote, m.thread) for m in ears.heard] == [(each, place(ASLEEP)) for each in said]
    assert (len(asked), len(wire.identified)) == (41, 1)


async def test_what_is_not_heard_for_an_hour_is_heard_by_the_next_session(
    wire, ears, quick, asleep, monkeypatch
):
    monkeypatch.setattr("bot.adapters.discord.sleeping.PATIENCE_S", 60.0)
    _, answers = asleep
    answers.extend(["broken"] * 8)
    said = wire.says(BEN, "make it web-2", channel=ASLEEP)
    await wire.until(lambda: answers == [])
    await wire.until(lambda: not quick._catching._progress.heard(int(said)))
    wire.forgets = True  # the next session reads what was not heard
    wire.cut()
    await wire.until(lambda: ears.heard)
    assert [(m.remote, m.thread) for m in ears.heard] == [(said, place(ASLEEP))]


async def test_a_reaction_there_is_handed_on_as_well(wire, ears, quick, asleep):
    asleep[1].append("drop")
    wire.reacts(CHRIS, "78", "tada", channel=ASLEEP)
    await wire.until(lambda: ears.signs)
    assert [(sign.channel, sign.event_id) for sign in ears.signs] == [(CHANNEL, f"{ASLEEP}/78")]


async def test_words_in_somebodys_own_thread_wait_for_a_database_that_is_busy(wire, ears, called):
    locks(ears, 3)
    wire.says(BEN, "make it web-2", channel=OWN, mention=False)
    await wire.until(lambda: len(ears.heard) == 2)
    assert (ears.heard[1].text, ears.heard[1].thread) == ("make it web-2", place(OWN))


async def test_of_a_database_that_stays_busy_its_people_are_told_alone(wire, ears, called):
    tried = locks(ears, 1000)
    wire.says(VERA, "who is hungry?", channel=OWN, mention=False)
    wire.says(BEN, "make it web-2", channel=OWN, mention=False)
    await wire.until(lambda: wire.posted(direct(BEN)))
    assert "If it was, say it again later." in str(wire.posted(direct(BEN)))
    await wire.until(lambda: len(tried) == 2 * (TRIES + 1))
    assert wire.posted(direct(VERA)) == wire.posted(OWN) == []
    assert len(ears.heard) == 1


async def test_a_stop_there_waits_for_it_too(wire, ears, quick, called):
    locks(ears, 1)
    quick.client.catching._listed.clear()  # what was missed is still being looked up
    wire.says(BEN, "stop", channel=OWN, mention=False)
    await wire.until(lambda: len(ears.heard) == 2)


async def test_of_a_stop_that_stays_unread_its_sender_is_told(wire, ears, quick, called):
    tried = locks(ears, 1000)
    listed = quick.client.catching._listed
    listed.clear()
    wire.says(BEN, "stop", channel=OWN, mention=False)
    await wire.until(lambda: len(tried) == TRIES + 1)
    listed.set()
    await wire.until(lambda: wire.posted(direct(BEN)))


WHY = "I don't know whose account that is."


@pytest.fixture
def closed(wire, monkeypatch):
    """Vera takes no direct messages."""
    no = {"code": 50007, "message": "Cannot send messages to this user"}
    monkeypatch.setitem(FATES, "closed", (403, no, {}))
    wire.fate = lambda _, path: "closed" if path == f"/channels/{direct(VERA)}/messages" else ""


async def test_where_direct_messages_are_closed_a_refusal_is_told_to_nobody_else(
    wire, ears, quick, closed
):
    ears.refuses = Reply(accepted=False, text=WHY)
    said = wire.says(VERA, "restart nginx on web-1")
    (answer,) = await wire.until(lambda: wire.posted(CHANNEL))
    assert answer["components"][0]["content"] == safe(CLOSED)
    assert answer["message_reference"]["message_id"] == said


async def test_that_the_database_is_busy_everybody_may_read(wire, ears, quick, closed):
    async def busy(message):
        raise StoreBusyError("locked")

    ears.on_message = busy
    wire.says(VERA, "restart nginx on web-1")
    (answer,) = await wire.until(lambda: wire.posted(CHANNEL))
    assert answer["components"][0]["content"] == safe(UNHEARD)


async def test_a_discord_that_wants_a_pause_hears_the_refusal_directly_after_it(wire, ears, quick):
    ears.refuses = Reply(accepted=False, text=WHY)
    fates = ["busy", "busy"]
    there = f"/channels/{direct(VERA)}/messages"
    wire.fate = lambda _, path: fates.pop(0) if path == there and fates else ""
    wire.says(VERA, "restart nginx on web-1")
    await wire.until(lambda: wire.posted(direct(VERA)))
    assert (wire.posted(CHANNEL), fates) == ([], [])


async def test_where_nobody_knows_whether_it_was_told_nobody_else_is(wire, ears, quick):
    ears.refuses = Reply(accepted=False, text=WHY)
    tried = []

    def fate(method, path):
        there = path == f"/channels/{direct(VERA)}/messages"
        tried.extend([path] if there else [])
        return "broken" if there else ""

    wire.fate = fate
    wire.says(VERA, "restart nginx on web-1")
    await wire.until(lambda: tried)
    wire.fate = lambda *_: ""
    ears.refuses = None
    wire.says(BEN, "restart nginx on web-1")
    await wire.until(lambda: ears.heard)
    assert (len(tried), wire.posted(CHANNEL)) == (1, [])
