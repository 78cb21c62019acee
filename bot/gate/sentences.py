"""The gate's words: a policy's `@reason` filled in, and what is said where no policy speaks.

Tone: plain, kind, with the way out (`shared/cards.md`). Everything filled in is data; a
surface escapes it. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo
from functools import partial
from typing import Any

from bot.domain import ways
from bot.domain.intents import PlanOptions
from bot.domain.inventory import PRODUCTION
from bot.domain.marked import literal
from bot.domain.messages import People, Person, Role
from bot.domain.plans import Reason
from bot.domain.unsaid import is_long, told
from bot.domain.wording import listed
from bot.gate.facts import StepFacts
from bot.gate.policy import PLACEHOLDER, Rule
from bot.gate.schema import LADDER
from bot.ports import Ask, Bounds

SHOWN_NAMES = 5

SOLO = Reason(
    id="solo",
    text="You're the only approver, so your own click counts; `./overseer people invite` "
    "adds another and ends solo mode.",
)
INTERNAL = Reason(
    id="gate-error",
    text="I couldn't judge this, so nothing may run; the log says why. `./overseer policy test` "
    "shows whether the policies hold.",
)


shortly = partial(listed, most=SHOWN_NAMES)


def roles_of(person: Person) -> str:
    """`an operator`, `an operator and an approver`, or `without a role`."""
    held = [role for role in LADDER if person.has(role)]
    return shortly(f"{_article(role.value)} {role.value}" for role in held) or "without a role"


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"


def filled(
    rule: Rule,
    facts: StepFacts,
    person: Person,
    people: People,
    *,
    able: Sequence[Person] | None = None,
) -> Reason:
    """The rule's reason for this step; a word that does not apply is left out.

    `able` are those who may approve it, where that is known: of others some may have asked for it.
    Where none of its words applies the rule's name stands for it: a reason is never empty.
    """
    words = dict(_words(facts, person, people))
    if able is not None:
        words["approvers"] = shortly((p.display for p in able), "or") or "an approver"
    text = PLACEHOLDER.sub(lambda m: words.get(m.group(1), ""), rule.reason)
    text = re.sub(r" {2,}", " ", text.replace("()", ""))
    text = re.sub(r" ([:;,.])", r"\1", text).strip()
    unsaid = f"The policy `{literal(rule.id)}` {'forbids' if rule.forbids else 'permits'} it."
    return Reason(id=rule.id, text=text or unsaid)


def _words(facts: StepFacts, person: Person, people: People) -> Mapping[str, str]:
    groups = [g for g in facts.whole_groups if g != PRODUCTION]
    held: dict[int, list[str]] = {}
    for host, plan in facts.held.items():
        held.setdefault(plan, []).append(host)
    busy = (f"plan #{plan} (on {shortly(sorted(hosts))})" for plan, hosts in sorted(held.items()))
    return {
        **{name: _as_text(value) for name, value in facts.params.items()},
        "who": person.display,
        "roles": roles_of(person),
        "what": facts.what,
        "hosts": shortly(h.name for h in facts.hosts),
        "targets": str(facts.destructive_targets or len(facts.hosts)),
        "production": shortly(facts.production_hosts),
        "groups": shortly(groups),
        "busy": shortly(busy),
        "level": facts.level.value,
        **_place_words(facts),
        "admins": shortly(_names(people, person, Role.ADMIN), "or") or "an admin",
        "approvers": shortly(_names(people, person, Role.APPROVER, Role.ADMIN), "or")
        or "an approver",
    }


def _place_words(facts: StepFacts) -> Mapping[str, str]:
    """The channel where it is asked, what is spoken of there, and where it may be asked."""
    bounds = facts.bounds
    if bounds is None:
        return {}
    return {
        "channel": bounds.called,
        "environments": shortly(bounds.environments),
        "elsewhere": _fitting(facts, bounds),
        "strays": shortly(h.name for h in facts.strays),
    }


def _fitting(facts: StepFacts, bounds: Bounds) -> str:
    """Where all of the request may be asked; else also where each part of it may."""
    wanted = facts.reach or {PRODUCTION}
    whole = [place for place, spoken_of in bounds.elsewhere if wanted <= {*spoken_of}]
    if whole:
        return whole[0]
    strays = sorted(wanted - {*bounds.environments})
    firsts = {each: _first(each, bounds) for each in strays}
    apart = [f"{each} in {place}" for each, place in firsts.items() if place]
    anywhere = "a direct message or on the page"
    return f"{anywhere}, or by parts: {shortly(apart)}" if apart else anywhere


def _first(environment: str, bounds: Bounds) -> str:
    """The first place where an environment is spoken of; empty: there is none."""
    places = (place for place, spoken_of in bounds.elsewhere if environment in spoken_of)
    return next(places, "")


def _names(people: People, but: Person, *roles: Role) -> Iterable[str]:
    return (p.display for p in people.with_role(*roles) if p.name != but.name)


def _as_text(value: Any) -> str:
    return shortly(str(v) for v in value) if isinstance(value, (list, tuple)) else str(value)


def not_permitted(facts: StepFacts, person: Person, others: Sequence[Person]) -> Reason:
    """Nothing permits this person to ask for it."""
    may = f"{shortly((p.display for p in others), 'or')} may ask for it."
    way_out = may if others else "nobody here may; an admin can change roles in people.yaml."
    return Reason(
        id="role",
        text=f"Thanks, but you are {roles_of(person)} and may not {_doing(facts)}; {way_out}",
    )


def not_said(unsaid: Sequence[str]) -> Reason:
    """A model put something in; the requester, or who approves, must have seen it."""
    if is_long(unsaid):
        text = (
            f"The model added {len(set(unsaid))} names that the request doesn't ask for, so it "
            "doesn't run unasked; the file on its card has them all."
        )
        return Reason(id="unsaid", text=text)
    return Reason(
        id="unsaid",
        text=f"The model added {told(unsaid)}, which the request doesn't ask for, so it doesn't "
        "run unasked.",
    )


def unsaid_ways(options: PlanOptions, zone: tzinfo) -> Reason:
    """A model chose how it runs."""
    return _chosen(options, zone, ", so it doesn't run unasked.")


def uncounted_ways(options: PlanOptions, zone: tzinfo) -> Reason:
    """A way that a model chose unasked would have been the way out of a refusal."""
    return _chosen(options, zone, "; it counts here only when you say it in English.")


def _chosen(options: PlanOptions, zone: tzinfo, so: str) -> Reason:
    said = told(ways.spoken(options, zone, options.unsaid))
    text = f"The model chose {said}, which I don't find in the request{so}"
    return Reason(id="unsaid", text=text)


def not_asked_for(step: Ask, facts: StepFacts) -> Reason | None:
    """Of a step that is refused: that a model put it there, or read it alone; None: neither.

    Else the refusal would read as if its requester had asked for just that.
    """
    doing = f"“{literal(_doing(facts))}”"
    if facts.what in step.unsaid:
        text = f"The model added the step {doing}; the request doesn't ask for it."
    elif step.unsaid:
        many = is_long(step.unsaid)
        put_in = f"{len(set(step.unsaid))} names" if many else told(step.unsaid)
        text = f"The model put {put_in} into the step {doing}; the request doesn't ask for that."
    elif step.alone:
        text = f"Only the model read {doing} in the request."
    else:
        return None
    return Reason(
        id="unsaid",
        text=f"{text} Say what you want in other words if you didn't mean it.",
    )


def read_by_a_model(facts: StepFacts) -> Reason:
    """A change that nobody else has read; and that nothing narrows it, where something could."""
    text = "Only the model read this, and it changes something; look whether it is what was meant."
    fields = facts.action.params.model_fields
    may = [name for name, field in fields.items() if not field.is_required() and name != _ASIDE]
    if may and not any(name in facts.params for name in may):
        given = shortly((f"`{name}`" for name in may), "and no")
        text += f" It gave no {given}, so nothing narrows {_what(facts)}."
    return Reason(id="read-by-a-model", text=text)


_ASIDE = "said"
"""The word by which a service was called; it narrows nothing."""


def declined(doubt: str) -> Reason:
    """The rules would not have planned what a model read."""
    return Reason(id="declined", text=doubt)


def may_not_approve(facts: StepFacts, voter: Person, others: Sequence[Person]) -> str:
    """Nothing permits this person to approve it."""
    place = " on production" if facts.touches_production and facts.hosts else ""
    held = {Role.APPROVER, Role.ADMIN} & voter.roles
    need = f"Thanks, but {_what(facts)}{place} needs an approver and you are {roles_of(voter)}; "
    if held:
        need = f"Thanks, but the policy lets others approve {_what(facts)}{place}, not you; "
    ask = f"ask {shortly((p.display for p in others), 'or')}."
    return need + (ask if others else "nobody here may, until an admin changes people.yaml.")


def asked_before(now: Person) -> str:
    """Why a plan that is another's is somebody's own as well."""
    return f"This is yours as well: you asked for it before it became {now.display}'s."


def unlinked_vote(voter: Person) -> str:
    """Nobody knows whose vote it would be."""
    return f"{voter.display} belongs to nobody in people.yaml, so it has no vote."


def _what(facts: StepFacts) -> str:
    return f"“{facts.what}”"


def _doing(facts: StepFacts) -> str:
    """`restart nginx on web-1`."""
    where = shortly(h.name for h in facts.hosts)
    return f"{facts.what} on {where}" if where else facts.what


def why_asked(facts: StepFacts) -> Reason:
    """No policy lets it run unasked, and none says why."""
    if facts.action.effect.changes:
        text = "This changes something, so somebody must approve it first."
    else:
        text = f"The autonomy level here is {facts.level.value}, so I ask before I touch a host."
    return Reason(id="asks", text=text)


def own_action(facts: StepFacts) -> Reason:
    """An own skill's action that no policy names."""
    name = facts.action.name
    return Reason(
        id="own-skill",
        text=f"{name} is an action of your own, and no policy names it, so somebody must approve "
        f'it; a permit for Action::"{name}" on May::"run_unasked" would let it run.',
    )


