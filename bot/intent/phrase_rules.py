"""The rules parser: one sentence in, one outcome out. Pure.

The order is fixed, and each step may end the matter:

1. an answer to the thread's open question continues that request;
2. refusals: secrets, approvals, audit, guards, embedded instructions, shell syntax, mass
   destruction; then characters that never match; then `stop` and `resume`;
3. options ("one at a time") and the reason are taken out, past times and counts become
   values, filler goes;
4. entities are tagged, the sentence is divided, each clause is read;
5. conditions and times are asked about, never promised;
6. the findings become one intent, or a question, or nothing to do.

The rule above all: a change is planned only when every word of its clause was understood.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.intents import (
    Intent,
    Outcome,
    ParseContext,
    Question,
    SmallTalk,
    Wish,
)
from bot.intent.rules import answers, guards, lexicon, moods, options, quantities, questions
from bot.intent.rules.clauses import Clause, split
from bot.intent.rules.control import control
from bot.intent.rules.finding import Finding, Spoken
from bot.intent.rules.ranges import Selection
from bot.intent.rules.reading import read
from bot.intent.rules.tagging import Item, Tagger
from bot.intent.rules.vocabulary import Vocabulary
from bot.intent.rules.words import odd_word, plain, tokens

__all__ = ["Vocabulary", "understand"]

_NEVER_MIND = re.compile(
    r"^\W*(?:(?:ok|okay|oh|no|actually|sorry|wait|hm+|ah|well)\W+)*(?:never ?mind|nvm|forget (?:it|that|about it|i asked)|scratch that|disregard that|ignore that|cancel that|leave it|no need|let it be|changed my mind|i changed my mind|belay that|on second thought)\b"
)
_ONCE_MORE = re.compile(
    r"(?:please )?(?:(?:do|try|run) (?:it|that|this|the same)(?: thing)? )?(?:again|once more|one more time)(?: please)?|repeat(?: (?:that|it))?(?: please)?"
)
_CONTRAST = re.compile(r"\b(?:instead|rather|just|only|but)\b")
_LONG = 4000
_HELLO = re.compile(
    r"^\W*(?:hi|hello|hey|good (?:morning|afternoon|evening|day|night)|morning|howdy|greetings|yo|sup)\b"
)
_THANKS = re.compile(
    r"\b(?:thanks|thank you|thx|cheers|great|nice|awesome|perfect|cool|well done|good job|good bot)\b"
)


@dataclass(frozen=True)
class _Request:
    """The text being read and what may be known beside it."""

    text: str
    vocabulary: Vocabulary
    context: ParseContext


def understand(text: str, vocabulary: Vocabulary, context: ParseContext) -> Outcome:
    """What a sentence asks for. Never raises, whatever the text."""
    text = text[:_LONG].strip()
    if not text:
        return SmallTalk(text="I'm here. Tell me what you want done.")
    if context.question is not None:
        said = answers.answered(text, context.question, vocabulary)
        if said == answers.NEVER_MIND:
            return SmallTalk(text="All right, nothing ran.")
        if said is not None:
            text = said
        context = context.model_copy(update={"question": None})
    text = plain(text)
    if context.request and _ONCE_MORE.fullmatch(text.casefold().strip(" .!")):
        text = plain(context.request)
    refusal = guards.refuse(text, tokens(text))
    if refusal is not None:
        return refusal
    odd = odd_word(text, vocabulary.is_name)
    if odd is not None:
        return questions.odd_character(odd, text, vocabulary)
    return control(text) or _requested(_Request(text, vocabulary, context))


def _requested(request: _Request) -> Outcome:
    taken = options.take(request.text)
    words = lexicon.without_filler(quantities.take(tokens(taken.text)))
    tagger = Tagger(words, request.vocabulary)
    clauses, ordered = split(tagger.items())
    corrections = tuple(tagger.corrections)
    findings = _findings(clauses, request)
    if _NEVER_MIND.match(request.text.casefold()):
        findings = _after_never_mind(findings)
    said = " ".join(t.low for t in words if t.kind in {"word", "punct"})
    outcome = _promised(findings, clauses, request, said) or _combined(findings, request)
    if isinstance(outcome, Intent):
        keep = ordered and len(outcome.wishes) > 1
        return outcome.model_copy(update={
            "options": taken.options.model_copy(update={"keep_order": keep}),
            "reason": taken.reason, "corrections": corrections,
        })  # fmt: skip
    if isinstance(outcome, Question) and corrections:
        return outcome.model_copy(update={"corrections": corrections})
    return outcome


def _after_never_mind(findings: Sequence[Finding]) -> list[Finding]:
    """ "never mind, …" drops the request; what follows it counts only if it stands apart."""
    return [f for f in findings if f.clause.joined == "hard" and f.kind == "wish"]


def _findings(clauses: Sequence[Clause], request: _Request) -> list[Finding]:
    context = request.context
    spoken = Spoken(hosts=context.hosts, services=(context.service,) if context.service else ())
    found: dict[int, Finding] = {}
    order = list(range(len(clauses)))
    for i, clause in enumerate(clauses[:-1]):
        if "early" in clause.marks:
            order[i], order[i + 1] = i + 1, i
    before: Finding | None = None
    for i in order:
        finding = _elided(read(clauses[i], spoken, request.vocabulary), before, spoken)
        finding = _of_service(finding, before, spoken)
        found[i] = finding
        if finding.kind in {"wish", "place", "statement", "unknown", "negated", "spared"}:
            _remember(finding, spoken)
        if finding.kind == "wish":
            before = finding
    return _backfilled([found[i] for i in range(len(clauses))])


def _elided(finding: Finding, before: Finding | None, spoken: Spoken) -> Finding:
    """ "restart nginx on web-1 and redis on db-1": the verb holds for the second part too."""
    items = [i for i in finding.clause.items if i.kind != "punct"]
    kinds = {i.kind for i in items}
    if before is None or not kinds or not kinds <= {"service", "hosts"} or "service" not in kinds:
        return finding
    if finding.kind == "wish" and finding.action != before.action and finding.clause.asked:
        return finding
    if "service" not in before.params and not before.services:
        return finding
    selection = finding.selection
    hosts = selection.hosts if selection and not selection.back else spoken.hosts
    names = tuple(n for i in items if i.kind == "service" for n in i.names)
    missing = tuple(m for m in before.missing if m == "hosts" and not hosts)
    return replace(
        finding, kind="wish", action=before.action, params=before.params, services=names, hosts=hosts,
        missing=missing, word="",
    )  # fmt: skip


def _of_service(finding: Finding, before: Finding | None, spoken: Spoken) -> Finding:
    """ "restart redis … and check its status": the service's, when no host is named."""
    if (
        before is not None
        and before.services
        and finding.kind == "wish"
        and finding.action == "host.status"
        and finding.selection is None
    ):
        return replace(finding, action="service.status", params={}, services=spoken.services)
    return finding


