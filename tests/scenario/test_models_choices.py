"""A choice of a model's question is read as what the person says, by the models as well."""

import pytest

from bot.errors import ModelAwayError
from bot.testing.scripted_models import act, answer, plan
from tests.scenario.stage import words

pytestmark = pytest.mark.asyncio
ONE, OTHER = "starte nginx auf web-3 neu", "starte nginx auf web-2 neu"
ASKS = answer(
    "ask",
    text="Auf welchem Host?",
    choices=[{"label": "web-3", "says": ONE}, {"label": "web-2", "says": OTHER}],
)


def restart(said=ONE, host="web-3"):
    return plan(act("service.restart", said, service="nginx", hosts=[host]))


async def stored(stage):
    return (await stage.app.store.read(lambda u: u.plan(1))).plan


async def pick(stage, how, who="ana"):
    """Press the first option of the question that is open, or say it."""
    asked = await stage.card()
    if how == "pressed":
        await stage.press(who, "option", asked, value=asked.buttons[0].value)
    else:
        await stage.say(who, how)


@pytest.mark.parametrize("how", ["pressed", "1", "the first"])
async def test_a_picked_choice_is_read_anew_and_none_of_its_words_are_the_persons(staged, how):
    async with staged(ASKS, restart()) as stage:
        await stage.say("ana", "nginx spinnt")
        asked = await stage.card()
        await pick(stage, how)
        models = stage.given["models"]
        assert [prompt.turns[-1].text for prompt in models.prompts] == ["nginx spinnt", ONE]
        plan = await stored(stage)
        (step,) = plan.steps
        assert (step.action, step.hosts, step.alone) == ("service.restart", ("web-3",), True)
        assert step.unsaid == ("web-3", "restart nginx")
        assert plan.request == "nginx spinnt"
        assert "The model added “web-3” and “restart nginx”" in words(await stage.card())
        closed = next(c for c in await stage.cards() if c.id == asked.id)
        assert closed.state == "ANSWERED"


async def test_a_choice_that_is_typed_out_is_the_persons_own_words(staged):
    async with staged(ASKS, restart()) as stage:
        await stage.say("ana", "nginx spinnt")
        await stage.say("ana", ONE)
        plan = await stored(stage)
        assert (plan.steps[0].unsaid, plan.request) == ((), f"nginx spinnt; {ONE}")


PRE_APPROVED = """
autonomy: {level: scheduled, pre_approved: [{action: service.restart}]}
"""


def asks_in_english(*says):
    choices = [{"label": "", "says": each} for each in says]
    return answer("ask", text="Meinst du das?", choices=choices)


async def pre_approved(stage):
    stage.home.settings.write_text(stage.home.settings.read_text() + PRE_APPROVED)
    await stage.app.reload(by="ana")


@pytest.mark.parametrize("then", ["agrees", "away", "none"])
@pytest.mark.parametrize("how", ["pressed", "1"])
async def test_what_the_rules_read_in_a_models_choice_never_runs_unasked(staged, how, then):
    """Whether a model reads it the same way, none answers, or none is set up any more."""
    agrees = restart("restart nginx on web-3")
    away = ModelAwayError("away.", model="scripted-1")
    async with staged(
        asks_in_english("restart nginx on web-3"), away if then == "away" else agrees
    ) as stage:
        await pre_approved(stage)
        await stage.say("ana", "wie geht es nginx?")
        if then == "none":
            stage.app.pipeline._hearing._parser._models = None
        await pick(stage, how)
        (step,) = (await stored(stage)).steps
        assert (step.unsaid, step.alone) == (("web-3", "restart nginx"), True)
        assert stage.changes() == []
        await stage.say("ana", "restart nginx on web-3")  # the same in their own words
        assert stage.changes() != [] or then == "none"


