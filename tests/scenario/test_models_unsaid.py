"""What a model chose and nobody said: marked on the card, asked about, and no way out of a refusal."""

import pytest

from bot.domain.runs import PlanState
from bot.errors import ModelAwayError
from bot.testing.scripted_models import ScriptedModels, act, plan
from tests.scenario.plainly import Plainly
from tests.scenario.stage import Stage, keys, words

pytestmark = pytest.mark.asyncio
PRE_APPROVED = """
autonomy: {level: scheduled, pre_approved: [{action: service.restart}, {action: host.reboot}]}
"""


@pytest.fixture
def staged(tmp_path):
    def make(*says):
        stage = Stage(tmp_path)
        stage.home.settings.write_text(PRE_APPROVED)
        stage.given = {"models": ScriptedModels(*says), "prompting": Plainly()}
        for host in ("web-1", "web-2", "web-3"):
            stage.service(host, "nginx")
        return stage

    return make


async def stored(stage, number=1):
    return await stage.app.store.read(lambda u: u.plan(number))


def ways(**chosen):
    return [{"name": name, "value": value} for name, value in chosen.items()]


def restart(said, *hosts):
    return act("service.restart", said, service="nginx", hosts=list(hosts or ["web-3"]))


async def test_a_way_that_only_the_model_read_is_no_way_out_of_a_refusal_and_the_card_tells_one(
    staged,
):
    said = "halte nginx auf web an, aber immer mit der Ruhe"
    model = plan(act("service.stop", said, service="nginx", hosts=["web"]), ways=ways(batch=1))
    async with staged(model) as stage:
        await stage.say("ana", said)
        assert (await stored(stage)).state is PlanState.DENIED
        card = words(await stage.card())
        assert 'say "one at a time"' in card
        assert "The model chose “one at a time”, which I don't find in the request" in card
        await stage.say("ana", f"{said}, one at a time")
        found = await stored(stage, 2)
        assert found.state is PlanState.WAITING
        assert found.plan.asked.unsaid == ()


@pytest.mark.parametrize(
    ("how", "state"),
    [
        ("einer nach dem anderen", PlanState.WAITING),
        ("einer nach dem anderen ist abgestürzt", PlanState.DENIED),
        ("nicht einer nach dem anderen", PlanState.DENIED),
    ],
)
async def test_a_way_that_was_said_in_another_language_counts(staged, how, state):
    said = f"halte nginx auf web an, {how}"
    model = plan(act("service.stop", said, service="nginx", hosts=["web"]), ways=ways(batch=1))
    async with staged(model) as stage:
        await stage.say("ana", said)
        assert (await stored(stage)).state is state


@pytest.mark.parametrize(
    ("said", "answer", "unread"),
    [
        ("danke", plan(act("host.run", "danke", command="touch /x", hosts=["web-3"])), False),
        ("starte nginx auf web-3 neu", plan(restart("starte nginx auf web-3 neu")), False),
        ("restart nginx on web-3", plan(restart("restart nginx on web-3")), True),
    ],
)
async def test_what_only_a_model_has_read_is_approved_by_nobody_who_has_not_read_it(
    staged, said, answer, unread
):
    """`ask --yes` votes without a look; what was not said runs for nobody without one."""
    async with staged(answer) as stage:
        stage.home.settings.write_text("")
        await stage.app.reload(by="ana")
        await stage.say("ana", said)
        card = await stage.card()
        assert card.state == "WAITING"
        assert [b.unread for b in card.buttons if b.id == "approve"] == [unread]


async def test_a_way_that_was_not_said_is_marked_until_the_person_says_it(staged):
    said = "starte nginx auf web-1 und web-2 neu"
    model = plan(restart(said, "web-1", "web-2"), ways=ways(batch=2))
    async with staged(model) as stage:
        await stage.say("ana", said)
        assert "The model chose “2 at a time”" in words(await stage.card())
        await stage.later(minutes=31)
        await stage.press("ana", "again")
        found = await stored(stage)
        assert (found.plan.revision, found.plan.asked.unsaid) == (2, ("batch",))
        stage.given["models"]._says[:] = ["no JSON at all"]  # now the rules read alone
        await stage.say("ana", "two at a time")
        found = await stored(stage)
        assert (found.plan.revision, found.plan.asked.batch) == (3, 2)
        assert found.plan.asked.unsaid == ()
        assert "The model chose" not in words(await stage.card())


async def test_a_look_at_a_path_that_nobody_named_is_not_had_unasked(staged):
    said = "wie voll ist die Platte auf web-3?"
    step = act("host.disk", said, hosts=["web-3"], path="/etc/shadow")
    async with staged(plan(step)) as stage:
        await stage.say("ana", said)
        card = await stage.card()
        assert "option" in keys(card)
        assert "Did you mean “/etc/shadow”?" in words(card)
        assert await stored(stage) is None


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("if nginx is down on web-3, restart it", "The rules read a condition here"),
        ("bob said: restart nginx on web-3", "is meant as a request, so nothing ran."),
        ("restart nginx on web-3 and frobnicate redis", "The request names “redis”, and no step does."),
    ],
)  # fmt: skip
async def test_whoever_approves_reads_why_the_rules_would_not_have_planned_it(staged, said, told):
    async with staged(plan(restart(said))) as stage:
        await stage.say("ana", said)
        card = await stage.card()
        assert told in words(card).replace("\n", " ")
        assert (await stored(stage)).state is PlanState.WAITING
        await stage.later(minutes=31)
        await stage.press("ana", "again")
        found = await stored(stage)
        assert found.plan.revision == 2
        assert found.plan.doubts


