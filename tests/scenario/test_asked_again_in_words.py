"""What is asked for once more in words is judged as what *Ask again* asks for."""

import pytest

from bot.domain.cards import card_for
from bot.domain.intents import Intent, Understanding, Wish
from bot.pipeline import changing
from bot.reporting.retelling import told
from tests.scenario.rooms import PEOPLE, ROOM, Rooms
from tests.scenario.rooms_told import Slack
from tests.scenario.stage import INVENTORY, Stage, keys, words
from tests.scenario.test_asked_again import drifted

pytestmark = pytest.mark.asyncio
DORA = "  dora: {display: Dora, roles: [operator], identities: ['web:dora', 'slack:UDORA']}\n"
AGAIN = ["again", "ask again", "Ask again, please!", "do it again", "the same", "do it anyway",
         "repeat that", "noch einmal", "encore une fois", "otra vez"]  # fmt: skip


@pytest.fixture
async def room(tmp_path):
    async with Rooms(tmp_path, people=PEOPLE + DORA) as made:
        opened(made)
        yield made


def opened(stage):
    for host in ("web-1", "web-2"):
        stage.service(host, "nginx", "active")


async def denied(room):
    await room.hear("UCHRIS", "restart nginx on web-1")
    await room.press("ana", "deny", text="not today")


async def withdrawn(room):
    await room.hear("UCHRIS", "restart nginx on web-1")
    await room.hear("UCHRIS", "cancel")


async def expired(room):
    await room.hear("UCHRIS", "restart nginx on web-1")
    await room.later(minutes=31)


async def stored(room, plan=2):
    return (await room.app.store.read(lambda u: u.plan(plan))).plan


@pytest.mark.parametrize("text", AGAIN)
async def test_neither_who_asked_first_nor_who_asks_again_votes(room, text):
    await denied(room)
    await room.hear("UDORA", text)
    card = await room.card(2)
    assert card.state == "WAITING"
    plan = await stored(room)
    assert (plan.requester, plan.formerly, plan.verdict.approvers) == ("dora", ("chris",), ("ana",))
    assert "approve" not in keys(card_for(card, "chris"))
    assert not (await room.press("chris", "approve", card)).accepted
    assert "not Chris, who asked for it before" in words(card)


ENDS = pytest.mark.parametrize(
    ("ends", "said"),
    [
        (denied, "#1 denied by Ana: “not today”; asked again by Dora"),
        (withdrawn, "#1 withdrawn by Chris; asked again by Dora"),
        (expired, "#1 expired; asked again by Dora"),
    ],
)


@ENDS
async def test_what_it_had_come_to_is_on_the_card_and_in_the_books(room, ends, said):
    await ends(room)
    await room.hear("UDORA", "again")
    assert (await stored(room)).formerly == ("chris",)
    assert said in (await room.card(2)).lines
    await room.press("ana", "approve", await room.card(2))
    assert (await room.card(2)).state == "DONE"
    assert said in (await room.card(2)).lines
    await room.hear("UDORA", "show plan 2")
    assert said in words(await room.card())


async def test_the_log_has_whose_it_was_and_what_became_of_it(room):
    await denied(room)
    await room.hear("UDORA", "again")
    (event,) = await room.events("plan.again")
    assert (event.person, event.plan) == ("dora", 2)
    assert event.data == {
        "revision": 1, "button": "again", "was": "denied", "by": "ana", "reason": "not today",
        "of": 1,
    }  # fmt: skip
    said = told(event, room.app.pipeline._speaker.reader("ana"))
    assert (said.who, said.text) == ("Dora", "asks again for #1: it was denied by Ana: “not today”")


async def test_a_denial_goes_along_however_often_it_is_asked_again(room):
    await denied(room)
    await room.hear("UDORA", "again")
    await room.press("ana", "deny", await room.card(2), text="still not")
    await room.hear("UBEN", "again")
    plan = await stored(room, 3)
    assert (plan.requester, plan.formerly) == ("ben", ("chris", "dora"))
    lines = (await room.card(3)).lines
    assert "#1 denied by Ana: “not today”; asked again by Dora" in lines
    assert "#2 denied by Ana: “still not”; asked again by Ben" in lines


async def test_who_asks_for_their_own_again_keeps_its_denial_and_everybodys_vote(room):
    await room.hear("UBEN", "restart nginx on web-1")
    await room.press("ana", "deny", text="not today")
    await room.hear("UBEN", "again", addressed=False)
    plan = await stored(room)
    assert (plan.formerly, plan.verdict.approvers) == ((), ("ana", "chris"))
    assert "#1 denied by Ana: “not today”; asked again by Ben" in (await room.card(2)).lines


@pytest.mark.parametrize("text", ["ask again", "noch einmal", "encore une fois", "otra vez"])
async def test_the_buttons_label_says_it_unmentioned_too(room, text):
    await room.hear("UBEN", "restart nginx on web-1")
    await room.hear("UBEN", "cancel")
    await room.hear("UBEN", text, addressed=False)
    assert (await room.card(2)).state == "WAITING"


