"""Steps and their targets: what has run, what runs, what waits.

A plan of several steps is a line per step with its targets indented under it. A plan of one
step with few targets is a line per target: there the step's own line would only repeat the
title. Failed and slow targets come first; the builder has put them in that order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.adapters.terminal.exact import exact_lines
from bot.adapters.terminal.frame import Frame, lasting
from bot.adapters.terminal.layout import (
    Line,
    Piece,
    dim,
    fit,
    hang,
    joined,
    pad,
    space,
    width_of,
    wrap,
)
from bot.adapters.terminal.rows import gauge, output_lines, paragraph_lines, row_lines
from bot.domain.cards import Exact, Output, Paragraph, Row, StepRow, TargetRow, Tone
from bot.domain.monospace import cells

FEW = 10
_NUMBERED = re.compile(r"(.*?)(\d+)\Z")
_SAID_BY_SIGN = {"done", "succeeded", "running", "pending", "ready", "waiting", ""}


def hosts_text(hosts: Sequence[str], to: str) -> str:
    """Names with runs of numbers drawn together: `web-1 web-2`, `ci-19…ci-27`."""
    out: list[str] = []
    run: list[str] = []
    for name in hosts:
        if run and _next(run[-1], name):
            run.append(name)
            continue
        out += _drawn(run, to)
        run = [name]
    return " ".join(out + _drawn(run, to))


def _next(before: str, name: str) -> bool:
    a, b = _NUMBERED.match(before), _NUMBERED.match(name)
    return bool(a and b and a[1] == b[1] and len(b[2]) < 10 and int(a[2]) + 1 == int(b[2]))


def _drawn(run: list[str], to: str) -> list[str]:
    return run if len(run) < 3 else [f"{run[0]}{to}{run[-1]}"]


def flat(steps: Sequence[StepRow]) -> bool:
    """Whether the targets of a plan are shown without a line for their step."""
    return (
        len(steps) == 1
        and 0 < len(steps[0].targets) <= FEW
        and sum(len(target.hosts) for target in steps[0].targets) >= steps[0].total
    )


def steps_lines(steps: Sequence[StepRow], frame: Frame) -> list[Line]:
    """All steps of a card, in one set of columns."""
    if flat(steps):
        return _flat_targets(steps[0].targets, frame)
    titles = [frame.one(step.title) for step in steps]
    asides = [frame.one(step.aside) for step in steps]
    narrow = frame.width < 60
    number = max(len(str(step.number)) for step in steps)
    title = min(max(map(cells, titles), default=0), frame.width - number - 3 if narrow else 32)
    aside = min(max(map(cells, asides), default=0), 24)
    out: list[Line] = []
    for step, name, said in zip(steps, titles, asides, strict=True):
        lead: Line = (
            Piece(f"{step.number:>{number}} ", strong=True),
            Piece(f"{frame.signs.mark(step.tone)} ", step.tone, strong=True),
        )
        tail = _progress(step, frame)
        names = wrap((Piece(name),), title)
        if narrow:
            rest = wrap(joined((dim(f"{said}  " if said else ""), *tail)), frame.width - 4)
            out += hang(lead, [*names, *(line for line in rest if width_of(line))], number + 3)
        else:
            last = (*names[-1], space(title - width_of(names[-1]) + 3))
            line = (*last, dim(pad(fit(said, aside, frame.signs.more), aside)), space(3), *tail)
            out += hang(lead, [*names[:-1], _cut_right(joined(line))], number + 3)
        out += _targets(step.targets, frame)
    return out


def _cut_right(line: Line) -> Line:
    """A line without blanks at its end."""
    while line and not line[-1].text.strip():
        line = line[:-1]
    if line:
        line = (*line[:-1], Piece(line[-1].text.rstrip(), line[-1].tone, line[-1].strong))
    return line


def _progress(step: StepRow, frame: Frame) -> Line:
    """`17/40   ████████░░░░░░░░░░░░` while it runs, `40/40   4 s` afterwards."""
    counted = step.total > 1
    count = Piece(pad(f"{step.done}/{step.total}" if counted else "", 5 if counted else 0))
    after: list[Line] = []
    if step.tone is Tone.BUSY:
        if counted:
            after.append(
                gauge(step.done / step.total, 20 if frame.width >= 80 else 10, frame, Tone.BUSY)
            )
        else:
            after.append((Piece(frame.one(step.state), Tone.BUSY),))
    elif step.state.lower() not in _SAID_BY_SIGN:
        after.append((Piece(frame.one(step.state), step.tone),))
    if step.elapsed_s is not None and not (step.tone is Tone.BUSY and counted):
        after.append((dim(lasting(step.elapsed_s)),))
    line: Line = (count,)
    for part in after:
        line = (*line, space(3 if width_of(line) else 0), *part)
    return line


def _targets(targets: Sequence[TargetRow], frame: Frame) -> list[Line]:
    """Targets under their step: `    SLOW     ci-7          2 min 41 s, usually 30 s`."""
    if not targets:
        return []
    indent = 4 if frame.width >= 60 else 2
    names = [_hosts(target, frame, 24) for target in targets]
    state = max([7, *(cells(frame.one(target.state)) for target in targets)]) + 2
    name = min(max(map(cells, names)), 24)
    name = max(name, 13) if frame.width >= 80 else name
    out: list[Line] = []
    for target, hosts in zip(targets, names, strict=True):
        loud = target.tone in (Tone.BAD, Tone.WARNING)
        lead: Line = (
            space(indent),
            Piece(pad(frame.one(target.state), state), target.tone, strong=loud),
            Piece(pad(hosts, name) + " ", strong=loud),
        )
        out += _said(target, lead, frame, timed=0)
        out += _blocks(target, frame, indent + state if frame.width >= 40 else indent)
    return out


def _flat_targets(targets: Sequence[TargetRow], frame: Frame) -> list[Line]:
    """Targets as the body itself: `✗ web-2  FAILED    3 s   exit 1`."""
    names = [_hosts(target, frame, 24) for target in targets]
    name = max(map(cells, names))
    state = max(cells(frame.one(target.state)) for target in targets)
    timed = max(len(_lasted(target)) for target in targets)
    out: list[Line] = []
    for target, hosts in zip(targets, names, strict=True):
        loud = target.tone in (Tone.BAD, Tone.WARNING)
        lead: Line = (
            Piece(f"{frame.signs.mark(target.tone)} ", target.tone, strong=True),
            Piece(pad(hosts, name) + "  ", strong=True),
            Piece(pad(frame.one(target.state), state), target.tone, strong=loud),
        )
        out += _said(target, lead, frame, timed=timed)
        out += _blocks(target, frame, min(name + 4, 9) if frame.width >= 60 else 2)
    return out


def _said(target: TargetRow, lead: Line, frame: Frame, *, timed: int) -> list[Line]:
    """A target's line with its elapsed time and text, wrapped beside what leads it."""
    lasted = _lasted(target)
    text = frame.words(target.text)
    if timed:
        # durations stand in a column of their own
        lead = (*lead, space(2), dim(f"{lasted:>{timed}}"), space(3))
        body = text
    else:
        lead = (*lead, space(1))
        comma = ", " if lasted and width_of(text) else ""
        body = joined((Piece(f"{lasted}{comma}"), *text))
    if not width_of(body):
        return [_cut_right(joined(lead))]
    room = frame.width - width_of(lead)
    if room < 16:
        return [
            _cut_right(joined(lead)),
            *(joined((space(4), *line)) for line in wrap(body, frame.width - 4)),
        ]
    return hang(lead, wrap(body, room), width_of(lead))


def _lasted(target: TargetRow) -> str:
    return lasting(target.elapsed_s) if target.elapsed_s is not None else ""


def _hosts(target: TargetRow, frame: Frame, most: int) -> str:
    """The names where they fit, else how many there are."""
    text = frame.one(hosts_text(target.hosts, frame.signs.to))
    if cells(text) <= most:
        return text
    if len(target.hosts) > 1:
        return f"{len(target.hosts)} hosts"
    return fit(text, most, frame.signs.more)


def _blocks(target: TargetRow, frame: Frame, indent: int) -> list[Line]:
    """What belongs to a target: the command, its output, a sentence."""
    out: list[Line] = []
    inner = frame.inside(indent)
    for block in target.blocks:
        if isinstance(block, Exact):
            lines = exact_lines(block, inner, column=2)
        elif isinstance(block, Output):
            lines = output_lines(block, inner, column=0)
        elif isinstance(block, Row):
            lines = row_lines(block, inner)
        elif isinstance(block, Paragraph):
            lines = paragraph_lines(block, inner)
        out += [joined((space(indent), *line)) for line in lines]
    return out
