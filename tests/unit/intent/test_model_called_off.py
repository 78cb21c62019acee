"""A model's reading of a stop is the stop where the words and the thread say so, too."""

from dataclasses import replace

import pytest

from bot.domain.became import Became
from bot.domain.intents import Control, Earlier, Intent, ParseContext
from bot.intent.model.called_off import called_off
from bot.intent.model.checking import checked
from bot.testing.scripted_models import act, plan
from tests.unit.intent.grounds import grounds, rules


def thread(became=Became.RUNNING, number=7):
    return ParseContext(
        earlier=(Earlier(plan=number, request="restart nginx on web-3", became=became),)
    )


def found(text, *more, context=None, number=7):
    context = context or thread()
    held = grounds(text, context)
    said = plan(act("plan.cancel", text, plan=number), *more)
    return called_off(checked(said, held).outcome, rules(text, context), held)


@pytest.mark.parametrize(
    "text",
    [
        "könntest du das Ganze bitte stoppen",
        "bitte den laufenden Neustart jetzt stoppen",
        "halt das mal kurz an, ich muss nachsehen",
        "arrête le redémarrage",
        "para lo que estás haciendo",
        "ferma quello che stai facendo",
        "zieh das bitte zurück",
    ],
)
@pytest.mark.parametrize("became", [Became.RUNNING, Became.WAITING, Became.APPROVED])
def test_it_is_the_stop_of_their_own_plan_in_the_thread(text, became):
    assert found(text, context=thread(became)) == Control(verb="stop", scope="7")


@pytest.mark.parametrize(
    "text",
    [
        "danke",
        "cancel plan 7",
        "wie weit bist du damit",
        "bitte nicht stoppen, mach das fertig",
        "wurde das schon angehalten?",
        "stoppe nginx auf web-3, bitte ganz",
        "stopp das mit web-3 dort",
        "brich 8 bitte jetzt ganz ab da",
        "stopp das bitte, wenn es schiefgeht",
        "n'arrête pas le redémarrage",
        "Guten Morgen zusammen",
    ],
)
def test_no_models_word_alone_stops_anything(text):
    assert found(text) is None


def test_nor_does_it_stop_what_is_over_another_plan_or_more_than_one():
    text = "arrête le redémarrage"
    assert found(text, context=thread(Became.DONE)) is None
    assert found(text, context=thread(number=8)) is None
    assert found(text, act("service.stop", text, service="nginx", hosts=["web-3"])) is None
    held = grounds(text, thread())
    assert isinstance(checked(plan(act("plan.cancel", text, plan=7)), held).outcome, Intent)


def test_a_sentence_that_they_only_picked_stops_nothing():
    text = "arrête le redémarrage"
    held = replace(grounds(text, thread()), said="oui")
    model = checked(plan(act("plan.cancel", text, plan=7)), held).outcome
    assert called_off(model, rules(text), held) is None