def _remember(finding: Finding, spoken: Spoken) -> None:
    selection = finding.selection
    if selection and not selection.back and not selection.trouble:
        spoken.hosts, spoken.here = selection.hosts, True
    services = finding.services or tuple(
        n for i in finding.clause.items if i.kind == "service" for n in i.names
    )
    if services:
        spoken.services, spoken.here = services, True
    if finding.kind == "wish":
        spoken.action = finding.action


def _backfilled(findings: list[Finding]) -> list[Finding]:
    """ "stop nginx and start redis on web-1": a place at the end holds for both."""
    for i in range(len(findings) - 2, -1, -1):
        here, after = findings[i], findings[i + 1]
        if here.kind != "wish" or here.word or not here.missing:
            continue
        joined = after.clause.joined in {"soft", "then"}
        places = after.kind == "place" or (after.kind == "wish" and after.adjunct)
        if "hosts" in here.missing and joined and places and after.selection and not here.selection:
            selection: Selection = after.selection
            if not selection.back and not selection.trouble:
                here = replace(
                    here,
                    hosts=selection.hosts,
                    missing=tuple(m for m in here.missing if m != "hosts"),
                )
        bare = len([x for x in here.clause.items if x.kind != "punct"]) == 1
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
    findings: Sequence[Finding], clauses: Sequence[Clause], request: _Request, said: str
) -> Outcome | None:
    """A question where a condition or a time was given."""
    wanted = [f for f in findings if f.kind in {"wish", "unknown", "again"}]
    if not wanted:
        return None
    low = " ".join(
        "; ".join(
            " ".join(_spoken(i) for i in c.items if i.kind not in {"quote", "since"})
            for c in clauses
        ).split()
    )
    if moods.conditional(low):
        return questions.condition()
    changes = any(f.kind != "wish" or _changes(f, request.vocabulary) for f in wanted)
    if moods.timed(said) and (changes or "every" in said.split()):
        if all(f.kind == "unknown" for f in wanted) and moods.told(said):
            return None
        return questions.when()
    return None


