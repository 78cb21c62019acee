"""Sentences that say the same of several hosts, told once.

A sentence names the host that it is about, so five hundred of them differ in that name alone.
Apart from it they are one: `each of 500 hosts (fl-001…fl-500) doesn't run systemd`.
What is put together has to be true of each, so a name that may be a part of something else,
of a path, an address or what is quoted, keeps its sentence apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from bot.domain.wording import count, folded, listed

ITSELF = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands where a sentence names its own host."""

NAMED = 4
"""So many hosts are named one by one; of more it is said how many they are."""

LONG = 2_000
"""Characters; a longer text is looked at no further, and stands alone."""

_FREE = re.compile(
    r"(?<![^\s(\[])[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
    r"(?=$|\s|['’]s\b|[)\]]|[,;:.!?]+(?:$|[\s)\]]))"
)
"""A word that stands free: no part of a path, an address or a setting."""

_QUOTED = re.compile(
    rf"""(`[^`]*(?:`|$)|"[^"]*(?:"|$)|“[^”]*(?:”|$)|„[^“”]*(?:[“”]|$)|«[^»]*(?:»|$)"""
    rf"""|‘(?:[^’]|’(?=\w))*(?:’|$)|(?<![\w{ITSELF}])'(?:[^']|'(?=\w))*'(?!\w))"""
)
_CLAUSES = re.compile(r"[;:,.](?:\s|$)")
_STATEMENTS = re.compile(r"[;:.](?:\s|$)")
_NONE = re.compile(r"\b(?:no|not|cannot|never|nothing|none|neither)\b|n['’]t\b")
_ONE_ALONE = re.compile(
    rf"\b(?:only|except|unlike|without|all but|other than)\b.*{ITSELF}|{ITSELF} alone\b",
    re.IGNORECASE | re.DOTALL,
)
_TRY = re.compile(r"(?:^|[;:,.] |\band |\bor )try $", re.IGNORECASE)
_WORKS = re.compile(r" (?:still works|works|takes any command)\b")


def shape(text: str, host: str) -> str:
    """The sentence with `ITSELF` in place of its host's name, equal for hosts that are alike.

    It stays as it is where it would not be true of another host with that one's name in it.

    >>> shape("web-1 is off, web-10 is not", "web-1").replace(ITSELF, "_")
    '_ is off, web-10 is not'
    >>> shape("web is short on /srv/web", "web")
    'web is short on /srv/web'
    """
    if host not in text or len(text) > LONG:
        return text
    parts = _QUOTED.split(text)
    for number, part in enumerate(parts):
        if number % 2 == 0:
            left, right = "`" * (number > 0), "`" * (number < len(parts) - 1)
            parts[number] = _put(f"{left}{part}{right}", host).strip("`")
        elif _is_example(parts, number):
            parts[number] = f"`{_put(part[1:-1], host)}`"
    shaped = "".join(parts)
    return text if _names(shaped, host) or _is_of_one(parts[::2]) else shaped


def _put(part: str, host: str) -> str:
    return _FREE.sub(lambda word: ITSELF if word[0] == host else word[0], part)


def _names(text: str, host: str) -> bool:
    """Whether the host's name stands there, as a word or as a part of a path or the like."""
    at = text.find(host)
    while at >= 0:
        end = at + len(host)
        if not text[max(at - 1, 0) : at].isalnum() and not text[end : end + 1].isalnum():
            return True
        at = text.find(host, at + 1)
    return False


def _is_example(parts: Sequence[str], number: int) -> bool:
    """Whether this is a command that is told as one that works, for which any host will do."""
    closed = len(parts[number]) > 1 and parts[number][0] == parts[number][-1] == "`"
    before, after = parts[number - 1], parts[number + 1]
    return closed and bool(_TRY.search(before) or _WORKS.match(after))


def _is_of_one(outside: Sequence[str]) -> bool:
    """Whether it tells the host from all others, or says its name of two things.

    On a host `nginx` the words `nginx is not installed on nginx` are not about the host twice.
    """
    text = "``".join(outside)
    return any(_ONE_ALONE.search(clause) for clause in _CLAUSES.split(text)) or any(
        statement.count(ITSELF) > 1 for statement in _STATEMENTS.split(text)
    )


def together(said: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    """The hosts of each shape, in the order of their first; `said` are hosts with sentences."""
    found: dict[str, dict[str, None]] = {}
    for host, text in said:
        found.setdefault(shape(text, host), {})[host] = None
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
        return text if _names(text, hosts[0]) else f"{hosts[0]}: {text}"
    if len(hosts) > NAMED:
        whose = f"{count(len(hosts), 'host')} ({folded(hosts)})"
        text = _filled(shaped, hosts[0], f"each of {whose}", f"any of {whose}")
    else:
        text = _filled(shaped, hosts[0], f"each of {listed(hosts)}", listed(hosts, "or"))
    outside = "".join(_QUOTED.split(shaped)[::2])
    return text if ITSELF in outside else f"{folded(hosts)}: {text}"


def beside(shaped: str, hosts: Sequence[str]) -> str:
    """The same where the hosts stand beside it: `each did not answer`."""
    if len(hosts) == 1:
        return shaped.replace(ITSELF, hosts[0])
    return _filled(shaped, hosts[0], "each", "any")


def _filled(shaped: str, first: str, each: str, some: str) -> str:
    """Every mention filled in, in an example with the first host.

    The first one outside becomes `each`, behind a “no” or “not” `some`.
    """
    parts = _QUOTED.split(shaped)
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
    return "".join(parts)
