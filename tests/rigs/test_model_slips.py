"""A server that takes a schema and then answers in no JSON: minded anew, and asked plainly between."""

import json

import pytest

from bot.adapters.llm import endpoint
from tests.rigs.model_bodies import BODIES, TEXT, ask

pytest_plugins = ("tests.rigs.model_fixtures",)
pytestmark = pytest.mark.asyncio


def slip(api):
    return json.loads(json.dumps(BODIES[api]).replace(json.dumps(TEXT)[1:-1], "Sorry!"))


def wanted(raw):
    """For each call whether its shape was asked for beside the words."""
    return [bool({"output_config", "response_format", "text"} & set(r.json)) for r in raw.received]


@pytest.mark.parametrize("api", ["messages", "chat", "responses"])
async def test_one_slip_is_mended_in_words_and_the_schema_is_asked_for_again(raw, model, api):
    for body in (slip(api), *[BODIES[api]] * 3):
        raw.answer(body)
    asked = model(api, raw.url)
    for _ in range(4):
        await ask(asked)
    assert wanted(raw) == [True, False, True, True]


async def test_who_slips_each_time_is_asked_for_it_ever_more_seldom(raw, model, monkeypatch):
    monkeypatch.setattr(endpoint, "LONGER", 2)
    monkeypatch.setattr(endpoint, "MOST_PLAIN", 2)
    good, bad = BODIES["chat"], slip("chat")
    slipping = (bad, good, bad, good, good, bad, good, good)
    learnt = (good, bad, good, good)
    for body in (*slipping, *learnt):
        raw.answer(body)
    asked = model("chat", raw.url)
    for _ in (*slipping, *learnt):
        await ask(asked)
    assert wanted(raw)[:8] == [True, False, True, False, False, True, False, False]
    assert wanted(raw)[8:] == [True, True, False, True]
