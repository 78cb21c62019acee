"""The order: rules, model, one repair, the next model, rules; and the card says which."""

import asyncio

import pytest
from structlog.testing import capture_logs

from bot.domain.intents import (
    Control,
    Intent,
    Option,
    ParseContext,
    Question,
    Refusal,
    Understanding,
)
from bot.domain.usage import Tier
from bot.errors import BudgetSpentError, ModelAnswerError, ModelAwayError
from bot.intent.model.reading import UNREAD, ModelReader
from bot.intent.rules.combining import BEYOND_ME
from bot.settings import ModelsSettings, TaskSettings
from bot.testing.manual_clock import ManualClock
from bot.testing.scripted_models import USED, ScriptedModels, act, answer, plan
from tests.scenario.plainly import Plainly
from tests.unit.intent.grounds import grounds, rules

pytestmark = pytest.mark.asyncio
RESTART = "restart nginx on web-1"
RIGHT = plan(act("service.restart", RESTART, service="nginx", hosts=["web-1"]))
WRONG = plan(act("service.restart", RESTART, service="nginx", hosts=["web-9"]))


class InTurn(ScriptedModels):
    """Several models, each with what it says."""

    def __init__(self, **says):
        super().__init__("unused")
        self.says = {name: list(each) for name, each in says.items()}
        self.asked = []

    def order(self, *, first=None, forced=None):
        return tuple(self.says)

    async def ask(self, name, prompt, *, person, deadline):
        self.asked.append(name)
        self._says, self._name = [self.says[name].pop(0)], name
        return await super().ask(name, prompt, person=person, deadline=deadline)


async def read(
    models, text=RESTART, context=None, *, tier=None, clock=None, heard=None, settings=None
):
    settings = settings or ModelsSettings()
    reader = ModelReader(models, Plainly(), clock or ManualClock(), lambda: settings)
    said = Understanding(outcome=rules(text, context))
    return await reader.read(grounds(text, context), said, person="ana", tier=tier, heard=heard)


async def hangs(name, prompt, *, person, deadline):
    await asyncio.Event().wait()


async def test_a_right_answer_is_read_and_its_cost_told():
    found = await read(ScriptedModels(RIGHT), "please bring nginx on web-1 round again")
    assert found.read_by == "scripted-1"
    assert found.reading.usage == USED
    assert found.reading.prompt == "plan@1"
    assert found.reading.tier is Tier.CLOUD_FAST


@pytest.mark.parametrize("own", [True, False])
async def test_what_somebody_else_asked_for_in_the_thread_is_no_word_of_this_persons(own):
    context = ParseContext(
        hosts=("web-2",), service="redis", action="service.restart", own=own,
        request="restart redis on web-2",
    )  # fmt: skip
    says = plan(act("service.restart", "starte das da neu", service="redis", hosts=["web-2"]))
    found = await read(ScriptedModels(says), "starte das da neu", context)
    assert found.outcome.wishes[0].unsaid == (() if own else ("web-2", "redis"))


async def test_a_wrong_answer_is_mended_once_with_what_was_wrong():
    models = ScriptedModels(WRONG, RIGHT)
    found = await read(models)
    assert found.outcome == rules(RESTART)
    assert [turn.role for turn in models.prompts[1].turns] == ["user", "assistant", "user"]
    assert "'web-9' is no host" in models.prompts[1].turns[-1].text
    assert found.reading.usage == USED + USED


async def test_one_that_stays_wrong_gives_way_to_the_next_and_is_never_kept_by_halves():
    models = InTurn(small=[WRONG, WRONG], large=[RIGHT])
    found = await read(models)
    assert models.asked == ["small", "small", "large"]
    assert found.reading.model == "large"
    assert "small gave no answer that could be used" in found.reading.aside
    assert found.reading.usage.calls == 3


@pytest.mark.parametrize("text", ["erzähl mir was", "raconte-moi une blague"])
async def test_what_no_model_could_read_is_not_said_to_be_beyond_overseer(text):
    assert rules(text) == BEYOND_ME
    away = ModelAwayError("small can't be reached.", model="small")
    found = await read(InTurn(small=[away]), text)
    assert found.outcome == UNREAD
    assert found.reading.aside == "small can't be reached."
    assert (await read(ScriptedModels(answer("talk", text="Nein.")), text)).outcome.text == "Nein."


async def test_the_rules_answer_when_every_model_is_away():
    away = ModelAwayError("small can't be reached.", model="small")
    found = await read(InTurn(small=[away], large=[WRONG, away]))
    assert found.outcome == rules(RESTART)
    assert found.read_by == "rules"
    assert "small can't be reached." in found.reading.aside
    assert found.reading.usage.calls == 1


class PassingOver(ScriptedModels):
    def passed_over(self, chosen, *, first, forced=None):
        return f"Not asked: small wants to be left alone ({chosen} for {first.value})."


