"""What is typed into the window of *Change…* is said in the plan's conversation by who typed it."""

import pytest

from bot.adapters.web.thread_view import item_html
from bot.domain.messages import ButtonPress, Identity, Outside, Reply, ThreadRef
from bot.domain.runs import PlanState
from bot.errors import StoreBusyError
from tests.scenario.rooms import DIRECT, PEOPLE, ROOM, Rooms
from tests.scenario.stage import RESTART, words
from tests.scenario.test_stops_among_words import stops

pytestmark = pytest.mark.asyncio


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path, people=PEOPLE) as made:
        for host in ("web-1", "web-2", "web-3"):
            made.service(host, "nginx", "active")
        await made.hear("UBEN", "restart nginx on web-1 and web-2")
        yield made


def press(stage, card, text, *, account="UBEN", thread=ROOM, event="view/V1"):
    identity = Identity(surface="slack", account=account)
    return ButtonPress(
        event_id=event, thread=thread, identity=identity, button="change", plan=card.plan,
        person=stage.ears.people().owner(identity).name, revision=card.revision,
        digest=card.digest, at=stage.clock.now(), text=text,
    )  # fmt: skip


async def typed(stage, text, **more):
    reply = await stage.ears.on_button(press(stage, await stage.card_in(ROOM, 1), text, **more))
    await stage.settle()
    return reply


@pytest.mark.parametrize("thread", [ROOM, DIRECT])
async def test_it_changes_the_plan_as_if_it_were_said_in_its_thread(stage, thread):
    reply = await typed(stage, "not web-2", thread=thread)
    assert (reply.accepted, reply.text, reply.thread) == (True, "", ROOM)
    card = await stage.card_in(ROOM, 1)
    assert (card.revision, card.state) == (2, "WAITING")
    assert "− web-2" in words(card)
    assert ("ben", "not web-2") in await stage.said(ROOM)
    assert await stage.said(DIRECT) == []


async def test_a_whole_request_replaces_that_plan_and_the_next_one_is_another(stage):
    await typed(stage, "restart nginx on web-3")
    assert (await stage.card_in(ROOM, 1)).revision == 2
    await stage.hear("UBEN", "restart nginx on web-1")
    assert [c.plan for c in await stage.cards() if c.state == "WAITING"] == [1, 2]


async def test_delivered_twice_it_is_said_once_and_begins_no_change_anew(stage):
    first = press(stage, await stage.card_in(ROOM, 1), "restart nginx on web-3")
    for _ in range(2):
        assert (await stage.ears.on_button(first)).accepted
        await stage.settle()
    assert [text for _, text in await stage.said(ROOM)].count("restart nginx on web-3") == 1
    assert (await stage.card_in(ROOM, 1)).revision == 2
    await stage.hear("UBEN", "restart nginx on web-1")
    assert (await stage.card_in(ROOM, 2)).state == "WAITING", "nothing is being changed"


@pytest.mark.parametrize(
    ("account", "why"), [("UCHRIS", "#1 is Ben's to change."), ("UVERA", "#1 is Ben's to change.")]
)
async def test_whose_it_is_not_says_nothing_there_and_is_asked_for_nothing(stage, account, why):
    card = await stage.card_in(ROOM, 1)
    asked = await stage.ears.turned_away(press(stage, card, "", account=account))
    assert asked.text.startswith(why)
    before = await stage.said(ROOM)
    reply = await typed(stage, "not web-2", account=account)
    assert not reply.accepted
    assert reply.text.startswith(why)
    assert await stage.said(ROOM) == before
    assert (await stage.card_in(ROOM, 1)).revision == 1


async def test_whose_it_is_is_asked_and_what_has_run_is_no_more_asked_about(stage):
    card = await stage.card_in(ROOM, 1)
    assert await stage.ears.turned_away(press(stage, card, "")) is None
    await stage.click("UCHRIS", "approve")
    gone = "#1 can't be changed any more; ask for it anew."
    assert (await stage.ears.turned_away(press(stage, card, ""))).text == gone
    assert (await stage.ears.on_button(press(stage, card, "not web-2"))).text == gone


async def test_the_window_of_an_older_card_changes_nothing(stage):
    old = await stage.card_in(ROOM, 1)
    await stage.hear("UBEN", "one at a time")
    reply = await stage.ears.on_button(press(stage, old, "not web-2"))
    assert (reply.accepted, "of an older revision" in reply.text) == (False, True)
    assert (await stage.card_in(ROOM, 1)).revision == 2


