"""A change to an open plan, a request that takes its place, or a request of its own. Pure."""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

from collections.abc import Callable

from bot.domain.intents import Intent, Outcome, ParseContext, Question, SmallTalk
from bot.intent.patterns import compiled
from bot.intent.rules import answering, at_signs, corrected, edits, likewise, revising, typed_reads
from bot.intent.rules.combining import LEFT_AS_IT_IS, Request
from bot.intent.rules.vocabulary import Vocabulary

NEVER_MIND = compiled(
    r"^\W*(?:(?:ok|okay|oh|no|actually|sorry|wait|hm+|ah|well)\W+)*(?:never ?mind|nvm|forget (?:it|that|about it|i asked)|scratch that|disregard that|ignore that|cancel that(?! (?:plan|run|request)\b)|leave it|no need|let it be|changed my mind|i changed my mind|belay that|on second thought)\b"
)


def spoken_of(
    text: str,
    vocabulary: Vocabulary,
    context: ParseContext,
    asked: Question | None,
    requested: Callable[[Request], Outcome],
) -> Outcome:
    """What it is; `requested` reads a request by itself."""

    def ask(says: str) -> Outcome:
        return requested(Request(says, vocabulary, clock))

    def again(says: str) -> Outcome:
        return requested(Request(says, vocabulary, context))

    clock = ParseContext(now=context.now, zone=context.zone, people=context.people)
    edit = edits.read(text, vocabulary, context) if context.open else None
    if edit is not None:
        revised = revising.revised(edit, vocabulary, context, asked=asked)
        if revised is not None:
            return typed_reads.offered(revised, vocabulary, ask)
    outcome = typed_reads.offered(requested(Request(text, vocabulary, context)), vocabulary, ask)
    outcome = at_signs.asked(outcome, text, vocabulary, context)
    if isinstance(outcome, Intent):
        changing = any(vocabulary.actions[wish.action].changes for wish in outcome.wishes)
        replaced = revising.instead(outcome, text, context, changes=changing)
        spoken = bool(context.open or context.request)
        if replaced is None and changing and spoken and not isinstance(ask(text), Intent):
            return revising.elided(outcome, context, text) or outcome
        return replaced or outcome
    if (mended := corrected.offered(text, outcome, vocabulary, context, ask)) is not None:
        return mended
    said = edits.read(text, vocabulary, context) if not context.open else None
    if said is not None and revising.needs_a_plan(said):
        if asked is not None and (none := answering.no_answer(text, asked)) is not None:
            return none
        return likewise.offered(said, context, again) or revising.nothing_open(said, context)
    denied = outcome == LEFT_AS_IT_IS or NEVER_MIND.match(text.casefold())
    if denied and isinstance(outcome, SmallTalk):
        goes = revising.still_goes(context.open, context.moving)
        stands = revising.forbids(text)
        return SmallTalk(text=goes, stands=stands) if goes else outcome
    found = typed_reads.unasked(text, vocabulary, ask) or outcome
    return likewise.there_too(found, text, context)
