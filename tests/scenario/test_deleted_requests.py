"""A request that is deleted where it was said takes back what nobody has approved."""

import pytest

from bot.domain.messages import ThreadRef
from bot.domain.posts import PostKind
from bot.pipeline import pending
from tests.scenario.rooms import ROOM, Rooms
from tests.scenario.stage import Stage

ROOT = "C1/17.1"
"""What stands above a conversation: Overseer's own message, where a command began it."""


async def test_a_deleted_request_ends_what_waits(tmp_path):
    async with Stage(tmp_path) as stage:
        stage.service("web-1", "nginx")
        await stage.say("ben", "restart nginx on web-1", event="C1/17.1")
        assert (await stage.card()).state == "WAITING"
        await stage.ears.on_deleted(stage.thread, "C1/17.1")
        card = await stage.card()
        assert card.state == "CANCELLED"
        assert "It was withdrawn" in str(card.body)  # whoever deleted it: no platform tells
        assert "for its request was deleted; nothing ran." in str(card.body)


async def test_a_deleted_request_takes_the_question_with_it_to_which_it_led(tmp_path):
    async with Stage(tmp_path) as stage:
        stage.service("web-1", "nginx")
        await stage.say("ben", "restart nginx", event="C1/17.1")
        asked = await stage.card()
        assert asked.state == "QUESTION"
        await stage.ears.on_deleted(stage.thread, "C1/17.9")
        assert (await stage.card()).state == "QUESTION"
        await stage.ears.on_deleted(stage.thread, "C1/17.1")
        card = await stage.card()
        assert (card.state, card.buttons) == ("CLOSED", ())
        assert card.footer == ("The request that led to this was deleted.",)
        reply = await stage.press("ben", "option", asked, value=asked.buttons[0].value)
        assert (reply.accepted, reply.text) == (False, "That question has been answered.")


async def test_what_was_approved_goes_on(tmp_path):
    async with Stage(tmp_path) as stage:
        stage.service("web-1", "nginx")
        await stage.say("ben", "restart nginx on web-1", event="C1/17.1")
        await stage.press("ana", "approve")
        await stage.ears.on_deleted(stage.thread, "C1/17.1")
        assert (await stage.card()).state == "DONE"


async def test_a_deleted_remark_ends_nothing(tmp_path):
    async with Stage(tmp_path) as stage:
        stage.service("web-1", "nginx")
        await stage.say("ben", "restart nginx on web-1", event="C1/17.1")
        await stage.ears.on_deleted(stage.thread, "C1/17.9")
        assert (await stage.card()).state == "WAITING"


async def test_a_deleted_revision_ends_the_plan_that_it_changed(tmp_path):
    async with Stage(tmp_path) as stage:
        for host in ("web-1", "web-2"):
            stage.service(host, "nginx")
        await stage.say("ben", "restart nginx on web-1 and web-2", event="C1/17.1")
        await stage.say("ben", "not web-2", event="C1/17.2")
        await stage.ears.on_deleted(stage.thread, "C1/17.2")
        assert (await stage.card()).state == "CANCELLED"


@pytest.fixture
async def rooms(tmp_path):
    async with Rooms(tmp_path) as stage:
        for host in ("web-1", "web-2"):
            stage.service(host, "nginx")
        yield stage


@pytest.mark.parametrize("command", ["command/12.34.ab", "1290000000000000000"])
async def test_what_a_command_asked_for_ends_with_its_root(rooms, command):
    await rooms.hear("UBEN", "restart nginx on web-1", event=command)
    assert (await rooms.card()).state == "WAITING"
    await rooms.ears.on_deleted(ROOM, ROOT)
    await rooms.settle()
    card = await rooms.card()
    assert card.state == "CANCELLED"
    assert "its request was deleted" in str(card.body)


async def test_what_was_approved_goes_on_without_its_root(rooms):
    await rooms.hear("UBEN", "restart nginx on web-1", event="command/1")
    await rooms.click("UANA", "approve")
    await rooms.ears.on_deleted(ROOM, ROOT)
    assert (await rooms.card()).state == "DONE"