async def test_a_model_in_whose_place_another_one_read_is_told_on_the_card():
    found = await read(PassingOver(RIGHT, name="large"))
    assert found.reading.aside == "Not asked: small wants to be left alone (large for cloud-fast)."


async def test_a_spent_budget_is_told_and_a_model_that_costs_nothing_is_still_asked():
    spent = BudgetSpentError("Ana's budget of today is spent.", model="large")
    models = InTurn(large=[spent], local=[RIGHT])
    found = await read(models)
    assert models.asked == ["large", "local"]
    assert found.reading.model == "local"
    assert "budget" in found.reading.aside


async def test_when_every_budget_is_spent_the_rules_read_and_the_card_says_so():
    spent = BudgetSpentError("Ana's budget of today is spent.", model="large")
    found = await read(InTurn(large=[spent]))
    assert found.read_by == "rules"
    assert "budget" in found.reading.aside


async def test_a_budget_is_told_of_once_however_many_tiers_it_keeps_from_being_asked():
    def spent(name, person="ana"):
        return BudgetSpentError(f"{person}'s is spent for {name}.", model=name, person=person)

    found = await read(InTurn(one=[spent("one")], two=[spent("two")], all=[spent("all", "")]))
    assert found.reading.aside == "ana's is spent for one. 's is spent for all."


async def test_where_no_model_is_up_the_card_says_why():
    found = await read(ScriptedModels())
    assert found.reading.aside == "scripted-1 is away."


async def test_a_model_that_hangs_is_given_up_when_patience_ends():
    clock = ManualClock()

    class Hangs(ScriptedModels):
        async def ask(self, name, prompt, *, person, deadline):
            await asyncio.Event().wait()

    task = asyncio.create_task(read(Hangs("x"), clock=clock))
    while not (clock.sleepers or task.done()):
        await asyncio.sleep(0)
    await clock.advance(21)
    found = await task
    assert found.outcome == rules(RESTART)
    assert "20" in found.reading.aside


@pytest.mark.parametrize("text", ["stop", "stop everything", "show me the root password of web-1"])
async def test_no_model_is_asked_about_a_stop_or_a_refusal(text):
    models = ScriptedModels(RIGHT)
    found = await read(models, text)
    assert isinstance(found.outcome, (Control, Refusal))
    assert models.prompts == []


async def test_no_model_is_asked_about_an_answer_to_an_open_question():
    question = Question(
        about="hosts", text="Which?", options=(Option(label="web-1", says=RESTART),)
    )
    models = ScriptedModels(RIGHT)
    found = await read(models, "web-1", ParseContext(question=question))
    assert models.prompts == []
    assert found.outcome == rules(RESTART)


async def test_what_would_happen_is_only_shown():
    text = "was passiert, wenn nginx auf web-1 neu startet?"
    said = plan(act("service.restart", text, service="nginx", hosts=["web-1"]), only_show=True)
    assert (await read(ScriptedModels(said), text)).plan_only


async def test_a_model_that_alone_reads_a_question_of_what_would_happen_is_named_on_the_card():
    text = "nginx auf web-1 bitte neu starten"
    said = plan(act("service.restart", text, service="nginx", hosts=["web-1"]), only_show=True)
    found = await read(ScriptedModels(said), text)
    assert found.plan_only
    assert found.reading.aside == (
        "scripted-1 read this as a question of what would happen; whoever wants it done presses "
        "“Ask for it”."
    )


async def test_an_order_that_the_rules_read_is_none_of_what_would_happen_until_somebody_said_so():
    said = plan(act("service.restart", RESTART, service="nginx", hosts=["web-1"]), only_show=True)
    found = await read(ScriptedModels(said))
    assert not found.plan_only
    assert isinstance(found.outcome, Question)
    assert found.outcome.text == (
        "scripted-1 read this as a question of what would happen, the rules as an order. "
        "Do you want this done?"
    )
    assert [option.means for option in found.outcome.options] == [rules(RESTART)]
    assert [option.read_by for option in found.outcome.options] == ["rules"]


async def test_a_look_that_the_rules_read_is_had():
    text = "how is web-1?"
    said = plan(act("host.status", text, hosts=["web-1"]), only_show=True)
    found = await read(ScriptedModels(said), text)
    assert found.outcome == rules(text)
    assert not found.plan_only


@pytest.mark.parametrize(
    "said",
    [
        plan(act("service.restart", RESTART, service="nginx", hosts=["web-2"]), only_show=True),
        answer("ask", text="Which?", choices=[], only_show=True),
    ],
)
async def test_what_is_picked_of_a_question_about_an_order_is_to_be_done(said):
    found = await read(ScriptedModels(said))
    assert isinstance(found.outcome, Question)
    assert not found.plan_only
    assert not found.outcome.plan_only


