"""The rules parser: one sentence in, one outcome out. Pure.

The order is fixed, and each step may end the matter:

1. an answer to the thread's open question continues that request;
2. refusals: secrets, approvals, audit, guards, embedded instructions, shell syntax, mass
   destruction; then characters that never match; then `stop` and `resume`;
3. a change to a plan of the thread that is still open becomes its next revision;
4. numbers before steps become dividers, options ("one at a time") and the reason are taken
   out, past times and counts become values, filler goes;
5. entities are tagged, the sentence is divided, each clause is read;
6. changes that nobody asked for are marked, steps said to come first go first;
7. what was taken back, shall only be tried out, or has a strange flag is asked about;
8. conditions are asked about, never promised; so are times, but for a plain one that stands with
   an order: that is when it begins (`scheduling`);
9. the findings become one intent, or a question, or nothing to do.

The rule above all: a change is planned only when every word of its clause was understood.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.intents import (
    Intent,
    Outcome,
    ParseContext,
    Question,
    Refusal,
    SmallTalk,
)
from bot.intent.patterns import compiled
from bot.intent.rules import (
    about_me,
    answering,
    answers,
    at_signs,
    beside,
    beyond,
    carrying,
    consequence,
    courtesy,
    crossed,
    deciding,
    deeds,
    guards,
    headings,
    lexicon,
    listed_looks,
    log_parts,
    moods,
    numbered,
    once_more,
    options,
    pleasantries,
    quantities,
    questions,
    reasons,
    rehearsal,
    revising,
    scheduling,
    stops_asked,
    stops_meant,
    taken_back,
    versions,
)  # fmt: skip
from bot.intent.rules.clauses import Clause, split
from bot.intent.rules.combining import Request, changes, combined
from bot.intent.rules.control import ending
from bot.intent.rules.finding import Finding, Spoken
from bot.intent.rules.not_understood import is_unclear, only_ways_on
from bot.intent.rules.ordering import foremost, turned
from bot.intent.rules.ranges import Selection
from bot.intent.rules.reading import read
from bot.intent.rules.since_then import without_since
from bot.intent.rules.spoken_of import NEVER_MIND, spoken_of
from bot.intent.rules.tagging import Tagger
from bot.intent.rules.unasked import unasked
from bot.intent.rules.vocabulary import Vocabulary
from bot.intent.rules.words import odd_word, plain, tokens

__all__ = ["LONG", "QUOTED_LINE", "Vocabulary", "understand"]

QUOTED_LINE = compiled(r"^[ \t]*(?:[>|]|(?:[$#%]|//|--)[ \t])[^\n]*$", re.MULTILINE)
_WHILE = compiled(r"\bwhile\b(?! (?:you|i|we|at)\b)")
_REMEMBERED = frozenset(
    "wish place statement unknown negated contrary spared pondered again".split()
)
LONG = 16_384
_MANY = 400
"""Words and signs that one request may have; a quoted command counts as one."""
_WIDE = 1_000
"""Characters that one word may have, unless it is quoted."""
_QUOTED = frozenset({"quote", "tick"})
_TOO_LONG = Refusal(
    code="too-long",
    text="I read requests of a few sentences, and this is far longer, so I left it alone and nothing "
    "ran. Say it in pieces, or put a long command between `backticks`.",
)


def understand(text: str, vocabulary: Vocabulary, context: ParseContext) -> Outcome:
    """What a sentence asks for. Never raises, whatever the text."""
    pressed = context.model_copy(update={"question": None})

    def ask(says: str) -> Outcome:
        return _understood(says, vocabulary, pressed)

    return only_ways_on(_understood(text, vocabulary, context), text.strip(), vocabulary, ask)


def _understood(text: str, vocabulary: Vocabulary, context: ParseContext) -> Outcome:
    text = text.strip()
    if len(text) > LONG:  # unread, so nobody knows what secrets it holds
        return _TOO_LONG.model_copy(update={"redact": True})
    if not text:
        return SmallTalk(text="I'm here. Tell me what you want done.", answers=True)
    text = at_signs.plainly(text, vocabulary, context)
    asked = context.question
    if asked is not None:
        said = answering.answered(text, asked, vocabulary, context)
        meant = answering.meant(text, said, asked, vocabulary, context)
        if meant is not None:
            dropped = said == answers.NEVER_MIND
            instead = _instead(text, asked, vocabulary, context) if dropped else None
            return instead or (deciding.dropped(text, meant, context) if dropped else meant)
        if said is not None:
            text, asked = said, None
        context = context.model_copy(update={"question": None})
    bare = stops_asked.HEADED.sub("", text)
    if context.halted and (decided := deciding.decided(bare, context, vocabulary.host)):
        return decided
    text = stops_asked.unheaded(pleasantries.in_english(plain(text)))
    again = once_more.meant(text, context, vocabulary)
    if not isinstance(again, str):
        return again
    text = again
    words = tokens(text)
    refusal = ending(text) or guards.refuse(text, words)
    if refusal is not None:
        return refusal
    if len(words) > _MANY or any(len(w.low) > _WIDE for w in words if w.kind not in _QUOTED):
        return _TOO_LONG
    text = QUOTED_LINE.sub(lambda m: " " * len(m[0]), text)
    if not text.strip():
        return SmallTalk(text="You quoted that; say it yourself if you want it done.")
    if (odd := odd_word(text, vocabulary.is_name)) is not None:
        return questions.odd_character(odd, text, vocabulary)
    ended = (
        stops_asked.stops(text, context, lambda rest: _understood(rest, vocabulary, context))
        or about_me.said_of_me(text)
        or revising.dropped(text, context)
    )
    return ended or stops_meant.meant(
        spoken_of(text, vocabulary, context, asked, _requested), text, context, vocabulary,
        lambda says: _requested(Request(says, vocabulary, ParseContext())),
    )  # fmt: skip


def _instead(
    text: str, asked: Question, vocabulary: Vocabulary, context: ParseContext
) -> Outcome | None:
    """What "never mind, …" asks for in the place of the question that it drops, if anything."""
    dropped = answers.DROPPED_FIRST.match(text.casefold())
    rest = text[dropped.end() :] if dropped else ""
    if not rest or answers.answered(rest, asked, vocabulary) == answers.NEVER_MIND:
        return None
    found = _understood(rest, vocabulary, context.model_copy(update={"question": None}))
    nothing = isinstance(found, SmallTalk)
    return None if nothing or (isinstance(found, Question) and is_unclear(found)) else found


def _requested(request: Request, *, alone: bool = True) -> Outcome:
    """What a request comes to; what is read only to fill a question of it in is not `alone`."""
    text, counted = numbered.divided(without_since(request.text))
    request = replace(request, text=text)
    taken = options.take(request.text, request.vocabulary.host)

    def read(words: str) -> tuple[Outcome, Sequence[Finding]]:
        return _worded(request, replace(taken, text=words), counted=counted)

    def ask(says: str) -> Outcome:
        return _requested(replace(request, text=says), alone=False)

    first = log_parts.minded(read(taken.text), taken.text, request, read)
    return scheduling.minded(first, taken.text, request, read, ask if alone else None)


def _worded(
    request: Request, taken: options.Taken, *, counted: bool
) -> tuple[Outcome, Sequence[Finding]]:
    """What the words of a request come to that are left once its options are taken."""
    worded = quantities.take(consequence.divided(tokens(taken.text)))
    words = lexicon.without_filler(courtesy.plainly(worded))
    tagger = Tagger(words, request.vocabulary)
    said_order, ordered = split(tagger.items())
    clauses, moved = turned(said_order)
    said_findings = deeds.not_carried_out(_findings(clauses, request), request)
    findings = foremost(unasked(said_findings, request))
    named = {name for f in findings for name in f.services}
    corrections = tuple(c for c in tagger.corrections if c.said.casefold() not in named)
    if NEVER_MIND.match(request.text.casefold()):
        findings = _after_never_mind(findings)
    changing = any(changes(f, request.vocabulary) for f in findings)
    back = (
        taken_back.taken_back(findings, request)
        or rehearsal.only_tried(request.text, findings, changing=changing)
        or rehearsal.strange_flag(request.text, words)
        or versions.chosen(request.text, findings)
        or beyond.beyond(findings, request)
        or deeds.beyond_me(findings, request)
    )
    if back is not None:
        return back, findings
    said = " ".join(t.low for t in words if t.kind in {"word", "punct"} and t.low not in named)
    outcome = (
        _promised(findings, clauses, request, said)
        or crossed.crossed(findings, request)
        or combined(findings, request)
    )
    if isinstance(outcome, Intent):
        keep = (ordered or moved or counted) and len(outcome.wishes) > 1
        outcome = outcome.model_copy(update={
            "options": taken.options.model_copy(update={"keep_order": keep}),
            "reason": taken.reason, "corrections": corrections,
        })  # fmt: skip
    elif isinstance(outcome, Question) and corrections:
        outcome = outcome.model_copy(update={"corrections": corrections})
    return outcome, findings


def _after_never_mind(findings: Sequence[Finding]) -> list[Finding]:
    """ "never mind, …" drops the request; what follows it counts only if it stands apart."""
    return [f for f in findings if f.clause.joined == "hard" and f.kind == "wish"]


def _findings(clauses: Sequence[Clause], request: Request) -> list[Finding]:
    context = request.context
    spoken = Spoken(hosts=context.hosts, services=(context.service,) if context.service else ())
    found: dict[int, Finding] = {}
    clauses = headings.apart(clauses, request.text)
    order = list(range(len(clauses)))
    for i, clause in enumerate(clauses[:-1]):
        if "early" in clause.marks:
            order[i], order[i + 1] = i + 1, i
    before: Finding | None = None
    for i in order:
        finding = read(clauses[i], spoken, request.vocabulary)
        if headings.carries(finding, before, request):
            finding = carrying.elided(finding, before, spoken)
        finding = beside.of_service(finding, before, spoken, tuple(found.values()))
        finding = beside.of_the_service(finding, spoken)
        if i and beside.drawn_in(finding, found.get(i - 1), request.text):
            finding = replace(finding, kind="unknown")
        if i and beside.pondered_too(finding, found.get(i - 1), request):
            finding = replace(finding, kind="pondered", action="", missing=())
        found[i] = finding
        if finding.kind in _REMEMBERED:
            _remember(finding, spoken)
        if finding.kind == "wish":
            before = finding
    said = beside.halted([found[i] for i in range(len(clauses))])
    said = headings.doubtful(_backfilled(said, request.vocabulary), request)
    said = listed_looks.joined(said, request.vocabulary)
    return beside.topics(beside.unneeded(said))


def _remember(finding: Finding, spoken: Spoken) -> None:
    selection = finding.selection
    if selection and not selection.back and not selection.trouble:
        spoken.hosts, spoken.here = selection.hosts, True
    services = finding.services or tuple(
        n for i in finding.clause.items if i.kind == "service" for n in i.names
    )
    spoken.near = frozenset(services)
    again = finding.kind in {"place", "again"} and spoken.services and selection
    if again and selection and selection.hosts:  # "restart nginx on web-1, then on web-2"
        carrying.remember(spoken.services, selection.hosts, spoken)
    if services:
        own = selection and not selection.back and not selection.trouble
        hosts = finding.hosts or (selection.hosts if selection and own else ())
        if hosts and "hosts" not in finding.missing:
            carrying.remember(services, hosts, spoken)
        spoken.services, spoken.here = services, True
        spoken.subject = finding.kind in {"statement", "unknown"}
    plans = [n for i in finding.clause.items if i.kind == "plan" for n in i.names]
    if finding.kind == "wish" or len(plans) == 1:
        spoken.plan = int(finding.params.get("plan") or (plans or ["0"])[0])
    if finding.kind == "wish":
        spoken.action = finding.action


def _backfilled(findings: list[Finding], vocabulary: Vocabulary) -> list[Finding]:
    """ "stop nginx and start redis on web-1": a place at the end holds for both."""
    for i in range(len(findings) - 2, -1, -1):
        here, after = findings[i], findings[i + 1]
        if here.kind == "wish" and carrying.between(here, after):
            findings[i] = replace(here, missing=("hosts", *here.missing), hosts=())
            continue
        bare = len([x for x in here.clause.items if x.kind != "punct"]) == 1
        upgrade = bare and here.action == "package.upgrade" and "packages" not in here.params
        if here.kind == "wish" and upgrade and not here.word:
            findings[i] = here = carrying.upgraded(here, after)
        if here.kind != "wish" or here.word or not here.missing:
            continue
        joined = after.clause.joined in {"soft", "then"}
        joined = joined or (here.clause.asked and not changes(here, vocabulary))
        places = after.kind == "place" or (after.kind == "wish" and after.adjunct)
        if "hosts" in here.missing and joined and places and after.selection and not here.selection:
            selection: Selection = after.selection
            if not selection.back and not selection.trouble:
                here = replace(
                    here,
                    hosts=selection.hosts,
                    missing=tuple(m for m in here.missing if m != "hosts"),
                )
        if "service" in here.missing and bare and joined and after.services:
            here = replace(
                here,
                services=after.services,
                missing=tuple(m for m in here.missing if m != "service"),
            )
            if "hosts" in here.missing and after.hosts and after.selection:
                here = replace(
                    here, hosts=after.hosts, missing=tuple(m for m in here.missing if m != "hosts")
                )
        findings[i] = here
    return findings


def _promised(
    findings: Sequence[Finding], clauses: Sequence[Clause], request: Request, said: str
) -> Outcome | None:
    """A question where a condition or a time was given."""
    wanted = [f for f in findings if f.kind in {"wish", "unknown", "again"}]
    if not wanted:
        return None
    low = " ".join(
        "; ".join(
            " ".join(
                i.text.casefold() or i.low for i in c.items if i.kind not in {"quote", "since"}
            )
            for c in clauses
        ).split()
    )
    awaited = any(
        f.kind != "wish"
        and (f.clause.lead in {"after", "once"} or f.clause.words()[:1] == ("after",))
        for f in findings
    )
    changing = any(f.kind != "wish" or changes(f, request.vocabulary) for f in wanted)
    meanwhile = changing and _WHILE.search(reasons.masked(request.text).casefold())
    hinged = changing and (moods.hinged(low) or moods.awaits(low))
    if awaited or meanwhile or hinged or moods.conditional(low):
        return questions.condition()
    if moods.timed(said) and (changing or "every" in said.split()):
        if all(f.kind == "unknown" for f in wanted) and moods.told(said):
            return None
        return questions.when()
    return None
