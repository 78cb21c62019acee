"""A stop in another language than English is control; what only sounds like one is none."""

import pytest

from bot.domain.intents import Control, ParseContext
from bot.intent.at_once import wants_reading
from bot.intent.conversing import spoken
from bot.intent.rules.control_abroad import control_abroad
from tests.unit.intent.plain_orders import orders
from tests.unit.intent.vocabularies import own

HERE = (
    "stopp", "Stopp!", "stopp, stopp, stopp", "Halt, stopp!", "halt das bitte sofort an", "halt an",
    "Nein, halt das an!", "brich ab", "brich das bitte ab", "sofort abbrechen", "hör auf damit",
    "kannst du das bitte anhalten?", "stoppe den Plan", "@overseer stopp", "Abbruch!",
    "arrête", "arrête ça tout de suite", "arrêtez !", "arrête-le", "peux-tu arrêter ça ?",
    "peux-tu l’arrêter, s’il te plaît ?", "interromps le plan",
    "para", "¡Para ya!", "para eso ya", "páralo", "detén eso ahora mismo", "¿puedes parar eso?",
    "fermati", "ferma questo subito", "fermalo", "puoi fermarlo?", "smettila",
    "NEIN STOPP", "nein stopp", "nein abbrechen", "nee stop", "non arrête", "Moment, stopp!",
    "stopp mal kurz", "halt eben an", "halt mal eben an", "warte, stopp", "den aktuellen Lauf stoppen", "diesen laufenden Plan abbrechen",
    "párate", "¡para!", "para, por favor", "para, para", "pará", "para ya", "para esto",
    "stopp, falscher Server!", "falscher Server, stopp", "stopp - das ist der falsche Host",
    "arrête, mauvais serveur !", "¡para, servidor equivocado!", "ferma, server sbagliato",
    "stop, verkeerde server", "stop ermee", "stop dat nu", "hou ermee op", "breek het af", "kun je dat stoppen?",
)  # fmt: skip
ALL = (
    "stoppe alles",
    "alles anhalten!",
    "arrête tout",
    "¡para todo!",
    "Para todo!",
    "pará todo",
    "detengan todo",
    "tout arrêter",
    "tu peux tout arrêter ?",
    "ferma tutto",
    "stop alles nu",
)
CALLED_OFF = (
    "annule ça s'il te plaît", "annule", "cancela eso", "annulla", "annuleer dat",
    "kannst du das absagen?", "sag das ab", "storniere das", "das bitte stornieren",
    "kannst du das widerrufen?", "das bitte widerrufen",
)  # fmt: skip
NONE = (
    "stoppe nginx auf web-1", "stoppe nginx", "stopp web-1", "arrête nginx", "para nginx en web-3",
    "ferma redis", "halte web-1 an", "nicht anhalten", "halt das nicht an", "no pares", "no para",
    "non fermare", "arrête pas", "ne t'arrête pas", "stop niet", "wer kann das stoppen?",
    "ist alles gestoppt?", "stopp?", "„stopp“", "`stopp`", "stoppe #1 und #2", "stoppe alles #1",
    "annule le plan 12", "cancela el plan 12", "das", "alles gut", "para todo el mundo hola",
    "stopp das um 22 Uhr", "stopp " * 40, "stoppe\u200b nginx",
)  # fmt: skip

DONE = (
    "beendet.", "ok, beendet", "Beendet!", "widerrufen.", "alles widerrufen", "halt eben", "eben halt", "das widerrufen", "arrêté.", "Arrêté !", "arre\u0302te\u0301", "stoppé",
    "annulé.", "le plan 12 arrêté", "tout arrêté", "paré", "cancelé", "ANNULÉ",
)  # fmt: skip
FOR = (
    "para todo", "para todo, por favor", "ok, para todo", "para todos los planes", "para el plan 12",
    "para 3", "para #3", "para ahora", "para ahora mismo", "para el plan", "para la operación", "para aquí",
)  # fmt: skip


def read(text):
    assert wants_reading(text), "it is known before it is stored"
    outcome = spoken(text, own(), ParseContext()).outcome
    assert isinstance(outcome, Control), text
    return outcome.verb, outcome.scope


@pytest.mark.parametrize("text", HERE)
def test_a_stop_is_one_in_each_of_the_languages(text):
    assert read(text) == ("stop", "thread")


@pytest.mark.parametrize("text", ALL)
def test_everything_is_stopped_in_each_of_them(text):
    assert read(text) == ("stop", "all")


@pytest.mark.parametrize(
    "text", ["stoppe #390", "stopp Plan 390", "arrête le plan #390", "¡para el plan 390!", "pará el plan 390",
             "ferma il piano 390", "stop plan 390 meteen", "halt #390 an"],
)  # fmt: skip
def test_a_plan_is_stopped_by_its_number(text):
    assert read(text) == ("stop", "390")


@pytest.mark.parametrize("text", CALLED_OFF)
def test_what_is_called_off_is_cancelled(text):
    assert read(text) == ("cancel", "thread")


@pytest.mark.parametrize("text", NONE)
def test_what_names_something_else_denies_or_tells_is_no_stop(text):
    assert control_abroad(text) is None
    assert not isinstance(spoken(text, own(), ParseContext()).outcome, Control)


def test_of_plain_orders_only_what_aborts_a_plan_is_one():
    """As "abort plan 12" is in English."""
    stops = {text for text, _ in orders() if control_abroad(text)}
    assert stops == {"brich Plan 12 ab", "Plan 31 bitte abbrechen"}


@pytest.mark.parametrize("text", DONE + FOR)
def test_a_report_and_an_answer_stop_nothing(text):
    """What was done ends like the order for it, and "para" is Spanish for "for"."""
    assert control_abroad(text) is None
    assert not isinstance(spoken(text, own(), ParseContext()).outcome, Control)


@pytest.mark.parametrize(
    "text", ["non stop", "non-stop", "no para", "non ferma", "non fermare", "no pares ya"]
)
def test_a_no_that_denies_is_no_exclamation(text):
    assert control_abroad(text) is None


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("stop, wrong host!", "stop"),
        ("STOP! Wrong server", "stop"),
        ("stop stop, that's the wrong machine", "stop"),
        ("wrong host, stop!", "stop"),
        ("stop it \u2026 wrong one", "stop"),
        ("cancel that, wrong plan", "cancel"),
    ],
)
def test_a_stop_may_say_that_it_is_the_wrong_one(text, verb):
    assert read(text) == (verb, "thread")


@pytest.mark.parametrize(
    "text", ["resume, wrong host", "wrong host", "falscher Server", "stop the wrong one", "stop nginx, wrong host",
             "mauvais serveur", "stopp nginx, falscher Server"],
)  # fmt: skip
def test_what_is_wrong_is_no_stop_by_itself(text):
    assert not isinstance(spoken(text, own(), ParseContext()).outcome, Control)
