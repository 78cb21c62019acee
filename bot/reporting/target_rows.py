"""The targets of a step, running or ended: failed and slow first, equal ones together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.domain.alike import beside, shape
from bot.domain.captured import not_kept
from bot.domain.cards import Exact, Output, Paragraph, Row, StepRow, TargetRow, Tone
from bot.domain.commands import CommandResult
from bot.domain.excerpts import HEAD, HEAD_TEXT
from bot.domain.inventory import OVERSEER
from bot.domain.plans import Plan, Step
from bot.domain.runs import STEP_BAD, StepState
from bot.domain.wording import duration, natural
from bot.reporting.exact import exact
from bot.reporting.plan_rows import step_words
from bot.reporting.progress import RunView, StepView, TargetView
from bot.reporting.reader import Reader

SILENT_S = 60.0
"""A target that has said nothing for so long is named as slow."""

SLOW_FACTOR, SLOW_LEAST_S = 2.0, 10.0
TAIL_LINES = 5
RAW_LINES = 40
FULL_ROWS = 8
"""Failed targets that are shown with their output; more are named."""

Whole = tuple[tuple[str, ...], ...]
Blocks = tuple[Row | Exact | Output | Paragraph, ...]
_S = StepState

SIGNS: Mapping[StepState, tuple[str, Tone]] = {
    _S.PENDING: ("pending", Tone.DIM),
    _S.READY: ("pending", Tone.DIM),
    _S.RUNNING: ("running", Tone.BUSY),
    _S.SUCCEEDED: ("done", Tone.GOOD),
    _S.FAILED: ("FAILED", Tone.BAD),
    _S.SKIPPED: ("skipped", Tone.DIM),
    _S.INTERRUPTED: ("INTERRUPTED", Tone.WARNING),
    _S.UNDONE: ("taken back", Tone.NEUTRAL),
    _S.CANCELLED: ("cancelled", Tone.DIM),
}

_ENDED = ("ENDED", Tone.WARNING)
"""What a person has ended halfway did not fail, and is not done either."""


def step_rows(plan: Plan, view: RunView, reader: Reader, *, halted: bool) -> Iterator[StepRow]:
    """A row per step. `halted` means that nothing more starts by itself."""
    for number, step in enumerate(plan.steps, 1):
        found = view.steps.get(step.id, StepView())
        running = found.of(_S.RUNNING)
        started, ended = found.started_at, found.ended_at
        elapsed = None
        if started is not None and (running or ended is not None):
            end = reader.now if running or ended is None else ended
            elapsed = max(0.0, (end - started).total_seconds())
        state, tone = step_sign(found, halted=halted)
        yield StepRow(
            number=number,
            state=state,
            tone=tone,
            title=step_words(step),
            aside=_aside(step, found),
            done=len(found.well),
            total=len(found.targets),
            elapsed_s=elapsed,
            targets=tuple(target_rows(step, found, reader, halted=halted)),
        )


def bad_rows(plan: Plan, view: RunView, reader: Reader) -> Iterator[StepRow]:
    """The steps that failed or are in doubt somewhere, with no target but those."""
    words = {SIGNS[state][0] for state in STEP_BAD} | {_ENDED[0]}
    for row in step_rows(plan, view, reader, halted=True):
        if bad := tuple(target for target in row.targets if target.state in words):
            yield row.model_copy(update={"targets": bad})


def step_sign(found: StepView, *, halted: bool) -> tuple[str, Tone]:
    """A step's state from its targets, which are newer than what the step itself says."""
    for state in (_S.RUNNING, _S.FAILED, _S.INTERRUPTED):
        if hosts := found.of(state):
            ours = all(found.targets[host].ended_by_stop for host in hosts)
            return _ENDED if ours else SIGNS[state]
    left = [target for target in found.targets.values() if not target.ended]
    if left:
        begun = len(left) < len(found.targets)
        if halted:
            return ("stopped" if begun else "untouched", Tone.DIM)
        return SIGNS[_S.RUNNING if begun else _S.PENDING]
    if any(target.gone_over for target in found.targets.values()):
        return "done in part", Tone.WARNING
    for state in (_S.UNDONE, _S.SUCCEEDED, _S.CANCELLED, _S.SKIPPED):
        if found.of(state):
            return SIGNS[state]
    return SIGNS[found.state]


