"""The reason of a request that a model read: the person's own words, and never the model's choice.

Also: what a check of an answer reads only once.
"""

import pytest

from bot.intent.model.selecting import Sets
from bot.testing.scripted_models import plan
from tests.unit.intent.model_says import faults, outcome, restart


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("restart nginx on web-1 because the certificate is new", "the certificate is new"),
        ("starte nginx auf web-1 neu, weil das Zertifikat neu ist", "das Zertifikat neu ist"),
        ("wegen Wartung: starte nginx auf web-1 neu", "Wartung: starte nginx auf web-1 neu"),
        ("relance nginx sur web-1 parce qu'il est bloqué.", "il est bloqué"),
        ("reinicia nginx en web-1 porque no responde", "no responde"),
        ("riavvia nginx su web-1, perché è bloccato", "è bloccato"),
        ("riavvia nginx su web-1 perché?", ""),
        ("starte `weil das so ist` nginx auf web-1 neu", ""),
        ("starte nginx auf web-1 neu", ""),
    ],
)
def test_a_reason_is_what_the_person_gave_as_one_and_no_model_can_choose_it(text, reason):
    step = restart(text)
    assert outcome(plan(step), text).reason == reason
    assert "reason: Extra inputs" in faults(plan(step, reason=text), text)


def test_the_inventory_is_read_once_for_all_steps(monkeypatch):
    read, real = [], Sets.of
    monkeypatch.setattr(Sets, "of", lambda inventory: read.append(1) or real(inventory))
    outcome(plan(restart(), restart(hosts=("web-2",)), restart(hosts=("web-3",))))
    assert read == [1]
