"""What a card that was stored long ago means today."""

import json

from bot.domain.cards import Button, Card, card_for

BUTTONS = (Button(id="deny", label="Deny"), Button(id="approve", label="Approve", only=("ana",)))


def offered(card, person):
    return [button.id for button in card_for(card, person).buttons]


def test_a_button_for_nobody_is_drawn_for_nobody_and_says_why():
    button = Button(id="approve", label="Approve", only=(), others="Nobody may.")
    seen = card_for(Card(id="c", title="t", buttons=(button,)), "ana")
    assert (seen.buttons, seen.footer) == ((), ("Nobody may.",))


def test_what_the_first_cards_stored_for_everybody_is_still_for_everybody():
    stored = json.loads(Card(id="c", title="t", buttons=BUTTONS).model_dump_json())
    for button in stored["buttons"]:
        button["only"] = button["only"] or []
    card = Card.model_validate_json(json.dumps(stored | {"version": 1}))
    assert (offered(card, "ana"), offered(card, "ben")) == (["deny", "approve"], ["deny"])
    assert Card.model_validate_json(card.model_dump_json()) == card


def test_what_is_stored_for_nobody_stays_for_nobody():
    card = Card(id="c", title="t", buttons=(Button(id="approve", label="Approve", only=()),))
    assert offered(Card.model_validate_json(card.model_dump_json()), "ana") == []
