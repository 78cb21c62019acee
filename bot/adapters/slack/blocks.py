"""A card becomes Block Kit: one pure function, the same message for the same card.

What is approved stands in monospaced blocks, all of it or, where it does not fit, none of it;
then `Drawn.whole` is False, the whole must go along as a file, and nothing is offered for approval
until that file is there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.adapters.slack import buttons
from bot.adapters.slack import text as texts
from bot.adapters.slack.rich import MOST_BLOCKS, Json, Message, emoji, moment, run, words
from bot.adapters.slack.tables import bars, table
from bot.domain.cards import (
    LETS_RUN,
    SIGNS,
    Bar,
    Block,
    Button,
    Card,
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
    card_for,
    card_for_all,
)
from bot.domain.exactly import NOTE, is_simple, visible
from bot.domain.excerpts import excerpted, is_open, is_unfiled
from bot.domain.harmless import end_of
from bot.domain.marked import marked
from bot.domain.messages import Person
from bot.domain.moments import Named
from bot.domain.monospace import gauge
from bot.domain.wording import count, duration, folded, shortened

DOTS = {
    Tone.NEUTRAL: "white_circle",
    Tone.DIM: "white_circle",
    Tone.GOOD: "large_green_circle",
    Tone.BUSY: "large_blue_circle",
    Tone.WAITING: "large_yellow_circle",
    Tone.WARNING: "large_orange_circle",
    Tone.BAD: "red_circle",
}
"""The colour of a state; its word always stands beside it."""
OUTPUT_LINES = 40
OUTPUT_TEXT = 2_800
"""What is shown of one output; the rest is in the file that goes with the card."""
MOST_OUTPUT = 16_000
"""Characters at the end of an output that are looked at for that."""
MOST_HOSTS = 40
"""Words of one line's host names, runs of numbers counted once."""
TITLE = 280
NOTICE = 280
"""Characters of the line that a notification shows."""
MOST_BUTTONS = 50
TAIL_BLOCKS = 16
TAIL_TEXT = 1_500
"""What is kept for buttons and feet, however long a card is."""
CUT = "More than fits here: all of it goes along as a file."
CUT_NOW = "More than fits here: all of it goes along as a file when this has come to rest."
BRIEF = "Slack does not take all of this card; the page and a terminal show it."
CUT_THERE = "More than fits here: the attached file has the whole card."
NOT_YET = "Approving is offered when the whole plan is attached."


@dataclass(frozen=True)
class Drawn:
    """A message. `whole`: everything that is approved, or read as it stands, is in it."""

    blocks: list[Json]
    text: str
    whole: bool


def draw(
    card: Card,
    reader: Person | None = None,
    files: Mapping[str, str] | None = None,
    *,
    origin: str = "",
    brief: bool = False,
) -> Drawn:
    """The card as one message, for one reader or for all who are in the place.

    `files` are those that can be read there already, with their links; `origin` leads to the
    conversation that this is a copy of. `brief` leaves the body out, for a card that Slack found
    too long all the same.
    """
    shown = card_for_all(card) if reader is None else card_for(card, reader.name)
    short = excerpted(shown)
    message = Message(blocks=MOST_BLOCKS - TAIL_BLOCKS, moments=card.moments)
    _head(message, shown)
    message.context(shown.lines)
    if brief:
        message.whole = False
    elif shown.body:
        message.divider()
        _body(message, short.body)
        message.whole = message.whole and short is shown
    there = files or {}
    readable = (message.whole or bool(there)) and all(a.name in there for a in shown.attachments)
    offered = [b for b in shown.buttons if readable or b.id not in LETS_RUN]
    tail = Message(blocks=TAIL_BLOCKS, characters=TAIL_TEXT, moments=card.moments)
    _buttons(tail, shown, offered)
    notes = [] if message.whole else [_cut(shown, there, brief=brief)]
    if not readable and any(b.id in LETS_RUN for b in shown.buttons):
        notes.append(NOT_YET)
    _files(tail, shown, there)
    if origin.startswith("https://"):
        tail.line([{"type": "link", "url": origin, "text": "open the conversation"}])
    tail.context([*notes, *shown.feet(present=False)])
    return Drawn([*message.blocks(), *tail.blocks()], fallback(card), message.whole)


