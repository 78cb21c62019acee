"""The closed shape of what a model may say about one request.

It is small and the same for every request, catalogue and provider: parameters are pairs of
a name and a value, and what they mean is checked afterwards against the action's own model.
Every field is required and none is open, as strict schemas want it (OpenAI's structured
outputs, Anthropic's): what there is nothing to say about is empty.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Value = str | int | Annotated[float, Field(allow_inf_nan=False)] | bool | list[str]


class Closed(BaseModel):
    """A shape with no field beyond its own, none of another type."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class TwiceError(ValueError):
    """A field stands in one object twice, so nobody knows which of the two is meant."""


class Param(Closed):
    """One parameter of an action, or one way of running a plan."""

    name: str
    value: Value


class Act(Closed):
    """One step: an action of the catalogue and the words of the request that it came from."""

    action: str
    params: list[Param]
    words: str = Field(description="The part of the request, word for word, that asks for this.")


class Choice(Closed):
    """One answer to a question: a short label and the whole request that it stands for."""

    label: str
    says: str


class Answer(Closed):
    """What the request means.

    plan: `steps`. revise: `steps` are all of the open plan `plan` as it shall be from now on.
    ask: `text` is a question, `choices` its likely answers. refuse: `text` says why not. talk:
    `text` answers small talk, or says that this is no work for an operations engineer. state:
    `asked` is what of Overseer's own plans and runs.
    """

    kind: Literal["plan", "revise", "ask", "refuse", "talk", "state"]
    steps: list[Act]
    plan: int = Field(description="The number of the plan that is revised or asked about; else 0.")
    asked: Literal["", "why", "running", "mine", "open", "later", "frozen", "plan"]
    ways: list[Param] = Field(description="How the plan runs, such as batch; else empty.")
    only_show: bool = Field(description="True where the request asks what would happen.")
    text: str
    choices: list[Choice]


def parsed(said: str) -> Answer:
    """An answer as a model gave it.

    Raises:
        ValidationError: it is no JSON of this shape.
        TwiceError: it says something twice: JSON readers differ in which of them counts.
    """
    answer = Answer.model_validate_json(said)
    json.loads(said, object_pairs_hook=_once)
    return answer


def _once(pairs: list[tuple[str, Any]]) -> None:
    names = [name for name, _ in pairs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise TwiceError(f"{twice} stands in one object twice")
