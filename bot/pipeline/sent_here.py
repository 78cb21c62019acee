"""Sending somebody the card of a plan that was asked elsewhere, in a direct message.

Who may vote is sent it as it begins to wait. Who was linked since, or whose platform took no
message then, or who only looks, has none: they ask for it by a button. It is a copy as any other:
it follows the plan, may be voted on, and is sent once to each place.
"""

from __future__ import annotations

from bot.conversation.holders import held_by
from bot.domain.messages import ButtonPress, Person
from bot.domain.plans import Plan
from bot.domain.posts import card_key, direct
from bot.domain.runs import PLAN_ENDED, RUN_ENDED, RUN_HALTED
from bot.domain.wording import number_in
from bot.errors import ConflictError
from bot.gate.voiding import voided_on
from bot.pipeline import arrivals, outdated
from bot.ports import StoredPlan, Unit
from bot.ports.readable import readable

THERE = "The card of #{number} stands in your direct messages with me."
NOT_A_CHAT = "I can't send a direct message here; open the card here instead."


def wanted_card(press: ButtonPress) -> int | None:
    """The plan whose card is wanted: one that the pressed card tells of, else its own."""
    number = number_in(press.value)
    return press.plan if number is None else number


def send_here(unit: Unit, press: ButtonPress, person: Person) -> str:
    """Owe the card to who pressed, by the account that they pressed with; what they are told.

    Raises:
        ConflictError: there is no such card, nothing is to be decided on it any more, or there is
            nowhere to send it.
    """
    by, number = press.identity, wanted_card(press)
    if not press.thread.is_room or by.surface != press.thread.surface:
        raise ConflictError(NOT_A_CHAT)
    stored = readable(unit, number) if number is not None else None
    found = unit.card(f"plan-{number}")
    if stored is None or found is None:
        raise ConflictError(f"There is no card of #{number}.")
    if _is_over(unit, stored):
        cure = f"`show plan {number}` tells what became of it."
        raise ConflictError(f"Nothing is to be decided about #{number} any more.", cure=cure)
    plan, card, place = stored.plan, found[1], direct(by.surface, by.account)
    own = plan.thread.is_direct and plan.thread.surface == by.surface
    if own and person.name in held_by(unit, plan.thread)[:1]:
        return THERE.format(number=number)
    former = unit.posted(place, card_key(card.id))
    copy = unit.owe_card(place, card, person.name)
    if copy.reader != person.name:  # the account was another's
        raise ConflictError(f"The card of #{number} was sent to somebody else here before.")
    if former is None or arrivals.was_passed_over(former):
        arrivals.arrived(unit, copy, _asked_for(unit, plan))
    elif former.gone:
        unit.owe_again(copy.id)
        return f"I'm trying again to send you the card of #{number}. Last time: {former.gone}"
    elif former.remote:
        unit.draw(place, former.key)  # should they have deleted it, it is posted anew
        return THERE.format(number=number)
    return f"The card of #{number} is on its way to your direct messages with me."


def _asked_for(unit: Unit, plan: Plan) -> str:
    """What its card asks for as it comes: a decision, or votes."""
    run = unit.run(plan.id)
    if run is not None and run.state in RUN_HALTED:
        return outdated.decision_key(unit, run)
    return outdated.votes_key(plan.id, plan.revision, len(voided_on(unit, plan)))


def _is_over(unit: Unit, stored: StoredPlan) -> bool:
    run = unit.run(stored.plan.id)
    return stored.state in PLAN_ENDED or (run is not None and run.state in RUN_ENDED)
