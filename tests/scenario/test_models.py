"""A request that a model reads: what the thread shows, and that nothing unsaid runs unasked."""

import asyncio

import pytest

from bot.domain.runs import PlanState
from bot.errors import ModelAwayError
from bot.ports import PlanFilter
from bot.testing.scripted_models import ScriptedModels, act, answer, plan
from tests.scenario.stage import keys, words

pytestmark = pytest.mark.asyncio
GERMAN = "starte nginx auf web-3 neu"


def restart(*hosts, said=GERMAN):
    return act("service.restart", said, service="nginx", hosts=list(hosts or ["web-3"]))


def status(*hosts, said):
    return act("service.status", said, service="nginx", hosts=list(hosts))


async def stored(stage, number=1):
    return await stage.app.store.read(lambda u: u.plan(number))


async def test_a_sentence_that_the_rules_do_not_know_becomes_a_plan_and_the_card_says_who_read_it(
    staged,
):
    async with staged(plan(restart())) as stage:
        await stage.say("ana", GERMAN)
        card = await stage.card()
        assert "approve" in keys(card)
        assert "read by scripted-1, 1,200 tokens, 0.0031 USD" in words(card)
        await stage.press("chris", "approve")
        assert "DONE" in words(await stage.card())


@pytest.mark.parametrize("away", [False, True])
async def test_who_read_it_is_told_to_the_end_and_beyond(staged, away):
    text = "restart nginx on web-3" if away else GERMAN
    says = ModelAwayError("scripted-1 can't be reached.", model="scripted-1") if away else None
    told = (
        "read by rules · scripted-1 can't be reached."
        if away
        else "read by scripted-1, 1,200 tokens, 0.0031 USD, prompt plan@1"
    )
    async with staged(says or plan(restart())) as stage:
        await stage.say("ana", text)
        await stage.press("chris", "approve")
        done = await stage.card(1)
        assert done.state == "DONE"
        assert told in done.lines
        sheet = await stage.app.books.run(1, "ana")
        assert told.removeprefix("read ") in str(sheet.story)
        stage.given["models"].order = lambda **_: ()
        await stage.say("ana", "show plan 1")
        assert told.removeprefix("read ") in words(await stage.card())


async def test_the_answer_of_a_look_says_who_read_it_and_with_which_prompt(staged):
    said = "läuft nginx auf web-3?"
    async with staged(plan(status("web-3", said=said))) as stage:
        await stage.say("ana", said)
        card = await stage.card()
        assert card.state == "ANSWER"
        assert "read by scripted-1, 1,200 tokens, 0.0031 USD, prompt plan@1" in words(card)


@pytest.mark.parametrize("who", ["ana", "vera"])
async def test_a_look_at_what_nobody_named_is_asked_of_its_requester_once_and_needs_no_vote(
    staged, who
):
    said = "läuft nginx auf web-3?"
    async with staged(plan(status("web-1", "web-3", said=said))) as stage:
        await stage.say(who, said)
        card = await stage.card()
        assert (card.state, "approve" in keys(card)) == ("QUESTION", False)
        assert "Did you mean “web-1”?" in words(card)
        assert await stored(stage) is None
        await stage.press(who, "option", card, value=card.buttons[0].value)
        found = await stored(stage)
        assert (found.state, found.plan.hosts) == (PlanState.APPROVED, ("web-1", "web-3"))
        assert len(stage.given["models"].prompts) == 1


async def test_what_policy_says_of_a_look_holds_once_it_was_meant(staged):
    said = "läuft nginx auf web-3?"
    stage = staged(plan(status("db-1", said=said)))
    async with stage:
        stage.home.settings.write_text(
            stage.home.settings.read_text() + "\nautonomy: {level: cautious}\n"
        )
        await stage.app.reload(by="ana")
        await stage.say("ana", said)
        card = await stage.card()
        await stage.press("ana", "option", card, value=card.buttons[0].value)
        assert (await stored(stage)).state is PlanState.WAITING


async def test_a_look_at_what_was_named_is_had_at_once(staged):
    said = "läuft nginx auf web-3?"
    async with staged(plan(status("web-3", said=said))) as stage:
        await stage.say("ana", said)
        assert "nginx" in words(await stage.card())
        assert (await stored(stage)).state is PlanState.APPROVED


