"""The buttons of a card as rows of components: five buttons in a row, many options as a menu."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.adapters.discord import text
from bot.adapters.discord.custom_ids import custom_id, tag_of, value_of
from bot.domain.cards import Button, ButtonStyle, Card

ROW, BUTTON, MENU = 1, 2, 3
"""Discord's numbers of these components."""
PRIMARY, SECONDARY, DANGER = 1, 2, 4
IN_ROW = 5
MOST = 20
"""Buttons of one message: with their rows they leave room for the text's components."""
FEW = 4
"""Up to so many options are buttons; more are a menu, with what is known of each beside it."""
IN_MENU, MENUS = 25, 5
LABEL, OPTION = 80, 100

_STYLES = {
    ButtonStyle.PRIMARY: PRIMARY,
    ButtonStyle.DANGER: DANGER,
    ButtonStyle.PLAIN: SECONDARY,
}


def rows(card: Card, buttons: Sequence[Button]) -> list[dict[str, Any]]:
    """The action rows of these buttons."""
    options = [button for button in buttons if button.id == "option"]
    listed = options if len(options) > FEW else []
    made: list[dict[str, Any]] = []
    if listed:
        starts = range(0, min(len(listed), MENUS * IN_MENU), IN_MENU)
        menus = [_menu(card, listed[at : at + IN_MENU], n) for n, at in enumerate(starts)]
        made += [{"type": ROW, "components": [menu]} for menu in menus]
    left = _distinct(card, [button for button in buttons if button not in listed])[:MOST]
    number = -(-len(left) // IN_ROW)  # six are three and three, not five and one
    wide = -(-len(left) // number) if number else IN_ROW
    starts = range(0, len(left), wide)
    return [*made, *({"type": ROW, "components": left[at : at + wide]} for at in starts)]


def one_each(pairs: Sequence[tuple[Card, Button]]) -> list[dict[str, Any]]:
    """The action rows of one button for each of several cards."""
    made = [_drawn(card, button) for card, button in pairs[:MOST]]
    starts = range(0, len(made), IN_ROW)
    return [{"type": ROW, "components": made[at : at + IN_ROW]} for at in starts]


def _distinct(card: Card, buttons: Sequence[Button]) -> list[dict[str, Any]]:
    """Each that does something of its own: two that send the same would be refused."""
    found: dict[str, dict[str, Any]] = {}
    for button in buttons:
        found.setdefault(custom_id(card, button), _drawn(card, button))
    return list(found.values())


def _drawn(card: Card, button: Button) -> dict[str, Any]:
    return {
        "type": BUTTON,
        "style": _STYLES[button.style],
        "label": text.label(_words(button), LABEL),
        "custom_id": custom_id(card, button),
    }


def _words(button: Button) -> str:
    """What follows a tab stands beside it elsewhere."""
    label, _, aside = button.label.partition("\t")
    return f"{label} · {aside}" if aside else label


def _menu(card: Card, options: Sequence[Button], number: int) -> dict[str, Any]:
    """The menu of these options; of several, each has an id of its own."""
    made: dict[str, dict[str, Any]] = {}
    for button in options:
        label, _, aside = button.label.partition("\t")
        value = menu_value(value_of(button))
        option = {"label": text.label(label, OPTION), "value": value}
        if aside.strip():
            option["description"] = text.label(aside, OPTION)
        made.setdefault(value, option)
    return {
        "type": MENU,
        "custom_id": custom_id(card, options[0], value=str(number or "")),
        "placeholder": "Choose one" if not number else "or one of these",
        "options": list(made.values()),
    }


def menu_value(value: str) -> str:
    """What an entry of a menu sends: the value, or its hash when that is too long."""
    return f"={value}" if len(value) < OPTION and value.isascii() else f"#{tag_of(value)}"
