"""One part of a plan, asked about in words: its commands, its hosts, its time, what failed. Pure.

It is shown as the plan's own card shows it, what is approved and what hosts have printed in blocks
of their own: every surface draws those safely.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.asked_about import Part
from bot.domain.cards import Block
from bot.domain.plans import Plan
from bot.domain.runs import RUN_ENDED, RUN_HALTED, Attempt
from bot.domain.wording import count, duration
from bot.reporting.explaining import failed
from bot.reporting.plan_rows import command_rows, host_rows, is_crowded
from bot.reporting.progress import RunView
from bot.reporting.reader import Reader
from bot.reporting.run_card import expected
from bot.reporting.target_rows import bad_rows

OUTPUT = "output"
"""The button of a card that shows all that was captured."""


@dataclass(frozen=True)
class Told:
    """What is told: sentences, and the blocks below them. `stands`: how the plan stands, too."""

    says: str = ""
    blocks: tuple[Block, ...] = ()
    stands: bool = True


@dataclass(frozen=True)
class Ran:
    """A run as its card needs it, and what it has tried."""

    view: RunView
    attempts: Sequence[Attempt]


def particulars(
    part: Part, plan: Plan, run: Ran | None, reader: Reader, offered: Sequence[str] = ()
) -> Told:
    """What of a plan is asked about; `run` is its, `offered` are the buttons of its card."""
    match part:
        case "commands":
            return _commands(plan)
        case "hosts":
            says = f"#{plan.id}, {plan.title}: {count(len(plan.hosts), 'host')}."
            return Told(says, tuple(host_rows(plan)), stands=False)
        case "takes":
            return Told(_takes(plan, run, reader))
        case "error" | "story":
            return _failed(part, plan, run, reader, offered)
        case _:
            return Told()


def _commands(plan: Plan) -> Told:
    name = f"#{plan.id}, {plan.title}"
    rows = tuple(command_rows(plan))
    if not rows:
        return Told(f"{name}: it has nothing to run.")
    whole = " All of it is in the file attached to its card." if is_crowded(plan) else ""
    return Told(f"{name}: what runs is below, as on its card.{whole}", rows, stands=False)


def _takes(plan: Plan, run: Ran | None, reader: Reader) -> str:
    """How long it has taken, and how long it does as its last runs did."""
    usual = expected(plan)
    usually = f"about {duration(usual)}, as its last runs did" if round(usual) else ""
    view = run.view if run is not None else None
    if view is None or view.started_at is None:
        return f"It takes {usually}." if usually else "How long it takes I don't know yet."
    if view.state in RUN_ENDED:
        end = view.ended_at or view.last_change or view.started_at
        return f"It took {duration(max(0.0, (end - view.started_at).total_seconds()))}."
    if view.state in RUN_HALTED:
        return ""
    ran = f"It has run for {duration(reader.since(view.started_at))}"
    return f"{ran}; usually it takes {usually}." if usually else f"{ran}."


def _failed(
    part: Part, plan: Plan, run: Ran | None, reader: Reader, offered: Sequence[str]
) -> Told:
    """What failed, where and how, with the last that it said."""
    says = " ".join(failed(plan, run.attempts)) if run is not None else ""
    rows = tuple(bad_rows(plan, run.view, reader)) if run is not None else ()
    if not says and run is not None and part == "error":
        says = "Nothing of it has failed."
        says += " *Output* on its card shows what it printed." if OUTPUT in offered else ""
    return Told(says, rows)
