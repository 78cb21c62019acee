"""Commands as text, complete: everything that a vote binds can be read in it.

A card that offers *Approve* must show all of what will run. `fully_readable` is that rule as
a function; the builder of the card asks it, and so does a test for every card.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.cards import Attachment, Block, Card, Output, Row, StepRow, text_of
from bot.domain.commands import Command, Condition, Request, Script, Shell, Upload, shown
from bot.domain.plans import Check, Plan, Step, TargetPlan
from bot.domain.wording import duration, folded


def exact(command: Command) -> str:
    """The command with all that decides what it does, in one or more lines."""
    lines = [shown(command)]
    match command:
        case Shell(stdin=stdin) if stdin is not None:
            lines.append(f"reads {stdin} on its standard input")
        case Upload():
            lines.append(command.content)
        case Request():
            lines += [f"{name}: {value}" for name, value in command.headers]
            if command.body:
                lines.append(command.body)
        case _:
            pass
    return "\n".join(lines)


def condition(command: Command) -> str:
    """When the command is left out, or nothing: `unless systemctl is-active … says active`."""
    if not isinstance(command, Shell | Script | Upload) or command.unless is None:
        return ""
    return f"{_condition(command.unless)}: then {command.unless.says}"


def _condition(unless: Condition) -> str:
    says = "succeeds" if unless.stdout is None else f"says {unless.stdout or 'nothing'}"
    return f"{_argv(unless.argv)}  {says}"


def check_text(check: Check) -> str:
    """The read that must succeed: `systemctl is-active -- nginx.service`."""
    return _argv(check.argv)


def check_aside(check: Check) -> str:
    """What it must say, and when: `says active after 5 s or fails`."""
    words = (check.stdout, *check.or_stdout)
    right = " or ".join(word or "nothing" for word in words)
    says = "succeeds" if check.stdout is None else f"says {right}"
    after = f" after {duration(check.settle_s)}" if check.settle_s else ""
    return f"{says}{after} or fails"


def diagnosis(check: Check) -> tuple[str, ...]:
    """The reads that follow a failure, with their privilege."""
    return tuple(shown(Shell(argv=argv, sudo=check.sudo)) for argv in check.diagnose)


def _argv(argv: tuple[str, ...]) -> str:
    return shown(Shell(argv=argv))


def whole(part: TargetPlan) -> tuple[str, ...]:
    """All of a target's part of a step, line by line; equal for targets that do the same."""
    lines: list[str] = []
    lines += _with_condition("run   ", part.commands)
    for check in part.checks:
        lines.append(f"check  {check_text(check)}  {check_aside(check)}")
        lines += [f"if it fails {text}" for text in diagnosis(check)]
    lines += _with_condition("undo  ", part.undo)
    return tuple(lines)


def _with_condition(label: str, commands: tuple[Command, ...]) -> Iterator[str]:
    for command in commands:
        yield f"{label} {exact(command)}"
        if text := condition(command):
            yield f"unless {text}"


def groups(step: Step) -> list[tuple[tuple[TargetPlan, ...], tuple[str, ...]]]:
    """The targets that have something to run, together where they do exactly the same."""
    found: dict[tuple[str, ...], list[TargetPlan]] = {}
    for part in step.targets:
        if part.commands:
            found.setdefault(whole(part), []).append(part)
    return [(tuple(parts), lines) for lines, parts in found.items()]


def attachment(plan: Plan) -> Attachment:
    """The whole plan as a text file."""
    lines = [f"#{plan.id} {plan.title}", f"revision {plan.revision}, digest {plan.digest}", ""]
    for number, step in enumerate(plan.steps, 1):
        lines.append(f"{number}  {step.action}  {step.title}")
        for parts, own in groups(step):
            lines.append(f"   on {' '.join(p.target.name for p in parts)}")
            lines += [f"      {line}" for text in own for line in text.splitlines()]
        for part in step.targets:
            if why := part.already or part.cannot:
                lines.append(f"   nothing on {part.target.name}: {why}")
        lines.append("")
    return Attachment(name=f"plan-{plan.id}-{plan.revision}.txt", text="\n".join(lines))


def fully_readable(card: Card, plan: Plan) -> bool:
    """Whether every command, condition, check and undo of the plan can be read from the card."""
    cells = {_squeezed(text) for text in _texts(card.body)}
    files = "\n".join(_squeezed(a.text) for a in card.attachments)
    return all(part in cells or part in files for part in map(_squeezed, _wanted(plan)) if part)


def _wanted(plan: Plan) -> Iterator[str]:
    for step in plan.steps:
        for part in step.targets:
            for command in (*part.commands, *part.undo):
                yield exact(command)
                yield condition(command)
            for check in part.checks:
                yield check_text(check)
                yield check_aside(check)
                yield from diagnosis(check)


def _texts(body: tuple[Block, ...]) -> Iterator[str]:
    """Each text of the card that stands alone: a part of a longer one is not readable as itself."""
    for block in body:
        match block:
            case Row():
                yield text_of(block.spans)
                yield block.aside
            case Output() if not block.hidden_lines:
                yield block.text
            case StepRow():
                for target in block.targets:
                    yield from _texts(target.blocks)
            case _:
                pass


def _squeezed(text: str) -> str:
    """Without the difference between kinds of blanks."""
    return " ".join(text.split())


def named(parts: tuple[TargetPlan, ...], total: int) -> str:
    """`same on all 4`, or the hosts' names."""
    if len(parts) == total:
        return f"same on all {total}" if total > 1 else ""
    return folded([part.target.name for part in parts])
