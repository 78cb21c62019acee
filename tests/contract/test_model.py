"""What `bot.ports.Model` promises, of the scripted endpoint and of each SDK over the emulator."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from bot.domain.usage import Usage
from bot.errors import (
    ModelAnswerError,
    ModelAuthError,
    ModelAwayError,
    ModelBusyError,
    ModelError,
    ModelUnknownError,
)
from bot.intent.model.answer import Answer
from bot.ports import Model, Prompt, Turn
from bot.testing.manual_clock import ManualClock
from bot.testing.scripted_endpoint import ScriptedEndpoint

pytest_plugins = ("tests.rigs.model_fixtures",)
pytestmark = pytest.mark.asyncio

NAME = "m-1"
PROMPT = Prompt("plan@1", "You read requests.", "Hosts: web-1.", (Turn("user", "hi"),), Answer)
TEXT = '{"kind":"talk"}'
USED = Usage(calls=1, tokens_in=40, tokens_out=9)
_TOLD = {"input_tokens": 40, "prompt_tokens": 40, "output_tokens": 9, "completion_tokens": 9}
FAULTS = {
    ModelBusyError: {"status": 429, "error": {"message": "slow down"}, "retryAfter": 7},
    ModelAuthError: {"status": 403, "error": {"message": "no", "type": "permission_error"}},
    ModelUnknownError: {
        "status": 404, "error": {"message": "The model `m-1` does not exist", "type": "not_found_error"},
    },
    ModelAwayError: {"status": 500, "error": {"message": "disk full"}},
    ModelAnswerError: {"content": '{"kind": "pla', "finishReason": "length", "usage": _TOLD},
}  # fmt: skip


@dataclass
class Rig:
    """A model and what it is made to do: from now on it `says` this or `fails` so; the next `hangs`.

    `asks` is how many calls have reached it; `passes` lets its time pass where that is a clock's.
    """

    model: Model
    says: Callable[[str], None]
    fails: Callable[[type[ModelError]], None]
    hangs: Callable[[], None]
    asks: Callable[[], int]
    passes: Callable[[float], object]


def scripted():
    clock = ManualClock()
    model = ScriptedEndpoint(NAME, clock)

    def error(kind):
        more = {"retry_after_s": 7} if kind is ModelBusyError else {"usage": USED}
        if kind is not ModelAnswerError:
            more.pop("usage", None)
        return kind(f"{NAME} does not answer.", model=NAME, **more)

    def fails(kind):
        model.always(error(kind))
        model.ill = model.refuses = error(kind)

    async def passes(seconds):
        await clock.advance(seconds)

    return Rig(
        model,
        says=lambda text: model.always(text, usage=USED),
        fails=fails,
        hangs=model.hangs,
        asks=lambda: len(model.calls),
        passes=passes,
    )


def emulated(api, aimock, make):
    def plays(response):
        aimock.reset()
        aimock.play({"match": {"model": NAME}, "response": response})

    def hangs():
        plays({"content": TEXT})
        aimock.chaos(latencyMs=30_000)

    async def passes(_):
        """The time of a server passes by itself."""

    return Rig(
        make(api, aimock.url),
        says=lambda text: plays({"content": text, "usage": _TOLD}),
        fails=lambda kind: plays(FAULTS[kind]),
        hangs=hangs,
        asks=lambda: len(aimock.asked()),
        passes=passes,
    )


EMULATED = [
    pytest.param(api, marks=pytest.mark.aimock) for api in ("messages", "chat", "responses")
]


@pytest.fixture(params=["scripted", *EMULATED])
def rig(request):
    if request.param == "scripted":
        return scripted()
    return emulated(*(request.param, *map(request.getfixturevalue, ("aimock", "model"))))


async def test_an_answer_comes_as_it_was_said_with_what_it_used_and_no_money(rig):
    rig.says(TEXT)
    said = await rig.model.ask(PROMPT, timeout_s=30)
    assert (said.text, said.model, said.usage) == (TEXT, NAME, USED)
    assert said.usage.micros == 0


async def test_what_it_says_is_handed_on_and_not_judged(rig):
    rig.says('{"kind": "destroy"}')
    assert (await rig.model.ask(PROMPT, timeout_s=30)).text == '{"kind": "destroy"}'


@pytest.mark.parametrize("kind", FAULTS)
async def test_a_failure_is_an_error_of_the_family_that_names_the_model_and_asks_once(rig, kind):
    rig.fails(kind)
    with pytest.raises(kind, match=NAME) as caught:
        await rig.model.ask(PROMPT, timeout_s=30)
    assert caught.value.model == NAME
    assert rig.asks() == 1, "whether it is asked again is the router's to say"
    if kind is ModelBusyError:
        assert caught.value.retry_after_s == 7
    if kind is ModelAnswerError:
        assert caught.value.usage == USED, "it has been paid for"


async def test_one_that_hangs_is_away_when_its_time_is_over(rig):
    rig.says(TEXT)
    await rig.model.ask(PROMPT, timeout_s=30)  # what it imports, it has imported
    rig.hangs()
    asking = asyncio.ensure_future(rig.model.ask(PROMPT, timeout_s=0.5))
    await asyncio.sleep(0)
    await rig.passes(0.5)
    with pytest.raises(ModelAwayError, match=r"m-1 .*gave no answer within 0\.5 s"):
        await asking


async def test_a_call_that_is_given_up_ends_and_the_next_is_answered(rig):
    rig.hangs()
    asking = asyncio.ensure_future(rig.model.ask(PROMPT, timeout_s=600))
    done, _ = await asyncio.wait({asking}, timeout=0.2)  # wherever it is by then
    assert not done
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    rig.says(TEXT)
    assert (await rig.model.ask(PROMPT, timeout_s=30)).text == TEXT


async def test_many_calls_at_once_are_each_answered(rig):
    rig.says(TEXT)
    found = await asyncio.gather(*(rig.model.ask(PROMPT, timeout_s=30) for _ in range(8)))
    assert [said.text for said in found] == [TEXT] * 8
    assert sum((said.usage for said in found), Usage()) == Usage(
        calls=8, tokens_in=8 * 40, tokens_out=8 * 9
    )


async def test_opening_it_asks_nothing_and_what_does_not_work_is_for_the_first_call_to_tell(rig):
    rig.fails(ModelAuthError)
    await rig.model.open(connections=2, timeout_s=30)
    assert rig.asks() == 0
    with pytest.raises(ModelAuthError):
        await rig.model.ask(PROMPT, timeout_s=30)


async def test_trying_it_out_tells_what_that_used_and_what_is_wrong(rig):
    rig.says("Yes")
    took = await rig.model.try_out(timeout_s=30)
    assert took.tokens > 0
    assert took.micros == 0
    rig.fails(ModelAuthError)
    with pytest.raises(ModelAuthError, match=NAME):
        await rig.model.try_out(timeout_s=30)


async def test_a_check_of_one_that_is_well_says_nothing_and_spends_no_token(rig):
    rig.says(TEXT)
    await rig.model.check(timeout_s=30)
    assert rig.asks() == 0


async def test_it_may_be_closed_twice_and_asked_again(rig):
    rig.says(TEXT)
    await rig.model.ask(PROMPT, timeout_s=30)
    await rig.model.close()
    await rig.model.close()
    assert (await rig.model.ask(PROMPT, timeout_s=30)).text == TEXT
