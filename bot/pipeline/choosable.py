"""Which of several halted runs is meant: only those are offered that are this person's to decide.

The rules know what has halted in a conversation, and not whose that is. What is left is asked about
still, were it one: nobody has said yet that they mean it.
"""

from __future__ import annotations

from bot.domain.intents import Deciding, Option, ParseContext, Question, SmallTalk
from bot.domain.messages import Person
from bot.errors import NotAllowedError
from bot.intent.rules.deciding import decided
from bot.pipeline.steering import Steering
from bot.ports import Unit
from bot.ports.readable import readable

_THAT = "Is this what you mean?"


def offered_to(
    unit: Unit, question: Question, person: Person, stood: ParseContext, steering: Steering
) -> Question | SmallTalk:
    """The question with what is theirs to choose, or whose the decisions are if nothing is.

    `stood` is how the conversation stood as it was said; what decides nothing stays as it is.
    """
    whys: dict[int, str] = {}
    left = []
    for option in question.options:
        number = _decided_by(option, stood)
        if number not in whys:
            whys[number] = _why_not(unit, number, person, steering)
        if not whys[number]:
            left.append(option)
    if len(left) == len(question.options):
        return question
    why = " ".join(filter(None, whys.values()))
    if not left:
        return SmallTalk(text=why)
    asks = "Which do you mean?"
    if len(left) == 1:
        asks = f"Do you mean {left[0].label}?" if _decided_by(left[0], stood) else _THAT
    return question.model_copy(update={"text": f"{why} {asks}", "options": tuple(left)})


def _decided_by(option: Option, stood: ParseContext) -> int:
    """The plan about whose run an option decides; 0: about none."""
    said = decided(option.says, stood, lambda _: False) if stood.halted else None
    return said.plan if isinstance(said, Deciding) else 0


def _why_not(unit: Unit, number: int, person: Person, steering: Steering) -> str:
    """Why a decision is not theirs; empty: it is."""
    stored = readable(unit, number)
    if stored is None:
        return ""
    try:
        steering.deciding(stored.plan, person)(unit)
    except NotAllowedError as error:
        return str(error)
    return ""
