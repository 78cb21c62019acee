"""Surface-neutral speech: one model of a card that every surface renders.

A card is a header (number, title, state word and tone), quiet lines under it, a body of
blocks, and buttons. Text in a card is *data*: a surface escapes it for its own medium and
never interprets it. What is approved stands in `Exact` blocks, drawn whole and to the letter;
output in `Output` blocks, shortened and made harmless; both in monospace, as `code` spans are.
Effect and state are always a word as well as a tone.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field as Spec
from pydantic import model_validator

from bot.domain.messages import Frozen
from bot.domain.moments import Named
from bot.domain.wording import number_in

CARD_VERSION = 2
"""Grows when a field means something else: 2 told nobody from everybody in `Button.only`."""


class Tone(StrEnum):
    """What a glance should tell; surfaces map it to colour, symbol or both."""

    NEUTRAL = "neutral"
    DIM = "dim"
    GOOD = "good"
    BUSY = "busy"
    WAITING = "waiting"
    WARNING = "warning"
    BAD = "bad"


SIGNS = {
    Tone.NEUTRAL: "·",
    Tone.DIM: "·",
    Tone.GOOD: "✓",
    Tone.BUSY: "▸",
    Tone.WAITING: "◦",
    Tone.WARNING: "!",
    Tone.BAD: "✗",
}
"""A sign for a glance, before a step or a target; its word stands beside it."""


class Span(Frozen):
    """A run of text. `code` is set in monospace."""

    text: str
    code: bool = False
    tone: Tone = Tone.NEUTRAL
    strong: bool = False


class Row(Frozen):
    """One labelled line of a card: `run   sudo systemctl restart -- nginx   same on all 4`.

    `label` is at most about nine characters; CAPITAL labels are set strong. `aside` stands
    at the right edge where there is room, else after the text. `until` is a moment that a
    surface counts down to: a card is drawn when it changes, and read at any time.
    """

    kind: Literal["row"] = "row"
    label: str
    spans: tuple[Span, ...]
    aside: str = ""
    tone: Tone = Tone.NEUTRAL
    until: datetime | None = None


class Paragraph(Frozen):
    """Prose, wrapped by the surface."""

    kind: Literal["paragraph"] = "paragraph"
    text: str
    tone: Tone = Tone.NEUTRAL


class Heading(Frozen):
    """A small heading between groups, e.g. a host's name."""

    kind: Literal["heading"] = "heading"
    text: str
    aside: str = ""
    tone: Tone = Tone.NEUTRAL


class Bar(Frozen):
    """A share of a whole: a disk, memory, progress. `share` is 0 to 1."""

    kind: Literal["bar"] = "bar"
    label: str
    share: float
    text: str = ""
    tone: Tone = Tone.NEUTRAL


class Table(Frozen):
    """Columns and rows of plain text; `right` holds the indexes of right-aligned columns."""

    kind: Literal["table"] = "table"
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()
    code: tuple[int, ...] = ()


class Exact(Frozen):
    """Text that is approved as it stands: a command, the check after it, what takes it back.

    A surface draws all of it and nothing but it, as `bot.domain.exactly` writes it: no sign is
    taken out, no line left out, no blank folded. `aside` says where or when it counts, `more`
    that this is only the head of it and where the whole stands.
    """

    kind: Literal["exact"] = "exact"
    label: str
    text: str
    aside: str = ""
    more: str = ""
    tone: Tone = Tone.NEUTRAL


class Output(Frozen):
    """What a command printed: monospace, never interpreted, shortened by `lines` when long."""

    kind: Literal["output"] = "output"
    text: str
    title: str = ""
    tone: Tone = Tone.NEUTRAL
    hidden_lines: int = 0


class TargetRow(Frozen):
    """One target, or several that said the same, under a step."""

    hosts: tuple[str, ...]
    state: str
    tone: Tone
    text: str = ""
    elapsed_s: float | None = None
    blocks: tuple[Row | Exact | Output | Paragraph, ...] = ()


class StepRow(Frozen):
    """One step of a plan while it runs: `2 ▸ package.upgrade  10 at a time  17/40  ███░░`."""

    kind: Literal["step"] = "step"
    number: int
    state: str
    tone: Tone
    title: str
    aside: str = ""
    done: int = 0
    total: int = 0
    elapsed_s: float | None = None
    targets: tuple[TargetRow, ...] = ()


class Divider(Frozen):
    """A line across."""

    kind: Literal["divider"] = "divider"


Block = Annotated[
    Row | Paragraph | Heading | Bar | Table | Exact | Output | StepRow | Divider,
    Spec(discriminator="kind"),
]


class ButtonStyle(StrEnum):
    """How a button weighs."""

    PRIMARY = "primary"
    DANGER = "danger"
    PLAIN = "plain"


class Choice(Frozen):
    """One answer to what a button asks: `value` is sent, `label` is read."""

    value: str
    label: str


