"""What `bot.ports.Models` promises: of the scripted models, and of the router over the scripted
endpoint and over each SDK at the emulator."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from bot.adapters.machine import SystemClock
from bot.cli.eval_budget import Metered
from bot.domain.usage import Tier
from bot.errors import ModelAuthError, ModelError
from bot.intent.model.answer import Answer
from bot.intent.model.router import Router
from bot.ports import Clock, Models, Prompt, Turn
from bot.settings import ModelSettings, ModelsSettings, Price
from bot.testing.manual_clock import ManualClock
from bot.testing.scripted_endpoint import ScriptedEndpoint
from bot.testing.scripted_models import ScriptedModels
from bot.testing.seeded_ids import SeededIds
from tests.rigs.stores import opened

pytest_plugins = ("tests.rigs.model_fixtures",)
pytestmark = pytest.mark.asyncio

NAME = "m-1"
PROMPT = Prompt("plan@1", "You read requests.", "Hosts: web-1.", (Turn("user", "hi"),), Answer)
TEXT = '{"kind":"talk"}'
_TOLD = {"input_tokens": 40, "prompt_tokens": 40, "output_tokens": 9, "completion_tokens": 9}
_FAILS = {"status": 403, "error": {"message": "no", "type": "permission_error"}}


@dataclass
class Rig:
    """Models of one, of the tier cloud-fast, and what it is made to do from now on."""

    models: Models
    clock: Clock
    says: Callable[[str], None]
    fails: Callable[[], None]

    def ask(self, name=NAME, *, within=60.0):
        deadline = self.clock.monotonic() + within
        return self.models.ask(name, PROMPT, person="ana", deadline=deadline)


def refused():
    return ModelAuthError(f"{NAME} does not let in its key.", model=NAME)


def routed(model, clock, store):
    one = ModelSettings(
        tier="cloud-fast", provider="openai", model=NAME, concurrency=8, timeout=30.0,
        price=Price(input=3, output=15),
    )  # fmt: skip
    return Router(
        ModelsSettings(tiers=(one,), patience=60.0), lambda _: model, store, clock, SeededIds(1),
        zone=lambda: None,
    )  # fmt: skip


def over_the_emulator(api, aimock, model, made):
    def plays(response):
        aimock.reset()
        aimock.play({"match": {"model": NAME}, "response": response})

    clock = SystemClock()
    return Rig(
        made(model(api, aimock.url), clock),
        clock,
        says=lambda text: plays({"content": text, "usage": _TOLD}),
        fails=lambda: plays(_FAILS),
    )


def over_the_script(made):
    model = ScriptedEndpoint(NAME, made.clock)
    return Rig(
        made(model), made.clock,
        says=model.always,
        fails=lambda: model.always(refused()),
    )  # fmt: skip


def scripted():
    models = ScriptedModels("", name=NAME)

    def plays(says):
        models._says[:] = [says]

    return Rig(models, ManualClock(), says=plays, fails=lambda: plays(refused()))


def metered(made):
    """The router as an evaluation asks it."""
    rig = over_the_script(made)
    rig.models = Metered(rig.models, lambda *_: None)
    return rig


EMULATED = [
    pytest.param(api, marks=pytest.mark.aimock) for api in ("messages", "chat", "responses")
]


@pytest.fixture
async def made(tmp_path):
    """Makes a router over a store; all of it is closed at the end."""
    clock, routers = ManualClock(), []
    store = opened(tmp_path / "overseer.db", clock)

    def make(model, its_clock=clock):
        routers.append(routed(model, its_clock, store))
        return routers[-1]

    make.clock = clock
    yield make
    for router in routers:
        await router.close()
    await store.close()


@pytest.fixture(params=["scripted", "router", "metered", *EMULATED])
def rig(request, made):
    match request.param:
        case "scripted":
            return scripted()
        case "router":
            return over_the_script(made)
        case "metered":
            return metered(made)
        case api:
            given = map(request.getfixturevalue, ("aimock", "model"))
            return over_the_emulator(api, *given, made)


@pytest.mark.parametrize("first", Tier)
async def test_wherever_a_request_begins_the_one_that_there_is_is_asked(rig, first):
    assert list(rig.models.order(first=first)) == [NAME]
    assert rig.models.why_none() == ""


async def test_a_forced_tier_is_the_only_one_and_where_it_has_none_that_is_told(rig):
    assert list(rig.models.order(first=Tier.LOCAL, forced=Tier.CLOUD_FAST)) == [NAME]
    assert rig.models.why_none(Tier.CLOUD_FAST) == ""
    assert list(rig.models.order(forced=Tier.CLOUD_HEAVY)) == []
    assert rig.models.why_none(Tier.CLOUD_HEAVY).endswith(".")


async def test_an_answer_says_whose_it_is_and_what_it_took_in_tokens_and_money(rig):
    rig.says(TEXT)
    said = await rig.ask()
    assert (said.text, said.model, said.tier) == (TEXT, NAME, Tier.CLOUD_FAST)
    assert said.usage.calls == 1
    assert said.usage.tokens > 0
    assert said.usage.micros > 0


async def test_a_failure_is_an_error_of_the_family_that_names_the_model(rig):
    rig.fails()
    with pytest.raises(ModelError, match=NAME) as caught:
        await rig.ask()
    assert caught.value.model == NAME


async def test_many_may_ask_at_once_and_each_gets_an_answer(rig):
    rig.says(TEXT)
    found = await asyncio.gather(*(rig.ask() for _ in range(8)))
    assert {said.text for said in found} == {TEXT}


async def test_who_gives_up_leaves_the_models_as_they_were(rig):
    rig.says(TEXT)
    asking = asyncio.ensure_future(rig.ask())
    await asyncio.sleep(0)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert list(rig.models.order()) == [NAME]
    assert (await rig.ask()).text == TEXT


async def test_what_is_of_use_stays_in_the_order(rig):
    for _ in range(5):
        rig.models.judged(NAME, useful=False)
        rig.models.judged(NAME, useful=True)
    rig.models.judged("nobody", useful=False)
    assert rig.models.order() == (NAME,)


async def test_an_evaluation_measures_a_model_to_the_end_whatever_it_answers(made):
    outright, measured = over_the_script(made), metered(made)
    for _ in range(10):
        outright.models.judged(NAME, useful=False)
        measured.models.judged(NAME, useful=False)
    assert (outright.models.order(), measured.models.order()) == ((), (NAME,))