async def test_while_nothing_can_be_written_it_says_so_and_is_taken_in_when_it_comes_again(
    stage, monkeypatch
):
    first = press(stage, await stage.card_in(ROOM, 1), "not web-2")
    write = stage.app.store.write

    async def busy(*_, **__):
        raise StoreBusyError("The database is busy.")

    monkeypatch.setattr(stage.app.store, "write", busy)
    assert not (await stage.ears.on_button(first)).accepted
    monkeypatch.setattr(stage.app.store, "write", write)
    assert (await stage.ears.on_button(first)).accepted
    await stage.settle()
    assert (await stage.card_in(ROOM, 1)).revision == 2


async def test_without_a_text_it_says_where_to_say_it(stage):
    reply = await typed(stage, "")
    assert reply.text.startswith("Say in this thread what should be different:")
    assert (await stage.app.store.read(lambda u: u.plan(1))).state is PlanState.WAITING


async def test_the_page_asks_for_it_in_its_input_and_by_no_dialog(stage):
    item = next(i for i in await stage.ears.thread(ROOM) if i.card is not None)
    change = next(b for b in item.card.buttons if b.id == "change")
    assert change.asks
    html = item_html(item, stage.ears.people(), "ben")
    assert f'data-asks="{change.asks}"' not in html
    assert 'data-button="change"' in html
    assert html.count("data-asks=") == 1, "of *Deny…* alone"


OTTO = "  otto: {display: Otto, roles: [operator], identities: ['web:otto', 'slack:UOTTO', 'discord:77']}\n"  # fmt: skip


@pytest.mark.parametrize(
    "place",
    [
        ThreadRef(surface="discord", channel="5", thread="dm"),
        ThreadRef(surface="web", channel="otto", thread="x"),
    ],
)
async def test_whom_it_was_handed_to_changes_it_from_another_platform(tmp_path, place):
    async with Rooms(tmp_path, people=PEOPLE + OTTO) as stage:
        for host in ("web-1", "web-2"):
            stage.service(host, "nginx", "active")
        await stage.hear("UBEN", "restart nginx on web-1 and web-2")
        await stage.hear("UBEN", "hand over to otto")
        account = "77" if place.surface == "discord" else "otto"
        at = press(stage, await stage.card_in(ROOM, 1), "not web-2", thread=place)
        who = Identity(surface=place.surface, account=account)
        reply = await stage.ears.on_button(
            at.model_copy(update={"identity": who, "person": "otto"})
        )
        await stage.settle()
        assert (reply.accepted, reply.thread) == (True, ROOM)
        assert (await stage.card_in(ROOM, 1)).revision == 2


@pytest.mark.parametrize("fails", [True, False])
async def test_what_is_not_taken_in_leaves_nothing_that_is_being_changed(stage, monkeypatch, fails):
    words_of = stage.app.pipeline._words

    async def hear(message):
        if fails:
            raise StoreBusyError("The database is busy.")
        return Reply(accepted=False, text="Not you.", thread=message.thread)

    with monkeypatch.context() as patched:
        patched.setattr(words_of, "_hear", hear)
        assert not (await typed(stage, "not web-2")).accepted
    await stage.hear("UBEN", "restart nginx on web-3")
    assert [c.plan for c in await stage.cards() if c.state == "WAITING"] == [1, 2]
    assert (await stage.card_in(ROOM, 1)).revision == 1


@pytest.mark.parametrize("asks", ["restart redis on web-9", "should I cancel it?"])
async def test_it_answers_no_other_question(stage, asks):
    await stage.hear("UBEN", asks)
    for number, text in enumerate(("yes", "web-3", "2", "only web-1")):
        await typed(stage, text, event=f"view/Q{number}")
        card = await stage.card_in(ROOM, 1)
        assert "nginx" in card.title, text
        assert card.state == "WAITING", text
    assert card.title == "restart nginx on web-1"
    assert len([c for c in await stage.cards() if c.plan is not None]) == 1


async def test_a_guests_window_stays_a_guests(stage):
    at = press(stage, await stage.card_in(ROOM, 1), "not web-2")
    reply = await stage.ears.on_button(at.model_copy(update={"outside": Outside.GUEST}))
    await stage.settle()
    assert not reply.accepted
    assert (await stage.card_in(ROOM, 1)).revision == 1


