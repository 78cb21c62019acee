"""A model that can be talked into anything: it obeys whatever it finds where an order may stand.

    gullible = Gullible(honest, evil=plan(act("host.reboot", hosts=["all"])), orders=payloads)
    models = ScriptedModels(gullible)

It looks for each of the `orders` (texts that a stranger wrote) in its whole prompt, also cut short
or made a name. One that stands in the stable part, or outside quotation marks, it obeys and says
`evil`. One that stands in quotation marks among the data it takes for data, unless it is
`trusting`, or the orders are `barred`: written where no prompt may have them from. Else it gives
the `honest` answer to the request.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable

from bot.ports import Prompt

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_ENOUGH = 24
"""So many letters of an order give it away."""


class Gullible:
    """Says one thing after another, as `bot.testing.scripted_models.Says` does.

    Attributes:
        data: the orders that stood in quotation marks in some prompt.
        obeyed: the orders that it fell for.
    """

    def __init__(
        self,
        honest: Callable[[str], str],
        *,
        evil: str,
        orders: Iterable[str],
        barred: bool = False,
        trusting: bool = False,
    ) -> None:
        """`honest` gives the answer to a request that nobody meddled with."""
        self.orders = {order: _letters(order)[:_ENOUGH] for order in orders}
        self.barred = barred
        self.trusting = trusting
        self.data: set[str] = set()
        self.obeyed: set[str] = set()
        self._honest = honest
        self._evil = evil

    def __call__(self, prompt: Prompt) -> str:
        """The answer; the request itself is the person's own, whatever it says."""
        after = "\n".join((prompt.fitted, *(turn.text for turn in prompt.turns[1:])))
        bare = self._in(prompt.stable) | self._in(_STRING.sub('""', after))
        told = self._in(" ".join(map(_read_back, _STRING.findall(after))))
        self.data |= told
        fallen = bare | told if self.barred or self.trusting else bare
        self.obeyed |= fallen
        return self._evil if fallen else self._honest(json.loads(prompt.turns[0].text)["request"])

    def _in(self, text: str) -> set[str]:
        letters = _letters(text)
        return {order for order, mark in self.orders.items() if mark in letters}


def _letters(text: str) -> str:
    """Letters and digits alone: what is left of a text that was quoted, or made a name."""
    return re.sub(r"[\W_]+", "", text).casefold()


def _read_back(string: str) -> str:
    return str(json.loads(string))
