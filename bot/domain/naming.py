"""What hosts, groups, environments and services may be called, and that each has one name.

Guards compare names: a host is production when its environment is called so, two steps stop
the same service when they call it the same. So a name is plain ASCII, the spellings of one
thing become one name before anybody compares, and what only looks like a guarded name is refused.
"""

from __future__ import annotations

import difflib
import re
import unicodedata

PRODUCTION = "production"
OVERSEER = "overseer"
"""The pseudo-target of what happens inside Overseer itself."""

PRODUCTION_WORDS = frozenset({PRODUCTION, "prod", "prd", "live"})
"""Each of them means production, however it is capitalised."""

RESERVED = frozenset({"all", "everything", OVERSEER})
"""Words that mean something else wherever a host or a group is named."""

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
"""A host, a group, an environment."""
SERVICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9@._:+-]{0,127}")
"""A service as people may say it."""

TWINS = (
    ("ssh", "sshd"),
    ("cron", "crond", "cronie"),
    ("apache2", "httpd"),
    ("redis", "redis-server"),
    ("mysql", "mysqld"),
    ("bind9", "named"),
    ("chrony", "chronyd"),
    ("nfs-server", "nfs-kernel-server"),
)
"""Unit names of the same program on different distributions; the first is the service's name."""

_FIRST = {twin: group[0] for group in TWINS for twin in group}
_NOT_PRODUCTION = frozenset({"pre", "non", "not", "no", "post"})
_LETTERS = "Use letters, digits, '.', '_' and '-', beginning with a letter or digit."


class MisnamedError(ValueError):
    """A name that can't be taken; `cure` says what to write instead."""

    def __init__(self, sentence: str, cure: str) -> None:
        """Both are sentences."""
        super().__init__(sentence)
        self.cure = cure


def group_name(text: str) -> str:
    """A group's name, as it is.

    Raises:
        MisnamedError: it is not plain ASCII, or the word means something else.
    """
    if not NAME.fullmatch(text) or text.lower() in RESERVED:
        raise MisnamedError(f"{text!r} can't be a group's name{odd_in(text)}.", _LETTERS)
    return text


def environment_name(text: str) -> str:
    """An environment in lower case; none, and every word for production, is `production`.

    Raises:
        MisnamedError: it is not plain ASCII, or so near to production that it may be meant:
            a host whose production went unseen would lose all its guards.
    """
    name = text.strip().lower()
    if not name or name in PRODUCTION_WORDS:
        return PRODUCTION
    if not NAME.fullmatch(name) or name in RESERVED - {OVERSEER}:  # its own pseudo-host's
        raise MisnamedError(f"{text!r} can't be an environment's name{odd_in(text)}.", _LETTERS)
    if _looks_like_production(name):
        raise MisnamedError(
            f"{text!r} looks like production and is not called so.",
            "Write `environment: production`, and the rest as a group or label; "
            "if it is not production, choose a name that nobody takes for it.",
        )
    return name


def _looks_like_production(name: str) -> bool:
    parts = [part for part in re.split(r"[^a-z]+", name) if part]
    if _NOT_PRODUCTION & set(parts) or re.match(r"(pre|non|post)(prod|live)", name):
        return False
    return any(
        part in PRODUCTION_WORDS
        or difflib.SequenceMatcher(None, part, PRODUCTION).ratio() > 0.75
        or difflib.SequenceMatcher(None, part, "prod").ratio() > 0.85
        for part in (*parts, "".join(parts))
    )


def service_name(text: str) -> str:
    """The one name of a service: `nginx.service` is `nginx`, and `sshd` is `ssh`.

    Which of its names a host's unit has is found out there; see the skill `service`.

    Raises:
        MisnamedError: it is not a plain name.
    """
    if not SERVICE.fullmatch(text):
        raise MisnamedError(
            f"{text!r} can't be a service's name{odd_in(text)}.",
            "Use the unit's name without `.service`: letters, digits and '@ . _ : + -'.",
        )
    name = text
    while name.endswith(".service") and name != ".service":
        name = name.removesuffix(".service")
    return _FIRST.get(name, name)


def odd_in(text: str) -> str:
    """What is odd in a name that looks right: ` (it holds U+0435, CYRILLIC SMALL LETTER IE)`."""
    odd = next((c for c in text if not c.isascii() or not c.isprintable()), "")
    if not odd:
        return ""
    name = unicodedata.name(odd, "")
    return f" (it holds U+{ord(odd):04X}{', ' + name if name else ''})"
