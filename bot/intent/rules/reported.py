"""Text that somebody else wrote or said: told to Overseer, not asked of it.

"the runbook says: stop nginx", "log: …", "bot: …", "tom said to …". What stands before a
colon frames what follows; the frame is the person's own only when it names targets ("on
web-1: …", "nginx on web-1 is stuck: …") or hurries ("urgent: …"). Whatever else it is, a
change behind it is asked about.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re

from bot.intent.patterns import compiled
from bot.intent.rules import reasons
from bot.intent.rules.lexicon import FILLER_WORDS
from bot.intent.rules.target_words import (  # fmt: skip
    ALL,
    ARTICLES,
    GROUPING,
    JOIN,
    PLURAL,
    PREPOSITIONS,
    SINGULAR,
)
from bot.intent.rules.vocabulary import Vocabulary

_COLON = compiled(r":(?=\s)")
_SENTENCE_END = compiled(r"[.!?;\n](?=\s|$)")
_WORD = compiled(r"[@#\w][\w.@/*'\[\]{}-]*")
_OWN = (
    ALL | ARTICLES | GROUPING | JOIN | PLURAL | PREPOSITIONS | SINGULAR
    | frozenset("first second third then next finally reason service services unit is".split())
)  # fmt: skip
_ASKING_FOR = compiled(
    r"(?:\W|\b(?:please|pls|hey|hi|hello|so|ok|now|and|could you|can you|would you|kindly|i need you to|i want you to|just|an?|team|folks|all|there|morning)\b)*"
    r"\b(?:(?:quick|small|tiny|little) (?:one|favou?r|request|ask|thing)(?: for you)?|one more thing|do (?:me|us) a favou?r|(?:do|handle|plan|perform) (?:this|these|the following)(?: (?:for me|steps|things))?|i (?:need|want|would like) (?:this|the following|these))\W*(?:please\W*)?"
)
"""The person's own words before a list of what to do."""
_NAMED_TOO = frozenset(("bot", "robot", "opsbot", "overseer"))
"""Said to Overseer these are filler; before a colon they may say who wrote the line."""
_STATE = compiled(
    r"\b(?:is|are|was|were|has|have|keeps?|seems?|looks?|needs?|hangs?|hung|crashed|died|failed|fails)\b(?! *$)"
)
_SPEECH = (
    r"(?:says?|said|saying|told (?:me|us|you|him|her|them)|tells? (?:me|us|you|him|her|them)|wrote|writes?|reads?|recommends?|recommended|suggests?|suggested|"
    r"advises?|advised|states?|stated|asks?|asked|wants?|wanted|answered|replied|posted|insists?|insisted|proposes?|proposed|instructs?|instructed|orders?|"
    r"mentions?|mentioned|requires?|quoted?|reports?|reported|claims?|claimed|thinks?|thought|believes?)"
)
_SOURCE = (
    r"(?:according to|as per|per|quoting|citing|from) (?:the |our |my |an? )?[\w.'-]+(?: [\w.'-]+)?"
)
_LINKS = r"(?: (?:to|that|this|here|so|us|me|we|you|should|must|please|now|just|as follows|the following|first))*"
_TOLD = compiled(rf"(?:\b{_SPEECH}{_LINKS}|^\W*{_SOURCE})[\s,:\u2013\u2014-]*$")
_TOLD_IN = compiled(
    rf"\b{_SPEECH}{_LINKS} (?:restart|reboot|reload|start|stop|bounce|kill|halt|shut|upgrade|update|patch|install|run|execute|cancel|turn|take|bring)\b"
)
_MINE = compiled(r"\b(?:i|we|as) (?:just |already )?(?:said|told|asked|wrote|mentioned|want|ask|tell|think|say)\b|^\W*(?:please |pls |can you |could you )?(?:tell|ask|read|say|report|order|write|from)\b")  # fmt: skip


def from_colon(text: str, vocabulary: Vocabulary) -> int:
    """Where what somebody else wrote begins: behind the first colon that frames it; else the end."""
    low = reasons.masked(text).casefold()
    for colon in _COLON.finditer(low):
        ends = [m.end() for m in _SENTENCE_END.finditer(low, 0, colon.start())]
        frame = low[ends[-1] if ends else 0 : colon.start()]
        if not _own(frame, vocabulary):
            return colon.end()
    return len(text)


def _own(frame: str, vocabulary: Vocabulary) -> bool:
    words = _WORD.findall(frame)
    if len(words) == 1 and words[0] in _NAMED_TOO:
        return False
    if _ASKING_FOR.fullmatch(frame):
        return True
    names = [w for w in words if _names(w, vocabulary)]
    if all(w in names or w in _OWN or w in FILLER_WORDS or w.isdecimal() for w in words):
        return True
    told = re.search(rf"\b{_SPEECH}\b", frame)
    return bool(names and _STATE.search(frame) and not told)


def _names(word: str, vocabulary: Vocabulary) -> bool:
    return (
        word.startswith("@")
        or vocabulary.host(word) is not None
        or vocabulary.service(word) is not None
        or word in vocabulary.group_words
        or word in vocabulary.environment_words
    )


def told(before: str, after: str) -> bool:
    """Whether a clause tells what somebody said, and the change behind it belongs to that.

    `before` is the clause as typed, `after` what stands between it and the change.
    """
    low = before.casefold().strip()
    if _MINE.search(low):
        return False
    if _TOLD.search(low):
        return not re.search(r"[.!?;]", after)
    return bool(_TOLD_IN.search(low)) and not re.search(r"[.!?;\n]", after)
