"""What is said beside an open question of the model's leaves it open; a yes, a no and a label don't."""

import pytest

from bot.domain.intents import Option
from bot.errors import ModelAwayError
from bot.testing.scripted_models import act, answer, plan
from tests.scenario.stage import words
from tests.scenario.test_models_choices import pre_approved

pytestmark = pytest.mark.asyncio
ONE, OTHER = "starte nginx auf web-3 neu", "starte nginx auf web-2 neu"
ASKS = answer(
    "ask",
    text="Auf welchem Host?",
    choices=[{"label": "3", "says": ONE}, {"label": "2", "says": OTHER}],
)
LOOK = "läuft nginx auf web-2?"
TALKS = answer("talk", text="Alles klar.")
RESTART = plan(act("service.restart", ONE, service="nginx", hosts=["web-3"]))
MOVES = answer(
    "revise", act("service.restart", "auf web-1", service="nginx", hosts=["web-1"]), plan=1
)


async def standing(stage, asked):
    """The card of a question as it is now, and whether the question is open."""
    card = next(card for card in await stage.cards() if card.id == asked.id)
    return card, await stage.app.store.read(lambda u: u.asked(stage.thread)) is not None


async def asked_about(stage):
    await stage.say("ana", "nginx spinnt")
    return await stage.card()


async def asked_to_change(stage):
    await stage.say("ana", ONE)
    await stage.say("ana", "nur auf web-1")
    asked = await stage.card()
    assert "Shall #1 be changed to this?" in words(asked)
    return asked


@pytest.mark.parametrize("said", ["thanks, later", "danke", "hm, na ja", "wait", "ja, aber morgen"])
async def test_talk_beside_a_question_leaves_it_open(staged, said):
    async with staged(ASKS, TALKS, RESTART) as stage:
        asked = await asked_about(stage)
        await stage.say("ana", said)
        card, is_open = await standing(stage, asked)
        assert (card.state, card.footer, is_open) == ("QUESTION", (), True)
        assert "What I asked is still open: pick one of its answers" in words(await stage.card())
        await stage.press("ana", "option", card, value=card.buttons[0].value)
        assert (await stage.app.store.read(lambda u: u.plan(1))).plan.steps[0].hosts == ("web-3",)


async def test_talk_beside_a_change_leaves_its_question_open(staged):
    async with staged(RESTART, MOVES, TALKS) as stage:
        asked = await asked_to_change(stage)
        await stage.say("ana", "thanks, later")
        card, is_open = await standing(stage, asked)
        assert (card.state, is_open) == ("QUESTION", True)
        assert (
            "#1 still waits for approval (`stop` ends that). What I asked is still open"
            in words(await stage.card())
        )


@pytest.mark.parametrize(
    "said",
    ["Never mind, then.", "oh, never mind", "nein", "Nein, danke!", "non merci", "vergiss es",
     "doch nicht", "déjalo", "laisse tomber"],
)  # fmt: skip
async def test_never_mind_puts_the_question_away_without_a_model(staged, said):
    async with staged(RESTART, MOVES, TALKS) as stage:
        asked = await asked_to_change(stage)
        before = len(stage.given["models"].prompts)
        await stage.say("ana", said)
        card, is_open = await standing(stage, asked)
        assert (card.state, card.footer, is_open) == ("CLOSED", ("Never mind, then.",), False)
        assert "All right, #1 stays as it is." in words(await stage.card())
        assert len(stage.given["models"].prompts) == before
        assert (await stage.app.store.read(lambda u: u.plan(1))).plan.revision == 1


@pytest.mark.parametrize("yes", ["ja", "Ja, bitte!", "oui", "d'accord", "sí", "yes please", "1"])
async def test_a_yes_to_a_change_is_its_button_and_no_more(staged, yes):
    async with staged(RESTART, MOVES, TALKS) as stage:
        asked = await asked_to_change(stage)
        before = len(stage.given["models"].prompts)
        await stage.say("ana", yes)
        card, is_open = await standing(stage, asked)
        assert (card.state, is_open) == ("ANSWERED", False)
        stored = await stage.app.store.read(lambda u: u.plan(1))
        assert (stored.plan.revision, stored.plan.steps[0].hosts) == (2, ("web-1",))
        assert (stored.plan.steps[0].alone, stored.state) == (True, "waiting")
        assert stored.plan.request == f"{ONE}; nur auf web-1"
        assert len(stage.given["models"].prompts) == before
        assert stage.changes() == []


@pytest.mark.parametrize("said", ["ok, danke", "ja, nein", "ja, auf web-2", "doch"])
async def test_what_is_not_plainly_a_yes_changes_nothing(staged, said):
    async with staged(RESTART, MOVES, TALKS) as stage:
        asked = await asked_to_change(stage)
        await stage.say("ana", said)
        card, _ = await standing(stage, asked)
        assert card.state == "QUESTION"
        assert (await stage.app.store.read(lambda u: u.plan(1))).plan.revision == 1


async def test_somebody_elses_yes_answers_nothing(staged):
    async with staged(RESTART, MOVES, TALKS) as stage:
        asked = await asked_to_change(stage)
        await stage.say("ben", "ja")
        card, is_open = await standing(stage, asked)
        assert (card.state, is_open) == ("QUESTION", True)
        assert (await stage.app.store.read(lambda u: u.plan(1))).plan.revision == 1