def _cut(card: Card, there: Mapping[str, str], *, brief: bool) -> str:
    if is_unfiled(card):
        return BRIEF if brief else CUT_NOW
    its = {each.name for each in card.attachments}
    whole = bool(there) and (is_open(card) or not there.keys() <= its)
    return CUT_THERE if whole else BRIEF if brief else CUT


def fallback(card: Card) -> str:
    """What a notification shows: one line, and nothing in it that could ping."""
    number = f"#{card.plan} " if card.plan is not None else ""
    state = " ".join(part for part in (card.state, card.standing) if part)
    about = "".join(part for _, part in marked(card.subject or _gist(card)))
    said = f"{number}{about}" + (f" · {state}" if state else "")
    return texts.mrkdwn(shortened(texts.one_line(said), NOTICE)) or "Overseer"


def _gist(card: Card) -> str:
    """What a card is about that has no title: its first words."""
    return next((b.text for b in card.body if isinstance(b, Paragraph) and b.text.strip()), "")


def _head(message: Message, card: Card) -> None:
    number = f"#{card.plan}  " if card.plan is not None else ""
    title = shortened(texts.one_line(card.subject), TITLE)
    dot = [*emoji(DOTS[card.tone]), *run("  ")] if card.state else []
    message.line([*dot, *run(number, bold=True), *words(title, bold=True)])
    state = run(texts.one_line(card.state), bold=True)
    if card.standing:
        state += [
            *run("  " if state else ""),
            *words(texts.one_line(card.standing), moments=card.moments),
        ]
    if card.until:
        state += [*run(" · until " if state else "until "), *moment(card.until, "{time}")]
    message.line(state)


def _body(message: Message, blocks: Sequence[Block]) -> None:
    gauges: list[Bar] = []
    for block in blocks:
        if isinstance(block, Bar):
            gauges.append(block)
            continue
        if gauges:
            message.block_of_text(bars(gauges))
            gauges = []
        _block(message, block)
    if gauges:
        message.block_of_text(bars(gauges))


def _block(message: Message, block: Block) -> None:
    match block:
        case Row():
            message.line(_row(block, message.moments))
        case Paragraph():
            for line in texts.prose(block.text).split("\n"):
                message.line([*_sign(block.tone), *words(line, moments=message.moments)])
        case Heading():
            aside = _aside(block.aside)
            message.line([*_sign(block.tone), *words(block.text, bold=True), *aside])
        case Bar():
            message.block_of_text(bars([block]))
        case Table():
            message.block_of_text(table(block))
        case Exact():
            _exact(message, block)
        case Output():
            _output(message, block)
        case StepRow():
            _step(message, block)
        case Divider():
            message.divider()


def _sign(tone: Tone) -> list[Json]:
    """A sign for what must be seen among words; quiet tones have none."""
    name = {Tone.WARNING: "warning", Tone.BAD: "x", Tone.GOOD: "white_check_mark"}.get(tone)
    return [*emoji(name), *run("  ")] if name else []


def _aside(text: str, moments: Sequence[Named] = ()) -> list[Json]:
    said = f"  ·  {texts.one_line(text)}"
    return words(said, italic=True, moments=moments) if text.strip() else []


def _label(text: str, tone: Tone = Tone.NEUTRAL) -> list[Json]:
    """CAPITALS are strong, everything else is quiet; what is bad has its sign.

    A strong word that is bad warns (DESTROYS): nothing has failed that it could cross out.
    """
    said = texts.one_line(text)
    if not said:
        return []
    loud = said.isupper()
    sign = _sign(Tone.WARNING if loud else Tone.BAD) if tone is Tone.BAD else []
    return [*sign, *run(said, bold=loud, italic=not loud), *run("  ")]


def _row(row: Row, moments: Sequence[Named] = ()) -> list[Json]:
    parts = _label(row.label, row.tone)
    for span in row.spans:
        parts += _span(span, moments)
    return [*parts, *_aside(row.aside, moments)]


def _span(span: Span, moments: Sequence[Named] = ()) -> list[Json]:
    if not span.code:
        said = texts.prose(span.text).replace("\n", " ")
        return words(said, bold=span.strong, moments=moments)
    text = visible(span.text)
    return run("\n".join(text.lines), code=True, bold=span.strong)


