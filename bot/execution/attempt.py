"""One attempt while it is performed, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.commands import Call, Command, CommandResult, Request
from bot.domain.inventory import Target
from bot.domain.plans import Step, TargetPlan
from bot.domain.runs import StepState
from bot.errors import HostKeyChangedError, HostLostError, OverseerError
from bot.ports import Cut, Hear


@dataclass(frozen=True, slots=True)
class Ended:
    """What came of an attempt.

    `results` are one per command, in order, then those of the diagnosis when it failed.
    `started` names what lies on the host and may be forgotten once this is recorded. `drift`
    is why the target is no longer the one that was approved. `untouched`: the host has never
    heard of this attempt, nor of any before it that was in doubt. `left_out`: it was known that
    nothing could be done there, and the card has said so.
    """

    state: StepState
    note: str = ""
    results: tuple[CommandResult, ...] = ()
    changed: bool = False
    started: tuple[str, ...] = ()
    drift: str = ""
    untouched: bool = False
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class Witness:
    """Who is told of an attempt while it runs: of its output, and of its host's silence."""

    hear: Hear
    cut: Cut


@dataclass(slots=True)
class Progress:
    """What has been done so far of one attempt.

    `began` is when its first command was started here (the clock's monotonic seconds; None where
    that was before this process). `now` is the name under which a command runs on the host, and
    whether as root; `cut_short` why no further command of it may start, if none may; `doubt` that
    something of it, or of an earlier attempt at the same, may go on there unseen; `had_ended`
    that an earlier one turned out to have ended well. For `untouched` see `Ended`.
    """

    step: Step
    part: TargetPlan
    attempt: str
    witness: Witness
    results: list[CommandResult] = field(default_factory=list)
    started: list[str] = field(default_factory=list)
    ran: int = 0
    began: float | None = None
    changed: bool = False
    now: tuple[str, bool] | None = None
    cut_short: str = ""
    doubt: bool = False
    untouched: bool = False
    had_ended: bool = False

    @property
    def target(self) -> Target:
        """Where it runs."""
        return self.part.target

    def cut(self, why: str) -> None:
        """Tell that the connection is gone, and with "" that it is back; a reboot cuts its own."""
        if not self.step.cuts_connection:
            self.witness.cut(why)

    def end(
        self, state: StepState, note: str, more: Sequence[CommandResult] = (), drift: str = ""
    ) -> Ended:
        """Close it."""
        results = (*self.results, *more)
        started = tuple(dict.fromkeys(self.started))
        return Ended(state, note, results, self.changed, started, drift, self.untouched)

    def give_up(self, error: Exception) -> Ended:
        """Close it after an error: what may go on there unseen is in doubt, all else failed."""
        unforeseen = not isinstance(error, OverseerError)
        cut = self.changed and (unforeseen or isinstance(error, HostLostError))
        in_doubt = self.step.effect.changes and (self.doubt or cut)
        self.changed = self.changed or in_doubt
        drift = str(error) if isinstance(error, HostKeyChangedError) else ""
        state = StepState.INTERRUPTED if in_doubt else StepState.FAILED
        return self.end(state, my_fault(error) if unforeseen else str(error), drift=drift)


def my_fault(error: Exception) -> str:
    """What nobody foresaw, in a sentence."""
    return f"I failed at it myself ({type(error).__name__}); the log says more"


def as_root(command: Command) -> bool:
    """Whether a command runs with sudo."""
    return not isinstance(command, Call | Request) and command.sudo
