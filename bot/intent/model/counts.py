"""Numbers and lengths of time that a request says, in figures or spelt. Pure.

The rules read them in English. For other languages there are the small numbers that people
write out, and the days beside today.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.intent.patterns import compiled
from bot.intent.rules import quantities
from bot.intent.rules.words import plain, tokens

_FIGURES = compiled(
    r"(?<![\w.,-])#?(\d{1,12}(?:\.\d{1,6})?)[a-zµ%]{0,8}(?![\w-]|[.,]\d)", re.IGNORECASE
)
_THOUSANDS = compiled(r"(?<=\d),(?=\d{3}(?!\d))")
_WORD = compiled(r"[^\W\d_]+")
_LENGTH = compiled(r"(?:\d+[smhdw])+")
_SPELT = {
    1: "eins",
    2: "zwei deux dos due dois duas twee dwa dwie",
    3: "drei trois tres três drie trzy",
    4: "vier quatre cuatro quattro quatro cztery",
    5: "fünf cinq cinco cinque vijf pięć",
    6: "sechs six seis zes sześć",
    7: "sieben sept siete sette sete zeven siedem",
    8: "acht huit ocho otto oito osiem",
    9: "neun neuf nueve nove negen dziewięć",
    10: "zehn dix diez dieci dez tien dziesięć",
    11: "elf onze once undici onze",
    12: "zwölf douze doce dodici doze twaalf",
    15: "fünfzehn quinze quince quindici vijftien",
    20: "zwanzig vingt veinte venti vinte twintig dwadzieścia",
    24: "vierundzwanzig vierentwintig",
    30: "dreißig trente treinta trenta trinta dertig",
    40: "vierzig quarante cuarenta quaranta veertig",
    45: "fünfundvierzig",
    50: "fünfzig cinquante cincuenta cinquanta vijftig",
    100: "hundert cent cien cento cem honderd sto",
}  # fmt: skip
_NUMBERS = {
    **{word: float(number) for word, number in quantities.NUMBERS.items()},
    **{word: float(number) for number, words in _SPELT.items() for word in words.split()},
}
_SINGLE = frozenset((
    "letzte letzten letzter dernier dernière última ultima último ultimo laatste afgelopen"
).split())  # fmt: skip
"""Of a length of time: one of it, as in "the last hour"."""
_ONE_OF_IT = frozenset({"1m", "1h", "1d", "1w"})
_DAYS = {
    "today": "heute aujourd hoy oggi hoje vandaag dzisiaj idag",
    "yesterday": "gestern ayer ieri ontem gisteren wczoraj igår",
}  # fmt: skip
_FROM_YESTERDAY = compiled(r"\b(?:depuis|dès|d['’])\s*hier\b", re.IGNORECASE)
"""In French; by itself "hier" is German too, and means here."""
_DAY_BEFORE = compiled(
    r"\b(?:vorgestern|avant-hier|anteayer|antes de ayer|antier|(?:l['’])?altro ?ieri|eergisteren|anteontem)\b",
    re.IGNORECASE,
)
_TWO_DAYS = frozenset({"2d", "48h"})
_NAMED = {word: day for day, words in _DAYS.items() for word in (day, *words.split())}


@dataclass(frozen=True)
class Spelt:
    """What a text counts: numbers, and lengths of time as parameters write them ("2h")."""

    numbers: frozenset[float]
    since: frozenset[str]


def spelt(text: str) -> Spelt:
    """The numbers and lengths of a text; the digits of a name ("web-3") are no number."""
    plainly = _THOUSANDS.sub("", plain(text))
    taken = quantities.take(tokens(plainly))
    numbers = {float(token.low) for token in taken if token.kind in {"number", "lines"}}
    numbers |= {float(figure) for figure in _FIGURES.findall(plainly)}
    words = {word.casefold() for word in _WORD.findall(plainly)}
    numbers |= {_NUMBERS[word] for word in words & _NUMBERS.keys()}
    since = {token.low for token in taken if token.kind == "since"}
    since |= {_NAMED[word] for word in words & _NAMED.keys()}
    since |= {"yesterday"} if _FROM_YESTERDAY.search(plainly) else set()
    if _DAY_BEFORE.search(plainly):
        since = (since - {"yesterday"}) | _TWO_DAYS  # "altro ieri" is not "ieri"
    since |= _ONE_OF_IT if words & _SINGLE else set()
    return Spelt(frozenset(numbers), frozenset(since))


def number_of(word: str) -> float | None:
    """The number that a word spells; None: it spells none."""
    return _NUMBERS.get(word.casefold())


def of_length(value: str) -> list[float]:
    """The numbers of a length of time such as `1h30m`; none of anything else."""
    return [float(n) for n in re.findall(r"\d+", value)] if _LENGTH.fullmatch(value) else []
