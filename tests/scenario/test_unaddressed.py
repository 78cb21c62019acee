"""What the holder of a conversation says to nobody by name, beside what is theirs there."""

import pytest

from bot.domain.messages import ThreadRef
from bot.domain.runs import PlanState
from bot.testing.scripted_models import ScriptedModels, answer
from tests.scenario.plainly import Plainly
from tests.scenario.rooms import PEOPLE, ROOM, Rooms, meets_silence, silent
from tests.scenario.stage import RESTART, words
from tests.scenario.test_rooms_read import LOCAL

pytestmark = pytest.mark.asyncio
GUILD = ThreadRef(surface="discord", channel="7", thread="71")
OTHER = ROOM.model_copy(update={"thread": "18.1"})
BOTH = PEOPLE.replace("'slack:UBEN'", "'slack:UBEN', 'discord:2'")


@pytest.fixture
async def stage(tmp_path):
    async with Rooms(tmp_path, people=BOTH) as made:
        for host in ("web-1", "web-2"):
            made.service(host, "nginx", "active")
        yield made


async def question(stage, thread=ROOM):
    """The open question, as (its text, whose) or None."""
    asked = await stage.app.store.read(lambda u: u.asked(thread))
    return asked and (asked[0].text, asked[2])


async def state(stage, plan=1):
    return (await stage.app.store.read(lambda u: u.plan(plan))).state


# -- while a question is open ----------------------------------------------------------------------

ROOMS = pytest.mark.parametrize(("account", "thread"), [("UBEN", ROOM), ("2", GUILD)])


@ROOMS
@pytest.mark.parametrize("text", ["never mind", "cancel", "stop", "Stop!", "no", "neither"])
async def test_the_question_is_put_away_as_by_its_button(stage, account, thread, text):
    await stage.hear(account, "restart nginx", thread=thread)
    assert await question(stage, thread) is not None
    await stage.hear(account, text, thread=thread, addressed=False)
    assert await question(stage, thread) is None
    told = words(await stage.card_in(thread))
    assert "Never mind, then." in told or "All right, nothing ran." in told


@pytest.mark.parametrize("text", ["stop", "cancel", "never mind"])
async def test_so_it_is_where_what_was_asked_before_has_ended(stage, text):
    await stage.hear("UBEN", "is nginx up on web-1?")
    await stage.hear("UBEN", "restart nginx")
    await stage.hear("UBEN", text, addressed=False)
    assert await question(stage) is None


async def test_but_not_by_a_stop_that_names_another(stage):
    await stage.hear("UBEN", "is nginx up on web-1?")
    await stage.hear("UBEN", "restart nginx")
    await stage.hear("UBEN", "stop #1", addressed=False)
    assert "#1 is not running." in words(await stage.card())
    assert await question(stage) is not None


@ROOMS
@pytest.mark.parametrize("text", ["stop", "Stop!", "halt", "kill"])
async def test_a_stop_is_never_taken_for_an_answer(stage, account, thread, text):
    stage.hosts.hang(RESTART)
    await stage.hear(account, "restart nginx on web-1", thread=thread)
    await stage.press("ana", "approve", await stage.card_in(thread, 1), settle=False)
    await stage.until(stage.changes)
    await stage.hear(account, "restart nginx", thread=thread)
    await stage.hear(account, text, thread=thread, addressed=False)
    run = await stage.app.store.read(lambda u: u.run(1))
    assert run.stopping or run.state != "running"
    stage.release(RESTART)


@pytest.mark.parametrize(
    "text", ["I don't know", "not sure", "either of them", "hold on", "frobnicate nginx there"]
)
async def test_an_answer_that_picks_nothing_is_answered_and_leaves_it_open(stage, text):
    await stage.hear("UBEN", "restart nginx")
    asked = await question(stage)
    await stage.hear("UBEN", text, addressed=False)
    told = words(await stage.card())
    assert f"I can't take “{text}” for an answer. What I asked is still open" in told
    assert await question(stage) == asked


