"""Action + parameters + facts → the exact commands for one target. Pure.

Running an action's generator is the whole of it; what is checked here is that a skill keeps
the protocol, so that a broken skill fails at preview and never at a host.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from bot.domain.commands import Call, Command, Request, Script, Shell, Upload
from bot.domain.inventory import Host, Target
from bot.domain.plans import Check, TargetPlan
from bot.errors import OverseerError
from bot.skillkit.contract import Action, Already, Cannot, Caution, Leaves, Now, Params, Undo, View


class SkillError(OverseerError):
    """A skill broke the protocol; whoever wrote it must mend it."""


@dataclass(frozen=True)
class Expansion:
    """One target's part of a step, and what it leaves behind for later steps' previews."""

    plan: TargetPlan
    leaves: Mapping[str, Any]


def expand(  # noqa: C901 - one branch per kind of yielded thing
    action: Action,
    params: Params,
    host: Host,
    target: Target,
    facts: Mapping[str, Any],
    others: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
) -> Expansion:
    """The commands of `action` on one host.

    Args:
        action: what to do.
        params: its validated parameters.
        host: the inventory's entry; the pseudo-host `overseer` for what has no host.
        target: the frozen identity to put into the plan.
        facts: the values of `action.facts(params)`, by fact name.
        others: the same of the hosts that an action inside Overseer only looks at, by host.

    Raises:
        SkillError: the action yielded commands after saying there is nothing to do, yielded
            something unknown, a command that its effect forbids, or asked for an undeclared fact.
    """
    commands: list[Command] = []
    undo: list[Command] = []
    checks: list[Check] = []
    cautions: list[str] = []
    leaves: dict[str, Any] = {}
    now = already = cannot = ""
    try:
        for item in action.expand(params, View(host, facts, others)):
            match item:
                case Shell() | Script() | Upload() | Request() | Call():
                    commands.append(item)
                case Check():
                    checks.append(item)
                case Undo():
                    undo.append(item.command)
                case Now():
                    now = item.text
                case Caution():
                    cautions.append(item.text)
                case Leaves():
                    leaves[item.fact.name] = item.value
                case Already():
                    already = item.why
                case Cannot():
                    cannot = item.why
                case _:
                    raise SkillError(f"{action.name} yielded {item!r}, which is no command.")
    except SkillError:
        raise
    except KeyError as error:
        raise SkillError(
            f"{action.name} reads the fact {error}, which it does not declare."
        ) from error
    except (Exception, SystemExit) as error:
        raise SkillError(f"{action.name} failed at it: {_said(error)}.") from error
    if (already or cannot) and (commands or undo):
        raise SkillError(
            f"{action.name} says there is nothing to do and yields commands all the same."
        )
    _allowed(action, (*commands, *undo), checks)
    if not action.effect.changes and (undo or any(isinstance(c, Upload) for c in commands)):
        raise SkillError(f"{action.name} is a read and yields a change.")
    plan = TargetPlan(
        target=target, now=now, commands=tuple(commands), undo=tuple(undo), checks=tuple(checks),
        already=already, cannot=cannot, cautions=tuple(cautions),
    )  # fmt: skip
    return Expansion(plan, {} if cannot else leaves)


def _allowed(action: Action, commands: Sequence[Command], checks: Sequence[Check]) -> None:
    """What runs on a host needs hosts; what Overseer does or sends itself has none."""
    kind: type[Call | Request] = Call if action.in_process else Request
    if action.hostless:
        if not all(isinstance(c, kind) for c in commands) or checks:
            why = "is in-process" if action.in_process else "has no hosts"
            raise SkillError(f"{action.name} {why} and may yield only {kind.__name__}.")
    elif strange := [c for c in commands if isinstance(c, Call | Request)]:
        raise SkillError(
            f"{action.name} has hosts and may not yield {type(strange[0]).__name__}: that is a "
            "step of its own."
        )
    for command in commands:
        if isinstance(command, Request) and not (action.effect.changes or command.reads):
            raise SkillError(f"{action.name} is a read and sends a {command.method}.")


def _said(error: BaseException) -> str:
    """What is wrong, in one line and without the value that was wrong."""
    if isinstance(error, ValidationError):
        first = error.errors(include_input=False, include_url=False)[0]
        return f"{'.'.join(map(str, first['loc'])) or error.title}: {first['msg']}"
    return f"{type(error).__name__}: {error}".rstrip(".")
