"""The shape of a linking code, and where a text may hold one, however it is set there.

A code is 12 signs of Crockford's base 32, shown as `K7QF-2M9X-PD4T`. People write it without
dashes, with other ones, in spaces, in small letters, amid other words. So every run of 12 such
signs is looked at, with all else between them left out. Each code has two digits that no letter
is taken for, and two letters: most sentences hold nothing of that kind.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
KINDS = {"": "code", "Slack": "code/slack", "Discord": "code/discord"}
"""What a code is kept as, by the platform that it was asked for; empty: for whichever.

Each is replaced by the next of its own kind alone: who links two accounts asks for two.
"""
GAP = 40
"""Between two signs of one code stand no more of others."""

_ALIKE = str.maketrans("OIL", "011")
_DIGITS = frozenset("23456789")
_LETTERS = frozenset(SIGNS) - frozenset("0123456789")
_APART = re.compile(rf"[^{SIGNS}]{{{GAP + 1},}}")
_OTHERS = re.compile(rf"[^{SIGNS}]+")
_DASH = r"[-\u2010-\u2015\u2212]"
_ALONE = re.compile(rf"\W*((?:[0-9a-z]{{4}}{_DASH}?){{2}}[0-9a-z]{{4}})\W*", re.IGNORECASE)
_SAID = re.compile(
    rf"\W*link(?:\s+code)?\W+((?:[0-9a-z]{{4}}(?:{_DASH}|\s)?){{2}}[0-9a-z]{{4}})\W*",
    re.IGNORECASE,
)


def plain(text: str) -> str:
    """The signs of a text alone, as a code has them: `o` and `O` are 0, `i` and `l` are 1."""
    return _OTHERS.sub("", _capital(text))


def is_code(signs: str) -> bool:
    """Whether these signs may be a code."""
    return (
        len(signs) == LENGTH
        and sum(sign in _DIGITS for sign in signs) > 1
        and sum(sign in _LETTERS for sign in signs) > 1
    )


def codes_in(text: str) -> Iterator[str]:
    """Every code that a text may hold, without what parts its signs."""
    for part in _APART.split(_capital(text)):
        signs = _OTHERS.sub("", part)
        digits = letters = 0
        for at, sign in enumerate(signs, 1):
            digits, letters = digits + (sign in _DIGITS), letters + (sign in _LETTERS)
            if at > LENGTH:
                left = signs[at - LENGTH - 1]
                digits, letters = digits - (left in _DIGITS), letters - (left in _LETTERS)
            if at >= LENGTH and digits > 1 and letters > 1:
                yield signs[at - LENGTH : at]


def may_hold_code(text: str) -> bool:
    """Whether a code may be in there."""
    return next(codes_in(text), None) is not None


def said_code(text: str) -> str:
    """The code that `link CODE` says; empty where it is something else."""
    found = _SAID.fullmatch(text)
    return found[1] if found else ""


def lone_code(text: str) -> str:
    """The code that is all of a text; empty where it is something else."""
    found = _ALONE.fullmatch(text)
    return found[1] if found and is_code(plain(found[1])) else ""


def _capital(text: str) -> str:
    return unicodedata.normalize("NFKC", text).upper().translate(_ALIKE)