async def test_what_is_read_for_a_command_becomes_nothing_without_its_root(rooms, monkeypatch):
    monkeypatch.setattr(rooms.app.pipeline._hearing, "_understand", lambda *_, **__: _nothing())
    await rooms.hear("UBEN", "restart nginx on web-1", event="command/1")
    await rooms.hear("UBEN", "restart nginx on web-2", event="C1/17.5")
    await rooms.ears.on_deleted(ROOM, ROOT)
    waits = await rooms.app.store.read(pending.waiting)
    assert [each.message.event_id for each in waits] == ["C1/17.5"]
    unread = rooms.app.pipeline._hearing._unread
    assert (unread.dropped("command/1"), unread.dropped("C1/17.5")) == (True, False)


async def _nothing():
    pass


@pytest.mark.parametrize("began", ["command/1", "C1/17.1", "C1/17.2"])
async def test_what_was_asked_below_by_a_message_of_its_own_stays(rooms, began):
    """Whoever stands above it: a command, the message that asked before, a stranger's remark."""
    await rooms.hear("UBEN", "hello", event=began)
    await rooms.hear("UBEN", "restart nginx on web-2", event="C1/17.5")
    await rooms.ears.on_deleted(ROOM, ROOT)
    assert (await rooms.card()).state == "WAITING"


async def test_what_a_command_asked_below_a_message_that_was_heard_stays(rooms):
    await rooms.hear("UBEN", "hello", event=ROOT)
    await rooms.hear("UBEN", "restart nginx on web-1", event="command/1")
    await rooms.ears.on_deleted(ROOM, ROOT)
    assert (await rooms.card()).state == "WAITING"


async def test_a_deleted_remark_below_a_command_ends_nothing(rooms):
    await rooms.hear("UBEN", "restart nginx on web-1", event="command/1")
    await rooms.ears.on_deleted(ROOM, "C1/17.9")
    assert (await rooms.card()).state == "WAITING"


async def test_what_a_button_said_below_somebodys_message_stays(rooms):
    await rooms.hear("UBEN", "restart nginx on web-9", event="C1/17.2")
    await rooms.click("UBEN", "option", value="1")
    assert (await rooms.card(1)).state == "WAITING"
    await rooms.ears.on_deleted(ROOM, ROOT)
    assert (await rooms.card(1)).state == "WAITING"


async def test_nor_does_a_button_of_the_page_go_with_what_stands_above_it(rooms):
    await rooms.hear("UBEN", "hello", event="command/1")
    rooms.thread = ROOM
    await rooms.press("ben", "say", await rooms.card_in(ROOM), value="restart nginx on web-1")
    assert (await rooms.card(1)).state == "WAITING"
    await rooms.ears.on_deleted(ROOM, ROOT)
    assert (await rooms.card(1)).state == "WAITING"


async def is_owed_after_its_deletion(rooms, plan, thread=ROOM):
    """Whether the card is, when it was shown as it stands and somebody deletes its message."""
    (post,) = [
        p for p in await rooms.app.store.read(lambda u: u.posts_of(f"plan-{plan}"))
        if p.place == ROOM and p.kind is PostKind.CARD
    ]  # fmt: skip
    await rooms.app.store.write(lambda u: u.sent(post.id, "17.8", post.version))
    await rooms.ears.on_deleted(thread, "C1/17.8")
    return (await rooms.app.store.read(lambda u: u.post(post.id))).is_owed


async def test_a_card_is_owed_anew_where_it_is_deleted_as_long_as_its_plan_is_under_way(rooms):
    await rooms.hear("UBEN", "restart nginx on web-1", event=ROOT)
    assert await is_owed_after_its_deletion(rooms, 1)
    await rooms.click("UANA", "approve")
    assert (await rooms.card()).state == "DONE"
    assert not await is_owed_after_its_deletion(rooms, 1)


async def test_a_card_that_stands_in_no_thread_is_owed_anew_too(rooms):
    """Where Discord makes none: the message that is gone tells no conversation."""
    await rooms.hear("UBEN", "restart nginx on web-1", event=ROOT)
    alone = ROOM.model_copy(update={"thread": "17.8"})
    assert await is_owed_after_its_deletion(rooms, 1, alone)


async def test_a_card_of_a_plan_that_came_to_nothing_is_not(rooms):
    await rooms.hear("UBEN", "restart nginx on web-1", event=ROOT)
    await rooms.click("UANA", "deny", text="not now")
    assert not await is_owed_after_its_deletion(rooms, 1)


# -- what was never heard ------------------------------------------------------------------------


