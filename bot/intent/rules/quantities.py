"""Numbers in words, lengths of time, counts of lines.

`take` finds them in a list of tokens and replaces each by one token of kind `number`,
`lines` or `since`, whose `low` is the value ("50", "2h"). A length of time counts as a past
one only when the words say so ("past two hours", "since yesterday"); anything in the
future is left for the schedule's question.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.intent.patterns import compiled
from bot.intent.rules.words import Token

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
NUMBERS: dict[str, int] = {
    **{word: value for value, word in enumerate(_ONES)},
    **_TENS,
    "dozen": 12,
    "hundred": 100,
    "thousand": 1000,
}
UNITS = {
    "s": "s", "sec": "s", "secs": "s", "second": "s", "seconds": "s",
    "m": "m", "min": "m", "mins": "m", "minute": "m", "minutes": "m",
    "h": "h", "hr": "h", "hrs": "h", "hour": "h", "hours": "h",
    "d": "d", "day": "d", "days": "d", "w": "w", "wk": "w", "week": "w", "weeks": "w",
}  # fmt: skip
_NAMED = {
    ("since", "yesterday"): "1d", ("yesterday",): "1d", ("today",): "1d", ("since", "today"): "1d",
    ("last", "night"): "1d", ("since", "last", "night"): "1d", ("this", "week"): "1w",
    ("this", "morning"): "12h", ("since", "this", "morning"): "12h", ("last", "week"): "1w",
    ("since", "last", "week"): "1w", ("so", "far", "today"): "1d", ("this", "month"): "4w",
    ("since", "midnight"): "1d", ("last", "month"): "4w",
}  # fmt: skip
_PAST = ("past", "last", "previous", "preceding")
_LEAD = frozenset(("for", "from", "in", "over", "during", "within", "of", "since", "covering"))
_ROWS = frozenset(("line", "lines", "entries", "rows", "messages", "loglines", "records"))
_LATEST = frozenset((
    "last", "latest", "newest", "final", "past", "recent", "tail", "previous", "the", "most"
))  # fmt: skip
_SIZES = frozenset(("-h", "-m", "-g", "-ht", "-hm"))
_DATE = compiled(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")
_GLUED = compiled(r"(\d+)(s|secs?|m|mins?|h|hrs?|d|w)$")


def number(tokens: Sequence[Token], i: int) -> tuple[int, int] | None:
    """The number that begins at `i` and the place behind it; words count too."""
    if i >= len(tokens) or tokens[i].kind not in {"word", "number"}:
        return None
    low = tokens[i].low
    if low.isascii() and low.isdecimal() and len(low) < 9:
        return int(low), i + 1
    tens, _, ones = low.partition("-")
    if ones and tens in _TENS and ones in _ONES[1:10]:
        return _TENS[tens] + NUMBERS[ones], i + 1
    if low in _TENS and i + 1 < len(tokens) and tokens[i + 1].low in _ONES[1:10]:
        return _TENS[low] + NUMBERS[tokens[i + 1].low], i + 2
    if low in {"a", "one", "couple"} and i + 1 < len(tokens):
        after = tokens[i + 1].low
        if after == "hundred":
            return 100, i + 2
        if after == "dozen":
            return 12, i + 2
        if after == "couple":
            skip = 3 if i + 2 < len(tokens) and tokens[i + 2].low == "of" else 2
            return 2, i + skip
    if low == "couple":
        return 2, i + (2 if i + 1 < len(tokens) and tokens[i + 1].low == "of" else 1)
    if low in _ONES and i + 1 < len(tokens) and tokens[i + 1].low == "hundred":
        return NUMBERS[low] * 100, i + 2
    if low in NUMBERS:
        return NUMBERS[low], i + 1
    return None


def duration(tokens: Sequence[Token], i: int) -> tuple[str, int] | None:
    """A length of time that begins at `i` ("2 hours", "an hour", "90m") and what follows."""
    if i >= len(tokens):
        return None
    low = tokens[i].low
    glued = _GLUED.fullmatch(low)
    if glued:
        return f"{glued[1]}{UNITS[glued[2]]}", i + 1
    if low == "quarter":
        k = i + 1
        while k < len(tokens) and tokens[k].low in {"of", "an", "a"}:
            k += 1
        return ("15m", k + 1) if k < len(tokens) and tokens[k].low == "hour" else None
    if low == "half" and i + 2 < len(tokens) and tokens[i + 2].low == "hour":
        return "30m", i + 3
    if low == "half" and i + 1 < len(tokens) and tokens[i + 1].low == "hour":
        return "30m", i + 2
    if low in UNITS and len(low) > 2:
        return f"1{UNITS[low]}", i + 1
    if low in {"a", "an"} and i + 1 < len(tokens) and tokens[i + 1].low in UNITS:
        return f"1{UNITS[tokens[i + 1].low]}", i + 2
    count = number(tokens, i)
    if count and count[1] < len(tokens) and tokens[count[1]].low in UNITS:
        return f"{count[0]}{UNITS[tokens[count[1]].low]}", count[1] + 1
    return None


_HEADS = frozenset(words[0] for words in _NAMED)
"""The words with which a named time begins: most words begin none."""


def _since(tokens: Sequence[Token], i: int) -> tuple[str, int] | None:
    """A length of time in the past that begins at `i`, with its preposition."""
    j = i
    while j < len(tokens) and tokens[j].low in _LEAD and j - i < 2:
        j += 1
    if j < len(tokens) and tokens[j].low == "the":
        j += 1
    heads = {t.low for t in (*tokens[i : i + 1], *tokens[j : j + 1])}
    for words, value in () if heads.isdisjoint(_HEADS) else _NAMED.items():
        if tuple(t.low for t in tokens[j : j + len(words)]) == words:
            return value, j + len(words)
        if tuple(t.low for t in tokens[i : i + len(words)]) == words:
            return value, i + len(words)
    if j < len(tokens) and tokens[j].low in _PAST:
        return duration(tokens, j + 1)
    if j > i and tokens[i].low == "since":
        if j < len(tokens) and _DATE.fullmatch(tokens[j].low):
            return tokens[j].low, j + 1
        length = duration(tokens, j)
        if length and tokens[i + 1].low not in UNITS:
            ago = length[1] < len(tokens) and tokens[length[1]].low == "ago"
            return length[0], length[1] + ago
    if j > i and tokens[i].low in {"for", "from"}:
        return None
    return None


def _lines(tokens: Sequence[Token], i: int) -> tuple[int, int] | None:
    """`last 50 lines`, `50 lines`, `last fifty log lines`; the place behind."""
    j = i
    while j < len(tokens) and tokens[j].low in _LATEST and j - i < 3:
        j += 1
    count = number(tokens, j)
    if not count:
        return None
    end = count[1]
    if end < len(tokens) and tokens[end].low in {"log", "journal", "most", "latest", "recent"}:
        end += 1
    if end < len(tokens) and tokens[end].low in _ROWS:
        return count[0], end + 1
    return None


def _flagged(tokens: Sequence[Token], i: int) -> tuple[str, int, str] | None:
    """`--lines 50`, `-n 20`, `--since 2h`: the value, the place behind and the kind."""
    if tokens[i].kind != "flag":
        return None
    if tokens[i].low == "--since":
        length = duration(tokens, i + 1)
        return (*length, "since") if length else None
    count = number(tokens, i + 1) if tokens[i].low in {"-n", "--lines", "--tail"} else None
    return (str(count[0]), count[1], "lines") if count else None


def take(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with counts of lines, past times and numbers made one token each."""
    found: list[Token] = []
    i = 0
    while i < len(tokens):
        flagged = _flagged(tokens, i)
        if flagged:
            found.append(_one(tokens, i, flagged[1], flagged[0], flagged[2]))
            i = flagged[1]
            continue
        if tokens[i].low in _SIZES and _shown(found):
            i += 1
            continue
        if tokens[i].kind != "word":
            found.append(tokens[i])
            i += 1
            continue
        rows = _lines(tokens, i)
        if rows:
            found.append(_one(tokens, i, rows[1], str(rows[0]), "lines"))
            i = rows[1]
            continue
        past = _since(tokens, i)
        if past:
            found.append(_one(tokens, i, past[1], past[0], "since"))
            i = past[1]
            continue
        found.append(tokens[i])
        i += 1
    return found


def _shown(before: Sequence[Token]) -> bool:
    """ "df -h on web-1" is the wish to see the disks; behind "run" it is a command."""
    lows = [t.low for t in before]
    return lows[-1:] in (["df"], ["free"]) and not {"run", "execute", "exec"} & set(lows)


def _one(tokens: Sequence[Token], i: int, j: int, value: str, kind: str) -> Token:
    return Token(value, value, tokens[i].start, tokens[j - 1].end, kind)
