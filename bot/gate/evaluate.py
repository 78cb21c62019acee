"""From a question to a verdict. Pure: no clock, no log, no I/O.

    1  integrity    the action is known, the targets are in scope, the plan is what was asked
    2  request      each step: may this person ask for it?      one no → deny, with every reason
    3  run_unasked  each step: may it run without being asked?  all yes → allow
    4  approve      who may vote; the requester only when nobody else could (solo mode)

A forbid on *run_unasked* says why it is asked, and its `@votes` and `@impact` raise what is
asked. A forbid on *approve* that holds for everybody (a missing --force-production) leaves
a plan that can be read but not approved: `approvers` is empty and the reason says what to say.

A batch that a model chose unasked is no word of the person's: the plan is judged with it and
without, and the stricter verdict counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bot.domain.messages import Person, Role
from bot.domain.plans import BUSY, Decision, Impact, Reason, Verdict
from bot.gate.facts import Estate, StepFacts, facts_of
from bot.gate.integrity import faults_of
from bot.gate.policy import Answer, Inquiry, Policies, Rule
from bot.gate.schema import APPROVE, REQUEST, RUN_UNASKED
from bot.gate.sentences import (
    DECIDERS,
    NOBODY_YET,
    SOLO,
    asked_before,
    declined,
    filled,
    may_not_approve,
    nobody,
    not_asked_for,
    not_permitted,
    not_said,
    own_action,
    policy_erred,
    read_by_a_model,
    too_few,
    uncounted_ways,
    unlinked_vote,
    unsaid_ways,
    why_asked,
)
from bot.gate.stricter import stricter
from bot.ports import Ask, GateQuestion
from bot.settings import AutonomySettings
from bot.skillkit.catalog import Catalog

_GRADES = tuple(Impact)


@dataclass(frozen=True, kw_only=True)
class Bench:
    """What judges: the policies and the settings that they are judged under."""

    policies: Policies
    catalog: Catalog
    autonomy: AutonomySettings
    votes: int
    version: str


@dataclass(frozen=True)
class _Electorate:
    """Who may vote, in the file's order; `blocked` are forbids that hold for everybody."""

    persons: tuple[Person, ...]
    solo: bool
    blocked: tuple[Reason, ...]


