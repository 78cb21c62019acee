"""A tier that the sentence itself asks for: "use cloud-heavy: …", "… with the local model",
"mit dem lokalen Modell …", "… --tier cloud-fast"; or the rules alone: "use rules: …".

Only whole phrases count, at the beginning or the end, and the flag wherever it stands, but for
quotes and commands that have it themselves; they are taken out. What is then left is the request
for the rules too: "use cloud-heavy: stop #12" is a stop, at once. A phrase that is made like these
and names no tier is told so: it must not be lost, nor be read as a part of what is to be done.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from bot.domain.intents import Refusal
from bot.domain.marked import literal
from bot.domain.usage import READERS, Chosen, Tier, chosen, stricter
from bot.domain.wording import listed
from bot.intent.model import tier_words
from bot.intent.model.local_words import IsName, folded, local_wish, names_nothing
from bot.intent.model.tier_words import NOT_SO, TIER, meant
from bot.intent.patterns import compiled
from bot.intent.rules.reasons import masked
from bot.intent.rules.words import plain

_MODEL = rf"(?:the )?(?P<tier>{TIER})(?: model| tier)?"
_FIRST = compiled(
    rf"^\s*(?:please )?(?:use|ask|with|using) {_MODEL}(?:\s*[:,;]\s*|\s+to\s+)", re.IGNORECASE
)
_LAST = compiled(rf"[\s,;(]+(?:using|with|by|via|through) {_MODEL}[)\s.!?]*$", re.IGNORECASE)
_FLAG = compiled(
    rf"(?<!\S)(?:--|[\u2014\u2013])tier\b(?:\s*=\s*|\s+|$)"
    rf"(?P<tier>(?:{TIER}|rules)(?![\w-])|[^\s,;()]*)[,;]?",
    re.IGNORECASE,
)
_RUN = compiled(r"(?:please |then )?(?:run|execute|exec)\b", re.IGNORECASE)
_ON = compiled(r"\bon [\w., -]+$", re.IGNORECASE)
_NAME = r"[\w][\w./:@+-]*(?<!:)"
_NO_TIER = (
    compiled(rf"^\s*(?:please )?(?:use|using) (?P<tier>{_NAME})\s*:\s", re.IGNORECASE),
    compiled(
        rf"^\s*(?:please )?(?:use|ask|with|using) (?:the )?(?P<tier>{_NAME}) (?:model|tier)"
        r"(?:\s*[:,;]\s*|\s+to\s+)",
        re.IGNORECASE,
    ),
    compiled(
        r"[\s,;(]+(?:using|with|by|via|through) (?:the )?"
        r"(?P<tier>cloud(?:[- ][\w.-]+)?|local-[\w.-]+) (?:model|tier)[)\s.!?]*$",
        re.IGNORECASE,
    ),
    tier_words.UNKNOWN,
)
"""Made to choose a tier, whatever is named; a web tier and a language model are other things."""

_TAIL = 100
"""Characters at the end in which a tier is looked for."""
_SHOWN: Final = 40
_OF_A_VERB: Final = ("using", "mit", "avec", "con", "usando", "met", "col")


class Forced(NamedTuple):
    """A request without the words that choose a tier, and the tier, or the rules.

    `unknown` is what was named in its place and is none; empty where a flag names nothing at all,
    None where there is nothing of the kind.
    """

    text: str
    tier: Chosen | None = None
    unknown: str | None = None


def forced(text: str, is_name: IsName = names_nothing) -> Forced:
    """What is left of a request, and which tier it chooses; of several wishes the strictest.

    `is_name` knows what the inventory names: what may be a host keeps its word.

    >>> forced("use cloud-heavy: restart nginx on web-1")[:2]
    ('restart nginx on web-1', <Tier.CLOUD_HEAVY: 'cloud-heavy'>)
    >>> forced("use gpt-9: restart nginx on web-1").unknown
    'gpt-9'
    """
    said = _forced(text, is_name)
    while said.tier is not None:
        left = _forced(said.text, is_name)
        if left.tier is None:
            break
        said, same = Forced(left.text, stricter(said.tier, left.tier)), left.text == said.text
        if same:
            break
    return said


def _forced(text: str, is_name: IsName) -> Forced:
    """By the first words that choose one."""
    flagged = _flagged(text.strip())
    if flagged[1:] != (None, None):
        return flagged
    text = flagged.text
    tail = max(0, len(text) - _TAIL)
    at_first = (pattern.match(text) for pattern in (_FIRST, *tier_words.FIRST))
    at_last = (pattern.search(text, tail) for pattern in (_LAST, *tier_words.LAST))
    for match in (*at_first, *at_last):
        if match is not None and (rest := _without(text, match)):
            return Forced(rest, meant(match["tier"]))
    only = tier_words.ONLY_HERE.match(text)
    if only is not None and (rest := _without(text, only)):
        return Forced(text if is_name(folded(only["tier"])) else rest, Tier.LOCAL)
    if (wish := local_wish(text, is_name)) is not None:
        return Forced(wish, Tier.LOCAL)
    if tier_words.wants_local(masked(plain(text))):
        return Forced(text, Tier.LOCAL)
    for pattern in _NO_TIER:
        match = pattern.search(text, tail if pattern.pattern.endswith("$") else 0)
        if match is not None and (rest := _without(text, match)):
            return Forced(rest, unknown=match["tier"])
    return Forced(text)


def no_such_tier(named: str) -> Refusal:
    """What is said to a request that chooses a tier which there is not."""
    tiers = [f"`{reader}`" for reader in READERS]
    what = f"There is no tier “{literal(named[:_SHOWN])}”." if named else "No tier is named here."
    return Refusal(
        code="tier",
        text=f"{what} Tiers are {listed(tiers)}: say “use cloud-fast: …” or leave it out, and put "
        "a command that has `--tier` of its own in backticks. Nothing ran.",
    )


def _without(text: str, match: re.Match[str]) -> str:
    """What is left; empty where that is nothing, or the words belong to a verb before them."""
    before = text[: match.start()]
    rest = f"{before}{text[match.end() :]}".strip()
    if match[0].strip().casefold().startswith(_OF_A_VERB) and NOT_SO.search(before.rstrip()):
        return ""
    return rest


def _flagged(text: str) -> Forced:
    """The same for `--tier`; the last of several counts, as in a shell."""
    if "tier" not in text.casefold():
        return Forced(text)
    hidden = masked(plain(text))
    found = [match for match in _FLAG.finditer(hidden) if not _of_a_command(hidden, match)]
    if not found:
        return Forced(text)
    rest = text
    for match in reversed(found):
        rest = f"{rest[: match.start()].rstrip()} {rest[match.end() :].lstrip()}".strip()
    if not rest:
        return Forced(text)
    named = [match["tier"].rstrip(".!?").casefold().replace(" ", "-") for match in found]
    wrong = [each for each in named if chosen(each) is None]
    if wrong:
        return Forced(rest, unknown=wrong[-1])
    return Forced(rest, chosen(named[-1]))


def _of_a_command(hidden: str, match: re.Match[str]) -> bool:
    """Whether it is a part of a command that is to be run: `run mytool --tier gold on web-1`."""
    if not _RUN.match(hidden[: match.start()].lstrip()):
        return False
    ends = not hidden[match.end() :].strip(" .!?")
    return not (ends and _ON.search(hidden[: match.start()].rstrip()))