def _aside(step: Step, found: StepView) -> str:
    begun = any(target.started_at for target in found.targets.values())
    if step.needs and not begun:
        return f"after step {' and '.join(need.removeprefix('s') for need in step.needs)}"
    if len(found.targets) < 2:
        return ""
    return f"{step.batch} at a time" if step.batch else "all at once"


def target_rows(
    step: Step, found: StepView, reader: Reader, *, halted: bool
) -> Iterator[TargetRow]:
    """Failed, interrupted, cut off, slow, running, done, skipped, waiting: in this order."""
    few = len(found.targets) <= FULL_ROWS
    inside = tuple(found.targets) == (OVERSEER,)
    for state in (_S.FAILED, _S.INTERRUPTED):
        yield from _bad(step, found, found.of(state), state)
    if inside:
        return
    silent = [host for host in found.of(_S.RUNNING) if found.targets[host].cut]
    yield from _cut_off(found, silent, reader)
    running = [host for host in found.of(_S.RUNNING) if host not in silent]
    slow = [host for host in running if _is_slow(step, found.targets[host], reader)]
    for host in slow[:FULL_ROWS]:
        yield _slow(step, host, found.targets[host], reader)
    rest = [host for host in running if host not in slow[:FULL_ROWS]]
    if rest:
        yield _running(rest, found, reader)
    for state in (_S.UNDONE, _S.SUCCEEDED, _S.SKIPPED, _S.CANCELLED):
        yield from _settled(step, found, found.of(state), state, few=few)
    waiting = found.of(_S.PENDING, _S.READY)
    if waiting:
        yield from _waiting(step, waiting, halted=halted, few=few)


def _bad(
    step: Step, found: StepView, hosts: Sequence[str], state: StepState
) -> Iterator[TargetRow]:
    """Failed targets with what they said; those that said the same stand together."""
    same: dict[tuple[str, str, Blocks], list[str]] = {}
    for host in _ordered(hosts):
        target = found.targets[host]
        before = step.target(host).now
        note = shape(target.note, host)
        same.setdefault((note, before, failure(step, host, target)), []).append(host)
    for number, ((note, before, blocks), names) in enumerate(same.items()):
        note = beside(note, names)
        text = f"{note} · was: {before}" if before else note
        took = found.targets[names[0]].duration_s if len(names) == 1 else None
        word, tone = _ENDED if found.targets[names[0]].ended_by_stop else SIGNS[state]
        yield TargetRow(
            hosts=tuple(names), state=word, tone=tone, text=text, elapsed_s=took,
            blocks=blocks if number < FULL_ROWS else (),
        )  # fmt: skip


def failure(step: Step, host: str, target: TargetView) -> Blocks:
    """The command that failed, the end of what it said, then the diagnosis."""
    part = step.target(host)
    probes = [argv for check in part.checks for argv in check.diagnose]
    results, said = list(target.results), []
    if probes and len(results) > len(probes):
        results, said = results[: -len(probes)], results[-len(probes) :]
    blocks: list[Row | Exact | Output | Paragraph] = []
    bad = next((n for n, r in enumerate(results) if not r.ok), len(results) - 1)
    if 0 <= bad < len(part.commands):
        blocks.append(Exact(label="$", text=exact(part.commands[bad])))
        if tail := _tail(results[bad]):
            blocks.append(tail)
    for argv, result in zip(probes, said, strict=False):
        title = "journal" if argv[0] == "journalctl" else "status"
        if tail := _tail(result, title=title):
            blocks.append(tail)
    return tuple(blocks)