async def test_what_is_harder_to_read_begins_at_a_stronger_tier_and_the_log_says_why():
    models = ScriptedModels(answer("talk", text="?"))
    with capture_logs() as logged:
        await read(models, "how is web-1?")
        await read(models, "restart nginx on all hosts but web-1")
        await read(models, "how is web-1?", tier=Tier.CLOUD_FAST)
    assert models.orders == [
        (Tier.LOCAL, None), (Tier.CLOUD_HEAVY, None), (Tier.LOCAL, Tier.CLOUD_FAST),
    ]  # fmt: skip
    chosen = [(one["tier"], one["why"]) for one in logged if one["event"] == "a tier was chosen"]
    assert chosen == [
        ("local", "looks"), ("cloud-heavy", "conditions"), ("cloud-fast", "it was asked for"),
    ]  # fmt: skip


async def test_the_settings_choose_where_a_task_begins():
    models = ScriptedModels(answer("talk", text="?"))
    tasks = TaskSettings(looks=Tier.CLOUD_HEAVY)
    await read(models, "how is web-1?", settings=ModelsSettings(tasks=tasks))
    assert models.orders == [(Tier.CLOUD_HEAVY, None)]


async def test_the_patience_counts_from_when_it_was_said():
    clock = ManualClock()
    models = InTurn(hung=[])
    models.ask = hangs
    await clock.advance(15)
    task = asyncio.create_task(read(models, clock=clock, heard=0.0))
    while not (clock.sleepers or task.done()):
        await asyncio.sleep(0)
    await clock.advance(5)
    assert (await task).outcome == rules(RESTART)


@pytest.mark.parametrize("waited", [18.1, 19.5])
async def test_whoever_has_waited_all_of_it_is_answered_at_once_and_no_model_is_asked(waited):
    clock = ManualClock()
    await clock.advance(waited)
    models = ScriptedModels(RIGHT)
    found = await read(models, clock=clock, heard=0.0)
    assert found.outcome == rules(RESTART)
    assert models.prompts == []
    assert "took the 20 s" in found.reading.aside


async def test_what_is_wrong_is_not_mended_with_no_time_left():
    clock = ManualClock()
    models = ScriptedModels(WRONG, RIGHT)
    asked = models.ask

    async def slow(*given, **more):
        await clock.advance(19)
        return await asked(*given, **more)

    models.ask = slow
    found = await read(models, clock=clock, heard=0.0)
    assert len(models.prompts) == 1
    assert found.read_by == "rules"
    assert found.reading.usage == USED, "what it took is told all the same"


# -- looks -----------------------------------------------------------------------------------


async def test_a_look_that_the_rules_read_fully_is_no_narrower_for_a_model_and_the_card_tells():
    text = "show the disks on web"
    found = await read(ScriptedModels(plan(act("host.disk", text, hosts=["web-3"]))), text)
    assert found.outcome == rules(text)
    assert found.read_by == "rules"
    assert found.reading.aside == (
        "scripted-1 read this as “show the disks on web-3”; the rules read every word of it, as "
        "“show the disks on web-1, web-2 and web-3”, and that counts."
    )
    assert found.reading.usage == USED


async def test_a_look_at_a_part_of_what_the_words_name_says_what_is_left_out():
    text = "zeig mir die platten vom webserver"
    found = await read(ScriptedModels(plan(act("host.disk", text, hosts=["web-3"]))), text)
    assert found.read_by == "scripted-1"
    assert found.reading.aside == "The words name “web”: web-1 and web-2 are left out."


CUT = ModelAnswerError("cut short.", model="one")


@pytest.mark.parametrize(
    ("one", "judged"),
    [
        ([RIGHT], [("one", True)]),
        ([WRONG, RIGHT], [("one", True)]),
        ([WRONG, WRONG], [("one", False), ("two", True)]),
        ([CUT], [("one", False), ("two", True)]),
        ([WRONG, CUT], [("one", False), ("two", True)]),
        ([ModelAwayError("away.", model="one")], [("two", True)]),
        ([WRONG, ModelAwayError("away.", model="one")], [("two", True)]),
    ],
)
async def test_the_models_are_told_what_their_answers_were_worth(one, judged):
    models = InTurn(one=one, two=[RIGHT])
    await read(models)
    assert models.judgements == judged


@pytest.mark.parametrize("kind", ["talk", "refuse", "ask", "state"])
async def test_a_model_that_read_no_plan_in_a_look_is_not_said_to_have_read_it(kind):
    more = {"asked": "running"} if kind == "state" else {"text": "Everything on web-1 is fine!"}
    found = await read(ScriptedModels(answer(kind, **more)), "how is web-1?")
    assert isinstance(found.outcome, Intent)
    assert found.read_by == "rules"
    assert found.reading.usage.tokens, "what it took is told all the same"
