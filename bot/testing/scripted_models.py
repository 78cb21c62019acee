"""Language models that say what a test wrote down, in the place of the router and all behind it.

    models = ScriptedModels(plan(act("service.restart", service="nginx", hosts=["web-1"])))

Each request takes the next thing to say; the last one is said for ever. A string is said as it
is, an error is raised, a callable gets the prompt. `scripted_endpoint` is one behind a router.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from bot.domain.usage import Tier, Usage
from bot.errors import ModelError
from bot.ports import Prompt, Said

Says = str | ModelError | Callable[[Prompt], str]
USED = Usage(calls=1, tokens_in=1000, cached=800, tokens_out=200, micros=3100)


class ScriptedModels:
    """Implements `bot.ports.Models` for one model; `prompts` is what it was asked."""

    def __init__(self, *says: Says, name: str = "scripted-1", tier: Tier = Tier.CLOUD_FAST) -> None:
        """It says these things in turn."""
        self._says = list(says)
        self._name = name
        self._tier = tier
        self.prompts: list[Prompt] = []
        self.judgements: list[tuple[str, bool]] = []
        self.orders: list[tuple[Tier, Tier | None]] = []

    def order(self, *, first: Tier = Tier.LOCAL, forced: Tier | None = None) -> Sequence[str]:
        """See `bot.ports.Models`."""
        self.orders.append((first, forced))
        return (self._name,) if self._has(forced) else ()

    def passed_over(self, chosen: str, *, first: Tier, forced: Tier | None = None) -> str:
        """See `bot.ports.Models`: there is only one."""
        return ""

    def _has(self, forced: Tier | None) -> bool:
        return bool(self._says) and forced in {None, self._tier}

    async def ask(self, name: str, prompt: Prompt, *, person: str, deadline: float) -> Said:
        """See `bot.ports.Models`."""
        self.prompts.append(prompt)
        says = self._says.pop(0) if len(self._says) > 1 else self._says[0]
        if isinstance(says, ModelError):
            raise says
        text = says if isinstance(says, str) else says(prompt)
        return Said(text=text, usage=USED, model=name, tier=self._tier)

    def judged(self, name: str, *, useful: bool, person: str = "") -> None:
        """See `bot.ports.Models`."""
        self.judgements.append((name, useful))

    def why_none(self, forced: Tier | None = None) -> str:
        """See `bot.ports.Models`."""
        return "" if self._has(forced) else f"{self._name} is away."


def act(action: str, words: str = "", **params: Any) -> dict[str, Any]:
    """A step as a model writes it."""
    pairs = [{"name": name, "value": value} for name, value in params.items()]
    return {"action": action, "params": pairs, "words": words}


def answer(kind: str, *steps: dict[str, Any], **more: Any) -> str:
    """A whole answer as a model writes it."""
    empty = {
        "plan": 0, "asked": "", "ways": [], "only_show": False, "text": "", "choices": [],
    }  # fmt: skip
    return json.dumps({"kind": kind, "steps": list(steps), **empty, **more})


def plan(*steps: dict[str, Any], **more: Any) -> str:
    """An answer that is a plan."""
    return answer("plan", *steps, **more)