async def test_a_mark_outlives_a_second_look_at_the_hosts(staged):
    async with staged(plan(restart("web-1", "web-3"))) as stage:
        await stage.say("ana", GERMAN)
        await stage.later(minutes=31)
        await stage.press("ana", "again")
        found = await stored(stage)
        assert found.plan.revision == 2
        assert found.plan.steps[0].unsaid == ("web-1",)
        assert found.state is PlanState.WAITING


@pytest.mark.parametrize("meant", [False, True])
async def test_what_a_model_added_counts_as_said_later_only_where_it_was_meant(staged, meant):
    first, then = "läuft nginx auf web-3?", "und noch einmal?"
    says = plan(status("web-1", "web-3", said=first)), plan(status("web-1", said=then))
    async with staged(*says) as stage:
        await stage.say("ben", first)
        if meant:
            card = await stage.card()
            await stage.press("ben", "option", card, value=card.buttons[0].value)
        await stage.later(minutes=31)
        await stage.say("ben", then)
        assert ((await stage.card()).state == "QUESTION") is not meant
        assert (await stored(stage, 2) is not None) is meant


async def test_a_service_that_a_model_added_is_not_what_it_means_later(staged):
    first, then = "läuft alles auf web-3?", "und noch einmal?"
    says = plan(status("web-3", said=first)), plan(status("web-3", said=then))
    async with staged(*says) as stage:
        for said in (first, then):
            await stage.say("ben", said)
            assert "Did you mean “nginx”?" in words(await stage.card())
            await stage.later(minutes=31)


PRE_APPROVED = """
autonomy: {level: scheduled, pre_approved: [{action: service.restart}]}
"""


async def test_a_change_that_only_a_model_read_is_asked_about_though_it_is_approved_before(staged):
    question = "läuft nginx auf web-3?"  # and the model would rather restart it
    stage = staged(plan(restart(said=question)), plan(restart(said="restart nginx on web-3")))
    stage.home.settings.write_text(PRE_APPROVED)
    async with stage:
        await stage.say("ana", question)
        assert (await stored(stage)).state is PlanState.WAITING
        assert "Only the model read this" in words(await stage.card())
        await stage.say("ana", "restart nginx on web-3")  # both have read that
        assert (await stored(stage, 2)).state is PlanState.APPROVED


async def test_two_readings_are_two_buttons_and_the_pressed_one_is_the_plan(staged):
    text = "restart nginx on web-3"
    async with staged(plan(restart("web-2", said=text))) as stage:
        await stage.say("ana", text)
        card = await stage.card()
        assert [b.says for b in card.buttons if b.id == "option"] == [
            "restart nginx on web-3", "restart nginx on web-2",
        ]  # fmt: skip
        await stage.say("ana", "restart nginx on web-2")
        assert (await stored(stage)).plan.hosts == ("web-2",)


async def test_a_revision_by_a_model_is_the_next_revision_and_shows_what_changed(staged):
    revised = answer("revise", restart("web-1", said="nein, auf web-1"), plan=1)
    async with staged(plan(restart()), revised) as stage:
        await stage.say("ben", GERMAN)
        await stage.say("ben", "nein, auf web-1")
        found = await stored(stage)  # it says nothing but that: it is asked about by its votes
        assert (found.plan.revision, found.plan.hosts) == (2, ("web-1",))
        assert found.state is PlanState.WAITING
        assert "− web-3" in words(await stage.card(1))


async def test_when_the_model_is_away_the_rules_read_and_the_card_says_so(staged):
    away = ModelAwayError("scripted-1 can't be reached.", model="scripted-1")
    async with staged(away) as stage:
        await stage.say("ana", "restart nginx on web-3")
        card = await stage.card()
        assert "approve" in keys(card)
        assert "read by rules" in words(card)
        assert "scripted-1 can't be reached." in words(card)


async def test_a_models_talk_says_who_talked(staged):
    async with staged(answer("talk", text="Guten Morgen.")) as stage:
        await stage.say("ana", "guten morgen")
        said = words(await stage.card())
        assert "Guten Morgen." in said
        assert "read by scripted-1, 1,200 tokens, 0.0031 USD" in said


async def test_what_would_happen_asks_nobody(staged):
    async with staged(plan(restart(), only_show=True)) as stage:
        await stage.say("ana", GERMAN)
        assert "approve" not in keys(await stage.card())
        assert (await stored(stage)).state is PlanState.DRAFTED
        said = " ".join(words(await stage.card()).split())
        assert "scripted-1 read this as a question of what would happen" in said
        await stage.press("ana", "again")
        assert (await stage.card()).state == "WAITING"