class _Hearing:
    """One question before the policies: its steps, their circumstances, and who asks."""

    def __init__(
        self, question: GateQuestion, bench: Bench, estate: Estate, *, as_said: bool = False
    ) -> None:
        self.question = question
        self.policies = bench.policies
        self._catalog = bench.catalog
        self.steps = facts_of(question, bench.catalog, bench.autonomy, estate, as_said=as_said)
        types = bench.policies.parameter_types
        self._records = [facts.context(types) for facts in self.steps]

    @cached_property
    def _asking(self) -> tuple[str, ...]:
        return tuple(self.policies.circumstances(r) for r in self._records)

    def _voting(self, *, own: bool, solo: bool) -> tuple[str, ...]:
        more = {"own_plan": own, "solo": solo}
        return tuple(self.policies.circumstances({**r, **more}) for r in self._records)

    @cached_property
    def _voting_for_another(self) -> tuple[str, ...]:
        return self._voting(own=False, solo=False)

    @cached_property
    def doubtful(self) -> bool:
        """Whether a model chose how it runs, or the rules would not have planned it."""
        return bool(self.question.ways.unsaid or self.question.doubts)

    def ask(self, may: str, person: Person) -> tuple[Answer, ...]:
        """What the policies say to each step."""
        return self._answers(may, person, self._asking)

    def unasked(self, person: Person) -> tuple[Answer, ...]:
        """What they say to running each step unasked.

        An own skill's action says itself that it only reads. So it is not enough that a policy
        speaks of reads, or of everything: one must name the action or its skill, or the
        pre-approved list must. What a model put in that nobody said, a change that only a
        model has read, and what the rules declined, never run unasked, whatever a policy says.
        """
        answers = zip(self.ask(RUN_UNASKED, person), self.steps, self.question.asks, strict=True)
        return tuple(
            replace(answer, allowed=False)
            if answer.allowed and (self.marked(step) or self._nobody_names(facts, answer))
            else answer
            for answer, facts, step in answers
        )

    def marked(self, step: Ask) -> bool:
        """Whether anything about this step is a model's own."""
        return bool(step.unsaid or step.alone or self.doubtful)

    def is_own(self, facts: StepFacts) -> bool:
        """Whether the step's action comes from an own skill."""
        return self._catalog.is_own(facts.action.name)

    def _nobody_names(self, facts: StepFacts, answer: Answer) -> bool:
        if not self.is_own(facts) or facts.pre_approved:
            return False
        return not any(rule.names(facts.action) for rule in answer.rules)

    def vote(self, person: Person, *, own: bool = False, solo: bool = False) -> tuple[Answer, ...]:
        """What they say to this person's approving each step."""
        circumstances = self._voting(own=own, solo=solo) if own else self._voting_for_another
        return self._answers(APPROVE, person, circumstances)

    def may_approve(self, person: Person) -> bool:
        """Whether this person may approve all of it, were it somebody else's."""
        return all(answer.allowed for answer in self.vote(person))

    def _answers(
        self, may: str, person: Person, circumstances: Iterable[str]
    ) -> tuple[Answer, ...]:
        name, roles = self.policies.stands_for(person)
        asked = zip(self.steps, circumstances, strict=True)
        return self.policies.answer(
            [Inquiry(name, roles, facts.action.name, may, text) for facts, text in asked]
        )

    def fill(self, rules: Iterable[Rule], facts: StepFacts) -> list[Reason]:
        """The rules' reasons, in words about this step."""
        question = self.question
        return [filled(r, facts, question.person, question.people) for r in rules if r.reason]

    def others(self, requester: str) -> tuple[Person, ...]:
        """Everybody else, in the file's order."""
        return tuple(p for p in self.question.people.persons if p.name != requester)


def verdict_on(question: GateQuestion, bench: Bench, estate: Estate) -> Verdict:
    """Allow unasked, ask, or deny."""
    faults = faults_of(question, bench.catalog, estate)
    if faults:
        return Verdict(decision=Decision.DENY, reasons=faults, policy=bench.version)
    verdict = _heard(_Hearing(question, bench, estate), bench)
    if not _own_pace(question):
        return verdict
    said = _heard(_Hearing(question, bench, estate, as_said=True), bench)
    if said.decision is Decision.DENY and verdict.decision is not Decision.DENY:
        uncounted = uncounted_ways(question.ways, question.zone)
        said = said.model_copy(update={"reasons": (*said.reasons, uncounted)})
    return stricter(verdict, said)


def _own_pace(question: GateQuestion) -> bool:
    """Whether a model chose how many targets run at once: the one way that policies judge by."""
    return "batch" in question.ways.unsaid


def _heard(hearing: _Hearing, bench: Bench) -> Verdict:
    impact = max((f.impact for f in hearing.steps), key=_GRADES.index)
    refused = _refusals(hearing)
    if refused:
        return Verdict(decision=Decision.DENY, impact=impact, reasons=refused, policy=bench.version)
    answers = hearing.unasked(hearing.question.person)
    raising = [rule for answer in answers for rule in answer.forbids]
    impact = max((impact, *(r.impact for r in raising if r.impact)), key=_GRADES.index)
    if all(answer.allowed for answer in answers):
        pairs = zip(answers, hearing.steps, strict=True)
        reasons = [r for answer, facts in pairs for r in hearing.fill(answer.rules, facts)]
        return Verdict(
            decision=Decision.ALLOW, impact=impact, reasons=_once(reasons), policy=bench.version
        )
    votes = max((bench.votes, *(r.votes for r in raising)))
    electorate = _electorate(hearing)
    return Verdict(
        decision=Decision.ASK,
        impact=impact,
        reasons=_once([*_about(electorate, votes, hearing), *_why_asked(hearing, answers)]),
        votes=votes,
        approvers=tuple(p.name for p in electorate.persons),
        solo=electorate.solo,
        policy=bench.version,
    )


