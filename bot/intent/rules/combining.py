"""From the findings of all clauses to one outcome: an intent, a question, or nothing to do."""

# ruff: noqa: E501 - patterns read worse when they are cut

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.intents import Intent, Outcome, ParseContext, Question, SmallTalk, Wish
from bot.intent.patterns import compiled
from bot.intent.rules import (
    confirming,
    faults,
    hanging,
    moods,
    not_understood,
    plans_here,
    pleasantries,
    questions,
    sparing,
    twofold,
)
from bot.intent.rules.finding import Finding, asks
from bot.intent.rules.vocabulary import Vocabulary

_HELLO = compiled(
    r"^\W*(?:hi|hello|hey|good (?:morning|afternoon|evening|day|night)|morning|howdy|greetings|yo|sup)\b"
)
_THANKS = compiled(
    r"\b(?:thanks|thank you|thx|cheers|great|nice|awesome|perfect|cool|well done|good job|good bot)\b"
)
_CONTRAST = compiled(r"\b(?:instead|rather|just|only|but)\b")


BEYOND_ME = SmallTalk(
    text="I look after hosts and services; that is beyond me. Say `help` to see what I can do."
)
NOT_YET = SmallTalk(text="I can't do that yet; say `help` to see what I can do.")
LEFT_AS_IT_IS = SmallTalk(text="All right, I leave it as it is.", answers=True, closes=True)


@dataclass(frozen=True)
class Request:
    """The text being read and what may be known beside it."""

    text: str
    vocabulary: Vocabulary
    context: ParseContext


def changes(finding: Finding, vocabulary: Vocabulary) -> bool:
    """Whether the finding is a wish that changes something."""
    shape = vocabulary.actions.get(finding.action)
    return shape is not None and shape.changes


def combined(findings: Sequence[Finding], request: Request) -> Outcome:
    """What all clauses together come to."""
    vocabulary = request.vocabulary
    kinds = {f.kind for f in findings}
    if "foreign" in kinds:
        if kinds == {"foreign"} and _THANKS.search(request.text.casefold()):
            return SmallTalk(text="You're welcome.", answers=True)
        return NOT_YET
    for finding in findings:
        if finding.kind == "reported":
            return confirming.reported(finding, request.text, request.context, vocabulary.host)
        if finding.kind == "unknown":
            if finding.selection and finding.selection.trouble:
                return questions.trouble(finding, request.text, vocabulary)
            return questions.unclear(finding, request.text, vocabulary)
    if hanging.hangs(findings, request.text, vocabulary):
        return questions.condition()
    wishes = _wishes(findings, request)
    if not isinstance(wishes, list):
        return wishes
    doubt = _doubted(findings, wishes, request)
    if doubt is not None:
        return questions.unclear(doubt, request.text, vocabulary)
    if wishes:
        return Intent(wishes=tuple(wishes))
    if kinds == {"place"} and findings[0].selection and not findings[0].selection.back:
        return questions.unclear(findings[0], request.text, vocabulary)
    return (
        faults.offered(findings, request.text, request.context, vocabulary)
        or _wondered(findings, request)
        or _talk(request.text, kinds)
    )


def _wondered(findings: Sequence[Finding], request: Request) -> Question | SmallTalk | None:
    """What is asked about something that nobody reads, and no advice on what to do."""
    whole = request.text.casefold()
    for finding in findings:
        if finding.kind in {"negated", "spared"}:
            return None
        told = finding.kind == "statement" and asks(finding.clause.words())
        if not told and (finding.kind != "pondered" or moods.judged(whole)):
            continue
        if moods.judged(whole[finding.clause.start :]):
            continue
        known = any(i.kind in {"hosts", "service", "plan", "it"} for i in finding.clause.items)
        if known or told:
            unclear = questions.unclear(finding, request.text, request.vocabulary)
            return unclear.model_copy(update={"about": not_understood.WONDERED})
        return BEYOND_ME
    return None


def _doubted(
    findings: Sequence[Finding], wishes: Sequence[Wish], request: Request
) -> Finding | None:
    """A clause that asks for nothing and may take back a part of the change, or None."""
    doing = [w for w in wishes if request.vocabulary.actions[w.action].changes]
    targets = {h for w in doing for h in w.params.get("hosts", ())}
    for finding in findings if doing else ():
        kept = finding.kind == "contrary" and finding.clause.lead == "without"
        if kept and any(not w.action.startswith("service.") for w in doing):
            own = not finding.services and not finding.selection
            if own and _other_deed(finding, [f for f in findings if f.kind == "wish"]):
                continue
            return finding
        if finding.kind not in {"statement", "none", "pondered", "negated"}:
            continue
        said = set(finding.selection.hosts if finding.selection else ())
        told = request.text[finding.clause.start : finding.clause.end].casefold()
        ends = all(
            w.action == "plan.cancel" for w in doing
        )  # what is settled is a reason to cancel
        if (
            finding.kind != "negated"
            and not ends
            and _objects(told, elsewhere=bool(said - targets))
        ):
            return finding
        for wish in doing:
            hosts = set(wish.params.get("hosts", ()))
            if finding.kind == "negated" and finding.services:
                continue
            if said & hosts and (finding.kind == "negated" or hosts - said):
                return finding
    return None


