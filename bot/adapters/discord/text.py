r"""Text becomes Discord's Markdown here and nowhere else.

Whatever a card carries is data: words of a person, a model, a host, a log. `safe` is the one
function that every piece of it passes, in one of four manners:

    WORDS    escaped, without controls, bidi marks and invisible signs; its `code` and the *Names*
             of buttons are set apart
    PLAIN    as WORDS, and no mark in it means anything
    CODE     inside backticks that it can't close; what cannot be seen is written out (`\u202e`)
    OUTPUT   inside a fence that it can't close; terminal sequences are taken out

What is approved is fenced by `exact`, which loses nothing. Nobody is ever mentioned: besides what
is written here, each message forbids it (`allowed_mentions`); there are ways past either alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import Enum, auto

from bot.domain.exactly import Visible, visible
from bot.domain.harmless import one_line, printed
from bot.domain.marked import Mark, marked
from bot.domain.moments import Form, Moment, Named, parts

UNSEEN = "\u200b"
"""A blank without width: after an `@` no client reads `@everyone`; between backticks, no fence."""

_PLAIN = re.compile(r"[A-Za-z0-9 ,;!?%&='\"/$^{}]*\Z")
_ANYWHERE = re.compile(r"[\\`*_~|<>\[\]()]|:(?=//)")
_PINGS = re.compile(r"@(?=everyone|here|[!&]?\d)", re.IGNORECASE)
_AT_THE_START = re.compile(r"\A(\s*)(?:(?=(?:[-+]|-#|#{1,3})(?:\s|\Z))|(\d{1,9})(?=[.)](?:\s|\Z)))")
_FENCE = re.compile(r"`{3,}")
_TICKS = re.compile(r"`+")


class Manner(Enum):
    """How a text is set."""

    WORDS = auto()
    PLAIN = auto()
    CODE = auto()
    OUTPUT = auto()


def safe(text: str, manner: Manner = Manner.WORDS) -> str:
    r"""A text that others wrote, as Discord may show it: one line, except OUTPUT.

    >>> safe("**now** @everyone <@1>", Manner.PLAIN)
    '\\*\\*now\\*\\* @\u200beveryone \\<@\u200b1\\>'
    """
    match manner:
        case Manner.CODE:
            return _ticked(" ".join(visible(text).lines))
        case Manner.OUTPUT:
            return _fenced("\n".join(_FENCE.sub(_other, line) for line in _printed(text)))
        case Manner.PLAIN:
            return _escaped(text)
        case Manner.WORDS:
            return beside(_DRAWN[mark](part) for mark, part in marked(text)) or UNSEEN


def words(text: str, moments: Sequence[Named] = ()) -> str:
    """A sentence, as WORDS; empty stays empty.

    Of the `moments` that it names each reader sees the time in their own zone.
    """
    if not (text and moments):
        return safe(text) if text else ""
    drawn = (
        _DRAWN[mark](each) if isinstance(each, str) else _named(each)
        for mark, part in marked(text)
        for each in (parts(part, moments) if mark is Mark.WORDS else (part,))
    )
    return beside(drawn) or UNSEEN


_FORMS = {Form.TIME: "t", Form.SECONDS: "T", Form.DAY: "f"}
"""How Discord is told to say a moment."""


LINK = re.compile(r"https://[^\s()<>]{1,140}\Z")
"""What may stand behind a link's words."""


def _named(named: Named) -> str:
    if not isinstance(named, Moment):
        said = plain(named.text)
        if named.surface == "discord" and named.channel.isdecimal():
            return f"<#{named.channel}>"
        return f"[{said}]({named.link})" if LINK.match(named.link) else said
    return f"<t:{int(named.at.timestamp())}:{_FORMS[named.form]}>"


