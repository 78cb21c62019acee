"""What both SDKs put on the wire for us, and what becomes of answers that the emulator can't play."""

import asyncio
import socket
import ssl
from contextlib import ExitStack, suppress
from datetime import UTC, datetime

import pytest

from bot.adapters.files.prompt_files import load_prompts
from bot.domain.intents import ParseContext
from bot.domain.inventory import Host, Inventory
from bot.domain.usage import Usage
from bot.errors import (
    ModelAnswerError,
    ModelAwayError,
    ModelBusyError,
)
from bot.intent.model.answer import Answer
from bot.intent.model.prompting import Prompter
from bot.skillkit.catalog import Catalog
from bot.skillkit.loader import load
from tests.rigs.certificates import certificate
from tests.rigs.model_bodies import BODIES, SECRET, TEXT, ask
from tests.rigs.raw_endpoint import RawEndpoint

pytest_plugins = ("tests.rigs.model_fixtures",)

PATHS = {
    "messages": "/v1/messages",
    "chat": "/v1/chat/completions",
    "responses": "/v1/responses",
}


@pytest.fixture(params=BODIES)
def api(request):
    return request.param


async def test_what_is_asked(raw, model, api):
    raw.answer(BODIES[api])
    assert (await ask(model(api, raw.url))).text == TEXT
    (got,) = raw.received
    assert (got.method, got.path) == ("POST", PATHS[api])
    assert got.headers["authorization"] == f"Bearer {SECRET}"
    assert "temperature" not in got.json
    assert got.json["model"] == "m-1"


async def test_anthropic_keeps_the_stable_part_in_its_cache(raw, model):
    raw.answer(BODIES["messages"])
    await ask(model("messages", raw.url))
    body = raw.received[0].json
    assert body["system"] == [
        {"type": "text", "text": "Stable.", "cache_control": {"type": "ephemeral"}},
        {"type": "text", "text": "Fitted."},
    ]
    assert body["max_tokens"] == 99


async def test_the_marked_part_is_the_same_to_the_byte_for_the_next_request_of_anybody(raw, model):
    prompter = Prompter(load_prompts()["plan"])
    hosts = tuple(Host(name=f"web-{n}", environment="test") for n in (1, 2))
    inventory = Inventory(hosts=hosts, version="two")
    asked = model("messages", raw.url)
    for text, zone in (("how is web-1?", "UTC"), ("neu starten bitte", "Asia/Tokyo")):
        raw.answer(BODIES["messages"])
        context = ParseContext(now=datetime(2026, 3, 1, 9, tzinfo=UTC), zone=zone)
        prompt = prompter.plan(text, context, Catalog(load()), inventory)
        await asked.ask(prompt, timeout_s=30)
    first, second = (each.json["system"] for each in raw.received)
    assert first[0] == second[0]
    assert first[0]["cache_control"] == {"type": "ephemeral"}
    assert "# The catalogue" in first[0]["text"]
    assert first[1] != second[1]
    assert all("cache_control" not in system[1] for system in (first, second))


async def test_responses_are_not_stored(raw, model):
    raw.answer(BODIES["responses"])
    await ask(model("responses", raw.url))
    body = raw.received[0].json
    assert (body["store"], body["max_output_tokens"]) == (False, 99)
    assert body["instructions"] == "Stable.\n\nFitted."


async def test_the_schema_is_the_one_that_the_sdks_own_parse_would_send(raw, model, api):
    raw.answer(BODIES[api])
    await ask(model(api, raw.url))
    with suppress(Exception):  # our short answer does not fit, and parse minds
        await parsed(api, raw.url)
    ours, theirs = (schema_of(api, each.json) for each in raw.received)
    assert ours == theirs


async def parsed(api, url):
    import anthropic
    import openai

    turns = [{"role": "user", "content": "hi"}]
    match api:
        case "messages":
            async with anthropic.AsyncAnthropic(api_key="k", base_url=url) as client:
                await client.messages.parse(
                    model="m-1", max_tokens=9, messages=turns, output_format=Answer
                )
        case "chat":
            async with openai.AsyncOpenAI(api_key="k", base_url=f"{url}/v1") as client:
                await client.chat.completions.parse(
                    model="m-1", messages=turns, response_format=Answer
                )
        case "responses":
            async with openai.AsyncOpenAI(api_key="k", base_url=f"{url}/v1") as client:
                await client.responses.parse(model="m-1", input=turns, text_format=Answer)


