"""Prompts of nothing but the request, for suites in which it does not matter what a model is asked."""

from bot.intent.model.answer import Answer
from bot.ports import Prompt, Turn


class Plainly:
    """Implements `bot.intent.model.reading.Prompting`."""

    async def plan(self, grounds):
        return _prompt(Turn("user", grounds.text))

    def repaired(self, prompt, said, faults):
        return _prompt(*prompt.turns, Turn("assistant", said), Turn("user", "; ".join(faults)))


def _prompt(*turns):
    return Prompt(name="plan@1", stable="", fitted="", turns=turns, schema=Answer)