@pytest.mark.parametrize("text", ["thanks", "hm let me think", "no worries", "hello"])
async def test_talk_beside_a_question_meets_silence(stage, text):
    await stage.hear("UBEN", "restart nginx")
    await meets_silence(stage, "UBEN", text)


async def test_a_no_to_a_question_tells_of_the_plan_that_waits_beside_it(stage):
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.hear("UBEN", "restart redis")
    await stage.hear("UBEN", "no", addressed=False)
    assert await question(stage) is None
    assert "All right, nothing ran. #1 still waits as it is" in words(await stage.card())


# -- beside a plan that waits ------------------------------------------------------------------------

CALLED_OFF = ["don't run it", "wait, don't run it", "please don't", "scrap that", "do not start this",
              "Don’t do it, please", "never mind", "cancel that please"]  # fmt: skip
OBJECTIONS = ["not #1", "#1 no", "never mind #1", "delete it", "take #1 back", "finalement non", "don't restart nginx on web-1", "do not restart web-1", "skip it", "do nothing", "no", "No!", "nope", "actually no", "hold on", "wait", "hang on a sec", "not yet", "hold off for now",
              "not yet, do it at 21:00", "not stage-1, use web-2 instead", "wrong host",
              "wrong host, I meant web-2", "don't run it yet", "don't approve it", "nein", "warte",
              "leave it", "leave that alone", "nicht ausführen", "bitte noch nicht", "mach das nicht", "falscher Server",
              "ne le fais pas", "pas encore", "c'est le mauvais serveur", "no lo hagas", "no, no lo ejecutes",
              "todavía no", "non farlo", "non ancora", "niet doen", "doe dat niet"]  # fmt: skip
TALK = ["no idea", "thanks", "no thanks to Chris", "no thanks", "no, thank you", "no worries", "no problem", "no rush", "don't worry",
        "don't you think?", "I don't know", "not my problem", "can't wait", "hold my beer",
        "that was not fun", "I'm not sure Chris is in today", "ok",
        "nicht schlecht", "pas mal", "pas de problème", "macht nichts", "no lo sé", "je ne sais pas", "niet erg",
        "laisse", "bon serveur", "non è male"]  # fmt: skip


@ROOMS
@pytest.mark.parametrize("text", CALLED_OFF)
async def test_a_plain_objection_withdraws_the_one_plan_that_waits(stage, account, thread, text):
    await stage.hear(account, "restart nginx on web-1", thread=thread)
    await stage.hear(account, text, thread=thread, addressed=False)
    assert await state(stage) is PlanState.CANCELLED


@ROOMS
@pytest.mark.parametrize("text", OBJECTIONS)
async def test_another_objection_is_told_that_the_plan_still_waits(stage, account, thread, text):
    await stage.hear(account, "restart nginx on web-1", thread=thread)
    await stage.hear(account, text, thread=thread, addressed=False)
    told = words(await stage.card_in(thread))
    assert "#1 still waits as it is: `cancel` withdraws it" in told
    assert await state(stage) is PlanState.WAITING


@pytest.mark.parametrize("text", TALK)
async def test_talk_beside_it_meets_silence(stage, text):
    await stage.hear("UBEN", "restart nginx on web-1")
    await meets_silence(stage, "UBEN", text)


@pytest.mark.parametrize("text", ["don't run it", "no", "hold on", "wrong host, I meant web-2"])
async def test_what_others_object_meets_silence(stage, text):
    await stage.hear("UBEN", "restart nginx on web-1")
    await meets_silence(stage, "UVERA", text)


@pytest.mark.parametrize("text", ["no", "hold on", "not yet", "don't run it yet"])
async def test_where_nothing_of_theirs_waits_an_objection_meets_silence(stage, text):
    await stage.hear("UBEN", "is nginx up on web-1?")
    await meets_silence(stage, "UBEN", text)


