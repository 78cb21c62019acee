"""The next look, said by what is new of it alone, by whom the conversation is."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from tests.scenario.rooms import DIRECT
from tests.scenario.stage import words
from tests.scenario.test_stops_among_words import stage  # noqa: F401 - a fixture
from tests.scenario.test_talk_among_people import told

pytestmark = pytest.mark.asyncio


async def steps(stage, number):
    """What a plan does and where; empty: there is none."""
    stored = await stage.app.store.read(lambda u: u.plan(number))
    if stored is None:
        return ""
    return " ".join(
        f"{s.action} {s.params.get('service', '')} {','.join(s.hosts)}" for s in stored.plan.steps
    )


NEXT = [
    ("is nginx up on web-1?", "and web-2?", "service.status nginx web-2"),
    ("is nginx up on web-1?", "web-2?", "service.status nginx web-2"),
    ("is nginx up on web-1?", "and on web-3?", "service.status nginx web-3"),
    ("is nginx up on web-1?", "now on web-2", "service.status nginx web-2"),
    ("is nginx up on web-1?", "and redis?", "service.status redis web-1"),
    ("is nginx up on web-1?", "and redis on web-2?", "service.status redis web-2"),
    ("is nginx up on web-1?", "and the logs?", "service.logs nginx web-1"),
    ("nginx logs on web-1", "and redis?", "service.logs redis web-1"),
    ("nginx logs on web-1", "what about the disks?", "host.disk  web-1"),
    ("how is web-1?", "and memory?", "host.status  web-1"),
    ("restart nginx on web-1", "and the disks?", "host.disk  web-1"),
]  # fmt: skip


@pytest.mark.parametrize(("first", "then", "looks"), NEXT)
@pytest.mark.parametrize("addressed", [True, False])
async def test_what_is_new_alone_is_the_next_look(stage, first, then, looks, addressed):
    await stage.hear("UBEN", first)
    await stage.hear("UBEN", then, addressed=addressed)
    assert await steps(stage, 2) == looks


async def test_in_a_direct_message_as_well(stage):
    await stage.hear("UBEN", "how is web-1?", thread=DIRECT)
    await stage.hear("UBEN", "and web-2?", thread=DIRECT)
    assert await steps(stage, 2) == "host.status  web-2"


async def test_of_a_change_it_is_asked_back(stage):
    await stage.hear("UBEN", "restart nginx on web-1")
    assert "What about web-2 in it?" in await told(stage, "and web-2?")
    assert "WAITING" in words((await stage.cards())[0])
    assert await steps(stage, 2) == ""


async def test_of_what_is_over_it_is_asked_whether_it_is_wanted_there(stage):
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.press("ana", "approve", await stage.card())
    assert "Shall I plan “restart nginx” there?" in await told(stage, "now on web-2")
    assert await steps(stage, 2) == ""


@pytest.mark.parametrize("text", ["and chris?", "you?", "and tomorrow?", "what about lunch?",
                                  "and the coffee?", "now what?", "web-2", "and restart?", "and reboot?"])  # fmt: skip
async def test_what_is_no_look_meets_silence(stage, text):
    await stage.hear("UBEN", "how is web-1?")
    await told(stage, text)
    assert await steps(stage, 2) == ""


@pytest.mark.parametrize("text", ["and web-2?", "and the disks?"])
async def test_behind_a_colleagues_words_it_is_to_them(stage, text):
    await stage.hear("UBEN", "how is web-1?")
    await stage.hear("UCHRIS", "the sale was slow today", addressed=False)
    assert await told(stage, text) == ""