def _spoken(item: Item) -> str:
    return item.text.casefold() or item.low


def _changes(finding: Finding, vocabulary: Vocabulary) -> bool:
    shape = vocabulary.actions.get(finding.action)
    return shape is not None and shape.changes


def _combined(findings: Sequence[Finding], request: _Request) -> Outcome:
    vocabulary = request.vocabulary
    kinds = {f.kind for f in findings}
    if "foreign" in kinds:
        if kinds == {"foreign"} and _THANKS.search(request.text.casefold()):
            return SmallTalk(text="You're welcome.")
        return SmallTalk(text="I can't do that yet; say `help` to see what I can do.")
    for finding in findings:
        if finding.kind == "unknown":
            if finding.selection and finding.selection.trouble:
                return questions.trouble(finding, request.text, vocabulary)
            return questions.unclear(finding, request.text, vocabulary)
    wishes = _wishes(findings, request)
    if not isinstance(wishes, list):
        return wishes
    if wishes:
        return Intent(wishes=tuple(wishes))
    if kinds == {"place"} and findings[0].selection and not findings[0].selection.back:
        return questions.unclear(findings[0], request.text, vocabulary)
    return _talk(request.text, kinds)


def _talk(text: str, kinds: set[str]) -> SmallTalk:
    low = text.casefold()
    if "negated" in kinds or "spared" in kinds:
        return SmallTalk(text="All right, I leave it as it is.")
    if "statement" in kinds:
        return SmallTalk(text="Noted; nothing was asked of me, so nothing ran.")
    if _THANKS.search(low):
        return SmallTalk(text="You're welcome.")
    if _HELLO.match(low):
        return SmallTalk(text="Hello. Tell me what you want done, or say `help`.")
    return SmallTalk(
        text="I look after hosts and services; that is beyond me. Say `help` to see what I can do."
    )


def _wishes(findings: Sequence[Finding], request: _Request) -> list[Wish] | Outcome:  # noqa: C901 - one branch for each kind of finding
    """The wishes in order, or the question that stands in their way."""
    vocabulary = request.vocabulary
    done: list[Wish] = []
    changing = any(_changes(f, vocabulary) for f in findings)
    for at, finding in enumerate(findings):
        if finding.kind == "wish":
            problem = _problem(finding, request)
            if problem:
                return problem
            done += _as_wishes(finding, request)
        elif finding.kind == "again":
            again = _again(finding, done, request)
            if not isinstance(again, list):
                return again
            done += again
        elif finding.kind == "spared":
            spared = _spared(finding, done)
            if spared is None:
                return questions.unclear(finding, request.text, vocabulary)
            done = spared
        elif finding.kind == "place":
            trouble = finding.selection.trouble if finding.selection else None
            if trouble:
                return questions.trouble(finding, request.text, vocabulary)
            if done and at == len(findings) - 1 and not _filled_from(findings, at):
                return questions.unclear(finding, request.text, vocabulary)
        elif finding.kind == "negated" and not _separate(findings, at, request):
            return questions.unclear(finding, request.text, vocabulary)
        elif finding.kind == "none" and changing and not _harmless(finding):
            return questions.unclear(finding, request.text, vocabulary)
    return done


