"""What somebody can mend costs no card, vote or notice: it waits for them, and is told once."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from bot.domain.cards import Attachment
from bot.domain.posts import Mark, MarkState, Notice, PostKind
from bot.testing.recorded_platform import Fault
from tests.rigs.deliveries import card, rig, room, states  # noqa: F401

pytestmark = pytest.mark.asyncio
WHY = "slack does not let me in. Let me in."
DAY = 24 * 3600


def bar(rig, *channels):
    rig.platform.faults = lambda call: Fault.BARRED if call.place.channel in channels else None


def mend(rig):
    rig.platform.faults = lambda _: None


async def told(rig):
    return [event.data["why"] for event in await rig.store.read(lambda u: u.log(words=["post.refused"]))]  # fmt: skip


async def test_every_card_notice_and_mark_arrives_once_it_is_mended_in_its_last_state(rig):
    await rig.put(room(1), card(1))
    await rig.passes(5)
    bar(rig, "C1")
    mark = Mark(message="17.2", state=MarkState.DONE)
    await rig.put(room(1), card(1, state="RUNNING"))
    await rig.put(room(2), card(2))
    await rig.owe(lambda u: u.owe(room(2), "n", PostKind.NOTICE, Notice(text="votes")))
    await rig.owe(lambda u: u.owe(room(2), "m", PostKind.MARK, mark))
    await rig.passes(2 * 3600)
    await rig.put(room(1), card(1, state="DONE"))
    await rig.put(room(2), card(2, state="DENIED"))
    calls = len(rig.platform.calls)
    await rig.passes(3600)
    assert 3 <= len(rig.platform.calls) - calls <= 6
    mend(rig)
    await rig.passes(3601)
    assert (states(rig, room(1)), states(rig, room(2))) == (["DONE"], ["DENIED"])
    assert [each.text for each in rig.platform.notices(room(2))] == ["votes"]
    assert rig.platform.marks["C1", "17.2"] == {MarkState.DONE}
    assert await rig.owed() == ()
    assert "mended" not in await rig.delivery.line()


async def test_it_is_told_once_in_a_channel_and_in_how_the_platform_stands(rig):
    bar(rig, "C1")
    for number in range(1, 4):
        await rig.put(room(number), card(number))
    await rig.passes(2 * 3600)
    assert await told(rig) == [WHY]
    assert await rig.delivery.line() == (
        "on; 3 messages to be shown still; all of them once this is mended, the last in slack:C1: "
        f"{WHY.rstrip('.')}"
    )


async def test_other_threads_and_channels_do_not_wait_for_it(rig):
    rig.platform.faults = lambda call: Fault.BARRED if call.place == room(1) else None
    await rig.put(room(1), card(1))
    await rig.put(room(2), card(2))
    await rig.put(room(3, "C2"), card(3))
    await rig.passes(4)
    assert (states(rig, room(2)), states(rig, room(3, "C2"))) == ([""], [""])


@pytest.mark.parametrize("how", ["stop", "crash"])
async def test_a_start_tries_it_at_once(rig, how):
    bar(rig, "C1")
    await rig.put(room(), card())
    await rig.passes(2 * 3600)
    await getattr(rig, how)()
    mend(rig)
    await rig.start()
    await rig.passes(3)
    assert states(rig, room()) == [""]


async def test_a_reload_tries_it_at_once(rig):
    bar(rig, "C1")
    await rig.put(room(), card())
    await rig.passes(2 * 3600)
    mend(rig)
    await rig.passes(3)
    assert states(rig, room()) == []
    rig.delivery.again()
    await rig.passes(3)
    assert states(rig, room()) == [""]


async def test_after_a_week_over_restarts_it_is_given_up_and_the_log_says_so(rig):
    bar(rig, "C1")
    await rig.put(room(), card())
    await rig.passes(3)
    for days, owed in ((6.9, 1), (0.2, 0)):
        await rig.stop()
        await rig.clock.advance(days * DAY)
        await rig.start()
        await rig.passes(3)
        assert len(await rig.owed()) == owed
    assert await told(rig) == [f"{WHY} That went on for 7 days.", WHY]
    assert "once this is mended" not in await rig.delivery.line()
    assert await rig.store.read(lambda u: u.kept_keys("barred")) == ()


async def test_what_may_be_there_is_looked_for_once_it_is_mended(rig):
    rig.platform.fail(Fault.TAKEN, Fault.BARRED)
    await rig.put(room(), card())
    await rig.passes(300)
    assert [call.kind for call in rig.platform.calls][:3] == ["post", "find", "find"]
    assert states(rig, room()) == [""]


async def test_a_barred_file_holds_up_nothing_and_its_card_says_where_else_and_then_offers_it(rig):
    plan = Attachment(name="plan-1.txt", text="all of it")
    waiting = card(attachments=(plan,), buttons=({"id": "approve", "label": "Approve"},))
    rig.platform.faults = lambda call: (
        Fault.BARRED if call.speech and isinstance(call.speech.said, Attachment) else None
    )
    await rig.put(room(), waiting)
    await rig.owe(lambda u: u.owe(room(), "n", PostKind.NOTICE, Notice(text="votes")))
    await rig.passes(20)
    (shown,) = rig.platform.cards(room())
    assert "slack does not let me in" in shown.footer[0]
    assert "on the page" in shown.footer[0]
    assert len(rig.platform.notices(room())) == 1
    mend(rig)
    await rig.passes(120)
    (shown,) = rig.platform.cards(room())
    assert [button.id for button in shown.buttons] == ["approve"]