def _exact(message: Message, block: Exact) -> None:
    """All of it, to the letter, or none of it; beside its label when it is short and plain."""
    label, aside = _label(block.label, block.tone), _aside(block.aside)
    if is_simple(block.text) and not block.more:
        message.line([*label, *run(block.text, code=True), *aside])
        return
    message.line([*label, *aside])
    text = visible(block.text)
    message.block_of_text("\n".join(text.lines))
    for note in (NOTE if text.odd else "", f"… {block.more}" if block.more else ""):
        message.line(words(note, italic=True))


def _output(message: Message, block: Output) -> None:
    said, before = end_of(block.text.rstrip("\n"), MOST_OUTPUT)
    lines = texts.printed(said).split("\n")
    kept = lines[-OUTPUT_LINES:]
    while len(kept) > 1 and sum(len(line) + 1 for line in kept) > OUTPUT_TEXT:
        kept = kept[1:]
    kept[-1] = kept[-1][-OUTPUT_TEXT:] if len(kept) == 1 else kept[-1]
    if kept != lines or len(said) < len(block.text.rstrip("\n")):
        message.whole = False
    hidden = block.hidden_lines + before + len(lines) - len(kept)
    above = f"… {count(hidden, 'more line')} before these" if hidden else ""
    title = words(texts.one_line(block.title), bold=block.tone is Tone.BAD)
    message.line([*title, *run("  " if title and above else ""), *run(above, italic=True)])
    message.block_of_text("\n".join(kept) if any(kept) else "(printed nothing)")


def _step(message: Message, step: StepRow) -> None:
    """`2 ▸ package.upgrade · 10 at a time  17/40  ███████░░░░░`, then what its hosts do."""
    parts = run(f"{step.number} {SIGNS[step.tone]} ", bold=True)
    parts += run(texts.printed(step.title), code=True)
    parts += _aside(step.aside)
    said = [texts.one_line(step.state)] if step.state else []
    if step.total:
        said.append(f"{step.done}/{step.total}")
    if step.elapsed_s is not None:
        said.append(duration(step.elapsed_s))
    parts += run("  " + "  ".join(said), bold=step.tone is Tone.BAD) if said else []
    if step.total > 1 and step.tone is Tone.BUSY:
        parts += [*run("  "), *run(gauge(step.done / step.total), code=True)]
    message.line(parts)
    for target in step.targets:
        _target(message, target)


def _target(message: Message, target: TargetRow) -> None:
    sign = run(f"    {SIGNS[target.tone]} ")
    if target.tone in (Tone.BAD, Tone.WARNING):
        sign = [*run("    "), *_sign(target.tone)]
    said = f"  {texts.one_line(target.state)}"
    if target.elapsed_s is not None:
        said += f"  {duration(target.elapsed_s)}"
    hosts = run(texts.one_line(folded(target.hosts, most=MOST_HOSTS)), bold=True)
    text = [*run("  ·  "), *words(texts.one_line(target.text))] if target.text else []
    message.line([*sign, *hosts, *run(said.rstrip()), *text])
    for block in target.blocks:
        _block(message, block)


def _buttons(message: Message, card: Card, offered: Sequence[Button]) -> None:
    """Rows of buttons; a label that none can carry whole is written above them."""
    kept = offered[:MOST_BUTTONS]
    for button in kept:
        said = buttons.label(button)
        if len(said) > buttons.LABEL:
            message.line(run(f"▸ {shortened(said, 500)}"))
    for row in buttons.rows(card, kept):
        message.add(row)


def _files(message: Message, card: Card, there: Mapping[str, str]) -> None:
    """What is attached, each with its link once it can be opened, and what is on its way."""
    sizes = {each.name: each.text.count("\n") + 1 for each in card.attachments if not each.lost}
    for name in dict.fromkeys([*sizes, *there]):
        said = texts.one_line(name) or "file"
        link = there.get(name, "")
        parts = run(said)
        if link.startswith("https://"):
            parts = [{"type": "link", "url": link, "text": said}]
        size = f", {count(sizes[name], 'line')}" if name in sizes else ""
        how = "attached  " if name in there else "follows  "
        message.line([*run(how, italic=True), *parts, *run(size)])
