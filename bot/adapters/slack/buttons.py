"""A card's buttons in Slack, and what a press of one carries back.

What a button's value names (the plan, its revision and digest) is what the card showed when it
was drawn, so that a stale card can't decide a newer plan. A value that Overseer did not write is
no press.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.adapters.slack import text as texts
from bot.adapters.slack.rich import Json
from bot.domain.buttons import BUTTONS
from bot.domain.cards import Button, ButtonStyle, Card
from bot.domain.messages import Frozen
from bot.domain.wording import shortened
from bot.ports import Ears

ROW = 5
"""Buttons in one row: a glance counts no more, and a narrow screen breaks it anyway."""
LABEL = 75
VALUE = 2_000
PREFIX = "overseer:"
"""How the ids of buttons that are pressed for Overseer's ears begin."""
_STYLES = {ButtonStyle.PRIMARY: "primary", ButtonStyle.DANGER: "danger"}


class Pressed(Frozen):
    """What a button carries. `asks` is set where a text is wanted first."""

    button: str
    value: str = ""
    plan: int | None = None
    revision: int | None = None
    digest: str = ""
    asks: bool = False


def label(button: Button) -> str:
    """What stands on it: what follows a tab in a label stands beside it (`web-1 · production`)."""
    name, _, aside = button.label.partition("\t")
    said = texts.one_line(name)
    beside = texts.one_line(aside)
    said = f"{said} · {beside}" if beside else said
    if button.asks and not said.endswith("…"):
        said += "…"
    return said or button.id


def rows(card: Card, buttons: Sequence[Button]) -> list[Json]:
    """Blocks with these buttons. One whose value Slack can't carry is left out."""
    made = [each for at, b in enumerate(buttons) if (each := _drawn(card, b, at)) is not None]
    return [
        {"type": "actions", "block_id": f"{PREFIX}{at // ROW}", "elements": made[at : at + ROW]}
        for at in range(0, len(made), ROW)
    ]


def _drawn(card: Card, button: Button, at: int) -> Json | None:
    value = carried(card, button)
    if len(value) > VALUE:
        return None
    text = {"type": "plain_text", "text": shortened(label(button), LABEL), "emoji": False}
    style = {"style": _STYLES[button.style]} if button.style in _STYLES else {}
    action = f"{PREFIX}{button.id}:{at}"
    return {"type": "button", "action_id": action, "text": text, "value": value, **style}


def carried(card: Card, button: Button) -> str:
    """What a press will bring back."""
    data = {
        "b": button.id,
        "v": button.value or button.says,
        "p": card.plan,
        "r": card.revision,
        "d": card.digest,
        "a": 1 if button.asks else 0,
    }
    return json.dumps({k: v for k, v in data.items() if v not in ("", None, 0)}, ensure_ascii=True)


def pressed(value: str) -> Pressed | None:
    """What a press brought back; None: Overseer wrote no such value."""
    try:
        data = json.loads(value)
    except ValueError:
        return None
    if not isinstance(data, dict) or data.get("b") not in BUTTONS:
        return None
    plan, revision = data.get("p"), data.get("r")
    return Pressed(
        button=data["b"],
        value=str(data.get("v", "")),
        plan=plan if isinstance(plan, int) else None,
        revision=revision if isinstance(revision, int) else None,
        digest=str(data.get("d", "")),
        asks=bool(data.get("a")),
    )


async def current(ears: Ears, what: Pressed) -> Button | None:
    """The button as its card has it now, with what may be answered to what it asks.

    None: the card has it no more, and will say so.
    """
    if what.plan is None:
        return None
    item = await ears.card(what.plan)
    card: Card | None = item.card if item is not None else None
    for button in card.buttons if card is not None else ():
        if button.id == what.button and what.value in ("", button.value or button.says):
            known = button.choices or await ears.choices(what.plan, button.id)
            return button.model_copy(update={"choices": known})
    return None