def _filled_from(findings: Sequence[Finding], at: int) -> bool:
    """Whether the clause before took its hosts from this place."""
    before, place = findings[at - 1], findings[at]
    return bool(place.selection) and before.hosts == (
        place.selection.hosts if place.selection else ()
    )


_POLITE = frozenset(
    "that worked haha lol good luck great nice job have day fun well done cool this is urgent "
    "important qit awesome "
    "perfect love you best bye yes yeah sure hope helps all set fine by me appreciated much "
    "very so long story short".split()
)


def _harmless(finding: Finding) -> bool:
    """Whether a clause that asks for nothing may stand beside a change."""
    words = {i.low for i in finding.clause.items if i.kind != "punct"}
    return words <= _POLITE


def _separate(findings: Sequence[Finding], at: int, request: _Request) -> bool:
    """Whether a negation stays with its own clause. "don't X and Y" may deny both."""
    if not any(f.kind in {"wish", "again"} and _changes(f, request.vocabulary) for f in findings):
        return True
    finding = findings[at]
    later = [f for f in findings[at + 1 :] if f.kind in {"wish", "again"}]
    if later:
        first = later[0].clause
        stands_apart = first.joined == "hard" or first.contrast
        between = request.text[finding.clause.end : first.end + 12].casefold()
        return stands_apart or bool(_CONTRAST.search(between))
    earlier = [f for f in findings[:at] if f.kind == "wish"]
    if not finding.services and not finding.selection:
        return False
    return not any(set(f.services) & set(finding.services) for f in earlier)


def _problem(finding: Finding, request: _Request) -> Question | None:
    if finding.selection and finding.selection.trouble:
        return questions.trouble(finding, request.text, request.vocabulary)
    if finding.missing:
        return questions.missing(finding, request.text, request.vocabulary, request.context.hosts)
    return None


def _as_wishes(finding: Finding, request: _Request) -> list[Wish]:
    said = request.text[finding.clause.start : finding.clause.end]
    shape = request.vocabulary.actions[finding.action]
    params = dict(finding.params)
    if finding.hosts and "hosts" in shape.fields:
        params["hosts"] = sorted(finding.hosts)
    if "service" not in shape.fields or not finding.services:
        return [Wish(action=finding.action, params=params, words=said)]
    return [
        Wish(action=finding.action, params={**params, "service": service}, words=said)
        for service in finding.services
    ]


def _again(finding: Finding, done: Sequence[Wish], request: _Request) -> list[Wish] | Outcome:
    """ "the same on web-2": the wishes before, or the thread's own, on these hosts."""
    selection = finding.selection
    if selection and selection.trouble:
        return questions.trouble(finding, request.text, request.vocabulary)
    context = request.context
    hosts = sorted(selection.hosts) if selection and not selection.back else sorted(context.hosts)
    earlier = list(done)
    if not earlier and context.action in request.vocabulary.actions:
        shape = request.vocabulary.actions[context.action]
        params: dict[str, object] = {"service": context.service} if context.service else {}
        if shape.required <= {"hosts", "service"} and ("service" not in shape.required or params):
            earlier = [Wish(action=context.action, params=params)]
    if not earlier or not hosts:
        return questions.unclear(finding, request.text, request.vocabulary)
    said = request.text[finding.clause.start : finding.clause.end]
    return [Wish(action=w.action, params={**w.params, "hosts": hosts}, words=said) for w in earlier]


def _spared(finding: Finding, done: Sequence[Wish]) -> list[Wish] | None:
    """The wishes without the spared hosts; None when that cannot be done."""
    selection = finding.selection
    if selection is None or selection.trouble or (selection.back and done):
        return None
    kept: list[Wish] = []
    for wish in done:
        hosts = wish.params.get("hosts", [])
        left = [h for h in hosts if h not in selection.hosts]
        if finding.services and wish.params.get("service") not in finding.services:
            left = list(hosts)
        if hosts and not left:
            return None
        kept.append(
            wish.model_copy(update={"params": {**wish.params, "hosts": left}}) if hosts else wish
        )
    return kept
