"""What commands printed, in full, for the file of a card that shows the end of it alone.

The card says how many lines it leaves out: a file that had no more of them than the card would be
of no use. What a raw command printed is its answer, and stands alone; of another command the card
has the command as well, and the file keeps it.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Final

from bot.domain.captured import captured
from bot.domain.cards import Block, Card, Exact, Output, StepRow, TargetRow, Tone
from bot.domain.commands import CommandResult
from bot.domain.plans import Step
from bot.domain.wording import listed
from bot.ports import Unit
from bot.ports.readable import readable

MOST: Final = 2_000_000
"""Characters of all outputs that one file takes; of the others it has what the card has."""

Whole = Mapping[tuple[str, tuple[str, ...]], tuple[Block, ...]]
"""What stands below targets instead, by step and hosts."""


def is_cut(card: Card) -> bool:
    """Whether it shows the end alone of what a command printed."""
    return any(_cut(t) for b in card.body if isinstance(b, StepRow) for t in b.targets)


def in_full(unit: Unit, card: Card) -> Card:
    """The card with all that was kept of what its commands printed."""
    if not is_cut(card):
        return card
    found = {(a.step, a.host): a.results for a in unit.attempts(card.plan or 0)}
    left, whole = MOST, dict[tuple[str, tuple[str, ...]], tuple[Block, ...]]()
    for step, target, hosts in _rows(unit, card):
        texts = _texts({host: found.get((step.id, host), ()) for host in hosts})
        fit = set[str]()
        for text in texts:
            if len(text) <= left:
                left -= len(text)
                fit.add(text)
        if fit:
            whole[step.id, target.hosts] = (*_commands(step, target), *_outputs(texts, fit))
    body = [_with(block, step, whole) for block, step in _blocks(unit, card)]
    return card.model_copy(update={"body": tuple(body)}) if whole else card


def _texts(results: Mapping[str, Sequence[CommandResult]]) -> Mapping[str, Sequence[str]]:
    """What was printed, each with the hosts on which that was it: a card has them together."""
    texts: dict[str, list[str]] = {}
    for host, each in results.items():
        if text := captured(each):
            texts.setdefault(text, []).append(host)
    return texts


def _outputs(texts: Mapping[str, Sequence[str]], fit: Container[str]) -> Iterator[Output]:
    """Each under its hosts; of those that do not fit it is said how long they are."""
    for text, hosts in texts.items():
        title = listed(hosts) if len(texts) > 1 else ""
        if text in fit:
            yield Output(title=title, text=text)
        else:
            yield Output(title=title, text="", hidden_lines=len(text.splitlines()))


def _commands(step: Step, target: TargetRow) -> tuple[Block, ...]:
    """The commands of which the card says that they failed."""
    return () if step.raw else tuple(b for b in target.blocks if isinstance(b, Exact))


def _with(block: Block, step: Step | None, whole: Whole) -> Block:
    if step is None or not isinstance(block, StepRow):
        return block
    targets = tuple(
        target.model_copy(update={"blocks": whole.get((step.id, target.hosts), target.blocks)})
        for target in block.targets
    )
    return block.model_copy(update={"targets": targets})


def _rows(unit: Unit, card: Card) -> Iterator[tuple[Step, TargetRow, Sequence[str]]]:
    """Targets of which the card does not show all that they printed, and whose that is.

    A host that differs from many stands among those, and then for itself: it is told there.
    """
    for block, step in _blocks(unit, card):
        if step is None or not isinstance(block, StepRow):
            continue
        last = {host: at for at, target in enumerate(block.targets) for host in target.hosts}
        for at, target in enumerate(block.targets):
            if _cut(target) or _bare(target):
                yield step, target, [host for host in target.hosts if last[host] == at]


def _blocks(unit: Unit, card: Card) -> Iterator[tuple[Block, Step | None]]:
    """The blocks of a card; a step's row with its step."""
    stored = readable(unit, card.plan) if card.plan is not None else None
    steps = stored.plan.steps if stored is not None else ()
    for block in card.body:
        number = block.number if isinstance(block, StepRow) else 0
        yield block, steps[number - 1] if 0 < number <= len(steps) else None


def _cut(target: TargetRow) -> bool:
    return any(isinstance(block, Output) and block.hidden_lines for block in target.blocks)


def _bare(target: TargetRow) -> bool:
    """One of so many that failed that the card only names it."""
    return target.tone is Tone.BAD and not target.blocks