@pytest.mark.parametrize(
    "said", ["cancel it", "stop", "cancel, wrong host", "withdraw it", "scrap the plan"]
)
async def test_what_ends_something_ends_that_plan_and_no_other(stage, said):
    await stage.hear("UBEN", "restart nginx on web-3")
    await typed(stage, said)
    assert [(await stage.card_in(ROOM, n)).state for n in (1, 2)] == ["CANCELLED", "WAITING"]


@pytest.mark.parametrize("said", ["cancel", "stop it", "stop, wrong host"])
async def test_what_runs_beside_it_goes_on(stage, said):
    stage.hosts.hang(RESTART)
    await stage.press("ana", "approve", await stage.card_in(ROOM, 1), settle=False)
    await stage.until(stage.changes)
    await stage.hear("UBEN", "restart nginx on web-3")
    reply = await stage.ears.on_button(press(stage, await stage.card_in(ROOM, 2), said))
    assert reply.accepted
    await stage.settle()
    assert not await stops(stage)
    assert (await stage.card_in(ROOM, 2)).state == "CANCELLED"


@pytest.mark.parametrize("said", ["hello", "what is that?", "no", "thanks"])
async def test_what_changes_nothing_leaves_what_is_said_next_a_request_of_its_own(stage, said):
    await typed(stage, said)
    await stage.hear("UBEN", "restart nginx on web-3")
    waits = [(c.plan, c.revision) for c in await stage.cards() if c.state == "WAITING"]
    assert waits[0] == (1, 1)
    assert waits[1:] == [(waits[-1][0], 1)]


async def test_the_answer_to_what_it_led_to_be_asked_changes_that_plan(stage):
    await typed(stage, "restart nginx")
    await stage.hear("UBEN", "web-3")
    assert (await stage.card_in(ROOM, 1)).revision == 2
    await stage.hear("UBEN", "restart nginx on web-1")
    assert (await stage.card_in(ROOM, 2)).state == "WAITING"


@pytest.mark.parametrize("said", ["yes", "2", "nothing"])
async def test_what_answers_nothing_there_is_not_held_against_the_threads_question(stage, said):
    await stage.hear("UBEN", "restart nginx")
    asked = await stage.card_in(ROOM)
    await typed(stage, said)
    assert not any("is open no more" in words(card) for card in await stage.cards())
    assert (await stage.card_in(ROOM, 1)).revision == 1
    await stage.hear("UBEN", "web-3")
    assert asked.title in [card.title for card in await stage.cards()]
    assert [c.revision for c in await stage.cards() if c.state == "WAITING"] == [1, 1]


async def test_it_ends_no_change_of_another_plan_that_was_pressed_since(stage):
    await stage.hear("UBEN", "restart nginx on web-3")
    async with stage.app.pipeline._hearing.locks.turn(ROOM):  # its words wait for their turn
        first = press(stage, await stage.card_in(ROOM, 1), "not web-2")
        await stage.ears.on_button(first)
        second = press(stage, await stage.card_in(ROOM, 2), "", event="view/V2")
        await stage.ears.on_button(second)
    await stage.settle()
    assert (await stage.card_in(ROOM, 1)).revision == 2
    await stage.hear("UBEN", "restart nginx on web-1")
    assert (await stage.card_in(ROOM, 2)).revision == 2


@pytest.mark.parametrize("window", [True, False])
@pytest.mark.parametrize(
    ("said", "becomes"),
    [
        ("reload it", "reload nginx on web-1, web-2"),
        ("make it a reload", "reload nginx on web-1, web-2"),
        ("again", "restart nginx on web-1, web-2"),
        ("restart it one at a time", "restart nginx on web-1, web-2, one at a time"),
        ("stop it on web-2", "stop nginx on web-2"),
    ],
)
async def test_it_means_that_plan_and_not_what_was_asked_after_it(stage, said, becomes, window):
    stage.service("web-3", "redis", "active")
    await stage.hear("UBEN", "restart redis on web-3")
    await typed(stage, said if window else "")
    if not window:
        await stage.hear("UBEN", said)
    found = [((c := await stage.card_in(ROOM, n)).title, c.revision) for n in (1, 2)]
    assert found == [(becomes, 2), ("restart redis on web-3", 1)]


async def test_a_look_from_its_window_is_at_what_that_plan_is_about(stage):
    stage.service("web-3", "redis", "active")
    await stage.hear("UBEN", "restart redis on web-3")
    await typed(stage, "is it up?")
    assert (await stage.card_in(ROOM, 3)).title == "check nginx on web-1, web-2"
    assert (await stage.card_in(ROOM, 1)).revision == 1
