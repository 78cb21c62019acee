"""Whether an endpoint is well, as its lists and health addresses tell it, with both SDKs."""

import asyncio
import json
import threading

import pytest

from bot.adapters.llm import endpoint
from bot.errors import (
    ModelAnswerError,
    ModelAuthError,
    ModelAwayError,
    ModelBusyError,
    ModelUnknownError,
    ModelUnlistedError,
)
from tests.rigs.model_bodies import BODIES, SECRET, ask

pytest_plugins = ("tests.rigs.model_fixtures",)


@pytest.fixture(params=BODIES)
def api(request):
    return request.param


async def test_check_asks_the_provider_for_this_model_alone(raw, model, api):
    raw.answer({"id": "m-1", "object": "model"})
    asked = model(api, raw.url, own=True)
    await asked.check(timeout_s=30)
    assert (raw.received[0].method, raw.received[0].path) == ("GET", "/v1/models/m-1")
    raw._answers[:] = []
    raw.answer({"error": {"message": "Not found", "type": "not_found_error"}}, 404)
    with pytest.raises(ModelUnknownError, match="knows no model m-1"):
        await asked.check(timeout_s=30)


async def test_an_sdk_that_is_imported_slowly_is_no_fault_of_the_server(
    raw, model, api, monkeypatch
):
    raw.answer({"data": [{"id": "m-1"}]})
    go, opened = threading.Event(), endpoint._opened

    def slowly(dialect):
        go.wait(30)
        return opened(dialect)

    monkeypatch.setattr(endpoint, "_opened", slowly)
    checking = asyncio.ensure_future(model(api, raw.url).check(timeout_s=2))
    done, _ = await asyncio.wait({checking}, timeout=2.5)
    assert not done
    go.set()
    await checking


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 501])
async def test_a_gateway_that_shows_no_list_tells_nothing_and_a_request_tells(
    raw, model, api, status
):
    raw.answer({"error": {"message": "Not for you.", "type": "gateway"}}, status)
    asked = model(api, raw.url)
    with pytest.raises(ModelUnlistedError, match="list of models"):
        await asked.check(timeout_s=30)
    raw._answers[:] = []
    raw.answer(BODIES[api])
    await asked.try_out(timeout_s=30)
    assert [one.method for one in raw.received] == ["GET", "POST"]


@pytest.mark.parametrize("body", ["<h1>It works!</h1>", {"data": []}, {"models": ["m-1"]}])
async def test_what_is_no_list_or_an_empty_one_tells_nothing(raw, model, api, body):
    raw.answer(body)
    with pytest.raises(ModelUnlistedError, match="no list of models"):
        await model(api, raw.url).check(timeout_s=30)
    with pytest.raises(ModelAnswerError, match="no model's answer"):  # a page that says 200 to all
        await model(api, raw.url).try_out(timeout_s=30)


@pytest.mark.parametrize(
    ("status", "message", "error"),
    [
        (401, "Incorrect API key provided.", ModelAuthError),
        (401, "Missing scopes: api.model.read.", ModelUnlistedError),
        (403, "Not allowed to do that.", ModelUnlistedError),
        (429, "Too many.", ModelBusyError),
        (500, "Broken.", ModelAwayError),
    ],
)
async def test_a_providers_own_list_knows_a_wrong_key_from_a_narrowed_one(
    raw, model, api, status, message, error
):
    raw.answer({"error": {"message": message, "type": "x"}}, status)
    with pytest.raises(error):
        await model(api, raw.url, own=True).check(timeout_s=30)


@pytest.mark.parametrize(("status", "error"), [(429, ModelBusyError), (500, ModelAwayError)])
async def test_a_gateways_list_that_is_busy_or_broken_says_so(raw, model, api, status, error):
    raw.answer({"error": {"message": "Later.", "type": "x"}}, status)
    with pytest.raises(error):
        await model(api, raw.url).check(timeout_s=30)


async def test_check_asks_the_health_address_without_the_key(raw, model, api):
    raw.answer("fine")
    raw.answer("loading", 503)
    asked = model(api, raw.url, health=f"{raw.url}/health")
    await asked.check(timeout_s=30)
    assert raw.received[0].path == "/health"
    assert SECRET not in str(raw.received[0])
    with pytest.raises(ModelAwayError, match="answered 503, not 200"):
        await asked.check(timeout_s=30)


async def test_an_address_without_an_api(raw, model, api):
    raw.answer("<h1>It works!</h1>", 404)
    with pytest.raises(ModelUnlistedError):
        await model(api, raw.url).check(timeout_s=30)
    with pytest.raises(ModelAwayError, match="no model's API at this address"):
        await model(api, raw.url).try_out(timeout_s=30)
    with pytest.raises(ModelAwayError, match="no model's API at this address") as caught:
        await ask(model(api, raw.url))
    ends = "without" if api == "messages" else "with"
    assert caught.value.cure == f"Mend its base_url: it mostly ends {ends} /v1."
    assert json.dumps(caught.value.sentence).count("It works") == 0
