"""Both SDKs against the emulator of both APIs: what comes back, and what each fault becomes."""

import json

import pytest

from bot.domain.usage import Tier, Usage
from bot.errors import (
    ModelAnswerError,
    ModelAuthError,
    ModelAwayError,
    ModelBusyError,
    ModelUnknownError,
    ModelUnlistedError,
)
from bot.intent.model.answer import Answer
from bot.ports import Prompt, Turn

pytest_plugins = ("tests.rigs.model_fixtures",)
pytestmark = pytest.mark.aimock

TALK = {
    "kind": "talk", "steps": [], "plan": 0, "asked": "", "ways": [], "only_show": False,
    "text": "Hello.", "choices": [],
}  # fmt: skip
PROMPT = Prompt(
    name="plan@1",
    stable="You read requests.",
    fitted="Hosts: web-1.",
    turns=(
        Turn("user", "restart web"),
        Turn("assistant", '{"kind":'),
        Turn("user", "That was no JSON."),
    ),
    schema=Answer,
)
USED = {"input_tokens": 40, "prompt_tokens": 40, "output_tokens": 9, "completion_tokens": 9}


@pytest.fixture(params=["messages", "chat", "responses"])
def api(request):
    return request.param


@pytest.fixture
def asked(aimock, model, api):
    """A model at the emulator."""
    return model(api, aimock.url, own=api == "responses")


def fault(status, message="no", **error):
    return {"match": {}, "response": {"error": {"message": message, **error}, "status": status}}


async def test_a_schema_is_answered_with_its_usage(aimock, asked):
    aimock.play({"match": {}, "response": {"content": TALK, "usage": USED}})
    said = await asked.ask(PROMPT, timeout_s=30)
    assert Answer.model_validate_json(said.text).text == "Hello."
    assert said.usage == Usage(calls=1, tokens_in=40, tokens_out=9)
    assert (said.model, said.tier) == ("m-1", Tier.CLOUD_FAST)


async def test_all_turns_and_both_parts_arrive_in_order(aimock, asked):
    aimock.play({"match": {}, "response": {"content": TALK}})
    await asked.ask(PROMPT, timeout_s=30)
    (body,) = aimock.asked()
    system, *turns = body["messages"]
    text = json.dumps(system)
    assert text.index("You read requests.") < text.index("Hosts: web-1.")
    assert [turn["role"] for turn in turns] == ["user", "assistant", "user"]
    assert "temperature" not in body


async def test_an_answer_through_a_tool(aimock, model):
    asked = model("messages", aimock.url, structured="json")
    called = {"toolCalls": [{"name": "answer", "arguments": TALK}], "usage": USED}
    aimock.play({"match": {"toolName": "answer"}, "response": called})
    said = await asked.ask(PROMPT, timeout_s=30)
    assert Answer.model_validate_json(said.text).text == "Hello."
    assert said.usage.tokens_out == 9


async def test_a_tool_that_nobody_offered_is_no_answer(aimock, asked):
    aimock.play({"match": {}, "response": {"toolCalls": [{"name": "rm", "arguments": {"x": 1}}]}})
    with pytest.raises(ModelAnswerError, match="m-1 called a tool, and none was offered"):
        await asked.ask(PROMPT, timeout_s=30)


async def test_a_call_that_is_repeated_without_end_is_no_answer(aimock, asked):
    call = {"name": "rm", "arguments": {"x": 1}}
    aimock.play({"match": {}, "response": {"toolCalls": [call] * 500}})
    with pytest.raises(ModelAnswerError, match="m-1 called a tool, and none was offered"):
        await asked.ask(PROMPT, timeout_s=30)
    assert len(aimock.asked()) == 1  # and nobody answers the call


async def test_wrong_words_are_handed_on_for_others_to_judge(aimock, asked):
    aimock.play({"match": {}, "response": {"content": '{"kind": "destroy"}'}})
    assert (await asked.ask(PROMPT, timeout_s=30)).text == '{"kind": "destroy"}'


async def test_too_many_requests(aimock, asked):
    busy = {"error": {"message": "slow down"}, "status": 429, "retryAfter": 7}
    aimock.play({"match": {}, "response": busy})
    with pytest.raises(ModelBusyError, match=r"m-1 at 127.0.0.1:\d+ can't take") as caught:
        await asked.ask(PROMPT, timeout_s=30)
    assert caught.value.retry_after_s == 7
    assert len(aimock.asked()) == 1  # the SDKs' own retries are off


