"""What an endpoint sends back, read strictly: the answer's text, how it ended, what it used.

A body that does not fit is no answer. Numbers that make no sense are an unknown usage, not a lost
answer. `unwrapped` takes an answer out of what local models put around it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bot.domain.usage import Usage

ANSWER_TOOL = "answer"
"""The tool whose input is the answer, where that is the way of asking."""


class Ending(StrEnum):
    """Why the model stopped."""

    WHOLE = "whole"
    CUT = "cut"
    REFUSED = "refused"
    FILTERED = "filtered"
    TOOL = "tool"


@dataclass(frozen=True)
class Reply:
    """An answer as it came."""

    text: str
    ending: Ending = Ending.WHOLE
    usage: Usage = field(default_factory=lambda: Usage(calls=1))


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore")


Count = Annotated[int, Field(ge=0, le=10**9), BeforeValidator(lambda value: value or 0)]


class _Cached(_Part):
    cached_tokens: Count = 0


class _Tokens(_Part):
    """Usage of all three protocols: each has its own names, none of them contradict."""

    input_tokens: Count = 0
    prompt_tokens: Count = 0
    cache_creation_input_tokens: Count = 0
    cache_read_input_tokens: Count = 0
    output_tokens: Count = 0
    completion_tokens: Count = 0
    prompt_tokens_details: _Cached | None = None
    input_tokens_details: _Cached | None = None

    def usage(self) -> Usage:
        details = self.prompt_tokens_details or self.input_tokens_details or _Cached()
        told = self.input_tokens or self.prompt_tokens
        # Anthropic counts what its cache read and wrote apart from the rest of the prompt.
        beside = self.cache_creation_input_tokens + self.cache_read_input_tokens
        return Usage(
            calls=1,
            tokens_in=told + beside,
            cached=min(told + beside, self.cache_read_input_tokens or details.cached_tokens),
            tokens_out=self.output_tokens or self.completion_tokens,
        )


def _usage(told: Any) -> Usage:
    try:
        return _Tokens.model_validate(told).usage()
    except ValueError:
        return Usage(calls=1)


class _Block(_Part):
    type: str
    name: str | None = None
    text: str | None = None
    refusal: str | None = None
    input: Any = None


class _Message(_Part):
    content: list[_Block]
    stop_reason: str | None = None
    usage: Any = None


_MESSAGE_ENDS = {
    "max_tokens": Ending.CUT,
    "model_context_window_exceeded": Ending.CUT,
    "refusal": Ending.REFUSED,
}


def of_message(body: bytes) -> Reply:
    """A Message of Anthropic's API; where it called `ANSWER_TOOL`, once, the input is the answer.

    Raises:
        ValueError: it is none.
    """
    message = _Message.model_validate_json(body)
    called = [block for block in message.content if block.type == "tool_use"]
    text = "".join(block.text or "" for block in message.content if block.type == "text")
    ending = _MESSAGE_ENDS.get(message.stop_reason or "", Ending.WHOLE)
    if [block.name for block in called] == [ANSWER_TOOL]:
        text = json.dumps(called[0].input, ensure_ascii=False)
    elif called and ending is Ending.WHOLE:
        ending = Ending.TOOL
    return Reply(text, ending, _usage(message.usage))


class _Spoken(_Part):
    content: str | list[_Block] | None = None
    refusal: str | None = None
    tool_calls: list[Any] | None = None


class _Choice(_Part):
    message: _Spoken
    finish_reason: str | None = None


class _Completion(_Part):
    choices: Annotated[list[_Choice], Field(min_length=1)]
    usage: Any = None


_COMPLETION_ENDS = {"length": Ending.CUT, "content_filter": Ending.FILTERED}


def of_completion(body: bytes) -> Reply:
    """A chat completion of OpenAI's API.

    Raises:
        ValueError: it is none.
    """
    completion = _Completion.model_validate_json(body)
    choice = completion.choices[0]
    said = choice.message
    text = said.content
    if isinstance(text, list):
        text = "".join(part.text or "" for part in text if part.type == "text")
    ending = _COMPLETION_ENDS.get(choice.finish_reason or "", Ending.WHOLE)
    if ending is Ending.WHOLE and said.refusal:
        ending = Ending.REFUSED
    if ending is Ending.WHOLE and said.tool_calls:
        ending = Ending.TOOL
    return Reply(text or "", ending, _usage(completion.usage))


class _Output(_Part):
    type: str
    phase: str | None = None
    content: list[_Block] | None = None


class _Why(_Part):
    reason: str | None = None


class _Error(_Part):
    code: str | None = None


class _Response(_Part):
    output: list[_Output]
    status: str | None = None
    incomplete_details: _Why | None = None
    error: _Error | None = None
    usage: Any = None


def of_response(body: bytes) -> Reply:
    """A Response of OpenAI's API.

    Raises:
        ValueError: it is none, or it failed.
    """
    response = _Response.model_validate_json(body)
    if response.status == "failed":
        raise ValueError("it failed")
    blocks = [
        block
        for item in response.output
        if item.type == "message" and item.phase in {None, "final_answer"}
        for block in item.content or ()
    ]
    ending = Ending.WHOLE
    if response.status == "incomplete":
        why = response.incomplete_details.reason if response.incomplete_details else None
        ending = Ending.FILTERED if why == "content_filter" else Ending.CUT
    elif any(block.type == "refusal" for block in blocks):
        ending = Ending.REFUSED
    elif any(item.type.endswith("_call") for item in response.output):
        ending = Ending.TOOL
    text = "".join(block.text or "" for block in blocks if block.type == "output_text")
    return Reply(text, ending, _usage(response.usage))


_REASONED = re.compile(r"\A.*</(?:think|thinking|reasoning)>", re.DOTALL | re.IGNORECASE)
_UNDONE = re.compile(r"\A\s*<(?:think|thinking|reasoning)>.*\Z", re.DOTALL | re.IGNORECASE)
_OPENS = re.compile(r"[ \t]*```[\w-]*[ \t]*")
_CLOSES = re.compile(r"[ \t]*```[ \t]*")


def unwrapped(text: str) -> str:
    """The answer without the model's reasoning, its introduction and the code fence around it.

    Two fences are two answers, and which one is meant is not ours to say: they stay as they are,
    and so does what has prose after it (it may take something back), for the shape to refuse.

    >>> unwrapped('<think>Which {one}?</think>' + chr(10) + '{"kind": "talk"}')
    '{"kind": "talk"}'
    """
    if is_json(text):
        return text.strip()  # whatever looks like a tag is inside one of its strings
    text = _UNDONE.sub("", _REASONED.sub("", text)).strip()
    fenced = _fenced(text)
    if len(fenced) == 1:
        return fenced[0].strip()
    introduced = text[max(0, text.find("{")) :]
    return introduced if not fenced and is_json(introduced) else text


def _fenced(text: str) -> list[str]:
    """What stands in code fences, line by line: a text of nothing but fences takes no longer."""
    found: list[str] = []
    inside: list[str] | None = None
    for line in text.split("\n"):
        if inside is None:
            inside = [] if _OPENS.fullmatch(line) else None
        elif _CLOSES.fullmatch(line):
            found.append("\n".join(inside))
            inside = None
        else:
            inside.append(line)
    return found


def is_json(text: str) -> bool:
    """Whether it is JSON."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


class _Listed(_Part):
    id: str
    owned_by: str | None = None


class _List(_Part):
    data: list[_Listed]


def lists(body: bytes, model: str) -> bool:
    """Whether a list of models has this one.

    Ollama lists `name:latest` for `name`. llama.cpp serves the one model that it was started
    with under any name, and lists it under its own.

    Raises:
        ValueError: it is no list of models, or an empty one: whoever has none lists none.
    """
    data = _List.model_validate_json(body).data
    if not data:
        raise ValueError("it names none")
    known = {each.id for each in data}
    return (
        model in known
        or f"{model}:latest" in known
        or (len(data) == 1 and data[0].owned_by == "llamacpp")
    )
