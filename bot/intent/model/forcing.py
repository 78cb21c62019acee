"""A tier that the sentence itself asks for: "use cloud-heavy: …", "… with the local model".

Only whole phrases that name a tier count, at the beginning or the end; they are taken out.
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


def forced(text: str) -> tuple[str, Tier | None]:
    """The request without the words that choose a tier, and the tier.

    >>> forced("use cloud-heavy: restart nginx on web-1")
    ('restart nginx on web-1', <Tier.CLOUD_HEAVY: 'cloud-heavy'>)
    """
    for pattern in (_FIRST, _LAST):
        match = pattern.search(text)
        if match is None:
            continue
        rest = (text[: match.start()] + text[match.end() :]).strip()
        if rest:
            return rest, Tier(match["tier"].casefold().replace(" ", "-"))
    return text, None
