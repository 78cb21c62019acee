"""In a chat, Approve is offered only once all that will run can be read there."""

import asyncio
import threading

import pytest

from bot.delivery.drawing import COMES
from bot.domain.cards import Attachment, Button, Exact, Output
from bot.domain.posts import PostKind, direct
from bot.testing.recorded_platform import Fault
from tests.rigs.deliveries import Rig, card, room

pytestmark = pytest.mark.asyncio
APPROVE = Button(id="approve", label="Approve", only=("ana", "ben"))
RUN = Exact(label="run", text="systemctl restart -- nginx.service")
PLAN = Attachment(name="plan-1-1.txt", text="      run\n      | systemctl restart -- nginx.service")
TELLING = Attachment(name="whole.txt", text="| systemctl restart -- nginx.service")


def waiting(**parts):
    given = {
        "state": "WAITING",
        "revision": 1,
        "digest": "d",
        "body": (RUN,),
        "buttons": (APPROVE,),
    }
    return card(1, **(given | parts))


@pytest.fixture
async def rig(tmp_path):
    made = Rig(tmp_path)
    made.written = lambda _: TELLING
    await made.start()
    yield made
    await made.stop()


def offers(rig, place):
    """Whether each state of the card that was shown there offered Approve."""
    message = next(m for m in rig.platform.shown(place) if not isinstance(m.last.said, Attachment))
    return [any(b.id == "approve" for b in speech.said.buttons) for speech in message.said]


async def test_approve_comes_with_the_file_and_not_before_it(rig):
    await rig.put(room(), waiting(attachments=(PLAN,)))
    await rig.passes(10)
    first, file = rig.platform.shown(room())
    assert offers(rig, room()) == [False, True]
    assert first.said[0].said.footer == (COMES,)
    assert first.said[0].files == {}
    assert file.last.said == PLAN
    assert first.last.files == {PLAN.name: f"https://slack.example/C1/{file.remote}"}
    assert file.changed[0] <= first.changed[1]


async def test_as_long_as_the_file_fails_approve_is_not_offered(rig):
    def files_fail(call):
        return Fault.AWAY if call.speech and isinstance(call.speech.said, Attachment) else None

    rig.platform.faults = files_fail
    await rig.put(room(), waiting(attachments=(PLAN,)))
    for standing in ("0 of 2 votes", "1 of 2 votes"):
        await rig.put(room(), waiting(attachments=(PLAN,), standing=standing))
        await rig.passes(20)
    assert set(offers(rig, room())) == {False}
    rig.platform.faults = lambda _: None
    await rig.passes(60)
    assert offers(rig, room())[-1]


async def test_a_refused_file_leaves_the_card_without_approve_and_says_where_else(rig):
    rig.platform.faults = lambda call: (
        Fault.REFUSED if call.speech and isinstance(call.speech.said, Attachment) else None
    )
    await rig.put(room(), waiting(attachments=(PLAN,)))
    await rig.passes(10)
    assert offers(rig, room()) == [False, False]
    (shown,) = rig.platform.cards(room())
    assert "slack does not take that" in shown.footer[0]
    assert "on the page, on Overseer's own machine" in shown.footer[0]


async def test_an_answer_of_which_the_file_is_refused_says_so_and_where_it_can_be_read(rig):
    rig.platform._fits = lambda _: False
    rig.platform.faults = lambda call: (
        Fault.REFUSED if call.speech and isinstance(call.speech.said, Attachment) else None
    )
    body = (Output(text="x\n" * 40),)
    await rig.put(room(), waiting(state="ANSWER", body=body, attachments=(), buttons=()))
    await rig.passes(10)
    (shown,) = rig.platform.cards(room())
    assert "can't be shown here (slack does not take that" in shown.footer[0]
    assert "The page has it, on Overseer's own machine" in shown.footer[0]


