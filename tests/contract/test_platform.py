"""What `bot.ports.Platform` promises, of the recorded one and of each real one.

A real platform joins by a line in `RIGS`: an async context manager that gives a `Rig`, whose
platform is connected to something on loopback that can be looked at.
"""

from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.domain.cards import Attachment, Button, Card
from bot.domain.messages import ThreadRef
from bot.domain.posts import MarkState, Notice
from bot.errors import (
    ChatAwayError,
    ChatBarredError,
    ChatBusyError,
    ChatDoubtError,
    ChatGoneError,
    ChatRefusedError,
)
from bot.ports import Clock, Platform, Speech
from bot.testing.manual_clock import ManualClock
from bot.testing.recorded_ears import RecordedEars
from bot.testing.recorded_platform import Fault, RecordedPlatform
from tests.rigs.discord_contract import discord_rig
from tests.rigs.slack_rig import slack_rig

pytestmark = pytest.mark.asyncio


@dataclass
class Rig:
    """A platform and a way to look at what it shows.

    `texts` are the messages of a place, each as one text; `fails` lets the next call end so.
    `rooms` are two threads in one channel, and `message` is one of the first that can be marked.
    """

    platform: Platform
    clock: Clock
    rooms: tuple[ThreadRef, ThreadRef]
    message: str
    texts: Callable[[ThreadRef], list[str]]
    signs: Callable[[ThreadRef, str], int]
    fails: Callable[[Fault], None]
    gone: str = "nowhere"
    """The id of a message that there is not."""
    ears: RecordedEars = field(default_factory=lambda: RecordedEars(ManualClock()))


def _text(said):
    match said:
        case Card():
            return f"{said.title} {said.state}"
        case Notice():
            return said.text
        case Attachment():
            return said.name


@asynccontextmanager
async def recorded(tmp_path):
    clock = ManualClock()
    platform = RecordedPlatform(clock)
    one, two = (ThreadRef(surface="slack", channel="C1", thread=t) for t in ("17.1", "17.2"))
    yield Rig(
        platform, clock, (one, two), "17.1",
        texts=lambda place: [_text(m.last.said) for m in platform.shown(place)],
        signs=lambda place, message: len(platform.marks[place.channel, message]),
        fails=platform.fail,
    )  # fmt: skip


@asynccontextmanager
async def on_slack(tmp_path):
    async with slack_rig(tmp_path) as made:
        yield Rig(**vars(made))


RIGS = {"recorded": recorded, "slack": on_slack, "discord": lambda tmp_path: discord_rig(Rig)}


@pytest.fixture(params=["recorded", pytest.param("slack", marks=pytest.mark.slack), "discord"])
async def rig(request, tmp_path):
    async with RIGS[request.param](tmp_path) as made:
        await made.platform.start(made.ears)
        yield made
        await made.platform.stop()


def card(**parts):
    return Card(**{"id": "plan-1", "plan": 1, "title": "restart nginx", "state": "WAITING"} | parts)


async def test_it_is_a_platform(rig):
    assert isinstance(rig.platform, Platform)
    assert rig.platform.name == rig.rooms[0].surface
    assert rig.platform.pace.edit_s >= 1


async def test_what_is_posted_stands_in_its_place_and_nowhere_else(rig):
    here, there = rig.rooms
    await rig.platform.post(here, Speech(card()), nonce="n1")
    (text,) = rig.texts(here)
    assert "restart nginx" in text
    assert rig.texts(there) == []


async def test_a_message_is_found_by_its_nonce_in_its_place_alone(rig):
    here, there = rig.rooms
    since = rig.clock.now() - timedelta(minutes=1)
    remote = await rig.platform.post(here, Speech(card()), nonce="n1")
    assert remote
    assert await rig.platform.find(here, "n1", since=since) == remote
    assert await rig.platform.find(here, "n2", since=since) is None
    assert await rig.platform.find(there, "n1", since=since) is None


@pytest.mark.parametrize(
    "said", [Notice(text="Ana, have a look"), Attachment(name="plan-1-1.txt", text="run\n  | df")]
)
async def test_notices_and_files_are_found_too(rig, said):
    here, _ = rig.rooms
    since = rig.clock.now() - timedelta(minutes=1)
    remote = await rig.platform.post(here, Speech(said), nonce="n1")
    assert await rig.platform.find(here, "n1", since=since) == remote


async def test_an_edit_changes_the_message_and_makes_none(rig):
    here, _ = rig.rooms
    remote = await rig.platform.post(here, Speech(card()), nonce="n1")
    await rig.platform.edit(here, remote, Speech(card(state="DONE", buttons=())))
    (text,) = rig.texts(here)
    assert "DONE" in text
    assert "WAITING" not in text


async def test_a_message_that_is_edited_is_found_still(rig):
    here, _ = rig.rooms
    since = rig.clock.now() - timedelta(minutes=1)
    remote = await rig.platform.post(here, Speech(card()), nonce="n1")
    await rig.platform.edit(here, remote, Speech(card(state="DONE")))
    assert await rig.platform.find(here, "n1", since=since) == remote


async def test_a_message_that_is_not_there_can_never_be_edited(rig):
    with pytest.raises(ChatGoneError):
        await rig.platform.edit(rig.rooms[0], rig.gone, Speech(card()))


async def test_a_mark_takes_the_place_of_the_former_one_and_twice_is_once(rig):
    here, _ = rig.rooms
    await rig.platform.mark(here, rig.message, MarkState.HEARD, None)
    for _ in range(2):
        await rig.platform.mark(here, rig.message, MarkState.DONE, MarkState.HEARD)
    assert rig.signs(here, rig.message) == 1


async def test_a_card_of_any_size_can_be_asked_about(rig):
    assert rig.platform.fits(card())
    assert isinstance(rig.platform.fits(card(lines=("x" * 500,) * 200)), bool)


@pytest.mark.parametrize(
    ("fault", "error", "is_there"),
    [
        (Fault.BUSY, ChatBusyError, False),
        (Fault.AWAY, ChatAwayError, False),
        (Fault.REFUSED, ChatRefusedError, False),
        (Fault.BARRED, ChatBarredError, False),
        (Fault.LOST, ChatDoubtError, False),
        (Fault.TAKEN, ChatDoubtError, True),
    ],
)
async def test_each_failure_says_what_it_leaves(rig, fault, error, is_there):
    here, _ = rig.rooms
    since = rig.clock.now() - timedelta(minutes=1)
    rig.fails(fault)
    with pytest.raises(error) as raised:
        await rig.platform.post(here, Speech(card()), nonce="n1")
    assert str(raised.value).endswith(".")
    assert (await rig.platform.find(here, "n1", since=since) is not None) is is_there
    if fault is Fault.BUSY:
        assert raised.value.retry_after > 0


async def test_a_reader_sees_their_own_card(rig):
    here, _ = rig.rooms
    buttons = (Button(id="approve", label="Approve"),)
    await rig.platform.post(
        here, Speech(card(buttons=buttons), reader=rig.ears.persons[0]), nonce="n"
    )
    assert len(rig.texts(here)) == 1
