"""Whether a question can be judged at all: fixed checks that no policy can switch off. Pure.

The asker (a parser, a model behind it, an older plan) may be wrong or hostile: an action
must be the catalogue's, with the catalogue's effect; a target must be in the inventory; and
a plan must be the one that its asks describe.
"""

from __future__ import annotations

import difflib

from bot.domain.inventory import OVERSEER
from bot.domain.messages import Person
from bot.domain.plans import Reason
from bot.gate.facts import Estate
from bot.gate.sentences import shortly
from bot.ports import Ask, GateQuestion
from bot.skillkit.catalog import Catalog


def faults_of(question: GateQuestion, catalog: Catalog, estate: Estate) -> tuple[Reason, ...]:
    """Why the question can't be judged; empty when it can."""
    if not question.asks:
        return (Reason(id="nothing-asked", text="There is nothing to judge; say what you want."),)
    found = [_action_fault(ask, catalog) for ask in question.asks]
    found += [_scope_fault(ask, estate) for ask in question.asks]
    found += [_unlinked_fault(ask, question.person, catalog) for ask in question.asks]
    faults = [f for f in found if f is not None]
    if not faults and (mismatch := _mismatch(question, catalog)) is not None:
        faults.append(mismatch)
    return tuple(dict.fromkeys(faults))


def _action_fault(ask: Ask, catalog: Catalog) -> Reason | None:
    if ask.action not in catalog:
        names = [a.name for a in catalog]
        near = difflib.get_close_matches(ask.action, names, n=3, cutoff=0.5)
        way_out = f"did you mean {shortly(near, 'or')}?" if near else "`help` lists what I can do."
        return Reason(id="unknown-action", text=f"I know no action {ask.action}; {way_out}")
    action = catalog.action(ask.action)
    said = (ask.effect, ask.raw, ask.in_process)
    if said != (action.effect.value, action.raw, action.in_process):
        return Reason(
            id="not-the-catalogue",
            text=f"{ask.action} is not what the catalogue says of it; ask again.",
        )
    if action.hostless and ask.hosts:
        return Reason(id="not-the-catalogue", text=f"{ask.action} has no hosts; leave them out.")
    return None


def _unlinked_fault(ask: Ask, person: Person, catalog: Catalog) -> Reason | None:
    """Nobody knows whose account it is: it may look, where the policy lets it, and that is all."""
    if person.linked or ask.action not in catalog or not catalog.action(ask.action).effect.changes:
        return None
    return Reason(
        id="unlinked",
        text=f"I won't: {person.display} belongs to nobody in people.yaml, so I only look things "
        "up for it; whoever is known there can link it with `./overseer people link`.",
    )


def _scope_fault(ask: Ask, estate: Estate) -> Reason | None:
    strange = [h.name for h in ask.hosts if h.name not in estate.hosts]
    if not strange:
        return None
    near = sorted({m for s in strange for m in difflib.get_close_matches(s, list(estate.hosts))})
    way_out = f"did you mean {shortly(near, 'or')}?" if near else "`hosts` lists those that are."
    return Reason(id="out-of-scope", text=f"{shortly(strange)}: not in the inventory; {way_out}")


def _mismatch(question: GateQuestion, catalog: Catalog) -> Reason | None:
    """A plan that is not what was asked: another step, a target or a flag that nobody named."""
    plan = question.plan
    if plan is None:
        return None
    fits = len(plan.steps) == len(question.asks)
    for step, ask in zip(plan.steps, question.asks, strict=False):
        hostless = catalog.action(ask.action).hostless
        hosts = {h.name for h in ask.hosts} | ({OVERSEER} if hostless else set())
        fits = fits and step.action == ask.action and step.effect.value == ask.effect
        fits = fits and step.raw == ask.raw and set(step.hosts) <= hosts
    if fits:
        return None
    return Reason(
        id="not-what-was-asked",
        text="The plan is not what I was asked to judge, so nothing of it may run; ask again.",
    )
