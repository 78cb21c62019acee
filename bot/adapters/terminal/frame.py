"""What every part of a card's rendering needs to know about the terminal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from bot.adapters.terminal import untrusted
from bot.adapters.terminal.glyphs import Glyphs, glyphs
from bot.adapters.terminal.layout import Line, Piece
from bot.domain.cards import Tone
from bot.domain.marked import Mark, marked

LABEL = 10
NARROWEST = 20
WIDEST = 120
"""A line longer than this is hard to read, however wide the window."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a card is drawn: columns, signs, and the reader's time.

    `keys` is False where nobody can press one (a pipe): commands are named instead.
    `bars` is the column in which all bars of a card begin. Without `colour` the signs that
    mark code in a sentence stay: nothing else would set it apart.
    """

    width: int
    unicode: bool
    tz: tzinfo
    now: datetime
    keys: bool = True
    bars: int = 0
    colour: bool = False

    @property
    def signs(self) -> Glyphs:
        """The set of signs."""
        return glyphs(self.unicode)

    @property
    def label(self) -> int:
        """Columns of the labels; fewer in a narrow window."""
        return LABEL if self.width >= 60 else 2 if self.width < 30 else 8

    def inside(self, indent: int) -> Frame:
        """The same, `indent` columns narrower."""
        return replace(self, width=max(self.width - indent, 8))

    def one(self, text: str) -> str:
        """One cleaned line of prose."""
        return untrusted.prose(text, unicode=self.unicode)

    def words(self, text: str, tone: Tone = Tone.NEUTRAL, *, strong: bool = False) -> Line:
        """One line of prose with its `code` and the *Names* of buttons set apart."""
        if not self.colour:
            return (Piece(self.one(text), tone, strong),)
        return tuple(self._marked(mark, part, tone, strong) for mark, part in marked(text))

    def _marked(self, mark: Mark, part: str, tone: Tone, strong: bool) -> Piece:
        if mark is Mark.CODE:
            written = " ".join(untrusted.code(part, unicode=self.unicode))
            return Piece(written, Tone.BUSY, strong, code=True)
        return Piece(self.one(part), tone, strong or mark is Mark.NAME)

    def left_until(self, at: datetime) -> str:
        """How long it is until then, as it is read: `in 28 min`; `over` afterwards."""
        left = (at - self.now).total_seconds()
        return f"in {lasting(_whole_minutes(left))}" if left > 0 else "over"

    def clock(self, at: datetime) -> str:
        """A moment as the reader says it: `14:02`, or with its day when that isn't today."""
        local = at.astimezone(self.tz)
        if local.date() == self.now.astimezone(self.tz).date():
            return f"{local:%H:%M}"
        return f"{local:%d %b %H:%M}"


def _whole_minutes(seconds: float) -> float:
    return seconds if seconds < 60 else seconds // 60 * 60


def lasting(seconds: float) -> str:
    """A duration as a person says it: `4 s`, `3 min 10 s`, `2 h 5 min`, `3 d 4 h`."""
    if seconds < 0.95:
        return f"{max(seconds, 0):.1f} s"
    whole = round(seconds)
    for unit, size, below, part in (("d", 86400, "h", 3600), ("h", 3600, "min", 60),
                                    ("min", 60, "s", 1)):  # fmt: skip
        if whole >= size:
            rest = whole % size // part
            return f"{whole // size} {unit} {rest} {below}" if rest else f"{whole // size} {unit}"
    return f"{whole} s"