async def test_deletions_that_concern_nobody_here_write_nothing(rooms, monkeypatch):
    async def write(*_, **__):
        raise AssertionError("it was written")

    monkeypatch.setattr(rooms.app.store, "write", write)
    for number in range(300):
        elsewhere = ThreadRef(surface="slack", channel="C2", thread=f"{number}.1")
        await rooms.ears.on_deleted(elsewhere, f"C2/{number}.1")


@pytest.mark.parametrize("said", ["restart nginx on web-1", "stop"])
async def test_delivered_after_its_deletion_it_is_not_heard(rooms, said):
    await rooms.ears.on_deleted(ROOM, ROOT)
    assert (await rooms.hear("UBEN", said, event=ROOT)).accepted
    assert await rooms.items() == ()


async def test_deleted_while_it_is_let_in_it_is_not_heard(rooms, monkeypatch):
    door, let_in = rooms.app.pipeline._door, rooms.app.pipeline._door.message

    async def message(said):
        came = await let_in(said)
        await rooms.ears.on_deleted(ROOM, ROOT)
        return came

    monkeypatch.setattr(door, "message", message)
    assert (await rooms.hear("UBEN", "restart nginx on web-1", event=ROOT)).accepted
    assert await rooms.items() == ()


async def test_deleted_in_a_conversation_it_is_not_heard_by_the_next_process_either(rooms):
    await rooms.hear("UBEN", "restart nginx on web-1", event=ROOT)
    await rooms.ears.on_deleted(ROOM, "C1/17.5")
    await rooms.crash()
    await rooms.revive()
    await rooms.hear("UBEN", "not web-1 but web-2", event="C1/17.5")
    assert [text for _, text in await rooms.said()] == ["restart nginx on web-1"]


async def test_how_much_is_remembered_is_bounded(rooms, monkeypatch):
    monkeypatch.setattr("bot.conversation.unread.MOST_DELETED", 3)
    for number in range(5):
        await rooms.ears.on_deleted(ROOM, f"C1/{number}")
    assert len(rooms.app.pipeline._hearing._unread._deleted) == 3


# -- what has become another's -------------------------------------------------------------------


async def test_who_gave_the_conversation_away_takes_nothing_back(rooms):
    await rooms.hear("UBEN", "restart nginx on web-1", event=ROOT)
    await rooms.hear("UBEN", "hand over to chris")
    await rooms.ears.on_deleted(ROOM, ROOT)
    assert (await rooms.card(1)).state == "WAITING"


async def test_who_changed_it_takes_it_back_by_their_own_message_alone(rooms):
    await rooms.hear("UBEN", "restart nginx on web-1", event=ROOT)
    await rooms.hear("UBEN", "hand over to chris")
    await rooms.hear("UCHRIS", "also on web-2", event="C1/17.6")
    await rooms.ears.on_deleted(ROOM, ROOT)
    card = await rooms.card(1)
    assert (card.state, card.revision) == ("WAITING", 2)
    await rooms.ears.on_deleted(ROOM, "C1/17.6")
    assert (await rooms.card(1)).state == "CANCELLED"


async def test_handed_back_and_changed_again_it_is_taken_back_by_either_of_their_words(rooms):
    await rooms.hear("UBEN", "restart nginx on web-1", event=ROOT)
    await rooms.hear("UBEN", "hand over to chris")
    await rooms.hear("UCHRIS", "also on web-2", event="C1/17.6")
    await rooms.hear("UCHRIS", "hand over to ben")
    await rooms.hear("UBEN", "not web-2", event="C1/17.7")
    await rooms.ears.on_deleted(ROOM, "C1/17.6")
    assert (await rooms.card(1)).state == "WAITING"
    await rooms.ears.on_deleted(ROOM, ROOT)
    assert (await rooms.card(1)).state == "CANCELLED"


async def test_a_question_that_was_handed_over_stays_for_who_has_it(rooms):
    await rooms.hear("UBEN", "restart nginx on web-9", event=ROOT)
    await rooms.hear("UBEN", "hand over to chris")
    await rooms.ears.on_deleted(ROOM, ROOT)
    assert "QUESTION" in [card.state for card in await rooms.cards()]
    await rooms.hear("UCHRIS", "web-1", addressed=False)
    assert (await rooms.card(1)).state == "WAITING"
    await rooms.ears.on_deleted(ROOM, ROOT)
    assert (await rooms.card(1)).state == "WAITING", "its answer is another's word"