def schema_of(api, body):
    def untitled(node):
        if isinstance(node, dict):
            return {key: untitled(value) for key, value in node.items() if key != "title"}
        return [untitled(each) for each in node] if isinstance(node, list) else node

    held = {
        "messages": lambda: body["output_config"]["format"],
        "chat": lambda: body["response_format"]["json_schema"],
        "responses": lambda: body["text"]["format"],
    }[api]()
    return untitled(held)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ([("Retry-After", "2.5")], 2.5),
        ([("Retry-After", "1"), ("retry-after-ms", "1200")], 1.2),
        ([("Retry-After", "Wed, 21 Oct 2026 07:28:30 GMT"),
          ("Date", "Wed, 21 Oct 2026 07:28:00 GMT")], 30.0),
        ([], None),
    ],
)  # fmt: skip
async def test_when_to_come_back(raw, model, api, headers, seconds):
    raw.answer({"error": {"message": "no"}}, 429, headers=headers)
    with pytest.raises(ModelBusyError) as caught:
        await ask(model(api, raw.url))
    assert caught.value.retry_after_s == seconds


@pytest.mark.parametrize("cut_at", [0, 1, 40])
async def test_a_body_that_breaks_off(raw, model, api, cut_at):
    raw.answer(BODIES[api], cut_at=cut_at)
    with pytest.raises(ModelAwayError, match="broke off before it had answered"):
        await ask(model(api, raw.url))


async def test_nobody_there(model, api):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    with pytest.raises(ModelAwayError, match="can't be reached") as caught:
        await ask(model(api, url))
    assert "base_url" in caught.value.cure


@pytest.mark.parametrize("url", ["http://127.0.0.1:99999", "http://"])
async def test_an_address_that_is_none(model, api, url):
    with pytest.raises(ModelAwayError) as caught:
        await ask(model(api, url))
    assert "base_url" in caught.value.cure


@pytest.mark.parametrize("body", ["<html>Log in</html>", "", "null", "[]", {"choices": []}, {}])
async def test_a_success_that_is_no_answer(raw, model, api, body):
    raw.answer(body)
    with pytest.raises(ModelAnswerError, match="something that is no model's answer"):
        await ask(model(api, raw.url))


async def test_an_error_that_comes_as_a_success_is_told(raw, model, api):
    raw.answer({"error": {"message": f"upstream is gone, {SECRET}", "code": 502}})
    with pytest.raises(ModelAnswerError, match="no model's answer: “upstream is gone, ") as caught:
        await ask(model(api, raw.url))
    assert "0123456789" not in str(caught.value)


async def test_one_deadline_is_over_all_of_it(raw, model, api):
    """A body that drips byte by byte as well."""
    raw.answer(BODIES[api])
    asked = model(api, raw.url)
    await ask(asked)  # the SDK is there now
    raw._answers[:] = []
    raw.answer(BODIES[api], drips=True)
    with pytest.raises(ModelAwayError, match=r"gave no answer within 0\.2 s"):
        await ask(asked, timeout_s=0.2)


async def test_nobody_takes_the_call(model, api, monkeypatch):
    monkeypatch.setattr("bot.adapters.llm.endpoint.CONNECT_S", 0.2)
    with ExitStack() as stack:
        full = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(3):  # the kernel takes no more calls than fit into its queue
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        with pytest.raises(ModelAwayError, match="can't be reached"):
            await ask(model(api, f"http://127.0.0.1:{full.getsockname()[1]}"))


async def test_a_certificate_that_nobody_vouches_for(model, api, tmp_path):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(*certificate(tmp_path))
    async with RawEndpoint(tls) as raw:
        raw.answer(BODIES[api])
        with pytest.raises(ModelAwayError, match=r"certificate of m-1 at .* can't be trusted"):
            await ask(model(api, raw.url))
        assert raw.received == []


