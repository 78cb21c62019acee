"""The rows of a plan's card: what each step does, where, exactly how, and how to undo it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import ceil
from typing import Any

from bot.domain.alike import ITSELF, told
from bot.domain.cards import Block, Exact, Row, Span, Tone, plain
from bot.domain.plans import Effect, Plan, Step, TargetPlan
from bot.domain.unsaid import is_long
from bot.domain.wording import all_of, count, duration, folded, shortened
from bot.reporting.exact import Part, groups, named
from bot.reporting.hosts_said import IN_FILE, MOST_ROWS, cautions, outgrows, said_rows
from bot.reporting.said import said_of, said_row

MOST_GROUPS = 12
"""Different sets of commands on a card; more stand in the attached file only."""

SHOWN_GROUPS = 6
LONGEST = 900
"""Characters of one target's commands; past that they stand in the attached file, whole."""

SHORTENED = 300
MOST_STATES = 8
"""Different states that a step's hosts are in now; more are counted."""

EFFECTS = {
    Effect.READ: ("READS", Tone.NEUTRAL),
    Effect.WRITE: ("CHANGES", Tone.WARNING),
    Effect.DESTRUCTIVE: ("DESTROYS", Tone.BAD),
}


def step_words(step: Step) -> str:
    """`service.restart nginx`: the action and its parameters but the hosts."""
    if step.raw:
        return step.action
    words = [step.action]
    for name, value in step.params.items():
        if name not in {"hosts", "vm"}:
            words.append(_value(value))
    return shortened(" ".join(words), 60)


def _value(value: Any) -> str:
    if isinstance(value, list | tuple):
        return " ".join(str(v) for v in value)
    return str(value)


def work(plan: Plan) -> list[TargetPlan]:
    """Every part of every step that has something to run."""
    return [part for step in plan.steps for part in step.targets if part.commands]


def is_crowded(plan: Plan) -> bool:
    """Whether the card alone can't show all commands and name all hosts, and what nobody said."""
    if any(is_long(step.unsaid) for step in plan.steps):
        return True
    texts = [text for step in plan.steps for _, text in groups(step)]
    if len(texts) > MOST_GROUPS or any(map(_is_long, texts)):
        return True
    return outgrows(plan)


def _is_long(parts: Sequence[Part]) -> bool:
    return sum(len(text) for _, text, _ in parts) > LONGEST


def step_rows(plan: Plan) -> Iterator[Block]:
    """All steps of a plan, in order."""
    budget = SHOWN_GROUPS if is_crowded(plan) else MOST_GROUPS
    said = said_of(plan)
    for number, step in enumerate(plan.steps, 1):
        lead = f"{number} " if len(plan.steps) > 1 else ""
        yield from _step(step, lead, plan, budget, said[number - 1])
        budget = max(0, budget - len(groups(step)))


def _step(step: Step, lead: str, plan: Plan, budget: int, said: str) -> Iterator[Block]:
    word, tone = EFFECTS[step.effect]
    yield Row(label=f"{lead}{word}", spans=plain(_how(step)), tone=tone)
    if said:
        yield said_row(said)
    if not _inside(step):
        yield Row(label="hosts", spans=tuple(_where(step.targets)))
    if now := _by_text(step.targets, lambda part: part.now):
        yield Row(label="now", spans=plain(now))
    yield from left_out(step)
    yield from _exactly(step, budget)
    if step.effect.changes and any(part.commands for part in step.targets):
        if not any(part.undo for part in step.targets) or step.undo_says.startswith("none"):
            yield Row(label="undo", spans=plain(step.undo_says or "none"))
        if step.may_break:
            yield Row(label="may break", spans=plain(_may_break(step)), aside=_impact(plan))
        yield from _cautions(step)
    if step.expected_s is not None:
        yield Row(label="takes", spans=plain(_takes(step)), aside="as its last runs did")


def command_rows(plan: Plan) -> Iterator[Block]:
    """What runs of each step and where, to the letter; nothing of what has nothing to run."""
    budget = SHOWN_GROUPS if is_crowded(plan) else MOST_GROUPS
    for number, step in enumerate(plan.steps, 1):
        if not groups(step):
            continue
        word, tone = EFFECTS[step.effect]
        lead = f"{number} " if len(plan.steps) > 1 else ""
        yield Row(label=f"{lead}{word}", spans=plain(_how(step)), tone=tone)
        if not _inside(step):
            yield Row(label="hosts", spans=tuple(_where(step.targets)))
        yield from _exactly(step, budget)
        budget = max(0, budget - len(groups(step)))


def host_rows(plan: Plan) -> Iterator[Block]:
    """Where each step runs, and where nothing is to be done."""
    for step in plan.steps:
        label = step_words(step) if len(plan.steps) > 1 else "hosts"
        yield Row(label=label, spans=tuple(_where(step.targets)))
        yield from left_out(step, rest="its card has them all")


def left_out(step: Step, *, but: Sequence[str] = (), rest: str = IN_FILE) -> Iterator[Row]:
    """The targets where nothing is to be done, or nothing can be; `but` are told of elsewhere.

    `rest` tells where the sentences stand that are only counted.
    """
    parts = [(part.target.name, part) for part in step.targets if part.target.name not in but]
    already = [(host, part.already) for host, part in parts if part.already]
    yield from said_rows(already, "nothing", Tone.NEUTRAL, aside="already so", rest=rest)
    cannot = [(host, part.cannot) for host, part in parts if part.cannot]
    yield from said_rows(cannot, "CAN'T", Tone.WARNING, rest=rest)


