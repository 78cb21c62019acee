"""A model that is opened ahead: its first call imports and connects no more, and nothing is judged."""

import asyncio

import pytest

from tests.rigs.model_bodies import BODIES, SECRET, TEXT, ask
from tests.rigs.raw_endpoint import RawEndpoint

pytest_plugins = ("tests.rigs.model_fixtures",)


@pytest.fixture(params=BODIES)
def api(request):
    return request.param


async def test_the_first_calls_go_over_the_connections_that_were_opened(model, api):
    async with RawEndpoint(keeps=True) as kept:
        kept.answer(BODIES[api])
        made = model(api, kept.url)
        await made.open(connections=3, timeout_s=30)
        assert kept.connections == 3
        assert {(got.method, got.body) for got in kept.received} == {("HEAD", b"")}
        assert SECRET not in str([got.headers for got in kept.received]), "nobody has asked for it"
        said = await asyncio.gather(*(ask(made) for _ in range(3)))
        assert [each.text for each in said] == [TEXT] * 3
        assert kept.connections == 3
        await made.close()


async def test_an_endpoint_that_wants_nothing_but_requests_is_asked_all_the_same(raw, model, api):
    raw.answer("Whoever are you?", 403)
    raw.answer(BODIES[api])
    made = model(api, raw.url)
    await made.open(connections=1, timeout_s=30)
    assert (await ask(made)).text == TEXT


async def test_one_that_nobody_serves_is_for_the_first_call_to_tell(model, api):
    await model(api, "http://127.0.0.1:9").open(connections=2, timeout_s=30)


async def test_one_that_hangs_holds_nobody_up_for_longer_than_the_time_given(raw, model, api):
    raw.answer(hangs=True)
    await model(api, raw.url).open(connections=1, timeout_s=0.5)