def policy_erred(errors: Sequence[str]) -> Reason:
    """A policy failed while it was judged: what it might have said is unknown."""
    return Reason(
        id="policy-error",
        text=f"A policy failed while I judged this ({errors[0]}), so I don't let it pass; "
        "mend it, then `./overseer policy test` and `./overseer reload`.",
    )


DECIDERS = frozenset({Role.APPROVER, Role.ADMIN})

NOBODY_YET = Reason(
    id="no-approver",
    text="Nobody may approve this by people.yaml; who holds a role of this server that stands for "
    "it may, here.",
)


def nobody(askers: Sequence[Person], admins: Sequence[Person]) -> Reason:
    """Nobody may approve it: those who could have asked for it, first or since; who can help."""
    who = shortly((p.display for p in admins), "or") or "an admin"
    names = shortly(p.display for p in askers)
    why = f": {names} asked for it, and nobody approves their own plan" if askers else ""
    somebody = "somebody else" if askers else "somebody"
    return Reason(
        id="no-approver",
        text=f"Nobody here may approve this{why}; {who} can make {somebody} an approver in "
        "people.yaml, or invite one: `./overseer people invite NAME --role approver`.",
    )


def too_few(votes: int, approvers: Sequence[Person]) -> Reason:
    """More votes are needed than there are people who may vote."""
    names = shortly(p.display for p in approvers)
    return Reason(
        id="too-few-approvers",
        text=f"This needs {votes} votes and only {names} may vote; `./overseer people invite` "
        "adds another.",
    )
