"""From text to tokens, and the characters that never match.

A token keeps where it stood in the text, so that a question can give back the whole
sentence with one word changed. Smart quotes become plain ones first (one character for
one, so places stay true); a contraction becomes its words, all at the same place.

Odd characters: zero-width and direction marks, letters of another alphabet inside a Latin
word, and full-width or accented twins of a known name. They are looked for before
anything is matched, because a name that only looks like `web-1` must never become it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from bot.intent.patterns import compiled


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number, a punctuation mark or a quoted text.

    `text` is as typed (without the quotes), `low` is casefolded, `start` and `end` are
    places in the text. `kind` is word, punct, flag or quote.
    """

    text: str
    low: str
    start: int
    end: int
    kind: str = "word"


_PLAIN = str.maketrans({
    "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'", "\u2032": "'",
    "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u201f": '"', "\u00ab": '"', "\u00bb": '"',
    "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2026": " ", "\u3000": " ",
})  # fmt: skip

_TOKEN = compiled(
    r"(?P<fence>```.*?```)|(?P<tick>`[^`]*`)|(?P<dq>\"[^\"]*\")"
    r"|(?P<sq>(?<![^\s(,:])'[^']+'(?=[\s,.;:!?)]|$))"
    r"|(?P<flag>(?<![^\s(,])--?[A-Za-z][\w-]*(?:=\S+)?)"
    r"|(?P<contraction>(?<![\w'-])[A-Za-z]+'[A-Za-z]+(?![\w-]))"
    r"|(?P<word>(?:[^\W]|[@%+*/~.:-]|\[[\w,.-]*\]|\{[\w,.-]*\})+)"
    r"|(?P<poss>'s?\b)|(?P<punct>\S)|(?P<line>\n)",
    re.DOTALL,
)
_SPLIT_IN_TWO = {
    "don't": "do not", "doesn't": "does not", "didn't": "did not", "won't": "will not",
    "can't": "can not", "couldn't": "could not", "shouldn't": "should not",
    "wouldn't": "would not", "isn't": "is not", "aren't": "are not", "wasn't": "was not",
    "weren't": "were not", "hasn't": "has not", "haven't": "have not", "hadn't": "had not",
    "mustn't": "must not", "needn't": "need not", "mightn't": "might not", "ain't": "is not",
    "let's": "lets", "y'all": "you",
}  # fmt: skip
_TAILS = {
    "'s": "is", "'re": "are", "'ve": "have", "'ll": "will", "'d": "would", "'m": "am",
}  # fmt: skip
_WHO = frozenset((
    "what who how where when why it that there here which this everything something nothing "
    "i you we they he she"
).split())  # fmt: skip
_BARE = {
    "dont": "do not", "doesnt": "does not", "didnt": "did not", "wont": "will not",
    "cant": "can not", "cannot": "can not", "shouldnt": "should not", "isnt": "is not",
    "whats": "what is", "wats": "what is", "whts": "what is", "whos": "who is",
    "hows": "how is", "wheres": "where is",
    "thats": "that is", "dunno": "do not know", "wanna": "want to", "gotta": "have to",
    "gimme": "give me", "lemme": "let me", "mustnt": "must not", "wasnt": "was not",
    "couldnt": "could not", "wouldnt": "would not", "im": "i am", "ive": "i have",
    "id": "i would", "u": "you", "ya": "you",
    "wud": "would", "wld": "would", "cud": "could", "cld": "could",
    "theres": "there is", "arent": "are not", "hasnt": "has not",
}  # fmt: skip


_FORBIDDING = frozenset("❌👎🚫✋🛑⛔🙅❎✖🤚✗✘")
"""Signs that say no: as good as "not"."""


def plain(text: str) -> str:
    """The text with plain quotes and spaces; every character keeps its place."""
    return text.translate(_PLAIN)


def tokens(text: str) -> list[Token]:
    """The tokens of a text, in order."""
    clean = plain(text)
    clean = re.sub(r"<[@#!][^<>]*>", lambda m: " " * len(m[0]), clean)
    found: list[Token] = []
    for match in _TOKEN.finditer(clean):
        kind = match.lastgroup or "punct"
        raw, start, end = match[0], match.start(), match.end()
        if kind in {"fence", "tick", "dq", "sq"}:
            inner = raw.strip("`" if kind in {"fence", "tick"} else raw[0]).strip()
            mark = "tick" if kind in {"fence", "tick"} else "quote"
            found.append(Token(inner, inner.casefold(), start, end, mark))
        elif kind == "flag":
            found.append(Token(raw, raw.casefold(), start, end, "flag"))
        elif kind == "contraction":
            found += _contraction(raw, start, end)
        elif kind == "word":
            found += _word(raw, start)
        elif raw in _FORBIDDING:
            found.append(Token("not", "not", start, end))
        elif kind in {"punct", "line"} and (raw.isascii() or not raw.isalnum()):
            found.append(Token(raw, raw, start, end, "punct"))
    return found


