"""A request with a time: planned to begin then, where the time is plain and holds for all of it.

The sentence is read without its time, by the same rules as any other. It is a time of the request
only where it stands with an order (in "restart nginx on web-1, it crashed at 22:00" it does not),
where there is one, and where nothing of a condition or a rhythm is left. What may mean two moments
is asked about with each of them as an option; nothing is put off, or done at once, by guesswork.
"""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.domain.intents import Intent, Option, Outcome, ParseContext, Question
from bot.intent.patterns import compiled
from bot.intent.rules import moods, not_understood, questions, times
from bot.intent.rules.combining import Request
from bot.intent.rules.finding import Finding
from bot.intent.rules.times import When

Read = Callable[[str], tuple[Outcome, Sequence[Finding]]]
"""Reads the request by other words than its own, of the same length."""

ABOUT = "when"
"""What a question about a time is about."""

_AT_ONCE = compiled(r"\b(?:now|immediately|right away|at once|asap|straight away)\b")
_ASKS = compiled(
    r"\W*(?:(?:please|pls|hey|hi|ok|okay|so|and)\W+)*"
    r"(?:what|which|who|whose|when|where|why|how|is|are|was|were|did|does|do|has|have|had|any)\b"
)
_MOST_OF_A_TIME = 6
"""Words in which a time is said."""
_MORE = compiled(r"[,;`\"]|\b(?:and|then|but|or|not|if|every|each|again|once|twice|always|\w+ly)\b")
"""More than one time, or something else, is said in them."""
_BOUND = compiled(r"\bnot? earlier than\b")
_NEVER_LATER = frozenset({"service.logs", "host.list"})
"""Looks at what was or is known: a time beside them says which part is meant."""


def found_in(text: str, context: ParseContext) -> tuple[When, ...]:
    """The times that a text names, as this reader means them."""
    return times.find(text, context.now, context.zone)


def minded(
    first: Outcome, words: str, request: Request, read: Read, ask: Callable[[str], Outcome] | None
) -> Outcome:
    """The outcome with its time, or with ways on where it hangs on something.

    `first` is what it is when nobody minds the time; `words` is what is read of the request's
    text, each at its place; `ask` reads another sentence in its stead. That one has none: if it asked
    on in its turn, each word of a sentence would take several times as long as the one before it.
    """
    found = found_in(words, request.context)
    if found:
        first = placed(first, found, words, request, read)
    if ask is None:
        return first
    if isinstance(first, Question) and first.about == "condition" and not first.options:
        return ways_on(first, request, ask)
    if isinstance(first, Question) and first.about == ABOUT and not (first.options or first.fill):
        return first.model_copy(update={"fill": _without_time(request, ask)})
    return first


def _without_time(request: Request, ask: Callable[[str], Outcome]) -> str:
    """The request with a place for its time, where only what can't be kept as one is left out.

    Empty: it has a rhythm, or nobody can tell what else would be left out.
    """
    words = request.text.split()
    for n in range(1, min(len(words), _MOST_OF_A_TIME + 1)):
        for kept, left in ((words[:-n], words[-n:]), (words[n:], words[:n])):
            rest, low = " ".join(kept).strip(" ,;:"), " ".join(left).casefold().strip(" ,.!")
            if not moods.timed(low) or _MORE.search(low) or _names(left, request):
                continue
            came = ask(rest)
            if (
                isinstance(came, Intent)
                and came.options.start is None
                and any(_changes(wish.action, request) for wish in came.wishes)
            ):
                return f"{rest.strip(' .!')} at {questions.ANSWER}"
    return ""


def _names(words: Sequence[str], request: Request) -> bool:
    return any(request.vocabulary.is_name(word.strip(" ,.;:!").casefold()) for word in words)


