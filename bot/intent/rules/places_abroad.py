"""An option by its place, in German, French, Spanish, Italian and Dutch: "die zweite". Pure."""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
import unicodedata
from typing import Final

from bot.intent.patterns import compiled

LAST: Final = -1
_PLACES: Final = {
    1: "erste premier premiere primero primera primer primo prima eerste",
    2: "zweite deuxieme second seconde segundo segunda secondo seconda tweede",
    3: "dritte troisieme tercero tercera tercer terzo terza derde",
    4: "vierte quatrieme cuarto cuarta quarto quarta vierde",
    5: "funfte cinquieme quinto quinta vijfde",
    LAST: "letzte dernier derniere ultimo ultima laatste",
}
_NTH: Final = {word: place for place, words in _PLACES.items() for word in words.split()}
_SHARED: Final = frozenset({"second", "prima", "primer", "seconde"})
"""They say something else by themselves, too: a place only behind an article."""
_ARTICLE: Final = r"(?:der|die|das|den|dem|le|la|l|el|lo|il|de|het)"
_ASKING: Final = r"(?:bitte|s il (?:te|vous) plait|stp|svp|por favor|per (?:favore|piacere)|alsjeblieft|alstublieft|aub)"
_SAID: Final = compiled(
    rf"(?:{_ASKING} )?(?:nimm |prends |toma |prendi |neem )?(?P<the>{_ARTICLE} )?(?P<word>[a-z]+)(?: {_ASKING})?"
)


def place(said: str) -> int:
    """Which place the whole text names, from 1, `LAST` for the last one; 0: none.

    >>> place("die zweite, bitte"), place("l'ultima"), place("prima"), place("die web-2")
    (2, -1, 0, 0)
    """
    apart = unicodedata.normalize("NFKD", said.casefold())
    low = " ".join(re.findall(r"[\w-]+", "".join(c for c in apart if not unicodedata.combining(c))))
    match = _SAID.fullmatch(low)
    if match is None or (match["word"] in _SHARED and not match["the"]):
        return 0
    word = match["word"]
    return _NTH.get(word) or _NTH.get(re.sub(r"(?<=te)[rsnm]$", "", word), 0)