async def test_a_secret_never_reaches_a_model(staged):
    async with staged(answer("talk", text="?")) as stage:
        await stage.say("ana", "the password is hunter2, restart nginx on web-1")
        await stage.say("ana", "set token AKIAIOSFODNN7EXAMPLE on web-1")
        told = str(stage.given["models"].prompts)
        assert "hunter2" not in told
        assert "AKIAIOSFODNN7EXAMPLE" not in told


class Hangs(ScriptedModels):
    """Never answers, and has to be given up; `asked` is how often."""

    asked = 0

    async def ask(self, name, prompt, *, person, deadline):
        self.asked += 1
        await asyncio.Event().wait()


async def test_a_model_that_hangs_holds_up_no_acknowledgement_and_the_rules_answer_in_time(staged):
    stage = staged()
    stage.given["models"] = Hangs("x")
    async with stage:
        began = stage.clock.monotonic()
        threads = [stage.thread.model_copy(update={"thread": f"t{n}"}) for n in range(30)]
        for thread in threads:
            reply = await stage.say("ana", "how is web-3?", thread=thread, settle=False)
            assert reply.accepted
        assert stage.clock.monotonic() == began  # not one of them waited for the model
        while stage.clock.sleepers < len(threads):
            await asyncio.sleep(0.001)
        await stage.clock.advance(20)
        await stage.settle()
        plans = await stage.app.store.read(lambda u: u.plans(PlanFilter(limit=100)))
        assert len(plans) == len(threads)
        assert {p.plan.read_by for p in plans} == {"rules"}
        assert all("did not answer within 20 s" in p.plan.reading.aside for p in plans)


async def test_what_waits_in_one_thread_for_a_model_that_hangs_waits_no_longer_than_patience(
    staged,
):
    stage = staged()
    hangs = stage.given["models"] = Hangs("x")
    async with stage:
        for _ in range(5):
            assert (await stage.say("ana", "how is web-3?", settle=False)).accepted
        await until(lambda: hangs.asked == 1)
        await stage.clock.advance(7)
        assert (await stage.say("ana", "how is web-2?", settle=False)).accepted
        await stage.stored()
        await stage.clock.advance(13)  # 20 since the first five were said, 13 since the last
        await until(lambda: hangs.asked == 2)
        assert len(await answered(stage)) == 5, "the last one has a patience of its own"
        await stage.clock.advance(7)
        await stage.settle()
        plans = await answered(stage)
    assert {p.plan.read_by for p in plans} == {"rules"}
    told = [p.plan.reading.aside for p in sorted(plans, key=lambda p: p.plan.id)]
    assert "did not answer within 20 s" in told[0]
    assert all("No model was asked" in aside for aside in told[1:5])
    assert "did not answer within 7 s" in told[5], "it was asked for what was left"


async def answered(stage):
    return await stage.app.store.read(lambda u: u.plans(PlanFilter(limit=100)))


async def until(so):
    async with asyncio.timeout(20):
        while not so():
            await asyncio.sleep(0.001)


async def test_a_stop_overtakes_what_is_still_being_read(staged):
    gate = asyncio.Event()

    class Slow(ScriptedModels):
        async def ask(self, name, prompt, *, person, deadline):
            await gate.wait()
            return await super().ask(name, prompt, person=person, deadline=deadline)

    said = "läuft nginx auf web-3?"
    stage = staged()
    stage.given["models"] = Slow(plan(status("web-3", said=said)))
    async with stage:
        for stop in ("stop", "stop everything"):
            gate.clear()
            await stage.say("ana", said, settle=False)
            await stage.say("ana", stop, settle=False)
            await stage.stored()
            gate.set()
            await stage.settle()
            assert await stored(stage) is None
            thread = await stage.ears.thread(stage.thread)
            assert "A stop came before I had read that" in str(thread)


async def test_a_button_of_a_question_that_is_closed_answers_no_other(staged):
    one = answer("ask", text="A?", choices=[{"label": "x", "says": "how is nginx on web-3?"}])
    other = answer("ask", text="B?", choices=[{"label": "x", "says": "restart nginx on web-3"}])
    async with staged(one, other) as stage:
        await stage.say("ana", "dies und das")
        first = await stage.card()
        await stage.say("ana", "und jenes")
        reply = await stage.press("ana", "option", first, value=first.buttons[0].value)
        assert not reply.accepted
        assert await stored(stage) is None