def why_not_vote(
    voter: Person,
    question: GateQuestion,
    requester: str,
    bench: Bench,
    estate: Estate,
    *,
    naming: bool = True,
) -> str:
    """Empty when this person may vote on this plan, else the private sentence why not.

    Who is asked of everybody needs no sentence: without `naming` nobody looks who else may.
    """
    faults = faults_of(question, bench.catalog, estate)
    if faults:
        return faults[0].text
    if not voter.linked:
        return unlinked_vote(voter)
    ways = (False, True) if _own_pace(question) else (False,)
    hearings = [_Hearing(question, bench, estate, as_said=way) for way in ways]
    whys = (_why_not(voter, one, requester, naming=naming) for one in hearings)
    return next(filter(None, whys), "")


def _why_not(voter: Person, hearing: _Hearing, requester: str, *, naming: bool) -> str:
    question = hearing.question
    # What an account asked before it was linked is its person's own; so is what they handed over.
    formerly = _asked_before(question, voter)
    own = formerly or voter.name in (requester, question.person.name)
    solo = own and not formerly and _may_go_solo(hearing, voter)
    answers, as_own = hearing.vote(voter), ""
    if own and not any(answer.forbids for answer in answers):
        # What stands against the plan, whoever asked for it, comes before whose plan it is.
        answers = hearing.vote(voter, own=True, solo=solo)
        as_own = asked_before(question.person) if formerly else ""
    for answer, facts in zip(answers, hearing.steps, strict=True):
        if answer.errors:
            return policy_erred(answer.errors).text
        if answer.forbids:
            able = _able_besides(voter, hearing, requester) if naming else []
            said = filled(answer.forbids[0], facts, voter, question.people, able=able).text
            return f"{said} {as_own}".rstrip()
        if not answer.allowed:
            able = _able_besides(voter, hearing, requester) if naming else []
            return may_not_approve(facts, voter, able)
    return ""


def _able_besides(voter: Person, hearing: _Hearing, requester: str) -> list[Person]:
    """Who else may vote on it: nobody who has asked for it, now or before it became another's."""
    asked = {requester, hearing.question.person.name, voter.name}
    return [p for p in hearing.others(requester) if p.name not in asked and _may_vote(hearing, p)]


