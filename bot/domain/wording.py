"""How amounts, lists and long texts are written, the same on every card and in every sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

LONGEST_NUMBER = 18
"""Digits; so many fit in any column of a database."""
_NUMBERED = re.compile(r"^(.*?)(\d+)$")


def duration(seconds: float) -> str:
    """Seconds in at most two units.

    >>> duration(2.4), duration(161), duration(7500), duration(1052000)
    ('2 s', '2 min 41 s', '2 h 5 min', '12 d 4 h')
    """
    left = max(0, round(seconds))
    if left == 0:
        return "under 1 s"
    parts: list[str] = []
    for length, unit in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        count, left = divmod(left, length)
        if count or parts or unit == "s":
            parts.append(f"{count} {unit}" if count or not parts else "")
        if len(parts) == 2:  # two units are as exact as anybody reads
            break
    return " ".join(part for part in parts if part)


def limit(seconds: float) -> str:
    """How long something was waited for: like `duration`, with a decimal below ten seconds.

    >>> limit(0.25), limit(6.93022), limit(7), limit(20), limit(150)
    ('0.3 s', '6.9 s', '7 s', '20 s', '2 min 30 s')
    """
    if seconds >= 9.95:
        return duration(seconds)
    return f"{max(0.1, seconds + 1e-9):.1f}".removesuffix(".0") + " s"


def size(kib: float) -> str:
    """KiB as MiB, GiB or TiB with two or three digits.

    >>> size(812), size(3250586), size(41 * 1024**2)
    ('0.8 MiB', '3.1 GiB', '41 GiB')
    """
    value, unit = kib / 1024, "MiB"
    for bigger in ("GiB", "TiB"):
        if value < 1000:
            break
        value, unit = value / 1024, bigger
    return f"{value:.0f} {unit}" if value >= 10 else f"{value:.1f} {unit}"


def percent(share: float) -> str:
    """A share of 1 as `42 %`."""
    return f"{share * 100:.0f} %"


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 host`, `4 hosts`, `1,204 tokens`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def money(micros: int, currency: str) -> str:
    """Millionths of a currency: two decimals, more where it would look like nothing.

    >>> money(1_500_000, "USD"), money(420, "USD"), money(0, "EUR")
    ('1.50 USD', '0.00042 USD', '0.00 EUR')
    """
    exact = Decimal(micros) / 1_000_000
    places = 2 if micros == 0 or exact >= Decimal("0.1") else max(2, -exact.adjusted() + 1)
    return f"{exact:,.{min(places, 6)}f} {currency}".rstrip()


def listed(names: Iterable[str], last: str = "and", *, most: int = 0) -> str:
    """`web-1, web-2 and web-3`; past `most` (0: all are named) the rest is counted.

    >>> listed(["web-1", "web-2"], "or"), listed(["a", "b", "c", "d"], most=2)
    ('web-1 or web-2', 'a, b and 2 more')
    """
    told = list(names)
    if most and len(told) > most:
        return f"{', '.join(told[:most])} and {len(told) - most} more"
    if len(told) < 2:
        return "".join(told)
    return f"{', '.join(told[:-1])} {last} {told[-1]}"


def all_of(number: int) -> str:
    """`both`, `all 4`.

    >>> all_of(2), all_of(500)
    ('both', 'all 500')
    """
    return "both" if number == 2 else f"all {number:,}"


def but_one(names: Sequence[str]) -> str:
    """What is said to leave one of several hosts out; empty where there is only one.

    >>> but_one(["web-1", "web-10", "web-9"]), but_one(["web-1"])
    ('“not web-10”', '')
    """
    told = sorted(set(names), key=natural)
    return f"“not {told[-1]}”" if len(told) > 1 else ""


def folded(names: Sequence[str], most: int = 8) -> str:
    """Names apart by spaces; runs of three or more numbered ones as `ci-19…ci-27`.

    More than `most` words end in "and N more".

    >>> folded(["ci-3", "ci-4", "ci-5", "db-1"])
    'ci-3…ci-5 db-1'
    """
    words = _runs(names)
    if len(words) <= most:
        return " ".join(word for word, _ in words)
    rest = sum(number for _, number in words[most - 1 :])
    return f"{' '.join(word for word, _ in words[: most - 1])} and {rest} more"


def ranged(names: Sequence[str]) -> list[str]:
    """All of the names, with runs of three or more numbered ones as one word each.

    >>> ranged(["ci-3", "ci-4", "ci-5", "db-1"])
    ['ci-3…ci-5', 'db-1']
    """
    return [word for word, _ in _runs(names)]


def shortened(text: str, most: int) -> str:
    """The text, or its beginning with a sign that more follows: at most `most` characters.

    >>> shortened("restart", 7), shortened("restart", 4)
    ('restart', 'res…')
    """
    return text if len(text) <= most else f"{text[: most - 1]}…"


def natural(name: str) -> tuple[str, int]:
    """A key that sorts web-9 before web-10."""
    match = _NUMBERED.match(name)
    return (match[1], int(match[2])) if match else (name, -1)


def _runs(names: Sequence[str]) -> list[tuple[str, int]]:
    """Each word and how many names it stands for."""
    found: list[tuple[str, int]] = []
    ordered = sorted(set(names), key=natural)
    at = 0
    while at < len(ordered):
        end = at
        while end + 1 < len(ordered) and _follows(ordered[end], ordered[end + 1]):
            end += 1
        if end - at >= 2:
            found.append((f"{ordered[at]}…{ordered[end]}", end - at + 1))
        else:
            found += [(name, 1) for name in ordered[at : end + 1]]
        at = end + 1
    return found


def _follows(one: str, other: str) -> bool:
    """Whether `other` is the next number of the same series, written as wide."""
    stem, number = natural(one)
    return (
        number >= 0
        and natural(other) == (stem, number + 1)
        and len(one) in (len(other), len(other) - 1)
    )


def number_in(said: str) -> int | None:
    """The number that a text is; None where it is none, or longer than any that is counted here.

    >>> number_in("12"), number_in("²"), number_in("9" * 40), number_in("-1")
    (12, None, None, None)
    """
    return int(said) if said.isdecimal() and len(said) <= LONGEST_NUMBER else None