async def test_a_yes_that_was_said_before_the_change_was_asked_about_is_none_to_it(staged):
    async with staged(RESTART, MOVES, TALKS) as stage:
        await stage.say("ana", ONE)
        async with stage.app.pipeline._hearing.locks.of(stage.thread):
            await stage.say("ana", "nur auf web-1", settle=False)
            await stage.say("ana", "ja", settle=False)
        await stage.settle()
        assert "You said “ja” before I asked this" in words(await stage.card())
        assert (await stage.app.store.read(lambda u: u.plan(1))).plan.revision == 1


async def test_a_question_that_follows_says_so_on_the_one_before(staged):
    again = answer("ask", text="Wirklich web-3?", choices=[])
    async with staged(ASKS, again) as stage:
        asked = await asked_about(stage)
        await stage.say("ana", "na, das vordere")
        card, _ = await standing(stage, asked)
        assert (card.state, card.footer) == ("CLOSED", ("Another question stands below.",))


@pytest.mark.parametrize("how", ["pressed", "web-3", "Web-3.", "restart nginx on web-3"])
async def test_a_typed_label_closes_the_question_as_a_press_does(staged, how):
    async with staged(TALKS) as stage:
        stage.given["models"].order = lambda **_: ()
        await stage.say("ana", "restart nginx")
        asked = await stage.card()
        option = next(button for button in asked.buttons if button.label.startswith("web-3"))
        if how == "pressed":
            await stage.press("ana", "option", asked, value=option.value)
        else:
            await stage.say("ana", how)
        card, is_open = await standing(stage, asked)
        assert (card.state, is_open) == ("ANSWERED", False)
        assert (await stage.app.store.read(lambda u: u.plan(1))).plan.steps[0].hosts == ("web-3",)


@pytest.mark.parametrize("how", ["pressed", "the weather"])
async def test_a_label_that_leads_to_another_question_is_answered(staged, how):
    async with staged(TALKS) as stage:
        stage.given["models"].order = lambda **_: ()
        await stage.say("ana", "restart redis")
        asked = await stage.card()
        question, request, whom = await stage.app.store.read(lambda u: u.asked(stage.thread))
        option = Option(label="the weather", says="restart nginx")
        changed = question.model_copy(update={"options": (option, *question.options)})
        await stage.app.store.write(lambda u: u.ask(stage.thread, changed, request, whom))
        if how == "pressed":
            await stage.press("ana", "option", asked, value=f"1@{asked.id}")
        else:
            await stage.say("ana", how)
        card, is_open = await standing(stage, asked)
        assert (card.state, is_open) == ("ANSWERED", True)


@pytest.mark.parametrize("models", ["away", "there"])
async def test_an_ok_to_what_was_said_beside_a_question_agrees_to_nothing(staged, models):
    """“bob said: …” is asked about: once something else was said, only an answer of it counts."""
    async with staged(TALKS) as stage:
        await pre_approved(stage)
        stage.given["models"].order = lambda **_: ()
        await stage.say("ana", "bob said: restart nginx on web-3")
        asked = await stage.card()
        assert "Do you want it done?" in words(asked)
        if models == "there":
            stage.given["models"].order = lambda **_: ("scripted-1",)
        for said in ("thanks", "ok", "ja"):
            await stage.say("ana", said)
            assert "What I asked is still open: pick one" in words(await stage.card())
        assert stage.changes() == []
        card, is_open = await standing(stage, asked)
        assert (card.state, is_open) == ("QUESTION", True)
        stage.given["models"].order = lambda **_: ()
        await stage.say("ana", "1")
        assert stage.changes() == [("web-3", ("systemctl", "restart", "--", "nginx.service"))]


@pytest.mark.parametrize("models", ["read it", "are away"])
async def test_a_look_beside_a_question_is_answered_and_leaves_it_open(staged, models):
    look = plan(act("service.status", LOOK, service="nginx", hosts=["web-2"]))
    said = "is nginx running on web-2?" if models == "are away" else LOOK
    second = look if models == "read it" else ModelAwayError("away.", model="x")
    async with staged(ASKS, second, RESTART) as stage:
        asked = await asked_about(stage)
        await stage.say("ana", said)
        assert (await stage.app.store.read(lambda u: u.plan(1))).plan.hosts == ("web-2",)
        assert (await stage.card()).state == "ANSWER"
        card, is_open = await standing(stage, asked)
        assert (card.state, is_open) == ("QUESTION", True)
        await stage.press("ana", "option", card, value=card.buttons[0].value)
        assert (await stage.app.store.read(lambda u: u.plan(2))).plan.steps[0].hosts == ("web-3",)


async def test_a_look_beside_a_question_of_the_rules_leaves_it_open(staged):
    async with staged() as stage:
        stage.given["models"].order = lambda **_: ()
        await stage.say("ana", "restart nginx")
        asked = await stage.card()
        await stage.say("ana", "how is web-2?")
        card, is_open = await standing(stage, asked)
        assert (card.state, is_open) == ("QUESTION", True)
        await stage.say("ana", "on web-3")
        found = (await stage.app.store.read(lambda u: u.plan(2))).plan
        assert (found.steps[0].action, found.hosts) == ("service.restart", ("web-3",))


@pytest.mark.parametrize(
    ("asks_", "says"),
    [("how is it?", "how is web-2?"), ("show the logs", "show the logs of nginx on web-2")],
)
async def test_a_look_that_a_question_leads_to_answers_it(staged, asks_, says):
    async with staged() as stage:
        stage.given["models"].order = lambda **_: ()
        await stage.say("ana", asks_)
        asked = await stage.card()
        assert asked.state == "QUESTION"
        await stage.say("ana", says)
        _, is_open = await standing(stage, asked)
        assert not is_open