def _contraction(raw: str, start: int, end: int) -> list[Token]:
    low = raw.casefold()
    if low in _SPLIT_IN_TWO:
        return [Token(w, w, start, end) for w in _SPLIT_IN_TWO[low].split()]
    head, _, tail = low.partition("'")
    if head in _WHO and f"'{tail}" in _TAILS:
        return [Token(head, head, start, end), Token("is", _TAILS[f"'{tail}"], start, end)]
    return [Token(raw[: len(head)], head, start, start + len(head))]


def _word(raw: str, start: int) -> list[Token]:
    """A run of word characters without the punctuation at its ends."""
    found: list[Token] = []
    body = raw
    trailing: list[Token] = []
    while (len(body) > 1 and body[-1] in ".:-") or (body in {".", ":", "-"} and trailing):
        trailing.insert(
            0, Token(body[-1], body[-1], start + len(body) - 1, start + len(body), "punct")
        )
        body = body[:-1]
    if body in {"-", "--", ".", ":", "/", "~", "%", "+", "@"}:
        found.append(Token(body, body, start, start + len(body), "punct"))
    elif body:
        low = body.casefold()
        if low in _BARE:
            found += [Token(w, w, start, start + len(body)) for w in _BARE[low].split()]
        else:
            found.append(Token(body, low, start, start + len(body)))
    return found + trailing


# -- characters that never match -----------------------------------------------------------

_TWINS = str.maketrans({
    "а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "у": "y", "х": "x", "і": "i", "ѕ": "s",
    "ј": "j", "ԁ": "d", "һ": "h", "ԛ": "q", "ԝ": "w", "в": "b", "к": "k", "м": "m", "н": "h",
    "т": "t", "п": "n", "г": "r", "ь": "b", "α": "a", "ο": "o", "ρ": "p", "ν": "v", "ι": "i",
    "κ": "k", "τ": "t", "υ": "u", "ε": "e", "η": "n", "ω": "w", "χ": "x", "ı": "i", "ɡ": "g",
    "ɑ": "a", "ƅ": "b", "ց": "g", "ո": "n", "ս": "u", "օ": "o", "հ": "h", "‐": "-", "‑": "-",
    "‒": "-", "–": "-", "—": "-", "−": "-", "﹣": "-", "－": "-", "․": ".", "Ԝ": "w", "ᴡ": "w",
})  # fmt: skip
_DASHES = frozenset("‐‑‒–—―−﹣－")
_EMOJI_JOIN = frozenset("\u200d\ufe0e\ufe0f")


@dataclass(frozen=True, slots=True)
class Odd:
    """A word with a character that must not match.

    `word` is as typed, `char` the odd one, `likely` the word that it looks like.
    """

    word: str
    char: str
    likely: str
    start: int
    end: int

    @property
    def name(self) -> str:
        """`U+0435 CYRILLIC SMALL LETTER IE`."""
        return f"U+{ord(self.char):04X} {unicodedata.name(self.char, 'a character without a name')}"


def skeleton(text: str) -> str:
    """What the text looks like: twins folded, marks and invisible characters dropped."""
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_TWINS))
    return "".join(
        c for c in folded.translate(_TWINS) if unicodedata.category(c) not in {"Mn", "Cf", "Me"}
    )


def odd_word(text: str, is_name: Callable[[str], bool]) -> Odd | None:
    """The first word with a character that never matches, or None.

    `is_name` tells whether a plain word is a known name: an accented twin of one is odd,
    an accented word of another language is not.
    """
    for match in re.finditer(r"\S+", text):
        word = match[0].strip(".,;:!?()\"'`\u2018\u2019\u201c\u201d\u2026\u2013\u2014")
        if word.isascii() or not word:
            continue
        char = _odd_char(word, is_name)
        if char:
            start = match.start() + match[0].index(word)
            return Odd(word, char, skeleton(word), start, start + len(word))
    return None


def _odd_char(word: str, is_name: Callable[[str], bool]) -> str:
    has_ascii = any(c.isascii() and c.isalnum() for c in word)
    looks = skeleton(word)
    for char in word:
        if char.isascii():
            continue
        category = unicodedata.category(char)
        if category in {"Cf", "Cc"} and char not in _EMOJI_JOIN:
            return char
        if char in _EMOJI_JOIN and has_ascii:
            return char
        if char in _DASHES and has_ascii and any(c.isdecimal() for c in word):
            return char
        if not category.startswith(("L", "N", "M")):
            continue
        latin = "LATIN" in unicodedata.name(char, "") and "FULLWIDTH" not in unicodedata.name(char)
        if has_ascii and not latin and category != "Mn":
            return char
        if is_name(looks):
            return char
    return ""
