"""Sentences that say the same of several hosts, told once.

A sentence names the host that it is about, so five hundred of them differ in that name alone.
Apart from it they are one: `each of 500 hosts (fl-001…fl-500) doesn't run systemd`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from bot.domain.wording import count, folded, listed

ITSELF = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands where a sentence names its own host."""

NAMED = 4
"""So many hosts are named one by one; of more it is said how many they are."""

_WORD = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_CLAUSES = re.compile(r"[;:,.]")
_NONE = re.compile(r"\b(?:no|not|never|nothing|none)\b|n't\b")


def shape(text: str, host: str) -> str:
    """The sentence with `ITSELF` in place of its host's name, equal for hosts that are alike.

    >>> shape("web-1 is off, web-10 is not", "web-1").replace(ITSELF, "_")
    '_ is off, web-10 is not'
    """
    if host not in text:
        return text
    return _WORD.sub(lambda word: ITSELF if word[0] == host else word[0], text)


def together(said: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    """The hosts of each shape, in the order of their first; `said` are hosts with sentences."""
    found: dict[str, list[str]] = {}
    for host, text in said:
        found.setdefault(shape(text, host), []).append(host)
    return {each: tuple(hosts) for each, hosts in found.items()}


def told(shaped: str, hosts: Sequence[str]) -> str:
    """The one sentence on these hosts; one that names none is led by them.

    >>> told(f"{ITSELF} is off; `how is {ITSELF}?` works", ["web-1", "web-2"])
    'each of web-1 and web-2 is off; `how is web-1?` works'
    >>> told(f"there is no nginx on {ITSELF}", ["web-1", "web-2"])
    'there is no nginx on web-1 or web-2'
    >>> told("it is off", ["web-1", "web-2", "web-3"])
    'web-1…web-3: it is off'
    """
    if len(hosts) == 1:
        text = shaped.replace(ITSELF, hosts[0])
        return text if ITSELF in shaped else f"{hosts[0]}: {text}"
    if len(hosts) > NAMED:
        whose = f"{count(len(hosts), 'host')} ({folded(hosts)})"
        text = _filled(shaped, hosts[0], f"each of {whose}", f"any of {whose}")
    else:
        text = _filled(shaped, hosts[0], f"each of {listed(hosts)}", listed(hosts, "or"))
    outside = "".join(shaped.split("`")[::2])
    return text if ITSELF in outside else f"{folded(hosts)}: {text}"


def beside(shaped: str, hosts: Sequence[str]) -> str:
    """The same where the hosts stand beside it: `each did not answer`."""
    if len(hosts) == 1:
        return shaped.replace(ITSELF, hosts[0])
    return _filled(shaped, hosts[0], "each", "any")


def _filled(shaped: str, first: str, each: str, some: str) -> str:
    """Every mention filled in, in a command with the first host as an example.

    The first one outside becomes `each`, behind a “no” or “not” `some`.
    """
    parts = shaped.split("`")
    named = False
    for number, part in enumerate(parts):
        if number % 2:
            parts[number] = part.replace(ITSELF, first)
            continue
        before, mark, after = part.partition(ITSELF)
        if mark and not named:
            whose = some if _NONE.search(_CLAUSES.split(before)[-1]) else each
            part, named = f"{before}{whose}{after}", True
        parts[number] = part.replace(ITSELF, "it")
    return "`".join(parts)