@pytest.mark.parametrize(
    ("text", "hosts"),
    [("the same on web-2", ("web-2",)), ("restart nginx on web-1", ("web-1",))],
)
async def test_what_is_another_request_or_said_in_ones_own_words_is_ones_own(room, text, hosts):
    await denied(room)
    await room.hear("UDORA", text)
    plan = await stored(room)
    assert (plan.hosts, plan.formerly, plan.before) == (hosts, (), ())


async def test_of_a_group_that_has_grown_since_it_is_the_same(room):
    room.service("web-3", "nginx", "active")
    await room.hear("UCHRIS", "restart nginx on all web hosts")
    assert (await room.card(1)).state == "WAITING"
    await room.press("ana", "deny", text="not today")
    grown = INVENTORY.replace("  db-1:", "  web-4: {groups: [web], environment: staging}\n  db-1:")
    room.home.inventory.write_text(grown)
    room.service("web-4", "nginx", "active")
    await room.app.reload(by="ana")
    await room.hear("UDORA", "again")
    plan = await stored(room)
    assert ("web-4" in plan.hosts, plan.formerly) == (True, ("chris",))


@pytest.mark.parametrize("text", ["restart nginx on web-2", "stop nginx on web-1"])
async def test_whatever_was_said_another_deed_is_not_what_was_denied(room, text, monkeypatch):
    monkeypatch.setattr(changing, "repeats", lambda _: True)
    await denied(room)
    await room.hear("UDORA", text)
    plan = await stored(room)
    assert (plan.formerly, plan.before) == ((), ())


async def test_what_has_run_is_asked_again_without_a_word_of_that(room):
    await room.hear("UCHRIS", "restart nginx on web-1")
    await room.press("ana", "approve")
    await room.hear("UDORA", "again")
    plan = await stored(room)
    assert (plan.formerly, plan.before, await room.events("plan.again")) == ((), (), [])


async def test_who_asked_first_is_told(tmp_path):
    async with Slack(tmp_path) as stage:
        opened(stage)
        await stage.say("ben", "restart nginx on web-1")
        await stage.press("chris", "deny", text="not today")
        await stage.say("ana", "again")
        (post,) = [p for p in await stage.owed() if p.key.startswith("again:")]
        assert post.body.text == (
            "Ana asks again for what you asked for in #1: #2 restart nginx on web-1, which was "
            "denied by Chris: “not today”. It is theirs now, not yours."
        )


async def test_a_paused_run_is_asked_for_again_by_its_number_and_name(tmp_path):
    async with Stage(tmp_path) as stage:
        opened(stage)
        await drifted(stage)
        await stage.say("ana", "ask again")
        card = await stage.card(1)
        assert (card.state, card.revision) == ("WAITING", 2)
        assert "paused; asked again by Ana" in card.lines
        assert not (await stage.press("ana", "approve", card)).accepted


# -- where a decision can be said ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("retry #1", "retry #1"), ("skip plan 1", "skip #1"), ("roll back #1", "roll back #1"),
        ("recheck #1", "check again #1"), ("mark done #1", "mark #1 done"),
    ],
)  # fmt: skip
async def test_from_elsewhere_it_is_told_where_and_how_a_decision_is_said(room, text, way):
    await halted(room)
    elsewhere = ROOM.model_copy(update={"thread": "99.9"})
    await room.hear("UBEN", text, thread=elsewhere)
    answer = words((await room.ears.thread(elsewhere))[-1].card)
    assert "is a button on the card of #1" in answer
    assert f"Said in its own conversation, {way} does the same." in answer.replace("`", "")
    assert "nothing else" not in answer
    await room.hear("UBEN", way, addressed=False)
    (answer,) = [i.card for i in (await room.ears.thread(ROOM))[-1:]]
    assert "#1" in words(answer)
    assert bool(await room.events("run.decided")) == (way in ("retry #1", "skip #1"))


async def halted(room):
    room.broken.add(("web-1", "nginx"))
    await room.hear("UBEN", "restart nginx on web-1")
    await room.press("ana", "approve")


@pytest.mark.parametrize(("unsaid", "repeats"), [(("web-1",), True), ((), False)])
async def test_what_a_model_has_put_in_is_not_what_they_said_themselves(room, unsaid, repeats):
    wish = Wish(action="host.reboot", params={"hosts": ["web-1"]}, unsaid=unsaid)
    message, person = (
        room._message("UDORA", "give that a shot", ROOM),
        room.ears.people().named("dora"),
    )
    read = Understanding(outcome=Intent(wishes=(wish,)))
    asked = changing.new(message, person, read.outcome, read, lambda: False, said=True)
    assert asked.repeats == repeats


@pytest.mark.parametrize("text", ["ok do it", "now do it", "make it so", "restart it again", "same again on web-1"])  # fmt: skip
async def test_what_means_something_only_after_what_was_denied_is_no_request_of_its_own(room, text):
    await denied(room)
    await room.hear("UDORA", text)
    plan = await stored(room)
    assert (plan.formerly, plan.verdict.approvers) == (("chris",), ("ana",))


async def test_asked_for_twice_the_denial_is_kept_twice(room):
    await denied(room)
    await room.hear("UDORA", "again")
    await room.hear("UDORA", "restart it again")
    for number in (2, 3):
        plan = await stored(room, number)
        assert (plan.formerly, plan.verdict.approvers) == (("chris",), ("ana",))
        assert "denied by Ana" in str((await room.card(number)).lines)
