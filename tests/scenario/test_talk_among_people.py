"""What people say to each other, where one of them holds the conversation, meets silence."""

# ruff: noqa: F811 - a fixture is imported, and asked for by its name

import pytest

from bot.domain.runs import PlanState, RunState
from bot.testing.scripted_models import ScriptedModels, answer
from tests.scenario.plainly import Plainly
from tests.scenario.rooms import ROOM, Rooms
from tests.scenario.stage import RESTART, words
from tests.scenario.test_rooms_read import LOCAL
from tests.scenario.test_stops_among_words import stage  # noqa: F401 - a fixture

pytestmark = pytest.mark.asyncio
NAMES_NOTHING = [
    "is chris around?", "who is on call?", "hurry up", "how about 22:00?", "JIRA-123",
    "git rebase --abort", "nginx -t", "```", "chris, please press approve", "hit approve",
    "I clicked approve", "I can't approve my own", "destroy everything", "reboot",
]  # fmt: skip
"""All of it would be asked about or refused, were it said to Overseer."""
NO_ANSWERS = [
    "thank you all", "thanks everyone", "ok all", "lgtm", "roger", "undo", "k", "haha", "lunch?",
    "chris?", "seriously?", "the usual", "frontend", "try again", "please retry", "eta?",
    "tomorrow", *NAMES_NOTHING,
]  # fmt: skip


async def waits(stage):
    await stage.hear("UBEN", "restart nginx on web-1")


async def runs(stage):
    stage.hosts.hang(RESTART)
    await waits(stage)
    await stage.press("ana", "approve", await stage.card(), settle=False)
    await stage.until(stage.changes)


async def halts(stage):
    stage.broken.add(("web-1", "nginx"))
    await waits(stage)
    await stage.press("ana", "approve", await stage.card())


async def asks(stage):
    await stage.hear("UBEN", "restart nginx")


async def looks(stage):
    await stage.hear("UBEN", "is nginx up on web-1?")


async def shown(stage):
    return {card.id: (card.plan, words(card)) for card in await stage.cards()}


async def told(stage, text, addressed=False):
    """All that is shown anew of some words, to all or to who said them."""
    before = await shown(stage)
    reply = await stage.hear("UBEN", text, addressed=addressed)
    after = (await shown(stage)).items()
    changed = [(id_, said) for id_, said in after if before.get(id_) != said]
    new = [what for id_, (plan, what) in changed if plan is None or id_ not in before]
    return " ".join(filter(None, [reply.text, *new])).strip()


@pytest.mark.parametrize("before", [waits, halts, looks])
async def test_what_names_nothing_known_meets_silence(stage, before):
    await before(stage)
    said = {text: await told(stage, text) for text in NAMES_NOTHING}
    assert {text: what for text, what in said.items() if what} == {}
    assert [text for _, text in await stage.said() if text in NAMES_NOTHING] == []


@pytest.mark.parametrize("texts", [NAMES_NOTHING[:3], NAMES_NOTHING[5:8]])
async def test_so_it_does_beside_what_runs(stage, texts):
    await runs(stage)
    said = {text: await told(stage, text) for text in texts}
    assert {text: what for text, what in said.items() if what} == {}
    stage.release(RESTART)


async def test_an_open_question_stays_open_beside_it(stage):
    await asks(stage)
    to_all = [text for text in NO_ANSWERS if "chris" not in text and "everyone" not in text]
    said = {text: await told(stage, text) for text in to_all}
    assert {text: what for text, what in said.items() if what} == {}
    assert "web-1" in await told(stage, "web-1")
    assert (await stage.app.store.read(lambda u: u.plan(1))).plan.hosts == ("web-1",)


async def test_said_to_overseer_it_is_no_name_either(stage):
    await asks(stage)
    for text in ("all?", "all of them?", "thank you all", "ok all", "roger", "retry", "undo"):
        assert "is not in the inventory" not in await told(stage, text, addressed=True), text
        assert await stage.app.store.read(lambda u: u.plan(1)) is None, text


async def test_how_a_plan_stands_is_told_beside_a_question(stage):
    await waits(stage)
    await asks(stage)
    assert "#1, restart nginx on web-1: WAITING" in await told(stage, "status?")
    assert await stage.app.store.read(lambda u: u.asked(stage.thread)) is not None


@pytest.mark.parametrize("text", ["keep it going", "no, something else", "let it run"])
async def test_no_other_question_is_closed_by_letting_be(stage, text):
    await asks(stage)
    await told(stage, text)
    assert await stage.app.store.read(lambda u: u.asked(stage.thread)) is not None


async def test_a_model_that_asks_back_is_not_heard_among_people(tmp_path):
    stage = Rooms(tmp_path, settings=LOCAL)
    asks_back = answer("ask", text="Which service do you mean?")
    stage.given = {"models": ScriptedModels(asks_back), "prompting": Plainly()}
    stage.service("web-1", "nginx")
    async with stage:
        stage.given["models"].order, order = lambda **_: (), stage.given["models"].order
        await waits(stage)
        stage.given["models"].order = order
        assert not await told(stage, "is chris around?")
        assert "Which service do you mean?" in await told(stage, "is chris around?", addressed=True)