async def test_half_of_what_was_asked_is_a_question_and_its_button_still_asks(staged):
    said = "restart nginx on web-3 and reboot it when the backup is done"
    async with staged(plan(restart(said))) as stage:
        await stage.say("ana", said)
        card = await stage.card()
        assert "I read “reboot” in that, too" in words(card)
        await stage.press("ana", "option", card, value=card.buttons[0].value)
        assert (await stored(stage)).state is PlanState.WAITING


async def test_of_two_commands_that_differ_in_a_capital_the_pressed_one_is_planned(staged):
    said = "run `df -h` on web-3"
    async with staged(plan(act("host.run", said, command="df -H", hosts=["web-3"]))) as stage:
        await stage.say("ana", said)
        card = await stage.card()
        assert [b.label for b in card.buttons if b.id == "option"] == [
            "run `df -h` on web-3", "run `df -H` on web-3",
        ]  # fmt: skip
        await stage.press("ana", "option", card, value=card.buttons[1].value)
        assert (await stored(stage)).plan.steps[0].params["command"] == "df -H"


async def test_why_of_a_mark_sends_nobody_to_the_policy_file(staged):
    said = "starte nginx auf web-3 neu"
    async with staged(plan(restart(said), ways=ways(on_failure="continue"))) as stage:
        await stage.say("ana", said)
        await stage.say("ana", "why?")
        told = words(await stage.card())
        assert "goes on after a failure" in told
        assert "can change the rule" not in told


async def test_a_refused_step_of_the_models_own_is_not_told_as_if_it_had_been_asked_for(staged):
    said = "starte nginx auf web-3 neu"
    own = act("service.stop", "", service="nginx", hosts=["web-1", "web-2"])
    async with staged(plan(restart(said), own)) as stage:
        await stage.say("ana", said)
        assert (await stored(stage)).state is PlanState.DENIED
        card = words(await stage.card()).replace("\n", " ")
        assert "no-mass-stop" in card
        assert "The model added the step “stop nginx on web-1 and web-2”" in card
        assert "the request doesn't ask for it" in card


async def test_a_look_at_a_group_and_a_host_that_were_both_named_runs_unasked(staged):
    said = "läuft nginx auf web und db-1?"
    look = act("service.status", said, service="nginx", hosts=["web", "db-1"])
    async with staged(plan(look)) as stage:
        stage.service("db-1", "nginx")
        await stage.say("ana", said)
        assert (await stored(stage)).plan.steps[0].unsaid == ()
        assert (await stage.card()).state == "ANSWER"


@pytest.mark.parametrize("spares", ["aber web-2 nicht", "web-2 niet", "aber lass web-2 in Ruhe"])
async def test_a_host_that_was_to_be_left_alone_is_the_one_with_the_mark(staged, spares):
    said = f"starte nginx auf allen web neu, {spares}"
    async with staged(plan(restart(said, "web"))) as stage:
        await stage.say("ana", said)
        found = await stored(stage)
        assert found.state is PlanState.WAITING
        assert found.plan.steps[0].unsaid == ("web-2",)
        assert "The model added “web-2”" in words(await stage.card())


async def test_a_look_at_a_host_that_was_to_be_left_alone_is_neither_had_nor_offered(staged):
    said = "zeig nginx auf allen web, nur web-2 nicht"
    look = act("service.status", said, service="nginx", hosts=["web-2"])
    async with staged(plan(look)) as stage:
        await stage.say("ana", said)
        card = await stage.card()
        assert (card.state, "option" in keys(card)) == ("QUESTION", False)
        assert "You said to leave web-2 alone" in words(card)
        assert await stored(stage) is None


@pytest.mark.parametrize(
    ("edit", "hosts", "marks"),
    [
        ("not web-2", ("web-1", "web-3"), ("web-3",)),
        ("only on web-2", ("web-2",), ()),
        ("not web-1", ("web-2", "web-3"), ("web-2", "web-3")),
        ("only on web-2 and web-3, one at a time", ("web-2", "web-3"), ()),
        ("one at a time", ("web-1", "web-2", "web-3"), ("web-2", "web-3")),
        ("redis instead of nginx", ("web-1", "web-2", "web-3"), ("web-2", "web-3")),
    ],
)
async def test_marks_end_with_what_is_gone_and_with_what_its_requester_names(
    staged, edit, hosts, marks
):
    said = "starte nginx auf web-1 neu"
    away = ModelAwayError("away.", model="scripted-1")
    async with staged(plan(restart(said, "web-1", "web-2", "web-3")), away) as stage:
        for host in ("web-1", "web-2", "web-3"):
            stage.service(host, "redis")
        await stage.say("ana", said)
        await stage.say("ana", edit)
        (step,) = (await stored(stage)).plan.steps
        assert (step.hosts, step.unsaid, step.alone) == (hosts, marks, True)
        told = words(await stage.card())
        assert [name for name in ("web-1", "web-2", "web-3") if f"added “{name}”" in told] == (
            list(marks[:1])
        )


async def test_the_mark_of_a_service_ends_where_another_takes_its_place(staged):
    said = "starte den Dienst auf web-3 neu"
    away = ModelAwayError("away.", model="scripted-1")
    async with staged(plan(restart(said)), away) as stage:
        stage.service("web-3", "redis")
        await stage.say("ana", said)
        assert (await stored(stage)).plan.steps[0].unsaid == ("nginx",)
        await stage.say("ana", "redis instead of nginx")
        (step,) = (await stored(stage)).plan.steps
        assert (step.params["service"], step.unsaid) == ("redis", ())
