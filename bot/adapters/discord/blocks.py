"""The blocks of a card's body as Markdown: one piece of text for each, to be fitted into a message.

A piece is `whole` when all of its block is in it. Labels are strong, what stands beside them is
quiet, commands and output are in monospace; bars that follow each other share one fence, so that
they line up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from bot.adapters.discord import text
from bot.domain.cards import (
    SIGNS,
    Bar,
    Block,
    Divider,
    Exact,
    Heading,
    Output,
    Paragraph,
    Row,
    Span,
    StepRow,
    Table,
    TargetRow,
    Tone,
)
from bot.domain.exactly import NOTE, is_simple
from bot.domain.harmless import end_of
from bot.domain.moments import Named
from bot.domain.monospace import cells, gauge, padded, within
from bot.domain.monospace import table as columns
from bot.domain.wording import count, duration, folded

MOST_NAMES = 8
MOST_OUTPUT = 16_000
"""Characters at the end of an output that are looked at; a message shows fewer in any case."""


@dataclass(frozen=True)
class Piece:
    """Text for a message, drawn when it is asked for: most of a long card never is.

    `printed` is the output in it, which may be shortened from its head. `ends` closes what stands
    before it, and a rule follows.
    """

    draw: Callable[[], str]
    printed: Output | None = None
    ends: bool = False

    @cached_property
    def text(self) -> str:
        """As Markdown."""
        return self.draw()

    @property
    def is_cut(self) -> bool:
        """Whether the beginning of its output is left out, however much room there is."""
        return self.printed is not None and len(_said(self.printed)) > MOST_OUTPUT


def pieces(blocks: Sequence[Block], moments: Sequence[Named] = ()) -> Iterator[Piece]:
    """The blocks in order; their words name `moments`."""
    bars: list[Bar] = []
    for block in blocks:
        if isinstance(block, Bar):
            bars.append(block)
            continue
        if bars:
            yield Piece(partial(_bars, tuple(bars)))
            bars = []
        yield from _pieces(block, moments)
    if bars:
        yield Piece(partial(_bars, tuple(bars)))


def _pieces(block: Block | Exact, moments: Sequence[Named]) -> Iterator[Piece]:
    match block:
        case Row():
            yield Piece(partial(_row, block, moments))
        case Paragraph():
            yield Piece(partial(_paragraph, block, moments))
        case Heading():
            yield Piece(partial(_heading, block))
        case Table():
            yield Piece(partial(_table, block))
        case Exact():
            yield Piece(partial(_exact, block))
        case Output():
            yield Piece(partial(output_text, block), printed=block)
        case StepRow():
            yield Piece(partial(_step, block))
            for target in block.targets:
                yield Piece(partial(_target, target))
                for inner in target.blocks:
                    yield from _pieces(inner, moments)
        case Divider():
            yield Piece(str, ends=True)


def output_text(block: Output, last: int | None = None) -> str:
    """What was printed, fenced; only the `last` lines of it when that is given."""
    said, before = end_of(_said(block), MOST_OUTPUT)
    lines = said.split("\n")
    hidden = block.hidden_lines + before
    if last is not None and last < len(lines):
        hidden += len(lines) - last
        lines = lines[len(lines) - last :]
    above = [f"-# {text.plain(block.title)}"] if block.title else []
    if hidden:
        above.append(f"-# … {count(hidden, 'line')} before these")
    if not block.text.strip():
        return "\n".join([*above, "-# printed nothing"])
    return "\n".join([*above, text.output("\n".join(lines))])


def lines_of(block: Output) -> int:
    """How many lines of an output may be shown."""
    return end_of(_said(block), MOST_OUTPUT)[0].count("\n") + 1


def _said(block: Output) -> str:
    return block.text.rstrip("\n")


def _paragraph(block: Paragraph, moments: Sequence[Named]) -> str:
    lines = [text.words(line, moments) for line in block.text.split("\n")]
    return _marked("\n".join(lines), block.tone)


def _heading(block: Heading) -> str:
    return _aside(f"**{text.plain(block.text)}**", block.aside)


def _marked(said: str, tone: Tone) -> str:
    """A word of warning has its mark; everything else speaks for itself."""
    return f"{SIGNS[tone]} {said}" if tone in (Tone.BAD, Tone.WARNING) and said else said


def _aside(said: str, aside: str, moments: Sequence[Named] = ()) -> str:
    return f"{said} · {text.words(aside, moments)}" if aside else said


def _label(label: str, tone: Tone) -> str:
    """A label; one in capitals is a word that says as much as a mark."""
    if not label:
        return ""
    return (
        f"**{text.plain(label)}**" if label.isupper() else _marked(f"**{text.plain(label)}**", tone)
    )


def _row(row: Row, moments: Sequence[Named]) -> str:
    """`**now** nginx active on all 4 · in 28 minutes`."""
    said = text.beside(_span(span, moments) for span in row.spans)
    line = " ".join(part for part in (_label(row.label, row.tone), said) if part)
    until = f" · <t:{int(row.until.timestamp())}:R>" if row.until else ""
    return _aside(line, row.aside, moments) + until


def _span(span: Span, moments: Sequence[Named]) -> str:
    if span.code:
        return text.code(span.text)
    said = text.words(span.text, moments)
    return f"**{said}**" if span.strong and said.strip() == said and "`" not in said else said


def _exact(block: Exact) -> str:
    """All of it, to the letter: beside its label when it is short and plain, else fenced."""
    label = _label(block.label, block.tone)
    if is_simple(block.text):
        said = " ".join(part for part in (label, f"`{block.text}`") if part)
        above, fence, odd = _aside(said, block.aside), "", False
    else:
        above = _aside(label, block.aside) if label else text.words(block.aside)
        fence, odd = text.exact(block.text)
    notes = [NOTE] if odd else []
    notes += [f"… {block.more}"] if block.more else []
    below = "\n".join(f"-# {text.plain(note)}" for note in notes)
    return "\n".join(part for part in (above, fence, below) if part)


def _bars(bars: Sequence[Bar]) -> str:
    labels = [text.raw(bar.label) for bar in bars]
    wide = max(map(cells, labels))
    lines = []
    for bar, label in zip(bars, labels, strict=True):
        percent = "" if "%" in bar.text else f"{within(bar.share) * 100:3.0f} %"
        said = "  ".join(part for part in (percent, text.raw(bar.text).strip()) if part)
        mark = f" {SIGNS[bar.tone]}" if bar.tone in (Tone.BAD, Tone.WARNING) else ""
        lines.append(f"{padded(label, wide)}  {gauge(bar.share)}  {said}{mark}".rstrip())
    return text.fenced("\n".join(lines))


def _table(table: Table) -> str:
    lines = columns(
        list(map(_cell, table.columns)),
        [list(map(_cell, row)) for row in table.rows],
        table.right,
    )
    if not table.rows or not max(map(len, (table.columns, *table.rows))):
        return ""
    return text.fenced("\n".join(lines) if any(lines) else " ")


def _cell(said: str) -> str:
    return text.raw(said).strip()


def _step(step: StepRow) -> str:
    """`**2** ▸ `package.upgrade` · 10 at a time · 17/40 ████░░░░ · 3 min`."""
    parts = [f"**{step.number}** {SIGNS[step.tone]} {text.code(step.title)}"]
    parts += [text.plain(step.aside)] if step.aside else []
    if step.total > 1:
        bar = f" {gauge(step.done / step.total, 10)}" if step.tone is Tone.BUSY else ""
        parts.append(f"{step.done}/{step.total}{bar}")
    if step.state and step.tone not in (Tone.GOOD, Tone.DIM, Tone.NEUTRAL):
        parts.append(text.plain(step.state))
    if step.elapsed_s is not None:
        parts.append(duration(step.elapsed_s))
    return " · ".join(parts)


def _target(target: TargetRow) -> str:
    """`✗ **web-2** FAILED · 3 s · exit 1`."""
    hosts = text.plain(folded(target.hosts, MOST_NAMES))
    if len(target.hosts) > 2 and not target.text.startswith(f"{len(target.hosts)} hosts"):
        hosts = f"{hosts} ({len(target.hosts)} hosts)"
    state = f" {text.plain(target.state)}" if target.state else ""
    parts = [f"{SIGNS[target.tone]} **{hosts}**{state}"]
    parts += [duration(target.elapsed_s)] if target.elapsed_s is not None else []
    parts += [text.words(target.text)] if target.text else []
    return " · ".join(parts)
