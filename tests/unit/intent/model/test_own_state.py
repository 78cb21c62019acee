"""What a model reads as a question about Overseer's own plans."""

import pytest

from bot.domain.intents import ParseContext, Standing
from bot.intent.model.answer import Answer
from bot.intent.model.own_state import own_state


def asked(text, what, plan=0):
    said = Answer.model_validate(
        {
            "kind": "state", "text": "", "steps": [], "ways": [], "choices": [], "plan": plan,
            "asked": what, "only_show": False,
        }
    )  # fmt: skip
    return own_state(said, text, ParseContext())


@pytest.mark.parametrize("what", ["later", "open", "running"])
def test_of_one_that_is_named_it_is_asked_how_that_stands(what):
    assert asked("wann startet #14?", what, 14) == Standing(what="plan", plan=14)


@pytest.mark.parametrize(
    ("text", "plan"), [("was startet später?", 14), ("#14 oder #15?", 14), ("wann startet #14?", 0)]
)
def test_of_none_or_several_it_is_asked_of_all(text, plan):
    assert asked(text, "later", plan) == Standing(what="later")