@pytest.mark.parametrize("status", [529, 503])
async def test_overloaded(aimock, asked, status):
    aimock.play(fault(status, type="overloaded_error"))
    with pytest.raises(ModelBusyError, match=f"overloaded \\({status}\\)"):
        await asked.ask(PROMPT, timeout_s=30)
    assert len(aimock.asked()) == 1


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_a_fault_of_its_own(aimock, asked, status):
    aimock.play(fault(status, "disk  full\n on \x1b[31mnode 3"))
    with pytest.raises(ModelAwayError, match=rf"own \({status}\): “disk full on \[31mnode 3”\."):
        await asked.ask(PROMPT, timeout_s=30)


async def test_a_model_that_hangs(aimock, asked):
    aimock.play({"match": {}, "response": {"content": TALK}})
    await asked.ask(PROMPT, timeout_s=30)  # the SDK is there now
    aimock.chaos(latencyMs=30_000)
    with pytest.raises(ModelAwayError, match=r"gave no answer within 0\.3 s"):
        await asked.ask(PROMPT, timeout_s=0.3)


async def test_a_malformed_body(aimock, asked):
    aimock.play({"match": {}, "response": {"content": TALK}})
    aimock.chaos(malformedRate=1)
    with pytest.raises(ModelAnswerError, match="something that is no model's answer"):
        await asked.ask(PROMPT, timeout_s=30)


async def test_a_connection_cut(aimock, asked):
    aimock.play({"match": {}, "response": {"content": TALK}})
    aimock.chaos(disconnectRate=1)
    with pytest.raises(ModelAwayError, match="broke off before it had answered"):
        await asked.ask(PROMPT, timeout_s=30)


async def test_an_answer_cut_by_its_length_is_paid_for(aimock, asked):
    half = {"content": '{"kind": "pla', "finishReason": "length", "usage": USED}
    aimock.play({"match": {}, "response": half})
    with pytest.raises(ModelAnswerError, match="cut off in the middle of its answer") as caught:
        await asked.ask(PROMPT, timeout_s=30)
    assert caught.value.usage == Usage(calls=1, tokens_in=40, tokens_out=9)


async def test_an_empty_answer(aimock, asked):
    aimock.play({"match": {}, "response": {"content": " ", "usage": USED}})
    with pytest.raises(ModelAnswerError, match="gave an empty answer") as caught:
        await asked.ask(PROMPT, timeout_s=30)
    assert caught.value.usage.tokens_in == 40


async def test_a_wrong_key(aimock, asked, keys):
    keys.value = "sk-wrong-9876543210fedcba"
    with pytest.raises(ModelAuthError, match=r"does not take its key \(401\)") as caught:
        await asked.ask(PROMPT, timeout_s=30)
    assert "env:KEY" in caught.value.cure
    assert "9876543210" not in str(caught.value)


async def test_a_key_that_may_not(aimock, asked):
    aimock.play(fault(403, type="permission_error"))
    with pytest.raises(ModelAuthError, match=r"does not let in its key \(403\)"):
        await asked.ask(PROMPT, timeout_s=30)


async def test_an_unknown_model(aimock, asked, api):
    said = {"messages": "model: m-1"}.get(api, "The model `m-1` does not exist")
    aimock.play(fault(404, said, type="not_found_error"))
    with pytest.raises(ModelUnknownError, match=r"127.0.0.1:\d+ knows no model m-1\."):
        await asked.ask(PROMPT, timeout_s=30)


async def test_a_content_filter(aimock, model):
    asked = model("chat", aimock.url)
    filtered = {"content": "I", "finishReason": "content_filter", "usage": USED}
    aimock.play({"match": {}, "response": filtered})
    with pytest.raises(ModelAnswerError, match="provider's content filter") as caught:
        await asked.ask(PROMPT, timeout_s=30)
    assert caught.value.usage.tokens_in == 40


REFUSED = {"error": {"message": "response_format is not supported"}, "status": 400}