_WELL = compiled(
    r"\b(?:fine|ok|okay|good|healthy|well|all ?right|done|up|unaffected|untouched|running(?! \w))\b"
)


def _objects(told: str, *, elsewhere: bool) -> bool:
    """Whether a statement may speak against the change, or ask for more of it elsewhere."""
    if elsewhere:
        return not _WELL.search(told) or bool(re.search(r"\b(?:not|too|also|next)\b", told))
    return moods.objects(told)


def _talk(text: str, kinds: set[str]) -> SmallTalk:
    low = text.casefold()
    if "negated" in kinds or "spared" in kinds:
        return LEFT_AS_IT_IS
    if "pondered" in kinds:
        text = "That is for you to judge: tell me to do it, and I'll plan it."
        return SmallTalk(text=text, answers=True)
    if "statement" in kinds:
        return SmallTalk(text="Noted; nothing was asked of me, so nothing ran.", answers=True)
    foreign = pleasantries.said(text)
    if _THANKS.search(low) or foreign == "thanks":
        return SmallTalk(text="You're welcome.", answers=True)
    if _HELLO.match(low) or foreign == "hello":
        return SmallTalk(text="Hello. Tell me what you want done, or say `help`.", answers=True)
    if foreign == "bye":
        return SmallTalk(text="Goodbye. I'm here when something is to be done.", answers=True)
    return BEYOND_ME


def _wishes(findings: Sequence[Finding], request: Request) -> list[Wish] | Outcome:
    """The wishes in order, or the question that stands in their way."""
    vocabulary = request.vocabulary
    planned: list[sparing.Planned] = []
    changing = any(changes(f, vocabulary) for f in findings)
    findings = [
        plans_here.named(f, request.context, changes=changes(f, vocabulary)) for f in findings
    ]
    for at, finding in enumerate(findings):
        twofold_list = twofold.of_a_list(finding, request.text) if changing else None
        more: list[Wish] | Outcome = []
        if finding.kind == "wish":
            problem = _problem(finding, request) or twofold_list
            if problem:
                return problem
            more = _as_wishes(finding, request)
        elif twofold_list and finding.kind in {"again", "place", "spared"}:
            return twofold_list
        elif finding.kind == "again":
            more = _again(finding, [w for p in planned for w in p.wishes], request)
        elif finding.kind == "place":
            more = _placed(findings, at, request, begun=bool(planned))
        elif changing and _stands_in_the_way(findings, at, request):
            return questions.unclear(finding, request.text, vocabulary)
        if not isinstance(more, list):
            return more
        planned += [sparing.Planned(finding, more)] if more else []
    left = sparing.without(planned, findings, request.text)
    if isinstance(left, Finding):
        return questions.unclear(left, request.text, vocabulary)
    if isinstance(left, Question):
        return left
    return _once_each([w for p in left for w in p.wishes], findings)


def _once_each(done: Sequence[Wish], findings: Sequence[Finding]) -> list[Wish]:
    """ "cron should be running on nas, start it": said twice, wanted once."""
    pronoun = any(i.kind == "it" for f in findings[1:] for i in f.clause.items)
    told = any(f.clause.joined == "then" for f in findings)
    kept: list[Wish] = []
    for wish in done:
        last = kept[-1] if kept else None
        same = last and (last.action, last.params) == (wish.action, wish.params)
        helps = same and wish.action == "help.show"
        if not helps and not (same and pronoun and not told):
            kept.append(wish)
    return kept


def _placed(
    findings: Sequence[Finding], at: int, request: Request, *, begun: bool
) -> list[Wish] | Outcome:
    """What a bare place adds: the step before again, or nothing."""
    finding = findings[at]
    if _likewise(findings, at):
        last = _before(findings, at)
        if any(f.kind == "wish" and f is not last and f.hosts == last.hosts for f in findings[:at]):
            return questions.unclear(finding, request.text, request.vocabulary)
        hosts = sorted(finding.selection.hosts if finding.selection else ())
        again = _as_wishes(_before(findings, at), request)
        return [w.model_copy(update={"params": {**w.params, "hosts": hosts}}) for w in again]
    if finding.selection and finding.selection.trouble:
        return questions.trouble(finding, request.text, request.vocabulary)
    if begun and at == len(findings) - 1 and not _filled_from(findings, at):
        return questions.unclear(finding, request.text, request.vocabulary)
    return []