async def test_a_file_goes_with_a_copy_of_its_own_and_one_place_waits_for_no_other(rig):
    shown = await rig.put(room(), waiting(attachments=(PLAN,)))
    to_ben = direct("slack", "UBEN")
    rig.platform.faults = lambda call: (
        Fault.REFUSED
        if call.place == to_ben and call.speech and isinstance(call.speech.said, Attachment)
        else None
    )
    await rig.owe(lambda u: u.owe_card(to_ben, shown, "ben"))
    await rig.passes(10)
    assert offers(rig, room())[-1]
    assert not offers(rig, to_ben)[-1]


async def test_a_read_that_runs_unasked_leaves_no_file_of_its_commands_behind(rig):
    await rig.put(room(), waiting(attachments=(PLAN,), state="RUNNING", buttons=(), busy=True))
    await rig.passes(5)
    await rig.put(room(), waiting(state="ANSWER", buttons=()))
    await rig.passes(5)
    assert rig.platform.files(room()) == []


async def test_a_file_is_sent_once_however_often_its_card_changes(rig):
    for number in range(4):
        await rig.put(room(), waiting(attachments=(PLAN,), standing=f"{number} of 5 votes"))
        await rig.passes(3)
    await rig.put(room(), waiting(attachments=(PLAN,), state="RUNNING", buttons=(), busy=True))
    await rig.passes(3)
    assert rig.platform.files(room()) == [PLAN]


async def test_a_new_revision_is_not_offered_with_the_old_ones_file(rig):
    await rig.put(room(), waiting(attachments=(PLAN,)))
    await rig.passes(10)
    calls = len(rig.platform.calls)
    other = Attachment(name="plan-1-2.txt", text="another")
    await rig.put(room(), waiting(attachments=(other,), revision=2, digest="e", body=()))
    await rig.passes(10)
    made = [call.speech.said for call in rig.platform.calls[calls:]]
    at = made.index(other)
    assert all(not each.buttons for each in made[:at])
    assert offers(rig, room())[-1]


async def test_a_card_that_does_not_fit_goes_with_its_whole_text(rig):
    rig.platform._fits = lambda _: False
    await rig.put(room(), waiting())
    await rig.passes(10)
    assert rig.platform.files(room()) == [TELLING]
    assert offers(rig, room()) == [False, True]
    assert list(rig.platform.shown(room())[0].last.files) == [TELLING.name]


@pytest.mark.parametrize("made", [None, Attachment(name="whole.txt", text="something else")])
async def test_a_whole_that_does_not_tell_all_lets_nobody_approve(rig, made):
    rig.platform._fits = lambda _: False
    rig.written = lambda _: made
    await rig.put(room(), waiting())
    await rig.passes(10)
    assert set(offers(rig, room())) == {False}
    assert rig.platform.files(room()) == []
    (shown,) = rig.platform.cards(room())
    assert "the whole of it can't be written out" in shown.footer[0]


@pytest.mark.parametrize(("lines", "beside"), [(10, False), (40_000, True)])
async def test_a_whole_of_megabytes_is_written_out_beside_the_event_loop(rig, lines, beside):
    threads = set()

    def written(shown):
        threads.add(threading.get_ident())
        return TELLING

    rig.platform._fits, rig.written = lambda _: False, written
    printed = Output(text="web-1 said\n" * lines)
    await rig.put(room(), waiting(body=(printed,), state="DONE", buttons=()))
    for _ in range(200):
        await rig.passes(1)
        if rig.platform.files(room()):
            break
        await asyncio.sleep(0.01)  # a real thread is at it
    assert (threads != {threading.get_ident()}) is beside
    assert rig.platform.files(room()) == [TELLING]


async def test_over_a_crash_after_the_file_approve_still_comes(rig):
    rig.platform.after = lambda call: (
        rig.store.kill() if call.speech and isinstance(call.speech.said, Attachment) else None
    )
    await rig.put(room(), waiting(attachments=(PLAN,)))
    await rig.passes(5)
    await rig.crash()
    rig.platform.after = lambda _: None
    await rig.start()
    await rig.passes(20)
    assert rig.platform.files(room()) == [PLAN]
    assert offers(rig, room())[-1]
    assert [p.kind for p in await rig.owed()] == []
    posts = await rig.store.read(lambda u: u.posts_of("plan-1"))
    assert {post.kind for post in posts} == {PostKind.CARD, PostKind.FILE}
