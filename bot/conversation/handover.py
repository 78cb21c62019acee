"""Handing a conversation over, in words: who is named, and who is meant by it. Pure.

    hand over to ana · hand it over to @chris · pass this on to Ben · Bob takes this · hand it back
    übergib an Ana · gib das an Chris ab · Bob übernimmt das · gib es zurück

Said plainly it is always about a person. "Bob takes this" might be about anything, so it counts
only where Bob is somebody, or was written as a mention.
"""

from __future__ import annotations

import re

from bot.domain.messages import Identity, People, Person, ThreadRef

_WHAT = (
    r"(?:this|it|that|the (?:thread|conversation|plan|request|question)|"
    r"das|dies|dieses|es|die (?:unterhaltung|anfrage|frage)|den (?:plan|faden|thread)|"
    r"das gespräch)"
)
_UE = r"(?:ü|ue|u\u0308)"
_WHO = r"(?P<who>\S.{0,99}?)"
_GIVE = r"g(?:ib|ebe|eben sie)"
_AN = r"(?:bitte\s+)?an"
_TAKES = r"(?:takes?|has|is\s+taking|will\s+take|should\s+take)"
_PLAIN = (
    rf"hand\s+(?:{_WHAT}\s+)?over\s+(?:{_WHAT}\s+)?to\s+{_WHO}",
    rf"hand\s+{_WHAT}\s+to\s+{_WHO}",
    rf"(?:ich\s+)?{_UE}berg(?:ib|ebe|eben sie)\s+(?:{_WHAT}\s+)?{_AN}\s+{_WHO}",
)
_LOOSE = (
    rf"(?:pass|give|turn)\s+{_WHAT}\s+(?:over\s+|on\s+)?to\s+{_WHO}",
    rf"over\s+to\s+(?:you\W+)?{_WHO}",
    rf"(?:let\s+)?{_WHO}\s+{_TAKES}\s+(?:{_WHAT}(?:\s+over)?|over(?:\s+{_WHAT})?)",
    rf"(?:ich\s+)?{_GIVE}\s+{_WHAT}\s+{_AN}\s+{_WHO}(?:\s+(?:ab|weiter))?",
    rf"{_WHO}\s+{_UE}bernimmt(?:\s+{_WHAT})?",
    rf"{_WHO}\s+soll\s+(?:{_WHAT}\s+)?{_UE}bernehmen",
)
_BACK = (
    rf"(?:hand|give|pass)\s+(?:{_WHAT}\s+)?back(?:\s+to\s+{_WHO})?",
    rf"(?:ich\s+)?{_GIVE}\s+(?:{_WHAT}\s+)?zur{_UE}ck(?:\s+{_AN}\s+{_WHO})?",
)
_TO_NOBODY = (
    rf"hand\s+(?:{_WHAT}\s+)?over(?:\s+{_WHAT})?(?:\s+to)?",
    rf"(?:ich\s+)?{_UE}berg(?:ib|ebe|eben sie)(?:\s+{_WHAT})?(?:\s+an)?",
)
UNNAMED = "?"
"""In the place of who it is handed to, where that was not said."""
_BEFORE = r"[\s.,!…]*(?:(?:please|ok|okay|so|then|now|bitte|dann)[\s,]+)*"
_AFTER = (
    r"(?:,?\s+(?:please|thanks|thank you|now|from (?:here|now)(?: on)?|bitte|danke|jetzt|"
    r"ab jetzt|ab hier|von hier))*[\s.!]*"
)
_MENTION = re.compile(r"<@!?(\w+)(?:\|[^>]*)?>")


def _any(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(_BEFORE + each + _AFTER, re.IGNORECASE) for each in patterns)


_UNSAID = _any(_TO_NOBODY)
_RULES = ((_any(_BACK), True), (_any(_PLAIN), True), (_any(_LOOSE), False))


def receiver_in(text: str, surface: str, people: People) -> str | None:
    """Who is named as the one whom it is handed to, where the whole text says so.

    Empty: whoever had it before; `UNNAMED`: they did not say. None: it is about something else.
    """
    if any(pattern.fullmatch(text) for pattern in _UNSAID):
        return UNNAMED
    for patterns, plainly in _RULES:
        for pattern in patterns:
            found = pattern.fullmatch(text)
            if found is None:
                continue
            who = (found["who"] or "").strip(" '\"“”„‘’*_`")
            if plainly or who.startswith(("@", "<@")) or called(who, surface, people):
                return who
    return None


def called(who: str, surface: str, people: People) -> tuple[Person, ...]:
    """Those who are called so: by a mention, by key, by their shown name, or by a part of it.

    Of those the narrowest counts: a key is nobody else's, a whole name comes before a first name.
    """
    mention = _MENTION.fullmatch(who)
    if mention is not None:
        owner = people.owner(Identity(surface=surface, account=mention[1]))
        return (owner,) if owner is not None else ()
    name = " ".join(who.removeprefix("@").split()).casefold()
    if not name:
        return ()
    ways = (
        [p for p in people.persons if p.name.casefold() == name],
        [p for p in people.persons if p.display.casefold() == name],
        [p for p in people.persons if name in p.display.casefold().split()],
    )
    return tuple(next(filter(None, ways), ()))


_ACCOUNT = re.compile(r"@([UW][A-Z0-9]{5,}|\d{5,})")


def account_in(who: str) -> str:
    """The account that a mention names, as a platform writes it; empty: it is a name."""
    found = _MENTION.fullmatch(who) or _ACCOUNT.fullmatch(who)
    return found[1] if found else ""


_PLATFORMS = {"slack": "Slack", "discord": "Discord", "terminal": "the terminal"}


def out_of_reach(other: Person, thread: ThreadRef) -> str:
    """Why somebody could not speak there; empty: they can, or nobody else could either."""
    accounts = {"terminal": "os"}.get(thread.surface, thread.surface)
    elsewhere = thread.surface not in _PLATFORMS or (thread.is_room and thread.is_direct)
    if elsewhere or any(i.surface == accounts for i in other.identities):
        return ""
    where = _PLATFORMS.get(thread.surface, thread.surface)
    return (
        f"I know no account of {other.display}'s in {where}, so they could not answer here. Link "
        "it first, or hand over to somebody who is here."
    )