def _likewise(findings: Sequence[Finding], at: int) -> bool:
    """ "reboot gpu-1 then gpu-2": the same again, on the next."""
    place, last = findings[at], _before(findings, at)
    selection = place.selection
    if selection is None or selection.trouble or last.kind != "wish" or last.missing:
        return False
    apart = bool(selection.hosts) and not set(last.hosts) & set(selection.hosts)
    return place.clause.joined == "then" and apart and bool(last.hosts)


def _before(findings: Sequence[Finding], at: int) -> Finding:
    """The finding before this one, past places that only say "then web-2"."""
    k = at - 1
    while k > 0 and findings[k].kind == "place" and findings[k].clause.joined == "then":
        k -= 1
    return findings[max(k, 0)]


def _stands_in_the_way(findings: Sequence[Finding], at: int, request: Request) -> bool:
    """Whether a clause that asks for nothing may mean that the change is not wanted."""
    finding = findings[at]
    if finding.kind == "negated":
        return not _separate(findings, at, request)
    return finding.kind == "pondered" or (finding.kind == "none" and not _harmless(finding))


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


def _separate(findings: Sequence[Finding], at: int, request: Request) -> bool:
    """Whether a negation stays with its own clause. "don't X and Y" may deny both."""
    if not any(f.kind in {"wish", "again"} and changes(f, request.vocabulary) for f in findings):
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
        return bool(earlier) and _other_deed(finding, earlier)
    return not any(set(f.services) & set(finding.services) for f in earlier)


_PART_OF = {
    "restart": {"stop", "start"}, "reboot": {"stop", "start", "restart"}, "start": set(),
    "stop": set(), "reload": set(), "upgrade": {"stop", "start", "restart", "reload", "update", "patch"},
}  # fmt: skip
"""What each deed does on its way: denying that denies the deed."""
_PLAIN_DEED = {
    "restarting": "restart", "rebooting": "reboot", "reloading": "reload", "starting": "start",
    "stopping": "stop", "upgrading": "upgrade",
}  # fmt: skip


def _other_deed(finding: Finding, earlier: Sequence[Finding]) -> bool:
    """ "reload nginx on web-1, don't restart it": what is denied is no part of what is asked."""
    lows = [_PLAIN_DEED.get(i.low, i.low) for i in finding.clause.items]
    denied = [low for low in lows if low in _PART_OF]
    deeds = [f.action.partition(".")[2] for f in earlier]
    known = all(d in _PART_OF and denied[0] not in {d, *_PART_OF[d]} for d in deeds if denied)
    return len(denied) == 1 and known


def _problem(finding: Finding, request: Request) -> Question | None:
    if finding.selection and finding.selection.trouble:
        return questions.trouble(finding, request.text, request.vocabulary)
    said = {n for i in finding.clause.items if i.kind == "plan" for n in map(int, i.names)}
    for plan in sorted(said) if request.vocabulary.plans and "plan" in finding.params else ():
        if plan not in request.vocabulary.plans:
            return questions.unknown_plan(plan, finding, request.text, request.vocabulary)
    if finding.missing:
        near = request.context.hosts
        asked = questions.missing(finding, request.text, request.vocabulary, near)
        return plans_here.offered(asked, request.context)
    return None


def _as_wishes(finding: Finding, request: Request) -> list[Wish]:
    said = request.text[finding.clause.start : finding.clause.end]
    if finding.also:
        looks = [finding.action, *finding.also]
        each = [replace(finding, action=action, also=()) for action in looks]
        return [wish for one in each for wish in _as_wishes(one, request)]
    shape = request.vocabulary.actions[finding.action]
    params = dict(finding.params)
    if finding.hosts and "hosts" in shape.fields:
        params["hosts"] = sorted(finding.hosts)
    plans = {n for i in finding.clause.items if i.kind == "plan" for n in map(int, i.names)}
    if "plan" in params and len(plans) > 1:
        return [
            Wish(action=finding.action, params={**params, "plan": n}, words=said)
            for n in sorted(plans)
        ]
    if "service" not in shape.fields or not finding.services:
        return [Wish(action=finding.action, params=params, words=said)]
    return [
        Wish(action=finding.action, params={**params, "service": service}, words=said)
        for service in finding.services
    ]


def _again(finding: Finding, done: Sequence[Wish], request: Request) -> list[Wish] | Outcome:
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
