"""/ask over a death: what was asked is kept before it is acknowledged, and seen to afterwards."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.messages import Called, Identity, Reply, Role
from bot.errors import StoreBusyError
from tests.rigs.discord_guild import BEN, CHANNEL
from tests.rigs.discord_guild import direct as direct_channel
from tests.rigs.discord_parts import Quick, place, platform_on

pytest_plugins = ("tests.rigs.discord_fixtures",)
pytestmark = pytest.mark.asyncio
ASK = "restart nginx on web-1"


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    """Nobody waits long for what does not end."""
    monkeypatch.setattr("bot.adapters.discord.client.LAST_S", 0.05)


@pytest.fixture
async def started(wire, ears):
    """Starts a platform; the one before is stopped."""
    running = []

    async def start():
        while running:
            await running.pop().stop()
        made = platform_on(wire, clock=Quick())
        running.append(made)
        number = len(wire.identified)
        await made.start(ears)
        await wire.until(lambda: len(wire.identified) > number)
        return made

    start.stop = lambda: running.pop().stop()
    yield start
    while running:
        await running.pop().stop()


def roots(wire):
    return [m for m in wire.posted(CHANNEL) if "asks" in str(m["components"])]


def call(text=ASK, *, event="5", at, **more):
    return Called(
        event_id=event, channel=CHANNEL, identity=Identity(surface="discord", account=BEN), who="Ben",
        text=text, at=at, **more,
    )  # fmt: skip


async def test_it_is_kept_before_it_is_acknowledged(wire, ears, started):
    await started()
    ears.keeping = asyncio.Event()
    event = wire.calls(BEN, "ask", request=ASK)
    await asyncio.sleep(0.1)  # long after the time in which everything else is acknowledged
    assert event not in wire.answers
    ears.keeping.set()
    assert "Asked" in str(await wire.answered(event)) or await wire.answered(
        f"token-{event}/follow"
    )
    await wire.until(lambda: not ears.calling)
    assert [message.event_id for message in ears.heard] == [event]


async def test_what_can_not_be_kept_is_refused(wire, ears, started):
    await started()
    ears.fault = StoreBusyError("The database can't be written now.")
    event = wire.calls(BEN, "ask", request=ASK)
    assert "can't be written" in str((await wire.answered(event))["data"])
    assert ears.calling == {}
    assert roots(wire) == []
    assert ears.heard == []


async def test_who_dies_before_the_root_is_posted_makes_it_after_a_restart(wire, ears, started):
    await started()
    wire.members[BEN] = []
    wire.fate = lambda _, path: "hang" if path == f"/channels/{CHANNEL}/messages" else ""
    event = wire.calls(BEN, "ask", request=ASK, plan_only=True)
    await wire.until(lambda: wire.fated)
    await started.stop()
    assert list(ears.calling) == [event]
    assert ears.heard == []
    wire.fate = lambda *_: ""
    await started()
    await wire.until(lambda: not ears.calling)
    (root,) = roots(wire)
    (heard,) = ears.heard
    assert (heard.event_id, heard.thread, heard.text) == (event, place(root["id"]), ASK)
    assert (heard.person, heard.plan_only) == ("ben", True)
    assert root["components"][0]["content"] == f"**Ben** asks: {ASK}"
    assert root["id"] in wire.threads


async def test_who_dies_after_the_root_was_posted_makes_no_second_one(wire, ears, started):
    await started()
    ears.gate = asyncio.Event()
    event = wire.calls(BEN, "ask", request=ASK)
    await wire.until(lambda: ears.knocking)
    await started.stop()
    assert ears.heard == []
    ears.gate.set()
    wire._nonces.clear()  # Discord knows a nonce for minutes only
    await started()
    await wire.until(lambda: not ears.calling)
    (root,) = roots(wire)
    assert [(m.event_id, m.thread) for m in ears.heard] == [(event, place(root["id"]))]


@pytest.mark.parametrize("redacted", [False, True])
async def test_who_dies_after_it_was_heard_only_settles_it(wire, ears, started, redacted):
    await started()
    wire.fate = lambda method, _: "hang" if method == "PATCH" else ""
    event = wire.calls(BEN, "ask", request=ASK)
    await wire.until(lambda: wire.fated)
    await started.stop()
    assert list(ears.calling) == [event]
    ears.calling[event] = ears.calling[event].model_copy(update={"redacted": redacted})
    wire.fate = lambda *_: ""
    wire._nonces.clear()
    await started()
    await wire.until(lambda: not ears.calling)
    (root,) = roots(wire)
    assert (len(ears.heard), wire.posted(direct_channel(BEN))) == (1, [])
    assert ASK in str(root["components"])
    assert root["id"] in wire.threads


async def test_in_a_thread_and_directly_it_is_kept_as_well(wire, ears, started):
    platform = await started()
    now = platform._clock.now()
    where = place("6000")
    ears.calling = {"5": call(at=now, thread=where, lent=frozenset({Role.OPERATOR}))}
    await started()
    await wire.until(lambda: not ears.calling)
    (heard,) = ears.heard
    assert (heard.thread, heard.lent) == (where, {Role.OPERATOR})
    assert roots(wire) == []


async def test_of_what_held_a_secret_nothing_was_kept_and_its_asker_is_told(wire, ears, started):
    platform = await started()
    ears.calling = {"5": call("key [redacted]", at=platform._clock.now(), redacted=True)}
    await started()
    await wire.until(lambda: not ears.calling)
    await wire.until(lambda: wire.posted(direct_channel(BEN)))
    assert ears.heard == []
    assert roots(wire) == []
    assert "ask again without that" in str(wire.posted(direct_channel(BEN))[0]["components"])


async def test_who_is_refused_then_is_told_directly_and_no_root_is_left(wire, ears, started):
    platform = await started()
    ears.calling = {"5": call(at=platform._clock.now())}
    ears.refuses = Reply(accepted=False, text="I don't know whose account that is.")
    await started()
    await wire.until(lambda: wire.posted(direct_channel(BEN)))
    assert "whose account" in str(wire.posted(direct_channel(BEN))[0]["components"])
    assert roots(wire) == []


async def test_what_was_asked_long_ago_is_seen_to_no_more(wire, ears, started):
    platform = await started()
    ears.calling = {"5": call(at=platform._clock.now() - timedelta(hours=25))}
    await started()
    await wire.until(lambda: not ears.calling)
    assert ears.heard == []
    assert roots(wire) == []


async def test_a_root_under_which_nobody_will_answer_goes(wire, ears, started):
    await started()
    ears.gate = asyncio.Event()
    event = wire.calls(BEN, "ask", request=ASK)
    await wire.until(lambda: ears.knocking)
    await started.stop()
    ears.gate.set()
    long_ago = ears.calling[event].at - timedelta(hours=25)
    ears.calling[event] = ears.calling[event].model_copy(update={"at": long_ago})
    assert len(roots(wire)) == 1
    await started()
    await wire.until(lambda: not ears.calling)
    assert (roots(wire), ears.heard) == ([], [])


async def test_a_channel_that_is_gone_ends_it(wire, ears, started):
    platform = await started()
    ears.calling = {"5": call(at=platform._clock.now())}
    wire.fate = lambda _, path: "gone" if path == f"/channels/{CHANNEL}/messages" else ""
    await started()
    await wire.until(lambda: not ears.calling)
    assert ears.heard == []


async def test_a_discord_that_does_not_answer_then_is_asked_again(wire, ears, started):
    platform = await started()
    ears.calling = {"5": call(at=platform._clock.now())}
    wire.fate = lambda method, path: "drop" if path == f"/channels/{CHANNEL}/messages" else ""
    await started()
    await wire.until(lambda: wire.fated)
    wire.fate = lambda *_: ""
    await wire.until(lambda: not ears.calling)
    assert len(roots(wire)) == 1
    assert len(ears.heard) == 1


async def test_a_root_of_unknown_outcome_is_looked_for_and_made_once(wire, ears, started):
    await started()
    wire.faults = [(500, {"message": "no"}, {"Done": "1"})]  # it got there all the same
    event = wire.calls(BEN, "ask", request=ASK)
    assert "Asked" in str(await wire.answered(f"token-{event}/follow"))
    assert len(roots(wire)) == 1
    assert len(ears.heard) == 1


async def test_a_channel_that_takes_nothing_is_told_and_nothing_is_kept(wire, ears, started):
    await started()
    wire.fate = lambda _, path: "gone" if path == f"/channels/{CHANNEL}/messages" else ""
    event = wire.calls(BEN, "ask", request=ASK)
    await wire.until(lambda: "no longer there" in str(wire.answers))
    assert event in wire.answers
    await wire.until(lambda: not ears.calling)
    assert ears.heard == []


@pytest.mark.parametrize("twice", [False, True])
async def test_what_is_being_seen_to_is_not_taken_up_by_a_new_session(wire, ears, started, twice):
    await started()
    ears.gate = asyncio.Event()
    wire.calls(BEN, "ask", request=ASK)
    await wire.until(lambda: ears.knocking)
    if twice:  # Discord delivers it once more
        wire.dispatch(
            "INTERACTION_CREATE", next(e["d"] for e in wire._sent if e["t"] == "INTERACTION_CREATE")
        )
        await asyncio.sleep(0.1)
    wire.forgets = True
    wire.cut()
    await wire.until(lambda: len(wire.identified) == 2)
    await asyncio.sleep(0.1)
    assert ears.knocking == 1
    ears.gate.set()
    await wire.until(lambda: not ears.calling)
    assert len(roots(wire)) == 1


class Failing:
    """Fates of the channel's requests of one kind, each taken once."""

    def __init__(self, wire, **fates):
        self.fates = {method: list(each) for method, each in fates.items()}
        wire.fate = self

    def __call__(self, method, path):
        fates = self.fates.get(method)
        return fates.pop(0) if fates and path.startswith(f"/channels/{CHANNEL}/messages") else ""