async def test_a_refused_format_falls_to_the_next_and_is_not_asked_for_again(aimock, model):
    asked = model("chat", aimock.url)
    aimock.play(
        {"match": {"responseFormat": "json_schema"}, "response": REFUSED},
        {"match": {"responseFormat": "json_object"}, "response": {"content": TALK}},
    )
    for _ in range(2):
        said = await asked.ask(PROMPT, timeout_s=30)
        assert Answer.model_validate_json(said.text).text == "Hello."
    formats = [body["response_format"]["type"] for body in aimock.asked()]
    assert formats == ["json_schema", "json_object", "json_object"]
    schema = '"required":["kind","steps","plan"'
    assert [schema in body["messages"][0]["content"] for body in aimock.asked()] == [
        False, True, True,
    ]  # fmt: skip


async def test_the_last_resort_is_plain_text_out_of_its_wrapping(aimock, model):
    asked = model("chat", aimock.url)
    wrapped = f"<think>Is it {{talk}}?</think>\nHere:\n```json\n{json.dumps(TALK)}\n```\n"
    aimock.play(
        {"match": {"responseFormat": "json_schema"}, "response": REFUSED},
        {"match": {"responseFormat": "json_object"}, "response": REFUSED},
        {"match": {}, "response": {"content": wrapped}},
    )
    said = await asked.ask(PROMPT, timeout_s=30)
    assert json.loads(said.text) == TALK
    assert "response_format" not in aimock.asked()[-1]


async def test_a_pinned_format_is_the_only_one(aimock, model):
    asked = model("chat", aimock.url, structured="schema")
    aimock.play({"match": {}, "response": REFUSED})
    with pytest.raises(ModelAnswerError, match="not supported") as caught:
        await asked.ask(PROMPT, timeout_s=30)
    assert "structured: auto" in caught.value.cure
    assert len(aimock.asked()) == 1


async def test_another_complaint_is_no_reason_to_ask_otherwise(aimock, asked):
    aimock.play(fault(400, "messages: too many turns"))
    with pytest.raises(ModelAnswerError, match="did not take the request: “messages: too many"):
        await asked.ask(PROMPT, timeout_s=30)
    assert len(aimock.asked()) == 1


@pytest.mark.parametrize("api", ["messages", "chat"])
async def test_check_finds_the_model_in_the_list(aimock, model, api):
    aimock.play({"match": {"model": "m-1"}, "response": {"content": TALK}})
    await model(api, aimock.url).check(timeout_s=30)
    with pytest.raises(ModelUnknownError, match="knows no model m-2"):
        await model(api, aimock.url, model="m-2").check(timeout_s=30)
    assert aimock.asked() == []  # no token spent


async def test_check_says_what_is_wrong_with_key_or_address(aimock, model, keys):
    away = model("chat", "http://127.0.0.1:1")
    with pytest.raises(ModelAwayError, match="can't be reached"):
        await away.check(timeout_s=30)
    nowhere = model("chat", aimock.url, base_url=aimock.url)
    with pytest.raises(ModelUnlistedError, match="no list of models"):
        await nowhere.check(timeout_s=30)
    keys.value = "sk-wrong-9876543210fedcba"
    with pytest.raises(ModelUnlistedError, match=r"does not show its list .* \(401\)"):
        await model("chat", aimock.url).check(timeout_s=30)
    with pytest.raises(ModelAuthError, match="does not take its key"):
        await model("chat", aimock.url).try_out(timeout_s=30)


async def test_a_model_is_tried_out_in_few_tokens_however_it_answers(aimock, model, api):
    used = {"input_tokens": 20, "output_tokens": 5, "prompt_tokens": 20, "completion_tokens": 5}
    aimock.play({"match": {}, "response": {"content": "Yes, it", "usage": used}})
    took = await model(api, aimock.url).try_out(timeout_s=30)
    assert (took.tokens_in, took.tokens_out) == (20, 5)
    (body,) = aimock.asked()
    assert len(json.dumps(body)) < 1000


async def test_it_can_be_asked_again_after_it_was_closed(aimock, asked):
    aimock.play({"match": {}, "response": {"content": TALK}})
    await asked.ask(PROMPT, timeout_s=30)
    await asked.close()
    assert (await asked.ask(PROMPT, timeout_s=30)).text