@ROOMS
@pytest.mark.parametrize("text", ["don't run it", "no", "hold on", "wrong host", "nein"])
@pytest.mark.parametrize("addressed", [True, False])
async def test_beside_what_runs_an_objection_is_told_how_to_stop_it(
    stage, account, thread, text, addressed
):
    stage.hosts.hang(RESTART)
    await stage.hear(account, "restart nginx on web-1", thread=thread)
    await stage.press("ana", "approve", await stage.card_in(thread, 1), settle=False)
    await stage.until(stage.changes)
    await stage.hear(account, text, thread=thread, addressed=addressed)
    assert "#1 runs: `stop 1` stops it." in words(await stage.card_in(thread))
    stage.release(RESTART)


@pytest.mark.parametrize(
    "text", ["not web-2", "skip web-2", "leave out web-2", "don't restart nginx on web-2"]
)
@pytest.mark.parametrize("addressed", [True, False])
async def test_a_change_to_what_runs_is_told_that_it_runs(stage, text, addressed):
    stage.hosts.hang(RESTART)
    await stage.hear("UBEN", "restart nginx on web-1 and web-2, one at a time")
    await stage.press("ana", "approve", await stage.card_in(ROOM, 1), settle=False)
    await stage.until(stage.changes)
    await stage.hear("UBEN", text, addressed=addressed)
    assert "`stop 1` stops it" in words(await stage.card_in(ROOM))
    stage.release(RESTART)


@pytest.mark.parametrize(
    "text", ["don't run #1", "#1 cancel", "do not start plan 1", "Don’t run #1 please"]
)
@pytest.mark.parametrize("addressed", [True, False])
async def test_a_plan_is_withdrawn_by_its_number_wherever_that_is_said(stage, text, addressed):
    await stage.hear("UBEN", "restart nginx on web-1")
    where = ROOM if not addressed else ROOM.model_copy(update={"thread": "18.1"})
    await stage.hear("UBEN", text, thread=where, addressed=addressed)
    assert await state(stage) is PlanState.CANCELLED


@pytest.mark.parametrize("text", ["no idea", "thanks", "don't worry", "it is slow today"])
async def test_talk_beside_what_runs_meets_silence(stage, text):
    stage.hosts.hang(RESTART)
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.press("ana", "approve", await stage.card_in(ROOM, 1), settle=False)
    await stage.until(stage.changes)
    assert silent(await stage.hear("UBEN", text, addressed=False))
    assert {item.card.plan for item in await stage.items() if item.card} == {1}
    stage.release(RESTART)


async def test_of_two_plans_none_is_withdrawn_by_a_guess(stage):
    await stage.hear("UBEN", "restart nginx on web-1")
    await stage.hear("UBEN", "stop nginx on web-2")
    await stage.hear("UBEN", "don't run it", addressed=False)
    assert "Which shall I withdraw?" in words(await stage.card())
    await stage.hear("UBEN", "never mind", addressed=False)
    await stage.hear("UBEN", "hold on", addressed=False)
    told = words(await stage.card())
    assert "#1 and #2 still wait as they are: `stop 1` withdraws #1." in told
    assert (await state(stage, 1), await state(stage, 2)) == (PlanState.WAITING, PlanState.WAITING)


async def test_of_a_plan_with_hosts_one_of_its_own_is_named(stage):
    await stage.hear("UBEN", "restart nginx on web-1 and web-2")
    await stage.hear("UBEN", "hold on", addressed=False)
    assert "`cancel` withdraws it, “not web-2” leaves out a host." in words(await stage.card())


async def test_a_model_that_makes_nothing_of_an_objection_does_not_hide_it(tmp_path):
    stage = Rooms(tmp_path, settings=LOCAL)
    stage.given = {
        "models": ScriptedModels(answer("talk", text="Fine.")), "prompting": Plainly()
    }  # fmt: skip
    stage.service("web-1", "nginx")
    async with stage:
        stage.given["models"].order, order = lambda **_: (), stage.given["models"].order
        await stage.hear("UBEN", "restart nginx on web-1")
        stage.given["models"].order = order
        await stage.hear("UBEN", "hold on", addressed=False)
        assert "#1 still waits as it is" in words(await stage.card())