def unseen(wire, *, looks):
    """A root is posted, nobody is told so, and so many looks for it fail."""
    posts = Failing(wire, POST=["broken"] * 4, GET=["broken"] * looks)

    def fate(method, path):
        fated = posts(method, path)
        if fated and method == "POST" and not roots(wire):
            wire._post(CHANNEL, wire.asked[-1][2], [])
        return fated

    wire.fate = fate


async def test_a_root_that_could_not_be_edited_says_what_was_asked_a_little_later(
    wire, ears, started
):
    await started()
    failing = Failing(wire, PATCH=["broken"] * 3)
    wire.calls(BEN, "ask", request=ASK)
    await wire.until(lambda: ears.heard and not ears.calling)
    (root,) = roots(wire)
    assert root["components"][0]["content"] == f"**Ben** asks: {ASK}"
    assert (failing.fates, root["id"] in wire.threads) == ({"PATCH": []}, True)


async def test_a_root_that_could_not_be_taken_away_goes_a_little_later(wire, ears, started):
    await started()
    failing = Failing(wire, DELETE=["broken"] * 2)
    ears.refuses = Reply(accepted=False, text="I don't know whose account that is.")
    event = wire.calls(BEN, "ask", request=ASK)
    await wire.until(lambda: "whose account" in str(wire.answers))
    await wire.until(lambda: not ears.calling)
    assert event in wire.answers
    assert (failing.fates, roots(wire)) == ({"DELETE": []}, [])


