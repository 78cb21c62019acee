"""A language model that says what a test has told it to, and counts what it was asked.

    model = ScriptedEndpoint("local", clock)
    model.says({"kind": "plan", …})                   # the next answer; JSON, or text as it is
    model.fails(ModelBusyError("…", model="local", retry_after_s=2))
    model.says("{}", after_s=3)                       # three seconds of the clock later
    model.hangs()                                     # until its time is over, or it is cancelled
    model.always({"kind": "talk", …})                 # from then on, whenever nothing is scripted

It has no network in it: a test with scripted models can't reach a live one.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from bot.domain.usage import Usage
from bot.domain.wording import limit
from bot.errors import ModelAwayError, ModelError
from bot.ports import Clock, Prompt, Said

SAMPLE = Usage(calls=1, tokens_in=1000, cached=0, tokens_out=50)
"""What an answer has used unless told otherwise."""


class OffScriptError(BaseException):
    """A scripted model was asked once more than its test has scripted.

    No `Exception`: whoever asks must not take it for a failure that a model may have.
    """


@dataclass(frozen=True)
class Asked:
    """One call: what was asked, and the patience that came with it."""

    prompt: Prompt
    timeout_s: float


@dataclass(frozen=True)
class _Turn:
    text: str = ""
    usage: Usage = SAMPLE
    error: ModelError | None = None
    after_s: float = 0.0
    hangs: bool = False
    deaf: bool = False


class ScriptedEndpoint:
    """`bot.ports.Model` for tests; time is the given clock's.

    Attributes:
        calls: what was asked, in order, also what then failed.
        checks: how often `check` was called.
        at_once: the most calls that were ever under way together.
        given_up: calls that were cancelled from outside.
        opened: each `open`: how many connections, and how many calls had been made by then.
        closed: whether `close` was called.
        ill: what `check` raises; None: the endpoint is well.
        tries: how often `try_out` was called.
        refuses: what `try_out` raises; None: it answers.
        check_s: seconds of the clock that a check takes.
    """

    def __init__(self, name: str, clock: Clock) -> None:
        """A model with an empty script; asked then, it fails the test."""
        self.name = name
        self.calls: list[Asked] = []
        self.checks = 0
        self.at_once = 0
        self.given_up = 0
        self.opened: list[tuple[int, int]] = []
        self.closed = False
        self.ill: ModelError | None = None
        self.tries = 0
        self.refuses: ModelError | None = None
        self.check_s = 0.0
        self._clock = clock
        self._script: deque[_Turn] = deque()
        self._always: _Turn | None = None
        self._under_way = 0

    # -- the script -------------------------------------------------------------------------------

    def says(
        self,
        answer: str | Mapping[str, Any] | BaseModel,
        *,
        usage: Usage = SAMPLE,
        after_s: float = 0.0,
    ) -> None:
        """The next call is answered with this; what is no text goes out as JSON."""
        self._script.append(_Turn(_text(answer), usage, after_s=after_s))

    def fails(self, error: ModelError, *, after_s: float = 0.0) -> None:
        """The next call fails so."""
        self._script.append(_Turn(error=error, after_s=after_s))

    def hangs(self, *, deaf: bool = False) -> None:
        """The next call gets no answer until its time is over; *deaf*: not even then."""
        self._script.append(_Turn(hangs=True, deaf=deaf))

    def always(
        self,
        answer: str | Mapping[str, Any] | BaseModel | ModelError,
        *,
        usage: Usage = SAMPLE,
        after_s: float = 0.0,
    ) -> None:
        """Every call that nothing is scripted for gets this answer, or error."""
        if isinstance(answer, ModelError):
            self._always = _Turn(error=answer, after_s=after_s)
        else:
            self._always = _Turn(_text(answer), usage, after_s=after_s)

    @property
    def under_way(self) -> int:
        """Calls that wait for their answer now."""
        return self._under_way

    # -- the port ---------------------------------------------------------------------------------

    async def ask(self, prompt: Prompt, *, timeout_s: float) -> Said:
        """See `bot.ports.Model`.

        Raises:
            OffScriptError: nothing is scripted for this call.
        """
        self.calls.append(Asked(prompt, timeout_s))
        turn = self._script.popleft() if self._script else self._always
        if turn is None:
            raise OffScriptError(f"{self.name} was asked once more than the test has scripted")
        self._under_way += 1
        self.at_once = max(self.at_once, self._under_way)
        try:
            return await self._played(turn, timeout_s)
        except asyncio.CancelledError:
            self.given_up += 1
            raise
        finally:
            self._under_way -= 1

    async def _played(self, turn: _Turn, timeout_s: float) -> Said:
        if turn.deaf:
            await asyncio.get_running_loop().create_future()
        if turn.hangs or turn.after_s > timeout_s:
            await self._clock.sleep(timeout_s)
            raise ModelAwayError(
                f"{self.name} gave no answer within {limit(timeout_s)}.", model=self.name
            )
        if turn.after_s:
            await self._clock.sleep(turn.after_s)
        if turn.error is not None:
            raise turn.error
        return Said(text=turn.text, usage=turn.usage, model=self.name)

    async def check(self, *, timeout_s: float) -> None:
        """See `bot.ports.Model`; raises `ill`."""
        self.checks += 1
        if self.check_s:
            await self._clock.sleep(min(self.check_s, timeout_s))
        if self.check_s > timeout_s:
            raise ModelAwayError(f"{self.name} did not answer the check.", model=self.name)
        if self.ill is not None:
            raise self.ill

    async def try_out(self, *, timeout_s: float) -> Usage:
        """See `bot.ports.Model`; raises `refuses`."""
        self.tries += 1
        if self.refuses is not None:
            raise self.refuses
        return SAMPLE

    async def open(self, *, connections: int, timeout_s: float) -> None:
        """See `bot.ports.Model`."""
        self.opened.append((connections, len(self.calls)))

    async def close(self) -> None:
        """See `bot.ports.Model`."""
        self.closed = True


def _text(answer: str | Mapping[str, Any] | BaseModel) -> str:
    if isinstance(answer, str):
        return answer
    if isinstance(answer, BaseModel):
        return answer.model_dump_json()
    return json.dumps(answer, ensure_ascii=False)
