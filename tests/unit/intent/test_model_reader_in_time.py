"""What a model's answer may take: it is bounded, a long one is checked beside the loop, in time."""

import asyncio
import threading

import pytest
from structlog.testing import capture_logs

from bot.domain.intents import Intent, OpenPlan, ParseContext
from bot.errors import ModelAwayError
from bot.intent.model import reading
from bot.intent.model.checking import MAX_ANSWER, MAX_FAULT, WrongAnswerError, checked
from bot.intent.rules.tagging import Tagger
from bot.settings import ModelsSettings
from bot.testing.manual_clock import ManualClock
from bot.testing.scripted_models import USED, act, plan
from tests.unit.intent.grounds import grounds, rules
from tests.unit.intent.test_model_reader import RESTART, RIGHT, WRONG, InTurn, read

pytestmark = pytest.mark.asyncio
LONG = plan(
    act("service.restart", RESTART, service="nginx", hosts=["web-1"] * (reading.LONG // 9 + 1))
)


def step(n):
    """A look that the words don't speak of."""
    return act("host.disk", "", hosts=["web-1"], path=f"/v{n}")


class Taking(InTurn):
    """Each call takes so many seconds of the clock."""

    def __init__(self, clock, seconds, **says):
        super().__init__(**says)
        self.clock, self.seconds = clock, seconds

    async def ask(self, name, prompt, *, person, deadline):
        await self.clock.advance(self.seconds)
        return await super().ask(name, prompt, person=person, deadline=deadline)


async def test_an_answer_without_an_end_is_not_read(monkeypatch):
    monkeypatch.setattr("bot.intent.model.checking.Answer", None)  # it would be read with this
    with pytest.raises(WrongAnswerError, match=f"at most {MAX_ANSWER} are read"):
        checked("x" * (MAX_ANSWER + 1), grounds(RESTART))


async def test_what_is_wrong_is_told_in_few_words_whatever_the_model_wrote():
    said = plan(*[act("x" * 3_000, RESTART) for _ in range(12)])
    with capture_logs() as logged, pytest.raises(WrongAnswerError) as wrong:
        checked(said, grounds(RESTART))
    assert len(wrong.value.faults) == 10
    assert all(len(each) <= MAX_FAULT + 1 for each in wrong.value.faults)
    assert len(str(wrong.value)) < 4 * MAX_FAULT
    await read(InTurn(small=[said, said]))
    assert len(str(logged)) < 20_000


@pytest.mark.parametrize(("said", "beside"), [(RIGHT, False), (LONG, True)])
async def test_only_a_long_answer_is_checked_beside_the_loop(monkeypatch, said, beside):
    seen = []

    def check(*given):
        seen.append(threading.current_thread() is not threading.main_thread())
        return checked(*given)

    monkeypatch.setattr(reading, "checked", check)
    assert (await read(InTurn(small=[said]))).read_by == "rules and small"
    assert seen == [beside]


@pytest.mark.parametrize(("times", "beside"), [(1, False), (250, True)])
@pytest.mark.parametrize("where", ["here", "before", "open"])
async def test_so_is_a_short_one_where_there_are_many_words_to_hold_it_against(
    monkeypatch, where, times, beside
):
    said, long = plan(*[step(n) for n in range(30)]), "sometimes-and-then-again " * times
    assert len(said) <= reading.LONG
    waits = OpenPlan(
        number=1, revision=1, title="", request=long, intent=Intent(wishes=()), owner="ana",
        mine=True,
    )  # fmt: skip
    context = {
        "here": ParseContext(),
        "before": ParseContext(request=long),
        "open": ParseContext(open=(waits,)),
    }[where]
    seen = []

    def check(*_):
        seen.append(threading.current_thread() is not threading.main_thread())
        raise WrongAnswerError(["it was looked at"])

    monkeypatch.setattr(reading, "checked", check)
    await read(
        InTurn(small=[said, said]), text=long if where == "here" else RESTART, context=context
    )
    assert set(seen) == {beside}


@pytest.mark.parametrize(("times", "beside"), [(1, False), (400, True)])
async def test_what_was_read_of_many_words_is_held_against_the_rules_beside_the_loop(
    monkeypatch, times, beside
):
    seen = []
    judged = reading._judged

    def judge(*given):
        seen.append(threading.current_thread() is not threading.main_thread())
        return judged(*given)

    monkeypatch.setattr(reading, "_judged", judge)
    text = f'{RESTART} "{"again " * times}"'
    found = await read(InTurn(small=[RIGHT, RIGHT]), text=text)
    assert seen == [beside]
    assert found.reading.model == "small"


@pytest.mark.parametrize("text", ["look at web-1 and db-2, then at web-3", RESTART])
async def test_the_words_of_a_request_are_tagged_once_however_many_steps_an_answer_has(
    monkeypatch, text
):
    tagged = []

    class Counting(Tagger):
        def __init__(self, *given):
            super().__init__(*given)
            tagged.append(given)

    monkeypatch.setattr("bot.intent.model.words.Tagger", Counting)
    counts = []
    for steps in (1, 30):
        tagged.clear()
        checked(plan(*[step(n) for n in range(steps)]), grounds(text))
        counts.append(len(tagged))
    assert counts == [2, 2]  # with those before in the thread, and alone


async def test_an_answer_that_takes_too_long_to_check_gives_way_to_the_rules(monkeypatch):
    clock, ended = ManualClock(), threading.Event()
    monkeypatch.setattr(reading, "checked", lambda *_: ended.wait(30))
    task = asyncio.create_task(read(InTurn(small=[LONG]), clock=clock))
    try:
        async with asyncio.timeout(20):
            while not clock.sleepers:
                await asyncio.sleep(0.001)
            await clock.advance(20)
            found = await task
    finally:
        ended.set()
    assert found.outcome == rules(RESTART)
    assert found.reading.aside == "small gave no answer that could be used."
    assert found.reading.usage == USED


async def test_an_answer_that_breaks_what_checks_it_is_the_models_fault(monkeypatch):
    def broken(*_):
        raise RecursionError("too deep")

    monkeypatch.setattr(reading, "checked", broken)
    with capture_logs() as logged:
        found = await read(InTurn(small=[RIGHT, RIGHT]))
    assert [each["exc_info"] for each in logged if "exc_info" in each]
    assert found.outcome == rules(RESTART)
    assert found.reading.aside == "small gave no answer that could be used."


@pytest.mark.parametrize(("patience", "first", "both"), [(8, 6, 8), (20, 15, 20), (60, 45, 60)])
async def test_a_model_that_hangs_leaves_the_next_one_time_to_answer(patience, first, both):
    clock = ManualClock()
    deadlines = {}

    class Hung(InTurn):
        async def ask(self, name, prompt, *, person, deadline):
            deadlines[name] = deadline
            if name == "small":
                await asyncio.Event().wait()
            return await super().ask(name, prompt, person=person, deadline=deadline)

    settings = ModelsSettings(patience=patience)
    models = Hung(small=[RIGHT], large=[RIGHT])
    task = asyncio.create_task(read(models, clock=clock, settings=settings))
    while not clock.sleepers:
        await asyncio.sleep(0)
    await clock.advance(first)
    found = await task
    assert found.read_by == "rules and large"
    assert found.reading.aside == f"small did not answer within {first} s."
    assert deadlines == {"small": first, "large": both}


async def test_where_too_little_time_is_left_the_next_model_is_not_asked():
    clock = ManualClock()
    away = ModelAwayError("small can't be reached.", model="small")
    models = Taking(clock, 19.5, small=[away], large=[RIGHT])
    found = await read(models, clock=clock)
    assert models.asked == ["small"]
    assert found.reading.aside == "small can't be reached."


async def test_a_wrong_answer_is_not_mended_where_too_little_time_is_left():
    clock = ManualClock()
    models = Taking(clock, 19.5, small=[WRONG, RIGHT])
    found = await read(models, clock=clock)
    assert models.asked == ["small"]
    assert found.outcome == rules(RESTART)
    assert found.reading.aside == "small gave no answer that could be used."


async def test_a_model_that_answered_wrongly_and_then_not_at_all_is_told_as_that():
    away = ModelAwayError("small gave no answer in time.", model="small")
    found = await read(InTurn(small=[WRONG, away]))
    assert found.reading.aside == (
        "small gave no answer that could be used. Asked again: small gave no answer in time."
    )
    assert found.reading.usage == USED


async def test_time_that_is_nearly_over_is_told_as_a_sentence():
    clock = ManualClock()
    models = InTurn(small=[])

    async def hangs(*_, **__):
        await asyncio.Event().wait()

    models.ask = hangs
    task = asyncio.create_task(
        read(models, clock=clock, heard=-0.3, settings=ModelsSettings(patience=1))
    )
    while not (clock.sleepers or task.done()):
        await asyncio.sleep(0)
    await clock.advance(2)
    assert (await task).reading.aside == "small did not answer within 0.7 s."
