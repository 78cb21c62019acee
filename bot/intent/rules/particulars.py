"""What of one's own plan is asked about: its commands, its hosts, what failed, how long it takes. Pure.

A question is a word that asks, a noun, and perhaps the plan as "it": "which hosts?", "show me the
command", "what will it run?". Which plan "it" is, and what is so of it, is for the caller to look
up; nothing of that is planned or read anew. Only the whole sentence counts, and none that names a
host or a service: "what's the error on web-1?" is about its log.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from typing import Final

from bot.domain.asked_about import About, Part
from bot.domain.intents import Standing
from bot.intent.patterns import compiled

_LONGEST: Final = 120
_SHORT: Final = compiled(r"\b(what|where|how|who|when|that|it)'s\b", re.IGNORECASE)
_LEAD: Final = r"(?:(?:and|but|so|ok|okay|hm+|hey|hi|oh|well|wait|please|sorry|tell me|can you tell me|could you tell me|do you know|remind me|overseer)[\s,.:!-]+)*"
_TRAIL: Final = r"(?:[\s,]+(?:please|pls|then|exactly|precisely|actually|overseer|now|right now|again|here|there|though|this time|for now|so far))*[\s.?!]*"
_IT: Final = r"(?:it|this|that|(?:the|this|that|my|our) (?:plan|run|request|change|thing|restart|reboot|upgrade|update|job))"
_YOU: Final = rf"(?:{_IT}|you|overseer)"
_ALL: Final = r"(?:(?:the|its|that|all|any|this|exact|actual|full|whole|very|last|latest) )*"
_LETS_SEE: Final = r"(?:(?:(?:can|could|may) i |let me )?see|(?:(?:can|could|would) you )?(?:show|print|give|tell|list|paste)(?: (?:me|us))?)"
_SHOW: Final = rf"(?:{_LETS_SEE}|what (?:is|was|are|were)|which|what)"
_OF_IT: Final = rf"(?: (?:of|for|in|with) {_IT}| (?:that )?(?:{_IT}|you) (?:will|would|does|did)(?: \w+)?| to (?:be )?run)"
_WOULD: Final = r"(?:will|would|does|did|do|is|are|was|has|have|shall|should)"

_COMMAND: Final = r"(?:command|command ?lines?|shell commands?|steps|details)"
_COMMANDS: Final = r"(?:commands?|command ?lines?|steps?)"
"""Of commands that are no plan's Overseer tells which it knows: "what are the commands?"."""
_HOSTS: Final = r"(?:hosts?|servers?|machines?|box(?:es)?|targets?|nodes?|systems?)"
_ERROR: Final = r"(?:errors?|error messages?|failures?|problems?|trouble|fault|(?:error )?outputs?)"
_RUN: Final = (
    r"(?:run|execute|do|change|perform|issue|touch|running|executing|doing|changing|done|changed)"
)
_FAILS: Final = r"(?:fail(?:s|ed|ing)?|broke|breaks|died|crash(?:ed|es)|errored(?: out)?|bombed|went wrong|(?:did|does|has) not work(?:ed)?|(?:did|does)n'?t work|hasn'?t worked|(?:did|has) not succeed(?:ed)?|(?:did|has)n'?t succeed(?:ed)?)"
_AGAIN: Final = r"(?: (?:again|once more|once again|too|as well|anyway|already|still|now))*"