async def test_a_look_of_a_models_choice_is_had_once_it_is_picked(staged):
    """They have read it whole, and it has no effect; a change stays marked."""
    async with staged(asks_in_english("show the disks on db-1")) as stage:
        stage.given["models"].order = lambda **_: ("scripted-1",)
        await stage.say("ana", "wie voll ist alles?")
        stage.given["models"].order = lambda **_: ()
        await pick(stage, "1")
        plan = await stored(stage)
        assert (plan.steps[0].hosts, plan.steps[0].unsaid) == (("db-1",), ())
        assert plan.verdict.decision == "allow"


async def test_what_leads_on_from_a_models_choice_is_measured_as_well(staged):
    """The rules ask about the sentence of a model's: its words are still nobody's."""
    async with staged(
        asks_in_english("restart nginx"), ModelAwayError("away.", model="x")
    ) as stage:
        await pre_approved(stage)
        await stage.say("ana", "hm, das Ding spinnt")
        await pick(stage, "1")
        asked = await stage.card()
        assert asked.state == "QUESTION"
        await stage.say("ana", "web-3")
        plan = await stored(stage)
        assert plan.request == "hm, das Ding spinnt; web-3"
        assert plan.steps[0].unsaid == ("nginx", "restart nginx")
        assert stage.changes() == []


async def test_the_words_of_a_reading_that_was_pressed_are_not_said_the_next_time(staged):
    """Nor are they when the plan is spoken of again: “there” is no host that a model put in."""
    other = answer("revise", act("service.restart", "x", service="nginx", hosts=["web-2"]), plan=1)
    async with staged(restart("restart nginx on web-3", "web-2"), other) as stage:
        await stage.say("ana", "restart nginx on web-3")
        asked = await stage.card()
        await stage.press("ana", "option", asked, value=asked.buttons[1].value)
        plan = await stored(stage)
        assert plan.request == "restart nginx on web-3"
        assert (plan.steps[0].unsaid, plan.steps[0].alone) == (("web-2",), True)


async def test_a_reason_and_force_come_from_no_choice(staged):
    """Were one shown all the same: what was offered by an older Overseer, say."""
    says = "restart nginx on web-1 --force-production one at a time because the cert is new"
    async with staged(asks_in_english("restart nginx on web-1")) as stage:
        await stage.say("ana", "was ist mit nginx auf web-1?")
        question, request, whom = await stage.app.store.read(lambda u: u.asked(stage.thread))
        option = question.options[0].model_copy(update={"says": says})
        changed = question.model_copy(update={"options": (option,)})
        await stage.app.store.write(lambda u: u.ask(stage.thread, changed, request, whom))
        stage.given["models"].order = lambda **_: ()
        await stage.say("ana", "1")
        plan = await stored(stage)
        assert (plan.reason, plan.force_production, plan.asked.unsaid) == ("", False, ("batch",))
        assert plan.steps[0].hosts == ("web-1",)


@pytest.mark.parametrize("how", ["1", "pressed"])
@pytest.mark.parametrize("says", ["stop", "stop everything", "kill", "cancel #1", "forget it"])
async def test_a_choice_ends_nothing(staged, says, how):
    asks = asks_in_english("restart nginx on web-1")
    async with staged(restart(), asks) as stage:
        await stage.say("ana", ONE)
        await stage.say("ana", "hm, und jetzt?")
        question, request, whom = await stage.app.store.read(lambda u: u.asked(stage.thread))
        option = question.options[0].model_copy(update={"says": says})
        changed = question.model_copy(update={"options": (option,)})
        await stage.app.store.write(lambda u: u.ask(stage.thread, changed, request, whom))
        stage.given["models"].order = lambda **_: ()
        before = len(await stage.cards())
        if how == "pressed":
            card = await stage.card()
            pressed = await stage.press("ana", "option", card, value=card.buttons[0].value)
            told = words(await stage.card()) if pressed.accepted else pressed.text
        else:
            await stage.say("ana", how)
            told = words(await stage.card())
        assert "say it in your own words" in told
        assert (await stage.app.store.read(lambda u: u.plan(1))).state == "waiting"
        assert not (await stage.app.pipeline.status()).frozen
        assert len(await stage.cards()) <= before + 1