async def test_of_a_root_that_was_made_unseen_nothing_is_left(wire, ears, started):
    await started()
    unseen(wire, looks=4)
    event = wire.calls(BEN, "ask", request=ASK)
    await wire.until(lambda: "gave no answer" in str(wire.answers))
    await wire.until(lambda: not ears.calling)
    assert event in wire.answers
    assert (roots(wire), ears.heard) == ([], [])


async def test_what_was_to_be_said_again_is_asked_by_no_later_start(wire, ears, started):
    await started()
    unseen(wire, looks=1000)
    event = wire.calls(BEN, "ask", request=ASK)
    await wire.until(lambda: "gave no answer" in str(wire.answers))
    assert ears.calling[event].given_up
    await started.stop()
    wire.fate = lambda *_: ""
    assert len(roots(wire)) == 1
    await started()
    await wire.until(lambda: not ears.calling)
    assert (roots(wire), ears.heard) == ([], [])


async def test_what_may_still_be_asked_is_not_to_be_said_again(wire, ears, started):
    await started()

    async def busy(surface, event_id):
        raise StoreBusyError("locked")

    ears.give_up_call = busy
    wire.fate = lambda method, path: "gone" if path == f"/channels/{CHANNEL}/messages" else ""
    wire.calls(BEN, "ask", request=ASK)
    await wire.until(lambda: "look for its thread before you ask once more" in str(wire.answers))