def _tail(result: CommandResult, *, title: str = "", lines: int = TAIL_LINES) -> Output | None:
    """The newest lines of what a command said, its errors rather than its output."""
    text = result.stderr.strip("\n") if not result.ok and result.stderr.strip() else ""
    text = text or result.stdout.strip("\n") or result.stderr.strip("\n")
    return _output(result, text, title, lines)


def _output(result: CommandResult, text: str, title: str, lines: int) -> Output | None:
    said = text.strip("\n").splitlines()
    if not said:
        return None
    title = " · ".join(part for part in (title, not_kept(result)) if part)
    return Output(
        title=title, text="\n".join(said[-lines:]), hidden_lines=max(0, len(said) - lines)
    )


def _is_slow(step: Step, target: TargetView, reader: Reader) -> bool:
    if target.started_at is None:
        return False
    ran = reader.since(target.started_at)
    usual = step.expected_s
    if usual is not None and ran > max(SLOW_LEAST_S, usual * SLOW_FACTOR):
        return True
    return target.heard_at is not None and reader.since(target.heard_at) >= SILENT_S


def unusually_silent(step: Step, target: TargetView, reader: Reader) -> bool:
    """Whether it runs, is slow, has said nothing for long, and nobody chose to wait since."""
    if target.state is not _S.RUNNING or target.cut or not _is_slow(step, target, reader):
        return False
    known = [at for at in (target.heard_at, target.waited_at) if at is not None]
    return bool(known) and reader.since(max(known)) >= SILENT_S


def _cut_off(found: StepView, hosts: Sequence[str], reader: Reader) -> Iterator[TargetRow]:
    """Targets whose connection is gone while their command runs; the newest thing they said."""
    for host in hosts[:FULL_ROWS]:
        target = found.targets[host]
        # noticed late: what was heard last is when it may have gone silent
        last = target.heard_at or target.cut_at
        gone = duration(reader.since(last)) if last else "some time"
        why = target.cut[:1].lower() + target.cut[1:].rstrip(".")
        blocks: Blocks = (Output(text="\n".join(target.lines[-2:])),) if target.lines else ()
        yield TargetRow(
            hosts=(host,), state="CUT OFF", tone=Tone.WARNING,
            text=f"nothing heard for {gone}, asking again · {why}",
            elapsed_s=reader.since(target.started_at) if target.started_at else None,
            blocks=blocks,
        )  # fmt: skip
    if rest := hosts[FULL_ROWS:]:
        yield TargetRow(
            hosts=tuple(_ordered(rest)), state="CUT OFF", tone=Tone.WARNING, text="no contact"
        )


def _slow(step: Step, host: str, target: TargetView, reader: Reader) -> TargetRow:
    parts: list[str] = []
    if step.expected_s is not None:
        parts.append(f"usually {duration(step.expected_s)}")
    silent = reader.since(target.heard_at) if target.heard_at else 0.0
    if silent >= SILENT_S:
        parts.append(f"silent for {duration(silent)}")
    blocks: Blocks = (Output(text="\n".join(target.lines[-2:])),) if target.lines else ()
    elapsed = reader.since(target.started_at) if target.started_at else None
    return TargetRow(
        hosts=(host,), state="SLOW", tone=Tone.WARNING, text=" · ".join(parts),
        elapsed_s=elapsed, blocks=blocks,
    )  # fmt: skip


def _running(hosts: Sequence[str], found: StepView, reader: Reader) -> TargetRow:
    word, tone = SIGNS[_S.RUNNING]
    times = [
        reader.since(started)
        for host in hosts
        if (started := found.targets[host].started_at) is not None
    ]
    longest = max(times, default=0.0)
    if len(hosts) > 1:
        text = f"{len(hosts)} hosts, longest {duration(longest)}"
        return TargetRow(hosts=tuple(_ordered(hosts)), state=word, tone=tone, text=text)
    lines = found.targets[hosts[0]].lines
    blocks: Blocks = (Output(text="\n".join(lines[-2:])),) if lines else ()
    return TargetRow(hosts=tuple(hosts), state=word, tone=tone, elapsed_s=longest, blocks=blocks)