async def test_who_gives_up_hangs_up(raw, model, api):
    raw.answer(BODIES[api])
    raw.answer(hangs=True)
    asked = model(api, raw.url)
    await ask(asked)
    asking = asyncio.create_task(ask(asked))
    while len(raw.received) < 2:
        await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await asyncio.wait_for(raw.left.wait(), 30)


async def test_anthropic_without_schemas_is_asked_for_a_tool_then_in_words(raw, model):
    for what in ("output_config.format", "tools"):
        raw.answer({"error": {"message": f"{what}: not supported by this model"}}, 400)
    raw.answer(BODIES["messages"])
    asked = model("messages", raw.url)
    assert (await ask(asked)).text == TEXT
    assert (await ask(asked)).text == TEXT
    first, second, third, fourth = (each.json for each in raw.received)
    assert first["output_config"]["format"]["type"] == "json_schema"
    assert second["tool_choice"] == {"type": "tool", "name": "answer"}
    for body in (third, fourth):
        assert not {"output_config", "tools"} & body.keys()
        assert '"required":["kind"' in body["system"][0]["text"]
        assert body["system"][0]["cache_control"]


async def test_a_server_that_only_knows_the_newer_bound(raw, model):
    raw.answer({"error": {"message": "Use 'max_completion_tokens' instead."}}, 400)
    raw.answer(BODIES["chat"])
    asked = model("chat", raw.url)
    await ask(asked)
    await ask(asked)
    bounds = [{key for key in each.json if key.startswith("max_")} for each in raw.received]
    assert bounds == [{"max_tokens"}, {"max_completion_tokens"}, {"max_completion_tokens"}]
    assert all(each.json["response_format"] for each in raw.received)


async def test_a_server_that_does_not_mind_the_schema_is_told_it_in_words(raw, model):
    raw.answer({"choices": [{"message": {"content": "Sure! Restarting."}}]})
    raw.answer(BODIES["chat"])
    asked = model("chat", raw.url)
    assert (await ask(asked)).text == "Sure! Restarting."
    assert (await ask(asked)).text == TEXT
    first, second = (each.json["messages"][0]["content"] for each in raw.received)
    assert ('"required":["kind"' in first, '"required":["kind"' in second) == (False, True)


async def test_what_the_caches_kept_is_counted(raw, model):
    counts = {
        "messages": {"input_tokens": 10, "cache_read_input_tokens": 70,
                     "cache_creation_input_tokens": 20, "output_tokens": 5},
        "chat": {"prompt_tokens": 100, "completion_tokens": 5,
                 "prompt_tokens_details": {"cached_tokens": 70}},
        "responses": {"input_tokens": 100, "output_tokens": 5,
                      "input_tokens_details": {"cached_tokens": 70}},
    }  # fmt: skip
    for api, usage in counts.items():
        raw._answers.clear()
        raw.answer(BODIES[api] | {"usage": usage})
        said = await ask(model(api, raw.url))
        assert said.usage == Usage(calls=1, tokens_in=100, cached=70, tokens_out=5)


REFUSALS = {
    "messages": {"content": [], "stop_reason": "refusal", "usage": {"input_tokens": 9}},
    "chat": {
        "choices": [{"message": {"content": None, "refusal": "I can't."}}],
        "usage": {"prompt_tokens": 9},
    },
    "responses": {
        "status": "completed",
        "output": [{"type": "message", "content": [{"type": "refusal", "refusal": "I can't."}]}],
        "usage": {"input_tokens": 9},
    },
}


async def test_a_refusal_of_the_models_own(raw, model, api):
    raw.answer(REFUSALS[api])
    with pytest.raises(ModelAnswerError, match="declines to answer") as caught:
        await ask(model(api, raw.url))
    assert caught.value.usage == Usage(calls=1, tokens_in=9)


@pytest.mark.parametrize(("reason", "words"), [
    ("max_output_tokens", "cut off in the middle"), ("content_filter", "content filter"),
])  # fmt: skip
async def test_a_response_that_is_incomplete(raw, model, reason, words):
    raw.answer(BODIES["responses"] | {
        "status": "incomplete", "incomplete_details": {"reason": reason},
        "usage": {"output_tokens": 99},
    })  # fmt: skip
    with pytest.raises(ModelAnswerError, match=words) as caught:
        await ask(model("responses", raw.url))
    assert caught.value.usage.tokens_out == 99