async def test_it_is_answered_where_it_is_said_to_overseer(stage):
    await looks(stage)
    said = {text: await told(stage, text, addressed=True) for text in NAMES_NOTHING}
    assert [text for text, what in said.items() if not what] == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("web-9", "web-9 is not in the inventory"), ("srv01", "srv01 is not in the inventory"),
        ("redis", "redis is not in the inventory"), ("both", "I can't take “both” for an answer"),
        ("I don't know", "I can't take “I don't know” for an answer"),
        ("restart ngnix", "On which hosts shall I restart nginx?"),
    ],
)  # fmt: skip
async def test_what_is_nearly_known_or_answers_is_told(stage, text, says):
    await asks(stage)
    assert says in await told(stage, text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("restart ngnix", "On which hosts shall I restart nginx?"),
        ("is nginx up on web-9?", "web-9 is not in the inventory"),
        ("wipe web-1", "I won't wipe or erase a machine"),
        ("restart nginx on web-1 --now", "A name can't begin with a dash"),
        ("can you approve this?", "I can't approve anything for you"),
        ("the password is hunter2hunter2", "That looks like a password"),
        ("approve #1", "no vote on #1"),
    ],
)  # fmt: skip
async def test_what_is_known_is_spoken_of(stage, text, says):
    await waits(stage)
    assert says in await told(stage, text)


@pytest.mark.parametrize("text", ["hold on", "no", "not yet", "wrong host"])
async def test_an_objection_is_told_how_it_stands(stage, text):
    await waits(stage)
    assert "#1 still waits as it is" in await told(stage, text)
    assert (await stage.app.store.read(lambda u: u.plan(1))).state is PlanState.WAITING


async def test_who_has_pressed_change_is_answered_whatever_is_said(stage):
    await waits(stage)
    await stage.press("ben", "change", await stage.card())
    assert "who is logged in" in await told(stage, "who is on call?")


THANKS = ["thanks again", "thanks once more", "hey again", "great, again", "danke nochmal",
          "could you repeat that?", "can you repeat?", "same!", "same here"]  # fmt: skip


@pytest.mark.parametrize("before", [halts, waits, looks])
async def test_thanks_and_sighs_once_more_order_nothing(stage, before):
    await before(stage)
    said = {text: await told(stage, text) for text in THANKS}
    assert {text: what for text, what in said.items() if what} == {}
    assert await stage.events("run.decided") == []


@pytest.mark.parametrize("text", ["again", "again, thanks", "try again please", "ok, once more"])
async def test_an_order_to_do_it_again_is_one(stage, text):
    await halts(stage)
    assert "#1 tries what failed again" in await told(stage, text)


NEWS = ["any update?", "any updates on this?", "any news?", "eta?", "progress?"]
STATUS = [
    "status?",
    "what's the status?",
    "is it running?",
    "is it still running?",
    "where are we?",
]


@pytest.mark.parametrize(
    ("before", "stands"),
    [(waits, "#1, restart nginx on web-1: WAITING"), (halts, "web-1: NEEDS A DECISION")],
)
@pytest.mark.parametrize("addressed", [True, False])
async def test_how_it_stands_is_told_of_what_was_asked_here(stage, before, stands, addressed):
    await before(stage)
    said = {text: await told(stage, text, addressed) for text in [*NEWS, *STATUS]}
    assert {text: what for text, what in said.items() if stands not in what} == {}


async def test_of_what_runs_it_is_told_too(stage):
    await runs(stage)
    assert "RUNNING, 0 of 1 done" in await told(stage, "any update?")
    assert "RUNNING, 0 of 1 done" in await told(stage, "is it still running?")
    stage.release(RESTART)


@pytest.mark.parametrize(
    "text", ["any security updates?", "any updates on web-1?", "any package updates?"]
)
async def test_updates_of_packages_are_looked_for_where_they_are_named(stage, text):
    await waits(stage)
    assert "list the waiting updates on web-1" in await told(stage, text)


async def test_where_nothing_was_asked_updates_are_those_of_packages(stage):
    assert "updates" in await told(stage, "any updates?", addressed=True)


async def test_beside_a_look_alone_a_status_is_that_of_its_hosts(stage):
    await looks(stage)
    assert "check load, memory and disks on web-1" in await told(stage, "status?")


@pytest.mark.parametrize("before", [halts, runs])
async def test_what_is_only_asked_about_is_not_planned(stage, before):
    await before(stage)
    asked = await told(stage, "what about web-3?")
    assert "You only asked about web-3" in asked
    assert "“restart nginx” there?" in asked
    assert await stage.app.store.read(lambda u: u.plan(2)) is None
    stage.release(RESTART)
    assert "restart nginx on web-3" in await told(stage, "yes")


@pytest.mark.parametrize("addressed", [True, False])
async def test_a_person_who_is_called_is_no_service(stage, addressed):
    await looks(stage)
    what = await told(stage, "ping @chris", addressed)
    assert what.startswith("I call nobody" if addressed else "")
    assert await stage.app.store.read(lambda u: u.plan(2)) is None


HOURS = ["I have a meeting at 14:00", "standup is at 9:30", "the sale starts at 20:00",
         "ana is back at 14:00", "fair enough", "is one approval enough?",
         "let me check the graphs first", "now is fine", "now is good"]  # fmt: skip


async def test_what_is_no_objection_is_not_told_how_it_stands(stage):
    await waits(stage)
    said = {text: await told(stage, text) for text in HOURS}
    assert {text: what for text, what in said.items() if what} == {}
    for text in ("that's enough", "the first one", "web-2 rather", "it should run at 14:00"):
        assert "#1 still waits as it is" in await told(stage, text), text


@pytest.mark.parametrize("way", ["skip it, web-1 is being rebuilt", "mark done, it was restarted by hand"])  # fmt: skip
async def test_what_lets_things_be_is_no_yes_to_what_cannot_be_taken_back(stage, way):
    await halts(stage)
    await stage.hear("UBEN", way)
    for said in ("it's fine", "that's fine", "alright", "fine"):
        await stage.hear("UBEN", said, addressed=False)
    assert (await stage.app.store.read(lambda u: u.run(1))).state is RunState.NEEDS_DECISION
    assert await stage.app.store.read(lambda u: u.asked(ROOM)) is not None
