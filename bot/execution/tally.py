"""How many steps of a run stand how, and so whether it halts and where it goes. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.intents import OnFailure
from bot.domain.runs import STEP_BAD, STEP_SATISFIES, RunState, StepState
from bot.execution.track import Track, inside


@dataclass(slots=True)
class Tally:
    """Counts, kept with each move so that no question looks at every step.

    `reads` says that nothing of the run changes anything, `goes_on` that a failure does not
    hold up what comes after it.
    """

    on_failure: OnFailure
    reads: bool
    unsettled: int = 0
    """Steps that have not ended."""
    flying: int = 0
    """Attempts that run."""
    failures: int = 0
    """Steps that ended badly …"""
    interrupted: int = 0
    """… and those among them that are in doubt."""
    cancelled: int = 0
    answers: int = 0
    """Targets that ended well."""

    @property
    def goes_on(self) -> bool:
        """Whether the run goes on without what failed."""
        return self.reads or self.on_failure is OnFailure.CONTINUE

    @property
    def halts(self) -> bool:
        """Whether a failure keeps new attempts from starting."""
        return self.failures > 0 and not self.goes_on

    def lets_on(self, state: StepState) -> bool:
        """Whether a step in this state lets the steps that need it begin."""
        return state in STEP_SATISFIES or (self.goes_on and state in STEP_BAD)

    def closed(self, state: StepState) -> None:
        """Count a step that has ended."""
        self.failures += state in STEP_BAD
        self.interrupted += state is StepState.INTERRUPTED
        self.cancelled += state is StepState.CANCELLED

    def reopened(self, before: StepState) -> None:
        """A step that had ended badly goes on."""
        self.failures -= 1
        self.interrupted -= before is StepState.INTERRUPTED
        self.unsettled += 1

    def outcome(self, tracks: Iterable[Track], *, stopping: bool) -> RunState | None:
        """Where the run goes, or None while it goes on.

        Asked when nothing flies: what is left then can't start by itself.
        """
        if self.flying:
            return None
        cut_short = self.unsettled or self.cancelled or (self.failures and not self.reads)
        if stopping and cut_short:
            return RunState.CANCELLED
        if self.reads:
            answered = RunState.SUCCEEDED if self.answers else RunState.FAILED
            return None if self.unsettled else answered
        if self.interrupted:
            return RunState.INTERRUPTED
        if not self.failures:
            return None if self.unsettled else RunState.SUCCEEDED
        match self.on_failure:
            case OnFailure.STOP:
                return RunState.FAILED
            case OnFailure.CONTINUE:
                return None if self.unsettled else RunState.FAILED
            case OnFailure.ASK if all(inside(t.step) for t in tracks if t.failed):
                return RunState.FAILED  # it is known why, and trying again changes nothing
            case _:
                return RunState.NEEDS_DECISION
