"""A tier that the sentence itself asks for: "use cloud-heavy: …", "… with the local model".

Only whole phrases that name a tier count, at the beginning or the end; they are taken out. What
is then left is the request for the rules too: "use cloud-heavy: stop #12" is a stop, at once.
"""

from __future__ import annotations

import re

from bot.domain.usage import Tier

_TIER = "|".join(tier.value.replace("-", "[- ]") for tier in Tier)
_MODEL = rf"(?:the )?(?P<tier>{_TIER})(?: model| tier)?"
_FIRST = re.compile(
    rf"^\s*(?:please )?(?:use|ask|with|using) {_MODEL}(?:\s*[:,;]\s*|\s+to\s+)", re.IGNORECASE
)
_LAST = re.compile(rf"[\s,;(]+(?:using|with|by|via|through) {_MODEL}[)\s.!?]*$", re.IGNORECASE)
_NOT_SO = re.compile(
    r"\b(?:stop|quit|avoid|cease|start|keep|begin|not|never|don['\u2019]?t)$", re.IGNORECASE
)
"""What "using …" belongs to: "stop using the local model" stops nothing with its help."""

_TAIL = 100
"""Characters at the end in which a tier is looked for."""


def forced(text: str) -> tuple[str, Tier | None]:
    """The request without the words that choose a tier, and the tier.

    >>> forced("use cloud-heavy: restart nginx on web-1")
    ('restart nginx on web-1', <Tier.CLOUD_HEAVY: 'cloud-heavy'>)
    """
    text = text.strip()
    tail = max(0, len(text) - _TAIL)
    for match in (_FIRST.match(text), _LAST.search(text, tail)):
        if match is None:
            continue
        before = text[: match.start()]
        rest = f"{before}{text[match.end() :]}".strip()
        object_of = match[0].strip().casefold().startswith("using") and _NOT_SO.search(before)
        if rest and not object_of:
            return rest, Tier(match["tier"].casefold().replace(" ", "-"))
    return text, None