def _settled(
    step: Step, found: StepView, hosts: Sequence[str], state: StepState, *, few: bool
) -> Iterator[TargetRow]:
    """Targets that ended well. Few stand alone with their times; of many only outliers do."""
    if not hosts:
        return
    word, tone = SIGNS[state]
    same: dict[tuple[str, Blocks, Whole], list[str]] = {}
    for host in _ordered(hosts):
        target = found.targets[host]
        note = shape(target.note, host) if target.note != word else ""
        same.setdefault((note, said(step, target), _whole(step, target)), []).append(host)
    if few:
        for (note, blocks, _), names in same.items():
            took = found.targets[names[0]].duration_s if len(names) == 1 else None
            shade = Tone.WARNING if found.targets[names[0]].gone_over else tone
            yield TargetRow(
                hosts=tuple(names), state=word, tone=shade, text=beside(note, names),
                elapsed_s=took, blocks=blocks,
            )  # fmt: skip
        return
    ordered = sorted(same.items(), key=lambda item: -len(item[1]))
    (note, blocks, _), most = ordered[0]
    others = [name for _, names in ordered[1:] for name in names]
    alike = beside(note, most)
    differ = f"{len(most)} said the same, {_differing(len(others))}" if others else alike
    yield TargetRow(hosts=tuple(_ordered(hosts)), state=word, tone=tone, text=differ, blocks=blocks)
    for (note, blocks, _), names in ordered[1:FULL_ROWS]:
        yield TargetRow(
            hosts=tuple(names), state="differs", tone=tone, text=beside(note, names), blocks=blocks
        )  # fmt: skip


def said(step: Step, target: TargetView) -> Blocks:
    """What a raw command printed: there the answer is the output, and what went wrong in it."""
    if not step.raw:
        return ()
    tails: list[Output | None] = []
    for result in target.results:
        tails += _both_ends(result) or [_tail(result, lines=RAW_LINES)]
        if result.ok and result.stdout.strip() and result.stderr.strip():
            tails.append(_output(result, result.stderr, "errors", RAW_LINES))
    return tuple(tail for tail in tails if tail is not None)


def _both_ends(result: CommandResult) -> list[Output]:
    """Of a long answer its beginning and its end; nothing where its end, or all of it, tells more.

    The beginning of what is kept is the beginning of what was printed.
    """
    lines = result.stdout.strip("\n").splitlines() if result.ok else []
    head = "\n".join(lines[:HEAD])
    if len(lines) <= RAW_LINES or len(head) > HEAD_TEXT or not head.strip():
        return []
    end = "\n".join(lines[HEAD - RAW_LINES :])
    first = Output(title=not_kept(result), text=head)
    return [first, Output(text=end, hidden_lines=len(lines) - RAW_LINES)]


def _whole(step: Step, target: TargetView) -> Whole:
    """What tells outputs apart of which only the end is shown."""
    if not step.raw:
        return ()
    return tuple((r.sha256, r.stdout, r.stderr) for r in target.results)


def _waiting(step: Step, hosts: Sequence[str], *, halted: bool, few: bool) -> Iterator[TargetRow]:
    """Those whose turn has not come; `hosts` as the run takes them, whose first is the next."""
    ordered = _ordered(hosts)
    if not halted:
        text = f"next: {hosts[0]}" if len(hosts) > 1 else ""
        yield TargetRow(hosts=tuple(ordered), state="waiting", tone=Tone.DIM, text=text)
        return
    same: dict[str, list[str]] = {}
    for host in ordered:
        same.setdefault(step.target(host).now, []).append(host)
    for now, names in same.items():
        rows = [[name] for name in names] if few else [names]
        for each in rows:
            yield TargetRow(hosts=tuple(each), state="untouched", tone=Tone.DIM, text=now)


def _differing(number: int) -> str:
    return "1 differs" if number == 1 else f"{number} differ"


def _ordered(hosts: Sequence[str]) -> list[str]:
    return sorted(hosts, key=natural)
