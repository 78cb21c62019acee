"""The signs of a card, for terminals that show UTF-8 and for those that don't."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.cards import Tone


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One set of signs, each one cell wide, `more` excepted."""

    good: str
    busy: str
    bad: str
    warning: str
    quiet: str
    rule: str
    side: str
    goes_on: str
    full: str
    empty: str
    more: str
    said: str
    to: str

    def mark(self, tone: Tone) -> str:
        """The sign that stands for a tone, so that colour is never the only one to say it."""
        if tone is Tone.GOOD:
            return self.good
        if tone is Tone.BUSY:
            return self.busy
        if tone is Tone.BAD:
            return self.bad
        if tone in (Tone.WARNING, Tone.WAITING):
            return self.warning
        return self.quiet


UNICODE = Glyphs(
    good="✓", busy="▸", bad="✗", warning="!", quiet="·",
    rule="─", side="│", goes_on="┊", full="█", empty="░", more="…", said="›", to="…",
)  # fmt: skip

ASCII = Glyphs(
    good="+", busy=">", bad="x", warning="!", quiet="-",
    rule="-", side="|", goes_on=":", full="#", empty=".", more="...", said=">", to="..",
)  # fmt: skip


def glyphs(unicode: bool) -> Glyphs:
    """The set for this terminal."""
    return UNICODE if unicode else ASCII
