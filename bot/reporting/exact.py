"""Commands as text, complete: everything that a vote binds can be read in it.

A card that offers *Approve* must show all of what will run. `fully_readable` is that rule as
a function; the builder of the card asks it, and so does a test for every card. Only `Exact`
blocks and the attached file count: every surface draws those whole and to the letter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from bot.domain.cards import Attachment, Card, Exact
from bot.domain.commands import Command, Request, Script, Shell, Upload, header_shown, shown
from bot.domain.exactly import NOTE, one_line, visible
from bot.domain.plans import Check, Plan, Step, TargetPlan
from bot.domain.wording import all_of, count, duration, folded
from bot.reporting.hosts_said import outgrows
from bot.reporting.said import said_of


def exact(command: Command) -> str:
    """The command with all that decides what it does, in one or more lines."""
    lines = [shown(command)]
    match command:
        case Shell(stdin=stdin) if stdin is not None:
            lines.append(f"reads {stdin} on its standard input")
        case Upload():
            lines.append(command.content)
        case Request():
            lines += [f"{name}: {header_shown(value)}" for name, value in command.headers]
            if command.body:
                lines += ["", command.body]
        case _:
            pass
    return "\n".join(lines)


def condition(command: Command) -> tuple[str, str]:
    """The read that leaves the command out and what it must say, or two empty texts.

    `systemctl is-active …` and `says active: nginx runs already`.
    """
    if not isinstance(command, Shell | Script | Upload) or command.unless is None:
        return "", ""
    unless = command.unless
    return _argv(unless.argv), f"{_says(unless.stdout)}: {unless.says}"


def _says(stdout: str | None) -> str:
    return "succeeds" if stdout is None else f"says {one_line(stdout) or 'nothing'}"


def check_text(check: Check) -> str:
    """The read that must succeed: `systemctl is-active -- nginx.service`."""
    return _argv(check.argv)


def check_aside(check: Check) -> str:
    """What it must say, and when: `must say active after 5 s`."""
    after = f" after {duration(check.settle_s)}" if check.settle_s else ""
    others = "".join(f" or {one_line(word) or 'nothing'}" for word in check.or_stdout)
    if check.stdout is None:
        return f"must succeed{after}"
    return f"must say {one_line(check.stdout) or 'nothing'}{others}{after}"


def diagnosis(check: Check) -> tuple[str, ...]:
    """The reads that follow a failure, with their privilege."""
    return tuple(shown(Shell(argv=argv, sudo=check.sudo)) for argv in check.diagnose)


def _argv(argv: tuple[str, ...]) -> str:
    return shown(Shell(argv=argv))


FILE_WIDTH = 100
"""Columns of the attached file's lists of hosts; what is approved is never wrapped."""
_INNER = " " * 12
Part = tuple[str, str, str]
"""A text that is approved as it stands: its label, the text, what stands beside it."""


def whole(part: TargetPlan) -> tuple[Part, ...]:
    """All of a target's part of a step, in order; equal for targets that do the same."""
    lines = [*_with_condition("run", part.commands)]
    for check in part.checks:
        lines.append(("check", check_text(check), check_aside(check)))
        lines += [("if failed", text, "") for text in diagnosis(check)]
    return (*lines, *_with_condition("undo", part.undo))


def _with_condition(label: str, commands: tuple[Command, ...]) -> Iterator[Part]:
    for command in commands:
        yield label, exact(command), ""
        argv, says = condition(command)
        if argv:
            yield "unless", argv, says


def groups(step: Step) -> list[tuple[tuple[TargetPlan, ...], tuple[Part, ...]]]:
    """The targets that have something to run, together where they do exactly the same."""
    found: dict[tuple[Part, ...], list[TargetPlan]] = {}
    last: TargetPlan | None = None
    lines: tuple[Part, ...] = ()
    for part in step.targets:
        if part.commands:
            # Most targets do what their neighbour does, which is seen without writing it out.
            if last is None or not _alike(part, last):
                lines, last = whole(part), part
            found.setdefault(lines, []).append(part)
    return [(tuple(parts), lines) for lines, parts in found.items()]


def _alike(one: TargetPlan, other: TargetPlan) -> bool:
    """Whether `whole` says the same of both."""
    return (one.commands, one.checks, one.undo) == (other.commands, other.checks, other.undo)


def attachment(plan: Plan) -> Attachment:
    """The whole plan as a text file: `|` begins each line of what is approved as it stands."""
    lines = [f"#{plan.id} {one_line(plan.title)}"]
    lines += [f"revision {plan.revision}, digest {plan.digest}", ""]
    for number, (step, said) in enumerate(zip(plan.steps, said_of(plan), strict=True), 1):
        lines.append(f"{number}  {step.action}  {one_line(step.title)}")
        lines += [f"   said “{one_line(said)}”"] if said else []
        lines += ["   put in by the model, and not said:"] if step.unsaid else []
        lines += [f"      {one_line(name)}" for name in step.unsaid]
        for parts, own in groups(step):
            lines += _where(parts)
            for part in own:
                lines += filed(part)
        for each in step.targets:
            if why := each.already or each.cannot:
                lines.append(f"   nothing on {each.target.name}: {one_line(why)}")
            if outgrows(plan):
                lines += [f"   mind on {each.target.name}: {one_line(c)}" for c in each.cautions]
        lines.append("")
    lines += [f"not read, {host}: {one_line(why)}" for host, why in plan.unread]
    return Attachment(name=f"plan-{plan.id}-{plan.revision}.txt", text="\n".join(lines))


def _where(parts: Sequence[TargetPlan]) -> list[str]:
    """The hosts of a part: by environment, counted, and each by its name."""
    if len(parts) == 1:
        return [f"   on {parts[0].target.name} ({parts[0].target.environment})"]
    found: dict[str, list[str]] = {}
    for part in parts:
        found.setdefault(part.target.environment, []).append(part.target.name)
    lines = [f"   on {len(parts)} hosts"]
    for environment, names in found.items():
        drawn = wrap(
            " ".join(names), width=FILE_WIDTH - len(_INNER), break_long_words=False,
            break_on_hyphens=False,
        )  # fmt: skip
        lines.append(f"{_INNER[:-3]}{environment}, {count(len(names), 'host')}:")
        lines += [f"{_INNER}{line}" for line in drawn]
    return lines


def filed(part: Part) -> list[str]:
    """One text in the attached file, with its label, its lines and what stands beside it."""
    label, text, aside = part
    drawn = visible(text)
    lines = [f"      {label}{f'  ({one_line(aside)})' if aside else ''}"]
    lines += [f"      | {line}".rstrip() for line in drawn.lines]
    return [*lines, f"      ({NOTE})"] if drawn.odd else lines


def fully_readable(card: Card, plan: Plan) -> bool:
    """Whether every command, condition, check and undo of the plan can be read from the card."""
    blocks = [block for block in card.body if isinstance(block, Exact) and not block.more]
    shown_here = {(block.text, block.aside) for block in blocks}
    texts = {block.text for block in blocks}
    files = [f"\n{file.text}\n" for file in card.attachments]
    return all(
        ((text, aside) in shown_here if aside else text in texts)
        or any("\n".join(["", *filed((label, text, aside)), ""]) in file for file in files)
        for step in plan.steps
        for target in step.targets
        for label, text, aside in whole(target)
    )


def named(parts: tuple[TargetPlan, ...], total: int) -> str:
    """`same on all 4`, `same on both`, or the hosts' names."""
    if len(parts) == total:
        return f"same on {all_of(total)}" if total > 1 else ""
    return folded([part.target.name for part in parts])
