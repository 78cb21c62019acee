"""Bodies of endpoints read strictly; answers taken out of what local models put around them."""

import json
import signal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from bot.adapters.llm.replies import (
    Ending,
    lists,
    of_completion,
    of_message,
    of_response,
    unwrapped,
)
from bot.adapters.llm.shapes import closed_schema, system_text
from bot.domain.usage import Usage
from bot.ports import Prompt
from bot.settings import Structured

READERS = (of_completion, of_message, of_response)
ANSWER = '{"kind": "talk", "text": "a\\nb"}'


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "\n {} \n",
        "```json\n{}\n```",
        "```\n{}\n```",
        "Here it is:\n\n  ```JSON\n{}\n  ```\nAnything else?",
        "<think>It says {{this}}.</think>{}",
        "<thinking>\nlong\n</thinking>\n\n```json\n{}\n```",
        "so they want that</think>\n{}",  # the opening tag is often part of the template
        "<think>a</think> no, <think>b</think>{}",
        "Sure! Here is the plan:\n\n{}",
        "<think>hm</think>The answer: {}\n",
    ],
)
def test_an_answer_is_unwrapped(around):
    assert unwrapped(around.format(ANSWER)) == ANSWER


@pytest.mark.parametrize(
    "text",
    [
        "```json\n{1}\n```\nor\n```json\n{2}\n```",
        "Sure: {} but not web-2",
        "Either {} or {}",
        "From {{this}} follows {}",
        "Sure: {}\n```json\n{1}\n```\n```json\n{2}\n```",
        "I can't do that.",
    ],
)
def test_what_is_not_one_answer_stays_for_the_shape_to_refuse(text):
    assert unwrapped(text) == text


def test_reasoning_that_never_ended_is_no_answer():
    assert unwrapped('<think>perhaps {"kind": "plan"}') == ""


@pytest.mark.parametrize("inside", ["<think>", "a</think>b", "```json\\n{}\\n```"])
def test_an_answer_that_speaks_of_tags_is_left_alone(inside):
    answer = f'{{"text": "{inside}"}}'
    assert unwrapped(answer) == answer


@given(st.text())
def test_any_text_can_be_unwrapped(text):
    assert isinstance(unwrapped(text), str)
    assert unwrapped(json.dumps(text)) == json.dumps(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
BODIES = {
    "choices": [{"message": {"content": "x"}, "finish_reason": "stop"}],
    "content": [{"type": "text", "text": "x"}],
    "output": [{"type": "message", "content": [{"type": "output_text", "text": "x"}]}],
    "usage": {"input_tokens": 1},
    "status": "completed",
}


@pytest.mark.parametrize("read", READERS)
@given(changed=st.dictionaries(st.sampled_from(sorted(BODIES)), JSON), cut=st.integers(0, 400))
def test_any_body_is_an_answer_or_a_value_error(read, changed, cut):
    for body in (json.dumps(BODIES | changed).encode(), json.dumps(BODIES).encode()[:cut]):
        try:
            reply = read(body)
        except ValueError:
            continue
        assert isinstance(reply.text, str)
        assert reply.usage.tokens >= 0


@pytest.mark.parametrize("deep", ["[" * 100_000, '{"choices":' * 50_000])
def test_a_body_without_a_bottom(deep):
    for read in READERS:
        with pytest.raises((ValueError, RecursionError)):
            read(deep.encode())
    assert unwrapped(deep) == deep.strip()


@pytest.mark.parametrize("part", ["```x\n", "<think>", "</think>", " ", "```\n```\n", "``` ```\n"])
def test_a_text_of_nothing_but_wrapping_takes_no_longer_than_any_other(part):
    def late(*_):
        raise AssertionError("it takes more than ten seconds")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(10)
    try:
        unwrapped(part * (256 * 1024 // len(part)))
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("usage", [None, [], "many", {"prompt_tokens": -5}, {"prompt_tokens": "x"}])
def test_a_usage_without_sense_is_unknown(usage):
    body = json.dumps(BODIES | {"usage": usage}).encode()
    assert of_completion(body).usage == Usage(calls=1)
    assert of_completion(body).text == "x"


def test_a_list_of_parts_is_joined():
    parts = [{"type": "text", "text": "a"}, {"type": "image"}, {"type": "text", "text": "b"}]
    body = {"choices": [{"message": {"content": parts}}]}
    assert of_completion(json.dumps(body).encode()).text == "ab"


def test_thoughts_of_a_response_are_not_its_answer():
    said = [("commentary", "hm"), ("final_answer", "x"), (None, "y")]
    output = [
        {"type": "message", "phase": phase, "content": [{"type": "output_text", "text": text}]}
        for phase, text in said
    ]
    assert of_response(json.dumps({"output": output}).encode()).text == "xy"


def test_a_response_that_failed_is_none():
    with pytest.raises(ValueError, match="failed"):
        of_response(json.dumps(BODIES | {"status": "failed"}).encode())


def test_two_answers_are_none():
    call = {"type": "tool_use", "name": "answer", "input": {}}
    assert of_message(json.dumps({"content": [call]}).encode()).text == "{}"
    assert of_message(json.dumps({"content": [call, call]}).encode()).ending is Ending.TOOL


def listed(*ids, owner="library"):
    return json.dumps({"data": [{"id": each, "owned_by": owner} for each in ids]}).encode()


def test_a_model_is_found_under_the_names_that_servers_use():
    assert lists(listed("a", "llama3:8b"), "llama3:8b")
    assert lists(listed("llama3:latest"), "llama3")
    assert lists(listed("/models/llama3.gguf", owner="llamacpp"), "whatever")
    assert not lists(listed("llama3:8b", "a"), "llama3")
    assert not lists(listed("a", "b", owner="llamacpp"), "c")
    with pytest.raises(ValueError, match="data"):
        lists(b'{"object": "error"}', "a")


class Inner(BaseModel):
    """What it is."""

    name: str = "x"


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str
    default: Inner = Inner()
    many: list[Inner] = []


def test_a_schema_is_closed_with_all_fields_required_and_no_default():
    schema = closed_schema(Outer)
    assert schema["required"] == ["title", "default", "many"]
    assert set(schema["properties"]) == {"title", "default", "many"}
    assert schema["properties"]["default"] == {
        "type": "object",
        "description": "What it is.",
        "properties": {"name": {"type": "string"}},
        "additionalProperties": False,
        "required": ["name"],
    }
    assert schema["$defs"]["Inner"]["required"] == ["name"]


def test_where_no_schema_is_taken_it_stands_behind_the_stable_part():
    prompt = Prompt("p@1", "Stable.", "Fitted.", (), Inner)
    assert system_text(prompt, Structured.SCHEMA) == "Stable.\n\nFitted."
    for level in (Structured.JSON, Structured.TEXT):
        text = system_text(prompt, level)
        assert text.startswith("Stable.\n\nAnswer with one JSON object")
        assert text.index('"required":["name"]') < text.index("Fitted.")
