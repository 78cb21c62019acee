"""A message being filled: rich text in order, within what Slack takes of one message.

Rich text is Slack's own form of what its composer makes. Nothing in it is parsed: no mention, no
link and no fence comes of what a text says, so that data can stand in it as it is.
Source of the limits: Slack's reference of Block Kit; "about 13 k in all" is where
`msg_blocks_too_long` was seen to begin.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.adapters.slack import text as texts
from bot.domain.marked import Mark, marked
from bot.domain.moments import Moment, Named, parts
from bot.domain.wording import shortened

Json = dict[str, Any]

MOST_BLOCKS = 50
MOST_TEXT = 11_000
"""Characters of one message, with room left under Slack's limit for its buttons."""
MOST_JSON = 60_000
PIECE = 2_900
"""Characters of one preformatted element; a longer text goes on in the next one."""
CONTEXT = 550
"""Characters of one line in a context."""


def words(
    text: str, *, bold: bool = False, italic: bool = False, moments: Sequence[Named] = ()
) -> list[Json]:
    """A sentence as rich text: its `code` in monospace, the *Names* of buttons in bold.

    Of the `moments` that it names each reader sees the time in their own zone, and a channel leads
    there.
    """
    out: list[Json] = []
    for mark, part in marked(texts.prose(text)):
        style = {"bold": bold or mark is Mark.NAME, "italic": italic, "code": mark is Mark.CODE}
        for each in parts(part, moments) if mark is Mark.WORDS else (part,):
            out += run(each, **style) if isinstance(each, str) else _named(each, **style)
    return out


def _named(named: Named, **style: bool) -> list[Json]:
    if isinstance(named, Moment):
        made = moment(named.at, texts.FORMS[named.form])[0] | {"fallback": named.text}
    elif texts.is_channel(named):
        made = {"type": "channel", "channel_id": named.channel}
    elif named.link:
        made = {"type": "link", "url": named.link, "text": named.text}
    else:
        return run(named.text, **style)
    on = {name: True for name, wanted in style.items() if wanted}
    return [made | ({"style": on} if on else {})]


def run(text: str, **style: bool) -> list[Json]:
    """A run of text in one style; nothing for no text, which Slack refuses."""
    if not text:
        return []
    on = {name: True for name, wanted in style.items() if wanted}
    return [{"type": "text", "text": text, **({"style": on} if on else {})}]


def emoji(name: str) -> list[Json]:
    """A sign of Slack's."""
    return [{"type": "emoji", "name": name}]


def moment(at: datetime, form: str) -> list[Json]:
    """A time in the zone of whoever reads it. `form` is Slack's own: `{time}`."""
    said = f"{at.astimezone(UTC):%H:%M} UTC"
    return [{"type": "date", "timestamp": int(at.timestamp()), "format": form, "fallback": said}]


class Message:
    """Blocks of one message. `whole` turns False when something did not fit."""

    def __init__(
        self,
        *,
        blocks: int = MOST_BLOCKS,
        characters: int = MOST_TEXT,
        moments: Sequence[Named] = (),
    ) -> None:
        """`blocks` and `characters` are what there is room for; its words name `moments`."""
        self.moments = moments
        self._most, self._room, self._json = blocks, characters, MOST_JSON
        self._blocks: list[Json] = []
        self._elements: list[Json] = []
        self.whole = True

    def line(self, parts: Iterable[Json]) -> None:
        """A line of rich text."""
        runs = list(parts)
        if not runs or not self._takes(runs):
            return
        if self._elements and self._elements[-1]["type"] == "rich_text_section":
            self._elements[-1]["elements"] += [*run("\n"), *runs]
        else:
            self._elements.append({"type": "rich_text_section", "elements": runs})

    def block_of_text(self, text: str) -> None:
        """Monospaced lines, drawn to the letter; all of them or none."""
        runs = [run(part) for part in pieces(text)]
        if self._takes([each for part in runs for each in part]):
            self._elements += [{"type": "rich_text_preformatted", "elements": p} for p in runs]

    def divider(self) -> None:
        """A line across."""
        self._flush()
        if self._blocks and self._blocks[-1]["type"] != "divider":
            self._add({"type": "divider"})

    def context(self, lines: Sequence[str]) -> None:
        """Small quiet lines."""
        self._flush()
        said = [line for line in lines if line.strip()]
        if any(len(line) > CONTEXT for line in said):
            self.whole = False
        text = "\n".join(self._quiet(shortened(line, CONTEXT)) for line in said)
        for part in pieces(text) if text else ():
            made = [{"type": "mrkdwn", "text": part, "verbatim": True}]
            if self._takes(made):
                self._add({"type": "context", "elements": made})

    def _quiet(self, line: str) -> str:
        dated = texts.sentence(line, self.moments)
        return dated if len(dated) <= PIECE else texts.sentence(line)

    def add(self, block: Json) -> None:
        """A block that is no text, such as buttons."""
        self._flush()
        self._add(block)

    def blocks(self) -> list[Json]:
        """What was taken, in order."""
        self._flush()
        return self._blocks

    def _takes(self, runs: Sequence[Json]) -> bool:
        """Whether there is room for these texts, which then is theirs."""
        need = sum(len(_said(each)) + 1 for each in runs)
        bulk = sum(len(_said(each).encode()) + (130 if "format" in each else 60) for each in runs)
        if need > self._room or bulk > self._json or not self._has_block():
            self.whole = False
            return False
        self._room -= need
        self._json -= bulk
        return True

    def _has_block(self) -> bool:
        return bool(self._elements) or len(self._blocks) < self._most

    def _flush(self) -> None:
        if self._elements:
            elements, self._elements = self._elements, []
            self._add({"type": "rich_text", "elements": elements})

    def _add(self, block: Json) -> None:
        if len(self._blocks) < self._most:
            self._blocks.append(block)
        else:
            self.whole = False


def _said(each: Json) -> str:
    """What is read of an element."""
    return str(each.get("text") or each.get("fallback") or "")


def pieces(text: str) -> list[str]:
    """A text in parts that one element can carry, cut at line ends where there are any."""
    out: list[str] = []
    while len(text) > PIECE:
        end = text.rfind("\n", 0, PIECE)
        head = text[:end] if end > 0 else text[:PIECE]
        text = text[end + 1 :] if end > 0 else text[PIECE:]
        out.append(head or " ")
    return [*out, text or " "]
