"""How much an endpoint may send back: of answers, errors, lists and health, with both SDKs."""

import gzip
import json

import pytest

from bot.errors import ModelAnswerError, ModelUnlistedError
from tests.rigs.model_bodies import BODIES, ask

pytest_plugins = ("tests.rigs.model_fixtures",)


@pytest.fixture(params=BODIES)
def api(request):
    return request.param


@pytest.mark.parametrize("status", [200, 400, 503])
async def test_no_more_is_read_than_an_answer_may_have(raw, model, api, status):
    raw.answer(BODIES[api] | {"more": "x" * 300_000}, status)
    with pytest.raises(ModelAnswerError, match="sent more than 256 KB, which no model's answer"):
        await ask(model(api, raw.url))


async def test_a_body_without_an_end_and_without_a_length_is_read_no_further(raw, model, api):
    raw.answer("[" * 4_000_000, told_length=False)
    with pytest.raises(ModelAnswerError, match="sent more than 256 KB"):
        await ask(model(api, raw.url))


async def test_nothing_is_unpacked(raw, model, api):
    packed = gzip.compress(json.dumps(BODIES[api]).encode())
    raw.answer(packed, headers=[("Content-Encoding", "gzip")])
    with pytest.raises(ModelAnswerError, match="sends its answers compressed") as caught:
        await ask(model(api, raw.url))
    assert "Switch compression off" in caught.value.cure
    assert raw.received[0].headers["accept-encoding"] == "identity"


async def test_a_server_that_takes_neither_bound_of_an_answer_is_not_asked_for_ever(raw, model):
    raw.answer({"error": {"message": "Use 'max_completion_tokens' instead."}}, 400)
    with pytest.raises(ModelAnswerError, match="max_completion_tokens"):
        await ask(model("chat", raw.url))
    assert ["max_completion_tokens" in each.json for each in raw.received] == [False, True]


async def test_a_health_address_is_not_read_at_all(raw, model, api):
    raw.answer("x" * 9_000_000, headers=[("Content-Encoding", "gzip")])
    await model(api, raw.url, health=f"{raw.url}/health").check(timeout_s=30)


async def test_a_list_of_models_is_read_up_to_a_bound(raw, model, api):
    listed = [{"id": "m-1", "about": "x" * 1000}]
    raw.answer({"data": listed * 2_000})
    await model(api, raw.url).check(timeout_s=30)
    raw.answer({"data": listed * 5_000})
    await model(api, raw.url).check(timeout_s=30)
    with pytest.raises(ModelUnlistedError, match="no list of models that I can read"):
        await model(api, raw.url).check(timeout_s=30)