async def test_a_choice_resumes_nothing_and_what_is_typed_does(staged):
    async with staged(restart(), asks_in_english("restart nginx on web-1")) as stage:
        await stage.say("ana", "hm, und jetzt?")
        await stage.say("ana", "was ist mit nginx auf web-1?")
        question, request, whom = await stage.app.store.read(lambda u: u.asked(stage.thread))
        option = question.options[0].model_copy(update={"says": "resume"})
        changed = question.model_copy(update={"options": (option,)})
        await stage.app.store.write(lambda u: u.ask(stage.thread, changed, request, whom))
        await stage.app.pipeline.freeze(stage.app.world.people.named("ana"), frozen=True)
        card = await stage.card()
        pressed = await stage.press("ana", "option", card, value=card.buttons[0].value)
        assert not pressed.accepted
        assert (await stage.app.pipeline.status()).frozen
        await stage.say("ana", "resume")
        assert not (await stage.app.pipeline.status()).frozen


async def test_a_picked_choice_is_answered_though_another_question_follows(staged):
    async with staged(ASKS, answer("ask", text="Wirklich?", choices=[])) as stage:
        await stage.say("ana", "nginx spinnt")
        asked = await stage.card()
        await stage.press("ana", "option", asked, value=asked.buttons[0].value)
        closed = next(c for c in await stage.cards() if c.id == asked.id)
        assert closed.state == "ANSWERED"
        assert ONE in closed.footer[0]


@pytest.mark.parametrize("then", [plan(), ModelAwayError("away.", model="scripted-1")])
async def test_what_the_model_adds_to_a_choice_is_marked_as_ever(staged, then):
    says = restart(host="web-1") if isinstance(then, str) else then
    async with staged(ASKS, says) as stage:
        await stage.say("ana", "nginx spinnt")
        await stage.say("ana", "1")
        if isinstance(then, str):
            assert (await stored(stage)).steps[0].unsaid[0] == "web-1"
        else:
            assert "I don't understand" in words(await stage.card())


async def test_a_reading_that_a_button_carries_is_not_read_again(staged):
    async with staged(restart("restart nginx on web-3", "web-2"), ASKS) as stage:
        await stage.say("ana", "restart nginx on web-3")
        asked = await stage.card()
        assert asked.state == "QUESTION"
        await stage.press("ana", "option", asked, value=asked.buttons[1].value)
        assert len(stage.given["models"].prompts) == 1
        assert (await stored(stage)).steps[0].hosts == ("web-2",)


async def test_a_reading_of_the_rules_on_a_models_question_is_not_read_again(staged):
    async with staged(ASKS) as stage:
        await stage.say("ana", "restart nginx on web-3")
        asked = await stage.card()
        assert asked.state == "QUESTION"
        await stage.press("ana", "option", asked, value=asked.buttons[0].value)
        assert len(stage.given["models"].prompts) == 1
        assert (await stored(stage)).steps[0].hosts == ("web-3",)


async def test_a_question_of_the_rules_is_answered_without_a_model(staged):
    async with staged(ASKS) as stage:
        stage.given["models"].order = lambda **_: ()
        await stage.say("ana", "restart nginx")
        asked = await stage.card()
        stage.given["models"].order = lambda **_: ("scripted-1",)
        await stage.press("ana", "option", asked, value=asked.buttons[0].value)
        assert stage.given["models"].prompts == []