_PARTS: Final[tuple[tuple[Part, About, tuple[str, ...]], ...]] = (
    (
        "commands",
        "unbegun",
        (
            rf"{_SHOW} {_ALL}{_COMMAND}(?:{_OF_IT})?",
            rf"{_LETS_SEE} (?:all )?(?:the|its|those) {_ALL}commands(?:{_OF_IT})?|{_SHOW} {_ALL}commands{_OF_IT}",
            rf"(?:what|(?:which|what) {_COMMANDS}) (?:exactly |precisely |actually )?(?:will|would|does|did|is|are|shall|should) {_IT}(?: (?:going to|gonna|exactly|actually|really))* {_RUN}(?: exactly)?",
            rf"(?:what|(?:which|what) {_COMMANDS}) (?:exactly |precisely |actually )?(?:will|would) you(?: (?:exactly|actually|really))* {_RUN}(?: for {_IT})?",
            r"what (?:exactly |precisely )?are you (?:going to|gonna) (?:run|execute|do|change)",
        ),
    ),
    (
        "hosts",
        "unbegun",
        (
            rf"(?:on |and )?(?:which|what) {_HOSTS}",
            rf"(?:on )?(?:which|what) {_HOSTS} (?:exactly )?(?:{_WOULD} {_IT}|(?:will|would) you)(?: (?:be|going to|gonna))* \w+(?: (?:on|to|at))?",
            rf"(?:which|what) {_HOSTS} (?:is|are|was|were|will be|would be|gets?) (?:affected|touched|involved|included|concerned|meant|targeted|in (?:it|this|that|there)|part of {_IT})",
            rf"(?:where|on what|on which) {_WOULD} {_IT}(?: (?:be|going to))* (?:run|running|happen|happening|executed|apply|done)",
            rf"{_SHOW} (?:its {_HOSTS}|(?:the |all |all the )?{_HOSTS} (?:of|for|in) {_IT})",
        ),
    ),
    (
        "takes",
        "come",
        (
            rf"how (?:long|much longer|much time|many (?:seconds|minutes|hours))(?: (?:will|does|would|did|has|is|should) {_IT} (?:going to |usually |normally |be )?(?:still )?(?:take|takes?|taken|run|running|need|last|been running|go on))?",
        ),
    ),
    (
        "error",
        "failed",
        (
            rf"{_SHOW} {_ALL}{_ERROR}(?: (?:of|for|in|with) {_YOU})?",
            rf"what (?:error|failure|problem) (?:was|is) (?:it|that|there)|what (?:error|failure|problem) {_WOULD} {_IT} (?:give|have|print|show|say|report)",
            rf"(?:what|where|how|which (?:step|command|host|server|machine|part|one)s?) (?:did )?{_IT}? ?(?:has )?{_FAILS}",
            rf"(?:what|where) (?:did|does|has) {_IT} (?:fail|break|go wrong|gone wrong|failed)(?: (?:at|on|with))?",
            rf"what (?:did|does) {_IT} (?:say|print|output|report|complain about)",
        ),
    ),
    (
        "story",
        "come",
        (
            rf"what (?:just )?happened(?: (?:to|with|in) {_IT})?(?: next| then)?",
            rf"what (?:came|became|has become) of {_IT}",
            rf"what (?:is|was) the (?:result|outcome|upshot)(?: of {_IT})?",
            rf"how (?:did|has) {_IT} (?:end|ended|turn out|turned out|end up)",
        ),
    ),
    (
        "waits",
        "waits",
        (
            rf"(?:what|who|whom|what else) (?:is|are|was) (?:{_YOU}|we) (?:still |now )*(?:waiting|held up|blocked|stuck|hanging)(?: (?:for|on|by))?",
            rf"(?:what|who|whom|what else) (?:do|does|did) (?:{_YOU}|we) (?:still )?wait (?:for|on)|(?:what|who|whom|what else) (?:does|did) {_IT} (?:still )?(?:need|require|depend on)",
            rf"(?:what|who) (?:is|else is) (?:still )?(?:holding|blocking|delaying|keeping|stopping) (?:{_IT} )?(?:up|back)?(?: {_IT})?",
            r"(?:what|who|anything|what else) (?:is )?(?:still )?(?:missing|needed|outstanding)",
        ),
    ),
)


def _all(ways: tuple[str, ...]) -> re.Pattern[str]:
    return compiled(f"{_LEAD}(?:{'|'.join(ways)}){_TRAIL}", re.IGNORECASE)


_ASKED: Final = tuple((part, about, _all(ways)) for part, about, ways in _PARTS)
_WRONG: Final = _all(
    (rf"what (?:is|was) (?:wrong|the matter)(?: with {_IT})?|what is up with {_IT}",)
)
_TOLD: Final = _all((rf"(?:{_IT}|the {_HOSTS}) (?:has |just |have )*{_FAILS}{_AGAIN}",))
""" "it failed again": no question by its form, and what else would they want to hear?"""


def particular(text: str, *, halted: bool) -> Standing | None:
    """Which part of the plan that was asked for here is asked about, or None.

    `halted`: a run of the conversation waits for a decision, which is what is wrong then.

    >>> particular("which hosts?", halted=False).part, particular("what will it run?", halted=False).part
    ('hosts', 'commands')
    >>> particular("which hosts are down?", halted=False), particular("it failed again", halted=False)
    (None, None)
    >>> particular("it failed again", halted=True).part
    'error'
    """
    said = _SHORT.sub(r"\1 is", " ".join(text.replace("\u2019", "'").split()))
    if not said or len(said) > _LONGEST:
        return None
    for part, about, pattern in _ASKED:
        if pattern.fullmatch(said):
            return Standing(what="plan", about=about, part=part)
    if halted and (_WRONG.fullmatch(said) or _TOLD.fullmatch(said)):
        return Standing(what="plan", about="failed", part="error")
    return None