def fitted(text: str, room: int, moments: Sequence[Named] = ()) -> str:
    """A sentence, as WORDS, of which no more is drawn than there is room for."""
    drawn, kept = words(text, moments), len(text)
    while size(drawn) > room and kept > 0:
        kept = min(kept - 1, kept * room // size(drawn))
        drawn = words(text[:kept].rstrip() + "…", moments)
    return drawn


def plain(text: str) -> str:
    """A label or a name, as PLAIN."""
    return safe(text, Manner.PLAIN) if text else ""


def code(text: str) -> str:
    """A name or a short command, as CODE; empty stays empty."""
    return safe(text, Manner.CODE) if text else ""


def beside(parts: Iterable[str]) -> str:
    """Drawn texts side by side: marks that would be read as one have something between them."""
    said = ""
    for part in parts:
        said += UNSEEN if part and said.endswith(part[0]) and part[0] in "*`" else ""
        said += part
    return said


def output(text: str) -> str:
    """What a command printed, as OUTPUT."""
    return safe(text, Manner.OUTPUT)


def exact(text: str) -> tuple[str, bool]:
    r"""A text that is approved as it stands, and whether something of it was written out.

    What `bot.domain.exactly` writes, and besides it what a fence would lose: three backticks in a
    row (`\x60`), and line breaks before the first line or after the last (`\x0a`).
    """
    shown = visible(text)
    lines, odd = _kept(shown)
    return _fenced("\n".join(lines)), odd


def label(text: str, most: int) -> str:
    """A text that Discord does not read as Markdown, such as a button's: one line, cut.

    `most` is counted as `size` does: one sign too many is a message that is refused.
    """
    seen = " ".join(part for part in one_line(text).split(" ") if part) or "·"
    if size(seen) <= most:
        return seen
    seen = seen[: most - 1]
    while size(seen) > most - 1:
        seen = seen[:-1]
    return seen.rstrip() + "…"


def raw(text: str) -> str:
    """A text for a fence that somebody else draws: lines of a table, harmless."""
    return _FENCE.sub(_other, " ".join(_printed(text)))


def fenced(lines: str) -> str:
    """A fence around lines that went through `raw`."""
    return _fenced(lines)


def size(text: str) -> int:
    """How much of a message's room a text takes, in UTF-16 units, as the strictest count is."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "replace")) // 2


def _escaped(text: str) -> str:
    """One line in which nothing means anything."""
    if _PLAIN.match(text):
        return text
    seen = one_line(text)
    seen = _PINGS.sub("@" + UNSEEN, _ANYWHERE.sub(lambda found: "\\" + found[0], seen))
    return _AT_THE_START.sub(lambda found: f"{found[1]}{found[2] or ''}\\", seen)


def _inner(text: str) -> str:
    """As `_escaped`, emphasised as the name of a button is."""
    return f"*{_escaped(text)}*"


_DRAWN = {
    Mark.WORDS: _escaped,
    Mark.CODE: lambda part: safe(part, Manner.CODE),
    Mark.NAME: _inner,
}


def _ticked(text: str) -> str:
    """Inline code. Three backticks in a row would begin a fence: they are written out."""
    if "``" in text:
        text = _TICKS.sub(lambda run: r"\x60" * len(run[0]), text.replace("\\", r"\\"))
    if "`" in text:
        return f"`` {text} ``"
    return f"`{text or ' '}`"


def _fenced(text: str) -> str:
    return f"```\n{text}\n```"


def _kept(shown: Visible) -> tuple[list[str], bool]:
    lines = list(shown.lines)
    fence = any("```" in line for line in lines)
    first = next((n for n, line in enumerate(lines) if line), len(lines) - 1)
    last = next((n for n in range(len(lines) - 1, first, -1) if lines[n]), first)
    if not (fence or first or last < len(lines) - 1):
        return lines, shown.odd
    if not shown.odd:
        lines = [line.replace("\\", r"\\") for line in lines]
    if fence:
        lines = [line.replace("`", r"\x60") for line in lines]
    after = len(lines) - 1 - last
    lines = lines[first : last + 1]
    lines[0] = r"\x0a" * first + lines[0]
    lines[-1] += r"\x0a" * after
    return lines, True


def _other(run: re.Match[str]) -> str:
    """Each backtick as it is, with a blank without width between: together they end no fence."""
    return UNSEEN.join(run[0])


def _printed(text: str) -> list[str]:
    """What a command printed, line by line; a fence shows no blank lines at its edges."""
    lines = printed(text)
    while lines and not lines[0]:
        lines.pop(0)
    return lines or [" "]
