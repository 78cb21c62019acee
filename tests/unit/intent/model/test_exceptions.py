"""Phrases that leave a host out: a model's plan with it has its mark all the same."""

import pytest

from bot.intent.model.checking import checked
from bot.intent.model.exceptions import excepts
from bot.testing.scripted_models import act, plan
from tests.unit.intent.grounds import grounds

NAMES = frozenset({"web", "web-1", "web-2", "web-3"}).__contains__


def marks(text):
    step = act("service.restart", text, service="nginx", hosts=["web-1", "web-2", "web-3"])
    return checked(plan(step), grounds(text)).outcome.wishes[0].unsaid


@pytest.mark.parametrize(
    "text",
    [
        "starte nginx auf web neu, bis auf web-2",
        "starte nginx auf web neu, mit Ausnahme von web-2",
        "starte nginx auf web neu abzüglich web-2",
        "starte nginx auf web neu, Finger weg von web-2",
        "starte nginx auf web-1 und web-3 statt auf web-2 neu",
        "starte nginx auf web neu, web-2 ist tabu",
        "starte nginx auf web neu, web-2 bleibt wie es ist",
        "starte nginx auf web neu, aber web-2 soll weiterlaufen",
        "starte nginx auf web neu, web-2 muss oben bleiben",
        "starte nginx auf web neu, web-2 nehmen wir aus",
        "redémarre nginx sur web, hormis web-2",
        "redémarre nginx sur web à l'exception de web-2",
        "redémarre nginx sur web, à part web-2",
        "reinicia nginx en web a excepción de web-2",
        "reinicia nginx en web, menos en web-2",
        "reinicia nginx en web, deja web-2 como está",
        "riavvia nginx su web a eccezione di web-2",
        "herstart nginx op web, met uitzondering van web-2",
        "give nginx on web a kick, save for web-2",
        "give nginx on web a kick apart from web-2",
        "give nginx on web a kick, but hands off web-2",
        "give nginx on web a kick; web-2 is off limits",
        "give nginx on web a kick, web-2 stays up",
    ],
)
def test_a_host_that_is_left_out_in_other_words_is_none_that_was_said(text):
    assert marks(text) == ("web-2",)


@pytest.mark.parametrize(
    "text",
    [
        "starte nginx auf web neu, auch auf web-2",
        "starte nginx auf web neu, web-2 zuerst",
        "nginx auf web-2 hängt, starte ihn auf web neu",
        "starte nginx auf web-1, web-2 und web-3 neu",
        "give nginx on web-1, web-2 and web-3 a kick",
    ],
)
def test_one_that_is_not_is(text):
    assert marks(text) == ()


def test_what_stands_before_a_list_holds_for_each_of_its_names():
    assert excepts("alle bis auf web-1, web-2 und ", "", NAMES)
    assert not excepts("bis auf weiteres nginx und ", "", NAMES)
