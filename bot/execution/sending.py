"""Performs a step of HTTP requests, which Overseer itself sends, in order.

A server has no memory of ours: whoever lost sight of a request can't ask what became of it. So
one that was cut off before its answer is *interrupted*, and a person decides, unless its action
may be repeated: then it is sent again. What was never sent has failed, and changed nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from bot.domain.commands import Command, CommandResult, Request
from bot.domain.plans import Step, TargetPlan
from bot.domain.runs import ENDED_BY_STOP, StepState
from bot.errors import NoAnswerError, OverseerError
from bot.execution.attempt import Ended, my_fault
from bot.execution.verdicts import why
from bot.ports import Clock, Requests

_log = structlog.get_logger(__name__)

TRIES = 3
"""How often a request that may be repeated is sent until it is answered."""
FIRST_WAIT_S = 1.0
NOBODY_KNOWS = (
    "I was cut off while this was being sent and have no answer: nobody here can tell whether it "
    "was done."
)


_LOST = frozenset({502, 504})
"""What stands between us and the server has lost sight of the request (RFC 9110, 15.6)."""


def _status(result: CommandResult) -> int:
    return int((result.data or {}).get("status", 0)) if isinstance(result.data, dict) else 0


def _broke(result: CommandResult) -> bool:
    """Whether the server failed at it, which may have been half done then."""
    return _status(result) >= 500


class Sender:
    """Sends the requests of attempts."""

    def __init__(self, requests: Requests, clock: Clock) -> None:
        """Send through these."""
        self._requests = requests
        self._clock = clock
        self._cut_short: set[str] = set()

    def cut_short(self, attempt: str) -> None:
        """Send no further request of an attempt."""
        self._cut_short.add(attempt)

    async def perform(
        self, step: Step, part: TargetPlan, attempt: str, *, resume: bool, may_start: bool
    ) -> Ended:
        """What came of it; never raises for what a server does.

        With `resume` an earlier process was at it: it is begun again only if it may be repeated
        and anything may start (`may_start`).
        """
        changes = step.effect.changes
        if resume and changes and not (step.repeatable and may_start):
            return Ended(StepState.INTERRUPTED, NOBODY_KNOWS, changed=True)
        return await self._all(step, part.commands, attempt, StepState.SUCCEEDED, doubt=resume)

    async def undo(self, step: Step, part: TargetPlan, attempt: str) -> Ended:
        """Send the undo's requests."""
        ended = await self._all(step, part.undo, attempt, StepState.UNDONE, doubt=False)
        if ended.state is StepState.UNDONE:
            return Ended(ended.state, "taken back", ended.results, changed=True)
        note = f"the undo failed: {ended.note}"
        return Ended(StepState.FAILED, note, ended.results, changed=True)

    async def _all(
        self, step: Step, commands: Sequence[Command], attempt: str, well: StepState, *, doubt: bool
    ) -> Ended:
        """`doubt`: a process before this one may have sent something of it."""
        results: list[CommandResult] = []
        changes = step.effect.changes

        def ended(state: StepState, note: str, *, unknown: bool = False) -> Ended:
            changed = changes and (unknown or doubt or any(r.ok or _broke(r) for r in results))
            return Ended(state, note, tuple(results), changed)

        try:
            for command in commands:
                if not isinstance(command, Request):
                    raise OverseerError(f"{command.kind} commands are not sent.")
                if attempt in self._cut_short:
                    return ended(StepState.FAILED, f"{ENDED_BY_STOP} before its next request")
                result = await self._one(step, command, attempt)
                results.append(result)
                if not result.ok:
                    lost = changes and _status(result) in _LOST
                    state = StepState.INTERRUPTED if lost else StepState.FAILED
                    return ended(state, why(result))
        except NoAnswerError as error:
            state = StepState.INTERRUPTED if changes else StepState.FAILED
            return ended(state, str(error), unknown=True)
        except OverseerError as error:
            state = StepState.INTERRUPTED if changes and doubt else StepState.FAILED
            return ended(state, str(error))
        except Exception as error:  # noqa: BLE001 - what nobody foresaw may have been sent
            _log.error("request_failed", attempt=attempt, kind=type(error).__name__)
            state = StepState.INTERRUPTED if changes else StepState.FAILED
            return ended(state, my_fault(error), unknown=True)
        finally:
            self._cut_short.discard(attempt)
        return ended(well, next((r.error for r in results if r.error), ""))

    async def _one(self, step: Step, request: Request, attempt: str) -> CommandResult:
        """One request's answer; what may be repeated is sent again where none came.

        Raises:
            NoAnswerError: none came, however often it was sent.
            OverseerError: it was not sent.
        """
        tries = TRIES if step.repeatable or not step.effect.changes else 1
        wait = FIRST_WAIT_S
        within = min(request.timeout_s, step.timeout_s)
        request = request.model_copy(update={"timeout_s": within})
        for number in range(1, tries + 1):
            try:
                return await self._requests.send(request)
            except NoAnswerError as error:
                if number == tries or attempt in self._cut_short:
                    often = f" It was sent {number} times." if number > 1 else ""
                    raise NoAnswerError(f"{error.sentence}{often}", cure=error.cure) from error
            await self._clock.sleep(wait)
            wait *= 2
        raise AssertionError("unreachable")