def placed(
    first: Outcome, found: Sequence[When], words: str, request: Request, read: Read
) -> Outcome:
    """The outcome with its time, or a question about it: see `minded`."""
    if not isinstance(first, Intent | Question):
        return first
    if isinstance(first, Intent) and _only_looks(first, request):
        return first
    reads = isinstance(first, Intent) and not any(_changes(w.action, request) for w in first.wishes)
    asked = first if reads or isinstance(first, Question) else questions.when()
    low = words.casefold()
    if len(found) != 1 or moods.past(_BOUND.sub(" ", low)):
        return asked
    when = found[0]
    second, findings = read(when.blanked(words))
    if isinstance(second, Question):
        waits = second.about in {ABOUT, "condition"} or not_understood.is_unclear(second)
        return asked if waits else second
    if not isinstance(second, Intent) or not _holds(when, findings):
        return asked
    looks = not any(_changes(w.action, request) for w in second.wishes)
    if looks and (_ASKS.match(low) or _only_looks(second, request)):
        return first
    if _AT_ONCE.search(when.blanked(words).casefold()):
        return asked
    behind = bool(when.blanked(words)[: when.start].strip(" ,.:;-"))
    if _several(findings) and behind and (when.at is not None or when.why == "vague"):
        return _of_all(when, request)
    if when.at is None:
        return question(when, request.text, request.context)
    options = second.options.model_copy(update={"start": when.at})
    return second.model_copy(update={"options": options})


def question(when: When, text: str, context: ParseContext) -> Question:
    """Which moment is meant, each an option that goes on with the request."""
    options = [Option(label=m.label, says=when.replaced(text, m.says)) for m in when.ways]
    rest = when.replaced(text, "").strip(" ,;:")
    if when.why in {"past", "promise"} and rest and not rest.startswith("#"):
        options.append(Option(label="now", says=rest))
    fill = when.replaced(text, f"at {questions.ANSWER}")
    return Question(about=ABOUT, text=_text(when, context), options=tuple(options), fill=fill)


_SOON = ("in 30 minutes", "in 2 hours", "tomorrow at 06:00")


def some_time(said: str, context: ParseContext) -> When:
    """Another time, nobody knows which: some are offered."""
    now = context.now
    ways = tuple(
        replace(times.moment(when.at, now.astimezone(times.zone_of(context.zone, now))), label=way)
        for way in (_SOON if now is not None else ())
        for when in found_in(way, context)
        if now is not None and when.at is not None
    )
    return When(said=said, start=0, end=len(said), ways=ways, why="vague")


_HINGES = r"(?:if|when|whenever|once|as soon as|unless|in case|provided(?: that)?|as long as|only if|only when)"
_CONDITIONS = (
    compiled(rf"^(?P<rest>.+?),?(?<=\S)\s+(?:but )?{_HINGES}\b[^,;]+$", re.IGNORECASE),
    compiled(rf"^{_HINGES}\b[^,;]+,\s*(?:then )?(?P<rest>[^,;].+)$", re.IGNORECASE),
)


def ways_on(asked: Question, request: Request, ask: Callable[[str], Outcome]) -> Question:
    """A condition is not waited for: look first, or do it now, each as the sentence it stands for."""
    text = " ".join(request.text.split()).strip(" .!")
    matches = (pattern.match(text) for pattern in _CONDITIONS)
    rest = next((m["rest"] for m in matches if m), "")
    intent = ask(rest) if rest and "`" not in text and '"' not in text else None
    if not isinstance(intent, Intent) or any(
        not _changes(w.action, request) for w in intent.wishes
    ):
        return asked
    hosts = sorted({h for w in intent.wishes for h in w.params.get("hosts", ())})
    options = [Option(label="do it now", says=rest)]
    if hosts and "host.status" in request.vocabulary.actions:
        where = questions.listed(hosts)
        options.insert(0, Option(label=f"look at {where} first", says=f"status of {where}"))
    return asked.model_copy(update={"options": tuple(options)})