def _cautions(step: Step) -> Iterator[Row]:
    """What to mind; where the sentence does not name its hosts and they are several, beside it."""
    found = list(cautions(step).items())
    for shaped, hosts in found[:MOST_ROWS]:
        own = ITSELF in shaped
        text = told(shaped, hosts) if own else shaped
        where = folded(hosts) if len(hosts) > 1 and not own else ""
        yield Row(label="CAUTION", spans=plain(text), aside=where, tone=Tone.WARNING)
    if (rest := len(found) - MOST_ROWS) > 0:
        text = f"{count(rest, 'more caution')}: {IN_FILE}"
        yield Row(label="CAUTION", spans=plain(text), tone=Tone.WARNING)


def _how(step: Step) -> str:
    """`service.restart nginx · 4 hosts, 1 at a time, stops at first failure`."""
    targets = len([part for part in step.targets if part.commands])
    parts: list[str] = []
    if not _inside(step):
        parts.append(count(targets, "host") if targets else "nothing to run")
        if step.batch and targets > 1:
            parts.append(f"{step.batch} at a time")
        elif targets > 1:
            parts.append("all at once")
    if step.stop_at_first_failure and targets > 1:
        parts.append("stops at first failure")
    if step.needs:
        names = " and ".join(need.removeprefix("s") for need in step.needs)
        parts.append(f"after step {names}")
    if not step.killable:
        parts.append("can't be ended halfway")
    return f"{step_words(step)} · {', '.join(parts)}" if parts else step_words(step)


def _impact(plan: Plan) -> str:
    impact = plan.verdict.impact.value if plan.verdict and plan.effect.changes else ""
    return f"{impact} impact" if impact else ""


def _inside(step: Step) -> bool:
    """Whether it happens inside Overseer, on no host."""
    return all(part.target.name == "overseer" for part in step.targets)


def _where(parts: Sequence[TargetPlan]) -> Iterator[Span]:
    """`production  web-1 web-2      staging  web-3`."""
    by_environment: dict[str, list[str]] = {}
    for part in parts:
        by_environment.setdefault(part.target.environment, []).append(part.target.name)
    for number, (environment, hosts) in enumerate(by_environment.items()):
        gap = "      " if number else ""
        danger = environment == "production"
        tone = Tone.WARNING if danger else Tone.DIM
        yield Span(text=f"{gap}{environment}  ", tone=tone)
        yield Span(text=folded(hosts, most=MOST_ROWS))


def _by_text(parts: Sequence[TargetPlan], text: Callable[[TargetPlan], str]) -> str:
    """`nginx active on all 4`, or each text with its hosts."""
    found = _collected(parts, lambda part: (text(part),) if text(part) else ())
    if not found:
        return ""
    if len(found) == 1:
        said, hosts = next(iter(found.items()))
        where = f" on {all_of(len(hosts))}" if len(hosts) > 1 else ""
        return f"{said}{where}" if len(hosts) == len(parts) else f"{said} on {folded(hosts)}"
    states = [f"{said} on {folded(hosts)}" for said, hosts in found.items()]
    if len(states) > MOST_STATES:
        rest = list(found.values())[MOST_STATES:]
        states[MOST_STATES:] = [f"otherwise on {sum(map(len, rest))} more"]
    return "; ".join(states)


def _collected(
    parts: Sequence[TargetPlan], texts: Callable[[TargetPlan], Sequence[str]]
) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in parts:
        for text in texts(part):
            found.setdefault(text, []).append(part.target.name)
    return found


def _exactly(step: Step, budget: int) -> Iterator[Block]:
    """The commands, conditions, checks and undos, once for all targets that do the same."""
    found = groups(step)
    total = len([part for part in step.targets if part.commands])
    for targets, parts in found[:budget]:
        told: set[str] = set()
        for label, text, aside in parts:
            first = {"run": named(targets, total), "undo": "where this run changed it"}
            where = aside or ("" if label in told else first.get(label, ""))
            told.add(label)
            quiet = label in {"unless", "if failed"}
            yield _exact(label, text, where, Tone.DIM if quiet else Tone.NEUTRAL)
    if (rest := len(found) - budget) > 0:
        words = count(rest, "more set of commands", "more sets of commands")
        yield Row(label="run", spans=plain(f"{words}: all of them in the attached file"))


def _exact(label: str, text: str, aside: str, tone: Tone) -> Exact:
    """A text that is approved as it stands; of a very long one the head."""
    if len(text) <= LONGEST:
        return Exact(label=label, text=text, aside=aside, tone=tone)
    head = text[:SHORTENED]
    more = count(len(text) - len(head), "more character", "more characters")
    return Exact(
        label=label, text=head, aside=aside, tone=tone,
        more=f"{more}: whole in the attached file",
    )  # fmt: skip


def _may_break(step: Step) -> str:
    """What it may break, and how much of it at once."""
    service = step.params.get("service")
    if service and step.batch == 1 and len(step.targets) > 1:
        return f"{step.may_break}; at worst one host without {service}"
    return step.may_break


def _takes(step: Step) -> str:
    each = step.expected_s or 0.0
    targets = len([part for part in step.targets if part.commands])
    rounds = ceil(targets / step.batch) if step.batch else 1
    about = "about " if round(each) else ""
    if rounds <= 1:
        return f"{about}{duration(each)}"
    return f"{about}{duration(each)} a host, {duration(each * rounds)} in all"
