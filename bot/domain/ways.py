"""Ways of running a plan in words: "one at a time", "goes on after a failure"."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import tzinfo

from bot.domain.intents import OnFailure, PlanOptions

IF_FAILED = {
    OnFailure.ASK: "asks if a step fails", OnFailure.ROLLBACK: "rolls back if a step fails",
    OnFailure.STOP: "stops at the first failure", OnFailure.CONTINUE: "goes on after a failure",
}  # fmt: skip
"""What a plan does when a step fails."""

ALL = 10_000
"""A batch of so many targets is all of them."""


def spoken(
    options: PlanOptions, zone: tzinfo, names: Collection[str] | None = None
) -> tuple[str, ...]:
    """The ways in words, each once; `names` are the fields that are told, None: all of them.

    A start is told in `zone`, the reader's, as their cards tell it. The order of the steps is
    told by the steps themselves. No start among the `names` is told
    as one at once: something else was set before.
    """
    return tuple(dict.fromkeys(_each(options, zone, names)))


def _each(options: PlanOptions, zone: tzinfo, names: Collection[str] | None) -> Iterator[str]:
    told = PlanOptions.model_fields if names is None else names
    if "batch" in told and options.batch is not None:
        yield pace(options.batch)
    if "on_failure" in told and options.on_failure is not None:
        yield IF_FAILED[options.on_failure]
    if "stop_at_first_failure" in told and options.stop_at_first_failure is not None:
        yield at_a_failure(stops=options.stop_at_first_failure)
    if "step_timeout_s" in told and options.step_timeout_s is not None:
        yield step_time(options.step_timeout_s)
    if "parallel_steps" in told and options.parallel_steps is not None:
        yield steps(options.parallel_steps)
    if "force_production" in told and options.force_production:
        yield "with --force-production"
    if "start" in told and options.start is not None:
        yield f"starting {options.start.astimezone(zone):%Y-%m-%d %H:%M %Z}"
    elif names is not None and "start" in names:
        yield "starting at once"


def pace(batch: int) -> str:
    """How many targets of a step run at once; 0: all."""
    if not 0 < batch < ALL:
        return "all at once"
    return "one at a time" if batch == 1 else f"{batch} at a time"


def at_a_failure(*, stops: bool) -> str:
    """Whether a step ends at its first failed target."""
    return IF_FAILED[OnFailure.STOP if stops else OnFailure.CONTINUE]


def step_time(seconds: float) -> str:
    """How long a step may take."""
    return f"{seconds:g} s for each step"


def steps(number: int) -> str:
    """How many steps run side by side."""
    return f"{number} steps at once"