def _once(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    return tuple(dict.fromkeys(reasons))


# -- reasons -----------------------------------------------------------------------------------


def _refusals(hearing: _Hearing) -> tuple[Reason, ...]:
    """Every reason why this person may not ask for it, and which of it a model put there."""
    person = hearing.question.person
    reasons: list[Reason] = []
    answers = hearing.ask(REQUEST, person)
    for at, (answer, facts) in enumerate(zip(answers, hearing.steps, strict=True)):
        if answer.errors:
            reasons.append(policy_erred(answer.errors))
        elif answer.forbids:
            reasons += hearing.fill(answer.forbids, facts)
        elif not answer.allowed:
            others = hearing.others(person.name)
            able = [p for p in others if hearing.ask(REQUEST, p)[at].allowed]
            reasons.append(not_permitted(facts, person, able))
        if answer.allowed or {rule.id for rule in answer.forbids} == {BUSY}:
            continue  # what only waits for another run is not refused for what it is
        if (added := not_asked_for(hearing.question.asks[at], facts)) is not None:
            reasons.append(added)
    return _once(reasons)


def _why_asked(hearing: _Hearing, answers: Sequence[Answer]) -> list[Reason]:
    """Why it doesn't run unasked: the forbids' reasons, else that nothing permits it."""
    question = hearing.question
    reasons = [declined(doubt) for doubt in question.doubts]
    if question.ways.unsaid:
        reasons.append(unsaid_ways(question.ways, question.zone))
    steps = zip(answers, hearing.steps, question.asks, strict=True)
    for answer, facts, step in steps:
        if step.unsaid:
            reasons.append(not_said(step.unsaid))
        if step.alone:
            reasons.append(read_by_a_model(facts))
        if answer.errors:
            reasons.append(policy_erred(answer.errors))
        elif answer.forbids:
            reasons += hearing.fill(answer.forbids, facts)
        elif not answer.allowed and not hearing.marked(step):
            own = hearing.is_own(facts)
            reasons.append(own_action(facts) if own else why_asked(facts))
    return reasons


def _about(electorate: _Electorate, votes: int, hearing: _Hearing) -> list[Reason]:
    """What is to be said of those who may vote."""
    question = hearing.question
    if not electorate.persons:
        lent, admins = question.lends & DECIDERS, question.people.with_role(Role.ADMIN)
        return list(electorate.blocked) or [NOBODY_YET if lent else nobody(_own(hearing), admins)]
    reasons = [SOLO] if electorate.solo else []
    if votes > len(electorate.persons):
        reasons.append(too_few(votes, electorate.persons))
    return reasons


# -- who may vote ------------------------------------------------------------------------------


def _may_go_solo(hearing: _Hearing, requester: Person) -> bool:
    """Whether the requester is an admin and the only person who could approve."""
    return (
        requester.has(Role.ADMIN)
        and hearing.may_approve(requester)
        and not any(hearing.may_approve(p) for p in hearing.others(requester.name))
    )


def _asked_before(question: GateQuestion, voter: Person) -> bool:
    """Whether they have asked for it, and it was handed over since, or they let another change it.

    With their vote they would approve what they asked for themselves, from whatever account.
    """
    formerly = question.plan.formerly if question.plan is not None else ()
    return any(name in formerly for name in (voter.name, *map(str, voter.identities)))


def _own(hearing: _Hearing) -> list[Person]:
    """Who might vote on it had they not asked for it, now or before it became another's."""
    question = hearing.question
    asked = (
        p
        for p in question.people.persons
        if p.name == question.person.name or _asked_before(question, p)
    )
    return [p for p in asked if hearing.may_approve(p)]


def _may_vote(hearing: _Hearing, person: Person) -> bool:
    """Whether somebody who is not the requester may approve all of it."""
    own = _asked_before(hearing.question, person)
    return all(answer.allowed for answer in hearing.vote(person, own=own))


def _electorate(hearing: _Hearing) -> _Electorate:
    requester, people = hearing.question.person, hearing.question.people
    others = hearing.others(requester.name)
    able = {p.name for p in others if _may_vote(hearing, p)}
    solo = not able and _may_go_solo(hearing, requester)
    if all(answer.allowed for answer in hearing.vote(requester, own=True, solo=solo)):
        able.add(requester.name)
    members = people.persons if people.named(requester.name) else (*people.persons, requester)
    return _Electorate(
        persons=tuple(p for p in members if p.name in able),
        solo=solo and requester.name in able,
        blocked=() if able else _blocked(hearing),
    )


def _blocked(hearing: _Hearing) -> tuple[Reason, ...]:
    """The forbids that keep everybody from approving, whoever they are."""
    requester = hearing.question.person
    ballots = [hearing.vote(p) for p in (requester, *hearing.others(requester.name))]
    reasons: list[Reason] = []
    for answers, facts in zip(zip(*ballots, strict=True), hearing.steps, strict=True):
        common = set.intersection(*(set(a.forbids) for a in answers))
        reasons += hearing.fill(sorted(common, key=lambda rule: rule.line), facts)
        reasons += [policy_erred(a.errors) for a in answers if a.errors]
    return _once(reasons)