def _text(when: When, context: ParseContext) -> str:
    said = when.said
    match when.why:
        case "past":
            return f"“{said}” is over. When shall it begin?"
        case "promise":
            return f"I can begin at a time; “{said}” I can't promise. When shall it begin?"
        case "zone":
            mine = context.zone or "the server's zone"
            return f"I don't know the zone of “{said}”. Say it in UTC or in yours, {mine}."
        case "gap":
            return f"The clocks go forward then: “{said}” does not come. When shall it begin?"
        case "unlike":
            return f"“{said}” does not go together. When shall it begin?"
        case "asked":
            return f"Shall it begin then, “{said}”?"
        case "vague":
            return _VAGUE.format(said=said)
        case _:
            return f"“{said}” may be either of these. Which do you mean?"


_VAGUE = "At what time, “{said}”?"
"""What is asked of a day without an hour: with the hour alone, that day is meant."""


_INSTEAD = compiled(
    r"^(?:(?:no+|nope|nah|not then|rather|better|make it|let's say|sorry|ok(?:ay)?)[\s,.;:!-]+)+",
    re.IGNORECASE,
)
"""Before a time that is another than the one that was asked about."""


def answered(text: str, asked: Question, context: ParseContext) -> str | None:
    """The whole request that a time stands for, as the answer to when it shall begin."""
    if asked.about not in {ABOUT, "change"} or f"at {questions.ANSWER}" not in asked.fill:
        return None
    said = text.strip(" .!")
    before, _, after = _VAGUE.partition("{said}")
    day = asked.text.removeprefix(before).removesuffix(after) if before in asked.text else ""
    of_day = (f"{day} at {said}", f"{day} {said}") if day else ()
    instead = _INSTEAD.sub("", said)
    for typed in (*of_day, said, f"at {said}", instead, f"at {instead}"):
        found = found_in(typed, context)
        whole = len(found) == 1 and not found[0].blanked(typed).strip()
        if whole and (typed not in of_day or found[0].at is not None or found[0].ways):
            return asked.fill.replace(f"at {questions.ANSWER}", typed)
    return None


def _of_all(when: When, request: Request) -> Question:
    """A time behind several orders: of the last, or of all of them?"""
    rest = when.replaced(request.text, "").strip(" ,;:")
    label = f"all of it {when.said}"
    return Question(
        about=ABOUT,
        text=f"Is “{when.said}” for all of it? One plan begins at one time; what shall run apart "
        "is a request of its own.",
        options=(Option(label=label, says=f"{when.said}, {rest}"),),
    )


def _several(findings: Sequence[Finding]) -> bool:
    """Whether there is more than one order; "then on web-2" is one."""
    then = sum(f.kind == "place" and f.clause.joined == "then" for f in findings)
    return sum(f.kind in {"wish", "again"} for f in findings) + then > 1


def _holds(when: When, findings: Sequence[Finding]) -> bool:
    """Whether the time stands in a clause that orders something, or right beside one."""
    spans = [(f.clause.start, f.clause.end, f) for f in findings]
    inside = [f for a, b, f in spans if a <= when.start < b]
    before = [(b, f) for _, b, f in spans if b <= when.start]
    after = [(a, f) for a, _, f in spans if a >= when.start]
    if inside:
        beside = inside[-1]
    elif before:
        beside = max(before, key=lambda each: each[0])[1]
    elif after:
        beside = min(after, key=lambda each: each[0])[1]
    else:
        return False
    return beside.kind in {"wish", "place", "again", "spared"}


def _changes(action: str, request: Request) -> bool:
    shape = request.vocabulary.actions.get(action)
    return shape is not None and shape.changes


def _only_looks(intent: Intent, request: Request) -> bool:
    """Whether it looks at what was or is known, so that a time beside it is no start."""
    return all(
        not _changes(w.action, request)
        and (w.action in _NEVER_LATER or w.action.startswith(("plan.", "help.")) or "since" in w.params)
        for w in intent.wishes
    )  # fmt: skip
