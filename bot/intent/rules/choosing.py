"""How people choose: "take web-1", "1 and 3", "the first two", "not web-1"; and what is no choice.

Words alone, without what there is to choose. Pure.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

from typing import Final

from bot.intent.patterns import compiled

_LEAD: Final = compiled(
    r"(?:(?:ok|okay|well|so|hm+|um+|uh|then|please|pls|just|yes|yeah|no|actually|and|of course|definitely|certainly|obviously|naturally)[\s,.!]+)*"
    r"(?:(?:let's|lets|let us|we|we'll|i|i'll|i'd|you can|can you|could you)\s+)?"
    r"(?:(?:will|would|can|should|shall|just)\s+)?"
    r"(?:(?:take|use|pick|choose|want|say|go (?:with|for)|do|make it|think|guess|believe|suppose|prefer|like)(?: (?:it's|it is|that|for|on))?\s+)?"
    r"(?:(?:on|for|the host|host)\s+)?"
)
LONGEST: Final = 300
"""Characters; whoever says more chooses nothing by it."""
_TAIL: Final = compiled(
    r"(?<![\s,.!])(?:[\s,.!]+(?:please|pls|then|thanks|thank you|thx|i guess|i think|i'd say|i suppose|i believe|probably|of course|definitely|certainly|obviously|naturally|for sure|for now|instead|"
    r"(?:and |but )?(?:hurry(?: up)?|quick(?:ly)?|fast|asap|be quick|right away|do it|go on|go ahead)))+$"
)
_WITHOUT: Final = compiled(
    r"(?:no,? )?(?:just |but )?(?:not|anything but|any(?: one)? but|(?:do not|don't|dont) (?:take|use|pick))(?: (?:on|the host))? (?P<what>.+)"
)
_SEVERAL: Final = compiled(
    r"(?:the )?(?P<which>first|last) (?P<many>\d|two|three|four|five)(?: (?:ones|options|hosts|servers|services))?"
)
_MANY: Final = {"two": 2, "three": 3, "four": 4, "five": 5}
_WAVERS: Final = compiled(
    r"(?:(?:h+m+|well|ok|okay|so|i guess|i think|(?:i'm |im )?not sure|idk)[\s,.]+)*(?:(?:maybe|perhaps|possibly|probably|(?:it |that )?(?:may|might|could)(?: well)? be)[\s,]+(?P<what>.+)|(?P<said>.+?)[\s,]+(?:maybe|perhaps|possibly|not sure|i'm not sure|but i'm not sure))"
)
_YES_AND: Final = r"(?:(?:yes|yeah|yep|yup|ok|okay|sure|please|and|then|just)[\s,.!]+)*"
_ADDS: Final = compiled(
    rf"{_YES_AND}(?:(?:(?:add|include) (?:it|that|this|them)|add|include)(?: too| as well| also)?(?: to (?:it|that|this|the plan))?|also|too|as well|that too|it too|both(?: of (?:them|those))?)(?: please)?"
)
_SWAPS: Final = compiled(
    rf"{_YES_AND}(?:instead|(?:swap|replace) (?:it|that|them)|(?:only|just) (?:that|this)(?: one)?)(?: please)?"
)
_APART: Final = compiled(r"\s*(?:,\s*and\b|,|&|\+|\band\b|\bplus\b)\s*")
_BOTH: Final = compiled(r"both(?: of (?:them|those|these)| hosts| servers| services)?")
_NO_CHOICE: Final = compiled(
    r"(?:(?:ok|okay|oh|hm+|um+|uh|well|sorry|please|just)[\s,.]+)*"
    r"(?:wait(?: (?:a|one) (?:moment|minute|min|sec|second|bit))?|(?:a|one|just a) (?:moment|minute|min|sec|second)|skip|pass|next|(?:i )?(?:do not|don't|dont) know(?: yet)?|idk|dunno|no idea|no clue|(?:i'm |im )?not sure(?: yet)?|"
    r"(?:do it |ask me |maybe )?later(?: on)?|not (?:now|yet|today)|nothing(?: yet| now)?|none yet|hold (?:on|off|up)|hang on|maybe|perhaps|whatever|whichever|"
    r"any(?: of them| one)?|either(?: of them)?|the others?(?: ones?)?|others?|some(?: of them)?|(?:you )?(?:choose|pick|take|decide)(?: (?:any|either|one))?(?: for me)?|brb|afk|soon|in a (?:bit|moment|minute|sec))"
)
_THINKS: Final = compiled(
    r"(?:h+m+[\s,.]+)?(?:let me (?:think|see|check|look)|(?:i )?(?:think|guess|suppose|hope)(?: so)?|h+m+|u+m+|u+h+|e+h+|who|ah+|oh+|lol|ugh|well|so)"
)
_SAID: Final = (
    r"(?:(?:many |great |big )?(?:thanks|thank you|thx|ty|tysm|cheers)(?: (?:again|once more|so much|very much|a lot|a (?:bunch|ton|million)|in advance))?|hi|hello|hey|bye|goodbye|good (?:morning|night|one|job|work)|morning|see you|later|"
    r"ok|okay|alright|all right|right|k+|ack|roger(?: that)?|noted|understood|copy(?: that)?|got it|i see|lgtm|sgtm|\+1|nice(?: one)?|awesome|great|cool|perfect|excellent|brilliant|sweet|sounds good|looks good|fair enough|makes sense|"
    r"(?:ha){2,}h?|lol|lmao|rofl|omg|wtf|wow|huh|oops|damn|seriously|really|yay|woohoo|sorry|my bad)"
)
_WHOM: Final = r"(?: (?:all|everyone|everybody|both|team|folks|guys|you (?:all|guys|two|both)|to (?:all|everyone|you all)|of you))*"
_ONE_COURTESY: Final = rf"(?>{_SAID}\b{_WHOM})"
_COURTESY: Final = compiled(rf"{_ONE_COURTESY}(?:[\s,.!?]+{_ONE_COURTESY})*")
"""Thanks, a greeting or an acknowledgement, whoever it is said to: "thank you all"."""
_DEED: Final = compiled(
    r"(?:(?:please|pls|ok|okay|just)[\s,]+)*(?:re-?try|re-?run|undo|revert|roll ?back|continue|resume|proceed|(?:try|do|run) (?:it |that )?again|again|start|go|run|execute|repeat)"
    r"(?: (?:it|that|this|again))?(?:[\s,]+(?:please|pls|thanks))*"
)
"""An order by itself, which nothing is called."""
_ASKS: Final = compiled(
    r"(?:(?:ok|okay|and|so|sorry|hm+|wait|well|please)[\s,.]+)*"
    r"(?:(?:which|what)(?: (?:ones?|options|choices|hosts|servers|services))?(?: (?:are|is) there|(?: exactly)? (?:can|may|could) i (?:choose|pick|take|say)(?: from)?| do (?:you|i|we) have)|"
    r"(?:which|what) (?:ones?|options|choices)|what|huh|(?:what|which) (?:are|were) (?:the|my) (?:options|choices|answers)(?: again)?|which|options|choices|(?:list|show|tell)(?: me)? (?:them|the (?:options|choices))(?: again)?|"
    r"what (?:was|is|were) the (?:question|options) ?(?:again)?|what (?:did|do) you (?:ask|mean|want)(?: me| to know)?|what can i (?:say|answer|choose))"
)


def loosely(low: str) -> str:
    """The choice alone, without what is said around it.

    >>> loosely("let's take web-1"), loosely("i think web-1"), loosely("web-1, and hurry")
    ('web-1', 'web-1', 'web-1')
    """
    if len(low) > LONGEST:
        return low
    said = _LEAD.sub("", _TAIL.sub("", low), count=1)
    return said.strip(" ,.!") or low


def several(low: str) -> tuple[str, ...]:
    """The parts of a choice of more than one; empty: it is no such.

    >>> several("1 and 3"), several("web-1, web-2 & db-1"), several("web-1")
    (('1', '3'), ('web-1', 'web-2', 'db-1'), ())
    """
    if len(low) > LONGEST:
        return ()
    parts = tuple(part for part in _APART.split(low) if part)
    return parts if len(parts) > 1 else ()


def so_many(low: str) -> int:
    """How many of the first are chosen, of the last as a negative number; 0: it is no such.

    >>> so_many("the first two"), so_many("last 3 hosts"), so_many("the first")
    (2, -3, 0)
    """
    found = _SEVERAL.fullmatch(low)
    if found is None:
        return 0
    many = _MANY.get(found["many"]) or int(found["many"])
    return many if found["which"] == "first" else -many


def left_out(low: str) -> str:
    """What alone is not chosen; empty: nothing is.

    >>> left_out("not web-1"), left_out("anything but the first"), left_out("not now")
    ('web-1', 'the first', 'now')
    """
    found = _WITHOUT.fullmatch(low)
    return found["what"] if found else ""


def wavers(low: str) -> str:
    """What is perhaps chosen; empty: nothing is, or it is for certain.

    >>> wavers("maybe web-1"), wavers("web-1 perhaps"), wavers("web-1")
    ('web-1', 'web-1', '')
    """
    found = _WAVERS.fullmatch(low) if len(low) <= LONGEST else None
    return (found["what"] or found["said"]) if found is not None else ""


def way(low: str) -> str:
    """How a plan shall be changed by what is spoken of: "also", "instead"; empty: it does not say.

    >>> way("add it"), way("yes, that too"), way("instead please"), way("yes")
    ('also', 'also', 'instead', '')
    """
    if len(low) > LONGEST:
        return ""
    return "also" if _ADDS.fullmatch(low) else "instead" if _SWAPS.fullmatch(low) else ""


def is_both(low: str) -> bool:
    """Whether it chooses two of two."""
    return _BOTH.fullmatch(low) is not None


def is_no_choice(low: str) -> bool:
    """Whether it puts the choice off, or leaves it to somebody: nothing is called so."""
    return _NO_CHOICE.fullmatch(low) is not None


def is_no_name(low: str) -> bool:
    """Whether it is nothing that a host or a service is called by those who don't know its name."""
    if is_courtesy(low) or _DEED.fullmatch(low):
        return True
    return is_no_choice(low) or asks_what(low) or _THINKS.fullmatch(low) is not None


def is_courtesy(low: str) -> bool:
    """Whether it thanks, greets or acknowledges, and says nothing else.

    >>> is_courtesy("thank you all"), is_courtesy("lgtm, thanks"), is_courtesy("thanks, web-1")
    (True, True, False)
    """
    return _COURTESY.fullmatch(low.rstrip(" .!?")) is not None


def asks_what(low: str) -> bool:
    """Whether it asks what there is to choose."""
    return _ASKS.fullmatch(low) is not None