class Button(Frozen):
    """Something that can be pressed.

    `id` is one of the ids in `bot.domain.buttons.BUTTONS`, `value` distinguishes several of
    one id (an option, a host). `key` is the terminal's key. `asks` is the prompt of a text
    that the button wants first (a deny's reason), empty for none. `says` is set on example
    and option buttons: pressing is the same as saying it. `only` are the people for whom it is
    drawn (by name; None: everybody), and `others` the sentence for those for whom it is not.
    `choices` are what may be answered to `asks`, when that is known. `unread`: a command may press
    it for somebody who has not read the card. `tier` is who has read `says` so, where others may
    read it otherwise: said anew, it is said to them ("rules"). `change` is the number of the plan
    that an option makes another revision of: said anew, it is said in its conversation.
    """

    id: str
    label: str
    key: str = ""
    value: str = ""
    style: ButtonStyle = ButtonStyle.PLAIN
    asks: str = ""
    says: str = ""
    only: tuple[str, ...] | None = None
    others: str = ""
    choices: tuple[Choice, ...] = ()
    unread: bool = True
    tier: str = ""
    change: int | None = None

    def chosen(self, typed: str) -> str:
        """What a person means who typed a choice's number, or its label in any case."""
        number = number_in(typed) or 0
        if 0 < number <= len(self.choices):
            return self.choices[number - 1].value
        said = typed.casefold()
        return next((c.value for c in self.choices if c.label.casefold() == said), typed)


BEGINS = "starts "
"""With this a card's standing begins that waits for its time, and for nobody."""


class Attachment(Frozen):
    """A file that goes with the card: the whole plan.

    Its text may be drawn and downloaded as it is: whoever makes it has written out what can't
    be seen (`bot.domain.exactly`). A surface that draws it draws every line. `lost`: it isn't
    where the card is shown, and never will be.
    """

    name: str
    text: str
    lost: bool = False


class Card(Frozen):
    """One message of Overseer, edited in place.

    `id` is stable over edits (`plan-90`, `answer-…`); `revision` is the plan's revision and
    `serial` grows with each edit, so that an older edit never overwrites a newer one.
    `state` is a word in capitals (WAITING, RUNNING …), `standing` what stands beside it
    ("1 of 2 votes"). `hint` is for who can press and type; `moments` are what its words name.
    """

    version: int = CARD_VERSION
    id: str
    serial: int = 0
    plan: int | None = None
    revision: int | None = None
    digest: str = ""
    title: str
    state: str = ""
    standing: str = ""
    tone: Tone = Tone.NEUTRAL
    lines: tuple[str, ...] = ()
    body: tuple[Block, ...] = ()
    buttons: tuple[Button, ...] = ()
    hint: str = ""
    footer: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    busy: bool = False
    in_full: bool = Spec(default=False, exclude=True)
    """No file can be put where it is drawn: as much of it is shown as there is room."""
    ends: datetime | None = None
    moments: tuple[Named, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _as_meant_then(cls, data: Any) -> Any:
        """A card of version 1, as it was stored: `only` for none meant everybody."""
        if not isinstance(data, dict) or data.get("version", CARD_VERSION) != 1:
            return data
        buttons = [
            {**b, "only": b.get("only") or None} if isinstance(b, dict) else b
            for b in data.get("buttons", ())
        ]
        return {**data, "version": CARD_VERSION, "buttons": buttons}

    @property
    def subject(self) -> str:
        """The title without the plan's number, for surfaces that set that apart."""
        if self.plan is None:
            return self.title
        return self.title.removeprefix(f"#{self.plan} ").strip()

    @property
    def until(self) -> datetime | None:
        """Until when it can be decided; None where the card's end is when something begins."""
        return None if self.standing.startswith(BEGINS) else self.ends

    @property
    def asks_for_approval(self) -> bool:
        """Whether somebody may approve it by a button."""
        return any(button.id == "approve" for button in self.buttons)

    def feet(self, *, present: bool = True) -> tuple[str, ...]:
        """The lines at its foot; `present`: a person in front of it can press and type."""
        if not present or not self.hint:
            return self.footer
        first = " ".join((self.hint, *self.footer[:1]))
        return (first, *self.footer[1:])


def card_for(card: Card, person: str) -> Card:
    """The card as one person sees it: without buttons that are not theirs, and why.

    A card is drawn once for everybody; who may press what is judged behind the ears all the
    same.
    """
    return _without(card, [b for b in card.buttons if b.only is not None and person not in b.only])


def card_for_all(card: Card) -> Card:
    """The card where everybody sees one and the same: without what is for nobody, and why.

    Whose the other buttons are is told to who presses one that isn't theirs.
    """
    return _without(card, [b for b in card.buttons if b.only == ()])


def _without(card: Card, missing: list[Button]) -> Card:
    if not missing:
        return card
    kept = tuple(button for button in card.buttons if button not in missing)
    said = tuple(button.others for button in missing if button.others)
    return card.model_copy(update={"buttons": kept, "footer": (*said, *card.footer)})


LETS_RUN = frozenset({"approve", "begin"})
"""Buttons by which something may run: they stand only where all that would run can be read."""


def text_of(spans: tuple[Span, ...]) -> str:
    """The words of some spans without their style."""
    return "".join(span.text for span in spans)


def plain(text: str, *, tone: Tone = Tone.NEUTRAL) -> tuple[Span, ...]:
    """One unstyled span."""
    return (Span(text=text, tone=tone),)


def code(text: str) -> tuple[Span, ...]:
    """One monospaced span."""
    return (Span(text=text, code=True),)


class ThreadItem(Frozen):
    """One thing in a thread: what a person said, or a card. `seq` orders them for ever."""

    seq: int
    thread: str
    at: datetime
    kind: Literal["said", "card", "note"]
    person: str = ""
    text: str = ""
    card: Card | None = None


class ThreadSummary(Frozen):
    """A line in the list of conversations."""

    thread: str
    title: str
    at: datetime
    state: str = ""
    tone: Tone = Tone.NEUTRAL