async def test_a_revision_that_a_model_read_shows_what_it_changes_and_what_was_put_in(staged):
    said = "lieber eine andere Kiste"
    step = act("service.restart", said, service="nginx", hosts=["web-1"])
    asks = answer("revise", step, plan=1, ways=[{"name": "batch", "value": 1}])
    async with staged(restart(), asks) as stage:
        await stage.say("ana", ONE)
        await stage.say("ana", said)
        shown = words(await stage.card())
        assert "Shall #1 be changed to this?" in shown
        assert "Against revision 1: − web-3, + web-1, now one at a time." in shown
        assert "The model put in “web-1” and “one at a time”, which you did not ask for." in shown


async def test_talk_about_an_open_plan_says_that_it_stays(staged):
    step = act("service.restart", "andere", service="nginx", hosts=["web-1"])
    asks, talks = answer("revise", step, plan=1), answer("talk", text="Alles klar.")
    async with staged(restart(), asks, talks) as stage:
        await stage.say("ana", ONE)
        await stage.say("ana", "andere Kiste")
        assert (await stage.card()).state == "QUESTION"
        await stage.say("ana", "hm, na ja")
        said = words(await stage.card())
        assert (
            "“Alles klar.” That changed nothing: #1 still waits for approval (`stop` ends that)."
            in said
        )
        assert (await stored(stage)).revision == 1


@pytest.mark.parametrize("yes", ["yes", "ok", "sure", "ja", "do it"])
async def test_a_yes_is_to_what_was_asked_and_chooses_no_sentence_of_a_models(staged, yes):
    asks = answer(
        "ask",
        text="Soll ich zeigen, wie es nginx auf web-3 geht?",
        choices=[{"label": "zeigen", "says": "restart nginx on web-3"}],
    )
    async with staged(asks, restart("restart nginx on web-3")) as stage:
        stage.home.settings.write_text(
            stage.home.settings.read_text()
            + "\nautonomy: {level: scheduled, pre_approved: [{action: service.restart}]}\n"
        )
        await stage.app.reload(by="ana")
        await stage.say("ana", "wie geht es nginx?")
        await stage.say("ana", yes)
        assert stage.changes() == []


async def test_a_revision_that_was_agreed_to_by_its_button_is_marked_and_does_not_run_unasked(
    staged,
):
    said = "vielleicht doch auf web-2"
    step = act("service.restart", said, service="nginx", hosts=["web-2"])
    async with staged(restart(), answer("revise", step, plan=1)) as stage:
        await pre_approved(stage)
        await stage.say("ana", ONE)
        await stage.say("ana", said)
        await pick(stage, "pressed")
        plan = await stored(stage)
        assert (plan.revision, plan.steps[0].hosts) == (2, ("web-2",))
        assert (plan.steps[0].alone, plan.steps[0].unsaid) == (True, ())
        assert (await stage.app.store.read(lambda u: u.plan(1))).state == "waiting"
        assert stage.changes() == []
        assert plan.request == f"{ONE}; {said}"


async def test_a_host_in_place_of_another_is_changed_at_once_and_does_not_run_unasked(staged):
    said = "nein, auf web-2"
    step = act("service.restart", said, service="nginx", hosts=["web-2"])
    async with staged(restart(), answer("revise", step, plan=1)) as stage:
        await pre_approved(stage)
        await stage.say("ana", ONE)
        await stage.say("ana", said)
        plan = await stored(stage)
        assert (plan.revision, plan.steps[0].hosts, plan.steps[0].alone) == (2, ("web-2",), True)
        assert (await stage.app.store.read(lambda u: u.plan(1))).state == "waiting"
        assert stage.changes() == []


async def test_a_plan_that_only_a_model_read_is_still_asked_about_when_it_is_judged_again(staged):
    """As at its start: what a policy lets run unasked needs the votes that it was asked for."""
    async with staged(restart()) as stage:
        await pre_approved(stage)
        await stage.say("ana", ONE)
        plan = await stored(stage)
        assert (plan.steps[0].alone, plan.steps[0].unsaid, plan.doubts) == (True, (), ())
        why = await stage.app.pipeline._executor.driver._recheck(plan)
        assert why == "It takes 1 vote now, and 0 have been cast."
